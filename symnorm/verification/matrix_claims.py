"""A formula claimed to be a Jacobian or a Hessian: identical, equal multiplied out, or compared at random points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.tensor import Tensor
from ..errors import SymnormError
from ..language.node import Node, Variable
from ..numeric.interpret import evaluate
from ..numeric.sampling import lengths, sample, sizes_for
from ..shapes import describe
from ..simplify.normal import equal, identical
from ..simplify.present import present
from .counterexample import counterexample
from .diagnose import named_ratio
from .meant import by_rows, derivative, needed, numbers, stacked_shape
from .samples import Sample, close
from .symbolic import RTOL, gap
from .verdict import Verdict

DRAWN = 3


def verify_matrix(f: Node, claim: Node, wrt: Variable, seed: int) -> Verdict:
    """Is the claim the Jacobian of f, or the Hessian of a scalar f?"""
    truth = derivative(f, claim, wrt)
    rows, cols = stacked_shape(truth)
    assumed = needed(f, claim, wrt)
    if (rows, cols) != (claim.rows, claim.cols):
        said = f"the derivative is {describe(rows, cols)}, the claim {describe(claim.rows, claim.cols)}"
        turned = (cols, rows) == (claim.rows, claim.cols) and _agree(_samples(truth, claim.T, f, seed))
        kind = "layout" if turned else "shape"
        return Verdict("wrong", "contract", slip=kind, reason=said, assumptions=assumed)
    if isinstance(truth, Node):
        if identical(claim, truth) or identical(present(claim), truth):
            return Verdict("right", "identical", 0.0, assumptions=assumed)
        if equal(claim, truth):
            return Verdict("right", "normal form", 0.0, assumptions=assumed)
    samples = _samples(truth, claim, f, seed)
    if not samples:
        return Verdict("undecided", "numeric", reason="no point was found where both are finite", assumptions=assumed)
    error = max(gap(s.claimed, s.gradient) for s in samples)
    if error <= RTOL:
        return Verdict("right", "numeric", max(error, 1e-12), assumptions=assumed)
    slip, evidence = _slip(samples, wrt)
    reason = "; ".join((f"the derivative is {truth}", *_example(f, claim, wrt, seed)))
    return Verdict("wrong", "numeric", error, slip, reason=reason, evidence=evidence, assumptions=assumed)


def _agree(samples: list[Sample]) -> bool:
    return bool(samples) and all(gap(s.claimed, s.gradient) <= RTOL for s in samples)


def _slip(samples: list[Sample], wrt: Variable) -> tuple[str | None, str]:
    """A slip that all samples prove, and what shows it."""

    def agrees(change: Callable[[Sample], Any]) -> bool:
        changed = [(s.claimed, change(s)) for s in samples]
        return all(a.shape == b.shape and close(a, b, 1e-9) for a, b in changed)

    if agrees(lambda s: s.gradient.T):
        return "transposed-result", ""
    if len(wrt.shape) == 2 and all(s.claimed.shape[0] == s.claimed.shape[1] for s in samples):
        if agrees(lambda s: by_rows(s.gradient, lengths(wrt, s.sizes))):
            return "layout", f"the rows of {wrt} are stacked where columns are meant"
    ratio = named_ratio(samples)
    return (ratio.name, ratio.evidence) if ratio else (None, "")


def _example(f: Node, claim: Node, wrt: Variable, seed: int) -> list[str]:
    found = counterexample(f, claim, wrt, seed)
    return found.lines() if found is not None else []


def _samples(truth: Node | Tensor, claim: Node, f: Node, seed: int) -> list[Sample]:
    rng = np.random.default_rng(seed)
    found = []
    known = (truth,) if isinstance(truth, Node) else ()
    variables = truth.free | claim.free | f.free
    for choice in range(2):
        sizes = sizes_for([*known, claim, f, *variables], choice)
        for _ in range(DRAWN):
            values = sample(variables, sizes, rng)
            try:
                claimed, true = np.asarray(evaluate([claim], values, sizes)[0], float), numbers(truth, values, sizes)
            except SymnormError:
                continue
            if np.all(np.isfinite(true)):
                found.append(Sample(values, sizes, claimed, true))
    return found
