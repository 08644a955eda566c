"""What happens to d g for a scalar g: norms, traces, quadratic forms, determinants, quotients, functions of scalars."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..domains import NONZERO
from ..language.build import (
    HALF, MINUS, UNIT, constant, elementwise, entrywise_power, hadamard, matmul, mul, ones, softmax, subtract,
    trace, transpose, value_of,
)
from ..language.node import Add, Det, Inner, Inverse, LogDet, LogSumExp, MatMul, Mul, Node, Norm, Power, SumAll, Trace, Transpose, Variable
from ..rules.rule import DIFFERENTIALS, Rule
from ..simplify.cost import cost
from .adjoints import pulled_back
from .display import as_inner, chain, differential, inner, moving, raised, square_root, total, traced
from .forward import Context, Stage, forward, is_linear, law
from .reasons import Formula, Reason, Words, constants, equation, joined, nonzero, of, symmetric, words
from .terms import Term, from_form, term

PRODUCT_RULE = words("product rule")


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


def scalar_stages(t: Term, g: Node, ctx: Context) -> list[Stage]:
    """The lines that take d g apart."""
    meaning = ctx.names.definition(g)
    for kind, stages in LAWS:
        if isinstance(meaning, kind):
            found = list(stages(t, meaning, ctx))
            if found:
                return found
    return list(_by_rule(t, meaning, ctx))


def _rest(t: Term) -> Callable[[Node, Node], Term]:
    return lambda coefficient, form: term(mul(t.coefficient, coefficient), form, t.outer)


def _sum(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    terms = linear_terms(t.coefficient, g, ctx, t.outer)
    yield Stage(tuple(terms), words("sum rule"), "linear", DIFFERENTIALS.find(g))


def _norm(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    """The 2-norm and the Frobenius norm; the others go by their rule."""
    assert isinstance(g, Norm)
    if g.name not in ("2", "fro"):
        return
    make, u = _rest(t), g.args[0]
    rule = DIFFERENTIALS.find(g)
    condition = ctx.require(rule.domain_of(g), u)
    over = entrywise_power(g, MINUS)
    square = inner(u, u)
    if unfolds(u, ctx):
        yield Stage((make(UNIT, differential(square_root(square))),), words("norm as inner product"), "unfold", rule)
        half = make(mul(HALF, over), differential(square))
        yield Stage((half,), joined(words("chain rule"), condition), "unfold", rule)
        yield from _square_stages(t, mul(HALF, over), u, ctx)
    else:
        yield Stage((make(over, inner(u, forward(u, ctx.names))),), joined(words(rule.name), condition), "nonlinear", rule)


def _square_stages(t: Term, factor: Node, u: Node, ctx: Context) -> Iterator[Stage]:
    """c d<u, u> = 2 c <u, du>."""
    make, du = _rest(t), forward(u, ctx.names)
    rule = DIFFERENTIALS.find(inner(u, u))
    if ctx.full:
        yield Stage((make(factor, inner(du, u)), make(factor, inner(u, du))), PRODUCT_RULE, "unfold", rule)
        yield Stage((make(mul(constant(2), factor), inner(u, du)),), words("symmetric inner product"), "unfold", rule)
    else:
        yield Stage((make(mul(constant(2), factor), inner(u, du)),), PRODUCT_RULE, "nonlinear", rule)


def unfolds(u: Node, ctx: Context) -> bool:
    """Is a law of a composition shown in its elementary steps: at full, and where the law is all there is."""
    return ctx.full or (ctx.alone and isinstance(u, Variable) and u in ctx.names.wrt)


def _power(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
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
    u, make, rule = size.args[0], _rest(t), DIFFERENTIALS.find(g)
    two = value_of(k) == 2
    lower = mul(k, entrywise_power(size, subtract(k, constant(2))))
    if unfolds(u, ctx):
        square = inner(u, u)
        whole = square if two else raised(square, mul(HALF, k))
        yield Stage((make(UNIT, differential(whole)),), words("norm as inner product"), "unfold", rule)
        if not two:
            yield Stage((make(mul(HALF, lower), differential(square)),), words("chain rule"), "unfold", rule)
        yield from _square_stages(t, mul(HALF, lower), u, ctx)
    else:
        name = rule.name if two else "chain rule, squared norm"
        yield Stage((make(lower, inner(u, forward(u, ctx.names))),), words(name), "nonlinear", rule)


def _log_det(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    (x,), make, rule = g.args, _rest(t), DIFFERENTIALS.find(g)
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
    terms = pulled_back(from_form(t.coefficient, form, t.outer), ctx, keep=(Inner, Trace) if isinstance(g, Det) else (Inner,))
    yield Stage(tuple(terms), joined(words(name), condition), "linear" if rule.linear else "nonlinear", rule)


def _scalar_product(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    """alpha beta, and alpha / beta."""
    names = ctx.names
    hot = [f for f in g.args if names.depends(f)]
    cold = mul(*(f for f in g.args if f not in hot)) if len(hot) < len(g.args) else UNIT
    below = [f for f in hot if isinstance(f, Power) and value_of(f.args[1]) == -1]
    rule = DIFFERENTIALS.find(g)
    if len(below) == 1 and len(hot) >= 2:
        yield from _quotient(t, mul(*(f for f in hot if f is not below[0])), below[0].args[0], cold, ctx)
        return
    if not all(f.is_scalar for f in hot):
        return
    terms = []
    for f in hot:
        others = mul(cold, *(o for o in hot if o is not f))
        terms.extend(from_form(mul(t.coefficient, others), forward(f, names), t.outer))
    yield Stage(tuple(terms), PRODUCT_RULE, "nonlinear", rule)


def _quotient(t: Term, above: Node, below: Node, cold: Node, ctx: Context) -> Iterator[Stage]:
    """d(alpha/beta) = (beta d alpha - alpha d beta)/beta^2 = (d alpha - rho d beta)/beta."""
    names, rule = ctx.names, DIFFERENTIALS.find(mul(above, entrywise_power(below, MINUS)))
    condition = ctx.require(NONZERO, below)
    alpha = names.define(above, "scalar") if worth_a_name(above) else above
    beta = names.define(below, "scalar") if worth_a_name(below) else below
    rho = names.define(mul(alpha, entrywise_power(beta, MINUS)), "ratio")
    front = mul(t.outer, t.coefficient, cold)
    square = mul(front, entrywise_power(beta, constant(-2)))
    da, db = differential(alpha), differential(beta)
    yield Stage((Term(beta, da, square), Term(mul(MINUS, alpha), db, square)),
                joined(words("quotient rule"), condition), "nonlinear", rule)
    over = mul(front, entrywise_power(beta, MINUS))
    yield Stage((Term(UNIT, da, over), Term(mul(MINUS, rho), db, over)), equation(alpha, mul(rho, beta)), "identity", rule)


def worth_a_name(node: Node) -> bool:
    core = node.args[0] if isinstance(node, Power) else node
    return not isinstance(core, (Norm, Variable, SumAll))


def _bilinear(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    """u'v, x'Ax, a'Xb: one factor at a time; what the author wrote stays."""
    names, factors = ctx.names, list(g.args)
    hot = [i for i, f in enumerate(factors) if names.depends(f)]
    rule = DIFFERENTIALS.find(g)
    first, last, middle = factors[0], factors[-1], factors[1:-1]
    u = last
    if len(hot) == 2 and hot == [0, len(factors) - 1] and transpose(first) is last:
        weight = matmul(*middle) if middle else None
        if weight is None:
            yield from _square_stages(t, UNIT, u, ctx)
            return
        if "symmetric" in weight.facts and not (ctx.alone and u in names.wrt):
            note_symmetric(weight, ctx)
            made = term(mul(constant(2), t.coefficient), inner(matmul(weight, u), forward(u, names)), t.outer)
            yield Stage((made,), joined(PRODUCT_RULE, _said(weight)), "nonlinear", rule)
            return
    if ctx.full and ctx.alone and len(factors) == 3 and hot == [0, 2] and transpose(first) is last and last in names.wrt:
        yield from _quadratic_form(t, middle[0], last, rule)
        return
    if hot == [0, len(factors) - 1] and len(factors) == 3 and transpose(first) is last:
        note_square(middle[0], ctx)
    terms = []
    for i in hot:
        form = forward(factors[i], names)
        terms.extend(in_place(t, [*factors[:i], form, *factors[i + 1:]]))
    kind, reason = ("linear", words("linear map")) if len(hot) == 1 else ("nonlinear", PRODUCT_RULE)
    yield Stage(tuple(terms), reason, kind, rule)


