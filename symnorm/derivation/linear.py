"""The start of a chain: d of a sum, constants dropped and numbers in front."""

from __future__ import annotations

from ..language.build import (
    UNIT,
    mul,
)
from ..language.node import (
    Add,
    Mul,
    Node,
)
from .display import differential
from .forward import Context
from .terms import Term


def linear_terms(coefficient: Node, g: Node, ctx: Context, outer: Node = UNIT) -> list[Term]:
    """The terms of d g, constants dropped and numbers in front, d not yet moved into products."""
    if not ctx.names.depends(g):
        return []
    if isinstance(g, Add):
        return [t for part in g.args for t in linear_terms(coefficient, part, ctx, outer)]
    if isinstance(g, Mul):
        hot = [f for f in g.args if ctx.names.depends(f)]
        if len(hot) == 1:
            cold = [f for f in g.args if f is not hot[0]]
            return linear_terms(mul(coefficient, *cold), hot[0], ctx, outer)
    return [Term(coefficient, differential(g), outer)]
