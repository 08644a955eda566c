"""What stands in a claim beside the derivative: an expression of f that was added, or multiplied with.

extra     claim - derivative is a plain number times one expression that occurs in f or in the derivative
factor    claim = s * derivative, entry by entry or as a matrix product, for one such expression s or its powers
constant  claim = s^k * derivative, for a scalar s of f that does not depend on the variable
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import SymnormError
from ..language.build import det, matmul
from ..language.node import Constant, LogDet, MatMul, Node, Variable, postorder
from ..numeric.interpret import evaluate
from ..rendering.text import to_text
from .samples import Sample, Slip, close
from .scales import Scales, is_plain, written

MAX_EXPRESSIONS = 60
POWERS = (1.0, -1.0, 2.0, -2.0, 0.5, -0.5)
Values = Sequence[Any]


def by_constant(
    f: Node, wrt: Variable, truth: Node, samples: Sequence[Sample], tolerance: float, scales: Scales
) -> Slip | None:
    """The claim is the derivative times or over a scalar of f that does not depend on the variable, and has no other
    name."""
    ratios = [common([s.claimed], [np.asarray(s.gradient)], tolerance) if np.any(s.gradient) else None
              for s in samples]
    known = [r for r in ratios if r]
    if len(known) < len(samples) or all(scales.meaning(r) in ("sign", "factor", "mean-sum") for r in known):
        return None
    fixed = [n for n in _expressions(f, truth) if n.is_scalar and wrt not in n.free]
    for node, values in table(fixed, samples).items():
        for power in POWERS:
            with np.errstate(all="ignore"):
                scaled = [float(v) ** power for v in values]
            if all(abs(r - v) <= 1e-8 * abs(r) for r, v in zip(known, scaled, strict=True)):
                said = to_text(node) + ("" if power == 1 else f"^{written(power)}")
                return Slip("chain-factor", f"the claim is the derivative times {said}", node)
    return None


def by_expression(
    f: Node, truth: Node, samples: Sequence[Sample], tolerance: float, scales: Scales
) -> Slip | None:
    """An expression of f or of the derivative that was added, or multiplied with, at most with a number that f has."""
    nodes = _expressions(f, truth)
    known = table(nodes, samples)
    found = _extra(known, truth, samples, tolerance) or _factor(known, samples, tolerance)
    if found is None or found.ratio is None:
        return found
    told = is_plain(abs(found.ratio)) or scales.is_constant(abs(found.ratio))
    return replace(found, ratio=None) if told else None


def _expressions(f: Node, truth: Node) -> list[Node]:
    nodes = [n for n in postorder([f, truth]) if n.free and not isinstance(n, Constant)]
    nodes += [p for n in nodes if isinstance(n, MatMul) for p in _parts(n)]
    nodes += [det(n.args[0]) for n in nodes if isinstance(n, LogDet)]
    nodes = list(dict.fromkeys(nodes))
    return nodes[-MAX_EXPRESSIONS:] if len(nodes) > MAX_EXPRESSIONS else nodes


def _parts(node: MatMul) -> Iterator[Node]:
    """The products of neighbouring factors."""
    k = len(node.args)
    yield from (matmul(*node.args[i:j]) for i in range(k) for j in range(i + 2, k + 1) if j - i < k)


def table(nodes: Sequence[Node], samples: Sequence[Sample]) -> dict[Node, list[Any]]:
    """The values of the expressions at all samples; those without a value everywhere are left out."""
    found: dict[Node, list[Any]] = {}
    for node in nodes:
        try:
            values = [np.asarray(evaluate([node], s.values, s.sizes)[0], float) for s in samples]
        except SymnormError:
            continue
        if all(np.all(np.isfinite(v)) and np.any(v) for v in values):
            found[node] = values
    return found


def _extra(
    known: dict[Node, list[Any]], truth: Node, samples: Sequence[Sample], tolerance: float
) -> Slip | None:
    rests = [np.asarray(s.claimed - s.gradient) for s in samples]
    for node, values in known.items():
        if (node.rows, node.cols) != (truth.rows, truth.cols):
            continue
        weight = common(rests, values, tolerance)
        if weight is not None:
            return Slip("extra-term", f"the claim is the derivative + {written(weight)}*{to_text(node)}", node,
                        ratio=weight)
    return None


def common(a: Values, b: Values, tolerance: float) -> float | None:
    """c with a = c b at all samples."""
    c = float(np.vdot(a[0], b[0]) / np.vdot(b[0], b[0]))
    return c if c and all(close(x, c * y, tolerance) for x, y in zip(a, b, strict=True)) else None


def _factor(known: dict[Node, list[Any]], samples: Sequence[Sample], tolerance: float) -> Slip | None:
    claims, truths = [s.claimed for s in samples], [np.asarray(s.gradient) for s in samples]
    for node, values in known.items():
        for words, product in _products(values, truths, to_text(node)):
            if _shaped(product, claims):
                weight = common(claims, product, tolerance)
                if weight is not None:
                    times = "" if abs(weight - 1) < 1e-6 else f", times {written(weight)}"
                    return Slip("chain-factor", f"the claim is the derivative {words}{times}", node, ratio=weight)
        for side, product in _sides(values, claims, truths):
            if _shaped(product, truths):
                weight = common(truths, product, tolerance)
                if weight is not None:
                    return Slip("chain-factor", f"the factor {to_text(node)} on the {side} is missing", node,
                                ratio=weight)
    return None


def _products(values: Values, truths: Values, said: str) -> Iterator[tuple[str, list[Any]]]:
    """The derivative times an expression: a scalar or entrywise with any power, a square matrix on either side."""
    if values[0].ndim == 0 or all(v.shape == t.shape for v, t in zip(values, truths, strict=True)):
        for k in POWERS:
            if k == round(k) or all(np.all(v > 0) for v in values):
                words = f"times {said}" if k == 1 else f"times {said}^{written(k)}"
                with np.errstate(all="ignore"):
                    yield words, [v**k * t for v, t in zip(values, truths, strict=True)]
    for side, product in _sides(values, truths, truths):
        yield f"with {said} on the {side}", product


def _sides(values: Values, others: Values, like: Values) -> Iterator[tuple[str, list[Any]]]:
    """The products of a matrix with each of the others, from the left and from the right, as it is and transposed."""
    if values[0].ndim != 2 or others[0].ndim == 0:
        return
    multiply: list[tuple[str, Callable[[Any, Any], Any]]] = [
        ("left", lambda v, t: v @ t), ("left", lambda v, t: v.T @ t),
        ("right", lambda v, t: t @ v), ("right", lambda v, t: t @ v.T),
    ]
    for side, combine in multiply:
        try:
            yield side, [combine(v, t) for v, t in zip(values, others, strict=True)]
        except ValueError:
            continue


def _shaped(product: Values, claims: Values) -> bool:
    return all(np.shape(p) == np.shape(c) and np.all(np.isfinite(p)) and np.any(p)
               for p, c in zip(product, claims, strict=True))
