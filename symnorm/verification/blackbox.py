"""A claim against a function of which nothing is known but its values.

The contract first, then the numbers: at the caller's point, at two points around it, and where a coordinate stays in
the noise at all of them, at points of other sizes. The first breach or significant gap makes the claim wrong.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symnorm.errors import Misuse
from symnorm.numeric.differences import EPS
from symnorm.verification.clock import Clock, OutOfTime, within
from symnorm.verification.contract import Broken, Claim, Function, Unusable
from symnorm.verification.examine import Findings, Task, judge, rtol_of
from symnorm.verification.kinks import at_kink
from symnorm.verification.readings import Reading, expected, misreadings, read
from symnorm.verification.sampling import ALL_COORDINATES, farther, neighbours
from symnorm.verification.site import Site
from symnorm.verification.slips import Record, diagnose
from symnorm.verification.verdict import Point, Verdict

Array = NDArray[np.float64]
AROUND, SPOTS = 2, 4


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


class Trial:
    """One comparison, and what is known so far (which is what remains when time runs out)."""

    def __init__(self, f: Function, claim: Claim, x: Array, symmetric: bool, seed: int) -> None:
        self.f, self.claim, self.x, self.symmetric = f, claim, x, symmetric
        self.rng = np.random.default_rng(seed)
        self.findings: list[Findings] = []
        self.records: list[Record] = []
        self.louder: Array | None = None
        self.signed = False
        self.begun = time.monotonic()
        self.provisional: Verdict | None = None
        self.most, self.hurried = ALL_COORDINATES, False
        self.assumed: list[str] = ["x is symmetric, and so are the changes of it"] if symmetric else []

    def run(self) -> Verdict:
        try:
            base = self.f.first(self.x)
            claimed = self.claim.twice(self.x)
            reading = read(claimed.shape, self.x.shape, self.f.out)
            if reading is None:
                return self._misshapen(base, claimed)
            if not np.all(np.isfinite(claimed)):
                raise Broken("the claim is not finite at x, where f is", "nonfinite")
            return self._compare(base, claimed, reading)
        except Unusable as error:
            return self._verdict("undecided", "contract", reason=str(error))
        except Broken as error:
            return self._verdict("wrong", "contract", slip=error.slip, reason=str(error))

    def _compare(self, base: Array, claimed: Array, reading: Reading) -> Verdict:
        self._structure(base)
        self._plan()
        here = self.look(self.x, base, reading.flat(claimed), reading)
        if here.status != "wrong":
            self._around(reading, here)
        self._steady(base, claimed)
        wrong = self._refuted()
        if wrong is None and here.status == "right":
            self.provisional = self._not_wrong(here)
            if self.provisional and not self.hurried:
                self.f.clock.shorten(1.0 + 4 * (time.monotonic() - self.begun))
                self._spots(reading)
            wrong = self._refuted()
        if wrong is not None:
            return self._wrong(wrong, reading)
        return self.provisional or self._verdict("undecided", "numeric", error=here.error, reason=here.note)

    def _refuted(self) -> Findings | None:
        return next((found for found in self.findings if found.status == "wrong"), None)

    def _plan(self) -> None:
        """How many coordinates there is time for: three points, each a noise probe and about seven calls a direction."""
        size = min(self.x.size, ALL_COORDINATES)
        calls = 0.5 * self.f.clock.left() / max(self.f.seconds, 1e-9)
        self.most = ALL_COORDINATES
        if calls < 3 * (80 + 7 * size):
            self.most = max(0, int((calls / 3 - (80 if calls > 400 else 30)) / 7))
            self.hurried = calls < 400
            self.assumed.append(f"f takes {self.f.seconds:.2g} s a call: {min(self.most, size)} of {self.x.size} "
                                "coordinates were compared one by one, the others together along random directions")

    def _not_wrong(self, here: Findings) -> Verdict:
        good = [found for found in self.findings if found.status == "right"]
        hidden = frozenset.intersection(*(found.hidden for found in good))
        error = max(found.error for found in good)
        if not any(found.resolved for found in good):
            return self._verdict("undecided", "numeric", error=error, reason="at no point is the slope known to the "
                                 "precision that is asked for: f is too noisy or too flat")
        if hidden:
            return self._verdict("undecided", "numeric", error=error, reason="the derivative by entry "
                                 f"{self._entry(min(hidden))} is lost in the rounding of f at every point tried"
                                 + (f" (and {len(hidden) - 1} others)" if len(hidden) > 1 else ""))
        if len(good) == 1 and self.x.size:
            self.assumed.append("f has values at the given point only within a small distance: no other point compared")
        return self._verdict("right", "numeric", error=min(found.error for found in good), reason=here.note)

    def _entry(self, index: int) -> str:
        place = np.unravel_index(index, self.x.shape) if self.x.shape else ()
        return str(tuple(map(int, place))) if len(place) != 1 else str(index)

    def look(self, x: Array, base: Array, flat: Array, reading: Reading, brief: bool = False) -> Findings:
        """The findings at one point, which are kept; `brief` looks along a few dense directions first."""
        if self.hurried:
            self.louder = np.full_like(base, 8.0)
        ripple = self._ripple(x, flat, reading) if not brief else np.zeros_like(flat)
        for louder in ([self.louder] if self.louder is not None else []) + ([] if brief or self.hurried else [None]):
            site = Site(self.f, x.ravel(), base, self.rng, louder, self.symmetric)
            rtol = rtol_of(max(self.f.grain, self.claim.grain))
            found = judge(Task(site, flat, reading.order, self.rng, rtol, ripple, self.symmetric, brief, self.most))
            if found.status == "right" or brief:
                break
        if brief:
            return found
        task = Task(site, flat, reading.order, self.rng, rtol, ripple, self.symmetric, False, self.most)
        if found.status == "kink":
            found = at_kink(task, found, lambda y: self._piece(y, reading))
        elif found.status in ("right", "wrong"):
            self.records.append(Record(site.x, flat, tuple(found.looks), reading.order))
        if reading.order == 2 and found.status == "right":
            found = _symmetric(flat, found)
        self.findings.append(found)
        if len(self.findings) == 1:
            self.louder = site.loudness()
        return found

    def _spots(self, reading: Reading) -> None:
        """A few more points along dense directions only; one that does not agree is looked at in full."""
        for _, y in zip(range(SPOTS), neighbours(self.rng, self.x, self.symmetric, wide=True, signed=self.signed), strict=False):
            base = self.f.near(y)
            claimed = self._claimed(y, reading) if base is not None else None
            if base is None or claimed is None or self.louder is None:
                continue
            if (self.look(y, base, claimed, reading, brief=True).status != "right"
                    and self.look(y, base, claimed, reading).status == "wrong"):
                return

    def _ripple(self, x: Array, flat: Array, reading: Reading) -> Array:
        """A bound on the rounding of the claim: its second differences over steps far too short for it to bend.

        0 where it jumps: at a kink that is no rounding.
        """
        change = np.zeros_like(flat)
        for depth in (8, 14) if self.claim.grain > EPS else (20, 28, 38):
            step = x * 2.0**-depth * self.rng.choice([-1.0, 1.0], size=x.shape)
            ahead, behind = self._claimed(x + step, reading), self._claimed(x - step, reading)
            if ahead is not None and behind is not None:
                change = np.maximum(change, np.abs(ahead - 2 * flat + behind))
        return np.where(change <= 1e-3 * np.max(np.abs(flat), initial=0.0), 4 * change, 0.0)

    def _claimed(self, x: Array, reading: Reading) -> Array | None:
        """The claim at another point, flat; None where it raises or is not finite."""
        try:
            flat = reading.flat(self.claim.at(x))
        except Broken as error:
            if error.slip in ("mutates", "shape"):
                raise
            return None
        return flat if bool(np.all(np.isfinite(flat))) else None

    def _piece(self, x: Array, reading: Reading) -> Array | None:
        flat = self._claimed(x.reshape(self.x.shape), reading)
        return None if flat is None else flat[0]

    def _around(self, reading: Reading, here: Findings) -> None:
        good, lost, tried = 0, 0, 0
        for y in self._points(here):
            base = self.f.near(y)
            if base is None:
                continue
            claimed = self._claimed(y, reading)
            if claimed is None:
                lost += 1
                if lost >= 8 and not good:
                    raise Broken("the claim raises or is not finite at points around x, where f has values", "nonfinite")
                continue
            tried += 1
            found = self.look(y, base, claimed, reading)
            if found.status == "wrong":
                return
            good += found.status == "right" and not found.kink
            if good >= AROUND and not self._open() or tried >= AROUND + 5:
                return

    def _points(self, here: Findings) -> Iterator[Array]:
        near = neighbours(self.rng, self.x, self.symmetric)
        first = (y for _, y in zip(range(16), near, strict=False))
        return chain(self._until_enough(first), farther(self.rng, self.x, self.symmetric))

    def _until_enough(self, points: Iterator[Array]) -> Iterator[Array]:
        for y in points:
            if sum(found.status == "right" for found in self.findings[1:]) >= AROUND:
                return
            yield y

    def _open(self) -> bool:
        """Whether something is still unseen at every point."""
        good = [found for found in self.findings if found.status == "right"]
        return not good or not any(found.resolved for found in good) or bool(
            frozenset.intersection(*(found.hidden for found in good)))

    def _steady(self, base: Array, claimed: Array) -> None:
        again = self.f.near(self.x)
        if again is None or not np.array_equal(again, base):
            raise Unusable("f is not repeatable: its value at x changed during the comparison")
        self.claim.twice(self.x)

    def _structure(self, base: Array) -> None:
        """A function of a symmetric matrix that reads one triangle only is compared on symmetric changes."""
        x = self.x
        if self.symmetric or x.ndim != 2 or x.shape[0] != x.shape[1] or len(x) < 2 or not np.array_equal(x, x.T):
            return
        size = np.abs(x).max() or 1.0
        upper = np.triu(self.rng.standard_normal(x.shape), 1) * size * 2.0**-12
        read_upper, read_lower = self.f.near(x + upper), self.f.near(x + upper.T)
        if read_upper is None or read_lower is None:
            return
        if np.array_equal(read_upper, base) != np.array_equal(read_lower, base):
            self.symmetric = True
            self.assumed.append("x is symmetric: f reads one of its triangles, so the changes of x are symmetric too")

    def _misshapen(self, base: Array, claimed: Array) -> Verdict:
        """Wrong by its shape; the slip is sharper when a rearrangement of the entries agrees with f."""
        reason = (f"the claim has shape {claimed.shape}; x has shape {self.x.shape} and f(x) has shape {self.f.out}, "
                  f"so it must be {expected(self.x.shape, self.f.out)}")
        for reading in misreadings(claimed.shape, self.x.shape, self.f.out):
            if not np.all(np.isfinite(claimed)):
                break
            self.findings, self.records = [], []
            here = self.look(self.x, base, reading.flat(claimed), reading)
            if here.status != "wrong":
                self._around(reading, here)
            if all(found.status == "right" for found in self.findings):
                return self._verdict("wrong", "contract", slip=reading.slip, reason=reason,
                                     evidence="rearranged, its entries agree with f")
        self.findings = []
        return self._verdict("wrong", "contract", slip="shape", reason=reason)

    def _wrong(self, found: Findings, reading: Reading) -> Verdict:
        if len(self.records) < 3:
            self._more_records(reading)
        slip, evidence = diagnose(self.records, self.x.shape, self.f.out)
        return self._verdict("wrong", "numeric", error=found.error, slip=slip, evidence=evidence, reason=found.note)

    def _more_records(self, reading: Reading) -> None:
        """Two more points for the diagnosis, which needs to see the slip more than once."""
        for _, y in zip(range(8), neighbours(self.rng, self.x, self.symmetric), strict=False):
            if len(self.records) >= 3:
                return
            base = self.f.near(y)
            claimed = self._claimed(y, reading) if base is not None else None
            if base is not None and claimed is not None:
                self.look(y, base, claimed, reading)

    def stopped(self, timeout: float) -> Verdict:
        """What can be said when time has run out."""
        wrong = self._refuted()
        if wrong is not None:
            return self._verdict("wrong", "numeric", error=wrong.error, reason=wrong.note)
        if self.provisional:
            return self.provisional
        return self._verdict("undecided", "numeric", reason=f"out of time after {timeout:g} s and {self.f.calls} calls of "
                             f"f and {self.claim.calls} of the claim; {len(self.findings)} points compared")

    def _verdict(self, status: Any, decided_by: str, *, error: float | None = None, slip: str | None = None,
                 reason: str = "", evidence: str = "") -> Verdict:
        points = tuple(Point(_frozen(found.site.x.reshape(self.x.shape)), found.status,  # type: ignore[arg-type]
                             _finite(found.error), found.note) for found in self.findings)
        return Verdict(status, decided_by, None if error is None else _finite(error), slip, points, (), reason, evidence)


def _finite(error: float) -> float | None:
    return float(error) if np.isfinite(error) else None


def _frozen(x: Array) -> Any:
    def deep(value: Any) -> Any:
        return tuple(map(deep, value)) if isinstance(value, list) else value

    return deep(x.tolist())


def _symmetric(hessian: Array, found: Findings) -> Findings:
    """A Hessian is symmetric: its other half is a claim too."""
    scale = found.site.scale
    scaled = hessian * np.outer(scale, scale)
    gap = float(np.max(np.abs(scaled - scaled.T)))
    size = float(np.max(np.abs(scaled)))
    if gap > 1e-6 * size:
        return replace(found, status="wrong", error=gap / size, note="a Hessian is symmetric, and this one is not")
    return found
