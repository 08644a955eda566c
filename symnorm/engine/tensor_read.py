"""From a linear form to an einsum: every operation that is linear in the differential, in letters.

(A dX B)[i, j] = A[i, k] dX[k, l] B[l, j],  (dX')[i, j] = dX[j, i],  (B o dX)[i, j] = B[i, j] dX[i, j],
diag(dx)[i, j] = dx[i] delta[i, j],  tr dX = dX[i, i],  vec(dX)[(j, i)] = dX[i, j],
kron(dA, B)[(i, k), (j, l)] = dA[i, j] B[k, l].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import prod

from ..errors import NoClosedForm, NoRule
from ..language.build import UNIT, hadamard, identity, is_zero, lower, matmul, mul, ones, transpose
from ..language.node import (
    Add,
    Commutation,
    Diag,
    DiagOf,
    Differential,
    Hadamard,
    Identity,
    Inner,
    Kron,
    KronAdjoint,
    Lower,
    MatMul,
    Mul,
    Node,
    Ones,
    SumAll,
    Trace,
    Transpose,
    Unvec,
    Vec,
)
from ..shapes import ONE, Size
from .adjoint import is_differential
from .tensor import Axis, Letter, Operand, Term, operand, renamed

MAX_TERMS = 512
Terms = list[Term]
Leaf = Callable[[Node, Axis, Axis], Terms]


@dataclass(slots=True)
class Reader:
    """Reads forms into terms. `leaf` says what the differential of a node is; `split` letters became groups."""

    leaf: Leaf
    sizes: list[Size] = field(default_factory=list)
    split: dict[Letter, Axis] = field(default_factory=dict)

    def letter(self, size: Size) -> Axis:
        """A new axis; nothing for size one."""
        if size is ONE:
            return ()
        self.sizes.append(size)
        return (len(self.sizes) - 1,)

    def read(self, form: Node, rows: Axis, cols: Axis) -> Terms:
        """form[rows, cols] as terms."""
        if is_zero(form):
            return []
        if not is_differential(form):
            return [self.opaque(form, rows, cols)]
        reading = READINGS.get(type(form))
        if reading is None:
            raise NoRule(f"{form} ({type(form).__name__}) is not linear in its differential")
        terms = reading(self, form, rows, cols)
        if len(terms) > MAX_TERMS:
            raise NoClosedForm(f"the derivative has more than {MAX_TERMS} terms: ask for jvp or vjp, which stay short")
        return terms

    def opaque(self, node: Node, rows: Axis, cols: Axis) -> Term:
        """A node without differentials, as one term."""
        if node.is_scalar:
            return Term(node, ())
        scalars, core = (node.args[:-1], node.args[-1]) if isinstance(node, Mul) else ((), node)
        coefficient = mul(UNIT, *scalars)
        if isinstance(core, Ones):
            return Term(coefficient, ())
        if isinstance(core, Diag):
            return Term(coefficient, (operand(core.args[0], rows, ()), *delta(identity(core.rows), rows, cols)))
        if isinstance(core, MatMul) and core.cols is not ONE and core.rows is not ONE:
            cut = next((i for i, f in enumerate(core.args) if f.cols is ONE), None)
            if cut is not None:
                left, right = matmul(*core.args[: cut + 1]), transpose(matmul(*core.args[cut + 1 :]))
                return Term(coefficient, (operand(left, rows, ()), operand(right, cols, ())))
        if isinstance(core, Transpose):
            core, rows, cols = core.args[0], cols, rows
        return Term(coefficient, (operand(core, rows, cols),))

    def halves(self, axis: Axis, first: Size, second: Size) -> tuple[Axis, Axis]:
        """An axis of size first * second as two."""
        axis = self.resolved(axis)
        for i in range(len(axis) + 1):
            if prod((self.sizes[k] for k in axis[:i]), start=ONE) == first:
                return axis[:i], axis[i:]
        if len(axis) == 1:
            pair = (self.letter(first), self.letter(second))
            self.split[axis[0]] = pair[0] + pair[1]
            return pair
        raise NoClosedForm("an index is cut in two ways that do not fit (vec or kron of different shapes added)")

    def resolved(self, axis: Axis) -> Axis:
        while any(k in self.split for k in axis):
            axis = tuple(m for k in axis for m in self.split.get(k, (k,)))
        return axis

    def finished(self, terms: Iterable[Term]) -> Terms:
        """The terms with the letters that were split replaced by their groups."""
        groups = {k: self.resolved((k,)) for k in self.split}
        return [renamed(t, groups) for t in terms]


def delta(eye: Node, a: Axis, b: Axis) -> tuple[Operand, ...]:
    """The Kronecker delta of two axes; nothing for axes of size one."""
    return (Operand(eye, (a, b)),) if a or b else ()


def times(left: Terms, right: Terms, summed: Axis = ()) -> Terms:
    """The products of all pairs, summed over further letters."""
    return [
        Term(mul(a.coefficient, b.coefficient), a.operands + b.operands, a.summed | b.summed | frozenset(summed))
        for a in left
        for b in right
    ]


def _differential(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    return reader.leaf(form.args[0], rows, cols)


def _sum(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    return [term for part in form.args for term in reader.read(part, rows, cols)]


def _scaled(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    *scalars, core = form.args
    terms = reader.read(core, rows, cols)
    for scalar in scalars:
        terms = times(reader.read(scalar, (), ()), terms)
    return terms


def _product(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    i = next(i for i, a in enumerate(form.args) if is_differential(a))
    part = form.args[i]
    inner_rows, inner_cols = rows, cols
    summed: Axis = ()
    left: Terms = [Term(UNIT, ())]
    right: Terms = [Term(UNIT, ())]
    if i > 0:
        inner_rows = reader.letter(part.rows)
        left = [reader.opaque(matmul(*form.args[:i]), rows, inner_rows)]
        summed += inner_rows
    if i < len(form.args) - 1:
        inner_cols = reader.letter(part.cols)
        right = [reader.opaque(matmul(*form.args[i + 1 :]), inner_cols, cols)]
        summed += inner_cols
    return times(times(left, reader.read(part, inner_rows, inner_cols)), right, summed)


def _hadamard(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    i = next(i for i, a in enumerate(form.args) if is_differential(a))
    rest = hadamard(*form.args[:i], *form.args[i + 1 :])
    return times([reader.opaque(rest, rows, cols)], reader.read(form.args[i], rows, cols))


def _trace(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    i = reader.letter(form.args[0].rows)
    return times([Term(UNIT, ())], reader.read(form.args[0], i, i), i)


def _sum_all(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    i, j = reader.letter(form.args[0].rows), reader.letter(form.args[0].cols)
    return times([Term(UNIT, ())], reader.read(form.args[0], i, j), i + j)


def _diag(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    return times(reader.read(form.args[0], rows, ()), [Term(UNIT, delta(identity(form.rows), rows, cols))])


def _vec(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    inside = form.args[0]
    j, i = reader.halves(rows, inside.cols, inside.rows)
    return reader.read(inside, i, j)


def _kron(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    a, b = form.args
    i, k = reader.halves(rows, a.rows, b.rows)
    j, m = reader.halves(cols, a.cols, b.cols)
    return times(reader.read(a, i, j), reader.read(b, k, m))


def _kron_adjoint(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    g, b = form.args
    k, m = reader.letter(b.rows), reader.letter(b.cols)
    left = form.data[0] == "left"
    inside = reader.read(g, rows + k if left else k + rows, cols + m if left else m + cols)
    return times(inside, reader.read(b, k, m), k + m)


def _inner(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    u, v = form.args
    i, j = reader.letter(u.rows), reader.letter(u.cols)
    return times(reader.read(u, i, j), reader.read(v, i, j), i + j)


def _lower(reader: Reader, form: Node, rows: Axis, cols: Axis) -> Terms:
    mask = reader.opaque(lower(ones(form.rows, form.cols)), rows, cols)
    return times([mask], reader.read(form.args[0], rows, cols))


READINGS: dict[type[Node], Callable[[Reader, Node, Axis, Axis], Terms]] = {
    Differential: _differential,
    Add: _sum,
    Mul: _scaled,
    MatMul: _product,
    Hadamard: _hadamard,
    Trace: _trace,
    SumAll: _sum_all,
    Diag: _diag,
    Vec: _vec,
    Kron: _kron,
    KronAdjoint: _kron_adjoint,
    Inner: _inner,
    Lower: _lower,
    Transpose: lambda reader, form, rows, cols: reader.read(form.args[0], cols, rows),
    DiagOf: lambda reader, form, rows, cols: reader.read(form.args[0], rows, rows),
    Unvec: lambda reader, form, rows, cols: reader.read(form.args[0], cols + rows, ()),
}

__all__ = ["MAX_TERMS", "READINGS", "Commutation", "Identity", "Reader", "delta", "times"]
