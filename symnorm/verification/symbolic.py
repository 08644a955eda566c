"""A claim given as a formula about a function given as a formula: four tiers, the cheapest first.

identical    the claim is our gradient up to the order of commuting factors
normal form  their difference multiplies out to zero
exact        random evaluation modulo primes, by dual numbers (see `exact`)
numeric      both evaluated at random points of the declared domain, f by finite differences too
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.sweep import sweep
from ..errors import NoClosedForm, SymnormError
from ..language.node import Inverse, Node, PseudoInverse, Variable, postorder
from ..numeric.interpret import evaluate
from ..numeric.sampling import sample, sizes_for
from ..shapes import describe
from ..simplify.normal import equal, identical
from ..simplify.present import present
from .diagnose import diagnose
from .exact import compare
from .samples import Sample
from .verdict import Verdict
from .whereabouts import located

RTOL = 1e-6
NUDGE = 1e-12
POINTS = 3


@dataclass(frozen=True, slots=True)
class Question:
    """f, the claim about its gradient, the variable, and the seed of what is drawn."""

    f: Node
    claim: Node
    wrt: Variable
    seed: int = 0


def verify_gradient(question: Question) -> Verdict:
    """Is the claim the gradient of f by the variable?"""
    f, claim, wrt = question.f, question.claim, question.wrt
    found = sweep(f, [wrt])
    gradient = present(found.gradients[wrt])
    assumed = tuple(c.text for c in found.conditions)
    if (claim.rows, claim.cols) != (wrt.rows, wrt.cols):
        return _wrong_shape(question, gradient, assumed)
    if identical(claim, gradient) or identical(present(claim), gradient):
        return Verdict("right", "identical", 0.0, assumptions=assumed)
    if equal(claim, gradient):
        return Verdict("right", "normal form", 0.0, assumptions=assumed)
    exact = _exactly(question)
    if exact is not None and exact.agrees:
        return Verdict(
            "right",
            "exact",
            exact.bound,
            assumptions=assumed,
            reason=f"random evaluation modulo primes; chance of an error at most {exact.bound:.0e}",
        )
    error, samples = _numerically(question, gradient)
    if exact is None or not exact.decides:
        if not samples:
            return Verdict(
                "undecided",
                "numeric",
                assumptions=assumed,
                reason="no point was found where both are finite, and more than rounding",
            )
        if error <= RTOL:
            return Verdict("right", "numeric", max(error, 1e-12), assumptions=assumed)
    slip = diagnose(f, wrt, gradient, samples, claim=claim)
    return Verdict(
        "wrong",
        "exact" if exact is not None and exact.decides else "numeric",
        error,
        slip.name if slip else None,
        assumptions=assumed,
        reason=f"the gradient is {gradient}",
        evidence=located(slip, f, wrt) if slip else "",
    )


def _exactly(question: Question) -> Any:
    try:
        return compare(question.f, question.claim, question.wrt, question.seed)
    except (NoClosedForm, SymnormError, OverflowError):
        return None


def _numerically(question: Question, gradient: Node) -> tuple[float, list[Sample]]:
    """The largest relative gap between claim and gradient over random points, and what was seen there."""
    nodes = [question.f, question.claim, gradient]
    variables = frozenset().union(*(n.free for n in nodes)) | {question.wrt}
    worst = 0.0
    samples: list[Sample] = []
    rng = np.random.default_rng(question.seed)
    for choice in range(3):
        sizes = sizes_for([*nodes, *variables], choice)
        for _ in range(POINTS if choice < 2 or not samples else 0):
            seen = look(question.claim, gradient, sample(variables, sizes, rng), sizes)
            if seen is not None:
                samples.append(seen)
                worst = max(worst, gap(seen.claimed, seen.gradient))
    return worst, samples


def look(claim: Node, truth: Node, values: dict[Variable, Any], sizes: Any) -> Sample | None:
    """Claim and derivative at one point; None where the derivative is not finite, or is lost in rounding."""
    try:
        claimed, true = evaluate([claim, truth], values, sizes)
        doubtful = _inverts(claim, truth) or gap(claimed, true) > RTOL
        nudged = evaluate([truth], _nudged(values), sizes)[0] if doubtful else true
    except SymnormError:
        return None
    claimed, true = np.asarray(claimed, float), np.asarray(true, float)
    if not np.all(np.isfinite(true)) or gap(nudged, true) > RTOL:
        return None
    return Sample(values, sizes, claimed, true)


def _nudged(values: dict[Variable, Any]) -> dict[Variable, Any]:
    """Each entry changed by about 1e-12 of it, no two alike."""
    return {v: a * (1 + NUDGE * np.cos(np.arange(np.size(a)).reshape(np.shape(a)))) for v, a in values.items()}


def _inverts(*nodes: Node) -> bool:
    """Is a matrix inverted somewhere, which may be singular at some sizes (A'A with more columns than rows)?"""
    return any(isinstance(n, (Inverse, PseudoInverse)) for n in postorder(nodes))


def gap(claimed: Any, true: Any) -> float:
    """The largest difference relative to the largest entry of either; infinite for a claim that is not finite."""
    if not np.all(np.isfinite(claimed)):
        return float("inf")
    scale = max(float(np.max(np.abs(true), initial=0.0)), float(np.max(np.abs(claimed), initial=0.0)))
    return float(np.max(np.abs(claimed - true), initial=0.0)) / scale if scale else 0.0


def _wrong_shape(question: Question, gradient: Node, assumed: tuple[str, ...]) -> Verdict:
    claim, wrt = question.claim, question.wrt
    shapes = f"the claim is {describe(claim.rows, claim.cols)}, {wrt} is {describe(wrt.rows, wrt.cols)}"
    turned = (claim.rows, claim.cols) == (wrt.cols, wrt.rows)
    if turned and (
        equal(claim.T, gradient) or _numerically(Question(question.f, claim.T, wrt, question.seed), gradient)[0] <= RTOL
    ):
        row = claim.rows != wrt.rows and wrt.is_vector
        return Verdict(
            "wrong",
            "contract",
            slip="layout" if row else "transposed-result",
            assumptions=assumed,
            reason=f"{shapes}: it is the transpose of the gradient, which has the shape of its variable",
        )
    return Verdict("wrong", "contract", slip="shape", assumptions=assumed, reason=shapes)
