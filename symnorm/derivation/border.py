"""SymPy in, SymPy out: a result takes the form of what the caller passed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..language.reading.foreign import is_sympy

TO_SYMPY: dict[str, Callable[..., Any]] = {}
"""The printer into SymPy's classes: filled in by `symnorm.wiring`."""


def like(original: Any, result: Any) -> Any:
    """`result` in SymPy's own classes where the original was SymPy's, with the symbols of the original."""
    if not is_sympy(original):
        return result
    if "like" not in TO_SYMPY:
        import_module("symnorm.wiring")
    return TO_SYMPY["like"](original, result)
