"""Signs in a line: U - (V + W) as U - V - W, and -(-U - V) as U + V."""

from __future__ import annotations

from ..language.build import add, mul, negate, scale, split
from ..language.node import Add, Differential, Mul, Node
from ..language.rebuild import rebuild
from .display import moving


def spread_signs(form: Node) -> Node:
    """A form without a minus before a bracket, wherever something moves."""
    if not moving(form) or isinstance(form, Differential):
        return form
    args = tuple(spread_signs(a) for a in form.args)
    if isinstance(form, Add):
        return add(*(t for a in args for t in _terms(a)))
    if isinstance(form, Mul):
        return _positive(mul(*args))
    same = all(a is b for a, b in zip(args, form.args, strict=True))
    return form if same else rebuild(form, args)


def _terms(node: Node) -> tuple[Node, ...]:
    """The terms of a sum inside a sum; a minus in front goes to each."""
    number, core = split(node)
    if isinstance(core, Add) and number in (1, -1):
        return tuple(scale(number, t) for t in core.args)
    return (node,)


def _positive(form: Node) -> Node:
    if isinstance(form, Mul) and isinstance(form.args[-1], Add) and split(form)[0].is_negative:
        terms = form.args[-1].args
        if all(split(t)[0].is_negative for t in terms):
            first, *rest = form.args[:-1]
            return mul(negate(first), *rest, add(*map(negate, terms)))
    return form
