"""The matrix J of a form that is linear in dX, with vec(form) = J vec(dX), read off factor by factor.

vec(A dX B) = (B' (x) A) vec(dX);  vec(dX') = K vec(dX);  vec(H o dX) = diag(vec(H)) vec(dX);
tr(A dX) = vec(A')' vec(dX);  vec(diag(dx)) = diag(vec(I)) (1 (x) I) dx;
vec(dX (x) A) = (I (x) K (x) I)(I (x) vec(A)) vec(dX).
A form that is a row or a column is stacked as a column.
Unlike the einsum this holds for products in any nesting: A'(H o (A dX)). Source: [MN] ch. 2 and 9.
"""

from __future__ import annotations

from ..language.build import (
    add,
    commutation,
    diag,
    hadamard,
    identity,
    kron,
    matmul,
    mul,
    ones,
    transpose,
    vec,
)
from ..language.node import (
    Add,
    Diag,
    DiagOf,
    Differential,
    Hadamard,
    Inner,
    Kron,
    MatMul,
    Mul,
    Node,
    SumAll,
    Trace,
    Transpose,
    Vec,
)
from .adjoint import is_differential


def stacked_factor(form: Node) -> Node | None:
    """J with vec(form) = J vec(dX); None where a law is missing."""
    match form:
        case Differential():
            return identity(form.rows * form.cols)
        case Add():
            parts = [stacked_factor(t) for t in form.args]
            return None if None in parts else add(*(p for p in parts if p is not None))
        case Transpose() | Vec() | SumAll() | Trace() | Diag() | DiagOf():
            return _of_one(form)
        case Kron() if len(form.args) == 2:
            return _of_kron(form)
        case Mul() | Hadamard() | Inner() | MatMul():
            return _of_product(form)
    return None


def _of_one(form: Node) -> Node | None:
    (inside,) = form.args
    if isinstance(form, Trace) and isinstance(inside, MatMul):
        left, hot, right = _around(inside)
        found = stacked_factor(hot)
        cold = matmul(*right, *left)
        return None if found is None else matmul(transpose(vec(transpose(cold))), found)
    found = stacked_factor(inside)
    if found is None or isinstance(form, Vec):
        return found
    if isinstance(form, Transpose):
        thin = inside.rows == 1 or inside.cols == 1
        return found if thin else matmul(commutation(inside.rows, inside.cols), found)
    if isinstance(form, (Diag, DiagOf)):
        n = form.rows
        spread = matmul(diag(vec(identity(n))), kron(ones(n), identity(n)))
        return matmul(spread if isinstance(form, Diag) else transpose(spread), found)
    weight = identity(inside.rows) if isinstance(form, Trace) else ones(inside.rows, inside.cols)
    return matmul(transpose(vec(weight)), found)


def _of_product(form: Node) -> Node | None:
    left, hot, right = _around(form)
    found = stacked_factor(hot)
    if found is None:
        return None
    cold = (*left, *right)
    match form:
        case Mul() if hot.is_scalar and not form.is_scalar:
            return matmul(vec(mul(*cold)), found)
        case Mul():
            return mul(*cold, found)
        case Hadamard():
            return matmul(diag(vec(hadamard(*cold))), found)
        case Inner():
            return matmul(transpose(vec(cold[0])), found)
    before = matmul(*left) if left else identity(hot.rows)
    after = matmul(*right) if right else identity(hot.cols)
    return matmul(kron(transpose(after), before), found)


def _of_kron(form: Node) -> Node | None:
    """vec(U (x) A) = (I (x) K (x) I)(vec(U) (x) vec(A)); one of the two holds the differential."""
    (m, n), (p, q) = ((a.rows, a.cols) for a in form.args)
    left, hot, right = _around(form)
    found = stacked_factor(hot)
    if found is None:
        return None
    size = identity(hot.rows * hot.cols)
    sides = (*(vec(a) for a in left), size, *(vec(a) for a in right))
    return matmul(kron(kron(identity(n), commutation(q, m)), identity(p)), kron(*sides), found)


def _around(form: Node) -> tuple[tuple[Node, ...], Node, tuple[Node, ...]]:
    """The factor that holds the differential, and what stands before and after it."""
    at = next(i for i, a in enumerate(form.args) if is_differential(a))
    return form.args[:at], form.args[at], form.args[at + 1 :]
