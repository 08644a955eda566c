"""Where the slip is: the claim compared with what numbers, symmetry and single slips in our derivation would give.

A slip is named only when it reproduces the claim at every sampled point; the first in this order that does is taken: a
constant factor or sign, a transposed result, a constant offset, other weights of the derivative's own terms, a matrix
taken as symmetric, a slip at one step or place, an expression that was added or multiplied with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, permutations, product
from math import prod
from typing import Any

import numpy as np

from ..errors import SymnormError
from ..language.build import transpose
from ..language.node import Node, Variable, postorder
from ..language.rebuild import substitute
from ..numeric.interpret import evaluate
from ..simplify.expand import expand
from .expressions import by_constant, by_expression
from .merging import as_symmetric, merges, terms
from .misprints import surplus
from .mutants import mutants, of_steps
from .remainders import MAX_TERMS, by_one_term, by_terms, constant_offset
from .samples import Sample, Slip, close
from .scales import NOTHING, Scales, scales_of, written
from .trying import Tried, likeliest

CLOSE = 1e-9


def diagnose(
    f: Node,
    wrt: Variable,
    gradient: Node,
    samples: Sequence[Sample],
    *,
    claim: Node | None = None,
    tolerance: float = CLOSE,
) -> Slip | None:
    """The slip that explains the claim at all samples, or None. The formula of the claim shows what is too much."""
    usable = [s for s in samples if np.all(np.isfinite(s.claimed)) and s.claimed.shape == s.gradient.shape]
    if not usable:
        return Slip("nonfinite", "the claim is not finite where the gradient is") if samples else None
    tried = Tried(postorder([f, gradient]), usable, tolerance)
    scales = scales_of([f, gradient])
    return (
        by_constant(f, wrt, gradient, usable, tolerance, scales)
        or _from_numbers(usable, tolerance, scales)
        or _of_steps_and_terms(f, wrt, gradient, tried, scales)
        or _as_symmetric(gradient, usable, tolerance)
        or (tried.first(surplus(claim)) if claim is not None else None)
        or by_one_term(gradient, usable, tolerance)
        or constant_offset(usable, tolerance)
        or tried.first(mutants(f, wrt, gradient))
        or by_expression(f, gradient, usable, tolerance, scales)
    )


def _of_steps_and_terms(f: Node, wrt: Variable, gradient: Node, tried: Tried, scales: Scales) -> Slip | None:
    """A slip at one step, or other weights of the terms.

    A sign or a factor of a step may be a term that is missing, a missing half a factor. A factor of a step that is none
    of any term is that of terms that cancel: something else is likelier.
    """
    step = likeliest(tried.every(of_steps(f, wrt)))
    if step is not None and step.name not in ("sign", "factor", "missing-term"):
        return step
    weights = by_terms(gradient, tried.samples, tried.tolerance, scales)
    if step is None or weights is None:
        unseen = step is not None and step.name == "factor" and terms(expand(gradient)) <= MAX_TERMS
        return weights if step is None or unseen else step
    return weights if (step.name, weights.name) == ("missing-term", "factor") else likeliest((step, weights))


def named_ratio(samples: Sequence[Sample], tolerance: float = CLOSE, scales: Scales = NOTHING) -> Slip | None:
    """A constant factor, a sign, a mean taken for a sum."""
    ratios = [_ratio(s, tolerance) for s in samples]
    known = [r for r in ratios if r is not None]
    return _named_ratio(known, samples, scales) if known and len(known) == len(ratios) else None


def _from_numbers(samples: Sequence[Sample], tolerance: float, scales: Scales) -> Slip | None:
    found = named_ratio(samples, tolerance, scales)
    if found is not None:
        return found
    if all(
        s.claimed.ndim == 2 and s.claimed.shape[0] == s.claimed.shape[1] and close(s.claimed.T, s.gradient, tolerance)
        for s in samples
    ):
        return Slip("transposed-result", "the claim is the transpose of the gradient")
    if all(s.claimed.ndim == 2 and s.claimed.shape[0] == s.claimed.shape[1] for s in samples):
        for weight, words in ((0.5, "the symmetric part"), (1.0, "the sum of it and its transpose")):
            if all(close(s.claimed, weight * (s.gradient + s.gradient.T), tolerance) for s in samples):
                return Slip("symmetrise", f"the claim is {words} of the gradient, as if the variable were symmetric")
    return None


def _ratio(sample: Sample, tolerance: float) -> float | None:
    """c with claim = c * gradient, or None."""
    g, c = np.ravel(sample.gradient), np.ravel(sample.claimed)
    size = float(g @ g)
    if size == 0.0:
        return None
    ratio = float(c @ g) / size
    return ratio if ratio and close(c, ratio * g, tolerance) else None


def _named_ratio(ratios: Sequence[float], samples: Sequence[Sample], scales: Scales) -> Slip | None:
    first = ratios[0]
    if max(ratios) - min(ratios) <= 1e-8 * abs(first):
        if abs(first + 1) < 1e-8:
            return Slip("sign", "the claim is minus the gradient", ratio=-1.0)
        name = "mean-sum" if scales.meaning(first) == "mean-sum" else "factor"
        return Slip(name, f"the claim is {written(first)} times the gradient", ratio=first)
    sizes = sorted({s for sample in samples for s in sample.sizes}, key=str)
    for words, over, under in chain(_quotients([1, *sizes]), _products(sizes)):
        if all(
            abs(r - _number(over, s.sizes) / _number(under, s.sizes)) <= 1e-8 * abs(r)
            for r, s in zip(ratios, samples, strict=True)
        ):
            return Slip("mean-sum", f"the claim is {words} times the gradient")
    return None


def _number(factors: Sequence[Any], sizes: Mapping[Any, int]) -> int:
    return prod(sizes.get(factor, 1) for factor in factors)


def _quotients(sizes: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any], Sequence[Any]]]:
    """n, 1/n, m/n for the sizes; the number 1 stands first."""
    for over, under in permutations(sizes, 2):
        yield (f"{over}/{under}" if under != 1 else str(over)), (over,), (under,)


def _products(sizes: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any], Sequence[Any]]]:
    """m*n and 1/(m*n): a mean over the entries of a matrix."""
    for both in combinations(sizes, 2):
        words = f"{both[0]}*{both[1]}"
        yield words, both, ()
        yield f"1/({words})", (), both


def _as_symmetric(gradient: Node, samples: Sequence[Sample], tolerance: float) -> Slip | None:
    """Is the claim what the gradient would be if one matrix, or two, were symmetric, written with them as they are?

    Where no two terms of the gradient as it is presented become one by that, a matrix stands for its transpose.
    """
    free = [
        v
        for v in sorted(gradient.free, key=lambda v: v.name)
        if v.is_square and not v.is_scalar and "symmetric" not in v.facts
    ]
    for chosen in (c for k in (1, 2) for c in combinations(free, k)):
        for plain in _written_plainly(gradient, chosen):
            if _explains(plain, samples, tolerance):
                if not merges(gradient, chosen):
                    words = " and ".join(f"{v} stands where {v}' belongs" for v in chosen)
                    return Slip("transpose", f"{words}, everywhere")
                names = " and ".join(v.name for v in chosen)
                are = "is" if len(chosen) == 1 else "are"
                taken = "".join(f": {v} + {v}' was taken as 2 {v}" for v in chosen[:1] if len(chosen) == 1)
                return Slip("symmetrise", f"it holds only if {names} {are} symmetric{taken}")
    return None


def _written_plainly(gradient: Node, chosen: Sequence[Variable]) -> Iterator[Node]:
    """The gradient with terms merged as symmetry allows, and the matrices put back, as they are or transposed."""
    symmetric = as_symmetric(chosen)
    try:
        merged = expand(substitute(gradient, symmetric))
    except SymnormError:
        return
    if terms(merged) >= terms(expand(gradient)):
        return
    for turns in product((False, True), repeat=len(chosen)):
        back = {symmetric[v]: transpose(v) if turn else v for v, turn in zip(chosen, turns, strict=True)}
        yield substitute(merged, back)


def _explains(candidate: Node, samples: Sequence[Sample], tolerance: float) -> bool:
    for sample in samples:
        try:
            (value,) = evaluate([candidate], sample.values, sample.sizes)
        except SymnormError:
            return False
        if np.shape(value) != np.shape(sample.claimed) or not close(value, sample.claimed, tolerance):
            return False
    return True
