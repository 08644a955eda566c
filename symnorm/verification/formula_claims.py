"""A formula claimed about a formula: identical, equal when multiplied out, exact, or compared at random points."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..engine.tensor import Tensor
from ..engine.tensor_matrix import vec_form
from ..errors import SymnormError
from ..language.node import Node
from ..numeric.interpret import evaluate
from ..numeric.sampling import sample, sizes_for
from ..shapes import describe
from ..simplify.normal import equal, identical
from ..simplify.present import present
from .about import About
from .diagnose import diagnose, named_ratio
from .meant import Claimed, derivative, needed
from .samples import Sample, close
from .stacking import stacked
from .symbolic import RTOL, Question, gap, look, verify_gradient
from .verdict import Verdict

DRAWN = 3
STACKED = "columns are stacked: vec(dF) = D vec(dX)"


def judge(asked: Claimed) -> Verdict:
    """The verdict on a formula."""
    f, claim, wrt = asked.f, asked.claim, asked.wrt
    if asked.kind == "gradient" or (asked.kind == "jacobian" and f.is_scalar):
        return _about(verify_gradient(Question(f, claim, wrt, asked.seed)), asked, None)
    truth = derivative(asked)
    verdict = _node_claim(truth, asked) if isinstance(truth, Node) else _tensor_claim(truth, asked)
    return _about(replace(verdict, assumptions=(*needed(asked), *verdict.assumptions)), asked, truth)


def _about(verdict: Verdict, asked: Claimed, truth: Any) -> Verdict:
    return verdict.with_about(About(f=asked.f, claim=asked.claim, node=asked.f, wrt=asked.wrt, truth=truth,
                                    formula=asked.claim, kind=asked.kind, seed=asked.seed))


def _node_claim(truth: Node, asked: Claimed) -> Verdict:
    claim = asked.claim
    if (truth.rows, truth.cols) != (claim.rows, claim.cols):
        return _misshapen(truth, asked)
    if identical(claim, truth) or identical(present(claim), truth):
        return Verdict("right", "identical", 0.0)
    if equal(claim, truth):
        return Verdict("right", "normal form", 0.0)
    samples = samples_of(truth, asked)
    if not samples:
        return Verdict("undecided", "numeric", reason="no point was found where both are finite")
    error = max(gap(s.claimed, s.gradient) for s in samples)
    if error <= RTOL:
        return Verdict("right", "numeric", max(error, 1e-12))
    slip = diagnose(asked.f, asked.wrt, truth, samples, claim=claim)
    return Verdict("wrong", "numeric", error, slip.name if slip else None, reason=f"the {asked.kind} is {truth}",
                   evidence=slip.evidence if slip else "")


def _misshapen(truth: Node, asked: Claimed) -> Verdict:
    """Another shape than the derivative has: its transpose is another layout."""
    claim = asked.claim
    shapes = f"the {asked.kind} is {describe(truth.rows, truth.cols)}, the claim {describe(claim.rows, claim.cols)}"
    if (truth.cols, truth.rows) == (claim.rows, claim.cols):
        samples = samples_of(truth.T, asked)
        if samples and max(gap(s.claimed, s.gradient) for s in samples) <= RTOL:
            return Verdict("wrong", "contract", slip="layout", reason=f"{shapes}: it is the transpose of the "
                           f"{asked.kind}, which is output x input")
    return Verdict("wrong", "contract", slip="shape", reason=shapes)


def samples_of(truth: Node, asked: Claimed) -> list[Sample]:
    """Claim and derivative at random points of the declared domain, at two sets of sizes."""
    found = []
    for values, sizes in _points(asked, [truth]):
        seen = look(asked.claim, truth, values, sizes)
        if seen is not None:
            found.append(seen)
    return found


def _points(asked: Claimed, nodes: list[Node]) -> Any:
    rng = np.random.default_rng(asked.seed)
    nodes = [asked.f, asked.claim, *nodes]
    variables = frozenset().union(*(n.free for n in nodes)) | {asked.wrt}
    for choice in range(2):
        sizes = sizes_for([*nodes, *variables], choice)
        for _ in range(DRAWN):
            yield sample(variables, sizes, rng), sizes


def _tensor_claim(truth: Tensor, asked: Claimed) -> Verdict:
    """A matrix claimed about an array of three or four indices: its columns are stacked."""
    matrix = vec_form(truth)
    if matrix is not None and (matrix.rows, matrix.cols) == (asked.claim.rows, asked.claim.cols):
        verdict = _node_claim(present(matrix), asked)
        if verdict or not _by_rows(truth, asked):
            return verdict.assuming(STACKED)
    return _by_numbers(truth, asked)


def _by_numbers(truth: Tensor, asked: Claimed) -> Verdict:
    arrays = _arrays(truth, asked)
    if not arrays:
        return Verdict("undecided", "numeric", reason="no point was found where both are finite")
    if not _another_layout(arrays, truth) and any(c.shape != stacked(truth, t).shape for c, t in arrays):
        shape = " x ".join(str(s) for s in truth.shape)
        rows, cols = stacked(truth, arrays[0][1]).shape
        return Verdict("wrong", "contract", slip="shape", reason=f"the derivative is {shape}, as a matrix {rows} x "
                       f"{cols} where the claim is {arrays[0][0].shape}")
    error = max(gap(c, stacked(truth, t)) if c.shape == stacked(truth, t).shape else 1.0 for c, t in arrays)
    if error <= RTOL:
        return Verdict("right", "numeric", max(error, 1e-12), assumptions=(STACKED,))
    words = _another_layout(arrays, truth)
    if words:
        return Verdict("wrong", "numeric", error, "layout", assumptions=(STACKED,), evidence=words,
                       reason="the entries are those of the derivative in another arrangement")
    ratio = named_ratio([Sample({}, {}, c, stacked(truth, t)) for c, t in arrays])
    said = ratio.evidence if ratio else ""
    return Verdict("wrong", "numeric", error, ratio.name if ratio else None,
                   assumptions=(STACKED,), reason=f"the {asked.kind} is {truth}", evidence=said)


def _another_layout(arrays: list[tuple[Any, Any]], truth: Tensor) -> str:
    """How the entries of the derivative are arranged in the claim, where it is not by stacked columns."""
    by_rows = [stacked(truth, t, "C") for _, t in arrays]
    turned = [stacked(truth, t).T for _, t in arrays]
    for words, arranged in (("its rows are stacked", by_rows), ("input x output", turned)):
        if all(c.shape == a.shape and close(c, a, 1e-9) for (c, _), a in zip(arrays, arranged, strict=True)):
            return words
    return ""


def _by_rows(truth: Tensor, asked: Claimed) -> bool:
    """Is the claim right when rows are stacked?"""
    arrays = _arrays(truth, asked)
    return bool(arrays) and all(close(c, stacked(truth, t, "C"), 1e-9) for c, t in arrays)


def _arrays(truth: Tensor, asked: Claimed) -> list[tuple[Any, Any]]:
    """The claim and the derivative as an array, at random points."""
    found = []
    for values, sizes in _points(asked, list(truth.nodes)):
        try:
            (claimed,) = evaluate([asked.claim], values, sizes)
            dense = np.asarray(truth.dense(values, sizes=sizes), float)
        except SymnormError:
            continue
        if np.all(np.isfinite(dense)):
            found.append((np.asarray(claimed, float), dense))
    return found
