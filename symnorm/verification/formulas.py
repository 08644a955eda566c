"""Verdicts where f, the claim or both are formulas, or where f can be read as one.

Formulas are decided by the tiers of `symbolic`. A claim that is a function is compared at points, as a black box with f
evaluated, and a wrong one is then held against the slips that our own derivation could have had. A function f is read
as a formula when it can be traced; when it cannot, its values are all that counts.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..engine.sweep import sweep
from ..errors import Misuse, SymnormError
from ..language.leaves import as_node
from ..language.node import Node, Variable
from ..language.reading.numpy import Trace, trace
from ..language.reading.reader import parse
from ..language.symbols import variables
from ..numeric.interpret import evaluate
from ..numeric.sampling import sample, sizes_for
from ..numeric.traced import compare as compare_trace
from ..simplify.present import present
from . import blackbox
from .definitions import read_with
from .diagnose import diagnose
from .matrix_claims import verify_matrix
from .meant import is_hessian
from .samples import Sample
from .symbolic import Question, verify_gradient
from .verdict import Verdict
from .whereabouts import located

DRAWN = 3


@dataclass(frozen=True, slots=True)
class Case:
    """What was asked, as it came."""

    f: Any
    claim: Any
    wrt: Any
    at: Any
    declare: Any
    seed: int
    timeout: float
    where: Any = None


def is_formula(value: Any) -> bool:
    """Text, a node or a SymPy object; anything else that can be called is a function."""
    return isinstance(value, (str, Node)) or (not inspect.isfunction(value) and hasattr(value, "free_symbols"))


def read(value: Any, declare: Any, known: Mapping[str, Variable]) -> Node:
    """A formula as a node; names that are known keep their shapes."""
    if isinstance(value, str):
        return parse(value, declare=dict(known) if known else declare)
    return as_node(value)


def _read_claim(case: Case, known: Mapping[str, Variable]) -> Node:
    """The claim, with the letters that `where` defines replaced by what they stand for."""
    return read_with(case.claim, case.where, known, lambda value, names: read(value, case.declare, names))


def verify_formulas(case: Case) -> Verdict:
    """At least one of f and the claim is a formula."""
    if is_formula(case.f):
        f = read(case.f, case.declare, {})
        if is_formula(case.claim):
            known = {v.name: v for v in f.free} if not isinstance(case.declare, str) else _declared(case, f)
            return _two_formulas(f, _read_claim(case, known), case)
        return _function_claim(f, case)
    return _formula_claim(case)


def _declared(case: Case, f: Node) -> dict[str, Variable]:
    """The declared variables, and those that f brought in by itself."""
    found = variables(case.declare)
    return {v.name: v for v in (*f.free, *(found if isinstance(found, tuple) else (found,)))}


def _variable(f: Node, wrt: Any) -> Variable:
    if wrt is None:
        if len(f.free) != 1:
            names = ", ".join(sorted(v.name for v in f.free)) or "none"
            raise Misuse(f"say by which variable the derivative is meant: wrt= one of {names}")
        return next(iter(f.free))
    name = wrt if isinstance(wrt, str) else getattr(wrt, "name", None)
    for v in f.free:
        if v.name == name:
            return v
    raise Misuse(f"f does not depend on {wrt}: it has {', '.join(sorted(v.name for v in f.free)) or 'no variables'}")


def _two_formulas(f: Node, claim: Node, case: Case) -> Verdict:
    wrt = _variable(f, case.wrt)
    if f.is_scalar and not is_hessian(f, claim, wrt):
        return verify_gradient(Question(f, claim, wrt, case.seed))
    return verify_matrix(f, claim, wrt, case.seed)


def _function_claim(f: Node, case: Case) -> Verdict:
    """f a formula, the claim a function of x (or of all the variables by name)."""
    wrt = _variable(f, case.wrt)
    values = _values_at(f, wrt, case)
    at = values.pop(wrt)

    def value(x: Any) -> Any:
        return evaluate([f], {**values, wrt: x})[0]

    def claimed(x: Any) -> Any:
        return _call(case.claim, wrt, x, values)

    verdict = _black_box(value, claimed, at, wrt, case)
    return _named(verdict, Trace(f, (wrt,), values), wrt, claimed, at, case.seed) if f.is_scalar else verdict


def _black_box(f: Callable[..., Any], claim: Callable[..., Any], at: Any, wrt: Variable, case: Case) -> Verdict:
    facts = wrt.facts | wrt.properties
    return blackbox.compare(
        f,
        claim,
        at,
        symmetric="symmetric" in facts,
        signed=bool(facts & {"positive", "nonneg", "unit-interval"}),
        seed=case.seed,
        timeout=case.timeout,
    )


def _call(claim: Callable[..., Any], wrt: Variable, x: Any, values: Mapping[Variable, Any]) -> Any:
    try:
        names = list(inspect.signature(claim).parameters)
    except (TypeError, ValueError):
        names = []
    by_name = {v.name: value for v, value in values.items()} | {wrt.name: x}
    return claim(**{n: by_name[n] for n in names}) if len(names) > 1 and set(names) <= set(by_name) else claim(x)


def _values_at(f: Node, wrt: Variable, case: Case) -> dict[Variable, Any]:
    """The values of all variables of f: from `at`, drawn where `at` does not say."""
    given = dict(case.at) if isinstance(case.at, Mapping) else {} if case.at is None else {wrt.name: case.at}
    by_name = {getattr(k, "name", k): np.asarray(v, float) for k, v in given.items()}
    sizes = sizes_for([f, *f.free])
    for v in f.free:
        if v.name in by_name:
            sizes.update({s: n for s, n in zip(v.shape, np.shape(by_name[v.name]), strict=False) if s.is_Symbol})
    drawn = sample(f.free, sizes, np.random.default_rng(case.seed))
    return {v: by_name.get(v.name, drawn[v]) for v in f.free}


def _formula_claim(case: Case) -> Verdict:
    """f a function, the claim a formula: f is read as a formula where it can be."""
    found = traced(case.f, case.declare, case.at)
    if found is None:
        raise Misuse(
            "f could not be read as a formula, so that a formula claim has nothing to be compared with: declare the "
            "shapes of its parameters, or claim a function"
        )
    known = {v.name: v for v in (*found.expr.free, *found.parameters)}
    claim = _read_claim(case, known)
    wrt = case.wrt if case.wrt is not None else found.parameters[0].name
    return _two_formulas(found.expr, claim, replace(case, wrt=wrt))


def traced(f: Any, declare: Any, at: Any) -> Trace | None:
    """f read as a formula and compared with itself, or None."""
    try:
        shapes = (
            None
            if isinstance(at, Mapping) or at is None
            else {next(iter(inspect.signature(f).parameters)): np.shape(at)}
        )
        found = trace(f, declare, shapes)
        compare_trace(f, found)
        return found
    except (SymnormError, TypeError, ValueError, StopIteration):
        return None


def with_slip(verdict: Verdict, f: Any, claim: Callable[..., Any], declare: Any, at: Any, seed: int) -> Verdict:
    """A wrong verdict about two functions, with the slip that a reading of f can prove.

    What the values of f have proven stands, apart from a missing term, which a reading can tell from a sign.
    """
    if verdict.status != "wrong" or verdict.decided_by == "contract" or verdict.slip not in (None, "missing-term"):
        return verdict
    found = traced(f, declare, at)
    if found is None or not found.expr.is_scalar or len(found.parameters) != 1:
        return verdict
    return _named(verdict, found, found.parameters[0], claim, at, seed)


def _named(verdict: Verdict, found: Trace, wrt: Variable, claim: Callable[..., Any], at: Any, seed: int) -> Verdict:
    if verdict.status != "wrong" or verdict.decided_by == "contract":
        return verdict
    try:
        gradient = present(sweep(found.expr, [wrt]).gradients[wrt])
        samples = _claimed_samples(found, wrt, gradient, claim, at, seed)
        slip = diagnose(found.expr, wrt, gradient, samples) if samples else None
    except SymnormError:
        return verdict
    if slip is None:
        return verdict
    reason = verdict.reason or f"the gradient is {gradient}"
    return replace(verdict, slip=slip.name, evidence=located(slip, found.expr, wrt), reason=reason)


def _claimed_samples(
    found: Trace, wrt: Variable, gradient: Node, claim: Callable[..., Any], at: Any, seed: int
) -> list[Sample]:
    rng = np.random.default_rng(seed)
    base = np.asarray(at, float)
    sizes = {s: n for v in (wrt,) for s, n in zip(v.shape, base.shape, strict=False) if s.is_Symbol}
    samples = []
    for k in range(DRAWN + 1):
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
