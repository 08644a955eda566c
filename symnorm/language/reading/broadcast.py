"""Broadcasting, made explicit: what NumPy repeats becomes a product with ones.

A 1-D array counts as a row, an n x 1 array as a column, exactly as in NumPy, so the reading is right also where the
numbers of rows and columns are equal.
"""

from __future__ import annotations

from typing import Any

from ...shapes import ONE, Size
from ..build import diag, hadamard, matmul, mul, ones, transpose, vec
from ..node import Node
from .traced import Traced, refused


def extent(value: Traced) -> tuple[Size, Size]:
    """(rows, columns) as NumPy aligns them: a 1-D array is one row."""
    if value.node.is_scalar:
        return ONE, ONE
    return (ONE, value.node.rows) if value.ndim == 1 else (value.node.rows, value.node.cols)


def together(a: Traced, b: Traced) -> tuple[Size, Size, int]:
    """The extent and the number of dimensions of an operation on a and b."""
    (r, c), (s, d) = extent(a), extent(b)
    return _one(r, s, a, b), _one(c, d, a, b), max(a.ndim, b.ndim)


def _one(p: Size, q: Size, a: Traced, b: Traced) -> Size:
    if p == q or q is ONE:
        return p
    if p is ONE:
        return q
    raise refused(f"an operation on shapes {a.shape} and {b.shape}", "the sizes differ")


def stretched(value: Traced, rows: Size, cols: Size, ndim: int) -> Node:
    """The node of `value`, repeated to rows x cols (a column for a 1-D result)."""
    node = value.node
    if node.is_scalar:
        return mul(node, ones(cols) if ndim == 1 else ones(rows, cols))
    if ndim == 1:
        return node
    r, c = extent(value)
    full = transpose(node) if value.ndim == 1 else node
    if r is ONE and rows is not ONE:
        full = matmul(ones(rows), full)
    if c is ONE and cols is not ONE:
        full = matmul(full, transpose(ones(cols)))
    return full


def multiplied(a: Traced, b: Traced) -> Traced:
    """a * b, entry by entry; a repeated row or column is a diagonal factor."""
    if a.node.is_scalar or b.node.is_scalar:
        return Traced(mul(a.node, b.node), max(a.ndim, b.ndim))
    rows, cols, ndim = together(a, b)
    for x, y in ((a, b), (b, a)):
        if ndim == 2 and extent(y) == (rows, cols):
            r, c = extent(x)
            whole = stretched(y, rows, cols, 2)
            if r is ONE and c is not ONE and rows is not ONE:
                return Traced(matmul(whole, diag(x.node if x.ndim == 1 else transpose(x.node))), 2)
            if c is ONE and r is not ONE and cols is not ONE:
                return Traced(matmul(diag(x.node), whole), 2)
    return Traced(hadamard(stretched(a, rows, cols, ndim), stretched(b, rows, cols, ndim)), ndim)


def reshaped(value: Traced, shape: tuple[Any, ...]) -> Traced:
    """The reshapes that have a name: to 1-D, to a column, to a row."""
    if shape in ((-1,), (value.size,)):
        return flat(value)
    if value.ndim == 1 and shape in ((-1, 1), (value.shape[0], 1)):
        return Traced(value.node, 2)
    if value.ndim == 1 and shape in ((1, -1), (1, value.shape[0])):
        return Traced(transpose(value.node), 2)
    if shape == value.shape:
        return value
    raise refused(f"reshape from {value.shape} to {shape}", "reshape(-1), (-1, 1) and (1, -1) are known")


def flat(value: Traced) -> Traced:
    """ravel(): row by row, as NumPy does."""
    if value.ndim < 2:
        return Traced(value.node, 1) if value.ndim else value
    return Traced(vec(transpose(value.node)), 1)
