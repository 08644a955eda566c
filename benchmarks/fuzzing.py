"""Shared by the benchmarks with random expressions: outcomes, differences with an error estimate, the loop over seeds.

Outcomes: right; wrong; refused (an error of symnorm's own tree); crashed (any other exception); timeout; unresolved (no
point where the difference converges).
"""

from __future__ import annotations

import argparse
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.expressions import SYMMETRIC, Shape, Tree, draw

SIZES = ({"m": 3, "n": 2}, {"m": 2, "n": 4})
MODERATE = 1e6
"""Points where anything on the way is larger are passed over."""
FAILURES = ("wrong", "crashed", "timeout")
Judge = Callable[[Tree, str, Shape, int], "Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one expression ended."""

    kind: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Fuzz:
    """One benchmark: what is drawn, how it is judged, and the seconds that one expression may take."""

    judge: Judge
    shapes: Sequence[Shape]
    seconds: int

    def run_one(self, seed: int, depth: int) -> tuple[Tree, str, Outcome]:
        """The expression of one seed, the variable, and how it ended."""
        rng = random.Random(seed)
        shape = self.shapes[0] if len(self.shapes) == 1 else rng.choice(self.shapes)
        tree = draw(rng.choice, shape, depth)
        while not tree.variables() or isinstance(tree.head, str):
            tree = draw(rng.choice, shape, depth)
        wrt = rng.choice(sorted(tree.variables()))
        signal.signal(signal.SIGALRM, _alarm)
        signal.alarm(self.seconds)
        try:
            with np.errstate(all="ignore"):
                outcome = self.judge(tree, wrt, shape, seed)
        except TimedOut:
            outcome = Outcome("timeout", f"over {self.seconds} s")
        except Exception as problem:
            outcome = Outcome("crashed", f"{type(problem).__name__}: {problem}"[:300])
        finally:
            signal.alarm(0)
        return tree, wrt, outcome

    def main(self, description: str | None, count: int, depth: int) -> int:
        """The loop over seeds; 1 when anything is wrong, crashed or timed out."""
        parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--count", type=int, default=count)
        parser.add_argument("--seed", type=int, default=0, help="the first of `count` consecutive seeds")
        parser.add_argument("--depth", type=int, default=depth)
        parser.add_argument("--refused", action="store_true", help="print the refused expressions too")
        options = parser.parse_args()
        counts: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        start = time.perf_counter()
        shown = (*FAILURES, "refused") if options.refused else FAILURES
        for seed in range(options.seed, options.seed + options.count):
            tree, wrt, outcome = self.run_one(seed, options.depth)
            counts[outcome.kind] += 1
            if outcome.kind == "refused":
                reasons[outcome.why.split("  ")[0][:100]] += 1
            if outcome.kind in shown:
                print(f"{outcome.kind} seed {seed} d/d{wrt}: {tree.text()}\n    {outcome.why}", flush=True)
        print(f"seeds {options.seed} to {options.seed + options.count - 1}, depth {options.depth}: "
              + ", ".join(f"{number} {kind}" for kind, number in counts.most_common())
              + f"; {time.perf_counter() - start:.0f} s")
        for reason, number in reasons.most_common(12):
            print(f"  {number:5} refused: {reason}")
        return int(any(counts[kind] for kind in FAILURES))


class TimedOut(Exception):
    """The clock ran out."""


def _alarm(*_: object) -> None:
    raise TimedOut


def direction_of(rng: np.random.Generator, wrt: str, value: Any) -> Any:
    """A random direction of length at most one, within the symmetric matrices for a symmetric variable."""
    step = rng.standard_normal(np.shape(value))
    if wrt in SYMMETRIC:
        step = (step + step.T) / 2
    return step / max(1.0, float(np.linalg.norm(step)))


def slopes(at: Callable[[float], Any]) -> tuple[Any, float]:
    """The derivative at 0 and an estimate of its error: central differences, extrapolated twice.

    Raises    FloatingPointError where something overflows on the way: log(exp(1000)) is no reference.
    """
    with np.errstate(all="ignore", over="raise"):
        first = [(np.asarray(at(h)) - np.asarray(at(-h))) / (2 * h) for h in (4e-3, 2e-3, 1e-3, 5e-4)]
    second = [(4 * b - a) / 3 for a, b in pairwise(first)]
    third = [(16 * b - a) / 15 for a, b in pairwise(second)]
    return third[-1], float(np.max(np.abs(third[-1] - third[0]) + np.abs(third[-1] - second[-1]), initial=0))
