"""Kinks: is the claim a subgradient?

At a kink of a convex function g is right exactly when <g, d> <= f'(x; d) for every d. Directions come from the
coordinates, their pairs, random ones, the differences of the claim to its neighbours, and a search for the d with the
smallest f'(x; d) - <g, d>: the claim at x + t d stands for the piece of f that is active there, and the shortest
vector of the hull of these pieces, seen from g, points at the worst direction. Each violation is confirmed by f alone.
At a kink of a nonconvex function a claim outside every slope found around x is wrong, any other is undecided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symnorm.numeric.ladder import Line
from symnorm.verification.confirm import BARS
from symnorm.verification.examine import Findings
from symnorm.verification.hull import shortest
from symnorm.verification.looks import Look, Task
from symnorm.verification.sampling import dense

Array = NDArray[np.float64]
_SHORT = 2.0**-22
Oracle = Callable[[Array], Array | None]


@dataclass(frozen=True, slots=True)
class Slopes:
    """One-sided slopes along +way and -way, their bars, and the promised slope along +way; all (m,)."""

    way: Array
    ahead: Array
    behind: Array
    bar: Array
    promised: Array


def one_sided(line: Line, way: Array, promised: Array, start: int) -> Slopes | None:
    """f'(x; way) and f'(x; -way), each from the ladder that gives the smallest bar."""
    sides = []
    for kind, sign in (("forward", 1.0), ("backward", -1.0)):
        best = None
        for level in range(start, start + 20, 4):
            found = line.estimate(range(level, level + 4), "forward" if kind == "forward" else "backward")
            best = found if best is None else best.better(found)
            if best is not None and np.all(best.error <= 1e-8 * np.abs(best.value)):
                break
        if best is None:
            return None
        sides.append((sign * best.value, best.error))
    (ahead, bar_ahead), (behind, bar_behind) = sides
    return Slopes(way, ahead, behind, np.maximum(bar_ahead, bar_behind), promised)


class Corner:
    """The slopes of f around a kink at x, gathered until they decide."""

    def __init__(self, task: Task, oracle: Oracle) -> None:
        self.task, self.oracle = task, oracle
        self.slopes: list[Slopes] = []
        self.units: dict[int, Slopes] = {}

    def add(self, way: Array, line: Line | None = None) -> Slopes | None:
        site = self.task.site
        found = one_sided(line or site.line(way), way, self.task.promised(way), site.start)
        if found is not None:
            self.slopes.append(found)
        return found

    def unsettled(self) -> bool:
        """Whether some slope has no limit that can be seen."""
        if not self.slopes:
            return True
        top = np.max([np.maximum(np.abs(t.ahead), np.abs(t.behind)) for t in self.slopes], axis=0)
        top = np.maximum(top, 1e-9 * np.max(top))
        return any(bool(np.any(s.bar > 0.05 * top)) for s in self.slopes)

    def tolerance(self, s: Slopes) -> Array:
        top = np.max([np.maximum(np.abs(t.ahead), np.abs(t.behind)) for t in self.slopes], axis=0)
        return np.asarray(BARS * s.bar + self.task.rtol * np.maximum(np.abs(s.promised), top) * 30)

    def outside(self, s: Slopes) -> NDArray[np.bool_]:
        """Where the promised slope is above f'(x; d) or below -f'(x; -d)."""
        low, high = np.minimum(s.ahead, -s.behind), np.maximum(s.ahead, -s.behind)
        slack = self.tolerance(s)
        return np.asarray((s.promised > high + slack) | (s.promised < low - slack))

    def convex(self) -> NDArray[np.bool_]:
        """Where every slope found agrees with a convex f'(x; .): sublinear along directions and over coordinates."""
        fine = np.ones(self.task.site.base.shape, dtype=bool)
        for s in self.slopes:
            slack = 2 * self.tolerance(s)
            fine &= s.ahead + s.behind >= -slack
            for sign, slope in ((1, s.ahead), (-1, s.behind)):
                bound = self._coordinate_bound(sign * s.way)
                if bound is not None:
                    fine &= slope <= bound + slack * (1 + np.sqrt(np.count_nonzero(s.way)))
        return fine

    def _coordinate_bound(self, way: Array) -> Array | None:
        total = np.zeros_like(self.task.site.base)
        for i in np.flatnonzero(way):
            unit = self.units.get(int(i))
            if unit is None:
                return None
            total = total + abs(way[i] / unit.way[i]) * (unit.ahead if way[i] * unit.way[i] > 0 else unit.behind)
        return total


