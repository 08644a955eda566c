"""Trace, determinant, diagonal, vec: what they are of products, transposes, diagonal and Kronecker matrices."""

from __future__ import annotations

from ..errors import ShapeError
from ..shapes import ONE, Size, describe
from .entrywise import elementwise, hadamard, mul, power
from .leaves import MINUS, UNIT, as_node, constant, is_zero, ones, zero
from .node import (
    Add,
    Det,
    Diag,
    DiagOf,
    Identity,
    Inverse,
    Kron,
    KronAdjoint,
    LogDet,
    Lower,
    MatMul,
    MatrixExponential,
    Mul,
    Node,
    Ones,
    Trace,
    TraceExponential,
    Transpose,
    Unvec,
    Vec,
)
from .products import matmul, transpose
from .reductions import sum_all
from .sums import add, negate


def trace(x: Node) -> Node:
    """tr X."""
    x = _square("trace", as_node(x))
    match x:
        case _ if x.is_scalar:
            return x
        case Identity() | Ones():
            return constant(x.rows)
        case Transpose():
            return trace(x.args[0])
        case Mul():
            return mul(*x.args[:-1], trace(x.args[-1]))
        case Kron() if x.args[0].is_square:
            return mul(trace(x.args[0]), trace(x.args[1]))
        case Diag():
            return sum_all(x.args[0])
        case MatrixExponential():
            exponential: Node = TraceExponential._make((), x.args, ONE, ONE)
            return exponential
        case MatMul():
            return _trace_of_product(x)
        case Add() if any(_apart(t) for t in x.args):
            return add(*(trace(t) for t in x.args))
    if is_zero(x):
        return zero()
    node: Node = Trace._make((), (x,), ONE, ONE)
    return node


def _apart(term: Node) -> bool:
    """Is it a term whose trace is taken by itself: the identity, or a multiple of an exponential?"""
    core = term.args[-1] if isinstance(term, Mul) else term
    return isinstance(term, Identity) or isinstance(core, MatrixExponential)


def _trace_of_product(x: MatMul) -> Node:
    """Turned so that a vector comes first, which makes it a scalar product; and so that ends that cancel meet.

    tr(11'P) is the sum of P.
    """
    factors = x.args
    for i, factor in enumerate(factors):
        if factor.rows is ONE:
            return matmul(*factors[i:], *factors[:i])
        if isinstance(factor, Ones):
            return sum_all(matmul(*factors[i + 1 :], *factors[:i]))
    turned = matmul(factors[-1], *factors[:-1])
    if not isinstance(turned, MatMul) or len(turned.args) < len(factors):
        return trace(turned)
    node: Node = Trace._make((), (x,), ONE, ONE)
    return node


def det(x: Node) -> Node:
    """det X."""
    x = _square("det", as_node(x))
    match x:
        case _ if x.is_scalar:
            return x
        case Identity():
            return UNIT
        case Transpose():
            return det(x.args[0])
        case Inverse():
            return power(det(x.args[0]), MINUS)
        case MatrixExponential():
            return elementwise("exp", trace(x.args[0]))
        case Mul():
            return mul(*(power(s, constant(x.rows)) for s in x.args[:-1]), det(x.args[-1]))
        case Kron() if x.args[0].is_square:
            a, b = x.args
            return mul(power(det(a), constant(b.rows)), power(det(b), constant(a.rows)))
    node: Node = Det._make((), (x,), ONE, ONE)
    return node


def logdet(x: Node) -> Node:
    """log |det X|."""
    x = _square("logdet", as_node(x))
    match x:
        case _ if x.is_scalar:
            return elementwise("log", elementwise("abs", x))
        case Identity():
            return zero()
        case Transpose():
            return logdet(x.args[0])
        case Inverse():
            return negate(logdet(x.args[0]))
        case MatrixExponential():
            return trace(x.args[0])
        case Kron() if x.args[0].is_square:
            a, b = x.args
            return add(mul(constant(b.rows), logdet(a)), mul(constant(a.rows), logdet(b)))
        case Mul():
            number = constant(x.rows)
            logs = [mul(number, elementwise("log", elementwise("abs", s))) for s in x.args[:-1]]
            return add(*logs, logdet(x.args[-1]))
    node: Node = LogDet._make((), (x,), ONE, ONE)
    return node


