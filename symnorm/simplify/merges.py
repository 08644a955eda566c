"""What terms of a sum share, and what bringing it together would save: a matrix on the left or the right, an entrywise
factor, a denominator, a number, a vector inside an inner product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from sympy import Expr, Integer

from ..language.build import (
    MINUS,
    UNIT,
    add,
    constant,
    diag,
    entrywise_power,
    hadamard,
    identity,
    matmul,
    mul,
    scale,
    split,
    value_of,
)
from ..language.node import Add, Diag, Hadamard, Identity, MatMul, Mul, Node, Ones, Power
from ..shapes import ONE
from .cost import cost
from .order import in_order

MAX_TRIED = 24
Powers = Callable[[Node], dict[int, tuple[Node, Expr]]]


@dataclass(frozen=True, slots=True)
class Merge:
    """Terms that meet: `outer(inner)` is their sum; `change` is what it adds to the length."""

    members: list[int]
    inner: Node
    outer: Callable[[Node], Node]
    change: int


def merges(terms: list[Node]) -> Iterator[Merge]:
    """What each shared factor would bring together."""
    scalar = terms[0].is_scalar
    if not scalar:
        yield from _matrix_merges(terms)
    if scalar or any(isinstance(_body(t), (Hadamard, Power)) for t in terms):
        for shared, members in _sharing_powers(terms, scalar_powers if scalar else _entry_powers):
            inner = _over(shared, (terms[i] for i in members))
            yield _merge(terms, members, inner, partial(_entry_by_entry, shared))
    for members in [] if scalar else _same_numbers(terms):
        number = split(terms[members[0]])[0]
        inner = add(*(scale(1 / number, terms[i]) for i in members))
        yield _merge(terms, members, inner, partial(scale, number))


def _matrix_merges(terms: list[Node]) -> Iterator[Merge]:
    """By matrices on the left and on the right, by vectors, of diagonal matrices; X A X + A X^2 + X^2 A stays flat."""
    for side, outer in ((_last, _on_the_right), (_first, _on_the_left)):
        for shared, members in _without_bare(terms, _sharing(terms, side)):
            rests = [_rest(terms[i], shared, side) for i in members]
            if len(members) == len(terms) or not all(shared in core_of(r)[1].args for r in rests):
                yield _merge(terms, members, add(*rests), partial(outer, shared))
    for shared, members, matrices in _sharing_a_vector(terms):
        yield _merge(terms, members, add(*matrices), partial(_on_the_right, shared))
    diagonals = [i for i, t in enumerate(terms) if isinstance(_body(t), Diag)]
    if len(diagonals) > 1:
        inner = add(*(mul(core_of(terms[i])[0], core_of(terms[i])[1].args[0]) for i in diagonals))
        yield _merge(terms, diagonals, inner, diag)


def _merge(terms: list[Node], members: list[int], inner: Node, outer: Callable[[Node], Node]) -> Merge:
    before = in_order(add(*(terms[i] for i in members)))
    return Merge(members, inner, outer, cost(outer(in_order(inner))) - cost(before))


def _on_the_right(shared: Node, inner: Node) -> Node:
    return matmul(inner, shared)


def _on_the_left(shared: Node, inner: Node) -> Node:
    return matmul(shared, inner)


def _entry_by_entry(shared: Node, inner: Node) -> Node:
    return mul(inner, shared) if shared.is_scalar else hadamard(inner, shared)


def core_of(term: Node) -> tuple[Node, Node]:
    """A term as (scalars, core)."""
    if not isinstance(term, Mul) or term.is_scalar:
        return UNIT, term
    known = term.memo.get("core")
    if known is None:
        known = term.memo["core"] = (mul(*term.args[:-1]), term.args[-1])
    return known  # type: ignore[no-any-return]


def _body(term: Node) -> Node:
    """A term without its scalars."""
    return term.args[-1] if isinstance(term, Mul) else term


def _first(term: Node) -> Node:
    core = _body(term)
    return core.args[0] if isinstance(core, MatMul) else core


def _last(term: Node) -> Node:
    core = _body(term)
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
        longer = [i for i in members if isinstance(_body(terms[i]), MatMul)]
        if 1 < len(longer) < len(members):
            yield shared, longer
        yield shared, members


def _rest(term: Node, shared: Node, side: Callable[[Node], Node]) -> Node:
    """c R S without S; a term that is S alone leaves an identity."""
    scalars, core = core_of(term)
    chain = core.args if isinstance(core, MatMul) else (core,)
    rest = chain[:-1] if side is _last else chain[1:]
    return mul(scalars, matmul(*rest) if rest else identity(shared.rows if side is _last else shared.cols))


def _sharing_powers(terms: list[Node], powers: Powers) -> Iterator[tuple[Node, list[int]]]:
    """Powers that terms share: of equal signs the one nearest to one, and of denominators the greatest."""
    found: dict[int, tuple[Node, dict[int, Expr]]] = {}
    for i, term in enumerate(terms):
        for key, (base, exponent) in powers(term).items():
            found.setdefault(key, (base, {}))[1][i] = exponent
    tried = 0
    for base, exponents in found.values():
        if len(exponents) < 2 or tried >= MAX_TRIED:
            continue
        tried += 1
        signs = {e > 0 for e in exponents.values()}
        members, values = list(exponents), set(exponents.values())
        if len(signs) == 1 and not base.is_scalar:
            yield entrywise_power(base, constant(min(values, key=abs))), members
        deepest = min(values)
        fraction = isinstance(base, Add) or not base.is_scalar
        if fraction and deepest < 0 and all(isinstance(e - deepest, Integer) for e in values):
            if len(values) > 1:
                yield entrywise_power(base, constant(deepest)), members


def _entry_powers(term: Node) -> dict[int, tuple[Node, Expr]]:
    """The entrywise factors of a term with their exponents, when these are numbers."""
    core = core_of(term)[1]
    found: dict[int, tuple[Node, Expr]] = {}
    for factor in core.args if isinstance(core, Hadamard) else (core,):
        base, exponent = (factor.args[0], value_of(factor.args[1])) if isinstance(factor, Power) else (factor, ONE)
        if exponent is None or not exponent.is_Rational:
            base, exponent = factor, ONE
        if not isinstance(base, Ones):
            found[base.key] = (base, exponent)
    return found


def _over(shared: Node, terms: Iterable[Node]) -> Node:
    """The sum of the terms, each divided by what they share."""
    reciprocal = entrywise_power(shared, MINUS)
    return add(*(_entry_by_entry(reciprocal, t) for t in terms))


def _sharing_a_vector(terms: list[Node]) -> Iterator[tuple[Node, list[int], list[Node]]]:
    """(a'x) b + (b'x) a = (b a' + a b') x: the vectors x, where they stand, and the matrices before them."""
    found: dict[int, tuple[Node, list[int], list[Node]]] = {}
    for i, term in enumerate(terms):
        scalars, v = core_of(term)
        dots = [f for f in (scalars.args if isinstance(scalars, Mul) else (scalars,)) if isinstance(f, MatMul)]
        if not v.is_vector or len(dots) != 1 or len(dots[0].args) != 2:
            continue
        rest = mul(scalars, entrywise_power(dots[0], MINUS))
        row, column = dots[0].args
        for x, u in ((column, row), (row.T, column.T)):
            if value_of(rest) is not None and x is not v and x is not u.T:
                entry = found.setdefault(x.key, (x, [], []))
                entry[1].append(i)
                entry[2].append(mul(rest, matmul(v, u)))
    yield from (entry for entry in found.values() if len(entry[1]) > 1)


def _same_numbers(terms: list[Node]) -> list[list[int]]:
    found: dict[Expr, list[int]] = {}
    for i, term in enumerate(terms):
        number = split(term)[0]
        if number is not ONE:
            found.setdefault(abs(number), []).append(i)
    return [m for m in found.values() if 1 < len(m) < len(terms)]


def scalar_powers(term: Node) -> dict[int, tuple[Node, Expr]]:
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
