"""Scalar factors and quotients: what is above the line and what below."""

from __future__ import annotations

from collections.abc import Iterable

from ..language.build import MINUS, UNIT, constant, value_of
from ..language.build import entrywise_power as power
from ..language.node import Node, Power
from .lower import Lower, Steps
from .value import Value

Quotient = tuple[list[Node], list[Node]]


def times(lower: Lower, value: Value, above: list[Node], below: list[Node]) -> Steps:
    """value * above / below for scalars above and below."""
    program = lower.program
    if below and all(a is MINUS or a is UNIT for a in above):
        divisor = yield from divided(lower, below, [])
        found = program.divide(value, divisor)
        return program.negate(found) if MINUS in above else found
    factor = yield from divided(lower, above, below)
    return program.multiply(factor, value)


def quotient(factors: Iterable[Node]) -> Quotient:
    """Factors above and below the line."""
    above: list[Node] = []
    below: list[Node] = []
    for factor in factors:
        exponent = value_of(factor.args[1]) if isinstance(factor, Power) else None
        if exponent is not None and exponent.is_number and exponent.is_negative:
            below.append(power(factor.args[0], constant(-exponent)))
        else:
            above.append(factor)
    return above, below


def divided(lower: Lower, above: list[Node], below: list[Node]) -> Steps:
    program = lower.program
    top = yield from multiplied(lower, above)
    if not below:
        return top
    bottom = yield from multiplied(lower, below)
    return program.divide(top, bottom)


def multiplied(lower: Lower, factors: list[Node]) -> Steps:
    value: Value | None = None
    sign = 1
    for factor in factors:
        if factor is MINUS:
            sign = -sign
            continue
        found = yield factor
        value = found if value is None else lower.program.multiply(value, found)
    value = lower.program.number(1.0) if value is None else value
    return lower.program.negate(value) if sign < 0 else value
