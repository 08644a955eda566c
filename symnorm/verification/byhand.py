"""A counterexample for functions of which only values are known: small whole numbers, one slope of f, and the claim."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symnorm.language.leaves import variable
from symnorm.language.node import Variable
from symnorm.verification.clock import Clock, OutOfTime, within
from symnorm.verification.counterexample import Counterexample, cost, plain, small_value

CALLS = 150
SECONDS = 2.0
ENTRIES = 6


def small_integers(
    f: Callable[[Any], Any], claim: Callable[[Any], Any], shape: tuple[int, ...], facts: frozenset[str], name: str,
    seed: int = 0,
) -> Counterexample | None:
    """The simplest point found with whole entries at which an entry of the claim is not the slope of f; or None.

    Only for a scalar f and a claim of the shape of x. Both are called at most a few hundred times.
    """
    if not 0 < int(np.prod(shape, dtype=int)) <= 64 or len(shape) > 2:
        return None
    search = _Search(f, claim, shape, facts, name, seed)
    try:
        return within(Clock(SECONDS), search.run)
    except OutOfTime:
        return search.best


class _Search:
    """The best counterexample so far, and the calls that are left."""

    def __init__(self, f: Any, claim: Any, shape: tuple[int, ...], facts: frozenset[str], name: str,
                 seed: int) -> None:
        self.f, self.claim, self.shape = f, claim, shape
        self.symmetric = bool(facts & {"symmetric", "spd", "psd"})
        rows, cols = (*shape, 1, 1)[:2]
        self.x: Variable = variable(name, rows, cols, facts)
        self.rng = np.random.default_rng(seed)
        self.left = CALLS
        self.best: Counterexample | None = None
        self.price = np.inf

    def run(self) -> Counterexample | None:
        with np.errstate(all="ignore"):
            while self.left > 0:
                x = np.asarray(small_value(self.x, self.shape, self.rng), float)
                if float(np.sum(np.abs(x))) < self.price:
                    self._look(x)
                else:
                    self.left -= 1
        return self.best

    def _look(self, x: Any) -> None:
        claimed = self._call(self.claim, x)
        if claimed is None or claimed.shape != self.shape:
            self.left -= CALLS // 10
            return
        entries = [tuple(i) for i in np.argwhere(np.ones(self.shape))] or [()]
        for i in self.rng.permutation(len(entries))[:ENTRIES]:
            self._entry(x, claimed, entries[i])

    def _entry(self, x: Any, claimed: Any, entry: tuple[int, ...]) -> None:
        way = np.zeros(self.shape)
        way[entry] = 1.0
        if self.symmetric and len(entry) == 2:
            way[entry[::-1]] = 1.0
        slope, promised = self._slope(x, way), float(np.sum(claimed * way))
        if slope is None or abs(slope - promised) <= 1e-3 * max(abs(slope), abs(promised), 1e-3):
            return
        price = cost({"x": x}, (np.asarray(slope), np.asarray(promised)))
        if price < self.price:
            at = ", ".join(str(int(i)) for i in entry)
            what = f"the slope of f along {self.x.name}[{at}]" if entry else "the slope of f"
            self.price = price
            self.best = Counterexample({str(self.x.name): plain(x)}, plain(slope), plain(promised), what)

    def _slope(self, x: Any, way: Any) -> float | None:
        """The slope of f where both sides and two steps agree on it, rounded to what they agree on."""
        here = self._number(x)
        if here is None:
            return None
        found = []
        for h in (1e-3, 5e-4):
            ahead, behind = self._number(x + h * way), self._number(x - h * way)
            if ahead is None or behind is None:
                return None
            if abs(ahead + behind - 2 * here) > 0.02 * h * max(1.0, abs(ahead - behind) / h):
                return None
            found.append((ahead - behind) / (2 * h))
        slope = (4 * found[1] - found[0]) / 3
        if abs(found[1] - found[0]) > 1e-4 * max(abs(slope), 1e-3):
            return None
        return float(round(slope)) if abs(slope - round(slope)) < 1e-6 * max(1.0, abs(slope)) else float(f"{slope:.5g}")

    def _number(self, x: Any) -> float | None:
        value = self._call(self.f, x)
        return float(value.ravel()[0]) if value is not None and value.size == 1 else None

    def _call(self, function: Callable[[Any], Any], x: Any) -> Any:
        self.left -= 1
        try:
            value = np.array(function(np.array(x) if self.shape else float(x)), float)
        except (Exception, SystemExit):
            return None
        return value if np.all(np.isfinite(value)) else None
