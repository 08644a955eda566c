"""Determinants and inverses that were written out: the n! products of a determinant, the cofactors over it."""

from __future__ import annotations

from itertools import combinations, permutations

from sympy import Expr, Integer

from .. import build
from ..node import Det, Power
from .sympy_contract import contract
from .sympy_monomials import Monomial, Poly, Source, monomial
from .sympy_tensors import Tensor

MAX_SIZE = 5


def determinant(source: Source, rows: list[int], cols: list[int]) -> Poly:
    """The minor of the rows and columns, as a polynomial."""
    found: Poly = {}
    for order in permutations(range(len(rows))):
        sign = Integer((-1) ** sum(a > b for a, b in combinations(order, 2)))
        found[monomial((source, (rows[i], cols[k])) for i, k in enumerate(order))] = sign
    return found


def as_determinant(group: Poly) -> Tensor | None:
    """c det(A), when the polynomial is just that."""
    first = next(iter(group))
    source = first[0][0]
    size = _size(source)
    if size is None or len(first) != size or any(f[0] is not source for f in first):
        return None
    whole = determinant(source, list(range(size)), list(range(size)))
    if len(whole) != len(group) or not all(m in group for m in whole):
        return None
    coefficient = group[first] / whole[first]
    if any(group[m] != coefficient * c for m, c in whole.items()):
        return None
    return contract([Tensor(build.constant(coefficient)), Tensor(build.det(source.tensor.node))])


def with_inverses(group: Poly) -> Poly:
    """Cofactors of A over det(A), rewritten as entries of inv(A); the polynomial itself where that is not so."""
    for reciprocal, source in _reciprocals(next(iter(group))):
        found = _rewritten(group, reciprocal, source)
        if found is not None:
            return found
    return group


def _reciprocals(mono: Monomial) -> list[tuple[Source, Source]]:
    pairs: list[tuple[Source, Source]] = []
    for source, slots in mono:
        node = source.tensor.node
        if (
            not slots
            and isinstance(node, Power)
            and isinstance(node.args[0], Det)
            and build.value_of(node.args[1]) == -1
        ):
            matrices = {f[0] for f in mono if f[0].sizes and f[0].tensor.node is node.args[0].args[0]}
            pairs.extend((source, m) for m in matrices)
    return pairs


def _rewritten(group: Poly, reciprocal: Source, source: Source) -> Poly | None:
    size = _size(source)
    if size is None:
        return None
    everything = set(range(size))
    parts: dict[tuple[Monomial, int, int], Poly] = {}
    for mono, coefficient in group.items():
        minor = [f for f in mono if f[0] is source]
        others = [f for f in mono if f[0] is not source]
        others.remove((reciprocal, ()))
        rows, cols = ({f[1][axis] for f in minor} for axis in (0, 1))
        if len(minor) != size - 1 or len(rows) != size - 1 or len(cols) != size - 1 or not rows | cols <= everything:
            return None
        (row,), (col,) = everything - rows, everything - cols
        parts.setdefault((tuple(others), row, col), {})[monomial(minor)] = coefficient
    inverse = Source(Tensor(build.inverse(source.tensor.node)), source.sizes)
    result: Poly = {}
    for (rest, row, col), part in parts.items():
        coefficient = _multiple(part, determinant(source, sorted(everything - {row}), sorted(everything - {col})))
        if coefficient is None:
            return None
        result[monomial((*rest, (inverse, (col, row))))] = coefficient * (-1) ** (row + col)
    return result


def _multiple(part: Poly, of: Poly) -> Expr | None:
    first = next(iter(of))
    if len(part) != len(of) or first not in part:
        return None
    coefficient = part[first] / of[first]
    return coefficient if all(m in part and part[m] == coefficient * c for m, c in of.items()) else None


def _size(source: Source) -> int | None:
    if len(source.sizes) == 2 and source.sizes[0] == source.sizes[1] and source.sizes[0].is_Integer:
        size = int(source.sizes[0])
        return size if 2 <= size <= MAX_SIZE else None
    return None
