"""A claim that is a function: compared with the values of f, then held against the slips that a reading of f shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..engine.sweep import sweep
from ..errors import SymnormError
from ..language.node import Node, Variable
from ..language.reading.numpy import Trace
from ..numeric.interpret import evaluate
from ..simplify.present import present
from . import blackbox
from .about import About
from .byhand import small_integers
from .diagnose import diagnose
from .samples import Sample
from .verdict import Verdict
from .whereabouts import located

POINTS = 4


def compared(
    f: Callable[..., Any], claim: Callable[..., Any], at: Any, facts: frozenset[str], name: str, kind: str | None,
    seed: int, timeout: float,
) -> Verdict:
    """The verdict from values of f and of the claim around x; a wrong one with a counterexample in small numbers."""
    said = {"kind": kind} if kind is not None else {}
    verdict = blackbox.compare(
        f,
        claim,
        at,
        symmetric=bool(facts & {"symmetric", "spd", "psd"}),
        signed=bool(facts & {"positive", "nonneg", "unit-interval", "sums-to-one"}),
        seed=seed,
        timeout=timeout,
        **said,
    )
    x = blackbox.point(at)
    wrong = verdict.status == "wrong" and verdict.decided_by == "numeric" and kind in (None, "gradient")
    found = small_integers(f, claim, x.shape, facts, name, seed) if wrong else None
    return verdict.with_about(About(f=f, claim=claim, kind=kind or "gradient", seed=seed, found=found, axes=x.ndim))


def named(
    verdict: Verdict, found: Trace, wrt: Variable, claim: Callable[..., Any], at: Any, seed: int, *, stands: bool
) -> Verdict:
    """A wrong verdict with the slip that a reading of f shows.

    Where it `stands`, the slip that the values of f have proven is kept, apart from a number, of which a reading can
    say what it is, and a coordinate, which may be where a sign of something else shows.
    """
    if verdict.status != "wrong" or verdict.decided_by == "contract" or not found.expr.is_scalar:
        return verdict
    if stands and verdict.slip not in (None, "coordinate", "factor", "mean-sum"):
        return verdict
    try:
        gradient = present(sweep(found.expr, [wrt]).gradients[wrt])
        samples = claimed_samples(found, wrt, gradient, claim, at, seed)
        slip = diagnose(found.expr, wrt, gradient, samples) if samples else None
    except SymnormError:
        return verdict
    if slip is None:
        return verdict
    reason = verdict.reason or f"the gradient is {gradient}"
    return replace(verdict, slip=slip.name, evidence=located(slip, found.expr, wrt), reason=reason)


def claimed_samples(
    found: Trace, wrt: Variable, gradient: Node, claim: Callable[..., Any], at: Any, seed: int
) -> list[Sample]:
    """The claim and the gradient at x and at points around it."""
    rng = np.random.default_rng(seed)
    base = np.asarray(at, float)
    sizes = {s: n for v in (wrt,) for s, n in zip(v.shape, base.shape, strict=False) if s.is_Symbol}
    samples = []
    for k in range(POINTS):
        x = base + (k > 0) * rng.standard_normal(base.shape) * (1.0 + np.abs(base)) * 0.5
        x = (x + x.T) / 2 if "symmetric" in wrt.facts else np.abs(x) if wrt.facts & {"positive", "nonneg"} else x
        values = {**found.captured, wrt: x if x.ndim else float(x)}
        try:
            claimed = np.asarray(claim(np.array(x) if x.ndim else float(x)), float)
            (true,) = evaluate([gradient], values, sizes)
        except Exception:
            continue
        if claimed.shape != base.shape:
            return []
        if np.all(np.isfinite(np.asarray(true))) and np.all(np.isfinite(claimed)):
            samples.append(Sample(values, sizes, claimed, np.asarray(true, float)))
    return samples
