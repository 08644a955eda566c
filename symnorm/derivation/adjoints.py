"""Moving everything off d: <C, A dX> = <A'C, dX>, tr(A dX) = <A', dX>, dx'Ax = <Ax, dx>."""

from __future__ import annotations

from ..engine.adjoint import read_off
from ..language.build import UNIT, hadamard, matmul, mul
from ..language.node import (
    Add,
    Differential,
    Hadamard,
    Inner,
    MatMul,
    Node,
    SumAll,
    Trace,
    Transpose,
    Variable,
)
from ..simplify.cost import cost
from .display import differential, inner, moving, scalars_of, traced
from .forward import Context
from .reasons import Formula, Reason, joined, of, words
from .terms import Term, term

NAMED = 6
"""The most operations of a factor that a reason names: adjoint of A."""


def is_pulled(t: Term) -> bool:
    """Is it <G, dX> or dX already?"""
    return t.target is not None


def pulled_back(terms: list[Term], ctx: Context, keep: tuple[type[Node], ...] = ()) -> list[Term]:
    """Each term as terms <G, dX>; forms of the kinds in `keep` stay as they are."""
    found: list[Term] = []
    for t in terms:
        if is_pulled(t) or isinstance(t.form, keep):
            found.append(t)
        else:
            found.extend(pull(t, ctx))
    return found


def pull(t: Term, ctx: Context) -> list[Term]:
    """One term, through the adjoints of what stands around d."""
    form = t.form
    start, body = (form.args[0], form.args[1]) if isinstance(form, Inner) else (UNIT, form)
    if isinstance(form, Inner) and moving(start):
        start, body = body, start
    found = []
    pairs = _entrywise(start, body) or read_off(start, body)
    for target, adjoint in pairs:
        adjoint = ctx.names.apply(adjoint)
        if target.is_scalar:
            found.append(term(t.coefficient, scalar_times(adjoint, differential(target)), t.outer))
        else:
            found.append(term(t.coefficient, inner(adjoint, differential(target)), t.outer))
    return found


def _entrywise(start: Node, body: Node) -> list[tuple[Node, Node]]:
    """<A, C o dX> = <A o C, dX>, in this order."""
    if not isinstance(body, Hadamard):
        return []
    hot = [f for f in body.args if moving(f)]
    if len(hot) != 1 or not isinstance(hot[0], Differential):
        return []
    return [(hot[0].args[0], hadamard(start, *(f for f in body.args if f is not hot[0])))]


def scalar_times(adjoint: Node, form: Node) -> Node:
    return mul(adjoint, form)


def adjoint_reason(terms: list[Term]) -> Reason:
    """Whose adjoint was taken: adjoint of A, adjoint of A, B, Hadamard factor."""
    reasons: list[Reason] = []
    for t in terms:
        if is_pulled(t) or not isinstance(t.form, Inner):
            continue
        body = t.form.args[1] if moving(t.form.args[1]) else t.form.args[0]
        reasons.extend(_around(part) for part in (body.args if isinstance(body, Add) else (body,)))
    distinct = list(dict.fromkeys(r for r in reasons if r))
    if not distinct or len(distinct) > 2:
        return words("adjoint")
    return joined(*distinct)


def _around(body: Node) -> Reason:
    _, core = scalars_of(body)
    if isinstance(core, Differential):
        return ()
    if isinstance(core, Hadamard):
        inside = [_around(f) for f in core.args if moving(f)]
        return joined(words("Hadamard factor"), *inside)
    if isinstance(core, SumAll):
        return words("linear map")
    if isinstance(core, MatMul) and moving(core):
        at = next(i for i, f in enumerate(core.args) if moving(f))
        inside = core.args[at]
        if not isinstance(inside, (Differential, Transpose)) or (
            isinstance(inside, Transpose) and not isinstance(inside.args[0], Differential)
        ):
            return words("adjoint")
        sides = [matmul(*side) for side in (core.args[:at], core.args[at + 1 :]) if side]
        if len(sides) == 1:
            return of("adjoint of", sides[0]) if cost(sides[0]) <= NAMED else words("adjoint")
        return (
            words("adjoint")
            if any(not isinstance(s, (Variable, Transpose)) for s in sides)
            else (*of("adjoint of", sides[0]), *_comma(sides[1]))
        )
    return words("adjoint")


def _comma(node: Node) -> Reason:
    return (Formula(",<0>", ", <0>", (node,)),)


def turned(t: Term) -> Term | None:
    """tr(A dX B) as tr(B A dX); None where d is at an end already."""
    if not isinstance(t.form, Trace) or not isinstance(t.form.args[0], MatMul):
        return None
    factors = list(t.form.args[0].args)
    at = next(i for i, f in enumerate(factors) if moving(f))
    if at in (0, len(factors) - 1):
        return None
    after, before = factors[at + 1 :], factors[:at]
    product = matmul(*after, *before)
    if not isinstance(product, (MatMul, Variable, Transpose)):
        return None
    args = product.args if isinstance(product, MatMul) else (product,)
    made: Node = MatMul._make((), (*args, factors[at]), factors[at].cols, factors[at].cols)
    return Term(t.coefficient, traced(made), t.outer)


def symmetric_used(before: list[Term], ctx: Context) -> list[Variable]:
    """The symmetric variables among the factors whose transposes were left out."""
    found: dict[Variable, None] = {}
    for t in before:
        if is_pulled(t):
            continue
        for node in t.form.free:
            if (
                isinstance(node, Variable)
                and not isinstance(node, Differential)
                and not node.is_scalar
                and "symmetric" in node.facts
                and (node in ctx.names.wrt or not ctx.names.depends(node))
            ):
                found.setdefault(node)
    return sorted(found, key=lambda v: v.name)
