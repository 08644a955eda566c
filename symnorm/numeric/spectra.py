"""What is computed from a thin singular value decomposition (U, s, V'), for any array library and for batches.

gap_inverse      (s_1^2 I - X X')^+ = (I - u u' + sum of s_i^2/(s_1^2 - s_i^2) u_i u_i')/s_1^2 over i > 1
solve_sylvester  the W with (XX')^(1/2) W + W (X'X)^(1/2) = F: U'W V = U'F V / (s_p + s_q), what U and V miss over s
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any
Factors = tuple[Array, Array, Array]
NEGLIGIBLE = 64
"""Singular values below that many roundings of the largest are noise, and so would be what is divided by them."""


def turned(x: Array) -> Array:
    """The transpose of each matrix of a batch."""
    return x.swapaxes(-1, -2)


def swapped(f: Factors) -> Factors:
    """The decomposition of X'."""
    u, s, vt = f
    return turned(vt), s, turned(u)


def has_simple_top(s: Array) -> bool:
    """Is the largest singular value simple, here and in the whole batch?"""
    return s.shape[-1] < 2 or bool((s[..., 0] > s[..., 1]).all())


def has_full_rank(s: Array) -> bool:
    """Is the smallest singular value well above rounding, here and in the whole batch?"""
    return bool((s[..., -1] > NEGLIGIBLE * s.shape[-1] * np.finfo(s.dtype).eps * s[..., 0]).all())


def gap_inverse(f: Factors, eye: Array, of_transpose: bool = False) -> Array:
    """(||X||^2 I - X X')^+, or that of X'; no difference of squares is formed."""
    u, s, _ = swapped(f) if of_transpose else f
    first, others = u[..., :, :1], u[..., :, 1:]
    top, rest = s[..., None, :1], s[..., None, 1:]
    weights = rest * rest / ((top - rest) * (top + rest))
    return (eye - first @ turned(first) + (others * weights) @ turned(others)) / (top * top)


def solve_sylvester(f: Factors, right: Array) -> Array:
    """W for a matrix F, or for a batch of them."""
    u, s, vt = f
    if u.shape[-2] < vt.shape[-1]:
        return turned(solve_sylvester(swapped(f), turned(right)))
    inside = right @ turned(vt)
    onto = turned(u) @ inside
    solved = onto / (s[..., :, None] + s[..., None, :])
    return (u @ solved + (inside - u @ onto) / s[..., None, :]) @ vt


def sylvester(f: Factors, stacked: Array) -> Array:
    """vec(W) for vec(F), or for each column."""
    m, n = f[0].shape[-2], f[2].shape[-1]
    if stacked.ndim == 1:
        return turned(solve_sylvester(f, turned(stacked.reshape(n, m)))).reshape(m * n)
    count = stacked.shape[1]
    cube = turned(stacked.swapaxes(0, 1).reshape(count, n, m))
    return turned(solve_sylvester(f, cube)).reshape(count, m * n).swapaxes(0, 1)


def eigengap(f: tuple[Array, Array], own: Array) -> Array:
    """(s I - X)^+ from the eigenvalues and eigenvectors of X; `own` is 1 at the place of the simple eigenvalue s."""
    values, vectors = f
    gaps = (values * own).sum(-1)[..., None] - values
    return (vectors * ((1 - own) / (gaps + own))[..., None, :]) @ turned(vectors)
