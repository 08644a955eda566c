"""Random Jacobians and Hessians against finite differences: python benchmarks/fuzz_second.py [--count 5000] [--depth 4]

A Jacobian (of a vector or matrix) times a direction is compared with the difference of a NumPy evaluation
of the function that shares no code with symnorm; a Hessian times a direction with that of the compiled gradient.
Where there is a Kronecker form it is compared too, and what is printed is read back. Outcomes as in fuzz.py.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

import symnorm as sn
from symnorm.engine.tensor import Tensor
from symnorm.engine.tensor_matrix import vec_form

if __name__ == "__main__":
    sys.path.insert(0, ".")
from benchmarks.expressions import DECLARE, SYMMETRIC, VARIABLES, Shape, Tree, draw, sample
from benchmarks.fuzz import SIZES, Outcome, TimedOut, _alarm

SHAPES: tuple[Shape, ...] = ((), (), ("n",), ("n",), ("m",), ("m", "n"), ("n", "n"))
POINTS, RESOLUTION, TOLERANCE, LARGE = 6, 1e-6, 2e-5, 1e6


def slopes(at: Callable[[float], Any]) -> tuple[Any, float]:
    """The derivative of an array at 0 and an estimate of its error: central differences, extrapolated twice."""
    with np.errstate(all="ignore"):
        first = [(np.asarray(at(h)) - np.asarray(at(-h))) / (2 * h) for h in (4e-3, 2e-3, 1e-3, 5e-4)]
    second = [(4 * b - a) / 3 for a, b in pairwise(first)]
    third = [(16 * b - a) / 15 for a, b in pairwise(second)]
    return third[-1], float(np.max(np.abs(third[-1] - third[0]) + np.abs(third[-1] - second[-1]), initial=0))


def judge(tree: Tree, wrt: str, shape: Shape, seed: int) -> Outcome:
    """Derive one expression a first (arrays) or a second (scalars) time, and compare."""
    variables = {v.name: v for v in sn.variables(DECLARE)}
    x, order = variables[wrt], list(variables.values())
    try:
        f = sn.parse(tree.text(), declare=DECLARE)
        if shape:
            result, base = sn.jacobian(f, x), None
        else:
            result, base = sn.hessian(f, x), sn.lambdify(sn.gradient(f, x), args=order)
        forms = {"result": sn.lambdify(result, args=order)}
        if not isinstance(result, Tensor):
            forms["printed"] = sn.lambdify(sn.parse(sn.to_text(result), declare=DECLARE), args=order)
        sn.latex(result)
    except sn.SymnormError as refusal:
        return Outcome("refused", f"{type(refusal).__name__}: {str(refusal).splitlines()[0]}")
    matrix = vec_form(result) if isinstance(result, Tensor) else None
    stacked = None if matrix is None else sn.lambdify(matrix, args=order)
    return _compare(tree, wrt, shape, base, forms, stacked, np.random.default_rng(seed))


def _compare(tree: Tree, wrt: str, shape: Shape, base: Any, forms: dict[str, Any], stacked: Any,
             rng: np.random.Generator) -> Outcome:
    resolved = 0
    for number in range(POINTS):
        env = sample(rng, SIZES[number % 2], scale=(1.0, 0.5)[number // 2 % 2])
        direction = rng.standard_normal(np.shape(env[wrt]))
        direction = (direction + direction.T) / 2 if wrt in SYMMETRIC else direction
        direction = direction / max(1.0, float(np.linalg.norm(direction)))

        def at(step: float, env: dict[str, Any] = env, direction: Any = direction) -> Any:
            moved = {**env, wrt: env[wrt] + step * direction}
            return tree.value(moved) if base is None else base(*(moved[name] for name in VARIABLES))

        try:
            want, error = slopes(at)
            args = [env[name] for name in VARIABLES]
            found = {name: np.asarray(function(*args)) for name, function in forms.items()}
        except (sn.OutsideDomain, np.linalg.LinAlgError):
            continue
        size = max(float(np.max(np.abs(want), initial=0)), float(np.max(np.abs(np.asarray(at(0.0))), initial=0)), 1e-3)
        if not (np.all(np.isfinite(want)) and size < LARGE and error <= RESOLUTION * size):
            continue
        if not np.all(np.isfinite(found["result"])):
            continue
        rank = np.ndim(direction)
        for name, array in found.items():
            if array.shape != np.shape(want) + np.shape(direction):
                return Outcome("wrong", f"{name} has shape {array.shape}, want {np.shape(want) + np.shape(direction)}")
            got = np.tensordot(array, direction, rank) if rank else array * direction
            gap = float(np.max(np.abs(got - want), initial=0))
            if not gap <= TOLERANCE * size + 10 * error:
                return Outcome("wrong", f"{name} off by {gap:.2e} of {size:.2e} +- {error:.1e}")
        if stacked is not None:
            flat = np.asarray(stacked(*args)).reshape(-1, np.size(direction)) @ direction.ravel(order="F")
            if not np.allclose(flat, want.ravel(order="F"), rtol=0, atol=TOLERANCE * size + 10 * error):
                return Outcome("wrong", "the Kronecker form disagrees")
        resolved += 1
        if resolved == 2:
            break
    return Outcome("right" if resolved else "unresolved")


def run_one(seed: int, depth: int, seconds: int = 30) -> tuple[Tree, str, Outcome]:
    """The expression of one seed, the variable, and how it ended."""
    rng = random.Random(seed)
    shape = rng.choice(SHAPES)
    tree = draw(rng.choice, shape, depth)
    while not tree.variables() or isinstance(tree.head, str):
        tree = draw(rng.choice, shape, depth)
    wrt = rng.choice(sorted(tree.variables()))
    signal.alarm(seconds)
    try:
        with np.errstate(all="ignore"):
            outcome = judge(tree, wrt, shape, seed)
    except TimedOut:
        outcome = Outcome("timeout", f"over {seconds} s")
    except Exception as problem:
        outcome = Outcome("crashed", f"{type(problem).__name__}: {problem}"[:300])
    finally:
        signal.alarm(0)
    return tree, wrt, outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0, help="the first of `count` consecutive seeds")
    parser.add_argument("--depth", type=int, default=4)
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _alarm)
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    start = time.perf_counter()
    for seed in range(options.seed, options.seed + options.count):
        tree, wrt, outcome = run_one(seed, options.depth)
        counts[outcome.kind] += 1
        if outcome.kind == "refused":
            reasons[outcome.why[:100]] += 1
        if outcome.kind in ("wrong", "crashed", "timeout"):
            print(f"{outcome.kind} seed {seed} d/d{wrt}: {tree.text()}\n    {outcome.why}", flush=True)
    print(f"seeds {options.seed} to {options.seed + options.count - 1}, depth {options.depth}: "
          + ", ".join(f"{number} {kind}" for kind, number in counts.most_common())
          + f"; {time.perf_counter() - start:.0f} s")
    for reason, number in reasons.most_common(12):
        print(f"  {number:5} refused: {reason}")
    return 1 if counts["wrong"] + counts["crashed"] + counts["timeout"] else 0


if __name__ == "__main__":
    sys.exit(main())
