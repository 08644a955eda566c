"""What happens to d g for a 2-norm, a Frobenius norm and their powers, step by step or by one law."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..language.build import (
    HALF,
    MINUS,
    UNIT,
    constant,
    entrywise_power,
    mul,
    subtract,
    value_of,
)
from ..language.node import (
    Node,
    Norm,
    Variable,
)
from ..rules.rule import DIFFERENTIALS
from .display import differential, inner, raised, square_root
from .forward import Context, Stage, forward
from .reasons import joined, words
from .terms import Term, from_form, term

PRODUCT_RULE = words("product rule")


def rest(t: Term) -> Callable[[Node, Node], Term]:
    return lambda coefficient, form: term(mul(t.coefficient, coefficient), form, t.outer)


def unfolds(u: Node, ctx: Context) -> bool:
    """Is a law of a composition shown in its elementary steps: at full, and where the law is all there is."""
    return ctx.full or (ctx.alone and isinstance(u, Variable) and u in ctx.names.wrt)


def norm(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    """The 2-norm and the Frobenius norm; the others go by their rule."""
    assert isinstance(g, Norm)
    if g.name not in ("2", "fro"):
        return
    make, u = rest(t), g.args[0]
    rule = DIFFERENTIALS.find(g)
    condition = ctx.require(rule.domain_of(g), u)
    over = entrywise_power(g, MINUS)
    square = inner(u, u)
    if unfolds(u, ctx):
        yield Stage((make(UNIT, differential(square_root(square))),), words("norm as inner product"), "unfold", rule)
        half = make(mul(HALF, over), differential(square))
        yield Stage((half,), joined(words("chain rule"), condition), "unfold", rule)
        yield from square_stages(t, mul(HALF, over), u, ctx)
    else:
        yield Stage(
            (make(over, inner(u, forward(u, ctx.names))),), joined(words(rule.name), condition), "nonlinear", rule
        )


def square_stages(t: Term, factor: Node, u: Node, ctx: Context) -> Iterator[Stage]:
    """c d<u, u> = 2 c <u, du>."""
    make, du = rest(t), forward(u, ctx.names)
    rule = DIFFERENTIALS.find(inner(u, u))
    if ctx.full:
        yield Stage((make(factor, inner(du, u)), make(factor, inner(u, du))), PRODUCT_RULE, "unfold", rule)
        yield Stage((make(mul(constant(2), factor), inner(u, du)),), words("symmetric inner product"), "unfold", rule)
    else:
        yield Stage((make(mul(constant(2), factor), inner(u, du)),), PRODUCT_RULE, "nonlinear", rule)


def power(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    base, exponent = g.args
    rule = DIFFERENTIALS.find(g)
    if isinstance(base, Norm) and rule.name == "squared norm":
        yield from _norm_power(t, g, ctx)
    elif not ctx.names.depends(exponent):
        domain = rule.domain_of(g)
        condition = ctx.require(domain, base)
        power = mul(exponent, entrywise_power(base, subtract(exponent, UNIT)))
        terms = from_form(mul(t.coefficient, power), forward(base, ctx.names), t.outer)
        yield Stage(tuple(terms), joined(words("chain rule"), condition), "nonlinear", rule)


def _norm_power(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    size, k = g.args
    u, make, rule = size.args[0], rest(t), DIFFERENTIALS.find(g)
    two = value_of(k) == 2
    lower = mul(k, entrywise_power(size, subtract(k, constant(2))))
    if unfolds(u, ctx):
        square = inner(u, u)
        whole = square if two else raised(square, mul(HALF, k))
        yield Stage((make(UNIT, differential(whole)),), words("norm as inner product"), "unfold", rule)
        if not two:
            yield Stage((make(mul(HALF, lower), differential(square)),), words("chain rule"), "unfold", rule)
        yield from square_stages(t, mul(HALF, lower), u, ctx)
    else:
        name = rule.name if two else "chain rule, squared norm"
        yield Stage((make(lower, inner(u, forward(u, ctx.names))),), words(name), "nonlinear", rule)
