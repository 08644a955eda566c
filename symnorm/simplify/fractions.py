"""A fraction inside a fraction: v (1 + q/v) is v + q, and 1/(v (1 + q/v)) is 1/(v + q)."""

from __future__ import annotations

from sympy import Expr, Integer, Rational, lcm

from ..language.build import add, constant, entrywise_power, mul, split, value_of
from ..language.node import Add, Mul, Node, Power
from ..shapes import ONE
from .cost import cost
from .merges import scalar_powers


def clear_fractions(node: Mul) -> Node:
    """The product with the fractions inside its scalar sums brought out, where that makes it shorter."""
    factors = [_cleared(f) for f in node.args]
    if all(a is b for a, b in zip(factors, node.args, strict=True)):
        return node
    candidate = mul(*factors)
    return candidate if cost(candidate) < cost(node) else node


def _cleared(factor: Node) -> Node:
    """N^k / d^k for a scalar factor (N / d)^k."""
    base, exponent = (factor.args[0], value_of(factor.args[1])) if isinstance(factor, Power) else (factor, ONE)
    if not (isinstance(base, Add) and base.is_scalar and isinstance(exponent, Integer)):
        return factor
    below = mul(*_denominators(base))
    if value_of(below) == 1:
        return factor
    over = add(*(mul(below, t) for t in base.args))
    return mul(entrywise_power(over, constant(exponent)), entrywise_power(below, constant(-exponent)))


def _denominators(total: Add) -> list[Node]:
    """What the terms are divided by: powers of scalars, and sizes."""
    deepest: dict[int, tuple[Node, Expr]] = {}
    sizes: Expr = ONE
    for term in total.args:
        number = split(term)[0]
        if not isinstance(number, Rational):
            sizes = lcm(sizes, number.as_numer_denom()[1])
        for key, (base, exponent) in scalar_powers(term).items():
            if exponent < 0 and exponent < deepest.get(key, (base, ONE))[1]:
                deepest[key] = (base, exponent)
    return [constant(sizes), *(entrywise_power(base, constant(-exponent)) for base, exponent in deepest.values())]
