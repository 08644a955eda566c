"""Verdicts where f, the claim or both are formulas, or where f can be read as one.

Formulas are decided by `formula_claims`. A claim that is a function is compared at points, as a black box with f
evaluated, and a wrong one is then held against the slips that our own derivation could have had. A function f is read
as a formula when it can be traced; when it cannot, its values are all that counts.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import Misuse, ReadingError, ShapeError, SymnormError
from ..language.leaves import variable
from ..language.node import Node, Variable
from ..language.reading.numpy import Trace, trace
from ..language.symbols import variables
from ..numeric.interpret import evaluate
from ..numeric.sampling import sample, sizes_for
from ..numeric.traced import compare as compare_trace
from .about import About
from .captured import captured, numbers_of
from .definitions import read_with
from .formula_claims import judge
from .function_claims import compared, named
from .meant import Claimed, kind_of
from .misfits import as_transpose
from .verdict import Verdict
from .writing import Size, is_formula, is_latex, read


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
    kind: str | None = None


def verify_formulas(case: Case) -> Verdict:
    """At least one of f and the claim is a formula."""
    if not is_formula(case.f):
        return _claim_about_function(case)
    f = read(case.f, case.declare, {})
    if not is_formula(case.claim):
        return _function_claim(f, case)
    known = {v.name: v for v in f.free} if not isinstance(case.declare, str) else _declared(case, f)
    return _two_formulas(f, case, known)


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


def _two_formulas(f: Node, case: Case, known: Mapping[str, Variable]) -> Verdict:
    """Both formulas; a claim whose sizes do not fit is wrong where one transpose makes it fit, and right."""
    try:
        return _judged(f, case, known)
    except ReadingError as error:
        if not (isinstance(error, ShapeError) and isinstance(case.claim, str)):
            raise
        found = as_transpose(case.claim, known.values(), is_latex(case.f) or is_latex(case.claim),
                             lambda text: _judged(f, replace(case, claim=text), known),
                             f"the claim does not fit: {error.problem}")
        if found is None:
            raise
        return found


def _judged(f: Node, case: Case, known: Mapping[str, Variable]) -> Verdict:
    wrt = _variable(f, case.wrt)
    size = wrt.rows * wrt.cols
    shapes = ((wrt.rows, wrt.cols), (wrt.cols, wrt.rows), (size, size)) if f.is_scalar else (
        (f.rows * f.cols, size), (size, f.rows * f.cols))
    claim = _read_claim(case, known, shapes)
    return judge(Claimed(f, claim, wrt, case.kind or kind_of(f, claim, wrt), case.seed))


def _read_claim(case: Case, known: Mapping[str, Variable], shapes: tuple[tuple[Size, Size], ...]) -> Node:
    """The claim, with the letters that `where` defines replaced by what they stand for."""
    return read_with(case.claim, case.where, known,
                     lambda value, names: read(value, case.declare, names, shapes, case.f))


def _function_claim(f: Node, case: Case) -> Verdict:
    """f a formula, the claim a function of x (or of all the variables by name)."""
    wrt = _variable(f, case.wrt)
    values = _values_at(f, wrt, case)
    at = values.pop(wrt)

    def value(x: Any) -> Any:
        return evaluate([f], {**values, wrt: x})[0]

    def claimed(x: Any, *direction: Any) -> Any:
        return _call(case.claim, wrt, x, values, direction)

    facts = wrt.facts | wrt.properties
    verdict = compared(value, claimed, at, facts, wrt.name, case.kind, case.seed, case.timeout)
    found = Trace(f, (wrt,), values)
    if case.kind in (None, "gradient"):
        verdict = named(verdict, found, wrt, claimed, at, case.seed, stands=False)
    return _about(verdict, case, lambda: found)


def _call(
    claim: Callable[..., Any], wrt: Variable, x: Any, values: Mapping[Variable, Any], direction: tuple[Any, ...]
) -> Any:
    if direction:
        return claim(x, *direction)
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


def _claim_about_function(case: Case) -> Verdict:
    """f a function, the claim a formula: f is read as a formula where it can be; else the claim is evaluated."""
    declare, where = numbers_of(case.f, case.claim, case.declare, case.where)
    case = replace(case, declare=declare, where=where)
    found = traced(case.f, case.declare, case.at)
    if found is None:
        return _evaluated_claim(case)
    known = {v.name: v for v in (*found.expr.free, *found.parameters)}
    wrt = case.wrt if case.wrt is not None else found.parameters[0].name
    return _about(_two_formulas(found.expr, replace(case, wrt=wrt), known), case, lambda: found)


def _about(verdict: Verdict, case: Case, reading: Callable[[], Trace | None]) -> Verdict:
    """The verdict about what came: functions are shown as they are written, beside what they were read as."""
    about = verdict.about
    if not isinstance(about, About):
        return verdict
    axes = None if case.at is None or isinstance(case.at, Mapping) else np.ndim(case.at)
    return verdict.with_about(replace(about, f=case.f, claim=case.claim, axes=axes, reading=reading))


def _evaluated_claim(case: Case) -> Verdict:
    """The claim as a function of x, with the arrays that f captured under the names that the formula uses."""
    at = case.at
    if at is None or isinstance(at, Mapping):
        raise Misuse(
            "f could not be read as a formula: declare the shapes of its parameters, or give at=x, so that the claim "
            "is compared with the values of f"
        )
    name = case.wrt if isinstance(case.wrt, str) else next(iter(inspect.signature(case.f).parameters))
    held = {**captured(case.f), name: at}
    known = {n: variable(n, *(*np.shape(v), 1, 1)[:2]) for n, v in held.items()}
    claim = _read_claim(case, known, ((known[name].rows, known[name].cols),))
    unknown = sorted(v.name for v in claim.free if v.name not in held)
    if unknown:
        raise Misuse(f"f could not be read as a formula, and it holds no array {', '.join(unknown)} for the claim")
    values = {known[n]: np.asarray(v, float) for n, v in held.items() if known[n] in claim.free}

    def claimed(x: Any) -> Any:
        return evaluate([claim], {**values, known[name]: x})[0]

    return compared(case.f, claimed, at, frozenset(), name, case.kind, case.seed, case.timeout)


def traced(f: Any, declare: Any, at: Any) -> Trace | None:
    """f read as a formula and compared with itself, or None."""
    try:
        shapes = (
            None
            if isinstance(at, Mapping) or at is None
            else {next(iter(inspect.signature(f).parameters)): np.shape(at)}
        )
        found = trace(f, declare if shapes is None else _of_shapes(declare, shapes), shapes)
        compare_trace(f, found)
        return found
    except (SymnormError, TypeError, ValueError, StopIteration, SystemExit):
        return None


def _of_shapes(declare: Any, shapes: Mapping[str, tuple[int, ...]]) -> Any:
    """The declared variables, with the sizes that the point has."""
    if not isinstance(declare, str):
        return declare
    found = variables(declare)
    every = found if isinstance(found, tuple) else (found,)
    sized = {v: (*shapes.get(v.name, v.shape), 1, 1)[:2] for v in every}
    return [variable(v.name, rows, cols, v.properties) for v, (rows, cols) in sized.items()]


def two_functions(case: Case, facts: frozenset[str]) -> Verdict:
    """f and the claim are functions: their values decide, and a reading of f shows the slip."""
    try:
        name = next(iter(inspect.signature(case.f).parameters))
    except (TypeError, ValueError, StopIteration):
        name = "x"
    verdict = compared(case.f, case.claim, case.at, facts, name, case.kind, case.seed, case.timeout)

    def reading() -> Trace | None:
        return traced(case.f, case.declare, case.at)

    if verdict.status == "wrong" and verdict.decided_by != "contract" and case.kind in (None, "gradient"):
        found = reading()
        if found is not None and len(found.parameters) == 1:
            verdict = named(verdict, found, found.parameters[0], case.claim, case.at, case.seed, stands=True)
    return _about(verdict, case, reading)
