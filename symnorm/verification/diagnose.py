"""Where the slip is: the claim compared with what numbers, symmetry and single slips in our derivation would give.

A slip is named only when it reproduces the claim at every sampled point; the first in the order below that does is
taken: a constant factor or sign, a transposed result, one coordinate, a matrix taken as symmetric, a slip at one step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

from ..errors import SymnormError
from ..language.build import transpose
from ..language.node import Add, Node, Transpose, Variable, postorder
from ..language.rebuild import substitute
from ..numeric.interpret import evaluate
from .mutants import mutants

CLOSE = 1e-9
MAX_MUTANTS = 300


@dataclass(frozen=True, slots=True)
class Sample:
    """One point: the values, the sizes, what was claimed there and what is true there."""

    values: Mapping[Variable, Any]
    sizes: Mapping[Any, int]
    claimed: Any
    gradient: Any


@dataclass(frozen=True, slots=True)
class Slip:
    """The name of a slip, and what shows it."""

    name: str
    evidence: str


def diagnose(
    f: Node, wrt: Variable, gradient: Node, samples: Sequence[Sample], *, tolerance: float = CLOSE
) -> Slip | None:
    """The slip that explains the claim at all samples, or None."""
    usable = [s for s in samples if np.all(np.isfinite(s.claimed)) and s.claimed.shape == s.gradient.shape]
    if not usable:
        return Slip("nonfinite", "the claim is not finite where the gradient is") if samples else None
    return (
        _from_numbers(usable, tolerance)
        or _as_symmetric(gradient, usable, tolerance)
        or _from_mutants(f, wrt, gradient, usable, tolerance)
    )


def close(a: Any, b: Any, tolerance: float) -> bool:
    scale = max(float(np.max(np.abs(a), initial=0.0)), float(np.max(np.abs(b), initial=0.0)))
    return bool(np.max(np.abs(np.asarray(a) - b), initial=0.0) <= tolerance * scale)


def named_ratio(samples: Sequence[Sample], tolerance: float = CLOSE) -> Slip | None:
    """A constant factor, a sign, a mean taken for a sum."""
    ratios = [_ratio(s, tolerance) for s in samples]
    known = [r for r in ratios if r is not None]
    return _named_ratio(known, samples) if known and len(known) == len(ratios) else None


def _from_numbers(samples: Sequence[Sample], tolerance: float) -> Slip | None:
    found = named_ratio(samples, tolerance)
    if found is not None:
        return found
    if all(
        s.claimed.ndim == 2 and s.claimed.shape[0] == s.claimed.shape[1] and close(s.claimed.T, s.gradient, tolerance)
        for s in samples
    ):
        return Slip("transposed-result", "the claim is the transpose of the gradient")
    return None


def _ratio(sample: Sample, tolerance: float) -> float | None:
    """c with claim = c * gradient, or None."""
    g, c = np.ravel(sample.gradient), np.ravel(sample.claimed)
    size = float(g @ g)
    if size == 0.0:
        return None
    ratio = float(c @ g) / size
    return ratio if ratio and close(c, ratio * g, tolerance) else None


def _named_ratio(ratios: Sequence[float], samples: Sequence[Sample]) -> Slip | None:
    if max(ratios) - min(ratios) <= 1e-8 * abs(ratios[0]):
        constant = Fraction(ratios[0]).limit_denominator(1000)
        if abs(ratios[0] + 1) < 1e-8:
            return Slip("sign", "the claim is minus the gradient")
        return Slip(
            "factor",
            f"the claim is {constant if abs(float(constant) - ratios[0]) < 1e-9 else ratios[0]} times the gradient",
        )
    for size in sorted({s for sample in samples for s in sample.sizes}, key=str):
        for power, words in ((1, f"{size}"), (-1, f"1/{size}")):
            if all(
                abs(r - float(s.sizes[size]) ** power) <= 1e-8 * abs(r) for r, s in zip(ratios, samples, strict=True)
            ):
                return Slip("mean-sum", f"the claim is {words} times the gradient")
    return None


def _as_symmetric(gradient: Node, samples: Sequence[Sample], tolerance: float) -> Slip | None:
    """Is the claim what the gradient would be if one matrix were symmetric, written with that matrix as it is?"""
    for matrix in sorted(gradient.free, key=lambda v: v.name):
        if not matrix.is_square or matrix.is_scalar or "symmetric" in matrix.facts:
            continue
        for plain in (_without_transposes(gradient, matrix), _transposed(gradient, matrix)):
            if plain is not gradient and _explains(plain, samples, tolerance) and _has_both(gradient, matrix):
                return Slip(
                    "symmetrise",
                    f"it holds only if {matrix} is symmetric: {matrix} + {matrix}' was taken as 2 {matrix}",
                )
    return None


def _has_both(gradient: Node, matrix: Variable) -> bool:
    """Does a sum hold the matrix in one term and its transpose in another, so that symmetry would merge them?

    A' (A x - b) holds both and no such terms: A where A' belongs is a transpose there.
    """
    for node in postorder([gradient]):
        if isinstance(node, Add):
            terms = [{False} if term is matrix else _mentions(term, matrix) for term in node.args]
            if {True} in terms and {False} in terms:
                return True
    return False


def _mentions(gradient: Node, matrix: Variable) -> set[bool]:
    """Where the matrix occurs: True for transposed, False for as it is."""
    found = set()
    for node in postorder([gradient]):
        if isinstance(node, Transpose) and matrix in node.args:
            found.add(True)
        elif matrix in node.args:
            found.add(False)
    return found


def _without_transposes(gradient: Node, matrix: Variable) -> Node:
    return substitute(gradient, {transpose(matrix): matrix})


def _transposed(gradient: Node, matrix: Variable) -> Node:
    return substitute(gradient, {transpose(matrix): transpose(matrix), matrix: transpose(matrix)})


def _explains(candidate: Node, samples: Sequence[Sample], tolerance: float) -> bool:
    for sample in samples:
        try:
            (value,) = evaluate([candidate], sample.values, sample.sizes)
        except SymnormError:
            return False
        if np.shape(value) != np.shape(sample.claimed) or not close(value, sample.claimed, tolerance):
            return False
    return True


def _from_mutants(f: Node, wrt: Variable, gradient: Node, samples: Sequence[Sample], tolerance: float) -> Slip | None:
    for mutant in islice(mutants(f, wrt, gradient), MAX_MUTANTS):
        if _explains(mutant.gradient, samples[:1], tolerance) and _explains(mutant.gradient, samples, tolerance):
            return Slip(mutant.slip, mutant.where)
    return None
