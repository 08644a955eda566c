"""Derivatives by finite differences, each with its error bar: along a direction, and the whole gradient.

Steps are scaled to x and found by the ladder itself: coarser while noise rules, finer while truncation does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symnorm.errors import OutsideDomain
from symnorm.numeric.ladder import EPS, Line, refine, settle

Array = NDArray[np.float64]


def slope(phi: Callable[[float], Any], scale: float = 1.0, noise: float = 0.0) -> tuple[Any, Any]:
    """d/dt phi(t) at 0 and its bar, for phi scalar or array valued; `scale` is the length over which phi changes."""
    base = np.asarray(phi(0.0), dtype=np.float64)

    def along(t: float) -> Array | None:
        try:
            with np.errstate(all="ignore"):
                value = np.asarray(phi(t * scale), dtype=np.float64)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            return None
        return value if bool(np.all(np.isfinite(value))) else None

    line = Line(along, base, np.maximum(noise, 4 * EPS * np.abs(base)))
    start = max(4, settle(line))
    found = refine(line, start, lambda e: 1e-11 * np.maximum(np.abs(e.value), 1e-3 * e.spread))
    if found is None:
        raise OutsideDomain(f"no derivative at {base.shape or 'a scalar'}: the function has no finite values around it")
    if base.ndim == 0:
        return float(found.value) / scale, float(found.error) / scale
    return found.value / scale, found.error / scale


def directional(f: Callable[[Any], Any], x: ArrayLike, v: ArrayLike) -> tuple[Any, Any]:
    """The derivative of f at x along v, and its bar.

    Raises    OutsideDomain when f has no finite values around x along v.

    >>> value, error = directional(lambda x: float(x @ x), [1.0, 2.0], [1.0, 0.0])
    >>> abs(value - 2.0) <= error < 1e-10
    True
    """
    point, way = np.asarray(x, dtype=np.float64), np.asarray(v, dtype=np.float64)
    return slope(lambda h: f(point + h * way), _unit(point, way))


def _unit(point: Array, way: Array) -> float:
    """A power of two h such that h times `way` is about as large as `point`."""
    size, span = float(np.max(np.abs(point), initial=0.0)), float(np.max(np.abs(way), initial=0.0))
    if span == 0.0:
        return 1.0
    return float(2.0 ** np.round(np.log2((size or 1.0) / span)))


def gradient(f: Callable[[Any], Any], x: ArrayLike) -> tuple[Array, Array]:
    """The gradient of a scalar f at x by differences, and the bar of each entry; both have the shape of x."""
    point = np.array(x, dtype=np.float64)
    values, errors = np.zeros_like(point), np.zeros_like(point)
    for index in np.ndindex(point.shape):
        way = np.zeros_like(point)
        way[index] = 1.0
        size = abs(float(point[index])) or float(np.max(np.abs(point), initial=0.0)) or 1.0
        values[index], errors[index] = slope(lambda h, way=way: f(point + h * way),  # type: ignore[misc]
                                             float(2.0 ** np.round(np.log2(size))))
    return values, errors
