"""Ladders of finite differences that know how wrong they are.

    (f(t) - f(-t)) / 2t = f'(0)  + c t^2 + ...        central
    (f(t) - f(0))  /  t = f'(0+) + c t   + ...        one-sided
    (f(t) - 2 f(0) + f(-t)) / t^2 = f''(0) + c t^2    curvature

Each is taken on a ladder t = 2^-level and extrapolated (Richardson); the answer is the entry of the tableau with the
smallest bar, and the bar is the disagreement of its neighbours plus the noise of f carried through the weights. So a
bar exists for every value, and a ladder that does not converge says so.

Shapes    f along a line is a function of a float t, and returns m numbers at once; None where it has no value.
Source    L. F. Richardson 1911; C. J. F. Ridders 1982 (choice of the entry); J. J. More, S. M. Wild 2011 (noise).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Phi = Callable[[float], Array | None]
Kind = Literal["central", "forward", "backward", "curvature"]

EPS = 2.0**-52
COARSEST, FINEST = -16, 46
_POWERS: dict[Kind, tuple[int, int]] = {"central": (2, 2), "curvature": (2, 2), "forward": (1, 1), "backward": (1, 1)}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A derivative along a line: value, bar, the share of the bar that is rounding, all of shape (m,).

    `spread` is how much the slope changes over t = 1, judged from the coarse end; `level` is the finest step used.
    """

    value: Array
    error: Array
    rounding: Array
    spread: Array
    level: int

    def better(self, other: Estimate | None) -> Estimate:
        """Entry by entry the estimate with the smaller bar; the spread is that of `self`, which came first."""
        if other is None:
            return self
        take = other.error < self.error
        return Estimate(np.where(take, other.value, self.value), np.where(take, other.error, self.error),
                        np.where(take, other.rounding, self.rounding), self.spread,
                        other.level if bool(take.any()) else self.level)


def extrapolate(ladder: Array, noise: Array, first: int, stride: int) -> tuple[Array, Array, Array]:
    """Value, bar and rounding share from a ladder (levels, ...) whose error starts with t^first, t^(first + stride)."""
    value, rounding = ladder[-1], noise[-1]
    error = np.full_like(value, np.inf)
    column, bar = ladder, noise
    for order in range(len(ladder) - 1):
        weight = 1.0 / (2.0 ** (first + stride * order) - 1.0)
        step = _steps(column, 2.0 ** (first + stride * order))
        finer = column[1:] + weight * (column[1:] - column[:-1])
        finer_bar = (1.0 + weight) * bar[1:] + weight * bar[:-1]
        candidates = [(finer, (1.0 + weight) * step, finer_bar)]
        if order == 0:
            candidates.append((column[1:], step, bar[1:]))
        for values, truncation, rounded in candidates:
            total = truncation + rounded
            for row in range(len(values)):
                take = total[row] < error
                value = np.where(take, values[row], value)
                rounding = np.where(take, rounded[row], rounding)
                error = np.where(take, total[row], error)
        column, bar = finer, finer_bar
    return value, error, rounding


def _steps(column: Array, ratio: float) -> Array:
    """How far each entry of a column is from the one before, not less than its neighbours let expect.

    Two entries may agree by chance (they often do where f is quantised); errors that fall by `ratio` a step do not.
    """
    step = np.abs(column[1:] - column[:-1])
    if len(step) > 1:
        likely = step[:-1] / ratio
        step = np.concatenate([np.maximum(step[:1], ratio * step[1:2]), np.maximum(step[1:], likely)])
    return step


