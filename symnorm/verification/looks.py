"""Directions at a point, and the slopes of f along them against those that the claim promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from symnorm.numeric.ladder import Estimate, Kind, Line, refine
from symnorm.verification.sampling import ALL_COORDINATES, coordinates, dense
from symnorm.verification.site import Site, mirrored

Array = NDArray[np.float64]
SHARE = 0.01
RTOL, RTOL_SINGLE, RTOL_HALF = 1e-6, 2e-4, 2e-2
Oracle = Callable[[Array], Array | None]
SIDES: tuple[Kind, Kind] = ("forward", "backward")


def rtol_of(grain: float) -> float:
    """What right means for numbers of this precision."""
    return RTOL if grain < 1e-10 else RTOL_SINGLE if grain < 1e-5 else RTOL_HALF


@dataclass(slots=True)
class Look:
    """One direction: coordinate number (or -1), the direction, the line, the slope with its bar, the promised slope."""

    index: int
    way: Array
    line: Line
    promised: Array
    ripple: Array
    order: int = 1
    found: Estimate | None = None
    outcome: str = ""

    def gap(self) -> Array:
        return np.abs(self.promised - self.found.value) if self.found is not None else np.zeros_like(self.promised)

    def nearer(self, found: Estimate | None) -> None:
        """Take the slope measured with shorter steps; how much it changes from afar stays known."""
        if found is not None:
            self.found = found if self.found is None else replace(found, spread=self.found.spread)


@dataclass(slots=True)
class Task:
    """The claim at one point (m, n) or its Hessian (n, n), and how closely it is to be looked at.

    `oracle` is the claim at other points (flat); `level` is that of two short steps at which slopes are known to full
    precision, where there is one: most directions need no others. `doubts` counts
    how often f and claim were compared from afar in vain, `sure` the small gaps that stayed. `brief` is 0 for every
    direction, 1 for one dense one, 2 for all dense ones; `also` are coordinates to look along when brief.
    """

    site: Site
    claim: Array
    order: int
    rng: np.random.Generator
    rtol: float
    ripple: Array
    symmetric: bool = False
    brief: int = 0
    most: int = ALL_COORDINATES
    oracle: Oracle | None = None
    level: int | None = None
    also: tuple[int, ...] = ()
    doubts: int = 0
    sure: int = 0

    @property
    def kind(self) -> Kind:
        return "central" if self.order == 1 else "curvature"

    def promised(self, way: Array) -> Array:
        return self.along(self.claim, way)

    def along(self, entries: Array, way: Array) -> Array:
        """The form with these entries, linear or quadratic, along a direction."""
        if self.order == 1:
            return np.asarray(entries @ way)
        return np.atleast_1d(np.asarray(way @ entries @ way))

    def ripples(self, way: Array) -> Array:
        """How far the promised slope may be off by the rounding of the claim, and of the sum over its entries."""
        return self.along(self.ripple + 16 * 2.0**-52 * np.abs(self.claim), np.abs(way))


def directions(task: Task) -> list[tuple[int, Array]]:
    """Directions at a point, dense ones first: they see every coordinate at once."""
    site, rng = task.site, task.rng
    size = site.x.size
    ways: list[tuple[int, Array]] = [(-1, site.way)]
    ways += [(-1, dense(rng, site.scale)) for _ in range(1 if size <= ALL_COORDINATES else 5)]
    if size > ALL_COORDINATES:
        ways += [(-1, dense(rng, site.scale, 0.1)) for _ in range(8)]
    if size == 1 or task.brief == 1:
        ways = ways[:1]
    each = task.also if task.brief else coordinates(
        rng, size, min(task.most, ALL_COORDINATES if size <= ALL_COORDINATES else 24))
    for index in each:
        way = np.zeros(size)
        way[index] = site.scale[index]
        ways.append((index, way))
    if task.order == 2 and size > 1 and not task.brief:
        ways += _pairs(task, most=min(120, 2 * task.most))
    return [_symmetrised(task, index, way) for index, way in ways] if task.symmetric else ways


def _symmetrised(task: Task, index: int, way: Array) -> tuple[int, Array]:
    """A symmetric change of a symmetric matrix; an entry off the diagonal takes its mirror image along."""
    side = round(way.size**0.5)
    square = way.reshape(side, side)
    return index, way if way is task.site.way else mirrored(np.where(np.tril(square) != 0, square, square.T).ravel())


def _pairs(task: Task, most: int) -> list[tuple[int, Array]]:
    size, scale = task.site.x.size, task.site.scale
    pairs = [(i, j) for i in range(size) for j in range(i)] if size <= 256 else []
    if len(pairs) > most or not pairs:
        drawn = task.rng.choice(size, size=(most, 2))
        pairs = [(int(i), int(j)) for i, j in drawn if i != j]
    ways = []
    for i, j in pairs:
        way = np.zeros(size)
        way[i], way[j] = scale[i], scale[j]
        ways.append((-1, way))
    return ways


def look_around(task: Task) -> list[Look]:
    """The slopes in all directions: a first ladder for each, then more steps where a bar is still wide."""
    looks = []
    top = np.zeros_like(task.site.base)
    start = task.site.start
    for index, way in directions(task):
        line = task.site.line(way)
        if way is task.site.way:
            line.asked.update(task.site.probe.asked)
        steps = range(start, start + 3) if task.level is None else range(task.level, task.level + 2)
        found = line.estimate(steps, task.kind)
        if task.level is None and way is task.site.way:
            task.level = short_level(task, line, start)
        looks.append(Look(index, way, line, task.promised(way), task.ripples(way), task.order, found))
        if found is not None:
            top = np.maximum(top, np.where(found.error < 0.1 * np.abs(found.value), np.abs(found.value), 0.0))
    for look in looks:
        look.found = _settled(task, look, top, start)
        if task.level is None and look.found is not None and look.found.level > start + 2 and np.all(
                look.found.error <= 0.1 * task.rtol * np.abs(look.found.value)):
            start = min(max(start, look.found.level - 3), task.site.start + 12)
    return looks


def short_level(task: Task, line: Line, start: int) -> int | None:
    """The level at which two central differences are expected to agree to full precision, from a ladder along a dense
    direction; None where noise or the kind of derivative does not allow it."""
    ahead, behind, steps, used = line.table(range(start, start + 3))
    if task.order != 1 or len(used) < 3:
        return None
    slopes = (ahead - behind) / (2 * steps)
    bend = np.abs(slopes[0] - slopes[1]) / float(steps[0].flat[0]) ** 2
    wanted = SHARE * task.rtol * np.min(np.abs(slopes), axis=0)
    if np.any(wanted == 0):
        return None
    level = max(start, int(np.ceil(np.log2(max(1.0, float(np.max(bend / wanted)))) / 2)))
    return level if np.all(line.noise * 2.0 ** (level + 2) <= 4 * wanted) else None


def _settled(task: Task, look: Look, top: Array, start: int) -> Estimate | None:
    share = 3e-3 * np.abs(look.promised)
    lost = 1e-13 * np.where(share > 1e-16 * top, np.minimum(top, 1e13 * share), top)

    def need(found: Estimate) -> Array:
        own = np.maximum(np.abs(found.value), 0.01 * np.where(top > 0, np.minimum(found.spread, top), found.spread))
        return np.maximum(0.2 * task.rtol * own, lost)

    if look.found is not None and bool(np.all(look.found.error <= need(look.found))):
        return look.found
    found = refine(look.line, start, need, task.kind)
    if found is None and task.order == 1:
        return _edge(look.line, start)
    return found if look.found is None else look.found.better(found)


def _edge(line: Line, start: int) -> Estimate | None:
    """The one-sided slope where f has values on one side only."""
    for kind in SIDES:
        best: Estimate | None = None
        for level in range(start, 34, 4):
            found = line.estimate(range(level, level + 5), kind)
            best = found if best is None else best.better(found)
        if best is not None:
            return best
    return None
