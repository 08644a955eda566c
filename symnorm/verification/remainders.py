"""What is left between a claim and the derivative, as numbers: terms with other weights, a term too many, a factor.

terms     the claim is the sum of the derivative's own terms, each with a constant weight
extra     claim - derivative is a constant times one expression that occurs in f or in the derivative
factor    claim = s * derivative, entry by entry or as a matrix product, for one such expression s or its powers
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import SymnormError
from ..language.build import det, matmul
from ..language.node import Add, Constant, LogDet, MatMul, Node, postorder
from ..numeric.interpret import evaluate
from ..rendering.text import to_text
from ..simplify.expand import expand
from .samples import Sample, Slip, close

MAX_TERMS = 12
MAX_EXPRESSIONS = 60
POWERS = (1.0, -1.0, 2.0, -2.0, 0.5, -0.5)
Values = Sequence[Any]


def constant_offset(samples: Sequence[Sample], tolerance: float) -> Slip | None:
    """The same number too much in every entry."""
    rests = [np.asarray(s.claimed - s.gradient) for s in samples]
    number = float(np.ravel(rests[0])[0])
    if number and max(r.size for r in rests) > 1 and all(
        close(s.claimed, s.gradient + number, tolerance) for s in samples
    ):
        return Slip("extra-term", f"the claim is the derivative plus {written(number)} in every entry")
    return None


def by_terms(truth: Node, samples: Sequence[Sample], tolerance: float) -> Slip | None:
    """Terms of the derivative that are missing, or have another sign or factor."""
    terms = expand(truth).args if isinstance(expand(truth), Add) else ()
    if not 2 <= len(terms) <= MAX_TERMS:
        return None
    weights = []
    for group in _groups(samples):
        found = _weights(terms, group, tolerance)
        if found is None:
            return None
        weights.append((found, group[0].sizes))
    return _named_weights(terms, weights)


def _groups(samples: Sequence[Sample]) -> list[list[Sample]]:
    """The samples of the same sizes."""
    found: dict[Any, list[Sample]] = {}
    for s in samples:
        found.setdefault(tuple(sorted((str(k), n) for k, n in s.sizes.items())), []).append(s)
    return list(found.values())


def _weights(terms: Sequence[Node], group: Sequence[Sample], tolerance: float) -> Any:
    """The constants w with claim = sum of w_i terms_i at all points of a group, where they are determined."""
    columns: list[Any] = []
    try:
        columns = [np.stack([np.ravel(v) for v in evaluate(terms, s.values, s.sizes)], axis=1) for s in group]
    except (SymnormError, ValueError):
        return None
    table, right = np.concatenate(columns), np.concatenate([np.ravel(s.claimed) for s in group])
    sizes = np.max(np.abs(table), axis=0, initial=0.0)
    if not np.all(np.isfinite(table)) or np.any(sizes == 0) or len(table) <= len(terms):
        return None
    found, _, rank, singular = np.linalg.lstsq(table / sizes, right, rcond=1e-9)
    if rank < len(terms) or not close(table / sizes @ found, right, tolerance):
        return None
    return found / sizes


def _named_weights(terms: Sequence[Node], weights: Sequence[tuple[Any, Mapping[Any, int]]]) -> Slip | None:
    first = weights[0][0]
    if len(weights) == 1 or all(np.allclose(w, first, rtol=1e-6, atol=1e-7) for w, _ in weights):
        off = [i for i, w in enumerate(first) if abs(w - 1) > 1e-6]
        values = {float(np.round(first[i], 6)) for i in off}
        if len(values) != 1 or len(off) == len(terms):
            return None
        value, said = values.pop(), _listed([terms[i] for i in off])
        node = terms[off[0]]
        if value == 0:
            return Slip("missing-term", f"{said} missing" if len(off) > 1 else f"the term {said} is missing", node)
        if value == -1:
            return Slip("sign", f"the sign of {said} is flipped", node)
        return Slip("factor", f"{said} has the factor {written(value)}", node)
    return _by_size(terms, weights)


def _by_size(terms: Sequence[Node], weights: Sequence[tuple[Any, Mapping[Any, int]]]) -> Slip | None:
    """One group of terms has a size, or its inverse, as its factor."""
    off = [i for i in range(len(terms)) if any(abs(w[i] - 1) > 1e-6 for w, _ in weights)]
    for size in sorted({s for _, sizes in weights for s in sizes}, key=str):
        for power, words in ((1, str(size)), (-1, f"1/{size}")):
            if off and all(abs(w[i] - float(n[size]) ** power) < 1e-6 for i in off for w, n in weights if size in n):
                return Slip("mean-sum", f"{_listed([terms[i] for i in off])} has the factor {words}", terms[off[0]])
    return None


def by_expression(f: Node, truth: Node, samples: Sequence[Sample], tolerance: float) -> Slip | None:
    """An expression of f or of the derivative that was added, or multiplied with."""
    nodes = _expressions(f, truth)
    table = _table(nodes, samples)
    extra = _extra(table, truth, samples, tolerance)
    return extra or _factor(table, samples, tolerance)


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


def _table(nodes: Sequence[Node], samples: Sequence[Sample]) -> dict[Node, list[Any]]:
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
    table: Mapping[Node, Values], truth: Node, samples: Sequence[Sample], tolerance: float
) -> Slip | None:
    rests = [np.asarray(s.claimed - s.gradient) for s in samples]
    for node, values in table.items():
        if (node.rows, node.cols) != (truth.rows, truth.cols):
            continue
        weight = _common(rests, values, tolerance)
        if weight is not None:
            return Slip("extra-term", f"the claim is the derivative + {written(weight)}*{to_text(node)}", node)
    return None


def _common(a: Values, b: Values, tolerance: float) -> float | None:
    """c with a = c b at all samples."""
    c = float(np.vdot(a[0], b[0]) / np.vdot(b[0], b[0]))
    return c if c and all(close(x, c * y, tolerance) for x, y in zip(a, b, strict=True)) else None


def _factor(table: Mapping[Node, Values], samples: Sequence[Sample], tolerance: float) -> Slip | None:
    claims, truths = [s.claimed for s in samples], [np.asarray(s.gradient) for s in samples]
    for node, values in table.items():
        for words, product in _products(values, truths, to_text(node)):
            if _shaped(product, claims):
                weight = _common(claims, product, tolerance)
                if weight is not None:
                    times = "" if abs(weight - 1) < 1e-6 else f", times {written(weight)}"
                    return Slip("chain-factor", f"the claim is the derivative {words}{times}", node)
        for side, product in _sides(values, claims, truths):
            if _shaped(product, truths):
                weight = _common(truths, product, tolerance)
                if weight is not None:
                    return Slip("chain-factor", f"the factor {to_text(node)} on the {side} is missing", node)
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


def _listed(terms: Sequence[Node]) -> str:
    return ", ".join(to_text(t) for t in terms)


def written(value: float) -> str:
    """A number as a fraction where it is one.

    >>> written(-0.5), written(0.123456)
    ('-1/2', '0.123456')
    """
    near = Fraction(value).limit_denominator(1000)
    return str(near) if abs(float(near) - value) <= 1e-9 * max(1.0, abs(value)) else f"{value:.6g}"
