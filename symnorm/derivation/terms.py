"""The right side of a line: a sum of terms, each a scalar times a form that is linear in differentials.

df = sum of outer_i (coefficient_i form_i); neighbours with the same outer factor are written in one bracket.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from sympy import Expr, Rational, gcd

from ..language.build import MINUS, UNIT, add, constant, is_zero, mul, scale, split, zero
from ..language.node import Add, Differential, Hadamard, Identity, Inner, Mul, Node, postorder
from ..shapes import ONE
from ..simplify.cost import cost
from ..simplify.factor import factor_sum
from ..simplify.order import in_order
from ..simplify.present import present
from .display import as_inner, differential, inner, moving, scalars_of, times, total

SHORTER = 3
"""By how many operations another form must be shorter to be taken."""


@dataclass(frozen=True, slots=True)
class Term:
    """outer * coefficient * form."""

    coefficient: Node
    form: Node
    outer: Node = UNIT

    @property
    def target(self) -> Node | None:
        """The X of a form <G, dX> or dX; None for the others."""
        form = self.form
        if isinstance(form, Inner) and isinstance(form.args[1], Differential) and not moving(form.args[0]):
            return form.args[1].args[0]
        return form.args[0] if isinstance(form, Differential) else None


def term(coefficient: Node, form: Node, outer: Node = UNIT) -> Term:
    """A term, the scalars of the form brought to the front."""
    front, core = scalars_of(form)
    if isinstance(core, Inner):
        u, v = core.args
        left, u = scalars_of(u) if not moving(u) else (UNIT, u)
        right, v = scalars_of(v) if not (isinstance(v, Mul) and any(moving(s) for s in v.args[:-1])) else (UNIT, v)
        front = mul(front, left, right)
        core = core if left is UNIT and right is UNIT else inner(u, v)
    return Term(mul(coefficient, front), core, outer)


def from_form(coefficient: Node, form: Node, outer: Node = UNIT) -> list[Term]:
    """The terms of a scalar form as the rules give it."""
    found: list[Term] = []
    for part in form.args if isinstance(form, Add) else (form,):
        if is_zero(part):
            continue
        front, core = _front(part)
        if isinstance(core, Add):
            found.extend(from_form(mul(coefficient, front), core, outer))
        else:
            found.append(term(mul(coefficient, front), as_inner(core), outer))
    return found


def _front(part: Node) -> tuple[Node, Node]:
    """A product of scalars, one of which holds the differential."""
    if not isinstance(part, Mul):
        return UNIT, part
    hot = [f for f in part.args if moving(f)]
    rest = [f for f in part.args if not moving(f)]
    return (mul(*rest) if rest else UNIT), (hot[0] if len(hot) == 1 else mul(*hot))


def assemble(terms: Iterable[Term]) -> Node:
    """The right side as one expression, written as it stands."""
    groups = [_grouped(outer, list(group)) for outer, group in groupby(terms, key=lambda t: t.outer)]
    return total([part for group in groups for part in group]) if groups else zero()


def _grouped(outer: Node, group: list[Term]) -> list[Node]:
    if len(group) == 1:
        return [times(mul(outer, group[0].coefficient), group[0].form)]
    common, group = _common(group)
    outer = mul(outer, common)
    parts = [times(t.coefficient, t.form) for t in group]
    return parts if outer is UNIT else [times(outer, total(parts))]


def _common(group: list[Term]) -> tuple[Node, list[Term]]:
    """What the coefficients share: the same scalar in each, up to sign; or the same number."""
    pairs = [split(t.coefficient) for t in group]
    sign = MINUS if all(_negative(n) for n, _ in pairs) else UNIT
    number = pairs[0][0] if sign is UNIT else -pairs[0][0]
    number = -number if _negative(number) else number
    if not all(n in (number, -number) for n, _ in pairs):
        return UNIT, group
    rest = pairs[0][1] if all(r is pairs[0][1] for _, r in pairs) else UNIT
    shared = mul(sign, constant(number), rest)
    if shared is UNIT:
        return UNIT, group
    undo = [scale(n / number * (-1 if sign is MINUS else 1), UNIT if rest is r else r) for n, r in pairs]
    return shared, [replace(t, coefficient=c) for t, c in zip(group, undo, strict=True)]


def _negative(number: Expr) -> bool:
    return bool(number.is_negative) if number.is_number else bool(number.as_coeff_Mul()[0].is_negative)


def collect(terms: list[Term]) -> list[Term]:
    """Terms <G, dX> with the same X brought together, at the place of the first."""
    found: dict[Node, list[Term]] = {}
    order: list[Node | Term] = []
    for t in terms:
        target = t.target
        if target is None:
            order.append(t)
        else:
            if target not in found:
                order.append(target)
            found.setdefault(target, []).append(t)
    result = []
    for item in order:
        result.append(item if isinstance(item, Term) else together(item, found[item]))
    return [t for t in result if not is_zero(t.coefficient)]


def together(target: Node, terms: list[Term]) -> Term:
    """c <A, dX> + c k <B, dX> = c <A + k B, dX>."""
    if len(terms) == 1:
        return terms[0]
    outer = terms[0].outer if all(t.outer is terms[0].outer for t in terms) else UNIT
    coefficients = [t.coefficient if outer is not UNIT else mul(t.outer, t.coefficient) for t in terms]
    if target.is_scalar:
        return Term(tidy(add(*coefficients)), differential(target), outer)
    shared, coefficients = _shared(coefficients)
    gradient = add(*(mul(c, t.form.args[0]) for c, t in zip(coefficients, terms, strict=True)))
    if is_zero(gradient):
        return Term(zero(), differential(target), outer)
    return term(shared, inner(tidy(gradient), differential(target)), outer)


def _shared(coefficients: list[Node]) -> tuple[Node, list[Node]]:
    """The common number, and the common scalar factors, of coefficients."""
    pairs = [split(c) for c in coefficients]
    number = _content([n for n, _ in pairs])
    factors = [list(r.args) if isinstance(r, Mul) else [r] for _, r in pairs]
    common = [f for f in factors[0] if f is not UNIT and all(f in other for other in factors[1:])]
    shared = mul(constant(number), *common)
    rest = [
        mul(constant(n / number), *(f for f in fs if f not in common))
        for (n, _), fs in zip(pairs, factors, strict=True)
    ]
    return shared, rest


def _content(numbers: list[Expr]) -> Expr:
    rationals = [n.as_coeff_Mul()[0] for n in numbers]
    if not all(isinstance(r, Rational) for r in rationals):
        return ONE
    found = abs(rationals[0])
    for r in rationals[1:]:
        found = gcd(found, abs(r))
    sizes = [n / r for n, r in zip(numbers, rationals, strict=True)]
    same = sizes[0] if all(s == sizes[0] for s in sizes) else ONE
    if not found.is_Integer and any(abs(r) > 2 * found for r in rationals):
        found = ONE
    sign = -1 if all(r < 0 for r in rationals) else 1
    return sign * found * same if found else ONE


def tidy(gradient: Node) -> Node:
    """A sum in the order of a book, factored where no new identity is needed for it; a multiple of one too."""
    if isinstance(gradient, Mul) and isinstance(gradient.args[-1], Add) and not gradient.is_scalar:
        return mul(*gradient.args[:-1], tidy(gradient.args[-1]))
    if not isinstance(gradient, Add):
        return gradient
    ordered = in_order(gradient)
    factored = factor_sum(gradient)
    new = isinstance(factored, Add) or (_identities(factored) and not _identities(gradient))
    best = ordered if new else factored
    shown = present(gradient) if any(isinstance(t, Hadamard) for _, t in map(split, gradient.args)) else best
    return shown if cost(shown) <= cost(best) - SHORTER and not _identities(shown) else best


def tidy_form(form: Node) -> Node:
    """dX - A dX as (I - A) dX."""
    if not isinstance(form, Add) or len(differentials(form)) == len(form.args):
        return form
    factored = factor_sum(form)
    return factored if not isinstance(factored, Add) else form


def differentials(form: Node) -> set[Node]:
    return {v for v in form.free if isinstance(v, Differential)}


def _identities(node: Node) -> bool:
    return any(isinstance(n, Identity) for n in postorder([node]))
