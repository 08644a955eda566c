"""Where a claim is asked: scales, directions and neighbours, all drawn from one seeded generator.

Steps are dimensionless: a direction holds the scale of each coordinate, a power of two, so that x + t d is exact for
nearly every t = 2^-level.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ALL_COORDINATES = 64


def power_of_two(size: Array) -> Array:
    """The nearest power of two of each positive entry, kept inside the range of normal numbers."""
    return np.asarray(np.exp2(np.clip(np.round(np.log2(size)), -960, 960)))


def scales(x: Array) -> Array:
    """The length over which each coordinate of x (flat) is expected to matter, a power of two.

    A zero has the scale of the others, and so has what may be a zero up to rounding.
    """
    size = np.abs(x)
    usual = float(np.median(size[size > 0])) if np.any(size > 0) else 1.0
    return power_of_two(np.maximum(np.where(size > 0, size, usual), usual * 2.0**-30))


def dense(rng: np.random.Generator, scale: Array, share: float = 1.0) -> Array:
    """A direction along all coordinates (or a random share of them) at once."""
    way = scale * rng.choice([-1.0, 1.0], size=scale.shape) * rng.choice([0.25, 0.5, 1.0], size=scale.shape)
    if share < 1.0:
        way = way * (rng.random(scale.shape) < share)
        if not way.any():
            way[rng.integers(way.size)] = scale.flat[0]
    return np.asarray(way)


def coordinates(rng: np.random.Generator, size: int, most: int = ALL_COORDINATES) -> list[int]:
    """All coordinates, or a random choice of them where there are more than `most`."""
    if size <= ALL_COORDINATES and most >= size:
        return list(range(size))
    return sorted(int(i) for i in rng.choice(size, size=min(most, size), replace=False))


def neighbours(rng: np.random.Generator, x: Array, symmetric: bool, wide: bool = False,
               signed: bool = False) -> Iterator[Array]:
    """Points around x at its scale, first near and keeping the signs, then anywhere at its overall scale, then nearer.

    The first keeps each sign (logarithms and roots live on one side); the second gives every coordinate the size of
    the whole, so that a coordinate that is invisible at x becomes visible. With `wide` every other one is of the second
    kind, and has other signs unless they are `signed`. x has the caller's shape.
    """
    size = np.abs(x)
    overall = float(np.sqrt(np.mean((size / (size.max() or 1.0)) ** 2)) * size.max()) or 1.0
    usual = float(np.median(size[size > 0])) if np.any(size > 0) else 1.0
    one_sided = bool(np.all(x > 0) or np.all(x < 0)) and (signed or not wide)
    for turn in range(24):
        radius = 0.35 * 0.3 ** (turn // 2)
        noise = rng.standard_normal(x.shape)
        if turn == 1 or (wide and turn % 2):
            near = overall * noise
            near = np.sign(x) * np.abs(near) if one_sided else x * 0.25 + near
        else:
            near = np.where(size > 0, x * np.exp(radius * noise), usual * radius * 2.0 * noise)
        if symmetric:
            near = (near + near.T) / 2
        yield np.asarray(near)


def farther(rng: np.random.Generator, x: Array, symmetric: bool) -> Iterator[Array]:
    """Points at other scales than that of x: where f is flat, saturated or drowned around x, one of these may show."""
    for factor in (0.1, 10.0, 0.01, 0.001, 100.0):
        near = factor * x * np.exp(0.35 * rng.standard_normal(x.shape))
        yield np.asarray((near + near.T) / 2 if symmetric else near)
