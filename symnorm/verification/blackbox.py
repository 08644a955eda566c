"""A claim against a function of which nothing is known but its values."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symnorm.errors import Misuse
from symnorm.verification.clock import Clock, OutOfTime, within
from symnorm.verification.contract import Claim, Function
from symnorm.verification.products import KINDS, PRODUCTS, WIDE, Product, narrowed
from symnorm.verification.trial import Trial
from symnorm.verification.verdict import Verdict

Array = NDArray[np.float64]


def compare(f: Callable[[Any], Any], claim: Callable[..., Any], at: ArrayLike, *, symmetric: bool = False,
            signed: bool = False, kind: str | None = None, seed: int = 0, timeout: float = 30.0) -> Verdict:
    """The verdict on `claim` as the derivative of `f`, from values of both at and around the point `at`.

    `symmetric` keeps every point and every change of x symmetric, `signed` keeps the signs of its entries. `kind` says
    which derivative is claimed; without it the shapes do.
    """
    x = point(at)
    if kind is not None and kind not in KINDS:
        raise Misuse(f"verify(kind=...) is one of {', '.join(KINDS)}, not {kind!r}")
    if x.size == 0:
        return Verdict("undecided", "contract", reason="x is empty: there is nothing to differentiate by")
    if not np.all(np.isfinite(x)):
        return Verdict("undecided", "contract", reason="x has entries that are not finite")
    clock = Clock(timeout)
    narrow = kind in PRODUCTS and x.size > WIDE
    if narrow:
        f, claim, x = narrowed(f, claim, str(kind), x, seed)
    function = Function(f, "f", x.shape, clock)
    if kind in PRODUCTS:
        claim = Product(claim, str(kind), function)
    trial = Trial(function, Claim(claim, "the claim", x.shape, clock), x, symmetric and not narrow, seed)
    trial.signed, trial.kind = signed, PRODUCTS.get(str(kind), kind)
    if narrow:
        trial.assumed.append(f"x has many entries: compared on a random subspace of dimension {x.size}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            verdict = within(clock, trial.run)
    except OutOfTime:
        verdict = trial.stopped(timeout)
    notes = (*trial.assumed, *trial.f.notes, *trial.claim.notes)
    return replace(verdict, assumptions=notes)


def point(at: ArrayLike) -> Array:
    """The caller's point as a float64 array of its own; integers are promoted."""
    try:
        raw = np.asarray(at)
        if raw.dtype.kind == "c":
            raise Misuse("verify(at=...) takes a real point, and this one is complex: compare real and imaginary parts")
        if raw.dtype.kind not in "fiubO":
            raise Misuse(f"verify(at=...) takes an array of numbers, and this one has type {raw.dtype}")
        return np.array(raw, dtype=np.float64, order="C")
    except (TypeError, ValueError) as error:
        if isinstance(error, Misuse):
            raise
        raise Misuse(f"verify(at=...) takes an array of numbers: {error}") from None
