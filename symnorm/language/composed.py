"""Functions made of others: each is an expression in the functions that have rules of their own.

mean(x) = <1, x>/N,  var(x) = ||x - mean(x) 1||^2/N over all N entries,  softmin(x) = softmax(-x),
silu(t) = t sigmoid(t),  gelu(t) = t Phi(t),  leakyrelu(t) = a t + (1 - a) max(t, 0),  log1p(t) = log(1 + t),
expm1(t) = e^t - 1,  logcosh(t) = log cosh t.
Compiled code has log1p, expm1 and log cosh in forms that neither cancel nor overflow.
"""

from __future__ import annotations

from typing import Any

from sympy import sqrt

from ..errors import ShapeError
from ..shapes import ONE
from . import build
from .build import as_node
from .node import Node


def mean(x: Any) -> Node:
    """The mean of all entries."""
    node = as_node(x)
    return build.divide(build.sum_all(node), _count(node))


def var(x: Any, ddof: int = 0) -> Node:
    """The mean of the squared deviations from the mean, over all N entries; divided by N - ddof, as in NumPy.

    >>> from symnorm import variables
    >>> var(variables("x: n"))
    norm2(x - sum(x) / n * ones(n))**2 / n
    """
    node = as_node(x)
    if node.is_scalar:
        raise ShapeError(f"the variance is one of several entries, got the scalar {node}")
    centred = build.subtract(node, build.mul(mean(node), build.ones(node.rows, node.cols)))
    squares = build.power(build.norm_node("2" if ONE in (node.rows, node.cols) else "fro", centred), as_node(2))
    return build.divide(squares, build.constant(_count(node).value - ddof))


def std(x: Any, ddof: int = 0) -> Node:
    """The root of the variance."""
    return build.entrywise_power(var(x, ddof), build.HALF)


def _count(node: Node) -> Any:
    return build.constant(node.rows * node.cols)


def softmin(x: Any) -> Node:
    """exp(-x)/sum(exp(-x)) of a vector."""
    return build.softmax(build.negate(as_node(x)))


def silu(x: Any) -> Node:
    """t sigmoid(t), entry by entry; also known as swish."""
    node = as_node(x)
    return build.hadamard(node, build.elementwise("sigmoid", node))


def leakyrelu(x: Any, slope: Any = 0.01) -> Node:
    """t where t > 0, slope t elsewhere, entry by entry."""
    node, below = as_node(x), as_node(slope)
    if not below.is_scalar:
        raise ShapeError(f"the slope of leakyrelu is a scalar, got {below}")
    positive = build.elementwise("relu", node)
    return build.add(build.mul(below, node), build.mul(build.subtract(build.UNIT, below), positive))


def gelu(x: Any) -> Node:
    """t (1 + erf(t/sqrt(2)))/2, entry by entry: the exact one, not the approximation by tanh."""
    node = as_node(x)
    above = _shifted(build.elementwise("erf", build.mul(build.constant(1 / sqrt(2)), node)), 1)
    return build.mul(build.HALF, build.hadamard(node, above))


def log1p(x: Any) -> Node:
    """log(1 + t), entry by entry."""
    return build.elementwise("log", _shifted(as_node(x), 1))


def expm1(x: Any) -> Node:
    """e^t - 1, entry by entry."""
    return _shifted(build.elementwise("exp", as_node(x)), -1)


def logcosh(x: Any) -> Node:
    """log(cosh(t)), entry by entry."""
    return build.elementwise("log", build.elementwise("cosh", as_node(x)))


def _shifted(x: Node, by: int) -> Node:
    step = build.mul(build.constant(by), build.ones(x.rows, x.cols))
    return build.add(step, x) if by > 0 else build.add(x, step)


COMPOSED = (mean, var, std, softmin, silu, gelu, leakyrelu, log1p, expm1, logcosh)
"""Those that text knows too."""
