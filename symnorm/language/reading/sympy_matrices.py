"""The matrix classes of SymPy: symbols, products, powers, transposes, traces, determinants, constants."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sympy import (
    Adjoint,
    Determinant,
    DiagMatrix,
    Dummy,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableMatrix,
    Integer,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixBase,
    MatrixSymbol,
    OneMatrix,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.dotproduct import DotProduct
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.slice import MatrixSlice
from sympy.matrices.expressions.special import GenericIdentity, GenericZeroMatrix

from ...errors import NoRule, ShapeError
from .. import build
from ..node import Node
from .sympy_norms import raised, tidy
from .sympy_reader import ENTRIES, Reader, Reading, closed, reads, short, unreadable
from .sympy_tensors import Tensor, align, ordered_sum, sizes_of


@reads(MatrixSymbol)
def symbol(reader: Reader, expr: Any) -> Reading:
    return Tensor(reader.names.matrix(expr))
    yield


@reads(Identity, OneMatrix, ZeroMatrix)
def constant_matrix(reader: Reader, expr: Any) -> Reading:
    if isinstance(expr, (GenericIdentity, GenericZeroMatrix)):
        return Tensor(build.UNIT if isinstance(expr, GenericIdentity) else build.NOUGHT)
    rows, cols = (reader.names.size(s) for s in expr.shape)
    if isinstance(expr, Identity):
        return Tensor(build.identity(rows))
    return Tensor(build.ones(rows, cols) if isinstance(expr, OneMatrix) else build.zero(rows, cols))
    yield


@reads(MatAdd)
def matrix_sum(reader: Reader, expr: Any) -> Reading:
    nodes = []
    for arg in expr.args:
        nodes.append(closed((yield arg), arg))
    shapes = {(n.rows, n.cols) for n in nodes if not _generic(n)}
    if len(shapes) == 1 and (1, 1) not in shapes:
        nodes = [n for n in nodes if n is not build.NOUGHT]
    return Tensor(ordered_sum(nodes))


def _generic(node: Node) -> bool:
    return node is build.NOUGHT


@reads(MatMul)
def matrix_product(reader: Reader, expr: Any) -> Reading:
    factors = []
    for arg in expr.args:
        if isinstance(arg, MatPow) and arg.base.shape[0] != arg.base.shape[1]:
            base = closed((yield arg.base), arg.base)
            factors.extend([base] * _repeats(arg))
        else:
            factors.append(closed((yield arg), arg))
    return tidy(Tensor(product(factors)))


def product(factors: list[Node]) -> Node:
    """The product from left to right, in which 1 x 1 products count as scalars: SymPy lets (x'x) x stand as x' x x."""
    chain = [f for f in factors if not f.is_scalar]
    if all(a.cols == b.rows for a, b in pairwise(chain)):
        return build.matmul(*factors)
    result = factors[0]
    for factor in factors[1:]:
        result = build.multiply(result, factor)
    return result


def _repeats(power: Any) -> int:
    if not (isinstance(power.exp, Integer) and 1 <= power.exp <= 64):
        raise ShapeError(f"{short(power)}: only square matrices have powers")
    return int(power.exp)


@reads(MatPow)
def matrix_power(reader: Reader, expr: Any) -> Reading:
    base, exponent = (yield expr.base), (yield expr.exp)
    node = closed(base, expr.base)
    if node.is_scalar:
        return raised(base, exponent)
    if not isinstance(expr.exp, Integer):
        raise NoRule(f"{short(expr)}: whole powers of matrices are read; HadamardPower is the power of each entry")
    return Tensor(build.matrix_power(node, int(expr.exp)))


@reads(Inverse)
def inverse(reader: Reader, expr: Any) -> Reading:
    return Tensor(build.inverse(closed((yield expr.arg), expr)))


@reads(Transpose, Adjoint)
def transpose(reader: Reader, expr: Any) -> Reading:
    return Tensor(build.transpose(closed((yield expr.arg), expr)))


@reads(Trace)
def trace(reader: Reader, expr: Any) -> Reading:
    return tidy(Tensor(build.trace(closed((yield expr.arg), expr))))


@reads(Determinant)
def determinant(reader: Reader, expr: Any) -> Reading:
    return Tensor(build.det(closed((yield expr.arg), expr)))


@reads(DotProduct)
def dot_product(reader: Reader, expr: Any) -> Reading:
    left, right = (yield expr.args[0]), (yield expr.args[1])
    return tidy(Tensor(build.matmul(build.transpose(_column(left, expr)), _column(right, expr))))


def _column(tensor: Tensor, expr: Any) -> Node:
    node = closed(tensor, expr)
    return node if node.cols == 1 else build.transpose(node)


@reads(HadamardProduct)
def entrywise_product(reader: Reader, expr: Any) -> Reading:
    nodes = []
    for arg in expr.args:
        nodes.append(closed((yield arg), arg))
    scalars = [n for n in nodes if n.is_scalar]
    matrices = [n for n in nodes if not n.is_scalar]
    return Tensor(build.mul(*scalars, build.hadamard(*matrices)) if matrices else build.mul(*scalars))


@reads(HadamardPower)
def entrywise_power(reader: Reader, expr: Any) -> Reading:
    base, exponent = (yield expr.args[0]), (yield expr.args[1])
    if base.node.is_scalar and exponent.node.is_scalar:
        return raised(base, exponent)
    return Tensor(build.elementwise_power(closed(base, expr), closed(exponent, expr)))


@reads(DiagMatrix)
def diagonal_matrix(reader: Reader, expr: Any) -> Reading:
    return Tensor(build.diag(closed((yield expr.args[0]), expr)))


@reads(DiagonalMatrix, DiagonalOf)
def diagonal(reader: Reader, expr: Any) -> Reading:
    node = closed((yield expr.args[0]), expr)
    if not node.is_square:
        if isinstance(expr, DiagonalMatrix) and node.is_vector:
            return Tensor(build.diag(node))
        raise NoRule(f"{short(expr)}: the diagonal of a matrix that is not square has no counterpart here")
    found = build.diagonal(node)
    return Tensor(build.diag(found) if isinstance(expr, DiagonalMatrix) else found)


@reads(KroneckerProduct)
def kronecker_product(reader: Reader, expr: Any) -> Reading:
    nodes = []
    for arg in expr.args:
        nodes.append(closed((yield arg), arg))
    result = nodes[0]
    for node in nodes[1:]:
        result = build.kron(result, node)
    return Tensor(result)


@reads(ElementwiseApplyFunction)
def apply_function(reader: Reader, expr: Any) -> Reading:
    function, argument = expr.function, expr.expr
    node = closed((yield argument), argument)
    row, column = Dummy("i"), Dummy("j")
    axes = tuple(a for a, size in ((row, node.rows), (column, node.cols)) if size != 1)
    given = Tensor(build.transpose(node) if axes == (column,) else node, axes)
    if len(function.variables) != 1:
        raise unreadable(expr)
    body = reader.within({function.variables[0]: given}).read(function.expr)
    found = align(body, axes, sizes_of([given])) if axes else closed(body, expr)
    return Tensor(build.transpose(found) if axes == (column,) else found)


@reads(MatrixSlice)
def cut(reader: Reader, expr: Any) -> Reading:
    parent = expr.parent
    node = closed((yield parent), parent)
    left, right = (_chosen(s, size, expr) for s, size in zip((expr.rowslice, expr.colslice), parent.shape, strict=True))
    chain = [node]
    if left is not None:
        chain.insert(0, build.array(left))
    if right is not None:
        chain.append(build.array(right.T))
    return Tensor(product(chain))


def _chosen(part: Any, size: Any, expr: Any) -> ImmutableMatrix | None:
    """The matrix that picks the rows start, start + step, ..."""
    start, stop, step = part
    if start == 0 and stop == size and step == 1:
        return None
    if not (isinstance(size, Integer) and all(isinstance(p, Integer) for p in part)):
        raise NoRule(f"{short(expr)}: a part of a matrix of symbolic size has no counterpart here")
    picked = list(range(int(start), int(stop), int(step)))
    return ImmutableMatrix(len(picked), int(size), lambda i, j: int(picked[i] == j))


@reads(MatrixBase)
def explicit(reader: Reader, expr: Any) -> Reading:
    if all(e.is_number for e in expr.flat()):
        return Tensor(build.array(expr))
    if expr.shape == (1, 1):
        return Tensor(closed((yield expr[0, 0]), expr))
    return ENTRIES["matrix"](reader, expr)
