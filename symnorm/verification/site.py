"""The surroundings of one point: how noisy f is there, over which length it changes, and the lines through it."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from symnorm.numeric.ladder import EPS, Line, noise_level, settle
from symnorm.verification.contract import Function
from symnorm.verification.sampling import dense, scales

Array = NDArray[np.float64]
SINGLE_EPS = 2.0**-23
UNLIKELY = 1e-4


class Site:
    """f around x (flat): the value, a bound on the noise of one value, and the level at which slopes settle.

    `louder` is the noise in units of rounding where it is known from a point nearby, and need not be measured again;
    so is `start`, that level. The noise is at least `least`, that of a noisy point nearby: a wave may hide from all
    lengths.
    """

    def __init__(self, f: Function, x: Array, base: Array, rng: np.random.Generator,
                 louder: Array | None = None, symmetric: bool = False, start: int | None = None,
                 least: Array | None = None) -> None:
        self.f, self.x, self.base = f, x, base
        self.scale = scales(x)
        self.values: list[Array] = [base]
        self.noise = self._floor()
        self.way = dense(rng, self.scale)
        if symmetric:
            self.way = mirrored(self.way)
        self.probe = self.line(self.way)
        self.start = max(4, settle(self.probe)) if start is None else start
        self.noise = self.quiet = self._floor() if louder is None else louder * self._floor()
        if louder is None:
            self.noise = self._noise() if least is None else np.maximum(self._noise(), least)
        self.probe.noise = self.noise

    def loudness(self) -> Array | None:
        """The noise in units of rounding, where it is not far above that."""
        ratio = self.noise / self._floor()
        return ratio if bool(np.all(ratio <= 16)) and bool(np.all(self.base != 0)) else None

    def noisy(self) -> NDArray[np.bool_]:
        """Where the noise is far above rounding: no step can be chosen so that slopes are known to full precision."""
        return np.asarray(self.noise > 4096 * self._floor())

    def line(self, way: Array) -> Line:
        """f along x + t way."""
        return Line(lambda t: self.at(t, way), self.base, self.noise)

    def at(self, t: float, way: Array) -> Array | None:
        value = self.f.near((self.x + t * way).reshape(self.f.shape))
        if value is not None and len(self.values) < 200:
            self.values.append(value)
        return value

    def _floor(self) -> Array:
        return 2 * self.f.grain * np.abs(self.base) + 2e-323

    def _noise(self) -> Array:
        """A bound on the noise: what is measured at the shortest length, or alike at two of three longer ones.

        A kink or a bend nearby grows with the length and is no noise; a wave may hide from one length.
        """
        depths = (6, 11, 15, 22)
        levels = [self._level(depth, 8 if depth == 11 else 4) for depth in depths[1:]]
        if np.any(levels > self._floor()):
            levels = [self._level(depth) for depth in depths]
        span = 2.0 ** -(self.start - 4 + depths[-1])
        for odd in (math.sqrt(2) / 4, math.pi / 27):
            self.at(odd * span, self.way)
        if _single(np.array(self.values)):
            self.f.grain = max(self.f.grain, SINGLE_EPS)
        least = np.maximum(self._floor(), self._quantum())
        self.quiet = np.maximum(4 * levels[-1], least)
        return np.maximum(4 * np.max([plateau(*pair) for pair in combinations(levels[:-1], 2)], axis=0), self.quiet)

    def _level(self, depth: int, count: int = 8) -> Array:
        """The noise seen over one length; where it shows, the smaller one of both sides."""
        span = 2.0 ** -(self.start - 4 + depth)
        ahead = noise_level(lambda t: self.at(t, self.way), self.base, span, count)
        if count == 8 and np.any(ahead > self._floor()):
            return np.minimum(ahead, noise_level(lambda t: self.at(-t, self.way), self.base, span, count))
        return ahead

    def _quantum(self) -> Array:
        """The step of a function that takes only multiples of one: 0 where none shows."""
        table = np.array(self.values)
        away = np.abs(table - self.base)
        table = np.where(away <= np.maximum(4 * np.abs(self.base), 16 * np.median(away, axis=0)), table, self.base)
        return np.array([quantum(table[:, k]) if k < 64 else 0.0 for k in range(table.shape[1])])


def plateau(one: Array, two: Array) -> Array:
    """The noise seen alike at two lengths; 0 where it changes with the length, as the differences of a bend do."""
    high, low = np.maximum(one, two), np.minimum(one, two)
    return np.where(high <= 6 * low, np.sqrt(high * low), 0.0)


def reads_one_triangle(f: Function, x: Array, base: Array, rng: np.random.Generator) -> bool:
    """Whether x is a symmetric matrix and f ignores the entries on one side of its diagonal (as Cholesky does)."""
    if x.ndim != 2 or x.shape[0] != x.shape[1] or len(x) < 2 or np.max(np.abs(x - x.T)) > 1e-10 * np.max(np.abs(x)):
        return False
    upper = np.triu(rng.standard_normal(x.shape), 1) * (np.abs(x).max() or 1.0)
    for depth in (12, 22, 32):
        above, below = f.near(x + 2.0**-depth * upper), f.near(x + 2.0**-depth * upper.T)
        if above is not None and below is not None:
            return np.array_equal(above, base) != np.array_equal(below, base)
    return False


def mirrored(way: Array) -> Array:
    """A symmetric change of a symmetric matrix, from the lower half of `way` (flat)."""
    side = round(way.size**0.5)
    lower = np.tril(way.reshape(side, side))
    return np.asarray((lower + np.tril(lower, -1).T).ravel())


def _single(values: Array) -> bool:
    """Whether all of many different values are numbers of single precision."""
    return bool(len(np.unique(values)) >= 10 and np.all(np.abs(values) < 1e38) and np.all(
        values.astype(np.float32) == values))


def quantum(values: Array) -> float:
    """The common step of many values, by Euclid's algorithm that carries its rounding along; 0 where none shows.

    A gap that is a multiple of the step only up to a rounding as large as the step says nothing; the others may be
    multiples by chance, and together they must not.

    >>> quantum(np.round(np.array([0.12, 0.371, 0.98, 1.456, 3.001]), 3))
    0.001
    """
    distinct = np.unique(values)
    gaps = np.diff(distinct)
    rounding = EPS * float(np.max(np.abs(values)))
    gaps = np.unique(gaps[gaps > 16 * rounding])
    if gaps.size < 2:
        return float(gaps[0]) if gaps.size and len(distinct) == 2 and len(values) > 20 else 0.0
    step, bar, chance = float(gaps[0]), rounding, 1.0
    for gap in gaps[1:]:
        above, above_bar = float(gap), rounding
        while step > 64 * bar:
            times = np.round(above / step)
            rest, rest_bar = abs(above - times * step), above_bar + times * bar
            if rest <= 2 * rest_bar:
                chance *= min(1.0, 4 * rest_bar / step)
                break
            above, above_bar, step, bar, chance = step, bar, rest, rest_bar, 1.0
        else:
            return 0.0
    return float(f"{step:.4g}") if chance < UNLIKELY else 0.0
