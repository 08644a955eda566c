"""Scalar functions that meet in a product entry by entry: |u| sign(u) = u, e^u sigmoid(-u) = sigmoid(u),
relu(u) step(u) = relu(u), sinh(u) / cosh(u) = tanh(u).

A product is a table of bases with their exponents; each law takes out what it absorbs.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Integer

from .leaves import UNIT, constant, scale, split, value_of
from .node import Elementwise, Node
from .sums import add, negate

Factors = dict[int, tuple[Node, Node]]
Function = Callable[..., Node]

QUOTIENTS = {("sinh", "cosh"): "tanh", ("sin", "cos"): "tan"}


def absorb(found: Factors, function: Function) -> None:
    """Apply every law; `function` makes an elementwise node from a name and an argument."""
    named = {base.name for base, _ in found.values() if isinstance(base, Elementwise)}
    if "sign" in named:
        _signs(found, function)
    if "sigmoid" in named:
        _sigmoids(found, function)
    if "step" in named:
        _steps(found, function)
    for (above, below), quotient in QUOTIENTS.items():
        if above in named and below in named:
            _quotients(found, function, above, below, quotient)


def _called(found: Factors, name: str) -> list[tuple[int, Node, Node]]:
    return [(k, b, e) for k, (b, e) in found.items() if isinstance(b, Elementwise) and b.name == name]


def _signs(found: Factors, function: Function) -> None:
    """|u| sign(u) = u and u sign(u) = |u|; sign(u)^2 |u|^q = |u|^q, as far as sign(u) has a derivative at all."""
    for key, base, exponent in _called(found, "sign"):
        u = base.args[0]
        magnitude = function("abs", u)
        if value_of(exponent) == 2 and magnitude.key in found:
            del found[key]
        if exponent is not UNIT:
            continue
        for partner, result in ((magnitude, u), (u, magnitude)):
            if found.get(partner.key, (None, None))[1] is UNIT and result.key not in found:
                del found[partner.key]
                found[key] = (result, UNIT)
                break


def _sigmoids(found: Factors, function: Function) -> None:
    """e^u sigmoid(-u) = sigmoid(u)."""
    for key, base, exponent in _called(found, "sigmoid"):
        if exponent is not UNIT:
            continue
        number, core = split(negate(base.args[0]))
        other = function("exp", core)
        if value_of(found.get(other.key, (UNIT, UNIT))[1]) == number and other.key in found:
            del found[other.key], found[key]
            whole = function("sigmoid", scale(number, core))
            seen = found.get(whole.key)
            found[whole.key] = (whole, UNIT if seen is None else add(seen[1], UNIT))


def _steps(found: Factors, function: Function) -> None:
    """step(u)^k = step(u), and relu(u) step(u) = relu(u)."""
    for key, base, exponent in _called(found, "step"):
        if not _is_whole(exponent):
            continue
        ramp = found.get(function("relu", base.args[0]).key)
        if ramp is not None and getattr(value_of(ramp[1]), "is_positive", False):
            del found[key]
        else:
            found[key] = (base, UNIT)


def _is_whole(exponent: Node) -> bool:
    value = value_of(exponent)
    return isinstance(value, Integer) and value > 0


def _quotients(found: Factors, function: Function, above: str, below: str, quotient: str) -> None:
    """sinh(u)^k / cosh(u)^k = tanh(u)^k."""
    for key, base, exponent in _called(found, above):
        partner = function(below, base.args[0])
        power = value_of(exponent)
        if power is None or not (isinstance(power, Integer) and power > 0):
            continue
        if value_of(found.get(partner.key, (UNIT, UNIT))[1]) == -power:
            whole = function(quotient, base.args[0])
            seen = found.get(whole.key)
            del found[partner.key], found[key]
            found[whole.key] = (whole, constant(power) if seen is None else add(seen[1], constant(power)))
