"""Quotients like x/||x|| at x = 0: 0/0 in arithmetic, and by choice 0, the least subgradient.

Where a norm in a denominator is zero and the rest of the product is zero too, the value is 0; 1/||x|| alone, or a
numerator that does not vanish with the norm, is left to arithmetic.
"""

from __future__ import annotations

from .node import Constant, Mul, Node, Norm, Power

GUARDED = frozenset({"2", "fro", "w", "p"})


def norm_denominators(product: Node) -> tuple[Node, ...]:
    """The factors ||r||^-k of a product that has other factors too."""
    if not isinstance(product, Mul):
        return ()
    found = tuple(f for f in product.args if _is_norm_below(f))
    others = [f for f in product.args if f not in found and not isinstance(f, Constant)]
    return found if others else ()


def _is_norm_below(factor: Node) -> bool:
    if not isinstance(factor, Power) or not isinstance(factor.args[0], Norm):
        return False
    exponent = factor.args[1]
    negative = isinstance(exponent, Constant) and bool(exponent.value.is_negative)
    return factor.args[0].name in GUARDED and (negative or not isinstance(exponent, Constant))
