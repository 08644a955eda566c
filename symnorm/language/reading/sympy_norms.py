"""What a root or a sum is by name: the 2-norm of a root of squares, the 1-norm of a sum of absolute values."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from .. import build
from ..node import DiagOf, Elementwise, MatMul, Mul, Node, Norm, Ones, Power, SumAll, Trace
from .sympy_tensors import Tensor, power


def raised(base: Tensor, exponent: Tensor) -> Tensor:
    """base^exponent; a root of a sum of squares is a norm."""
    value = build.value_of(exponent.node)
    if value is not None and value.is_Rational and value.q > 1 and base.node.is_scalar:
        found = _root(base.node, value)
        if found is not None:
            return Tensor(found, base.axes)
    return power(base, exponent)


def _root(node: Node, exponent: Expr) -> Node | None:
    number, rest = build.split(node)
    norm, degree = square_of(rest), 2
    if norm is None or exponent.q != 2:
        norm, degree = power_sum(rest), exponent.q
    if (
        norm is None
        or not number.is_positive
        or (isinstance(norm, Norm) and norm.name == "p" and norm.args[1] is not build.constant(degree))
    ):
        return None
    return build.mul(build.constant(number**exponent), build.entrywise_power(norm, build.constant(degree * exponent)))


def square_of(node: Node) -> Node | None:
    """The norm whose square this is: of r'r, tr(R'R), sum(R.^2)."""
    if isinstance(node, MatMul):
        half = _mirrored(node.args)
    elif isinstance(node, Trace) and isinstance(node.args[0], MatMul):
        half = _mirrored(node.args[0].args)
    elif isinstance(node, SumAll) and isinstance(node.args[0], Power) and build.value_of(node.args[0].args[1]) == 2:
        half = node.args[0].args[0]
    else:
        return None
    if half is None:
        return None
    return build.norm_node("2" if half.is_vector or half.rows == 1 else "fro", half)


def power_sum(node: Node) -> Node | None:
    """The p-norm whose p-th power this is: of sum(|r|^p)."""
    if not (isinstance(node, SumAll) and isinstance(node.args[0], Power)):
        return None
    base, exponent = node.args[0].args
    p = build.value_of(exponent)
    if p is None or not (p.is_Integer and p > 2):
        return None
    if isinstance(base, Elementwise) and base.name == "abs":
        base = base.args[0]
    elif p % 2:
        return None
    return build.norm_node("p", base, exponent)


def _mirrored(factors: Sequence[Node]) -> Node | None:
    half = len(factors) // 2
    if len(factors) % 2 or any(factors[i] is not build.transpose(factors[-1 - i]) for i in range(half)):
        return None
    return build.matmul(*factors[half:])


def tidy(tensor: Tensor) -> Tensor:
    """A sum of absolute values as a norm."""
    node = tensor.node
    if isinstance(node, SumAll) and isinstance(node.args[0], Elementwise) and node.args[0].name == "abs":
        return Tensor(build.norm_node("1", node.args[0].args[0]), tensor.axes)
    if (
        isinstance(node, SumAll)
        and isinstance(node.args[0], Power)
        and build.value_of(node.args[0].args[1]) == build.value_of(build.HALF)
    ):
        rows = _rows_of_squares(node.args[0].args[0])
        if rows is not None:
            return Tensor(build.norm_node("21", rows), tensor.axes)
    if isinstance(node, Mul) and any(isinstance(f, SumAll) for f in node.args):
        return Tensor(build.mul(*(tidy(Tensor(f)).node for f in node.args)), tensor.axes)
    if isinstance(node, Elementwise) and node.name == "abs" and isinstance(node.args[0], Norm):
        return Tensor(node.args[0], tensor.axes)
    return tensor


def _rows_of_squares(node: Node) -> Node | None:
    """The matrix whose rows have these squared lengths: X.^2 1 or diag(X X')."""
    if (
        isinstance(node, MatMul)
        and len(node.args) == 2
        and isinstance(node.args[1], Ones)
        and isinstance(node.args[0], Power)
    ):
        base, exponent = node.args[0].args
        return base if build.value_of(exponent) == 2 else None
    if isinstance(node, DiagOf) and isinstance(node.args[0], MatMul):
        return build.transpose(found) if (found := _mirrored(node.args[0].args)) is not None else None
    return None
