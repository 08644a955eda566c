"""From a syntax tree and declarations to the shape of every name and literal.

What is declared is fixed. Undeclared names get a kind by their letter (`kinds`) and unknown sizes, which the laws
settle; what stays open gets a readable name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr

from ...errors import ReadingError
from .attempt import Inference, Laws
from .function_laws import CALL_LAWS
from .kinds import Kinds, alternatives, kinds_of, single_changes
from .literal_laws import LITERAL_LAWS
from .operator_laws import OPERATOR_LAWS
from .problems import ReadingShapeError
from .sizes import SCALAR, Product, Shape, Term, Unknown, final, resolve, settle, words
from .syntax import Syntax, walk
from .vocabulary import CONSTANTS

LAWS: Laws = OPERATOR_LAWS | CALL_LAWS | LITERAL_LAWS
Sizes = tuple[Expr, Expr]


@dataclass(frozen=True, slots=True)
class Shapes:
    """The outcome: sizes of the undeclared names and of the literals, and the story in words."""

    names: dict[str, Sizes]
    literals: dict[Syntax, Sizes]
    turned: frozenset[Syntax]
    inferred: tuple[str, ...]
    assumptions: tuple[str, ...]


def infer(text: str, root: Syntax, declared: Mapping[str, Sizes], sizes: frozenset[str], dialect: str = "text",
          bold: frozenset[str] = frozenset()) -> Shapes:
    """The shapes of everything in the tree; an error names the sub-expression that does not fit."""
    known = frozenset(declared) | sizes | (CONSTANTS - frozenset(declared))
    kinds = kinds_of(root, known, bold, dialect)
    _refuse_glued(text, root, kinds, frozenset(declared))
    try:
        attempt = _attempt(text, root, declared, sizes, kinds, dialect)
    except ReadingShapeError as problem:
        found = _retry(text, root, declared, sizes, kinds, dialect)
        if found is None:
            hint = _hint(text, root, declared, sizes, kinds, dialect)
            if hint:
                raise ReadingShapeError(problem.problem + hint, problem.text, problem.column) from None
            raise
        kinds, attempt = found
    return _settle(attempt, root, kinds, declared, sizes)


def _refuse_glued(text: str, root: Syntax, kinds: Kinds, declared: frozenset[str]) -> None:
    """Ax, undeclared beside a declared A and x, has two readings."""
    for name in kinds:
        if 1 < len(name) <= 4 and declared.issuperset(name):
            at = next(node for node in walk(root) if node.kind == "name" and node.value == name)
            raise ReadingError(f"{name} is not declared, but {' and '.join(dict.fromkeys(name))} are: write "
                               f"{'*'.join(name)} for the "
                               f"product, or declare {name}", text, at.column)


def _attempt(text: str, root: Syntax, declared: Mapping[str, Shape], sizes: frozenset[str], kinds: Kinds,
             dialect: str) -> Inference:
    names: dict[str, Shape] = dict(declared)
    for name, (kind, _) in kinds.items():
        if kind == "scalar":
            names[name] = SCALAR
        elif kind == "vector":
            names[name] = (Unknown(f"len({name})"), SCALAR[1])
        else:
            names[name] = (Unknown(f"rows({name})"), Unknown(f"cols({name})"))
    guessed = [name for name, (kind, why) in kinds.items() if kind == "scalar" and why == "by name"]
    attempt = Inference(text, LAWS, names, sizes, dialect, guessed=frozenset(guessed if dialect == "latex" else ()))
    attempt.run(root)
    return attempt


def _retry(text: str, root: Syntax, declared: Mapping[str, Shape], sizes: frozenset[str], kinds: Kinds,
           dialect: str) -> tuple[Kinds, Inference] | None:
    """Another reading of scalars that fits."""
    for changed in alternatives(kinds, 5 if len(text) <= 1_000 else 2):
        try:
            return changed, _attempt(text, root, declared, sizes, changed, dialect)
        except ReadingShapeError:
            continue
    return None


def _hint(text: str, root: Syntax, declared: Mapping[str, Shape], sizes: frozenset[str], kinds: Kinds,
          dialect: str) -> str:
    """Which single declaration would make it fit."""
    if not kinds:
        return ""
    fits = []
    if len(text) <= 400:
        for words_, changed in single_changes(kinds):
            try:
                _attempt(text, root, declared, sizes, changed, dialect)
            except Exception:
                continue
            fits.append(words_)
    if fits:
        return f" (undeclared names were typed by their letter; it fits with {fits[0]}: declare it so)"
    typed = ", ".join(f"{name} {kind}" for name, (kind, _) in list(kinds.items())[:6])
    return f" (undeclared names were typed by their letter: {typed})"


def _settle(attempt: Inference, root: Syntax, kinds: Kinds, declared: Mapping[str, Shape],
            sizes: frozenset[str]) -> Shapes:
    """Name the open sizes of names; a literal whose size is open is refused."""
    taken = set(sizes) | set(attempt.names) | {n.value for n in walk(root) if n.kind == "name"} if kinds else set()
    shapes = [attempt.names[name] for name in kinds]
    oblong = [s for s in shapes if type(resolve(s[0])) is Unknown and type(resolve(s[1])) is Unknown
              and resolve(s[0]) is not resolve(s[1])]
    terms: list[Term] = [t for s in (*oblong[:1], *shapes) for t in s]
    settle(terms, taken, "mnpkqr" if oblong else "nmpkqr")
    assumptions = list(attempt.notes)
    literals = {}
    for node, shape in attempt.literals.items():
        if any(type(resolve(t)) in (Unknown, Product) for t in shape):
            _settle_literal(attempt, node, shape, declared, assumptions)
        literals[node] = (final(shape[0]), final(shape[1]))
    names = {name: (final(shape[0]), final(shape[1])) for name, shape in zip(kinds, shapes, strict=True)}
    inferred = tuple(f"{name}: {_said(words(names[name]))}, {why}" for name, (_, why) in kinds.items())
    return Shapes(names, literals, frozenset(attempt.turned), inferred, tuple(assumptions))


def _settle_literal(attempt: Inference, node: Syntax, shape: Shape, declared: Mapping[str, Shape],
                    assumptions: list[str]) -> None:
    """A literal whose size no context fixes takes the one size that was declared, if there is only one."""
    found = {t for pair in declared.values() for t in pair if isinstance(t, Expr) and t != SCALAR[0]}
    if len(found) != 1:
        name = attempt.slice(node)[1:-1]
        head = name.partition("(")[0]
        remedy = f"{head}(n)" if head in ("eye", "I") else f"{name.rstrip(')')}, n)"
        attempt.misfit(node, f"nothing settles the size of {name}: write {remedy}")
    size = found.pop()
    for term in shape:
        term = resolve(term)
        if type(term) is Unknown:
            term.found = size
    assumptions.append(f"{attempt.slice(node)[1:-1]} has the size {size}, the only one declared")


def _said(shape: str) -> str:
    return f"{shape} matrix" if " x " in shape else shape
