"""What the shape of a claim says: a gradient, a Jacobian, a Hessian, or one of these in the wrong arrangement.

Shapes    x has shape `into`, f(x) has shape `out`. A gradient of a single number has shape `into`, a Jacobian
          out + into, a Hessian into + into.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from symnorm.numeric.ladder import EPS
from symnorm.verification.contract import Broken, Claim

Array = NDArray[np.float64]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the entries of a claim are understood: `order` 1 (m, n) or 2 (n, n); `slip` where the contract differs."""

    order: int
    shape: Shape
    into: Shape
    out: Shape
    axes: tuple[int, ...] | None = None
    unfold: Shape | None = None
    slip: str | None = None

    def flat(self, claim: Array) -> Array:
        """The claim as a matrix (m, n), or (n, n) for order 2."""
        if claim.shape != self.shape:
            raise Broken(f"the claim has shape {claim.shape} at one point and {self.shape} at another", "shape")
        n = prod(self.into)
        value = claim.reshape(self.unfold) if self.unfold is not None else claim
        if self.axes is not None:
            value = value.transpose(self.axes)
        return np.ascontiguousarray(value).reshape(n if self.order == 2 else prod(self.out), n)


def read(shape: Shape, into: Shape, out: Shape, kind: str | None = None) -> Reading | None:
    """The reading that the contract gives to a claim of this shape, or None; `kind` says which derivative it is."""
    if kind in (None, "gradient", "jacobian") and (kind != "gradient" or prod(out) == 1):
        if prod(out) == 1 and shape == into:
            return Reading(1, shape, into, out)
        if shape == out + into:
            return Reading(1, shape, into, out)
    if kind in (None, "hessian") and prod(out) == 1 and shape == into + into:
        return Reading(2, shape, into, out)
    return None


def expected(into: Shape, out: Shape, kind: str | None = None) -> str:
    """The shapes that would have been right, in words."""
    if kind is not None and prod(out) == 1:
        return f"{into + into if kind == 'hessian' else into} ({kind})"
    if kind in ("gradient", "hessian"):
        return f"the {kind} of a function whose value is one number: this one has none"
    if prod(out) == 1:
        return f"{into} (gradient) or {into + into} (Hessian)"
    return f"{out + into} (Jacobian: output shape, then the shape of x)"


def misreadings(shape: Shape, into: Shape, out: Shape) -> list[Reading]:
    """Arrangements of the right number of entries that are not the contract, most likely first."""
    n, m, size = prod(into), prod(out), prod(shape)
    found = []
    if m == 1 and size == n:
        if len(into) == 2 and shape == into[::-1]:
            found.append(Reading(1, shape, into, out, (1, 0), None, "transposed-result"))
        found.append(Reading(1, shape, into, out, None, into, "shape"))
        if len(into) == 2:
            found.append(Reading(1, shape, into, out, (1, 0), into[::-1], "layout"))
    if m > 1 and size == m * n:
        turn = (*range(len(into), len(into) + len(out)), *range(len(into)))
        found.append(Reading(1, shape, into, out, turn, into + out, "layout"))
        found.append(Reading(1, shape, into, out, None, out + into, "shape"))
        if len(into) + len(out) > 2:
            back = (*reversed(range(len(out))), *reversed(range(len(out), len(out) + len(into))))
            found.append(Reading(1, shape, into, out, back, out[::-1] + into[::-1], "layout"))
    if m == 1 and size == n * n and len(into) == 2:
        found.append(Reading(2, shape, into, out, None, into + into, "shape"))
        found.append(Reading(2, shape, into, out, (1, 0, 3, 2), into[::-1] + into[::-1], "layout"))
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """The claim at other points, through one reading."""

    claim: Claim
    reading: Reading

    def near(self, x: Array) -> Array | None:
        """The claim at x as a matrix; None where it raises or is not finite."""
        try:
            flat = self.reading.flat(self.claim.at(x))
        except Broken as error:
            if error.slip in ("mutates", "shape"):
                raise
            return None
        return flat if bool(np.all(np.isfinite(flat))) else None

    def flat_near(self, x: Array) -> Array | None:
        """The same at x (flat)."""
        return self.near(x.reshape(self.reading.into))

    def piece(self, x: Array) -> Array | None:
        """The gradient at x (flat): the piece of f that is active there."""
        flat = self.flat_near(x)
        return None if flat is None else flat[0]

    def ripple(self, x: Array, flat: Array, rng: np.random.Generator) -> Array:
        """A bound on the rounding of the claim: its second differences over steps far too short for it to bend.

        0 where it jumps: at a kink that is no rounding.
        """
        change = np.zeros_like(flat)
        for depth in (8, 14) if self.claim.grain > EPS else (20, 28, 38):
            step = x * 2.0**-depth * rng.choice([-1.0, 1.0], size=x.shape)
            ahead, behind = self.near(x + step), self.near(x - step)
            if ahead is not None and behind is not None:
                change = np.maximum(change, np.abs(ahead - 2 * flat + behind))
        return np.where(change <= 1e-3 * np.max(np.abs(flat), initial=0.0), 4 * change, 0.0)