def at_kink(task: Task, before: Findings, oracle: Oracle) -> Findings:
    """The verdict at a point where some slope jumps."""
    corner = Corner(task, oracle)
    _coordinates_and_dense(corner, before.looks)
    _pairs(corner)
    if task.claim.shape[0] == 1 and task.site.x.size <= 512:
        _towards_neighbours(corner)
        _search(corner)
    if corner.unsettled():
        return Findings(task.site, "undecided", 1.0, "the one-sided slopes of f do not settle: it has a vertical "
                        "tangent, or is too noisy for its kink", before.looks, before.hidden, before.resolved, True)
    convex = corner.convex()
    broken = np.array([corner.outside(s) for s in corner.slopes])
    bad = broken.any(axis=0)
    error = _excess(corner, broken) if bad.any() else before.error
    if bool(np.any(bad & convex)):
        return Findings(task.site, "wrong", error, "f has a kink here, and the claim is not a subgradient: "
                        + _slopes_said(corner, broken), before.looks, before.hidden, before.resolved, True)
    if bool(np.all(convex)):
        return Findings(task.site, "right", before.error, "f has a kink here, and the claim is a valid subgradient in "
                        f"{2 * len(corner.slopes)} directions", before.looks, before.hidden, before.resolved, True)
    if bool(np.any(bad & ~convex)) and _outside_everything(corner, broken, bad & ~convex):
        return Findings(task.site, "wrong", error, "f has a kink here, and the claim is outside the slopes around "
                        "it: " + _slopes_said(corner, broken), before.looks, before.hidden, before.resolved, True)
    return Findings(task.site, "undecided", error, "f has a kink here and is not convex: "
                    + _slopes_said(corner, broken), before.looks, before.hidden, before.resolved, True)


def _coordinates_and_dense(corner: Corner, looks: list[Look]) -> None:
    for look in looks:
        found = corner.add(look.way, look.line)
        if found is not None and look.index >= 0:
            corner.units[look.index] = found
    for _ in range(10 if corner.task.site.x.size > 1 else 0):
        corner.add(dense(corner.task.rng, corner.task.site.scale))


def _pairs(corner: Corner) -> None:
    size, scale, rng = corner.task.site.x.size, corner.task.site.scale, corner.task.rng
    pairs = [(i, j) for i in range(size) for j in range(i)] if size <= 256 else []
    if len(pairs) > 12:
        pairs = [pairs[int(k)] for k in rng.choice(len(pairs), 12, replace=False)]
    for i, j in pairs:
        for sign in (1.0, -1.0):
            way = np.zeros(size)
            way[i], way[j] = scale[i], sign * scale[j]
            corner.add(way)


def _towards_neighbours(corner: Corner) -> None:
    """Along the difference of the claim to the claim at points around: where it is a subgradient of another piece."""
    task = corner.task
    for _ in range(4):
        piece = corner.oracle(task.site.x + 2.0**-14 * task.site.scale * task.rng.standard_normal(task.site.x.shape))
        if piece is not None:
            _along(corner, (piece - task.claim[0]) * task.site.scale)


def _along(corner: Corner, scaled: Array) -> Slopes | None:
    """Slopes along a direction given in units of the scale, normalised to largest entry 1."""
    top = float(np.max(np.abs(scaled), initial=0.0))
    if not (0.0 < top < np.inf):
        return None
    return corner.add(scaled / top * corner.task.site.scale)


