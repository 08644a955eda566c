"""One comparison of a claim with the values of a function.

The contract first, then the numbers: at the caller's point, at two points around it, where a coordinate stays in the
noise at all of them at points of other sizes, and along dense directions at a few points more. The first breach or
significant gap makes the claim wrong.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnorm.numeric.ladder import EPS
from symnorm.verification import tour
from symnorm.verification.contract import Broken, Claim, Function, Unusable
from symnorm.verification.examine import Findings, both_halves, judge
from symnorm.verification.kinks import at_kink
from symnorm.verification.looks import Task, rtol_of
from symnorm.verification.readings import Asked, expected, misreadings, read
from symnorm.verification.sampling import ALL_COORDINATES
from symnorm.verification.site import Site, reads_one_triangle
from symnorm.verification.slips import Record, diagnose, remainder
from symnorm.verification.verdict import Point, Verdict, entry, finite, frozen

Array = NDArray[np.float64]


class Trial:
    """One comparison, and what is known so far (which is what remains when time runs out)."""

    def __init__(self, f: Function, claim: Claim, x: Array, symmetric: bool, seed: int) -> None:
        self.f, self.claim, self.x, self.symmetric = f, claim, x, symmetric
        self.rng = np.random.default_rng(seed)
        self.findings: list[Findings] = []
        self.records: list[Record] = []
        self.louder: Array | None = None
        self.level: int | None = None
        self.signed = False
        self.kind: str | None = None
        self.begun = time.monotonic()
        self.provisional: Verdict | None = None
        self.most, self.hurried = ALL_COORDINATES, False
        self.assumed: list[str] = ["x is symmetric, and so are the changes of it"] if symmetric else []

    def run(self) -> Verdict:
        with np.errstate(all="ignore"):
            return self._decide()

    def _decide(self) -> Verdict:
        try:
            base = self.f.first(self.x)
            claimed = self.claim.twice(self.x)
            reading = read(claimed.shape, self.x.shape, self.f.out, self.kind)
            if reading is None:
                return self._misshapen(base, claimed)
            if not np.all(np.isfinite(claimed)):
                raise Broken("the claim is not finite at x, where f is", "nonfinite")
            return self._compare(base, claimed, Asked(self.claim, reading))
        except Unusable as error:
            return self._verdict("undecided", "contract", reason=str(error))
        except Broken as error:
            return self._verdict("wrong", "contract", slip=error.slip, reason=str(error))

    def _compare(self, base: Array, claimed: Array, asked: Asked) -> Verdict:
        self._structure(base)
        self._plan()
        here = self.look(self.x, base, asked.reading.flat(claimed), asked)
        if here.status != "wrong":
            tour.around(self, asked, here)
        self._steady(base, claimed)
        wrong = self._refuted()
        if wrong is None and here.status == "right":
            self.provisional = self._not_wrong(here)
            if self.provisional and not self.hurried:
                self.f.clock.shorten(1.0 + 4 * (time.monotonic() - self.begun))
                tour.spots(self, asked)
            wrong = self._refuted()
        if wrong is not None:
            return self._wrong(wrong, asked)
        return self.provisional or self._verdict("undecided", "numeric", error=here.error, reason=here.note)

    def _refuted(self) -> Findings | None:
        return next((found for found in self.findings if found.status == "wrong"), None)

    def _plan(self) -> None:
        """How many coordinates there is time for: three points, each a noise probe and seven calls a direction."""
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
                                 f"{entry(min(hidden), self.x.shape)} is lost in the rounding of f at every point tried"
                                 + (f" (and {len(hidden) - 1} others)" if len(hidden) > 1 else ""))
        error = min(found.error for found in good)
        if error > 1e-6 and bool(good[0].site.noisy().any()):
            self.assumed.append(f"f is noisy ({float(np.max(good[0].site.noise)):.1g} in its values): a relative error "
                                f"below {error:.0e} in the claim is not seen")
        if len(good) == 1 and self.x.size:
            self.assumed.append("f has values at the given point only within a small distance: no other point compared")
        return self._verdict("right", "numeric", error=error, reason=here.note)

    def value(self, y: Array) -> Array | None:
        """f at a neighbour; None outside its domain, and where its terms cancel below their rounding at x."""
        base = self.f.near(y)
        if base is None or bool(np.all(np.abs(base) < EPS * np.abs(self.findings[0].site.base))):
            return None
        return base

    def look(self, x: Array, base: Array, flat: Array, asked: Asked, brief: int = 0,
             level: int | None = None, also: tuple[int, ...] = ()) -> Findings:
        """The findings at one point, which are kept; `brief` looks along a few dense directions and the coordinates
        `also`, with steps of the `level` that was right for x."""
        if self.hurried:
            self.louder = np.full_like(base, 8.0)
        ripple = asked.ripple(x, flat, self.rng) if not brief else np.zeros_like(flat)
        for louder in ([self.louder] if self.louder is not None else []) + ([] if brief or self.hurried else [None]):
            start = None if not level else self.findings[0].site.start
            site = Site(self.f, x.ravel(), base, self.rng, louder, self.symmetric, start, self._least(x))
            rtol = rtol_of(max(self.f.grain, self.claim.grain))
            task = Task(site, flat, asked.reading.order, self.rng, rtol, ripple, self.symmetric, brief, self.most,
                        asked.flat_near, level, also)
            found = judge(task)
            if found.status == "right" or brief:
                break
        if asked.reading.order == 2 and found.status == "right":
            found = both_halves(flat, found)
        if brief:
            return found
        if found.status == "kink":
            found = at_kink(task, found, asked.piece)
        elif found.status in ("right", "wrong"):
            self.records.append(Record(site.x, flat, tuple(found.looks), asked.reading.order))
        self.findings.append(found)
        if len(self.findings) == 1:
            self.louder, self.level = site.loudness(), task.level
        return found

    def _least(self, x: Array) -> Array | None:
        """The noise at the caller's point where f is noisy there, for points of the same size."""
        size, here = (float(np.max(np.abs(point), initial=0.0)) for point in (x, self.x))
        if not self.findings or not here / 4 <= size <= 4 * here:
            return None
        first = self.findings[0].site
        return np.where(first.noisy(), first.noise, 0.0)

    def _steady(self, base: Array, claimed: Array) -> None:
        again = self.f.near(self.x)
        if again is None or not np.array_equal(again, base):
            raise Unusable("f is not repeatable: its value at x changed during the comparison")
        self.claim.twice(self.x)

    def _structure(self, base: Array) -> None:
        """A function of a symmetric matrix that reads one triangle only is compared on symmetric changes."""
        if not self.symmetric and reads_one_triangle(self.f, self.x, base, self.rng):
            self.symmetric = True
            self.assumed.append("x is symmetric: f reads one of its triangles, so the changes of x are symmetric too")

    def _misshapen(self, base: Array, claimed: Array) -> Verdict:
        """Wrong by its shape; the slip is sharper when a rearrangement of the entries agrees with f."""
        reason = (f"the claim has shape {claimed.shape}; x has shape {self.x.shape} and f(x) has shape {self.f.out}, "
                  f"so it must be {expected(self.x.shape, self.f.out, self.kind)}")
        for reading in misreadings(claimed.shape, self.x.shape, self.f.out):
            if not np.all(np.isfinite(claimed)) or (self.kind and (reading.order == 2) != (self.kind == "hessian")):
                break
            self.findings, self.records = [], []
            asked = Asked(self.claim, reading)
            here = self.look(self.x, base, reading.flat(claimed), asked)
            if here.status != "wrong":
                tour.around(self, asked, here)
            if all(found.status == "right" for found in self.findings):
                return self._verdict("wrong", "contract", slip=reading.slip, reason=reason,
                                     evidence="rearranged, its entries agree with f")
        self.findings = []
        return self._verdict("wrong", "contract", slip="shape", reason=reason)

    def _wrong(self, found: Findings, asked: Asked) -> Verdict:
        tour.more_records(self, asked, 3)
        slip, evidence = diagnose(self.records, self.x.shape, self.f.out)
        if slip == "coordinate":
            tour.more_records(self, asked, len(self.records) + 2, wide=True)
            slip, evidence = diagnose(self.records, self.x.shape, self.f.out)
        rest = "" if slip else remainder(self.records)
        reason = f"{found.note}; {rest}" if rest else found.note
        return self._verdict("wrong", "numeric", error=found.error, slip=slip, evidence=evidence, reason=reason)

    def stopped(self, timeout: float) -> Verdict:
        """What can be said when time has run out."""
        wrong = self._refuted()
        if wrong is not None:
            return self._verdict("wrong", "numeric", error=wrong.error, reason=wrong.note)
        if self.provisional:
            return self.provisional
        return self._verdict("undecided", "numeric", reason=f"out of time after {timeout:g} s and {self.f.calls} "
                             f"calls of f and {self.claim.calls} of the claim; {len(self.findings)} points compared")

    def _verdict(self, status: Any, decided_by: str, *, error: float | None = None, slip: str | None = None,
                 reason: str = "", evidence: str = "") -> Verdict:
        points = tuple(Point(frozen(found.site.x.reshape(self.x.shape)), found.status,  # type: ignore[arg-type]
                             finite(found.error), found.note) for found in self.findings)
        return Verdict(status, decided_by, None if error is None else finite(error), slip, points, (), reason, evidence)
