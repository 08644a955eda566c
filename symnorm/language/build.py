"""The constructors, under one roof: what keeps the local canonical form.

`multiply`, `divide` and `power` are the operations of mathematics, chosen by shape; the operators of Python call them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from sympy import Integer

from ..errors import ShapeError
from ..shapes import ONE, describe
from .eigen import eigengap, eigenvalue, eigenvector, expm, pinv
from .entrywise import elementwise, hadamard, mul
from .entrywise import power as entrywise_power
from .invariants import det, diagonal, kron_adjoint, logdet, lower, trace, unvec, vec
from .leaves import (
    HALF,
    MINUS,
    NOUGHT,
    UNIT,
    array,
    as_node,
    commutation,
    constant,
    identity,
    is_one,
    is_zero,
    ones,
    scale,
    split,
    value_of,
    variable,
    zero,
)
from .node import OPERATORS, Node
from .products import diag, inverse, kron, matmul, matrix_power, transpose
from .reductions import logsumexp, maximum, norm_node, peak, softmax, sum_all, vector
from .spectra import gapinv, leading, polar, singular_vector, sylvester
from .sums import add, negate, subtract

number = as_node


def multiply(a: Node, b: Node) -> Node:
    """a b: a scalar times anything, or the matrix product."""
    a, b = as_node(a), as_node(b)
    return mul(a, b) if a.is_scalar or b.is_scalar else matmul(a, b)


def divide(a: Node, b: Node) -> Node:
    """a / b for a scalar b."""
    a, b = as_node(a), as_node(b)
    if not b.is_scalar:
        remedy = f"write inv({b}) for its inverse" if b.is_square else "write ./ to divide entry by entry"
        raise ShapeError(f"cannot divide by {b} ({describe(b.rows, b.cols)}): {remedy}")
    if is_zero(b):
        raise ShapeError(f"cannot divide {a} by 0")
    return mul(a, entrywise_power(b, MINUS))


def power(a: Node, k: Node) -> Node:
    """a^k: scalars to a scalar power, square matrices to a whole power, k^x of a number entry by entry."""
    a, k = as_node(a), as_node(k)
    if not k.is_scalar:
        raise ShapeError(
            f"the exponent of {a} is {k} ({describe(k.rows, k.cols)}): exponents are scalars; "
            f"write exp(log({a})*{k}) or .^ for powers entry by entry"
        )
    if a.is_scalar:
        return entrywise_power(a, k)
    value = value_of(k)
    if not a.is_square:
        raise ShapeError(
            f"{a} is {describe(a.rows, a.cols)}: only square matrices have powers; write .^ for entrywise powers"
        )
    if not isinstance(value, Integer):
        raise ShapeError(
            f"{a}^({k}): the power of a matrix needs a whole number as exponent; write .^ for entrywise powers"
        )
    return matrix_power(a, int(value))


def elementwise_divide(a: Node, b: Node) -> Node:
    """a ./ b, entry by entry; either may be a scalar."""
    a, b = as_node(a), as_node(b)
    reciprocal = entrywise_power(b, MINUS)
    return mul(a, reciprocal) if a.is_scalar or b.is_scalar else hadamard(a, reciprocal)


def elementwise_multiply(a: Node, b: Node) -> Node:
    """a .* b; either may be a scalar."""
    a, b = as_node(a), as_node(b)
    return mul(a, b) if a.is_scalar or b.is_scalar else hadamard(a, b)


def elementwise_power(a: Node, b: Node) -> Node:
    """a .^ b, entry by entry; either may be a scalar."""
    a, b = as_node(a), as_node(b)
    if b.is_scalar:
        return entrywise_power(a, b)
    log = elementwise("log", a)
    return elementwise("exp", mul(log, b) if a.is_scalar else hadamard(log, b))


def _guarded(function: Callable[..., Node]) -> Callable[..., Node]:
    """An operator: foreign operands are refused by Python's own protocol where it must be so."""

    @wraps(function)
    def operator(*operands: object) -> Node:
        return function(*(as_node(o) for o in operands))

    return operator


def _times(a: Node, b: Node) -> Node:
    return multiply(a, b)


def _absolute(a: Node) -> Node:
    return elementwise("abs", a)


OPERATORS.update(
    {
        "transpose": transpose,
        "add": _guarded(add),
        "subtract": _guarded(subtract),
        "times": _guarded(_times),
        "divide": _guarded(divide),
        "power": _guarded(power),
        "negate": negate,
        "abs": _absolute,
    }
)

__all__ = [
    "HALF",
    "MINUS",
    "NOUGHT",
    "ONE",
    "UNIT",
    "add",
    "array",
    "as_node",
    "commutation",
    "constant",
    "det",
    "diag",
    "diagonal",
    "divide",
    "eigengap",
    "eigenvalue",
    "eigenvector",
    "elementwise",
    "elementwise_divide",
    "elementwise_multiply",
    "elementwise_power",
    "entrywise_power",
    "expm",
    "gapinv",
    "hadamard",
    "identity",
    "inverse",
    "is_one",
    "is_zero",
    "kron",
    "kron_adjoint",
    "leading",
    "logdet",
    "logsumexp",
    "lower",
    "matmul",
    "matrix_power",
    "maximum",
    "mul",
    "multiply",
    "negate",
    "norm_node",
    "number",
    "ones",
    "peak",
    "pinv",
    "polar",
    "power",
    "scale",
    "singular_vector",
    "softmax",
    "split",
    "subtract",
    "sum_all",
    "sylvester",
    "trace",
    "transpose",
    "unvec",
    "value_of",
    "variable",
    "vec",
    "vector",
    "zero",
]