def _search(corner: Corner, rounds: int = 10) -> None:
    """The direction of the smallest f'(x; d) - <g, d>, by cutting planes from the claim around x."""
    task = corner.task
    scale, g = task.site.scale, task.claim[0]
    pieces: list[Array] = []

    def piece_at(way: Array) -> None:
        aside = 2.0**-20 * scale * task.rng.standard_normal(scale.shape)  # off the other kinks that may lie along `way`
        piece = corner.oracle(task.site.x + 2.0**-16 * way + aside)
        if piece is not None:
            pieces.append((piece - g) * scale)

    for s in corner.slopes[:80]:
        piece_at(s.way)
        piece_at(-s.way)
    for _ in range(rounds):
        if not pieces:
            return
        nearest = shortest(np.array(pieces))
        size = float(np.linalg.norm(nearest))
        if size <= task.rtol * max(float(np.linalg.norm(g * scale)), float(np.max(np.abs(pieces)))):
            return
        found = _along(corner, -nearest)
        if found is None or bool(corner.outside(found).any()):
            return
        piece_at(-nearest / float(np.max(np.abs(nearest))) * scale)


def _excess(corner: Corner, broken: NDArray[np.bool_]) -> float:
    """How far outside the slopes the claim is, relative to the largest slope."""
    top = max(float(np.max(np.maximum(np.abs(s.ahead), np.abs(s.behind)))) for s in corner.slopes)
    worst = 0.0
    for s, flags in zip(corner.slopes, broken, strict=True):
        low, high = np.minimum(s.ahead, -s.behind), np.maximum(s.ahead, -s.behind)
        off = np.maximum(s.promised - high, low - s.promised)
        worst = max(worst, float(np.max(np.where(flags, off, 0.0))))
    return worst / top if top > 0 else 1.0


def _slopes_said(corner: Corner, broken: NDArray[np.bool_]) -> str:
    """The one-sided slopes of the direction that says most: one that is violated, or the one with the largest jump."""
    jumps = [float(np.max(np.abs(s.ahead + s.behind))) + (1e300 if b.any() else 0.0)
             for s, b in zip(corner.slopes, broken, strict=True)]
    s = corner.slopes[int(np.argmax(jumps))]
    k = int(np.argmax(np.abs(s.ahead + s.behind)))
    where = np.flatnonzero(s.way)
    name = f"coordinate {int(where[0])}" if where.size == 1 else f"a direction over {where.size} coordinates"
    unit = abs(float(s.way[where[0]])) if where.size == 1 else 1.0
    sign = float(np.sign(s.way[where[0]])) if where.size == 1 else 1.0
    low, high = sorted((sign * float(s.ahead[k]) / unit, -sign * float(s.behind[k]) / unit))
    said = sign * float(s.promised[k]) / unit
    return f"along {name} the slopes are {low:.6g} and {high:.6g}, the claim says {said:.6g}"


def _outside_everything(corner: Corner, broken: NDArray[np.bool_], components: NDArray[np.bool_]) -> bool:
    """Whether along some direction the promised slope is well outside those at x and at points around it."""
    task = corner.task
    for s, flags in list(zip(corner.slopes, broken, strict=True)):
        for k in np.flatnonzero(flags & components):
            slopes = [float(s.ahead[k]), -float(s.behind[k])]
            for _ in range(12):
                near = task.site.x + 2.0**-10 * dense(task.rng, task.site.scale)
                ends = [task.site.f.near((near + t * s.way).reshape(task.site.f.shape)) for t in (_SHORT, -_SHORT)]
                if ends[0] is not None and ends[1] is not None:
                    slopes.append(float((ends[0] - ends[1])[k]) / (2 * _SHORT))
            low, high = min(slopes), max(slopes)
            room = 0.05 * (high - low) + 1e-3 * max(abs(low), abs(high))
            if not low - room <= float(s.promised[k]) <= high + room:
                return True
    return False


