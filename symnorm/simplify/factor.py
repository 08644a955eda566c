"""Common factors of a sum: scalars, matrices on the left or the right, entrywise factors.

2 A x + 2 B x = 2 (A + B) x, found by trying the common factors that the terms show and keeping what is shortest in
print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from math import gcd, lcm

from sympy import Expr, Rational

from ..language.build import (
    UNIT,
    add,
    constant,
    entrywise_power,
    hadamard,
    identity,
    matmul,
    mul,
    ones,
    scale,
    split,
    value_of,
)
from ..language.node import Add, Hadamard, Identity, MatMul, Mul, Node, Ones, Power
from ..shapes import ONE
from .cost import cost
from .order import in_order

MAX_TRIED = 24
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
    if len(terms) > 1 and not inner.is_scalar:
        terms = _group(terms)
    grouped = in_order(add(*terms))
    candidates = [grouped if outer is UNIT else mul(outer, grouped), in_order(node)]
    if outer is not UNIT and not node.is_scalar:
        candidates.append(in_order(add(*_group(list(node.args)))))
    return min(candidates, key=cost)


def _group(terms: list[Node]) -> list[Node]:
    """Terms that share a factor, brought together as long as the sum gets shorter."""
    while len(terms) > 1:
        best = min(_merges(terms), key=lambda m: m.change, default=None)
        if best is None or best.change >= 0:
            return terms
        merged = best.outer(factor_sum(best.inner))
        first = best.members[0]
        terms = [merged if i == first else t for i, t in enumerate(terms) if i == first or i not in best.members]
    return terms


@dataclass(frozen=True, slots=True)
class Merge:
    """Terms that meet: `outer(inner)` is their sum; `change` is what it adds to the length."""

    members: list[int]
    inner: Node
    outer: Callable[[Node], Node]
    change: int


def _merges(terms: list[Node]) -> Iterator[Merge]:
    """What each shared factor would bring together."""
    for side, outer in ((_last, _on_the_right), (_first, _on_the_left)):
        for shared, members in _without_bare(terms, _sharing(terms, side)):
            inner = add(*(_rest(terms[i], shared, side) for i in members))
            yield _merge(terms, members, inner, partial(outer, shared))
    for shared, members in _sharing_entrywise(terms):
        inner = add(*(_without(terms[i], shared) for i in members))
        yield _merge(terms, members, inner, partial(_entry_by_entry, shared))
    for members in _same_numbers(terms):
        number = split(terms[members[0]])[0]
        inner = add(*(scale(1 / number, terms[i]) for i in members))
        yield _merge(terms, members, inner, partial(scale, number))


def _merge(terms: list[Node], members: list[int], inner: Node, outer: Callable[[Node], Node]) -> Merge:
    before = in_order(add(*(terms[i] for i in members)))
    return Merge(members, inner, outer, cost(outer(in_order(inner))) - cost(before))


def _on_the_right(shared: Node, inner: Node) -> Node:
    return matmul(inner, shared)


def _on_the_left(shared: Node, inner: Node) -> Node:
    return matmul(shared, inner)


def _entry_by_entry(shared: Node, inner: Node) -> Node:
    return hadamard(inner, shared)


def _core(term: Node) -> tuple[Node, Node]:
    """A term as (scalars, core)."""
    if isinstance(term, Mul) and not term.is_scalar:
        return mul(*term.args[:-1]), term.args[-1]
    return UNIT, term


def _first(term: Node) -> Node:
    core = _core(term)[1]
    return core.args[0] if isinstance(core, MatMul) else core


def _last(term: Node) -> Node:
    core = _core(term)[1]
    return core.args[-1] if isinstance(core, MatMul) else core


def _sharing(terms: list[Node], side: Callable[[Node], Node]) -> list[tuple[Node, list[int]]]:
    found: dict[int, tuple[Node, list[int]]] = {}
    for i, term in enumerate(terms):
        shared = side(term)
        found.setdefault(shared.key, (shared, []))[1].append(i)
    return [(s, m) for s, m in found.values() if len(m) > 1 and not isinstance(s, Identity)][:MAX_TRIED]


def _without_bare(terms: list[Node], groups: list[tuple[Node, list[int]]]) -> Iterable[tuple[Node, list[int]]]:
    """Each group, first without the terms that would leave an identity."""
    for shared, members in groups:
        longer = [i for i in members if isinstance(_core(terms[i])[1], MatMul)]
        if 1 < len(longer) < len(members):
            yield shared, longer
        yield shared, members


def _rest(term: Node, shared: Node, side: Callable[[Node], Node]) -> Node:
    """c R S without S; a term that is S alone leaves an identity."""
    scalars, core = _core(term)
    chain = core.args if isinstance(core, MatMul) else (core,)
    rest = chain[:-1] if side is _last else chain[1:]
    return mul(scalars, matmul(*rest) if rest else identity(shared.rows if side is _last else shared.cols))


def _entry_factors(term: Node) -> tuple[Node, ...]:
    core = _core(term)[1]
    return core.args if isinstance(core, Hadamard) else (core,)


def _sharing_entrywise(terms: list[Node]) -> list[tuple[Node, list[int]]]:
    if not any(isinstance(_core(t)[1], Hadamard) for t in terms):
        return []
    found: dict[int, tuple[Node, list[int]]] = {}
    for i, term in enumerate(terms):
        for factor in {f.key: f for f in _entry_factors(term)}.values():
            found.setdefault(factor.key, (factor, []))[1].append(i)
    return [(s, m) for s, m in found.values() if len(m) > 1 and not isinstance(s, Ones)][:MAX_TRIED]


def _without(term: Node, shared: Node) -> Node:
    scalars, core = _core(term)
    factors = list(core.args) if isinstance(core, Hadamard) else [core]
    position = next(i for i, f in enumerate(factors) if f.key == shared.key)
    rest = factors[:position] + factors[position + 1 :]
    return mul(scalars, hadamard(*rest) if rest else ones(core.rows, core.cols))


def _same_numbers(terms: list[Node]) -> list[list[int]]:
    found: dict[Expr, list[int]] = {}
    for i, term in enumerate(terms):
        number = split(term)[0]
        if number is not ONE:
            found.setdefault(abs(number), []).append(i)
    return [m for m in found.values() if 1 < len(m) < len(terms)]


def _common_scalars(node: Add) -> tuple[Node, Node]:
    """The scalar factor that all terms share, and what is left."""
    numbers = [split(t)[0] for t in node.args]
    number = _common_number(numbers)
    shared = reduce(lambda a, b: _meet(a, b), (_scalar_powers(t) for t in node.args))
    outer = mul(constant(number), *(entrywise_power(base, constant(e)) for base, e in shared.values()))
    if outer is UNIT:
        return UNIT, node
    inverse = entrywise_power(outer, constant(-1))
    return outer, add(*(mul(inverse, t) for t in node.args))


def _common_number(numbers: list[Expr]) -> Expr:
    """What all numbers are multiples of, when all have it in front: 2, 4 gives 2; signs stay unless all are
    negative."""
    if not all(isinstance(n, Rational) for n in numbers):
        return numbers[0] if all(n == numbers[0] for n in numbers) else ONE
    top = reduce(gcd, (abs(int(n.p)) for n in numbers))
    bottom = reduce(lcm, (int(n.q) for n in numbers))
    counted = Counter(abs(n) for n in numbers)
    if len(counted) > 1 and bottom > 1 and not all(n.q == bottom for n in numbers):
        bottom = 1
    sign = -1 if all(n < 0 for n in numbers) else 1
    return Rational(sign * top, bottom)


def _scalar_powers(term: Node) -> dict[int, tuple[Node, Expr]]:
    """The scalar factors of a term with whole exponents."""
    factors = term.args if isinstance(term, Mul) else (term,) if term.is_scalar else ()
    found: dict[int, tuple[Node, Expr]] = {}
    for factor in factors:
        if not factor.is_scalar or value_of(factor) is not None:
            continue
        base, exponent = (factor.args[0], value_of(factor.args[1])) if isinstance(factor, Power) else (factor, ONE)
        if exponent is not None and exponent.is_Rational:
            found[base.key] = (base, exponent)
    return found


def _meet(a: dict[int, tuple[Node, Expr]], b: dict[int, tuple[Node, Expr]]) -> dict[int, tuple[Node, Expr]]:
    """The shared part: of bases that all have above, or all below, the exponent nearest to zero."""
    return {k: (a[k][0], min(a[k][1], b[k][1], key=abs)) for k in a if k in b and (a[k][1] > 0) == (b[k][1] > 0)}
