"""The page as a value: statement with declarations, names, chain, result, where it holds, layout. Views print it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..engine.layouts import to_layout
from ..engine.tensor import Tensor
from ..errors import NoClosedForm
from ..language.build import transpose
from ..language.node import Node, Variable, postorder
from ..shapes import Size
from ..simplify.cost import cost
from .conditions import Sentence, constant_in, where_it_holds
from .curvature import CurvatureNarrator
from .dimensions import in_another_layout, layout_of_forward, layout_sentence, where_curvature_holds
from .frames import Frame, entries, frame
from .lines import Line
from .names import Names, function_letter
from .onward import ForwardNarrator
from .result import final_form, second_form
from .step import Derivation

LONG = 80
"""The most operations of a function that is stated without names."""
INLINE = {
    "symmetric": "is symmetric",
    "invertible": "is invertible",
    "orthogonal": "is orthogonal",
    "diagonal": "is diagonal",
    "triangular": "is lower triangular",
    "upper-triangular": "is upper triangular",
}
WORDY = {
    "spd": "is symmetric positive definite",
    "psd": "is symmetric positive semidefinite",
    "positive": "has positive entries",
    "nonneg": "has nonnegative entries",
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """Variables of one shape; `words` says what is known of them, `wordy` moves it to the end of the list."""

    variables: tuple[Variable, ...]
    rows: Size
    cols: Size
    words: str = ""
    wordy: bool = False
    unit: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that is printed, in order. Expressions are nodes; d(X) is a differential."""

    letter: str
    function: Node
    in_names: Node
    variable: Variable
    left: Node | None
    declarations: tuple[Declaration, ...]
    sums_to_one: tuple[Variable, ...]
    names: tuple[tuple[Variable, Node, bool], ...]
    lines: tuple[Line, ...]
    result: Node | Tensor
    expanded: Node | None
    holds: Sentence
    layout: Sentence
    frame: Frame
    kind: str = "gradient"
    note: str = ""

    @property
    def is_long(self) -> bool:
        """Is the function stated in names, because it is long when it is written out?"""
        return bool(self.names) and cost(self.function) > LONG


def build_page(derivation: Derivation, detail: str = "normal") -> Page:
    """The page of a derivation at a level of detail."""
    narrator = derivation.narration(detail)
    if isinstance(narrator, ForwardNarrator):
        return _forward_page(derivation, narrator, detail)
    names, f, x, layout = narrator.names, derivation.function, derivation.variable, derivation.written
    lines, letter = tuple(derivation.lines(detail)), function_letter(names)
    gradient, plain = final_form(narrator.terms, x), _matrix(derivation.base)
    expanded, holds = second_form(gradient, names, plain), where_it_holds(narrator, x, gradient)
    result = _matrix(to_layout(gradient, f, x, layout))
    return Page(
        letter,
        f,
        narrator.named,
        x,
        None,
        declarations(f, x),
        _sums_to_one(f, x),
        _shown_names(names, lines, (result, narrator.named), f),
        lines,
        result,
        None if expanded is None else _matrix(to_layout(expanded, f, x, layout)),
        holds if x in f.free else constant_in(x, holds),
        layout_sentence(x, gradient, plain) if layout == "gradient" else in_another_layout(layout),
        frame(letter, f, x, "gradient", letter, layout),
    )


def _forward_page(derivation: Derivation, narrator: ForwardNarrator, detail: str) -> Page:
    """The page of dF = J dx, or of dg = H dx; the gradient g is the last of the names."""
    names, f, x, layout = narrator.names, derivation.function, derivation.variable, derivation.written
    second, symbol = isinstance(narrator, CurvatureNarrator), narrator.symbol
    lines = tuple(derivation.lines(detail))
    letter = function_letter(names) if second else symbol.name
    indexed = isinstance(narrator.matrix, Tensor) and layout != "gradient"
    result = derivation.result if indexed else _written(narrator, layout)
    shown = _shown_names(names, lines, (*_nodes(result), narrator.named, *([narrator.root] if second else [])), f)
    last = ((symbol, narrator.root, False),) if second else ()
    framed = frame(symbol.name, symbol, x, derivation.kind, letter, layout)
    holds = where_curvature_holds(narrator, x) if second else where_it_holds(narrator, x, narrator.root)
    return Page(
        letter,
        f,
        narrator.named,
        x,
        symbol,
        declarations(f, x),
        _sums_to_one(f, x),
        tuple(_tightened(n, narrator) for n in (*(n for n in shown if n[0] is not symbol), *last)),
        lines,
        result,
        None if second or isinstance(result, Tensor) else second_form(result, names, result),
        holds if x in f.free else constant_in(x, holds),
        layout_of_forward(narrator, x) if layout == "gradient" else in_another_layout(layout),
        framed if isinstance(result, Node) else Frame(framed.name, entries(symbol.name, symbol, x)),
        derivation.kind,
        "the gradient" if second else "",
    )


