"""Functions of several arrays: the claim has one derivative for each, and each is judged with the others held."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ..errors import Misuse
from .about import About
from .formulas import Case, two_functions
from .verdict import Verdict

WORST_FIRST = ("wrong", "undecided", "right")


def arguments(f: Any, at: Any) -> dict[str, Any]:
    """The values of the arguments of f where `at` holds one for each of two or more, and none otherwise."""
    if not isinstance(at, (tuple, list, Mapping)) or len(at) < 2:
        return {}
    try:
        found = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return {}
    names = [p.name for p in found if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty]
    if isinstance(at, Mapping):
        return {name: at[name] for name in names} if set(names) == set(at) else {}
    return dict(zip(names, at, strict=True)) if len(names) == len(at) else {}


def verify_each(case: Case, given: Mapping[str, Any], facts: frozenset[str]) -> Verdict:
    """f(W, v) against a claim that returns (df/dW, df/dv): the worst of the verdicts by each argument."""
    if case.kind not in (None, "gradient", "jacobian"):
        raise Misuse(f"kind={case.kind!r} is for functions of one array; hold the others with functools.partial")
    names = tuple(given)
    chosen = _chosen(names, case.wrt)
    point = [np.array(value) for value in given.values()]
    refused = _returned(case, point, chosen)
    if refused is not None:
        return refused
    verdicts = {name: _by_one(case, names, name, len(chosen) > 1, point, facts) for name in chosen}
    for value, before in zip(point, given.values(), strict=True):
        if not np.array_equal(value, before):
            return Verdict("wrong", "contract", slip="mutates", reason="f or the claim writes into its argument")
    return _together(verdicts)


def _chosen(names: tuple[str, ...], wrt: Any) -> tuple[str, ...]:
    chosen = names if wrt is None else tuple(wrt) if isinstance(wrt, (tuple, list)) else (str(wrt),)
    for name in chosen:
        if name not in names:
            raise Misuse(f"f has no argument {name}: it has {', '.join(names)}")
    return chosen


def _returned(case: Case, point: list[Any], chosen: tuple[str, ...]) -> Verdict | None:
    """The verdict on a claim that does not return one derivative for each argument; None where it does, or raises."""
    if len(chosen) == 1:
        return None
    try:
        found = case.claim(*map(np.copy, point))
    except Exception:  # the claim's own, whatever it is: the comparison by each argument meets and reports it
        return None
    if isinstance(found, Mapping) and set(chosen) <= set(found):
        return None
    if isinstance(found, (tuple, list)) and len(found) == len(chosen):
        return None
    wanted = f"one derivative for each of {', '.join(chosen)}"
    got = f"{type(found).__name__} of {len(found)}" if isinstance(found, (tuple, list)) else type(found).__name__
    return Verdict("wrong", "contract", slip="shape", reason=f"the claim returns {got}, and should return {wanted}")


@dataclass(frozen=True, slots=True)
class _Part:
    """The derivative by one argument, of a claim that returns several."""

    claim: Callable[..., Any]
    held: list[Any]
    place: int
    key: tuple[int, str] | None

    def __call__(self, x: Any) -> Any:
        found = self.claim(*self.held[: self.place], x, *self.held[self.place + 1 :])
        if self.key is None:
            return found
        return found[self.key[1]] if isinstance(found, Mapping) else found[self.key[0]]


def _by_one(
    case: Case, names: tuple[str, ...], name: str, one_of_many: bool, point: list[Any], facts: frozenset[str]
) -> Verdict:
    place = names.index(name)
    later = dict(zip(names[place + 1 :], point[place + 1 :], strict=True))
    order = _chosen(names, case.wrt).index(name)
    f = partial(case.f, *point[:place], **later)
    claim = _Part(case.claim, point, place, (order, name) if one_of_many else None)
    verdict = two_functions(replace(case, f=f, claim=claim, at=point[place], wrt=None), facts)
    if isinstance(verdict.about, About):
        return verdict.with_about(replace(verdict.about, f=case.f, claim=case.claim))
    return verdict


def _together(verdicts: Mapping[str, Verdict]) -> Verdict:
    worst = min(verdicts, key=lambda name: WORST_FIRST.index(verdicts[name].status))
    verdict = verdicts[worst]
    if verdict.status == "right":
        points = tuple(replace(p, note=f"by {name}") for name, v in verdicts.items() for p in v.points)
        errors = [v.error for v in verdicts.values() if v.error is not None]
        return replace(verdict, points=points, error=max(errors, default=None))
    right = ", ".join(name for name, v in verdicts.items() if v.status == "right")
    reason = f"by {worst}: {verdict.reason}" + (f" (right by {right})" if right else "")
    return replace(verdict, reason=reason)
