"""What ufuncs and operators do to traced values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import SymnormError
from ..build import (
    MINUS,
    add,
    constant,
    divide,
    elementwise,
    elementwise_power,
    entrywise_power,
    matmul,
    negate,
    subtract,
    transpose,
)
from .broadcast import multiplied, stretched, together
from .traced import UFUNCS, Traced, refused, traced

SAME = {
    "exp": "exp",
    "log": "log",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "arcsin",
    "arccos": "arccos",
    "arctan": "arctan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "absolute": "abs",
    "fabs": "abs",
    "sign": "sign",
    "expit": "sigmoid",
    "erf": "erf",
    "gammaln": "lgamma",
    "loggamma": "lgamma",
    "psi": "digamma",
    "digamma": "digamma",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "abs": "abs",
}


def _entrywise(name: str) -> Callable[[Any], Traced]:
    def ufunc(x: Any) -> Traced:
        value = traced(x)
        return Traced(elementwise(name, value.node), value.ndim)

    return ufunc


def _sum(a: Any, b: Any, sign: bool = False) -> Traced:
    left, right = traced(a), traced(b)
    if left.node.is_scalar and right.node.is_scalar:
        return Traced((subtract if sign else add)(left.node, right.node), max(left.ndim, right.ndim))
    rows, cols, ndim = together(left, right)
    u, v = stretched(left, rows, cols, ndim), stretched(right, rows, cols, ndim)
    return Traced((subtract if sign else add)(u, v), ndim)


def plus(a: Any, b: Any) -> Traced:
    return _sum(a, b)


def minus(a: Any, b: Any) -> Traced:
    return _sum(a, b, sign=True)


def times(a: Any, b: Any) -> Traced:
    return multiplied(traced(a), traced(b))


def over(a: Any, b: Any) -> Traced:
    left, right = traced(a), traced(b)
    if left.node.is_scalar and right.node.is_scalar:
        return Traced(divide(left.node, right.node), max(left.ndim, right.ndim))
    return multiplied(left, Traced(entrywise_power(right.node, MINUS), right.ndim))


def to_the(a: Any, b: Any) -> Traced:
    base, exponent = traced(a), traced(b)
    if exponent.node.is_scalar:
        return Traced(entrywise_power(base.node, exponent.node), max(base.ndim, exponent.ndim))
    if base.node.is_scalar or base.node.shape == exponent.node.shape:
        return Traced(elementwise_power(base.node, exponent.node), exponent.ndim)
    raise refused("a power with a broadcast exponent")


def product(a: Any, b: Any) -> Traced:
    """a @ b of 1-D and 2-D arrays."""
    left, right = traced(a), traced(b)
    if not (left.ndim and right.ndim):
        raise refused("@ with a scalar", "use * for a scalar factor")
    try:
        if left.ndim == 1:
            inner = matmul(transpose(left.node), right.node)
            return Traced(inner, 0) if right.ndim == 1 else Traced(transpose(inner), 1)
        return Traced(matmul(left.node, right.node), right.ndim)
    except SymnormError as error:
        raise refused(f"{left.shape} @ {right.shape}", str(error)) from error


def _relu(x: Traced) -> Traced:
    return Traced(elementwise("relu", x.node), x.ndim)


def larger(a: Any, b: Any) -> Traced:
    """max(a, b) = b + relu(a - b)."""
    left, right = traced(a), traced(b)
    if right.node is constant(0):
        return _relu(left)
    return _relu(right) if left.node is constant(0) else plus(right, _relu(minus(left, right)))


def smaller(a: Any, b: Any) -> Traced:
    return minus(a, _relu(minus(a, b)))


def log_add_exp(a: Any, b: Any) -> Traced:
    """log(e^a + e^b) = a + softplus(b - a)."""
    gap = minus(b, a)
    softplus = Traced(elementwise("log", add_one(Traced(elementwise("exp", gap.node), gap.ndim)).node), gap.ndim)
    return plus(a, softplus)


def add_one(x: Any) -> Traced:
    return plus(1, x)


def _turned(x: Any) -> Traced:
    value = traced(x)
    return Traced(transpose(value.node), 2) if value.ndim == 2 else value


def _power_of(number: Any) -> Callable[[Any], Traced]:
    def ufunc(x: Any) -> Traced:
        return to_the(x, number)

    return ufunc


def _logarithm(base: int) -> Callable[[Any], Traced]:
    def ufunc(x: Any) -> Traced:
        return over(UFUNCS["log"](x), Traced(elementwise("log", constant(base)), 0))

    return ufunc


def _negative(x: Any) -> Traced:
    value = traced(x)
    return Traced(negate(value.node), value.ndim)


def _kept(x: Any) -> Traced:
    return traced(x)


def _minus_one(x: Any) -> Traced:
    return minus(UFUNCS["exp"](x), 1)


def _log_of_one_plus(x: Any) -> Traced:
    return UFUNCS["log"](add_one(x))


UFUNCS.update({name: _entrywise(ours) for name, ours in SAME.items()})
UFUNCS.update(
    {
        "add": plus,
        "subtract": minus,
        "multiply": times,
        "divide": over,
        "true_divide": over,
        "power": to_the,
        "float_power": to_the,
        "matmul": product,
        "maximum": larger,
        "fmax": larger,
        "minimum": smaller,
        "fmin": smaller,
        "negative": _negative,
        "positive": _kept,
        "conjugate": _kept,
        "transpose": _turned,
        "square": _power_of(2),
        "sqrt": _power_of(0.5),
        "reciprocal": _power_of(-1),
        "log1p": _log_of_one_plus,
        "expm1": _minus_one,
        "log2": _logarithm(2),
        "log10": _logarithm(10),
        "logaddexp": log_add_exp,
    }
)
