"""Functions as a few primitive instructions, in forms that do not overflow; what two of them share is made once."""

from __future__ import annotations

from collections.abc import Callable

from .ir import Program
from .value import Shape, Value

LARGEST_EXPONENT = 709.0
"""exp of it is finite in float64; the backends lower it for float32."""


def shifted(program: Program, z: Value, axis: int | None) -> tuple[Value, Value, Value]:
    """max z, exp(z - max z) and the sum of it: overall, or along an axis."""
    top = program.make("max", (z,), ()) if axis is None else program.make("axis_max", (z,), (z.shape[1 - axis],), axis)
    grown = program.call("exp", program.subtract(z, top if axis is None else program.expand(top, axis)))
    total = program.make("sum", (grown,), ()) if axis is None else program.axis_sum(grown, axis, grown.shape)
    return top, grown, total


def logsumexp(program: Program, z: Value, axis: int | None) -> Value:
    top, _, total = shifted(program, z, axis)
    return program.add(top, program.call("log", total))


def softmax(program: Program, z: Value, axis: int | None) -> Value:
    _, grown, total = shifted(program, z, axis)
    return program.divide(grown, total if axis is None else program.expand(total, axis))


def peak(program: Program, x: Value) -> Value:
    at = program.call("equal", x, program.make("max", (x,), ()))
    return program.divide(at, program.make("sum", (at,), ()))


def _sigmoid(p: Program, z: Value) -> Value:
    grown = p.call("exp", p.call("minimum", p.negate(z), p.make("largest_exponent", (), (), fixed=False)))
    return p.divide(p.number(1), p.add(p.number(1), grown))


def _logistic(p: Program, z: Value) -> Value:
    """sigmoid(z) sigmoid(-z), with one exponential of a negative number."""
    grown = p.call("exp", p.negate(p.call("abs", z)))
    return p.divide(grown, p.call("square", p.add(p.number(1), grown)))


def _softplus(p: Program, z: Value) -> Value:
    return p.add(p.call("maximum", z, p.number(0)), p.call("log1p", p.call("exp", p.negate(p.call("abs", z)))))


def _logcosh(p: Program, z: Value) -> Value:
    """cosh z = 1 + 2 sinh^2(z/2); beyond 20 it grows as |z|, to the last digit."""
    size, most = p.call("abs", z), p.number(20)
    half = p.call("sinh", p.multiply(p.number(0.5), p.call("minimum", size, most)))
    near = p.call("log1p", p.multiply(p.number(2), p.call("square", half)))
    return p.add(near, p.subtract(p.call("maximum", size, most), most))


def _clip(p: Program, z: Value, delta: Value) -> Value:
    return p.call("minimum", p.call("maximum", z, p.negate(delta)), delta)


def _huber(p: Program, z: Value, delta: Value) -> Value:
    clipped = _clip(p, z, delta)
    return p.multiply(clipped, p.subtract(z, p.multiply(p.number(0.5), clipped)))


def _elu(p: Program, z: Value, alpha: Value) -> Value:
    below = p.call("expm1", p.call("minimum", z, p.number(0)))
    return p.add(p.call("maximum", z, p.number(0)), p.multiply(alpha, below))


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "sigmoid": _sigmoid, "logistic": _logistic, "softplus": _softplus, "logcosh": _logcosh, "clip": _clip,
    "huber": _huber, "elu": _elu,
    "relu": lambda p, z: p.call("maximum", z, p.number(0)),
    "step": lambda p, z: p.call("heaviside", z, p.number(0)),
    "inside": lambda p, z, delta: p.call("less", p.call("abs", z), delta),
}
"""The elementwise functions that are not one instruction; `logistic` occurs inside the lowering alone."""


def entrywise(program: Program, name: str, *args: Value) -> Value:
    macro = FUNCTIONS.get(name)
    return macro(program, *args) if macro is not None else program.call(name, *args)


def _rows(p: Program, x: Value) -> Value:
    return p.call("sqrt", p.make("row_dots", (x, x), (x.shape[0],)))


def _induced(axis: int) -> Callable[[Program, Value], Value]:
    def value(p: Program, x: Value) -> Value:
        return p.make("max", (p.axis_sum(p.call("abs", x), axis, x.shape),), ())
    return value


def _scalar(op: str) -> Callable[[Program, Value], Value]:
    shape: Shape = ()
    return lambda p, x: p.make(op, (x,), shape)


NORMS: dict[str, Callable[[Program, Value], Value]] = {
    "2": _scalar("norm_2"), "fro": _scalar("norm_2"),
    "inf": lambda p, x: p.make("max", (p.call("abs", x),), ()),
    "21": lambda p, x: p.make("sum", (_rows(p, x),), ()),
    "2inf": lambda p, x: p.make("max", (_rows(p, x),), ()),
    "ind1": _induced(0), "indinf": _induced(1),
}
