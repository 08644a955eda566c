"""What a number between a claim and the derivative stands for: a sign, a size, a plain factor, a constant of f.

A number names a slip only where it says which: 6 is a size where something is 6 long and no 6 is written in the
derivative, 2 is a factor, 0.3 is a constant where f has it, and 4.3333 is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations

from ..language.node import Constant, Node, postorder

LARGEST = 12
PLAIN = (1.0, 2.0, 0.5)


@dataclass(frozen=True, slots=True)
class Scales:
    """The numbers of a function and of its derivative: lengths and areas of its variables, and constants."""

    sizes: frozenset[int]
    constants: frozenset[float]

    def meaning(self, weight: float) -> str | None:
        """The slip that a factor of this value is, or None where it stands for nothing."""
        size = abs(weight)
        if _near(weight, -1.0):
            return "sign"
        if _near(size, 2.0) or _near(size, 0.5):
            return "factor"
        if self.is_size(size):
            return "mean-sum"
        odd = Scales(self.sizes, frozenset(c for c in self.constants if not is_plain(c, 6)))
        if odd.is_constant(size):
            return "chain-factor"
        if odd.adds(weight):
            return "extra-term"
        return "factor" if is_plain(size) else None

    def is_size(self, value: float) -> bool:
        """n, 1/n, m*n or m/n, unless the derivative has that number written in it."""
        long = [s for s in self.sizes if s >= 3]
        whole = {float(s) for s in long} | {float(a * b) for a, b in combinations(long, 2)}
        ratios = {a / b for a, b in permutations(long, 2)}
        if any(_near(max(value, 1 / value), c) for c in (1.0, 2.0, *self.constants)):
            return False
        return any(_near(value, w) or _near(1 / value, w) for w in whole) or any(_near(value, r) for r in ratios)

    def is_constant(self, value: float) -> bool:
        """c, 1/c, or one of them twice or half."""
        return any(_near(value, k * c) or _near(value, k / c) for c in self.constants for k in PLAIN)

    def adds(self, weight: float) -> bool:
        """Is a term c*t with this factor c*t and t (or 2 t, t/2) beside it?"""
        return weight > 1 and any(_near((weight - 1) * c, k) for c in self.constants for k in PLAIN)


NOTHING = Scales(frozenset(), frozenset())


def scales_of(nodes: Iterable[Node]) -> Scales:
    below = postorder(list(nodes))
    lengths = {int(s) for n in below for v in n.free for s in (v.rows, v.cols) if getattr(s, "is_Integer", False)}
    numbers = {abs(float(n.value)) for n in below if isinstance(n, Constant) and n.value.is_number and n.value}
    return Scales(frozenset(lengths), frozenset(numbers - {1.0}))


def is_plain(value: float, largest: int = LARGEST) -> bool:
    """Is it a small fraction?"""
    near = Fraction(value).limit_denominator(largest)
    return 0 < near.numerator <= largest and _near(value, float(near))


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-7 * abs(b)


def written(value: float) -> str:
    """A number as a fraction where it is one.

    >>> written(-0.5), written(0.123456)
    ('-1/2', '0.123456')
    """
    near = Fraction(value).limit_denominator(1000)
    return str(near) if abs(float(near) - value) <= 1e-9 * max(1.0, abs(value)) else f"{value:.6g}"