def _written(narrator: ForwardNarrator, layout: str) -> Node | Tensor:
    """The derivative in names, in a layout."""
    if narrator.stacked and isinstance(narrator.matrix, Node):
        found: Node | Tensor = transpose(narrator.matrix) if layout == "denominator" else narrator.matrix
    else:
        found = to_layout(narrator.matrix, narrator.symbol, narrator.x, layout)
    return narrator.tightened(found)


def _matrix(result: Node | Tensor) -> Node:
    """A derivative that has at most two indices."""
    if isinstance(result, Tensor):
        raise NoClosedForm(f"{result} has more than two indices")
    return result


def _nodes(result: Node | Tensor) -> tuple[Node, ...]:
    return (result,) if isinstance(result, Node) else result.nodes


def _tightened(
    name: tuple[Variable, Node, bool], narrator: ForwardNarrator
) -> tuple[Variable, Node, bool]:
    """A name in the variables as they were declared."""
    symbol, meaning, whole = name
    return symbol, _matrix(narrator.tightened(meaning)), whole


def _shown_names(
    names: Names, lines: tuple[Line, ...], others: tuple[Node, ...], f: Node
) -> tuple[tuple[Variable, Node, bool], ...]:
    """The names that the page uses, in order of dependence; the flag says that it is the value of f."""
    used = {v for node in (*(line.right for line in lines), *others) for v in node.free}
    known = set(names.definitions)
    for node in postorder(line.right for line in lines):
        used |= known.intersection(node.args)
    for part in (p for line in lines for p in line.reason):
        for node in getattr(part, "nodes", ()):
            used |= {n for n in postorder([node]) if isinstance(n, Variable)}
    for symbol, meaning in reversed(names.definitions.items()):
        if symbol in used:
            used |= meaning.free
    return tuple((s, m, names.expand(m) is f) for s, m in names.definitions.items() if s in used)


def declarations(f: Node, x: Variable) -> tuple[Declaration, ...]:
    """The variables with their shapes: matrices, vectors, scalars, in order of appearance; long properties last."""
    found = [_declaration(v) for v in in_order(f, x)]
    merged: list[Declaration] = []
    for item in [d for d in found if not d.wordy] + [d for d in found if d.wordy]:
        last = merged[-1] if merged else None
        if (
            last is not None
            and not (last.words or item.words)
            and last.unit == item.unit
            and (last.rows, last.cols) == (item.rows, item.cols)
        ):
            merged[-1] = Declaration((*last.variables, *item.variables), item.rows, item.cols, "", False, item.unit)
        else:
            merged.append(item)
    return tuple(merged)


def _declaration(v: Variable) -> Declaration:
    scalar = v.is_scalar
    for table, wordy in ((WORDY, True), (INLINE, False)):
        for name, said in table.items():
            if name in v.properties and not (scalar and name in ("positive", "nonneg")):
                return Declaration((v,), v.rows, v.cols, said, wordy)
    if scalar and v.properties & {"positive", "nonneg"}:
        return Declaration((v,), v.rows, v.cols, ">0" if "positive" in v.properties else ">=0")
    return Declaration((v,), v.rows, v.cols, unit="unit-interval" in v.properties)


def in_order(f: Node, x: Variable) -> list[Variable]:
    """Matrices, vectors, scalars, each in order of appearance; names that differ in their index are sorted by it."""
    seen: dict[Variable, None] = {}
    stack: list[Node] = [f]
    visited: set[Node] = set()
    while stack:
        node = stack.pop()
        if node in visited:
            continue
        visited.add(node)
        if isinstance(node, Variable):
            seen.setdefault(node)
        stack.extend(reversed(node.args))
    seen.setdefault(x)
    ranked = sorted(seen, key=lambda v: 2 if v.is_scalar else 1 if v.is_vector else 0)
    stems: dict[str, list[Variable]] = {}
    for v in ranked:
        stems.setdefault(re.sub(r"_?\d+$", "", v.name), []).append(v)
    queues = {stem: iter(sorted(vs, key=_index)) for stem, vs in stems.items()}
    return [next(queues[re.sub(r"_?\d+$", "", v.name)]) for v in ranked]


def _index(v: Variable) -> int:
    found = re.search(r"\d+$", v.name)
    return int(found[0]) if found else -1


def _sums_to_one(f: Node, x: Variable) -> tuple[Variable, ...]:
    return tuple(v for v in in_order(f, x) if "sums-to-one" in v.properties)
