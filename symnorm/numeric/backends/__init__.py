"""One module per target: how each instruction is written there."""

from __future__ import annotations

from collections.abc import Callable

from .backend import Backend


def _numpy() -> Backend:
    from .numpy import NUMPY
    return NUMPY


BACKENDS: dict[str, Callable[[], Backend]] = {"numpy": _numpy}

__all__ = ["BACKENDS", "Backend"]
