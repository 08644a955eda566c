"""Norms and singular values that compiled NumPy code calls: they do not overflow, and refuse what is not finite."""

from __future__ import annotations

from math import isfinite, sqrt
from typing import Any

import numpy as np

from ..errors import OutsideDomain
from . import spectra

Array = Any


def svd(x: Array) -> Array:
    """U, s, V' of the thin singular value decomposition."""
    if not isfinite(x.sum()):
        raise OutsideDomain("has entries that are not finite")
    return np.linalg.svd(x, full_matrices=False)


def singular_values(x: Array) -> Array:
    """The singular values, the largest first."""
    if not isfinite(x.sum()):
        raise OutsideDomain("has entries that are not finite")
    return np.linalg.svd(x, compute_uv=False)


def gap_inverse(f: Any, eye: Array, of_transpose: bool = False) -> Array:
    """(||X||^2 I - X X')^+ from the singular value decomposition."""
    if not spectra.has_simple_top(f[1]):
        raise OutsideDomain("has no simple largest singular value")
    return spectra.gap_inverse(f, eye, of_transpose)


def sylvester(f: Any, stacked: Array) -> Array:
    """vec(W) with (XX')^(1/2) W + W (X'X)^(1/2) = F for vec(F), from the singular value decomposition of X."""
    if not spectra.has_full_rank(f[1]):
        raise OutsideDomain("does not have full rank")
    return spectra.sylvester(f, stacked)


def or_one(x: Array) -> Array:
    """x, and 1 where it is 0."""
    return np.where(x == 0, np.ones_like(x), x)


def norm_2(x: Array) -> float:
    """The root of the sum of squares; scaled where the squares leave the range of floats."""
    flat = x if x.ndim == 1 else x.ravel(order="K")
    squares = np.vdot(flat, flat)
    if 1e-280 < squares < 1e280 or not x.size:
        return sqrt(squares)
    return _scaled(flat, 2.0)


def norm_p(x: Array, p: float) -> float:
    """The p-norm; scaled where the powers leave the range of floats."""
    total = (np.abs(x) ** p).sum()
    if 1e-280 < total < 1e280:
        return total ** (1.0 / p)
    return _scaled(x, p)


def _scaled(x: Array, p: float) -> float:
    largest = np.abs(x).max()
    if largest == 0 or not isfinite(largest):
        return largest
    return largest * ((np.abs(x) / largest) ** p).sum() ** (1.0 / p)