def _quadratic_form(t: Term, a: Node, x: Node, rule: Rule) -> Iterator[Stage]:
    """x'Ax step by step: what is a number is its own transpose."""
    dx = differential(x)
    left = t_of(t, chain([transpose(dx), a, x]))
    yield Stage((left, t_of(t, chain([transpose(x), differential(matmul(a, x))]))), PRODUCT_RULE, "nonlinear", rule)
    second = t_of(t, chain([transpose(x), a, dx]))
    fixed = constants([a]) if isinstance(a, Variable) else ()
    yield Stage((left, second), joined(words("linear map"), fixed), "linear", rule)
    turned = t_of(t, chain([transpose(x), transpose(a), dx]))
    yield Stage((turned, second), words("a scalar is its own transpose"), "linear", rule)
    if transpose(a) is not a:
        both = total([transpose(a), a])
        yield Stage((t_of(t, chain([transpose(x), both, dx])),), of("collect", dx), "linear", rule)
    weight = mul(constant(2), a) if transpose(a) is a else total([a, transpose(a)])
    reason = (Formula("u^{\\top}v=\\langle u,v\\rangle", "u'v = <u, v>", flush=True),)
    yield Stage((term(t.coefficient, inner(matmul(weight, x), dx), t.outer),), reason, "adjoint", rule)


