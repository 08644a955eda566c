"""The border to a caller's functions: fresh copies in, float64 copies out, and every breach has a name.

A claim that breaks the contract is wrong; a function that does leaves the question open. Each call gets a copy that no
other call has seen (functions that write into their argument, keep it, or remember results by its identity exist), and
the copies stay alive, so that an identity is never used twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnorm.numeric.ladder import EPS
from symnorm.verification.clock import Clock

Array = NDArray[np.float64]
KEPT_BYTES = 1 << 26
_GRAINS = {2: 2.0**-10, 4: 2.0**-23}


class Broken(Exception):
    """The claim does not do what a gradient does: `slip` names the breach where the list of slips has it."""

    def __init__(self, reason: str, slip: str | None = None) -> None:
        super().__init__(reason)
        self.slip = slip


class Unusable(Exception):
    """The function cannot be compared with anything: the message says why."""


def numbers(value: Any, who: str) -> tuple[Array, float]:
    """A float64 copy of what a function returned, and the rounding unit of its type.

    Raises    Broken with the reason when it is not an array of real numbers.
    """
    if value is None:
        raise Broken(f"{who} returns None")
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    if hasattr(value, "toarray") and not isinstance(value, np.ndarray):
        raise Broken(f"{who} returns a sparse matrix ({type(value).__name__}): convert it with .toarray()", "shape")
    try:
        raw = np.asarray(value)
    except Exception as error:
        raise Broken(f"{who} returns {type(value).__name__}, which is not an array of numbers: {error}") from None
    if raw.dtype == object and raw.ndim == 0:
        try:
            raw = np.asarray(float(raw[()]))
        except Exception:
            raise Broken(f"{who} returns {type(value).__name__}, which is not a number") from None
    if raw.dtype.kind == "c":
        raise Broken(f"{who} returns complex numbers ({raw.dtype})")
    if raw.dtype.kind not in "fiub":
        raise Broken(f"{who} returns an array of type {raw.dtype}, not of real numbers")
    grain = _GRAINS.get(raw.dtype.itemsize, EPS) if raw.dtype.kind == "f" else EPS
    return np.array(raw, dtype=np.float64, order="C"), grain


class Border:
    """A caller's function that takes x of a fixed shape."""

    def __init__(self, fun: Callable[[Any], Any], who: str, shape: tuple[int, ...], clock: Clock) -> None:
        self.fun, self.who, self.shape, self.clock = fun, who, shape, clock
        self.calls, self.grain, self.seconds = 0, EPS, float("inf")
        self.notes: dict[str, None] = {}
        self._kept: list[Any] = []
        self._bytes = 0

    def raw(self, x: Array, watch: bool = True) -> Any:
        """What the function returns at x; `watch` looks whether it wrote into its argument or returned it."""
        self.clock.check()
        self.calls += 1
        given: Any = float(x) if not self.shape else np.array(x, dtype=np.float64, order="C")
        if self._bytes < KEPT_BYTES:
            self._kept.append(given)
            self._bytes += x.nbytes + 96
        begun = time.perf_counter()
        value = self.fun(given)
        self.seconds = min(self.seconds, time.perf_counter() - begun)
        if watch and self.shape:
            if not np.array_equal(given, x, equal_nan=True):
                self.wrote()
            if isinstance(value, np.ndarray) and value.size and np.may_share_memory(value, given):
                self.notes[f"{self.who} returns its own argument, or a view of it"] = None
        return value

    def wrote(self) -> None:
        self.notes[f"{self.who} writes into its argument (it was given copies)"] = None


class Claim(Border):
    """The caller's gradient: a breach is `Broken`."""

    def wrote(self) -> None:
        raise Broken(f"{self.who} writes into its argument", "mutates")

    def at(self, x: Array) -> Array:
        try:
            value = self.raw(x)
        except Broken:
            raise
        except (Exception, SystemExit) as error:
            raise Broken(f"{self.who} raises {_said(error)}") from None
        result, grain = numbers(value, self.who)
        self.grain = max(self.grain, grain)
        return result

    def twice(self, x: Array) -> Array:
        """The claim at x, asked two times."""
        first, second = self.at(x), self.at(x)
        if first.shape != second.shape or not _same(first, second, max(1e-12, 16 * self.grain)):
            raise Broken(f"{self.who} gives two answers at one point", "not-repeatable")
        return first


class Function(Border):
    """The caller's function: what keeps it from being compared is `Unusable`."""

    out: tuple[int, ...] = ()

    def first(self, x: Array) -> Array:
        """f at the caller's point, asked two times; fixes the shape of its results."""
        results = []
        for _ in range(2):
            try:
                value, grain = numbers(self.raw(x), self.who)
            except Broken as error:
                raise Unusable(str(error)) from None
            except (Exception, SystemExit) as error:
                raise Unusable(f"{self.who} raises {_said(error)} at x") from None
            self.grain = max(self.grain, grain)
            results.append(value)
        one, two = results
        if one.shape != two.shape or not np.array_equal(one, two, equal_nan=True):
            raise Unusable(f"{self.who} is not repeatable: two calls at x gave {_brief(one)} and {_brief(two)}")
        if not np.all(np.isfinite(one)):
            raise Unusable(f"{self.who} is not finite at x: {_brief(one)}")
        if not one.size:
            raise Unusable(f"{self.who} returns an empty array, shape {one.shape}")
        self.out = one.shape
        return one.ravel()

    def near(self, x: Array) -> Array | None:
        """f at another point, flat; None where it raises, is not finite, or changes its shape."""
        try:
            value, grain = numbers(self.raw(x, watch=self.calls < 4), self.who)
        except (Exception, SystemExit):
            return None
        self.grain = max(self.grain, grain)
        if value.shape != self.out or not np.all(np.isfinite(value)):
            return None
        return value.ravel()


def _same(one: Array, two: Array, rtol: float) -> bool:
    if np.array_equal(one, two, equal_nan=True):
        return True
    size = np.max(np.abs(np.where(np.isfinite(one), one, 0.0)), initial=0.0)
    return bool(np.array_equal(np.isfinite(one), np.isfinite(two))
                and np.all(np.abs(one - two)[np.isfinite(one)] <= rtol * size))


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return type(error).__name__ + (f": {text[:200]}" if text else "")


def _brief(value: Array) -> str:
    return f"{float(value.ravel()[0]):.17g}" if value.size == 1 else f"an array of shape {value.shape}"