def diagonal(x: Node) -> Node:
    """The diagonal of a square matrix as a vector."""
    x = _square("diag", as_node(x))
    match x:
        case _ if x.is_scalar:
            return x
        case Identity() | Ones():
            return ones(x.rows)
        case Diag() | Transpose():
            return x.args[0] if isinstance(x, Diag) else diagonal(x.args[0])
        case Mul():
            return mul(*x.args[:-1], diagonal(x.args[-1]))
        case MatMul() if any(f.rows is ONE for f in x.args):
            waist = next(i for i, f in enumerate(x.args) if f.rows is ONE)
            return hadamard(matmul(*x.args[:waist]), transpose(matmul(*x.args[waist:])))
        case MatMul() if isinstance(x.args[0], Diag):
            return hadamard(x.args[0].args[0], diagonal(matmul(*x.args[1:])))
        case MatMul() if isinstance(x.args[-1], Diag):
            return hadamard(diagonal(matmul(*x.args[:-1])), x.args[-1].args[0])
    if is_zero(x):
        return zero(x.rows)
    if isinstance(x, MatMul) and 2 * sum(isinstance(f, Transpose) for f in x.args) > len(x.args):
        x = transpose(x)
    node: Node = DiagOf._make((), (x,), x.rows, ONE)
    return node


def lower(x: Node) -> Node:
    """X with zeros above the diagonal."""
    x = _square("tril", as_node(x))
    if x.is_scalar or "lower" in x.facts or is_zero(x):
        return x
    if isinstance(x, Mul):
        return mul(*x.args[:-1], lower(x.args[-1]))
    node: Node = Lower._make((), (x,), x.rows, x.cols)
    return node


def vec(x: Node) -> Node:
    """The columns of X, stacked."""
    x = as_node(x)
    if x.is_vector or x.is_scalar:
        return x
    if x.rows is ONE:
        return transpose(x)
    if isinstance(x, Mul):
        return mul(*x.args[:-1], vec(x.args[-1]))
    if isinstance(x, Ones):
        return ones(x.rows * x.cols)
    if isinstance(x, Unvec):
        return x.args[0]
    node: Node = Vec._make((), (x,), x.rows * x.cols, ONE)
    return node


def unvec(v: Node, rows: Size, cols: Size) -> Node:
    """The matrix whose stacked columns are v."""
    v = as_node(v)
    if rows is ONE or cols is ONE:
        return v if cols is ONE else transpose(v)
    if v.rows != rows * cols or v.cols is not ONE:
        raise ShapeError(f"{v} ({describe(v.rows, v.cols)}) cannot be cut into a {describe(rows, cols)} matrix")
    if isinstance(v, Mul):
        return mul(*v.args[:-1], unvec(v.args[-1], rows, cols))
    if isinstance(v, Vec) and v.args[0].rows == rows:
        return v.args[0]
    if isinstance(v, Ones):
        return ones(rows, cols)
    if is_zero(v):
        return zero(rows, cols)
    if isinstance(v, MatMul) and isinstance(v.args[0], Kron):
        found = _unvec_of_kron(v.args[0], matmul(*v.args[1:]), rows, cols)
        if found is not None:
            return found
    node: Node = Unvec._make((), (v,), rows, cols)
    return node


def _unvec_of_kron(factor: Kron, rest: Node, rows: Size, cols: Size) -> Node | None:
    """(B kron A) vec(X) = vec(A X B')."""
    b, a = factor.args
    if a.rows != rows or b.rows != cols or rest.cols is not ONE:
        return None
    return matmul(a, unvec(rest, a.cols, b.cols), transpose(b))


def kron_adjoint(side: str, g: Node, other: Node, rows: Size, cols: Size) -> Node:
    """The matrix P of shape rows x cols with <G, kron(dA, B)> = <P, dA> (left) or <G, kron(A, dB)> = <P, dB>
    (right)."""
    if isinstance(g, Mul):
        return mul(*g.args[:-1], kron_adjoint(side, g.args[-1], other, rows, cols))
    if isinstance(g, Kron):
        mine, his = g.args if side == "left" else g.args[::-1]
        if mine.rows == rows and mine.cols == cols:
            return mul(trace(matmul(transpose(his), other)), mine)
    node: Node = KronAdjoint._make((side,), (g, other), rows, cols)
    return node


def _square(what: str, x: Node) -> Node:
    if not x.is_square:
        raise ShapeError(f"{what} needs a square matrix: {x} is {describe(x.rows, x.cols)}")
    return x
