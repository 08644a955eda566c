"""A derivative with more than two indices: a sum of products of matrices over named letters, read off exactly.

D[i, j, k, l] = sum of c * P[i, k] * Q[j, l] * ... : each operand is a node with a letter for each of its axes, an
identity is a Kronecker delta, a letter that is not an index of the result is summed. An axis may be a group of letters
(row-major): vec and kron make them. The shape of the array is the shape of the function, then that of the variable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from math import prod
from typing import Any

from ..language.build import UNIT, add, constant, is_zero, mul, transpose
from ..language.node import Constant, Mul, Node, Variable
from ..rules.rule import Condition
from ..shapes import ONE, Size

Letter = int
Axis = tuple[Letter, ...]
RENDERINGS: dict[str, Callable[[Any], str]] = {}
"""How a tensor is written ("text", "latex"): filled in by the layer that simplifies its matrices."""
NUMBERS: dict[str, Callable[..., Any]] = {}
"""How a tensor is evaluated ("numbers", "operator"): filled in by `symnorm.wiring`."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A matrix (two axes) or a vector (one axis) with the letters of its axes."""

    node: Node
    axes: tuple[Axis, ...]

    @property
    def letters(self) -> frozenset[Letter]:
        return frozenset(letter for axis in self.axes for letter in axis)


@dataclass(frozen=True, slots=True)
class Term:
    """A scalar coefficient times operands, summed over some letters."""

    coefficient: Node
    operands: tuple[Operand, ...]
    summed: frozenset[Letter] = frozenset()


@dataclass(frozen=True, slots=True, repr=False)
class Tensor:
    """The derivative of `of` by the variables `by` (one for each order), with indices out + in.

    `out` has the axes of `of`, `into` those of each variable in turn; `sizes` is the size of each letter.
    """

    of: Node
    by: tuple[Variable, ...]
    out: tuple[Axis, ...]
    into: tuple[tuple[Axis, ...], ...]
    sizes: tuple[Size, ...]
    terms: tuple[Term, ...]
    conditions: tuple[Condition, ...] = ()
    function: Node | None = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of the array: those of the function, then those of the variables."""
        return (*self.out, *(axis for axes in self.into for axis in axes))

    @property
    def shape(self) -> tuple[Size, ...]:
        """The shape of the array: out + in."""
        return tuple(self.size_of(axis) for axis in self.axes)

    @property
    def free(self) -> frozenset[Variable]:
        """The variables that the entries depend on."""
        return frozenset().union(*(node.free for node in self.nodes))

    @property
    def nodes(self) -> tuple[Node, ...]:
        """What must be evaluated for the numbers: the size of each letter, then coefficients and operands, each
        once."""
        found: dict[Node, None] = {}
        for term in self.terms:
            found.setdefault(term.coefficient)
            for operand in term.operands:
                found.setdefault(operand.node)
        return (*(constant(size) for size in self.sizes), *found)

    def size_of(self, axis: Axis) -> Size:
        return prod((self.sizes[letter] for letter in axis), start=ONE)

    def map(self, change: Callable[[Node], Node]) -> Tensor:
        """The same tensor with each coefficient and operand rewritten by an equal one; scalars go in front."""
        return replace(self, terms=tuple(_changed(t, change) for t in self.terms))

    def dense(
        self, values: Mapping[Any, Any] | None = None, *, sizes: Mapping[Any, int] | None = None, **named: Any
    ) -> Any:
        """The array of shape out + in at a point: values by variable or name, or as keywords."""
        return _lent("numbers")(self, {**(values or {}), **named}, sizes).dense()

    def operator(
        self, values: Mapping[Any, Any] | None = None, *, sizes: Mapping[Any, int] | None = None, **named: Any
    ) -> Any:
        """The matrix-free product at a point, as a SciPy LinearOperator on raveled arrays."""
        return _lent("operator")(self, {**(values or {}), **named}, sizes)

    def __str__(self) -> str:
        return RENDERINGS["text"](self)

    __repr__ = __str__

    def _text(self) -> str:
        return RENDERINGS["text"](self)

    def _latex(self, printer: object = None) -> str:
        return RENDERINGS["latex"](self)

    def latex(self) -> str:
        """The tensor in LaTeX."""
        return RENDERINGS["latex"](self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _changed(term: Term, change: Callable[[Node], Node]) -> Term:
    operands, scalars = [], [change(term.coefficient)]
    for op in term.operands:
        node = change(op.node)
        if isinstance(node, Mul):
            scalars += node.args[:-1]
            node = node.args[-1]
        operands.append(Operand(node, op.axes))
    return Term(mul(*scalars), tuple(operands), term.summed)


def _lent(what: str) -> Callable[..., Any]:
    if what not in NUMBERS:
        import_module("symnorm.wiring_numbers")
    return NUMBERS[what]


def axes_of(node: Node, letter: Callable[[Size], Axis]) -> tuple[Axis, ...]:
    """Fresh axes for the array of a node: none for a scalar, one for a vector, two for a matrix or a row."""
    if node.cols is ONE:
        return () if node.rows is ONE else (letter(node.rows),)
    return (letter(node.rows), letter(node.cols))


def both(axes: tuple[Axis, ...]) -> tuple[Axis, Axis]:
    """The row and the column axis; an axis of size one is empty."""
    return (*axes, (), ())[:2]  # type: ignore[return-value]


def operand(node: Node, rows: Axis, cols: Axis) -> Operand:
    """A node at (rows, cols): rows are turned into columns, vectors have one axis."""
    if node.rows is ONE and node.cols is not ONE:
        node, rows, cols = transpose(node), cols, rows
    return Operand(node, (rows,) if node.cols is ONE else (rows, cols))


def turned(op: Operand) -> Operand:
    """The same operand, its matrix transposed."""
    return Operand(transpose(op.node), op.axes[::-1])


def collected(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Like terms added up."""
    found: dict[object, Term] = {}
    for term in terms:
        key = (frozenset((o.node.key, o.axes) for o in term.operands), len(term.operands), term.summed)
        seen = found.get(key)
        found[key] = term if seen is None else replace(seen, coefficient=add(seen.coefficient, term.coefficient))
    return tuple(t for t in found.values() if not is_zero(t.coefficient))


def renamed(term: Term, groups: Mapping[Letter, Axis]) -> Term:
    """The term with letters replaced by groups of letters."""
    if not groups:
        return term

    def axis_of(axis: Axis) -> Axis:
        return tuple(letter for old in axis for letter in groups.get(old, (old,)))

    operands = tuple(Operand(o.node, tuple(axis_of(a) for a in o.axes)) for o in term.operands)
    return Term(term.coefficient, operands, frozenset(axis_of(tuple(term.summed))))


def is_number(node: Node) -> bool:
    return isinstance(node, Constant)


__all__ = [
    "UNIT",
    "Axis",
    "Letter",
    "Operand",
    "Tensor",
    "Term",
    "axes_of",
    "both",
    "collected",
    "is_number",
    "operand",
    "renamed",
    "turned",
]
