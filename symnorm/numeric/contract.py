"""The instructions of a sum of products of arrays over named letters: products of matrices and broadcasting.

Rows that are too short for a fast loop are joined with the axis before, and what is repeated is copied where it is
small.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .contraction import Letters, Piece, Plan
from .ir import Program
from .value import Value, join

SHORT, LARGE, GROWTH = 48, 4096, 4
"""Rows shorter than SHORT are joined with the axis before, in arrays from LARGE entries on, where an operand that is
repeated stays GROWTH times smaller than the result."""


class Contraction(Plan):
    """The sum of the product of pieces over every letter that is not in `out`, with the axes of `out` in order.

    Letters that no piece has are left out. `tiled`: the target runs loops over short rows slowly (NumPy).
    """

    def __init__(self, program: Program, sizes: Sequence[int], pieces: Iterable[Piece], out: Letters,
                 tiled: bool) -> None:
        super().__init__(sizes, pieces, out)
        self.program, self.tiled = program, tiled

    def run(self) -> Value:
        return self.emit(self.all, self.out)

    def emit(self, mask: int, want: Letters) -> Value:
        """The product of a subset, its axes in the wanted order."""
        left = self.split.get(mask)
        if left is None:
            return self._single(self.pieces[mask.bit_length() - 1], want)
        right = mask ^ left
        if (self.kept(left) & self.kept(right)) - self.kept(mask):
            return self._summed(mask, left, right, want)
        return self._broadcast(left, right, want)

    def _single(self, piece: Piece, want: Letters) -> Value:
        value, letters = piece.value, piece.letters
        gone = tuple(i for i, k in enumerate(letters) if k not in want)
        if gone:
            letters = tuple(k for k in letters if k in want)
            axis = gone if len(gone) > 1 else gone[0]
            shape = tuple(self.sizes[k] for k in letters)
            value = self.program.make("axis_sum", (value,), shape, axis) if shape else self.program.make(
                "sum", (value,), ())
        return self.program.axes(value, tuple(letters.index(k) for k in want))

    def _shaped(self, value: Value, shape: tuple[int, ...]) -> Value:
        while value.op == "reshape":
            value = value.args[0]
        return value if value.shape == shape else self.program.make("reshape", (value,), shape)

    def _summed(self, mask: int, left: int, right: int, want: Letters) -> Value:
        """One product of matrices; with letters of a batch in front."""
        a, b, kept = self.kept(left), self.kept(right), self.kept(mask)
        twin = self.twin(left, right)
        first = next((k for k in want if (k in a) != (k in b)), None)
        if first is not None and first in b:
            left, right, a, b = right, left, b, a
            twin = None if twin is None else {m: k for k, m in twin.items()}
        batch = tuple(k for k in want if k in a and k in b)
        rows = tuple(k for k in want if k in a and k not in batch)
        summed = tuple(sorted((a & b) - kept))
        if twin is not None:
            cols = tuple(twin[k] for k in rows)
            half = self._half(left, rows, summed)
            value = self.program.matmul(half, self.program.transpose(half))
        else:
            cols = tuple(k for k in want if k in b and k not in batch)
            value = self._matmul(left, right, batch, (rows, summed, cols))
        natural = (*batch, *rows, *cols)
        value = self._shaped(value, tuple(self.sizes[k] for k in natural))
        return self.program.axes(value, tuple(natural.index(k) for k in want))

    def _half(self, mask: int, rows: Letters, summed: Letters) -> Value:
        """A product as a matrix of rows x summed; it is laid out so that the longer of its rows are contiguous."""
        turned = bool(rows) and self.sizes[summed[-1]] < self.sizes[rows[-1]]
        if mask not in self.split:
            turned = self.pieces[mask.bit_length() - 1].letters[0] in summed
        m, n = self.size(rows), self.size(summed)
        if turned:
            return self.program.transpose(self._shaped(self.emit(mask, (*summed, *rows)), (n, m)))
        return self._shaped(self.emit(mask, (*rows, *summed)), (m, n) if rows else (n,))

    def _matmul(self, left: int, right: int, batch: Letters, groups: tuple[Letters, Letters, Letters]) -> Value:
        rows, summed, cols = groups
        if not batch:
            return self.program.matmul(self._half(left, rows, summed),
                                       self.program.transpose(self._half(right, cols, summed)))
        front = tuple(self.sizes[k] for k in batch)
        m, n, count = self.size(rows), self.size(cols), self.size(summed)
        a = self._shaped(self.emit(left, (*batch, *rows, *summed)), (*front, m, count))
        b = self._shaped(self.emit(right, (*batch, *summed, *cols)), (*front, count, n))
        return self.program.make("matmul", (a, b), (*front, m, n))

    def _broadcast(self, left: int, right: int, want: Letters) -> Value:
        halves = [(m, tuple(k for k in want if k in self.kept(m))) for m in (left, right)]
        entries = self.size(want)
        if self.tiled and len(want) > 2 and entries >= LARGE and self.sizes[want[-1]] < SHORT:
            last = self.sizes[want[-2]] * self.sizes[want[-1]]
            if all(GROWTH * self.size(k for k in own if k not in want[-2:]) * last <= entries
                   for _, own in halves if 0 < len({*own} & {*want[-2:]}) < 2):
                a, b = (self._joined(m, own, want) for m, own in halves)
                return self._shaped(self._product(a, b), tuple(self.sizes[k] for k in want))
        a, b = (self.program.axes(self._near(self.emit(m, own), entries),
                                  tuple(own.index(k) if k in own else None for k in want)) for m, own in halves)
        return self._product(a, b)

    def _product(self, a: Value, b: Value) -> Value:
        """Entry by entry, as an array in C order, whatever the order of the factors is."""
        if not self.tiled:
            return self.program.multiply(a, b)
        return self.program.make("multiply", (a, b), join(a.shape, b.shape), "C")

    def _near(self, value: Value, entries: int) -> Value:
        """A small factor in the order in which it is read."""
        turned = value.op == "transpose" or (value.op == "axes" and value.data[-1] != len(value.args[0].shape) - 1)
        if self.tiled and turned and entries >= LARGE and GROWTH * value.size <= entries:
            return self.program.make("contiguous", (value,), value.shape)
        return value

    def _joined(self, mask: int, own: Letters, want: Letters) -> Value:
        """A factor with the last two wanted axes as one, repeated where it has one of them only."""
        program, (k, m) = self.program, want[-2:]
        value = self.emit(mask, own)
        front = tuple(self.sizes[i] for i in own if i not in (k, m))
        width = self.sizes[k] * self.sizes[m]
        if k in own and m in own:
            value = self._shaped(value, (*front, width))
        elif k in own:
            value = program.make("repeat", (value,), (*front, width), self.sizes[m])
        elif m in own:
            value = program.make("tile", (value,), (*front, width), self.sizes[k])
        places = [own.index(i) if i in own else None for i in want[:-2]]
        return program.axes(value, (*places, len(front) if k in own or m in own else None))
