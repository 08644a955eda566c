"""The check of a derivation: every line against the directional derivative of f, at random points.

For a Jacobian every line is an array; for a Hessian it is compared with the directional derivative of the gradient, by
a symmetric variable in directions that need not be symmetric. In a line, d(X) is the derivative
of X along the direction of the point; f and every X are differenced (Richardson), so that nothing that the derivation
says of its differentials is taken on trust.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..derivation.lines import Line
from ..derivation.onward import ForwardNarrator
from ..derivation.step import Derivation
from ..engine.tensor import Tensor
from ..engine.tensor_numbers import Numbers
from ..errors import OutsideDomain, SymnormError
from ..language.node import Differential, Node, Variable, postorder
from .interpret import evaluate
from .ladder import EPS, noise_level
from .ladder import Line as DifferenceLine
from .pairing import paired
from .sampling import sample, sizes_for

TOLERANCE = 1e-8
FLAT = 1e-3
"""A derivative below this share of the function counts as zero."""
ATTEMPTS = 40
SIZE_SETS = 2
LADDERS, STEPS = (5, 9, 13), 9
"""Steps 2^-start, 2^-start-1, ..."""
BLUR = 3e-9
"""Points where the differences are known less well than this, relatively, are passed over."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found: the worst relative error of each line (the last one is the result), over all points."""

    passed: bool
    worst: float | None
    errors: tuple[float, ...]
    points: int
    seed: int
    failing: int | None = None
    line: str = ""
    problem: str = ""

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        if self.worst is None:
            return f"undecided: {self.problem}"
        where = f"at {self.points} points in {SIZE_SETS} sets of sizes (seed {self.seed})"
        if self.passed:
            return f"every line agrees with the directional derivative {where}, worst relative error {self.worst:.1e}"
        what = f"line {self.failing + 1}, {self.line}," if self.failing is not None and self.line else "the result"
        return f"{what} is wrong: relative error {self.worst:.1e} {where}"


def check(derivation: Derivation, points: int = 3, seed: int = 0, detail: str = "normal") -> Report:
    """Every line, and the result, at `points` random points in each of two sets of sizes."""
    lines = derivation.computed(detail)
    problem = Problem(derivation, lines, detail)
    rng = np.random.default_rng(seed)
    errors = np.zeros(len(lines) + 1)
    done = 0
    for choice in range(SIZE_SETS):
        for _ in range(points):
            found = problem.at_random_point(choice, rng)
            if found is not None:
                errors = np.maximum(errors, found)
                done += 1
    if not done:
        return Report(
            False, None, (), 0, seed, problem="no point was found where f has a value and its conditions hold"
        )
    return _report(errors, lines, done, seed)


def _report(errors: Any, lines: list[Line], done: int, seed: int) -> Report:
    bad = [i for i, e in enumerate(errors) if not e <= TOLERANCE]
    failing = bad[0] if bad else None
    text = str(lines[failing].right) if failing is not None and failing < len(lines) else ""
    worst = float(errors[failing] if failing is not None else errors.max())
    return Report(not bad, worst, tuple(float(e) for e in errors), done, seed, failing, text)


