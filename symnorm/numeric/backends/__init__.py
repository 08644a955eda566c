"""One module per target: how each instruction is written there."""

from __future__ import annotations

from ...errors import MissingExtra
from .backend import Backend

BACKENDS = ("numpy", "jax", "torch")


def find_backend(name: str) -> Backend:
    """A backend by name; imported when it is first asked for."""
    try:
        if name == "numpy":
            from .numpy import NUMPY

            return NUMPY
        if name == "jax":
            from .jax import JAX

            return JAX
        from .torch import TORCH

        return TORCH
    except ImportError as error:
        raise MissingExtra(name, name) from error


__all__ = ["BACKENDS", "Backend", "find_backend"]
