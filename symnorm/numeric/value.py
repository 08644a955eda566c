"""Values: what is left of an expression once its sizes are known, one instruction each.

A Value is one array operation with a fixed shape. The shape may be smaller than that of the expression it stands for,
where NumPy broadcasting fills in the rest: all ones is the number 1, v 1' is a column. Vectors and rows are 1-D.
"""

from __future__ import annotations

from math import prod
from typing import Any

Shape = tuple[int, ...]

VIEWS = frozenset({"transpose", "row", "as_row", "expand", "reshape", "diagonal", "full", "axes", "contiguous",
                   "diagonals"})
"""Operations whose result shares memory with their argument."""
FACTORS = frozenset({"cholesky", "lu", "symmetric", "triangle", "svd", "singular", "eigh"})
"""Operations that stand for a factorisation, not an array."""


class Value:
    """One instruction. `fixed` tells that it depends on no argument of the call, `index` the order of creation."""

    __slots__ = ("args", "data", "fixed", "index", "op", "shape")

    def __init__(self, op: str, args: tuple[Value, ...], data: tuple[Any, ...], shape: Shape, fixed: bool,
                 index: int) -> None:
        self.op, self.args, self.data, self.shape, self.fixed, self.index = op, args, data, shape, fixed, index

    @property
    def size(self) -> int:
        return prod(self.shape)

    @property
    def number(self) -> float | None:
        """The value of a literal."""
        return self.data[0] if self.op == "number" else None

    def __repr__(self) -> str:
        return f"{self.op}{list(self.data) or ''}({', '.join(str(a.index) for a in self.args)}) {self.shape}"


def join(a: Shape, b: Shape) -> Shape:
    """The shape of a broadcast operation."""
    if a == b or not b:
        return a
    if not a:
        return b
    return tuple(max(x, y) if min(x, y) else 0 for x, y in zip(a, b, strict=True))


def base_of(value: Value) -> Value:
    """The array whose memory a view shows."""
    while value.op in VIEWS and value.args[0].shape:
        value = value.args[0]
    return value


def literal(number: float) -> tuple[str, int]:
    """A number in Python, and its precedence (see `backends.backend`)."""
    if number != number or number in (float("inf"), float("-inf")):
        return f"float({str(number)!r})", 4
    text = repr(number)
    return text, 4 if number >= 0 else 3


def reachable(results: list[Value]) -> list[Value]:
    """Every value that the results need, in order of creation."""
    seen: set[Value] = set()
    stack = list(results)
    while stack:
        value = stack.pop()
        if value not in seen:
            seen.add(value)
            stack.extend(value.args)
    return sorted(seen, key=lambda v: v.index)
