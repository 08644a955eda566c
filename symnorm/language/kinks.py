"""Quotients like x/||x|| at x = 0: 0/0 in arithmetic, and the least subgradient, 0, by choice.

A norm in a denominator is guarded where the numerator vanishes with it; 1/||x|| alone is left as it is.
"""

from __future__ import annotations

from .node import Elementwise, Hadamard, MatMul, Mul, Node, Norm, Power, Transpose

GUARDED = frozenset({"2", "fro", "w", "p"})
MAX_DEPTH = 6


def guarded_factors(product: Node) -> tuple[Node, ...]:
    """The factors ||r||^-k of a product that also has a factor vanishing where r does: to be read as 0 at r = 0."""
    if not isinstance(product, Mul):
        return ()
    return tuple(f for f in product.args if _is_norm_below(f) and any(
        vanishes_with(other, f.args[0].args[0]) for other in product.args if other is not f))


def _is_norm_below(factor: Node) -> bool:
    if not isinstance(factor, Power) or not isinstance(factor.args[0], Norm):
        return False
    exponent = getattr(factor.args[1], "value", None)
    return factor.args[0].name in GUARDED and exponent is not None and bool(exponent.is_negative)


def vanishes_with(node: Node, r: Node, depth: int = MAX_DEPTH) -> bool:
    """Is the value zero wherever r is zero, as far as products and powers show it?"""
    if node is r:
        return True
    if depth == 0:
        return False
    if isinstance(node, (Mul, MatMul, Hadamard)):
        return any(vanishes_with(a, r, depth - 1) for a in node.args)
    if isinstance(node, Power):
        exponent = getattr(node.args[1], "value", None)
        return exponent is not None and bool(exponent.is_positive) and vanishes_with(node.args[0], r, depth - 1)
    if isinstance(node, Transpose) or (isinstance(node, Elementwise) and node.name in ("sign", "abs")):
        return vanishes_with(node.args[0], r, depth - 1)
    return False
