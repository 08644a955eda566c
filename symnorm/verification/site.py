"""The surroundings of one point: how noisy f is there, over which length it changes, and the lines through it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symnorm.numeric.differences import EPS, Line, noise_level, settle
from symnorm.verification.contract import Function
from symnorm.verification.sampling import dense, scales

Array = NDArray[np.float64]
SINGLE_EPS = 2.0**-23


class Site:
    """f around x (flat): the value, a bound on the noise of one value, and the level at which slopes settle."""

    def __init__(self, f: Function, x: Array, base: Array, rng: np.random.Generator) -> None:
        self.f, self.x, self.base = f, x, base
        self.scale = scales(x)
        self.values: list[Array] = [base]
        self.noise = self._floor()
        self.way = dense(rng, self.scale)
        self.probe = self.line(self.way)
        self.start = max(4, settle(self.probe))
        self.noise = self._noise()
        self.probe.noise = self.noise

    def line(self, way: Array) -> Line:
        """f along x + t way."""
        return Line(lambda t: self.at(t, way), self.base, self.noise)

    def at(self, t: float, way: Array) -> Array | None:
        value = self.f.near((self.x + t * way).reshape(self.f.shape))
        if value is not None and len(self.values) < 200:
            self.values.append(value)
        return value

    def _floor(self) -> Array:
        return 2 * (SINGLE_EPS if self.f.single else EPS) * np.abs(self.base) + 1e-300

    def _noise(self) -> Array:
        """A bound on the noise: what is measured at the shortest length, or at both longer ones (a kink shows at one)."""
        levels = []
        for depth in (6, 14, 22):
            span = 2.0 ** -(self.start - 4 + depth)
            ahead = noise_level(lambda t: self.at(t, self.way), self.base, span)
            if np.any(4 * ahead > 4 * self._floor()):
                ahead = np.minimum(ahead, noise_level(lambda t: self.at(-t, self.way), self.base, span))
            levels.append(ahead)
        for odd in (0.3717, 0.1193):
            self.at(odd * span, self.way)
        measured = 4 * np.maximum(levels[2], np.minimum(levels[0], levels[1]))
        return np.maximum(np.maximum(measured, self._floor()), self._quantum())

    def _quantum(self) -> Array:
        """The step of a function that takes only multiples of one: 0 where none shows."""
        table = np.array(self.values)
        return np.array([quantum(table[:, k]) if k < 64 else 0.0 for k in range(table.shape[1])])


def quantum(values: Array) -> float:
    """The common step of many values, by Euclid's algorithm with a tolerance; 0 where there is none above rounding."""
    gaps = np.diff(np.unique(values))
    slack = 16 * EPS * float(np.max(np.abs(values)))
    gaps = np.unique(gaps[gaps > slack])
    if not gaps.size:
        return 0.0
    step = float(gaps[0])
    for gap in gaps[1:]:
        rest = float(gap)
        while rest > slack and step > 64 * slack:
            step, rest = rest, step % rest
            if step - rest < slack:
                rest = 0.0
        if step <= 64 * slack:
            return 0.0
    return step if len(gaps) >= 3 or step > 1e-9 * float(np.max(np.abs(values))) else 0.0
