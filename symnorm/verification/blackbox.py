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
from symnorm.verification.trial import Trial
from symnorm.verification.verdict import Verdict

Array = NDArray[np.float64]


def compare(f: Callable[[Any], Any], claim: Callable[[Any], Any], at: ArrayLike, *, symmetric: bool = False,
            signed: bool = False, seed: int = 0, timeout: float = 30.0) -> Verdict:
    """The verdict on `claim` as the derivative of `f`, from values of both at and around the point `at`.

    `symmetric` keeps every point and every change of x symmetric, `signed` keeps the signs of its entries.
    """
    x = point(at)
    if x.size == 0:
        return Verdict("undecided", "contract", reason="x is empty: there is nothing to differentiate by")
    if not np.all(np.isfinite(x)):
        return Verdict("undecided", "contract", reason="x has entries that are not finite")
    clock = Clock(timeout)
    trial = Trial(Function(f, "f", x.shape, clock), Claim(claim, "the claim", x.shape, clock), x, symmetric, seed)
    trial.signed = signed
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
