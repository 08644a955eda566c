"""Parts of SciPy, imported when they are first needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


@cache
def scipy_part(name: str) -> Any:
    """scipy.special, scipy.linalg, ...; None where SciPy is not installed."""
    try:
        return import_module(f"scipy.{name}")
    except ImportError:
        return None
