"""Polynomials in single entries: x[0, 0]*A[0, 1]*x[1, 0] + ...

A source is what entries are taken from: a matrix of known size, a family of equal functions of entries, or a scalar,
which has no slots. A monomial is a sorted tuple of factors (source, slots); a slot is a whole number, or an index of
an outer sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any, TypeAlias

from sympy import Expr, Symbol

from ...errors import NoRule
from ...shapes import Size
from .sympy_tensors import Tensor, entries

Slot: TypeAlias = Any
"""A whole number, or an index."""
MAX_MONOMIALS = 20_000
_SERIAL = count()


class Source:
    """Where entries come from; a marker stands for an open index."""

    def __init__(self, tensor: Tensor, sizes: Sequence[Size] = (), marker: bool = False) -> None:
        self.tensor, self.sizes, self.marker = tensor, tuple(sizes), marker
        self.serial = next(_SERIAL)

    def at(self, labels: Sequence[Any]) -> Tensor:
        """The tensor of the source with these indices."""
        return entries(self.tensor.node, labels) if self.sizes else self.tensor


Factor = tuple[Source, tuple[Slot, ...]]
Monomial = tuple[Factor, ...]
Poly = dict[Monomial, Expr]
Signature = tuple[tuple[int, tuple[Symbol | None, ...]], ...]


def factor_key(factor: Factor) -> tuple[Any, ...]:
    source, slots = factor
    return (source.serial, *((1, s.name) if isinstance(s, Symbol) else (0, s) for s in slots))


def monomial(factors: Iterable[Factor]) -> Monomial:
    return tuple(sorted(factors, key=factor_key))


def signature(mono: Monomial) -> Signature:
    return tuple((source.serial, tuple(s if isinstance(s, Symbol) else None for s in slots)) for source, slots in mono)


def plus(left: Poly, right: Poly, factor: Expr | int = 1) -> Poly:
    """left + factor * right."""
    result = dict(left)
    for mono, coefficient in right.items():
        value = result.get(mono, 0) + factor * coefficient
        if value == 0:
            result.pop(mono, None)
        else:
            result[mono] = value
    return result


def times(left: Poly, right: Poly) -> Poly:
    if len(left) * len(right) > MAX_MONOMIALS:
        raise NoRule(f"a polynomial of entries with more than {MAX_MONOMIALS} terms is not read back to matrix form")
    result: Poly = {}
    for a, s in left.items():
        for b, t in right.items():
            mono = monomial((*a, *b))
            result[mono] = result.get(mono, 0) + s * t
    return {m: c for m, c in result.items() if c != 0}


def grouped(poly: Poly) -> list[Poly]:
    """The parts of equal signature: the same sources, the same open slots."""
    found: dict[Signature, Poly] = {}
    for mono, coefficient in poly.items():
        found.setdefault(signature(mono), {})[mono] = coefficient
    return list(found.values())


def open_slots(mono: Monomial) -> list[tuple[int, Size]]:
    """(value, size) of the slots that hold numbers, in order."""
    return [
        (s, size)
        for source, slots in mono
        for s, size in zip(slots, source.sizes, strict=True)
        if not isinstance(s, Symbol)
    ]


def filled(mono: Monomial, values: Sequence[Any]) -> list[tuple[Source, tuple[Any, ...]]]:
    """The factors with the numbers in their slots replaced, in order."""
    rest = iter(values)
    return [(source, tuple(s if isinstance(s, Symbol) else next(rest) for s in slots)) for source, slots in mono]


Build = Callable[[Tensor], Tensor]
