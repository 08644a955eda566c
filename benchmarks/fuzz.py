"""Random expressions against finite differences: python benchmarks/fuzz.py [--count 10000] [--seed 0] [--depth 5]

Each expression is read from text, differentiated with respect to a random variable, compiled, and compared at random
points with a Richardson-extrapolated central difference of a NumPy evaluation that shares no code with symnorm.
Outcomes: right; wrong (a value, a gradient, or the printed gradient read back, disagrees); refused (an error of
symnorm's own tree); crashed (any other exception); timeout; unresolved (no point where the difference converges).
Exit code 0 when nothing is wrong, crashed or timed out.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

import symnorm as sn

if __name__ == "__main__":
    sys.path.insert(0, ".")
from benchmarks.expressions import DECLARE, SYMMETRIC, VARIABLES, Tree, draw, sample

SIZES = ({"m": 3, "n": 2}, {"m": 2, "n": 4})
POINTS, RESOLUTION, TOLERANCE, LARGE = 8, 1e-6, 1e-5, 1e8


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one expression ended."""

    kind: str
    why: str = ""


class TimedOut(Exception):
    """The clock ran out."""


def judge(tree: Tree, wrt: str, seed: int) -> Outcome:
    """Derive one expression, and compare value, gradient and printed gradient with numbers."""
    try:
        f = sn.parse(tree.text(), declare=DECLARE)
        variables = {v.name: v for v in sn.variables(DECLARE)}
        gradient = sn.gradient(f, variables[wrt])
        forms = {"gradient": gradient, "printed": sn.parse(sn.to_text(gradient), declare=DECLARE)}
        compiled = {name: sn.lambdify(form, args=list(variables.values())) for name, form in forms.items()}
        value = sn.lambdify(f, args=list(variables.values()))
    except sn.SymnormError as refusal:
        return Outcome("refused", f"{type(refusal).__name__}: {str(refusal).splitlines()[0]}")
    return _compare(tree, wrt, value, compiled, np.random.default_rng(seed))


def _compare(tree: Tree, wrt: str, value: Callable[..., Any], compiled: Mapping[str, Callable[..., Any]],
             rng: np.random.Generator) -> Outcome:
    resolved = 0
    for number in range(POINTS):
        env = sample(rng, SIZES[number % 2], scale=(1.0, 0.5)[number // 2 % 2])
        direction = _direction(rng, wrt, env)
        slope, error = difference(tree, wrt, env, direction)
        want = tree.value(env) if np.isfinite(slope) and _is_stable(tree, env) else np.nan
        if not (np.isfinite(slope) and abs(want) < LARGE and error <= RESOLUTION * max(abs(slope), abs(want), 1e-3)):
            continue
        args = [env[name] for name in VARIABLES]
        try:
            given, found = value(*args), {name: function(*args) for name, function in compiled.items()}
        except (sn.OutsideDomain, np.linalg.LinAlgError):
            continue
        if not np.isclose(given, want, rtol=1e-8, atol=1e-8):
            return Outcome("wrong", f"value {given!r}, reference {want!r}")
        if not np.all(np.isfinite(found["gradient"])):
            continue
        for name, gradient in found.items():
            if np.shape(gradient) != np.shape(env[wrt]):
                return Outcome("wrong", f"{name} has shape {np.shape(gradient)}")
            got = float(np.sum(gradient * direction))
            if not abs(got - slope) <= TOLERANCE * max(abs(slope), abs(want), 1e-3) + 10 * error:
                return Outcome("wrong", f"{name} {got!r}, difference {slope!r} +- {error:.1e}")
        resolved += 1
        if resolved == 3:
            break
    return Outcome("right" if resolved else "unresolved")


def _is_stable(tree: Tree, env: Mapping[str, Any]) -> bool:
    """Does rounding of the arguments leave the value alone? log det of a singular product, for one, is noise."""
    nearby = {name: value * (1 + 1e-13) + 1e-14 for name, value in env.items()}
    try:
        return bool(np.isclose(tree.value(env), tree.value(nearby), rtol=1e-9, atol=1e-9))
    except np.linalg.LinAlgError:
        return False


def _direction(rng: np.random.Generator, wrt: str, env: Mapping[str, Any]) -> Any:
    step = rng.standard_normal(np.shape(env[wrt]))
    if wrt in SYMMETRIC:
        step = (step + step.T) / 2
    return step / max(1.0, float(np.linalg.norm(step)))


def difference(tree: Tree, wrt: str, env: Mapping[str, Any], direction: Any) -> tuple[float, float]:
    """The slope along a direction and an estimate of its error: central differences, extrapolated twice."""
    def at(step: float) -> Any:
        return tree.value({**env, wrt: env[wrt] + step * direction})

    with np.errstate(all="ignore"):
        try:
            first = [(at(h) - at(-h)) / (2 * h) for h in (4e-3, 2e-3, 1e-3, 5e-4)]
        except np.linalg.LinAlgError:
            return float("nan"), float("inf")
    second = [(4 * b - a) / 3 for a, b in pairwise(first)]
    third = [(16 * b - a) / 15 for a, b in pairwise(second)]
    return float(third[-1]), float(abs(third[-1] - third[0]) + abs(third[-1] - second[-1]))


def run_one(seed: int, depth: int, seconds: int = 20) -> tuple[Tree, str, Outcome]:
    """The expression of one seed, the variable, and how it ended."""
    rng = random.Random(seed)
    tree = draw(rng.choice, (), depth)
    while not tree.variables():
        tree = draw(rng.choice, (), depth)
    wrt = rng.choice(sorted(tree.variables()))
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(seconds)
    try:
        with np.errstate(all="ignore"):
            outcome = judge(tree, wrt, seed)
    except TimedOut:
        outcome = Outcome("timeout", f"over {seconds} s")
    except Exception as problem:
        outcome = Outcome("crashed", f"{type(problem).__name__}: {problem}"[:200])
    finally:
        signal.alarm(0)
    return tree, wrt, outcome


def _alarm(*_: object) -> None:
    raise TimedOut


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="the first of `count` consecutive seeds")
    parser.add_argument("--depth", type=int, default=5)
    parser.add_argument("--refused", action="store_true", help="print the refused expressions too")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    start = time.perf_counter()
    for seed in range(options.seed, options.seed + options.count):
        tree, wrt, outcome = run_one(seed, options.depth)
        counts[outcome.kind] += 1
        if outcome.kind == "refused":
            reasons[outcome.why.split("  ")[0][:100]] += 1
        if outcome.kind in ("wrong", "crashed", "timeout") or (options.refused and outcome.kind == "refused"):
            print(f"{outcome.kind} seed {seed} d/d{wrt}: {tree.text()}\n    {outcome.why}", flush=True)
    print(f"seeds {options.seed} to {options.seed + options.count - 1}, depth {options.depth}: "
          + ", ".join(f"{number} {kind}" for kind, number in counts.most_common())
          + f"; {time.perf_counter() - start:.0f} s")
    for reason, number in reasons.most_common(12):
        print(f"  {number:5} refused: {reason}")
    return 1 if counts["wrong"] + counts["crashed"] + counts["timeout"] else 0


if __name__ == "__main__":
    sys.exit(main())
