"""Common factors of a sum: scalars, matrices on the left or the right, entrywise factors.

2 A x + 2 B x = 2 (A + B) x, found by trying the common factors that the terms show and keeping what is shortest in
print.
"""

from __future__ import annotations

from collections import Counter
from functools import reduce
from math import gcd, lcm

from sympy import Expr, Rational

from ..language.build import UNIT, add, constant, entrywise_power, mul, split
from ..language.node import Add, MatMul, Node, Transpose
from ..shapes import ONE
from .cost import cost
from .merges import core_of, merges, scalar_powers
from .order import in_order, transposes

MAX_COST = 800
"""Sums longer than this are left as they are: nobody reads them, and the search is not linear."""


def factor_sum(node: Node) -> Node:
    """The sum with common factors taken out wherever that makes it shorter."""
    if not isinstance(node, Add):
        return node
    known = node.memo.get("factored")
    if known is None:
        known = _factored(node) if cost(node) <= MAX_COST else node
        node.memo["factored"] = known
    return known  # type: ignore[no-any-return]


def _factored(node: Add) -> Node:
    outer, inner = _common_scalars(node)
    terms = list(inner.args) if isinstance(inner, Add) else [inner]
    if len(terms) > 1:
        terms = _group(terms)
    grouped = in_order(add(*terms))
    candidates = [grouped if outer is UNIT else mul(outer, grouped), in_order(node)]
    if outer is not UNIT and not node.is_scalar:
        candidates.append(in_order(add(*_group(list(node.args)))))
    turned = _turned(node)
    if turned is not None:
        candidates.append(turned)
    return min(candidates, key=cost)


def _turned(node: Add) -> Node | None:
    """B' X' + X' B' as (X B + B X)'."""
    cores = [core_of(t)[1] for t in node.args]
    if not all(transposes(list(c.args) if isinstance(c, MatMul) else [c]) for c in cores):
        return None
    scalars, inner = core_of(factor_sum(in_order(add(*(t.T for t in node.args)))))
    turned: Node = Transpose._make((), (inner,), node.rows, node.cols)
    return mul(scalars, turned)


def _group(terms: list[Node]) -> list[Node]:
    """Terms that share a factor, brought together as long as the sum gets shorter."""
    while len(terms) > 1:
        best = min(merges(terms), key=lambda m: m.change, default=None)
        if best is None or best.change >= 0:
            return terms
        merged = best.outer(factor_sum(best.inner))
        first = best.members[0]
        terms = [merged if i == first else t for i, t in enumerate(terms) if i == first or i not in best.members]
    return terms


def _common_scalars(node: Add) -> tuple[Node, Node]:
    """The scalar factor that all terms share, and what is left."""
    numbers = [split(t)[0] for t in node.args]
    number = _common_number(numbers)
    shared = reduce(lambda a, b: _meet(a, b), (scalar_powers(t) for t in node.args))
    outer = mul(constant(number), *(entrywise_power(base, constant(e)) for base, e in shared.values()))
    if outer is UNIT:
        return UNIT, node
    inverse = entrywise_power(outer, constant(-1))
    return outer, add(*(mul(inverse, t) for t in node.args))


def _common_number(numbers: list[Expr]) -> Expr:
    """What all numbers are multiples of, when all have it in front: 2, 4 gives 2; signs stay unless all are
    negative."""
    if not all(isinstance(n, Rational) for n in numbers):
        return numbers[0] if all(n in (numbers[0], -numbers[0]) for n in numbers) else ONE
    top = reduce(gcd, (abs(int(n.p)) for n in numbers))
    bottom = reduce(lcm, (int(n.q) for n in numbers))
    counted = Counter(abs(n) for n in numbers)
    if len(counted) > 1 and bottom > 1 and not all(n.q == bottom for n in numbers):
        bottom = 1
    sign = -1 if all(n < 0 for n in numbers) else 1
    return Rational(sign * top, bottom)


def _meet(a: dict[int, tuple[Node, Expr]], b: dict[int, tuple[Node, Expr]]) -> dict[int, tuple[Node, Expr]]:
    """The shared part: of bases that all have above, or all below, the exponent nearest to zero."""
    return {k: (a[k][0], min(a[k][1], b[k][1], key=abs)) for k in a if k in b and (a[k][1] > 0) == (b[k][1] > 0)}
