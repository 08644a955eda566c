"""Reading text and LaTeX: `read_text` says everything that was understood, `parse` returns the expression alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import combinations
from typing import Any

from ...errors import Misuse, ReadingError
from ..leaves import variable
from ..node import Node, Variable
from .characters import checked
from .declarations import read_declarations
from .elaboration import Elaboration
from .inference import infer
from .pratt import Parser
from .problems import NotStacked
from .text import parse_text

Declare = str | Iterable[Variable] | Mapping[str, Variable] | None
_LATEX = re.compile(r"\\|[_^] *\{")
DIALECTS = ("text", "latex")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the expression, and how it was understood.

    `variables` holds every variable with its sizes and properties, in order of declaration, then of appearance;
    `inferred` says in words what nobody declared, `assumptions` what was assumed to settle a reading.
    """

    expr: Node
    dialect: str
    variables: tuple[Variable, ...]
    inferred: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


def read_text(text: str, declare: Declare = None, dialect: str | None = None) -> Reading:
    """The expression that `text` writes, in the text dialect or in LaTeX (found out by itself).

    >>> reading = read_text("norm1(x - A*x)")
    >>> reading.inferred
    ('x: vector of n, by name', 'A: n x n matrix, by name')
    """
    if not isinstance(text, str):
        raise Misuse(f"text was expected, got {type(text).__name__}")
    if dialect not in (None, *DIALECTS):
        raise Misuse(f"the dialects are {' and '.join(DIALECTS)}, got {dialect!r}")
    text = checked(text)
    declared = declared_variables(declare)
    names = frozenset(declared)
    if dialect is None:
        dialect = "latex" if _LATEX.search(text) else "text"
    if dialect == "text":
        return _understood(parse_text(text, names), declared, dialect)
    return _read_latex(text, names, declared)


def _latex_parser(*args: Any) -> Any:
    """`parse_latex`, whose modules are imported when LaTeX is first read."""
    return import_module("symnorm.language.reading.latex").parse_latex(*args)


def _read_latex(text: str, names: frozenset[str], declared: Mapping[str, Variable]) -> Reading:
    """x_i is an entry of a declared x; where that does not fit, a row of a declared X."""
    parser = _latex_parser(text, names, declared)
    try:
        reading = _understood(parser, declared, "latex")
    except ReadingError as problem:
        found = {} if isinstance(problem, NotStacked) else _by_rows(text, names, declared, parser.either)
        if not found:
            raise
        if len(found) > 1:
            told = [" and ".join(f"{name}_i a row of {name.upper()}" for name in rows) for rows, _ in found.values()]
            raise ReadingError(f"two readings fit: {told[0]}, or {told[1]}; declare only the letters that the formula "
                               f"uses", text, 1) from None
        return next(iter(found.values()))[1]
    if not _by_rows(text, names, declared, parser.either):
        return reading
    notes = (f"{name} with an index is an entry of {name}, not a row of {name.upper()}" for name in parser.either)
    return replace(reading, assumptions=(*reading.assumptions, *sorted(notes)))


def _by_rows(text: str, names: frozenset[str], declared: Mapping[str, Variable], either: Collection[str]) -> (
        dict[Node, tuple[tuple[str, ...], Reading]]):
    """The readings that fit with rows of X for one or more x_i, by what they say."""
    some = sorted(either)[:3]
    found: dict[Node, tuple[tuple[str, ...], Reading]] = {}
    for rows in (rows for count in range(1, len(some) + 1) for rows in combinations(some, count)):
        try:
            reading = _understood(_latex_parser(text, names, declared, frozenset(rows)), declared, "latex")
        except ReadingError:
            continue
        found.setdefault(reading.expr, (rows, reading))
    return found


def _understood(parser: Parser, declared: Mapping[str, Variable], dialect: str) -> Reading:
    """What a parser reads, with sizes."""
    tree, text = parser.parse(), parser.text
    if dialect == "latex":
        import_module("symnorm.language.reading.latex_names").refuse_loose_rows(parser)
    sizes = frozenset(s.name for v in declared.values() for size in (v.rows, v.cols) for s in size.free_symbols)
    shapes = infer(text, tree, {name: (v.rows, v.cols) for name, v in declared.items()}, sizes, dialect,
                   frozenset(parser.bold))
    found = {name: variable(name, rows, cols) for name, (rows, cols) in shapes.names.items()}
    expr = Elaboration(text, shapes, {**declared, **found}).run(tree)
    return Reading(expr, dialect, (*declared.values(), *found.values()), shapes.inferred,
                   (*parser.assumptions, *shapes.assumptions))


def parse(text: str, declare: Declare = None, dialect: str | None = None) -> Node:
    """The expression that `text` writes.

    >>> parse("x'*A*x", declare="A: n x n, x: n").shape
    ()
    """
    return read_text(text, declare, dialect).expr


def declared_variables(declare: Declare) -> dict[str, Variable]:
    """The declared variables by name."""
    if declare is None:
        return {}
    if isinstance(declare, str):
        if not declare.strip():
            return {}
        return {d.name: variable(d.name, d.rows, d.cols, d.properties) for d in read_declarations(declare)}
    if isinstance(declare, Variable):
        return {declare.name: declare}
    found: dict[str, Variable] = {}
    for item in declare.values() if isinstance(declare, Mapping) else declare:
        if not isinstance(item, Variable):
            raise Misuse(f"declarations are text, or variables of symnorm, got {type(item).__name__}")
        if found.setdefault(item.name, item) is not item:
            raise Misuse(f"{item.name} is declared twice, with different shapes or properties")
    if isinstance(declare, Mapping) and any(name != v.name for name, v in declare.items()):
        raise Misuse("a variable is declared under another name than its own")
    return found
