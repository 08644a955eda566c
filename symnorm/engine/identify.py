"""From a differential to a matrix: the J with L(dx) = J dx, for a vector x.

Each vector u between F and x gets its J with du = J dx once, arguments first, so that a deep chain stays linear:
d(A v) = A J_v dx,  d(u o v) = (diag(v) J_u + diag(u) J_v) dx,  d(s u) = (u g' + s J_u) dx with ds = <g, dx>.
A matrix in between has no J; it is met with the vector that it multiplies:
(dU V) w = dU (V w),  d(U^-1) w = -U^-1 dU (U^-1 w),  diag(du) w = diag(w) J_u dx,  (ds A) w = (A w) g' dx.
Where no such law applies the linear form is read as an einsum and brought back to matrix notation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..errors import NoClosedForm
from ..language.build import (
    add,
    diag,
    hadamard,
    identity,
    is_zero,
    matmul,
    mul,
    ones,
    transpose,
    zero,
)
from ..language.node import (
    Add,
    Diag,
    Differential,
    Hadamard,
    Inner,
    MatMul,
    Mul,
    Node,
    SumAll,
    Transpose,
    Variable,
)
from ..shapes import ONE, Size
from .adjoint import is_differential, read_off
from .forward import Forms
from .sweep import pull

Fallback = Callable[["RightFactors", Node, "Node | None"], Node]


@dataclass(slots=True)
class RightFactors:
    """The J of each vector (column or row) and the row g' of each scalar that has been worked out, for one variable
    x."""

    x: Variable
    forms: Forms
    fallback: Fallback
    known: dict[Node, Node] = field(default_factory=dict)
    met: dict[tuple[Node, Node], Node] = field(default_factory=dict)

    @property
    def width(self) -> Size:
        return self.x.rows

    def of(self, node: Node) -> Node:
        """J with d node = J dx, for a vector; for a scalar the row g'."""
        for below, form in self.forms.forms.items():
            if below.serial <= node.serial and _is_thin(below) and below not in self.known:
                self.known[below] = self.jacobian(form)
        return self.factor_of(node)

    def factor_of(self, node: Node) -> Node:
        """What is known of a node: the identity for x itself, zero for what does not depend on x."""
        if node is self.x:
            return identity(self.width)
        found = self.known.get(node)
        if found is None:
            return zero(node.rows if node.cols is ONE else node.cols, self.width)
        return found

    def jacobian(self, form: Node) -> Node:
        """J of a form that is linear in the differentials and a column, a row or a scalar."""
        match form:
            case _ if not is_differential(form):
                return zero(form.rows if form.cols is ONE else form.cols, self.width)
            case Differential():
                return self.factor_of(form.args[0])
            case Transpose():
                return self.jacobian(form.args[0])
            case Add():
                return add(*(self.jacobian(t) for t in form.args))
            case Mul():
                return self._scaled(form)
            case Hadamard():
                i = _place(form)
                rest = hadamard(*form.args[:i], *form.args[i + 1 :])
                return matmul(diag(rest), self.jacobian(form.args[i]))
            case MatMul() if form.cols is not ONE:
                return self.jacobian(transpose(form))
            case MatMul():
                return self._product(form)
            case SumAll() if _is_thin(form.args[0]):
                rows = self.jacobian(form.args[0])
                return matmul(ones(ONE, rows.rows), rows)
            case SumAll():
                inside = form.args[0]
                return matmul(ones(ONE, inside.rows), self.times(inside, ones(inside.cols)))
            case Inner() if _is_thin(form.args[0]):
                u, v = form.args if is_differential(form.args[1]) else form.args[::-1]
                return matmul(transpose(u if u.cols is ONE else transpose(u)), self.jacobian(v))
        if form.is_scalar:
            return self._row(form)
        return self.fallback(self, form, None)

    def times(self, form: Node, v: Node) -> Node:
        """J with L v = J dx, for a matrix form L and a vector v."""
        key = (form, v)
        if key not in self.met:
            self.met[key] = self._times(form, v)
        return self.met[key]

    def _times(self, form: Node, v: Node) -> Node:
        match form:
            case _ if not is_differential(form):
                return zero(form.rows, self.width)
            case Differential():
                return self.times(self.forms.forms[form.args[0]], v)
            case Transpose() if not isinstance(form.args[0], Differential):
                return self._times_turned(form.args[0], v)
            case Transpose():
                return self.times(transpose(self.forms.forms[form.args[0].args[0]]), v)
            case Add():
                return add(*(self.times(t, v) for t in form.args))
            case Mul():
                return self._scaled(form, v)
            case Diag():
                return matmul(diag(v), self.jacobian(form.args[0]))
            case MatMul():
                return self._product(form, v)
            case Hadamard():
                found = self._entrywise(form, v)
                if found is not None:
                    return found
        return self.fallback(self, form, v)

    def _scaled(self, form: Node, v: Node | None = None) -> Node:
        i = _place(form)
        rest = (*form.args[:i], *form.args[i + 1 :])
        part = form.args[i]
        if part.is_scalar and not form.is_scalar:
            column = mul(*rest) if v is None else matmul(mul(*rest), v)
            return matmul(column if column.cols is ONE else transpose(column), self.jacobian(part))
        return mul(*rest, self.jacobian(part) if v is None else self.times(part, v))

    def _product(self, form: Node, v: Node | None = None) -> Node:
        """A product with one factor that holds the differential, applied to v when there is one."""
        i = _place(form)
        part, left = form.args[i], form.args[:i]
        right = (*form.args[i + 1 :], *(() if v is None else (v,)))
        vector = matmul(*right) if right else None
        if part.cols is ONE:
            return mul(*(() if vector is None else (vector,)), matmul(*left, self.jacobian(part)))
        if vector is None:
            return self.jacobian(part)
        if part.rows is ONE:
            return matmul(*left, transpose(vector), self.jacobian(part))
        return matmul(*left, self.times(part, vector))

    def _times_turned(self, form: Node, v: Node) -> Node:
        """J with L' v = J dx, where the transpose of L does not move inside by itself."""
        if isinstance(form, Add):
            return add(*(self.times(transpose(t), v) for t in form.args))
        found = self._entrywise(form, v, turned=True) if isinstance(form, Hadamard) else None
        return self.fallback(self, transpose(form), v) if found is None else found

    def _entrywise(self, form: Node, v: Node, turned: bool = False) -> Node | None:
        """(B o L) v, or (B o L)' v, where L is an outer product or B is."""
        i = _place(form)
        part, rest = form.args[i], hadamard(*form.args[:i], *form.args[i + 1 :])
        outer = _outer(rest, turned)
        if outer is not None:
            a, b = outer
            return matmul(diag(a), self.times(transpose(part) if turned else part, hadamard(b, v)))
        outer = _outer(part, turned)
        if outer is None:
            return None
        u, w = outer
        kept = transpose(rest) if turned else rest
        if is_differential(u):
            return matmul(diag(matmul(kept, hadamard(w, v))), self.jacobian(u))
        return matmul(diag(u), kept, diag(v), self.jacobian(w))

    def _row(self, form: Node) -> Node:
        """g' of a scalar form, by the reverse sweep from its own differentials."""
        gradients, _ = pull(read_off(ones(1), form), [self.x])
        return transpose(gradients[self.x])


def _is_thin(node: Node) -> bool:
    return node.cols is ONE or node.rows is ONE


def _place(form: Node) -> int:
    """Where among the arguments of a product the differential is."""
    return next(i for i, a in enumerate(form.args) if is_differential(a))


def _outer(node: Node, turned: bool) -> tuple[Node, Node] | None:
    """u and w of an outer product u w' (of its transpose w u')."""
    if isinstance(node, MatMul) and len(node.args) == 2 and node.args[0].cols is ONE:
        u, w = node.args[0], transpose(node.args[1])
        return (w, u) if turned else (u, w)
    return None


def right_factor(F: Node, x: Variable, forms: Forms, fallback: Fallback) -> Node:
    """J with dF = J dx, of shape m x n for a vector F of m and a vector x of n; for a scalar F the row."""
    return RightFactors(x, forms, fallback).of(F)


def refuse(factors: RightFactors, form: Node, v: Node | None) -> Node:
    """The fallback of last resort."""
    raise NoClosedForm(f"no matrix notation is known for the derivative by {factors.x} through {form}")


__all__ = ["Mapping", "RightFactors", "is_zero", "refuse", "right_factor"]
