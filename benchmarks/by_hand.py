"""The gradients of the ten functions as an expert writes them with NumPy and LAPACK.

Nothing is checked, and no argument is changed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs

Array = Any


def sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(np.minimum(-z, 709.0)))


def quad_gradient(A: Array, x: Array) -> Array:
    return A @ x + x @ A


def lsq_gradient(A: Array, x: Array, b: Array) -> Array:
    r = A @ x
    r -= b
    r *= 2.0
    return r @ A


def l1_gradient(A: Array, x: Array) -> Array:
    s = np.sign(x - A @ x)
    return s - s @ A


def logreg_gradient(X: Array, w: Array, y: Array) -> Array:
    z = X @ w
    z *= y
    np.minimum(z, 709.0, out=z)
    np.exp(z, out=z)
    z += 1.0
    np.divide(y, z, out=z)
    np.negative(z, out=z)
    return z @ X


def matfac_gradient(T: Array, U: Array, V: Array) -> Array:
    return 2.0 * (U @ (V.T @ V) - T @ V)


def net_gradient(W: Array, X: Array, V: Array, Y: Array) -> Array:
    h = W @ X
    np.tanh(h, out=h)
    r = V @ h
    r -= Y
    g = V.T @ r
    h *= h
    np.subtract(1.0, h, out=h)
    g *= h
    return g @ X.T


def cholesky(s: Array) -> Array:
    factor, info = dpotrf(s.T, lower=1, clean=0)
    assert info == 0
    return factor


def inverse_of(factor: Array) -> Array:
    inverse = dpotri(factor, lower=1)[0]
    lower = np.tril(inverse)
    return lower + np.tril(lower, -1).T


def logdet_gradient(X: Array) -> Array:
    s = X.T @ X
    s.flat[:: len(s) + 1] += 1.0
    return 2.0 * (X @ inverse_of(cholesky(s)))


def gp_gradient(D: Array, y: Array, s: float, t: float, u: float) -> Array:
    e = np.exp(-t * D)
    k = s * e
    k.flat[:: len(k) + 1] += u
    factor = cholesky(k)
    a = dpotrs(factor, y, lower=1)[0]
    inverse = inverse_of(factor)
    inverse -= a[:, None] * a
    by_s = 0.5 * np.vdot(inverse, e)
    e *= D
    return by_s, -0.5 * s * np.vdot(inverse, e), 0.5 * inverse.trace()


def smce_gradient(X: Array, W: Array, Y: Array) -> Array:
    z = X @ W
    z -= z.max(axis=1)[:, None]
    np.exp(z, out=z)
    z /= z.sum(axis=1)[:, None]
    z -= Y
    return X.T @ z


def gnll_gradient(S: Array, X: Array) -> Array:
    factor = cholesky(S)
    inverse = inverse_of(factor)
    b = X @ inverse
    g = b.T @ b
    g *= -0.5
    inverse *= 0.5 * len(X)
    g += inverse
    return g
