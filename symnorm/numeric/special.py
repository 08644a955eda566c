"""The error function and the logarithm of the gamma function with its derivatives, from SciPy where it is installed.

Without it: erf and lgamma of the standard library, entry by entry; psi and psi' by their recurrence up to x + 10 and
the asymptotic series there, for positive x (nan elsewhere).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .extras import scipy_part

Array = Any
SHIFT = 10
DIGAMMA_SERIES = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
TRIGAMMA_SERIES = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)


def _series(x: Array, coefficients: tuple[float, ...]) -> Array:
    """c_1/x^2 + c_2/x^4 + ..."""
    square, found = 1 / (x * x), np.zeros_like(x)
    for c in reversed(coefficients):
        found = square * (c + found)
    return found


def _positive(x: Array) -> Array:
    values = np.asarray(x, dtype=float)
    return np.where(values > 0, values, np.nan)


def _erf(x: Array) -> Array:
    return np.vectorize(math.erf, otypes=[float])(x)


def _lgamma(x: Array) -> Array:
    return np.vectorize(_log_gamma, otypes=[float])(x)


def _log_gamma(t: float) -> float:
    """math.lgamma, infinite where it raises: at 0, -1, -2, ..., and where the value is too large a number."""
    try:
        return math.lgamma(t)
    except (ValueError, OverflowError):
        return math.inf


def _digamma(x: Array) -> Array:
    values = _positive(x)
    far = values + SHIFT
    passed = sum(1 / (values + k) for k in range(SHIFT))
    return np.log(far) - 0.5 / far - _series(far, DIGAMMA_SERIES) - passed


def _trigamma(x: Array) -> Array:
    values = _positive(x)
    far = values + SHIFT
    passed = sum(1 / (values + k) ** 2 for k in range(SHIFT))
    return 1 / far + 0.5 / (far * far) + _series(far, TRIGAMMA_SERIES) / far + passed


def _special() -> Any:
    return scipy_part("special")


def erf(x: Array) -> Array:
    """erf(x)."""
    return _special().erf(x) if _special() else _erf(x)


def lgamma(x: Array) -> Array:
    """log |Gamma(x)|."""
    return _special().gammaln(x) if _special() else _lgamma(x)


def digamma(x: Array) -> Array:
    """psi(x)."""
    return _special().psi(x) if _special() else _digamma(x)


def trigamma(x: Array) -> Array:
    """psi'(x)."""
    return _special().zeta(2.0, x) if _special() else _trigamma(x)
