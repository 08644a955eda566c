"""The arrays and numbers that a function holds, under the names that a claimed formula calls them by."""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np

from ..language.reading.numpy import is_record, released

LAMBDA = ("lam", "lamb", "lambd", "lmbda", "lamda", "lambda_")
"""What programs call lambda, which is a word of Python's own."""


def captured(f: Any) -> dict[str, Any]:
    """The arrays and numbers that a function takes from its closure and from its module."""
    f, bound = released(f)
    try:
        scope = inspect.getclosurevars(f)
    except TypeError:
        return {}
    held = {**scope.globals, **scope.nonlocals, **bound}
    for record in [value for value in held.values() if is_record(value)]:
        held = {**getattr(record, "__dict__", {}), **held}
    return {n: v for n, v in held.items() if isinstance(v, (np.ndarray, float, int)) and np.ndim(v) <= 2}


def numbers_of(f: Any, claim: Any, declare: Any, where: Any) -> tuple[Any, Any]:
    """`declare` and `where` with the numbers that f holds and the claim calls by their names: variables, and whole ones
    their values."""
    if not (isinstance(claim, str) and all(isinstance(x, (str, type(None))) for x in (declare, where))):
        return declare, where
    held = captured(f)
    words = set(re.findall(r"\w+", claim)) - set(re.findall(r"\w+", f"{declare} {where}"))
    numbers = {name: value for name, value in held.items() if name in words and np.ndim(value) == 0}
    spelled = next((name for name in LAMBDA if "lambda" in words and name in held), None)
    if spelled is not None:
        numbers[spelled] = held[spelled]
    scalars = [f"{name}: scalar" for name, value in numbers.items() if isinstance(value, float)]
    whole = [f"{name} = {value}" for name, value in numbers.items() if isinstance(value, int)]
    whole += [f"lambda = {spelled}"] if spelled is not None else []
    return _joined(", ", declare, scalars), _joined("; ", where, whole)


def _joined(by: str, given: str | None, more: list[str]) -> str | None:
    return by.join([*filter(None, [given]), *more]) or None
