"""Expressions as a line of a derivation writes them: built as they stand, where the constructors would simplify."""

from __future__ import annotations

from ..engine.adjoint import is_differential
from ..language.build import HALF, UNIT, mul, ones, transpose
from ..language.leaves import product
from ..language.node import Add, Differential, Inner, MatMul, Mul, Node, Power, SumAll, Trace
from ..shapes import ONE

moving = is_differential
"""Is there a differential in it?"""


def differential(node: Node) -> Node:
    """dX."""
    made: Node = Differential._make((), (node,), node.rows, node.cols)
    return made


def inner(u: Node, v: Node) -> Node:
    """<U, V>."""
    made: Node = Inner._make((), (u, v), ONE, ONE)
    return made


def square_root(node: Node) -> Node:
    made: Node = Power._make((), (node, HALF), ONE, ONE)
    return made


def raised(node: Node, exponent: Node) -> Node:
    made: Node = Power._make((), (node, exponent), ONE, ONE)
    return made


def total(terms: list[Node]) -> Node:
    """A sum that is not collected."""
    if len(terms) == 1:
        return terms[0]
    made: Node = Add._make((), tuple(terms), terms[0].rows, terms[0].cols)
    return made


def times(coefficient: Node, form: Node) -> Node:
    """A scalar in front of a form, not multiplied into it."""
    if coefficient is UNIT:
        return form
    factors = coefficient.args if isinstance(coefficient, Mul) else (coefficient,)
    return product((*factors, form))


def chain(factors: list[Node]) -> Node:
    """A product of matrices, not cut or cancelled."""
    if len(factors) == 1:
        return factors[0]
    made: Node = MatMul._make((), tuple(factors), factors[0].rows, factors[-1].cols)
    return made


def traced(node: Node) -> Node:
    made: Node = Trace._make((), (node,), ONE, ONE)
    return made


def scalars_of(node: Node) -> tuple[Node, Node]:
    """c X as (c, X)."""
    if not isinstance(node, Mul):
        return UNIT, node
    core = node.args[-1]
    if core.is_scalar and not moving(core):
        return node, UNIT
    return mul(*node.args[:-1]), core


def differentials_in(node: Node) -> list[Differential]:
    """The differentials in a form, each once, in the order of the page."""
    found: dict[Differential, None] = {}
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, Differential):
            found.setdefault(top)
        elif moving(top):
            stack.extend(reversed(top.args))
    return list(found)


def as_inner(node: Node) -> Node:
    """A scalar with one differential as it is written: y' dz as <y, dz>, 1'u as <1, u>; traces stay."""
    if isinstance(node, SumAll):
        from_ones = node.args[0]
        return inner(_ones_like(from_ones), from_ones)
    if isinstance(node, MatMul) and len(node.args) == 2:
        left, right = node.args
        if moving(right):
            return inner(transpose(left), right)
        return inner(right, transpose(left))
    return node


def _ones_like(node: Node) -> Node:
    return ones(node.rows, node.cols)
