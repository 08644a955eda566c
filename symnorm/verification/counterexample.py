"""The smallest counterexample: small integers at the smallest sizes where a claim and the derivative differ.

Numbers that a person can check by hand. The derivative is compared with differences of f there, so that no kink of f is
taken for an error of the claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnorm.engine.sweep import sweep
from symnorm.engine.tensor import Tensor
from symnorm.errors import SymnormError
from symnorm.language.node import Node, Variable, postorder
from symnorm.numeric.interpret import evaluate
from symnorm.numeric.sampling import lengths, sizes_for
from symnorm.simplify.present import present
from symnorm.verification.stacking import stacked

DRAWS = 40
SIZES = ((1, 1, 1, 1), (2, 2, 2, 2), (2, 1, 2, 1), (1, 2, 1, 2), (3, 2, 3, 2))
_ENTRIES = np.array([0, 1, 1, 1, 2, 2, -1, -1, 3, -2])


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Values of the variables, the derivative there, and what is claimed."""

    values: dict[str, Any]
    expected: Any
    claimed: Any
    what: str = "the derivative"

    def lines(self) -> list[str]:
        """In words.

        >>> Counterexample({"x": [1, 2]}, [2, 4], [1, 2]).lines()
        ['counterexample: x = [1, 2]: the derivative is [2, 4], claimed is [1, 2]']
        """
        where = ", ".join(f"{name} = {written(value)}" for name, value in sorted(self.values.items()))
        return [
            f"counterexample: {where}: {self.what} is {written(self.expected)}, claimed is {written(self.claimed)}"
        ]


def counterexample(
    f: Node, claim: Node, wrt: Variable, seed: int = 0, truth: Node | Tensor | None = None
) -> Counterexample | None:
    """The simplest values found at which the claim and the derivative differ, or None; the gradient where no other
    derivative is given."""
    gradient = truth is None
    try:
        truth = present(sweep(f, [wrt]).gradients[wrt]) if truth is None else truth
    except SymnormError:
        return None
    below = [truth] if isinstance(truth, Node) else list(truth.nodes)
    variables = sorted(f.free | claim.free | {wrt} | {v for n in below for v in n.free}, key=lambda v: v.name)
    rng = np.random.default_rng(seed)
    for sizes in _sizes([f, claim, *below, *variables]):
        best: tuple[float, Counterexample] | None = None
        for values in _draws(variables, sizes, rng):
            found = _differs(claim, truth, values, sizes)
            if found is not None and (not gradient or _confirmed(f, truth, wrt, values, sizes)):
                price = cost(values, found)
                if best is None or price < best[0]:
                    shown = {v.name: plain(values[v]) for v in variables}
                    best = (price, Counterexample(shown, plain(found[0]), plain(found[1])))
        if best is not None:
            return best[1]
    return None


def _sizes(nodes: list[Node]) -> Iterator[dict[Any, int]]:
    symbols = sorted(sizes_for(nodes), key=str)
    shapes = {s for n in postorder(nodes) for s in (n.rows, n.cols)}
    for row in SIZES if symbols else SIZES[:1]:
        sizes = {s: row[i % len(row)] for i, s in enumerate(symbols)}
        if all(int(size.xreplace(sizes)) > 0 for size in shapes):
            yield sizes


def _draws(variables: list[Any], sizes: Mapping[Any, int], rng: np.random.Generator) -> Iterator[dict[Any, Any]]:
    for _ in range(DRAWS):
        yield {v: small_value(v, lengths(v, sizes), rng) for v in variables}


