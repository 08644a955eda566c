"""What happens to d g for a scalar g: determinants, quotients, functions of scalars, and any rule as it is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..domains import NONZERO
from ..language.build import (
    MINUS,
    UNIT,
    constant,
    elementwise,
    entrywise_power,
    hadamard,
    mul,
    ones,
    softmax,
    value_of,
)
from ..language.node import (
    Add,
    Det,
    Inner,
    LogDet,
    LogSumExp,
    MatMul,
    Mul,
    Node,
    Norm,
    Power,
    SumAll,
    Trace,
    Variable,
)
from ..rules.rule import DIFFERENTIALS
from .adjoints import pulled_back
from .display import differential, inner, raised
from .forms import bilinear, trace_stages
from .forward import Context, Stage, forward, law
from .linear import linear_terms
from .reasons import Formula, Words, equation, joined, nonzero, of, words
from .squares import PRODUCT_RULE, norm, power, rest, square_stages, unfolds
from .terms import Term, from_form, term


def scalar_stages(t: Term, g: Node, ctx: Context) -> list[Stage]:
    """The lines that take d g apart."""
    meaning = ctx.names.definition(g)
    for kind, stages in LAWS:
        if isinstance(meaning, kind):
            found = list(stages(t, meaning, ctx))
            if found:
                return found
    return list(_by_rule(t, meaning, ctx))


def _sum(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    terms = linear_terms(t.coefficient, g, ctx, t.outer)
    yield Stage(tuple(terms), words("sum rule"), "linear", DIFFERENTIALS.find(g))


def _log_det(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    (x,), make, rule = g.args, rest(t), DIFFERENTIALS.find(g)
    ctx.require(rule.domain_of(g), x)
    if unfolds(x, ctx):
        determinant: Node = Det._make((), (x,), g.rows, g.cols)
        reason = words("chain rule")
        if "invertible" not in x.facts or x in ctx.names.wrt:
            reason = joined(reason, nonzero(determinant))
        yield Stage((make(entrywise_power(determinant, MINUS), differential(determinant)),), reason, "unfold", rule)
        yield Stage(_by_law(t, g, ctx), words("determinant"), "nonlinear", rule)
    else:
        yield Stage(_by_law(t, g, ctx), words(rule.name), "nonlinear", rule)


def _by_law(t: Term, g: Node, ctx: Context) -> tuple[Term, ...]:
    form = law(DIFFERENTIALS.find(g), g, ctx.names)
    return tuple(from_form(t.coefficient, ctx.names.apply(form), t.outer))


def _by_rule(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    """Any rule as it is declared; what it has in front of the differential is an adjoint already."""
    rule = DIFFERENTIALS.find(g)
    condition = ctx.require(rule.domain_of(g), g.args[0]) if g.args else ()
    if isinstance(g, Norm) and g.name == "1":
        ctx.names.define(elementwise("sign", g.args[0]), "sign")
    elif isinstance(g, Norm) and g.name == "p" and value_of(g.args[1]) is None:
        ctx.uses.setdefault("exponent", g.args[1])
    elif isinstance(g, LogSumExp):
        ctx.names.define(softmax(g.args[0]), "probability")
    form = ctx.names.apply(law(rule, g, ctx.names))
    name = "chain rule" if rule.name == "elementwise" else rule.name
    terms = pulled_back(
        from_form(t.coefficient, form, t.outer), ctx, keep=(Inner, Trace) if isinstance(g, Det) else (Inner,)
    )
    yield Stage(tuple(terms), joined(words(name), condition), "linear" if rule.linear else "nonlinear", rule)


def scalar_product(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    """alpha beta, and alpha / beta."""
    names = ctx.names
    hot = [f for f in g.args if names.depends(f)]
    cold = mul(*(f for f in g.args if f not in hot)) if len(hot) < len(g.args) else UNIT
    below = [f for f in hot if isinstance(f, Power) and value_of(f.args[1]) == -1]
    rule = DIFFERENTIALS.find(g)
    if len(below) == 1 and len(hot) >= 2:
        yield from quotient(t, mul(*(f for f in hot if f is not below[0])), below[0].args[0], cold, ctx)
        return
    if not all(f.is_scalar for f in hot):
        return
    terms = []
    for f in hot:
        others = mul(cold, *(o for o in hot if o is not f))
        terms.extend(from_form(mul(t.coefficient, others), forward(f, names), t.outer))
    yield Stage(tuple(terms), PRODUCT_RULE, "nonlinear", rule)


def quotient(t: Term, above: Node, below: Node, cold: Node, ctx: Context) -> Iterator[Stage]:
    """d(alpha/beta) = (beta d alpha - alpha d beta)/beta^2 = (d alpha - rho d beta)/beta."""
    names, rule = ctx.names, DIFFERENTIALS.find(mul(above, entrywise_power(below, MINUS)))
    condition = ctx.require(NONZERO, below)
    alpha = names.define(above, "scalar") if worth_a_name(above) else above
    beta = names.define(below, "scalar") if worth_a_name(below) else below
    rho = names.define(mul(alpha, entrywise_power(beta, MINUS)), "ratio")
    front = mul(t.outer, t.coefficient, cold)
    square = mul(front, entrywise_power(beta, constant(-2)))
    da, db = differential(alpha), differential(beta)
    yield Stage(
        (Term(beta, da, square), Term(mul(MINUS, alpha), db, square)),
        joined(words("quotient rule"), condition),
        "nonlinear",
        rule,
    )
    over = mul(front, entrywise_power(beta, MINUS))
    yield Stage(
        (Term(UNIT, da, over), Term(mul(MINUS, rho), db, over)), equation(alpha, mul(rho, beta)), "identity", rule
    )


def worth_a_name(node: Node) -> bool:
    core = node.args[0] if isinstance(node, Power) else node
    return not isinstance(core, (Norm, Variable, SumAll))


def _log_sum_exp(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    """log<1, e^z>, step by step at full."""
    if not ctx.full:
        return
    (z,), rule, unit = g.args, DIFFERENTIALS.find(g), ones(g.args[0].rows)
    power = elementwise("exp", z)
    front = mul(t.coefficient, raised(inner(unit, power), MINUS))
    p = ctx.names.define(softmax(z), "probability")
    dz = forward(z, ctx.names)
    yield Stage((Term(front, inner(unit, differential(power)), t.outer),), words("chain rule"), "unfold", rule)
    law_of_exp = (Words("elementwise, "), Formula("(e^{t})'=e^{t}", "(e^t)' = e^t"))
    yield Stage((Term(front, inner(unit, hadamard(power, dz)), t.outer),), law_of_exp, "unfold", rule)
    reason = joined(words("Hadamard factor"), of("definition of", p))
    yield Stage((term(t.coefficient, inner(p, dz), t.outer),), reason, "nonlinear", rule)


def _inner(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    u, v = g.args
    if u is v:
        yield from square_stages(t, UNIT, u, ctx)


LAWS: tuple[tuple[type[Node] | tuple[type[Node], ...], Callable[[Term, Node, Context], Iterator[Stage]]], ...] = (
    (Add, _sum),
    (Norm, norm),
    (Power, power),
    (LogDet, _log_det),
    (Mul, scalar_product),
    (MatMul, bilinear),
    (Trace, trace_stages),
    (Inner, _inner),
    (LogSumExp, _log_sum_exp),
)