class Problem:
    """The nodes of a derivation without names, ready to be evaluated."""

    def __init__(self, derivation: Derivation, lines: list[Line], detail: str) -> None:
        self.derivation, self.lines = derivation, lines
        self.narrator = derivation.narration(detail)
        names = self.narrator.names
        self.symbols = {symbol: names.expand(meaning) for symbol, meaning in names.definitions.items()}
        self.moving = _differentials([line.right for line in lines])
        self.inside = [names.expand(d.args[0]) for d in self.moving]
        self.conditions = [(c.domain.name, names.expand(c.on)) for c in self.narrator.ctx.conditions.values()]
        self.copies = self.narrator.copies if isinstance(self.narrator, ForwardNarrator) else {}
        self.target: Node = derivation.function
        self.tensor = None
        if isinstance(self.narrator, ForwardNarrator) and self.narrator.note:
            self.target = names.expand(self.narrator.root)
            previous = getattr(self.narrator, "previous", None)
            self.tensor = previous if isinstance(previous, Tensor) else None
        result = derivation.derived
        self.result = result.nodes if isinstance(result, Tensor) else (result,)
        self.nodes: list[Node] = [
            derivation.function,
            self.target,
            *self.result,
            *self.symbols.values(),
            *self.inside,
        ]
        self.variables = {v for n in self.nodes for v in n.free if isinstance(v, Variable)} | {derivation.variable}
        self.variables -= set(self.copies.values())

    def at_random_point(self, choice: int, rng: np.random.Generator) -> Any:
        """The relative error of each line and of the result; None where no point is found."""
        sizes = sizes_for([*self.nodes, *self.variables], choice)
        for attempt in range(ATTEMPTS):
            values = _drawn(self.variables, sizes, rng, attempt)
            values |= {copy: values[x] for x, copy in self.copies.items()}
            try:
                if self._is_good(values, sizes):
                    return self._errors(values, sizes, rng)
            except (SymnormError, ArithmeticError):
                continue
        return None

    def _is_good(self, values: Mapping[Any, Any], sizes: Mapping[Any, int]) -> bool:
        """Is f finite here, and are its conditions met with room to spare?"""
        nodes = [self.derivation.function, *self.result, *(on for _, on in self.conditions)]
        found = evaluate(nodes, values, sizes)
        if not all(np.all(np.isfinite(v)) for v in found):
            return False
        return all(_holds(name, v) for (name, _), v in zip(self.conditions, found[1 + len(self.result) :], strict=True))

    def _errors(self, values: dict[Variable, Any], sizes: Mapping[Any, int], rng: np.random.Generator) -> Any:
        x = self.derivation.variable
        moving = self.copies.get(x, x)
        point = np.asarray(values[x], dtype=float)
        way = rng.standard_normal(point.shape)
        def along(t: float) -> Any:
            moved = dict(values)
            moved[moving] = point + t * way
            value = self._value(moved, sizes)
            return np.concatenate([np.ravel(value), *(np.ravel(v) for v in evaluate(self.inside, moved, sizes))])

        rates, bars = _rates(along)
        value = self._value(values, sizes)
        dF, given, at = rates[: value.size].reshape(value.shape), dict(values), value.size
        for node, inner in zip(self.moving, self.inside, strict=True):
            shape = np.shape(evaluate([inner], values, sizes)[0])
            count = int(np.prod(shape, dtype=int))
            given[node] = rates[at : at + count].reshape(shape)
            at += count
        for symbol, meaning in zip(self.symbols, evaluate(self.symbols.values(), values, sizes), strict=True):
            given[symbol] = meaning
        said = paired(self.derivation, way, values, sizes)
        steep = 0.1 * self._slope(values, sizes) * float(np.linalg.norm(way))
        scale = max(float(np.linalg.norm(dF)), steep, FLAT * float(np.linalg.norm(value)), 1e-300)
        if not np.isfinite(scale) or np.max(bars) > BLUR * scale:
            raise OutsideDomain("the differences are too coarse here")
        right = evaluate([line.right for line in self.lines], given, sizes)
        gaps = [_gap(r, dF, "C" if line.left is None else "F") for r, line in zip(right, self.lines, strict=True)]
        return np.array([*gaps, _gap(said, dF, "C")]) / scale

    def _value(self, values: Mapping[Any, Any], sizes: Mapping[Any, int]) -> Any:
        """What is differentiated: the function, its gradient, or the derivative before."""
        if self.tensor is not None:
            return Numbers.of(self.tensor, evaluate(self.tensor.nodes, values, sizes)).dense()
        return np.asarray(evaluate([self.target], values, sizes)[0])

    def _slope(self, values: Mapping[Any, Any], sizes: Mapping[Any, int]) -> float:
        """The size of the derivative: below a share of it, a difference is rounding."""
        result = self.derivation.derived
        if isinstance(result, Tensor):
            return 0.0
        return float(np.linalg.norm(evaluate([result], values, sizes)[0]))


def _gap(right: Any, dF: Any, order: str) -> float:
    """How far a line is from dF, or from vec(dF)."""
    return float(np.linalg.norm(np.ravel(right) - np.ravel(dF, order=order)))  # type: ignore[call-overload]


def _rates(along: Callable[[float], Any]) -> tuple[Any, Any]:
    """Derivatives at 0 and their bars, from short steps alone: far away, functions saturate and look converged."""
    base = along(0.0)
    noise = np.maximum(4 * EPS * np.abs(base), noise_level(along, base, 2.0**-24))
    line = DifferenceLine(along, base, noise)
    best = None
    for start in LADDERS:
        found = line.estimate(range(start, start + STEPS))
        best = found if best is None or found is None else best.better(found)
    if best is None:
        raise OutsideDomain("f has no finite values around this point")
    return best.value, best.error


def _differentials(nodes: list[Node]) -> list[Differential]:
    return [n for n in postorder(nodes) if isinstance(n, Differential)]


def _drawn(
    variables: set[Variable], sizes: Mapping[Any, int], rng: np.random.Generator, attempt: int
) -> dict[Variable, Any]:
    """Values by the declarations; after ten misses smaller, then positive, then in the unit interval."""
    values = sample(variables, sizes, rng)
    plain = {v: x for v, x in values.items() if not v.properties}
    for v, x in plain.items() if attempt >= 10 else ():
        size = np.abs(x)
        values[v] = x / 2 if attempt < 20 else size if attempt < 30 else 0.1 + 0.8 * size / (1 + size)
    return values


def _holds(name: str, value: Any) -> bool:
    """Does the condition hold, away from its border?"""
    array = np.abs(np.atleast_1d(np.asarray(value, dtype=float)))
    match name:
        case "no zero entry" | "cosine nonzero":
            return bool(array.min() > 0.02)
        case "nonzero":
            return bool(array.max() > 0.05)
        case "positive":
            return bool(np.min(value) > 0.02)
        case "within one":
            return bool(array.max() < 0.97)
        case "unique largest" | "unique largest magnitude":
            ordered = np.sort(np.ravel(array if "magnitude" in name else np.asarray(value, dtype=float)))
            return len(ordered) < 2 or bool(ordered[-1] - ordered[-2] > 0.02)
        case "invertible" | "full rank":
            return array.ndim < 2 or bool(np.linalg.svd(np.asarray(value), compute_uv=False)[-1] > 0.02)
        case "simple largest singular value":
            s = np.linalg.svd(np.asarray(value), compute_uv=False)
            return len(s) < 2 or bool(s[0] - s[1] > 0.02)
        case "no zero row":
            return bool(np.linalg.norm(np.atleast_2d(value), axis=-1).min() > 0.02)
        case "no entry at the threshold":
            return bool(np.abs(array - 1).min() > 0.02)
    return True
