"""What is left between a claim and the derivative, as numbers: terms with other weights, a term too many, a factor.

terms     the claim is the sum of the derivative's own terms, each with a constant weight
term      claim - derivative is one of these terms, some times
offset    claim - derivative is the same number in every entry
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import SymnormError
from ..language.build import add
from ..language.node import Add, Node
from ..numeric.interpret import evaluate
from ..rendering.text import to_text
from ..simplify.expand import expand
from .expressions import common, table
from .samples import Sample, Slip, close
from .scales import Scales, written

MAX_TERMS = 12
TURNS = ((-1.0, "missing-term", "the term {} is missing"), (-2.0, "sign", "the sign of the term {} is flipped"),
         (1.0, "factor", "the term {} is doubled"), (-0.5, "factor", "the term {} is halved"))
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


def by_one_term(truth: Node, samples: Sequence[Sample], tolerance: float) -> Slip | None:
    """One term of the derivative, as it is presented or multiplied out, that is missing, turned or doubled."""
    rests = [np.asarray(s.claimed - s.gradient) for s in samples]
    for whole in dict.fromkeys((truth, expand(truth))):
        for term, values in table(whole.args if isinstance(whole, Add) else (), samples).items():
            weight = common(rests, values, tolerance)
            for number, name, words in TURNS:
                if weight is not None and abs(weight - number) < 1e-7:
                    return Slip(name, words.format(to_text(term)), term)
    return None


def by_terms(truth: Node, samples: Sequence[Sample], tolerance: float, scales: Scales) -> Slip | None:
    """Terms of the derivative that are missing, or have another sign or factor."""
    terms = expand(truth).args if isinstance(expand(truth), Add) else ()
    if not 2 <= len(terms) <= MAX_TERMS:
        return None
    terms = _different(terms, samples, tolerance)
    weights = []
    for group in _groups(samples):
        found = _weights(terms, group, tolerance)
        if found is None:
            return None
        weights.append((found, group[0].sizes))
    return _named_weights(terms, weights, scales)


def _different(terms: Sequence[Node], samples: Sequence[Sample], tolerance: float) -> list[Node]:
    """Terms that are the same at all samples as one: S u and S' u where S is symmetric."""
    found: list[tuple[Values, list[Node]]] = []
    for term, values in table(terms, samples).items():
        like = [same for known, same in found
                if all(v.shape == k.shape and close(v, k, tolerance) for v, k in zip(values, known, strict=True))]
        if like:
            like[0].append(term)
        else:
            found.append((values, [term]))
    return [add(*same) for _, same in found]


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


def _named_weights(
    terms: Sequence[Node], weights: Sequence[tuple[Any, Mapping[Any, int]]], scales: Scales
) -> Slip | None:
    first = weights[0][0]
    if len(weights) > 1 and not all(np.allclose(w, first, rtol=1e-6, atol=1e-7) for w, _ in weights):
        return _by_size(terms, weights)
    off = [i for i, w in enumerate(first) if abs(w - 1) > 1e-6]
    values = {float(np.round(first[i], 6)) for i in off}
    if len(values) != 1 or len(off) == len(terms):
        return None
    value, said, node = float(first[off[0]]), _listed([terms[i] for i in off]), terms[off[0]]
    if abs(value) < 1e-6:
        return Slip("missing-term", f"{said} missing" if len(off) > 1 else f"the term {said} is missing", node)
    name = scales.meaning(float(np.format_float_positional(value, 9, fractional=False)))
    if name is None:
        return None
    said = f"the sign of {said} is flipped" if name == "sign" else f"{said} has the factor {written(value)}"
    return Slip(name, said, node)


def _by_size(terms: Sequence[Node], weights: Sequence[tuple[Any, Mapping[Any, int]]]) -> Slip | None:
    """One group of terms has a size, or its inverse, as its factor."""
    off = [i for i in range(len(terms)) if any(abs(w[i] - 1) > 1e-6 for w, _ in weights)]
    sizes = sorted({s for _, known in weights for s in known}, key=str)
    for size in sizes:
        for under in (None, *sizes):
            for power in (1, -1) if under is None else (1,):
                said = f"{size}/{under}" if under is not None else str(size) if power == 1 else f"1/{size}"
                if off and under != size and all(
                    abs(w[i] - (n[size] / (n[under] if under is not None else 1)) ** power) < 1e-6
                    for i in off for w, n in weights
                ):
                    return Slip("mean-sum", f"{_listed([terms[i] for i in off])} has the factor {said}", terms[off[0]])
    return None


def _listed(terms: Sequence[Node]) -> str:
    return ", ".join(to_text(t) for t in terms)
