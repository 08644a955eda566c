"""The Taylor test: R(h) = |f(x + h d) - f(x) - h <g, d>| falls as h^2 if g is the gradient at x, and as h if it is not.

A test without a tolerance: what is read off is the order of R, and the picture shows it.

Source    standard in the testing of adjoints.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import MissingExtra, Misuse
from ..numeric.ladder import EPS

Array = NDArray[np.float64]
HALVINGS = 24
FLOOR = 64
"""Remainders below this many units in the last place of f are its rounding."""


@dataclass(frozen=True, slots=True)
class TaylorTest:
    """Steps h, changes |f(x + h d) - f(x)|, remainders R(h), and below which size a remainder is rounding."""

    steps: tuple[float, ...]
    changes: tuple[float, ...]
    remainders: tuple[float, ...]
    floor: float

    @property
    def order(self) -> float | None:
        """The order of R, by the finest steps at which it is no rounding; None where fewer than three are."""
        seen = [(h, r) for h, r in zip(self.steps, self.remainders, strict=True) if r > self.floor]
        if len(seen) < 3:
            return None
        h, r = np.log2(np.array(seen[-4:])).T
        return float(np.polyfit(h, r, 1)[0])

    def __str__(self) -> str:
        if self.order is None:
            return "the remainder is rounding at every step: f is affine along this direction, and the gradient fits it"
        meaning = "as for a right gradient" if self.order > 1.5 else "as for a wrong gradient, or at a kink"
        return f"the remainder is of order {self.order:.2f}, {meaning}"

    def plot(self, path: str | Path) -> Path:
        """Changes and remainders over h in a picture; needs the extra `plot`."""
        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise MissingExtra("matplotlib", "plot") from None
        figure = Figure(figsize=(5, 4), layout="constrained")
        axes = figure.subplots()
        h = np.array(self.steps)
        axes.loglog(h, self.changes, "s-", color="0.6", markersize=3, label="$|f(x+hd)-f(x)|$")
        axes.loglog(h, self.remainders, "o-", color="C0", markersize=3,
                    label=r"$|f(x+hd)-f(x)-h\langle g,d\rangle|$")
        for power, style in ((1, ":"), (2, "--")):
            axes.loglog(h, self.remainders[0] * (h / h[0]) ** power, style, color="0.3", linewidth=1,
                        label=f"$h^{power}$" if power > 1 else "$h$")
        axes.axhline(max(self.floor, np.finfo(float).tiny), color="0.8", linewidth=1, label="rounding of $f$")
        axes.set(xlabel="$h$", title=str(self).partition(",")[0])
        axes.legend(fontsize=8)
        figure.savefig(path, dpi=150)
        return Path(path)


def taylor_test(
    f: Callable[[Array], Any], claim: Callable[[Array], Any], at: ArrayLike, direction: ArrayLike | None = None,
    seed: int = 0,
) -> TaylorTest:
    """The remainders of f around x along a direction (a random one when left out), for a claimed gradient.

    Shapes    claim(x) has the shape of x; f(x) is a scalar. Formulas: compile them with `lambdify` first.
    Raises    Misuse when the claim has another shape.

    >>> x = [1.0, 2.0, -1.5]
    >>> print(taylor_test(lambda x: (x**3).sum(), lambda x: 3 * x**2, at=x))
    the remainder is of order 2.00, as for a right gradient
    >>> print(taylor_test(lambda x: (x**3).sum(), lambda x: 3 * x, at=x))
    the remainder is of order 1.00, as for a wrong gradient, or at a kink
    """
    x = np.array(at, dtype=float)
    way = np.random.default_rng(seed).standard_normal(x.shape) if direction is None else np.array(direction, float)
    g = np.asarray(claim(x.copy()), dtype=float)
    if g.shape != x.shape or way.shape != x.shape:
        raise Misuse(f"a gradient and a direction have the shape of x, {x.shape}; got {g.shape} and {way.shape}")
    size, span = (float(np.max(np.abs(a), initial=0.0)) for a in (x, way))
    steps = 0.25 * (size or 1.0) / (span or 1.0) * 0.5 ** np.arange(HALVINGS)
    base, slope = float(f(x.copy())), float(np.sum(g * way))
    change = np.array([float(f(x + h * way)) for h in steps]) - base
    floor = FLOOR * EPS * max(abs(base), float(np.max(np.abs(change), initial=0.0)))
    return TaylorTest(tuple(map(float, steps)), tuple(map(float, np.abs(change))),
                      tuple(map(float, np.abs(change - steps * slope))), floor)
