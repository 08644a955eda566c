"""Random expressions against finite differences: python benchmarks/fuzz.py [--count 10000] [--seed 0] [--depth 5]

Each expression is read from text, differentiated with respect to a random variable, compiled, and compared at random
points with a Richardson-extrapolated central difference of a NumPy evaluation that shares no code with symnorm. Wrong:
a value, a gradient, or the printed gradient read back, disagrees. Exit code 0 when nothing is wrong, crashed or timed
out; the outcomes are those of fuzzing.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, ".")
import symnorm as sn
from benchmarks.expressions import DECLARE, VARIABLES, Shape, Tree, sample
from benchmarks.fuzzing import MODERATE, SIZES, Fuzz, Outcome, direction_of, slopes

POINTS, RESOLUTION, TOLERANCE, LARGE = 8, 1e-6, 1e-5, 1e8


def judge(tree: Tree, wrt: str, shape: Shape, seed: int) -> Outcome:
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
        direction = direction_of(rng, wrt, env[wrt])
        slope, error = _difference(tree, wrt, env, direction)
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
    rng = np.random.default_rng(0)
    nearby = {name: value * (1 + 1e-13 * rng.standard_normal(np.shape(value))) + 1e-14 for name, value in env.items()}
    try:
        near = bool(np.isclose(tree.value(env), tree.value(nearby), rtol=1e-9, atol=1e-9))
        return near and tree.largest(env) <= MODERATE
    except np.linalg.LinAlgError:
        return False


def _difference(tree: Tree, wrt: str, env: Mapping[str, Any], direction: Any) -> tuple[float, float]:
    """The slope along a direction and an estimate of its error."""
    try:
        slope, error = slopes(lambda step: tree.value({**env, wrt: env[wrt] + step * direction}))
    except (np.linalg.LinAlgError, FloatingPointError):
        return float("nan"), float("inf")
    return float(slope), error


FUZZ = Fuzz(judge, ((),), seconds=20)

if __name__ == "__main__":
    sys.exit(FUZZ.main(__doc__, count=10_000, depth=5))
