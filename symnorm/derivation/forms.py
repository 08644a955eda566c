"""What happens to d g for a product of matrices that is a scalar: u'v, x'Ax, a'Xb, and for a trace."""

from __future__ import annotations

from collections.abc import Iterator

from ..language.build import (
    UNIT,
    constant,
    matmul,
    mul,
    trace,
    transpose,
)
from ..language.node import (
    Add,
    Inverse,
    MatMul,
    Mul,
    Node,
    Transpose,
    Variable,
)
from ..rules.rule import DIFFERENTIALS, Rule
from ..simplify.cost import cost
from .display import as_inner, chain, differential, inner, moving, total, traced
from .forward import Context, Stage, forward, is_linear
from .linear import linear_terms
from .reasons import Formula, Reason, constants, joined, of, symmetric, words
from .squares import PRODUCT_RULE, rest, square_stages
from .terms import Term, from_form, term


def bilinear(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    """u'v, x'Ax, a'Xb: one factor at a time; what the author wrote stays."""
    names, factors = ctx.names, list(g.args)
    hot = [i for i, f in enumerate(factors) if names.depends(f)]
    rule = DIFFERENTIALS.find(g)
    first, last, middle = factors[0], factors[-1], factors[1:-1]
    u = last
    if len(hot) == 2 and hot == [0, len(factors) - 1] and transpose(first) is last:
        weight = matmul(*middle) if middle else None
        if weight is None:
            yield from square_stages(t, UNIT, u, ctx)
            return
        if "symmetric" in weight.facts and not (ctx.alone and u in names.wrt):
            note_symmetric(weight, ctx)
            made = term(mul(constant(2), t.coefficient), inner(matmul(weight, u), forward(u, names)), t.outer)
            yield Stage((made,), joined(PRODUCT_RULE, said_symmetric(weight)), "nonlinear", rule)
            return
    if (
        ctx.full
        and ctx.alone
        and len(factors) == 3
        and hot == [0, 2]
        and transpose(first) is last
        and last in names.wrt
    ):
        yield from _quadratic_form(t, middle[0], last, rule)
        return
    if hot == [0, len(factors) - 1] and len(factors) == 3 and transpose(first) is last:
        note_square(middle[0], ctx)
    terms = []
    for i in hot:
        form = forward(factors[i], names)
        terms.extend(in_place(t, [*factors[:i], form, *factors[i + 1 :]]))
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


def said_symmetric(weight: Node) -> Reason:
    return (
        symmetric(weight)
        if cost(weight) <= 1 and not _inverted(weight)
        else symmetric(weight.args[0])
        if _inverted(weight)
        else ()
    )


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
        return [made for part in form.args for made in in_place(t, [*factors[:at], part, *factors[at + 1 :]])]
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


def trace_stages(t: Term, g: Node, ctx: Context) -> Iterator[Stage]:
    """tr(A X B), tr(X'AX), ...: one factor at a time, under the trace."""
    (inside,), names = g.args, ctx.names
    rule = DIFFERENTIALS.find(g)
    if not isinstance(inside, MatMul):
        if not is_linear(g, names) or not isinstance(inside, Add):
            form = forward(inside, names)
            yield Stage(tuple(from_form(t.coefficient, traced(form), t.outer)), words(rule.name), "linear", rule)
        else:
            parts = [p for p in inside.args if names.depends(p)]
            yield Stage(
                tuple(s for p in parts for s in linear_terms(t.coefficient, trace(p), ctx, t.outer)),
                words(rule.name),
                "linear",
                rule,
            )
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
    terms = [s for i in hot for s in traced_in_place(t, [*factors[:i], forward(factors[i], names), *factors[i + 1 :]])]
    kind, reason = ("linear", said) if len(hot) == 1 else ("nonlinear", PRODUCT_RULE)
    yield Stage(tuple(terms), reason, kind, DIFFERENTIALS.find(inside))


def untransposed(node: Node) -> Node:
    return node.args[0] if isinstance(node, Transpose) else node


def _quadratic_trace(t: Term, u: Node, weight: list[Node], ctx: Context) -> Iterator[Stage]:
    """tr(R'WR) of a named R, as an inner product."""
    make, names = rest(t), ctx.names
    middle = matmul(*weight) if weight else None
    image = u if middle is None else matmul(middle, u)
    form = inner(u, image)
    rule = DIFFERENTIALS.find(form)
    yield Stage((make(UNIT, differential(form)),), words("trace as inner product"), "unfold", rule)
    if middle is None:
        yield from square_stages(t, UNIT, u, ctx)
    elif "symmetric" in middle.facts:
        note_symmetric(middle, ctx)
        yield Stage(
            (make(constant(2), inner(image, forward(u, names))),),
            joined(PRODUCT_RULE, said_symmetric(middle)),
            "nonlinear",
            rule,
        )
    else:
        other = matmul(transpose(middle), u)
        yield Stage(
            (make(UNIT, inner(image, forward(u, names))), make(UNIT, inner(other, forward(u, names)))),
            PRODUCT_RULE,
            "nonlinear",
            rule,
        )


def traced_in_place(t: Term, factors: list[Node]) -> list[Term]:
    """A trace with a differential among the factors, as it stands."""
    at = next(i for i, f in enumerate(factors) if moving(f))
    form = factors[at]
    if isinstance(form, Add):
        return [made for part in form.args for made in traced_in_place(t, [*factors[:at], part, *factors[at + 1 :]])]
    scalars: list[Node] = []
    flat: list[Node] = []
    for f in factors:
        if isinstance(f, Mul):
            scalars.extend(f.args[:-1])
            f = f.args[-1]
        flat.extend(f.args if isinstance(f, MatMul) else (f,))
    if any(moving(s) for s in scalars):
        return [
            Term(
                mul(t.coefficient, *(s for s in scalars if not moving(s)), traced(chain(flat))),
                next(s for s in scalars if moving(s)),
                t.outer,
            )
        ]
    return [Term(mul(t.coefficient, *scalars), traced(chain(flat)), t.outer)]