def t_of(t: Term, form: Node) -> Term:
    return Term(t.coefficient, form, t.outer)


def note_square(weight: Node, ctx: Context) -> None:
    """Remember a square constant in a quadratic form."""
    if isinstance(weight, Variable) and "symmetric" not in weight.facts and not ctx.names.depends(weight):
        ctx.uses.setdefault("square", weight)


def _said(weight: Node) -> Reason:
    return symmetric(weight) if cost(weight) <= 1 and not _inverted(weight) else symmetric(weight.args[0]) if _inverted(weight) else ()


def _inverted(node: Node) -> bool:
    return isinstance(node, Inverse) and isinstance(node.args[0], Variable)


def note_symmetric(weight: Node, ctx: Context) -> None:
    """Remember the variables whose symmetry was used."""
    for v in sorted(weight.free, key=lambda v: v.serial):
        if "symmetric" in v.facts and v not in ctx.names.wrt:
            ctx.uses.setdefault(v.name, v)


def in_place(t: Term, factors: list[Node]) -> list[Term]:
    """A product with a differential among its factors, as it stands; a sum inside is opened."""
    at = next(i for i, f in enumerate(factors) if moving(f))
    form = factors[at]
    if isinstance(form, Add):
        return [made for part in form.args for made in in_place(t, [*factors[:at], part, *factors[at + 1:]])]
    scalars: list[Node] = []
    flat: list[Node] = []
    for f in factors:
        if isinstance(f, Mul):
            scalars.extend(f.args[:-1])
            f = f.args[-1]
        flat.extend(f.args if isinstance(f, MatMul) else (f,))
    if any(moving(s) for s in scalars):
        return from_form(t.coefficient, matmul(*factors), t.outer)
    made = matmul(*flat)
    front, core = (mul(*made.args[:-1]), made.args[-1]) if isinstance(made, Mul) else (UNIT, made)
    return [term(mul(t.coefficient, *scalars, front), as_inner(core), t.outer)]


