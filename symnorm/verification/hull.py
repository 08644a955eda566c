"""The shortest vector of a convex hull: 0 is in the hull exactly when it is 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def shortest(points: Array, steps: int = 300) -> Array:
    """The shortest vector of the convex hull of the rows, by Frank-Wolfe steps with exact line search."""
    best = points[int(np.argmin(np.sum(points**2, axis=1)))].copy()
    for _ in range(steps):
        corner = points[int(np.argmin(points @ best))]
        move = corner - best
        length = float(move @ move)
        gain = -float(best @ move)
        if length == 0.0 or gain <= 1e-14 * float(best @ best):
            break
        best = best + min(1.0, gain / length) * move
    return best
