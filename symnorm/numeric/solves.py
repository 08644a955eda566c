"""Inverses, determinants: one factorisation of each matrix, used for all of its solves and determinants.

Positive definite matrices by Cholesky, triangular ones as they are, symmetric ones by Cholesky where it exists,
others by LU. An inverse matrix is formed where it is itself the result or an entrywise operand; `inverses` adds those
that many solves are worth.
"""

from __future__ import annotations

from ..language.node import Det, Inverse, LogDet, MatPower, Node, Transpose
from .lower import Lower, Steps, lowers
from .value import Value


def factored(lower: Lower, matrix: Node) -> Steps:
    """The factorisation of a matrix."""
    value = yield from lower.full(matrix)
    program, n = lower.program, value.shape[0]
    if "spd" in matrix.facts and "diagonal" not in matrix.facts:
        found = program.make("cholesky", (value,), (n, n))
    elif "lower" in matrix.facts or "upper" in matrix.facts:
        found = program.make("triangle", (value,), (n, n), "lower" in matrix.facts)
    elif "symmetric" in matrix.facts:
        found = program.make("symmetric", (value,), (n, n))
    else:
        if value.op == "transpose":
            value = value.args[0]
        found = program.make("lu", (value,), (n, n))
    lower.origin.setdefault(found, matrix)
    return found


def _turned(lower: Lower, node: Node) -> tuple[Node, bool]:
    """The matrix that is factorised for an inverse, and whether the inverse is that of its transpose."""
    turned = isinstance(node, Transpose)
    inner = node.args[0] if turned else node
    assert isinstance(inner, Inverse)
    matrix = inner.args[0]
    if isinstance(matrix, Transpose):
        return matrix.args[0], not turned
    return matrix, turned and "symmetric" not in matrix.facts


def apply_inverse(lower: Lower, node: Node, operand: Value) -> Steps:
    """X^-1 B or X^-T B; node is the inverse or its transpose."""
    matrix, turned = _turned(lower, node)
    factor = yield from factored(lower, matrix)
    if operand.shape[0] != factor.shape[0]:
        operand = lower.program.full(operand, (factor.shape[0], *operand.shape[1:]))
    return lower.program.make("solve", (factor, operand), operand.shape, turned)


@lowers(Inverse)
def inverse_of(lower: Lower, node: Inverse) -> Steps:
    return (yield from inverse_value(lower, node))


def inverse_value(lower: Lower, node: Node) -> Steps:
    """An inverse as a matrix."""
    matrix, turned = _turned(lower, node)
    factor = yield from factored(lower, matrix)
    found = lower.program.make("inverse", (factor,), factor.shape)
    lower.formed.add(matrix)
    if "symmetric" in matrix.facts:
        lower.program.symmetric.add(found)
    return lower.program.transpose(found) if turned else found


def is_formed(lower: Lower, inverse: Node) -> bool:
    """Is an inverse at hand as a matrix, or will it be? Of symmetric matrices it is then multiplied by."""
    inner = inverse.args[0] if isinstance(inverse, Transpose) else inverse
    return "symmetric" in inner.facts and (inner.args[0] in lower.formed or lower.occurs_alone(inner))


@lowers(LogDet)
def log_determinant(lower: Lower, node: LogDet) -> Steps:
    factor = yield from factored(lower, node.args[0])
    return lower.program.make("logdet", (factor,), ())


@lowers(Det)
def determinant(lower: Lower, node: Det) -> Steps:
    factor = yield from factored(lower, node.args[0])
    return lower.program.make("det", (factor,), ())


@lowers(MatPower)
def matrix_power(lower: Lower, node: MatPower) -> Steps:
    value = yield from lower.full(node.args[0])
    return lower.program.make("matrix_power", (value,), value.shape, int(node.data[0]))