def _trace(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    """tr(A X B), tr(X'AX), ...: one factor at a time, under the trace."""
    (inside,), names = g.args, ctx.names
    rule = DIFFERENTIALS.find(g)
    if not isinstance(inside, MatMul):
        if not is_linear(g, names) or not isinstance(inside, Add):
            form = forward(inside, names)
            yield Stage(tuple(from_form(t.coefficient, traced(form), t.outer)), words(rule.name), "linear", rule)
        else:
            parts = [p for p in inside.args if names.depends(p)]
            yield Stage(tuple(s for p in parts for s in linear_terms(t.coefficient, trace(p), ctx, t.outer)),
                        words(rule.name), "linear", rule)
        return
    factors = list(inside.args)
    hot = [i for i, f in enumerate(factors) if names.depends(f)]
    last, weight = factors[-1], factors[1:-1]
    if hot == [0, len(factors) - 1] and transpose(factors[0]) is last and not (last in names.wrt and weight):
        yield from _quadratic_trace(t, last, weight, ctx)
        return
    said = words("linear map")
    if len(hot) == 1 and ctx.full:
        if ctx.alone and factors[hot[0]] in names.wrt:
            yield Stage((t_of(t, traced(differential(inside))),), words("the trace is linear"), "linear", rule)
        fixed = [v for f in factors for v in [untransposed(f)] if isinstance(v, Variable) and not names.depends(v)]
        said = joined(words("linear map"), constants(dict.fromkeys(fixed)) if 0 < len(set(fixed)) <= 3 else ())
    if hot == [0, len(factors) - 1] and len(factors) == 3:
        note_square(weight[0], ctx)
    terms = [s for i in hot for s in traced_in_place(t, [*factors[:i], forward(factors[i], names), *factors[i + 1:]])]
    kind, reason = ("linear", said) if len(hot) == 1 else ("nonlinear", PRODUCT_RULE)
    yield Stage(tuple(terms), reason, kind, DIFFERENTIALS.find(inside))


def untransposed(node: Node) -> Node:
    return node.args[0] if isinstance(node, Transpose) else node


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


def _quadratic_trace(t: Term, u: Node, weight: list[Node], ctx: Context) -> Iterator[Stage]:
    """tr(R'WR) of a named R, as an inner product."""
    make, names = _rest(t), ctx.names
    middle = matmul(*weight) if weight else None
    image = u if middle is None else matmul(middle, u)
    form = inner(u, image)
    rule = DIFFERENTIALS.find(form)
    yield Stage((make(UNIT, differential(form)),), words("trace as inner product"), "unfold", rule)
    if middle is None:
        yield from _square_stages(t, UNIT, u, ctx)
    elif "symmetric" in middle.facts:
        note_symmetric(middle, ctx)
        yield Stage((make(constant(2), inner(image, forward(u, names))),), joined(PRODUCT_RULE, _said(middle)), "nonlinear", rule)
    else:
        other = matmul(transpose(middle), u)
        yield Stage((make(UNIT, inner(image, forward(u, names))), make(UNIT, inner(other, forward(u, names)))), PRODUCT_RULE,
                    "nonlinear", rule)


def traced_in_place(t: Term, factors: list[Node]) -> list[Term]:
    """A trace with a differential among the factors, as it stands."""
    at = next(i for i, f in enumerate(factors) if moving(f))
    form = factors[at]
    if isinstance(form, Add):
        return [made for part in form.args for made in traced_in_place(t, [*factors[:at], part, *factors[at + 1:]])]
    scalars: list[Node] = []
    flat: list[Node] = []
    for f in factors:
        if isinstance(f, Mul):
            scalars.extend(f.args[:-1])
            f = f.args[-1]
        flat.extend(f.args if isinstance(f, MatMul) else (f,))
    if any(moving(s) for s in scalars):
        return [Term(mul(t.coefficient, *(s for s in scalars if not moving(s)), traced(chain(flat))),
                     next(s for s in scalars if moving(s)), t.outer)]
    return [Term(mul(t.coefficient, *scalars), traced(chain(flat)), t.outer)]


def _inner(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    u, v = g.args
    if u is v:
        yield from _square_stages(t, UNIT, u, ctx)


LAWS: tuple[tuple[type[Node] | tuple[type[Node], ...], Callable[[Term, Node, Context], Iterator[Stage]]], ...] = (
    (Add, _sum), (Norm, _norm), (Power, _power), (LogDet, _log_det), (Mul, _scalar_product), (MatMul, _bilinear),
    (Trace, _trace), (Inner, _inner), (LogSumExp, _log_sum_exp),
)
