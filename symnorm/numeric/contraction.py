"""The cheapest order of a sum of products over named letters, two operands at a time.

Operands are combined by broadcasting where no letter is summed, else as one product of matrices, whose rows and columns
are groups of letters. Where the second half of a contraction is the first with other letters, it is MM', of which BLAS
computes one triangle. Costs are in nanoseconds, as in `chains`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from ..engine.tensor import Letter
from .value import Value

GEMM, ENTRY, TURN, CALL = 0.02, 0.3, 1.0, 500.0
"""A multiplication and addition in a product of matrices, one pass over an entry, the same in another order, one call
in a batch."""
MANY = 8
"""More operands than that are combined from the left."""

Letters = tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """An array with one letter for each axis."""

    value: Value
    letters: Letters


def upright(piece: Piece) -> Piece:
    """A transposed matrix as the matrix with its letters exchanged."""
    if piece.value.op == "transpose":
        return Piece(piece.value.args[0], piece.letters[::-1])
    return piece


class Plan:
    """How the product of pieces is combined; `split` has the first half of each subset, as a bit mask."""

    def __init__(self, sizes: Sequence[int], pieces: Iterable[Piece], out: Letters) -> None:
        self.sizes = sizes
        self.pieces = [upright(p) for p in pieces]
        self.out = tuple(k for k in out if any(k in p.letters for p in self.pieces))
        self.all = (1 << len(self.pieces)) - 1
        self.keeps: dict[int, frozenset[Letter]] = {}
        self.split = self._plan()

    @property
    def halves(self) -> list[list[int]] | None:
        """The pieces of both halves where the whole is M'M."""
        left = self.split.get(self.all)
        if left is None or self.twin(left, self.all ^ left) is None:
            return None
        return [self._members(left), self._members(self.all ^ left)]

    def _members(self, mask: int) -> list[int]:
        return [i for i in range(len(self.pieces)) if mask >> i & 1]

    def kept(self, mask: int) -> frozenset[Letter]:
        """The letters of a subset that the result or another piece needs."""
        found = self.keeps.get(mask)
        if found is None:
            inside = {k for i in self._members(mask) for k in self.pieces[i].letters}
            outside = {k for i in self._members(self.all ^ mask) for k in self.pieces[i].letters}
            found = self.keeps[mask] = frozenset(inside & (outside | set(self.out)))
        return found

    def size(self, letters: Iterable[Letter]) -> int:
        return prod(self.sizes[k] for k in letters)

    def _plan(self) -> dict[int, int]:
        """For each subset the cheapest left half."""
        best: dict[int, float] = {1 << i: 0.0 for i in range(len(self.pieces))}
        split: dict[int, int] = {}
        few = len(self.pieces) <= MANY
        for mask in range(1, self.all + 1):
            if mask in best or (not few and mask & (mask + 1)):
                continue
            halves = self._halves(mask) if few else [mask ^ (1 << (mask.bit_length() - 1))]
            ranked = min((best[a] + self._cost(mask, a, best[mask ^ a]), -a) for a in halves)
            best[mask], split[mask] = ranked[0], -ranked[1]
        return split

    @staticmethod
    def _halves(mask: int) -> list[int]:
        """Every subset with the first piece of the mask, but the mask itself."""
        first, found = mask & -mask, []
        part = (mask - 1) & mask
        while part:
            if part & first:
                found.append(part)
            part = (part - 1) & mask
        return found

    def _cost(self, mask: int, left: int, right_cost: float) -> float:
        """The cost of combining two halves, and that of the second."""
        a, b, kept = self.kept(left), self.kept(mask ^ left), self.kept(mask)
        entries, summed = self.size(kept), (a & b) - kept
        if not summed:
            return right_cost + ENTRY * entries
        flops = GEMM * entries * self.size(summed)
        twin = self.twin(left, mask ^ left)
        first = next((k for k in self.out if k in kept), None)
        flops += self._turning(mask, a if first in a else b, twin)
        if twin is not None:
            return flops / 2 + ENTRY * entries
        return right_cost + flops + ENTRY * entries + (CALL * self.size(a & b & kept) if a & b & kept else 0.0)

    def _turning(self, mask: int, rows: frozenset[Letter], twin: dict[Letter, Letter] | None) -> float:
        """What it costs that the result of the last product is not in the wanted order."""
        order = [k for k in self.out if k in self.kept(mask)]
        front = [k for k in order if k in rows]
        back = [twin.get(k) for k in front] if twin else [k for k in order if k not in rows]
        return 0.0 if [*front, *back] == order else TURN * self.size(order)

    def twin(self, left: int, right: int) -> dict[Letter, Letter] | None:
        """Letters of the left half to those of the right half, where they are the same product of the same values."""
        a, b = self.kept(left), self.kept(right)
        kept = self.kept(left | right)
        if a & b & kept or not a & b or len(a) != len(b):
            return None
        mine, other = (sorted((self.pieces[i] for i in self._members(m)), key=lambda p: (p.value.index, len(p.letters)))
                       for m in (left, right))
        if [p.value for p in mine] != [p.value for p in other]:
            return None
        found: dict[Letter, Letter] = {}
        for p, q in zip(mine, other, strict=True):
            for k, m in zip(p.letters, q.letters, strict=True):
                if found.setdefault(k, m) != m or (k in b) != (k == m):
                    return None
        return found if len(set(found.values())) == len(found) else None
