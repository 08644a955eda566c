"""Exact arithmetic modulo a prime: values of expressions and their directional derivatives, by dual numbers.

A value is a matrix of integers modulo p and its dual part, the derivative along a direction. Sums, products,
inverses and determinants are exact. A norm s of u is a square root of <u, u>; a point where there is none is drawn
again. sign is an odd function with values 1 and -1. Any other function (exp, log, tanh, ...) is an unknown
function: a random value for each argument, the same for equal arguments, with the derivative that its rule states.
What holds for all such functions holds for the real ones; what fails for them need not.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
from sympy import nextprime

from ..errors import NoClosedForm

Dual = tuple[Any, Any]
"""Value and derivative: object arrays of integers, rows x cols."""


class NoRoot(Exception):
    """A square root was needed that the field does not have: draw another point."""


def random_prime(rng: Random) -> int:
    """A random prime of 61 bits that is 3 modulo 4, so that square roots are one power."""
    while True:
        p = int(nextprime(rng.randrange(2**60, 2**61)))
        if p % 4 == 3:
            return p


def invert(a: Any, p: int) -> tuple[Any, int]:
    """The inverse and the determinant of a square matrix; ZeroDivisionError where there is none."""
    n = len(a)
    work = [[int(a[i, j]) % p for j in range(n)] + [int(i == j) for j in range(n)] for i in range(n)]
    determinant = 1
    for k in range(n):
        pivot = next((i for i in range(k, n) if work[i][k]), None)
        if pivot is None:
            raise ZeroDivisionError
        if pivot != k:
            work[k], work[pivot], determinant = work[pivot], work[k], -determinant
        determinant = determinant * work[k][k] % p
        factor = pow(work[k][k], -1, p)
        work[k] = [x * factor % p for x in work[k]]
        for i in range(n):
            if i != k and work[i][k]:
                f = work[i][k]
                work[i] = [(x - f * y) % p for x, y in zip(work[i], work[k], strict=True)]
    inverse = np.empty((n, n), dtype=object)
    for i in range(n):
        inverse[i, :] = work[i][n:]
    return inverse, determinant % p


def root(a: int, p: int) -> int:
    """The square root of a that is itself a square; NoRoot where a is not a square."""
    s = pow(a, (p + 1) // 4, p)
    if s * s % p != a % p:
        raise NoRoot
    return s if pow(s, (p - 1) // 2, p) == 1 else (-s) % p


class Field:
    """The integers modulo p, and the random functions of one experiment."""

    def __init__(self, p: int, rng: Random) -> None:
        self.p, self.rng = p, rng
        self.unknown: dict[tuple[Any, ...], int] = {}

    def number(self, value: Any) -> int:
        """A rational number modulo p."""
        if not getattr(value, "is_Rational", False):
            raise NoClosedForm(f"{value} is not rational: the exact mode cannot use it")
        return int(value.p) * pow(int(value.q), -1, self.p) % self.p

    def function(self, name: str, argument: int, parameters: tuple[int, ...] = ()) -> int:
        """The value of an unknown function."""
        return self.unknown.setdefault((name, argument % self.p, parameters), self.rng.randrange(1, self.p))

    def sign(self, t: int) -> int:
        t %= self.p
        return 0 if t == 0 else 1 if t < self.p // 2 else self.p - 1

    def each(self, function: Callable[[int], int], a: Any) -> Any:
        result = np.empty(a.shape, dtype=object)
        for index in np.ndindex(a.shape):
            result[index] = function(int(a[index])) % self.p
        return result
