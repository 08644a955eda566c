"""Eigenvalues of the symmetric part, the pseudo-inverse and the matrix exponential: in NumPy, also of batches.

The exponential is SciPy's where it is installed, else the (13, 13) Pade approximant with scaling and squaring.
Source: [H] 10.3.
"""

from __future__ import annotations

from math import ceil, log2
from typing import Any

import numpy as np

from ..errors import OutsideDomain
from . import spectra
from .extras import scipy_part

Array = Any
PADE = (64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
        670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1)
RADIUS = 5.4
"""Up to this 1-norm the approximant has full accuracy."""


def eigh(x: Array) -> tuple[Array, Array]:
    """The eigenvalues in ascending order, and the eigenvectors, of the symmetric part."""
    if not np.isfinite(x).all():
        raise OutsideDomain("has entries that are not finite")
    found = np.linalg.eigh((x + x.swapaxes(-1, -2)) / 2)
    return found[0], found[1]


def eigengap(f: tuple[Array, Array], at: int) -> Array:
    """(s I - X)^+ for the eigenvalue s with the index `at`, which must be simple."""
    values = f[0]
    next_to = 1 if at == 0 else -2
    if values.shape[-1] > 1 and not (values[..., at] != values[..., next_to]).all():
        raise OutsideDomain(f"has no simple {'smallest' if at == 0 else 'largest'} eigenvalue")
    return spectra.eigengap(f, np.eye(values.shape[-1], dtype=values.dtype)[at])


def pinv(x: Array) -> Array:
    """The Moore-Penrose inverse."""
    if not np.isfinite(x).all():
        raise OutsideDomain("has entries that are not finite")
    return np.linalg.pinv(x)


def _expm(x: Array) -> Array:
    size = np.abs(x).sum(axis=-2).max(initial=0.0)
    squarings = max(0, ceil(log2(size / RADIUS))) if size > RADIUS and np.isfinite(size) else 0
    y = x / 2.0**squarings
    square, power = y @ y, np.broadcast_to(np.eye(x.shape[-1]), x.shape)
    odd = even = np.zeros_like(y)
    for k in range(0, len(PADE), 2):
        even, odd = even + PADE[k] * power, odd + PADE[k + 1] * power
        power = power @ square
    odd = y @ odd
    found = np.linalg.solve(even - odd, even + odd)
    for _ in range(squarings):
        found = found @ found
    return found


def expm(x: Array) -> Array:
    """e^X."""
    linalg = scipy_part("linalg")
    return linalg.expm(x) if linalg else _expm(x)
