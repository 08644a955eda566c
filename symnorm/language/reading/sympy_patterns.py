"""From the monomials of a polynomial of entries back to the sums over indices that they came from.

A pattern says which slots share an index: in A[i, j] x[i] x[j] two pairs do. A pattern fits when each of its n^k
monomials occurs; it is subtracted, and what is left is matched again until nothing is left, so that the result is
exact. Patterns that fit a given monomial can only join slots that hold equal numbers in it. Where no pattern with one
coefficient fits, the coefficients become a constant array, or, in the last resort, entries are picked with unit
vectors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from sympy import Dummy, Expr, ImmutableMatrix, Integer, Rational, Symbol

from ...errors import NoRule, SymnormError
from .. import build
from .sympy_cofactors import as_determinant, with_inverses
from .sympy_contract import contract
from .sympy_monomials import Monomial, Poly, Source, filled, grouped, monomial, open_slots, plus
from .sympy_tensors import Tensor, add

STRICT, WEIGHTS, UNITS = 0, 1, 2
BELL = (1, 1, 2, 5, 15, 52, 203, 877, 4_140, 21_147, 115_975)
"""The number of ways to divide k things into groups."""
MAX_PATTERNS, MAX_EXPANSION, MAX_PICKED, MAX_EFFORT = 2_000, 20_000, 64, 400_000
Pattern = tuple[int, ...]


class Unmatched(NoRule):
    """The polynomial is not a sum of patterns at this level."""


def read_polynomial(poly: Poly, level: int, markers: dict[Source, Symbol] | None = None) -> Tensor:
    """The tensor of a polynomial; the slots of markers are its open indices."""
    terms: list[Tensor] = []
    for part in grouped(poly):
        for group in grouped(with_inverses(part)):
            terms.extend(_terms(group, level, markers or {}))
    return add(terms) if terms else Tensor(build.NOUGHT)


def _terms(group: Poly, level: int, markers: dict[Source, Symbol]) -> list[Tensor]:
    if not open_slots(next(iter(group))):
        return [_plain(mono, coefficient) for mono, coefficient in group.items()]
    known = as_determinant(group)
    if known is not None:
        return [known]
    terms = []
    rest = dict(group)
    while rest:
        found = _best(rest)
        if found is None:
            break
        coefficient, mono, pattern, rest = found
        terms.append(_tensor(mono, pattern, markers, [Tensor(build.constant(coefficient))]))
    if not rest:
        return terms
    if level >= WEIGHTS:
        for kept, part in (([], group), (terms, rest)):
            weighted = _weighted(part, markers)
            if weighted is not None:
                return [*kept, weighted]
    if level >= UNITS and len(rest) <= MAX_PICKED:
        return [*terms, *(_picked(mono, coefficient, markers) for mono, coefficient in rest.items())]
    raise Unmatched("a polynomial of entries that is not a sum over indices cannot be read back to matrix form")


def _plain(mono: Monomial, coefficient: Expr) -> Tensor:
    return contract([Tensor(build.constant(coefficient)), *(source.at(slots) for source, slots in mono)])


def _tensor(mono: Monomial, pattern: Sequence[int], markers: dict[Source, Symbol], extra: list[Tensor]) -> Tensor:
    """The sum over the indices of a pattern, with the indices of markers left open."""
    names = {k: Dummy(f"i{k}") for k in pattern}
    for source, labels in filled(mono, pattern):
        if source in markers and names[labels[0]] not in markers.values():
            names[labels[0]] = markers[source]
    factors = []
    for source, labels in filled(mono, [names[k] for k in pattern]):
        if source in markers and labels[0] is not markers[source]:
            factors.append(Tensor(build.identity(source.sizes[0]), (labels[0], markers[source])))
        else:
            factors.append(source.at(labels))
    weights = [Tensor(t.node, tuple(names.get(a, a) for a in t.axes)) for t in extra]
    bound = {
        names[k]: size
        for k, (_, size) in zip(pattern, open_slots(mono), strict=True)
        if names[k] not in markers.values()
    }
    return contract([*weights, *factors], bound)


def _best(rest: Poly) -> tuple[Expr, Monomial, Pattern, Poly] | None:
    """The pattern after which the fewest monomials are left."""
    mono = min(rest, key=_ways)
    best = None
    effort = 0
    for pattern in _patterns(mono):
        sizes = dict(zip(pattern, open_slots(mono), strict=True))
        effort += min(prod(int(s) if isinstance(s, Integer) else 1 for _, s in sizes.values()), MAX_EXPANSION)
        if effort > MAX_EFFORT:
            break
        counts = _expansion(mono, pattern, len(rest))
        if counts is None or any(m not in rest for m in counts):
            continue
        coefficient = rest[mono] / counts[mono]
        left = plus(rest, counts, -coefficient)
        if len(left) < len(rest) and (best is None or len(left) < len(best[3])) and _readable(mono, pattern):
            best = (coefficient, mono, pattern, left)
            if not left:
                break
    return best


def _ways(mono: Monomial) -> int:
    """The number of patterns that fit a monomial."""
    return prod(BELL[min(count, 10)] for count in Counter(open_slots(mono)).values())


def _readable(mono: Monomial, pattern: Pattern) -> bool:
    """Can the pattern be written as a product of matrices?"""
    markers = {source: Dummy("m") for source, _ in mono if source.marker}
    try:
        _tensor(mono, pattern, markers, [])
    except SymnormError:
        return False
    return True


def _patterns(mono: Monomial) -> Iterator[Pattern]:
    """The ways to join slots that hold equal numbers, fewest joins first among equals."""
    slots = open_slots(mono)
    classes: dict[tuple[object, object], list[int]] = {}
    for position, slot in enumerate(slots):
        classes.setdefault(slot, []).append(position)
    ways = [list(_partitions(members)) for members in classes.values()]
    if prod(len(w) for w in ways) > MAX_PATTERNS:
        return
    for choice in product(*ways):
        pattern = [0] * len(slots)
        blocks = [block for partition in choice for block in partition]
        for name, block in enumerate(blocks):
            for position in block:
                pattern[position] = name
        yield tuple(pattern)


def _partitions(items: list[int]) -> Iterator[list[list[int]]]:
    if not items:
        yield []
        return
    first, *others = items
    for partition in _partitions(others):
        for i, block in enumerate(partition):
            yield [*partition[:i], [first, *block], *partition[i + 1 :]]
        yield [[first], *partition]


def _expansion(mono: Monomial, pattern: Pattern, limit: int) -> Poly | None:
    """The monomials of a pattern with their counts; None when there are more than the limit."""
    sizes = {k: size for k, (_, size) in zip(pattern, open_slots(mono), strict=True)}
    if not all(isinstance(s, Integer) for s in sizes.values()):
        return None
    if prod(int(s) for s in sizes.values()) > MAX_EXPANSION:
        return None
    names = list(sizes)
    counts: Poly = {}
    for values in product(*(range(int(sizes[k])) for k in names)):
        at = dict(zip(names, values, strict=True))
        key = monomial(filled(mono, [at[k] for k in pattern]))
        counts[key] = counts.get(key, Integer(0)) + 1
        if len(counts) > limit:
            return None
    return counts


def _weighted(rest: Poly, markers: dict[Source, Symbol]) -> Tensor | None:
    """The monomials as one pattern of at most two indices, whose coefficients are a constant array."""
    first = next(iter(rest))
    values = [[v for v, _ in open_slots(m)] for m in rest]
    sizes = [s for _, s in open_slots(first)]
    if not all(isinstance(s, Integer) for s in sizes):
        return None
    pattern: list[int] = []
    for position, size in enumerate(sizes):
        same = [q for q in range(position) if sizes[q] == size and all(v[q] == v[position] for v in values)]
        pattern.append(pattern[same[0]] if same else len(set(pattern)))
    count = len(set(pattern))
    if count > 2:
        return None
    place = [pattern.index(k) for k in range(count)]
    weights = {tuple(v[p] for p in place): c for v, c in zip(values, rest.values(), strict=True)}
    if count == 1:
        array = ImmutableMatrix(int(sizes[place[0]]), 1, lambda i, _: weights.get((i,), 0))
    else:
        array = ImmutableMatrix(*(int(sizes[p]) for p in place), lambda i, j: weights.get((i, j), 0))
    if len(sizes) == 2 and len(first) == 2 and first[0][0] is first[1][0] and count == 2:
        array = (array + array.T) * Rational(1, 2)
    return _tensor(first, pattern, markers, [Tensor(build.array(array), tuple(range(count)))])


def _picked(mono: Monomial, coefficient: Expr, markers: dict[Source, Symbol]) -> Tensor:
    """One monomial: each slot meets a unit vector."""
    extra = [Tensor(build.constant(coefficient))]
    for position, (value, size) in enumerate(open_slots(mono)):
        if not isinstance(size, Integer):
            raise NoRule("one entry of a matrix of symbolic size has no counterpart here")
        unit = ImmutableMatrix(int(size), 1, lambda i, _, value=value: int(i == value))
        extra.append(Tensor(build.array(unit), (position,)))
    return _tensor(mono, list(range(len(open_slots(mono)))), markers, extra)
