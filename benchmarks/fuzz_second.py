"""Random Jacobians and Hessians against finite differences: python benchmarks/fuzz_second.py [--count 5000] [--depth 4]

A Jacobian (of a vector or matrix) times a direction is compared with the difference of a NumPy evaluation
of the function that shares no code with symnorm; a Hessian times a direction with that of the compiled gradient.
Where there is a Kronecker form it is compared too, what is printed is read back, and mixed second derivatives are
transposes of each other. Outcomes as in fuzzing.py.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, ".")
import symnorm as sn
from benchmarks.expressions import DECLARE, VARIABLES, Shape, Tree, sample
from benchmarks.fuzzing import MODERATE, SIZES, Fuzz, Outcome, direction_of, slopes
from symnorm.engine.tensor import Tensor
from symnorm.engine.tensor_matrix import vec_form

SHAPES: tuple[Shape, ...] = ((), (), ("n",), ("n",), ("m",), ("m", "n"), ("n", "n"))
POINTS, RESOLUTION, TOLERANCE, LARGE = 6, 1e-6, 2e-5, 1e6
ROUNDING = 1e-6
"""Of the value: in arcsin(tanh(17)) half of the digits of a derivative are gone."""


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
        mixed = () if shape else _mixed(f, tree, variables, wrt)
        sn.latex(result)
    except sn.SymnormError as refusal:
        return Outcome("refused", f"{type(refusal).__name__}: {str(refusal).splitlines()[0]}")
    matrix = vec_form(result) if isinstance(result, Tensor) else None
    stacked = None if matrix is None else sn.lambdify(matrix, args=order)
    return _compare(tree, wrt, base, forms, stacked, mixed, np.random.default_rng(seed))


def _mixed(f: Any, tree: Tree, variables: Mapping[str, Any], wrt: str) -> tuple[Any, ...]:
    """The second derivatives by wrt and another variable, in both orders; nothing where there is none."""
    other = next((name for name in sorted(tree.variables()) if name != wrt), None)
    if other is None:
        return ()
    x, y = variables[wrt], variables[other]
    return tuple(sn.lambdify(H, args=list(variables.values())) for H in (sn.hessian(f, x, y), sn.hessian(f, y, x)))


def _are_turned(one: Any, other: Any, rank: int, size: float) -> bool:
    """Are the second derivatives by x and y, and by y and x, the same numbers?"""
    turned = np.transpose(other, (*range(np.ndim(other) - rank, np.ndim(other)), *range(np.ndim(other) - rank)))
    scale = max(size, float(np.max(np.abs(one), initial=0)))
    return np.shape(one) == turned.shape and np.allclose(one, turned, rtol=0, atol=TOLERANCE * scale)


def _compare(tree: Tree, wrt: str, base: Any, forms: dict[str, Any], stacked: Any, mixed: tuple[Any, ...],
             rng: np.random.Generator) -> Outcome:
    resolved = 0
    for number in range(POINTS):
        env = sample(rng, SIZES[number % 2], scale=(1.0, 0.5)[number // 2 % 2])
        direction = direction_of(rng, wrt, env[wrt])

        def at(step: float, env: dict[str, Any] = env, direction: Any = direction) -> Any:
            moved = {**env, wrt: env[wrt] + step * direction}
            return tree.value(moved) if base is None else base(*(moved[name] for name in VARIABLES))

        try:
            if not tree.largest(env) <= MODERATE:
                continue
            want, error = slopes(at)
            args = [env[name] for name in VARIABLES]
            found = {name: np.asarray(function(*args)) for name, function in forms.items()}
            pair = [np.asarray(function(*args)) for function in mixed]
        except (sn.OutsideDomain, np.linalg.LinAlgError, FloatingPointError):
            continue
        size = max(float(np.max(np.abs(want), initial=0)), float(np.max(np.abs(np.asarray(at(0.0))), initial=0)), 1e-2)
        if not (np.all(np.isfinite(want)) and size < LARGE and error <= RESOLUTION * size):
            continue
        if not all(np.all(np.isfinite(array)) for array in (found["result"], *pair)):
            continue
        rank = np.ndim(direction)
        room = TOLERANCE * size + 10 * error + ROUNDING * float(np.max(np.abs(tree.value(env)), initial=0))
        for name, array in found.items():
            if array.shape != np.shape(want) + np.shape(direction):
                return Outcome("wrong", f"{name} has shape {array.shape}, want {np.shape(want) + np.shape(direction)}")
            got = np.tensordot(array, direction, rank) if rank else array * direction
            gap = float(np.max(np.abs(got - want), initial=0))
            if not gap <= room:
                return Outcome("wrong", f"{name} off by {gap:.2e} of {size:.2e} +- {error:.1e}")
        if stacked is not None:
            flat = np.asarray(stacked(*args)).reshape(-1, np.size(direction)) @ direction.ravel(order="F")
            if not np.allclose(flat, want.ravel(order="F"), rtol=0, atol=room):
                return Outcome("wrong", "the Kronecker form disagrees")
        if pair and not _are_turned(*pair, rank, size):
            return Outcome("wrong", "the mixed second derivatives are not transposes of each other")
        resolved += 1
        if resolved == 2:
            break
    return Outcome("right" if resolved else "unresolved")


FUZZ = Fuzz(judge, SHAPES, seconds=30)

if __name__ == "__main__":
    sys.exit(FUZZ.main(__doc__, count=5_000, depth=4))
