"""The Hessians and Hessian-vector products of the ten functions as an expert writes them with NumPy and LAPACK.

A Hessian by a matrix has shape (m, n, m, n); the GP's are the six entries by (s, t, u) on and above the diagonal. What
is multiplied is the last argument. Nothing is checked, and no argument is changed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg.lapack import dpotrs

from benchmarks.by_hand import cholesky, inverse_of, sigmoid

Array = Any


def quad_hessian(A: Array, x: Array) -> Array:
    return A + A.T


def lsq_hessian(A: Array, x: Array, b: Array) -> Array:
    return 2.0 * (A.T @ A)


def l1_hessian(A: Array, x: Array) -> Array:
    return np.zeros((len(x), len(x)))


def logreg_hessian(X: Array, w: Array, y: Array) -> Array:
    p = sigmoid(X @ w)
    z = np.sqrt(p * (1.0 - p))[:, None] * X
    return z.T @ z


def matfac_hessian(T: Array, U: Array, V: Array) -> Array:
    m, k = U.shape
    found = np.zeros((m, k, m, k))
    np.einsum("iaib->iab", found)[...] = 2.0 * (V.T @ V)
    return found


def net_hessian(W: Array, X: Array, V: Array, Y: Array) -> Array:
    h, n = W.shape
    t = np.tanh(W @ X)
    s = 1.0 - t * t
    z = (s[:, None, :] * X).reshape(h * n, -1)
    found = (z @ z.T).reshape(h, n, h, n)
    found *= (V.T @ V)[:, None, :, None]
    c = V.T @ (V @ t - Y)
    c *= t
    c *= s
    c *= -2.0
    np.einsum("iaib->iab", found)[...] += (c[:, None, :] * X) @ X.T
    return found


def logdet_hessian(X: Array) -> Array:
    s = X.T @ X
    s.flat[:: len(s) + 1] += 1.0
    p = inverse_of(cholesky(s))
    q = X @ p
    r = -(q @ X.T)
    r.flat[:: len(r) + 1] += 1.0
    p *= 2.0
    found = r[:, None, :, None] * p[:, None, :]
    found -= (2.0 * q)[:, None, None, :] * q.T[:, :, None]
    return found


def gp_hessian(D: Array, y: Array, s: float, t: float, u: float) -> Array:
    e = np.exp(-t * D)
    k = s * e
    k.flat[:: len(k) + 1] += u
    factor = cholesky(k)
    a = dpotrs(factor, y, lower=1)[0]
    inverse = inverse_of(factor)
    d = D * e
    by_s, by_t = inverse @ e, inverse @ d
    left_s, left_t, left_u = e @ a, d @ a, a
    right_s, right_t, right_u = by_s @ a, by_t @ a, inverse @ a
    w = inverse - a[:, None] * a
    once = np.vdot(w, d)
    d *= D
    return (left_s @ right_s - 0.5 * np.vdot(by_s.T, by_s),
            0.5 * s * np.vdot(by_s.T, by_t) - s * (left_s @ right_t) - 0.5 * once,
            left_s @ right_u - 0.5 * np.vdot(by_s, inverse),
            s * s * (left_t @ right_t - 0.5 * np.vdot(by_t.T, by_t)) + 0.5 * s * np.vdot(w, d),
            s * (0.5 * np.vdot(by_t, inverse) - left_t @ right_u),
            left_u @ right_u - 0.5 * np.vdot(inverse, inverse))


def smce_hessian(X: Array, W: Array, Y: Array) -> Array:
    (m, n), k = X.shape, W.shape[1]
    p = X @ W
    p -= p.max(axis=1)[:, None]
    np.exp(p, out=p)
    p /= p.sum(axis=1)[:, None]
    z = (X.T[:, None, :] * p.T).reshape(n * k, m)
    found = z @ z.T
    np.negative(found, out=found)
    found = found.reshape(n, k, n, k)
    np.einsum("ajbj->ajb", found)[...] += (z @ X).reshape(n, k, n)
    return found


def gnll_hessian(S: Array, X: Array) -> Array:
    inverse = inverse_of(cholesky(S))
    b = X @ inverse
    c = b.T @ b
    c *= 0.5
    found = (c - (0.5 * len(X)) * inverse)[:, None, None, :] * inverse[:, :, None]
    found += inverse[:, None, None, :] * c[:, :, None]
    return found


def quad_product(A: Array, x: Array, v: Array) -> Array:
    return A @ v + v @ A


def lsq_product(A: Array, x: Array, b: Array, v: Array) -> Array:
    r = A @ v
    r *= 2.0
    return r @ A


def logreg_product(X: Array, w: Array, y: Array, v: Array) -> Array:
    p = sigmoid(X @ w)
    p *= 1.0 - p
    p *= X @ v
    return p @ X


def matfac_product(T: Array, U: Array, V: Array, D: Array) -> Array:
    return D @ (2.0 * (V.T @ V))


def net_product(W: Array, X: Array, V: Array, Y: Array, D: Array) -> Array:
    t = np.tanh(W @ X)
    s = 1.0 - t * t
    moved = D @ X
    moved *= s
    g = V.T @ (V @ moved)
    c = V.T @ (V @ t - Y)
    c *= t
    c *= -2.0
    c *= moved
    g *= s
    g += c
    return g @ X.T


def logdet_product(X: Array, D: Array) -> Array:
    s = X.T @ X
    s.flat[:: len(s) + 1] += 1.0
    p = inverse_of(cholesky(s))
    c = D.T @ X
    c += c.T
    g = D - X @ (p @ c)
    g *= 2.0
    return g @ p


def smce_product(X: Array, W: Array, Y: Array, D: Array) -> Array:
    p = X @ W
    p -= p.max(axis=1)[:, None]
    np.exp(p, out=p)
    p /= p.sum(axis=1)[:, None]
    moved = X @ D
    moved -= np.einsum("ij,ij->i", p, moved)[:, None]
    p *= moved
    return X.T @ p


def gnll_product(S: Array, X: Array, D: Array) -> Array:
    inverse = inverse_of(cholesky(S))
    b = X @ inverse
    c = b.T @ b
    c *= 0.5
    turned = inverse @ D.T
    g = turned @ (c - (0.5 * len(X)) * inverse)
    g += (c @ D.T) @ inverse
    return g