def small_value(v: Variable, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """Small whole numbers of the declared kind."""
    facts = v.facts | v.properties
    value = rng.choice(_ENTRIES, shape).astype(float)
    if "unit-interval" in facts or "sums-to-one" in facts:
        value = (
            np.full(shape, 1.0 / max(1, int(np.prod(shape))))
            if "sums-to-one" in facts
            else rng.choice([0.25, 0.5, 0.75], shape)
        )
    elif facts & {"positive", "nonneg"}:
        value = np.abs(value) + (value == 0)
    if len(shape) == 2 and shape[0] == shape[1]:
        value = _square(facts, np.asarray(value), rng)
    return float(value) if not shape else np.asarray(value)


def _square(facts: frozenset[str], value: Any, rng: np.random.Generator) -> Any:
    n = len(value)
    if "orthogonal" in facts:
        return np.eye(n)[rng.permutation(n)] * rng.choice([-1.0, 1.0], n)
    if "diagonal" in facts:
        return np.diag(np.abs(np.diag(value)) + 1 if facts & {"psd", "spd"} else np.diag(value))
    if facts & {"psd", "spd"}:
        lower = np.tril(value, -1) + np.eye(n)
        return lower @ lower.T
    if "symmetric" in facts:
        return np.tril(value) + np.tril(value, -1).T
    if facts & {"lower", "upper"}:
        return np.tril(value) if "lower" in facts else np.triu(value)
    return value


def _differs(
    claim: Node, truth: Node | Tensor, values: dict[Any, Any], sizes: Mapping[Any, int]
) -> tuple[Any, Any] | None:
    """Derivative and claim at these values, where both are finite and differ."""
    try:
        claimed = np.asarray(evaluate([claim], values, sizes)[0], float)
        expected = _value_of(truth, values, sizes)
    except (SymnormError, ArithmeticError, ValueError):
        return None
    if not (np.all(np.isfinite(expected)) and np.all(np.isfinite(claimed))):
        return None
    scale = max(float(np.max(np.abs(expected), initial=0.0)), float(np.max(np.abs(claimed), initial=0.0)), 1e-300)
    if expected.shape == claimed.shape and float(np.max(np.abs(expected - claimed), initial=0.0)) <= 1e-6 * scale:
        return None
    return expected, claimed


def _value_of(truth: Node | Tensor, values: dict[Any, Any], sizes: Mapping[Any, int]) -> Any:
    if isinstance(truth, Tensor):
        return stacked(truth, np.asarray(truth.dense(values, sizes=sizes), float))
    return np.asarray(evaluate([truth], values, sizes)[0], float)


def _confirmed(f: Node, truth: Any, wrt: Variable, values: dict[Any, Any], sizes: Mapping[Any, int]) -> bool:
    """Do the slopes of f to both sides agree with the gradient?"""
    x = np.asarray(values[wrt], float)
    h = 1e-6
    try:
        gradient = np.asarray(evaluate([truth], values, sizes)[0], float)
        for way in (np.cos(1.0 + np.arange(x.size)), np.sin(2.0 + np.arange(x.size))):
            step = way.reshape(x.shape)
            if "symmetric" in wrt.facts:
                step = step + step.T
            here, ahead, behind = (
                float(evaluate([f], {**values, wrt: (x + t * step) if x.ndim else float(x + t * step)}, sizes)[0])
                for t in (0.0, h, -h)
            )
            slope = float(np.sum(gradient * step))
            room = 1e-3 * (1 + abs(slope))
            if not (abs((ahead - here) / h - slope) < room and abs((here - behind) / h - slope) < room):
                return False
    except (SymnormError, ArithmeticError, ValueError):
        return False
    return True


def cost(values: Mapping[Any, Any], found: tuple[Any, Any]) -> float:
    """How hard it is to check by hand: whole numbers in the answer come first, small ones in the question next."""
    odd = sum(float(np.sum(np.abs(a - np.round(a)) > 1e-9)) for a in found)
    size = sum(float(np.sum(np.abs(v)) + np.sum(np.abs(v) > 1)) for v in values.values())
    return 100 * odd + size


def plain(value: Any) -> Any:
    array = np.asarray(value, float)
    if array.ndim:
        return [plain(v) for v in array]
    number = float(array)
    return round(number) if abs(number - round(number)) < 1e-12 * max(1.0, abs(number)) else float(f"{number:.6g}")


def written(value: Any) -> str:
    return "[" + ", ".join(map(written, value)) + "]" if isinstance(value, list) else str(value)