class Line:
    """f along a line: values at t = +-2^-level, each asked for once; `noise` bounds the error of one value."""

    __slots__ = ("asked", "base", "noise", "phi")

    def __init__(self, phi: Phi, base: Array, noise: Array) -> None:
        self.phi, self.base, self.noise = phi, base, noise
        self.asked: dict[int, tuple[Array | None, Array | None]] = {}

    def pair(self, level: int) -> tuple[Array | None, Array | None]:
        if level not in self.asked:
            step = 2.0**-level
            self.asked[level] = self.phi(step), self.phi(-step)
        return self.asked[level]

    def table(self, levels: range) -> tuple[Array, Array, Array, list[int]]:
        """Values ahead and behind on the levels where both exist: the finest unbroken run of them."""
        ahead: list[Array] = []
        behind: list[Array] = []
        used: list[int] = []
        for level in reversed(levels):
            plus, minus = self.pair(level)
            if plus is None or minus is None:
                break
            ahead.append(plus)
            behind.append(minus)
            used.append(level)
        shape = (len(used), *self.base.shape)
        steps = (2.0 ** -np.array(used[::-1], dtype=float)).reshape(-1, *[1] * self.base.ndim)
        return np.array(ahead[::-1]).reshape(shape), np.array(behind[::-1]).reshape(shape), steps, used[::-1]

    def side(self, levels: range, sign: int) -> tuple[Array, Array, list[int]]:
        """Values on one side only: the finest unbroken run."""
        values: list[Array] = []
        used: list[int] = []
        for level in reversed(levels):
            value = self.pair(level)[0 if sign > 0 else 1]
            if value is None:
                break
            values.append(value)
            used.append(level)
        steps = (2.0 ** -np.array(used[::-1], dtype=float)).reshape(-1, *[1] * self.base.ndim)
        return np.array(values[::-1]).reshape((len(used), *self.base.shape)), steps, used[::-1]

    def estimate(self, levels: range, kind: Kind = "central") -> Estimate | None:
        """The derivative from these levels, or None where fewer than two of them have values.

        The bar has room for x rounded in its last digits, which moves a slope by its spread times that.
        """
        if kind in ("forward", "backward"):
            sign = 1 if kind == "forward" else -1
            values, steps, used = self.side(levels, sign)
            floor = np.maximum(self.noise, 2 * EPS * np.abs(values))
            ladder, noise = sign * (values - self.base) / steps, 2 * floor / steps
            change = np.zeros_like(self.base)
        else:
            ahead, behind, steps, used = self.table(levels)
            floor = np.maximum(self.noise, 2 * EPS * np.maximum(np.abs(ahead), np.abs(behind)))
            second = (ahead - self.base) - (self.base - behind)
            if kind == "central":
                ladder, noise = (ahead - behind) / (2 * steps), floor / steps
            else:
                ladder, noise = second / steps**2, 4 * floor / steps**2
            change = np.zeros_like(self.base) if not used else np.maximum(
                0.0, np.abs(second[0]) - 4 * floor[0]) / steps[0] ** 2
        if len(used) < 2:
            return None
        value, error, rounding = extrapolate(ladder, noise, *_POWERS[kind])
        return Estimate(value, error + 64 * EPS * change, rounding, change, used[-1])

    def inert(self) -> NDArray[np.bool_]:
        """Where f was bitwise the same at every step, one of them well above its rounding."""
        wide = [v for level, pair in self.asked.items() for v in pair if v is not None]
        if not wide or not any(level <= 16 and pair[0] is not None and pair[1] is not None
                           for level, pair in self.asked.items()):
            return np.zeros(self.base.shape, dtype=bool)
        return np.all(np.array(wide) == self.base, axis=0)


def refine(line: Line, start: int, need: Callable[[Estimate], Array], kind: Kind = "central",
           most: int = 26) -> Estimate | None:
    """The best estimate on a line: begin at `start`, go coarser while noise rules, finer while truncation does."""
    coarse, fine, stride, last = start, start + 2, 8, float("inf")
    best = line.estimate(range(coarse, fine + 1), kind)
    while len(line.asked) < most:
        if best is not None:
            wanted = need(best)
            lacking = ~(best.error <= wanted)
            if not lacking.any():
                return best
            noisy = bool(np.any(lacking & (best.rounding > 0.3 * best.error)))
            if noisy and stride and coarse > COARSEST:
                ratio = float(np.max(np.where(lacking, best.rounding / np.maximum(wanted, 1e-300), 0.0)))
                jump = int(np.clip(np.log2(ratio) - 3, 1, min(stride, coarse - COARSEST)))
                found = line.estimate(range(coarse - jump, coarse - jump + (5 if jump < 3 else 3)), kind)
                best = best.better(found)
                total = float(np.max(np.where(lacking, best.error, 0.0)))
                if found is not None and total < last:
                    coarse, last = coarse - jump, total
                else:
                    stride = jump // 2
                continue
            floor = line.noise * (2.0**fine if kind != "curvature" else 4.0**fine)
            if not np.any(lacking & (floor < best.error)):
                return best
        if fine + 2 > FINEST:
            return best
        fine += 2
        found = line.estimate(range(fine - 4 if fine - 4 >= start else start, fine + 1), kind)
        best = found if best is None else best.better(found)
    return best


def noise_level(phi: Phi, base: Array, span: float, count: int = 8) -> Array:
    """The standard deviation of the noise of f on [0, span], from high differences of count + 1 values."""
    values = [base, *(phi(span * k / count) for k in range(1, count + 1))]
    if any(v is None for v in values):
        return np.zeros_like(base)
    order = 5 if count >= 8 else 3
    low = np.diff(np.array(values), order, axis=0)
    high = np.diff(low, axis=0)
    size = np.maximum(np.max(np.abs(low), axis=0), 1e-300)
    mean = (np.mean((low / size) ** 2, axis=0) / comb(2 * order, order)
            + np.mean((high / size) ** 2, axis=0) / comb(2 * order + 2, order + 1))
    return np.asarray(size * np.sqrt(mean / 2))


def settle(line: Line, coarsest: int = 1) -> int:
    """The level from which central slopes agree within a few percent: the natural length of f along a line.

    At a spike narrower than the step f(t) - f(0) does not shrink with t, so f(t) - 2 f(0) + f(-t) over t grows: no
    agreement counts there.
    """
    before: tuple[Array, Array] | None = None
    for level in range(coarsest, FINEST - 3, 3):
        plus, minus = line.pair(level)
        if plus is None or minus is None:
            before = None
            continue
        step = 2.0**-level
        slope, bend = (plus - minus) / (2 * step), np.abs((plus - line.base) + (minus - line.base)) / step
        size = np.maximum(np.abs(plus - line.base), np.abs(minus - line.base)) / step
        slack = 4 * line.noise / step
        if before is not None and np.all(np.abs(slope - before[0]) <= 0.05 * size + slack) and np.all(
                bend <= 1.5 * before[1] + 0.05 * np.abs(slope) + slack):
            return level
        before = slope, bend
    return 4
