"""Factorisations that compiled NumPy code calls: by LAPACK through SciPy where it is installed.

A matrix that cannot be factorised raises OutsideDomain; the caller adds which matrix it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from ..errors import OutsideDomain

try:
    from scipy.linalg import get_blas_funcs, get_lapack_funcs
except ImportError:
    get_blas_funcs = get_lapack_funcs = None

Array = Any


@dataclass(frozen=True, slots=True)
class Cholesky:
    """L with X = L L'; `factor` holds L in its lower triangle."""

    factor: Array


@dataclass(frozen=True, slots=True)
class LU:
    """P L U of a matrix; `matrix` is kept where LAPACK is not at hand."""

    factor: Array
    pivots: Array
    singular: bool


@dataclass(frozen=True, slots=True)
class Triangle:
    """A triangular matrix, used as it is."""

    factor: Array
    lower: bool


def _lapack(names: tuple[str, ...], like: Array) -> Any:
    key = (names, like.dtype.char)
    found = _ROUTINES.get(key)
    if found is None:
        found = _ROUTINES[key] = get_lapack_funcs(names, (like,))
    return found


def _blas(names: tuple[str, ...], like: Array) -> Any:
    key = (names, like.dtype.char)
    found = _ROUTINES.get(key)
    if found is None:
        found = _ROUTINES[key] = get_blas_funcs(names, (like,))
    return found


_ROUTINES: dict[Any, Any] = {}


def cholesky(x: Array) -> Cholesky:
    """The Cholesky factor of a symmetric positive definite matrix."""
    if get_lapack_funcs is None:
        try:
            factor, failed = np.linalg.cholesky(x), 0
        except np.linalg.LinAlgError:
            factor, failed = x, 1
    else:
        (potrf,) = _lapack(("potrf",), x)
        factor, failed = potrf(x.T if x.flags.c_contiguous else x, lower=1, clean=1)
    if failed or not isfinite(factor.diagonal().sum()):
        raise OutsideDomain("is not positive definite")
    return Cholesky(factor)


def cholesky_solve(f: Cholesky, b: Array) -> Array:
    """X^-1 B."""
    if get_lapack_funcs is None:
        return np.linalg.solve(f.factor.T, np.linalg.solve(f.factor, b))
    if b.ndim == 1:
        (potrs,) = _lapack(("potrs",), f.factor)
        return potrs(f.factor, b, lower=1)[0]
    (trsm,) = _blas(("trsm",), f.factor)
    half = trsm(1.0, f.factor, np.ascontiguousarray(b).T, side=1, lower=1, trans_a=1)
    return trsm(1.0, f.factor, half, side=1, lower=1, overwrite_b=1).T


def cholesky_inverse(f: Cholesky) -> Array:
    """X^-1."""
    if get_lapack_funcs is None:
        half = np.linalg.inv(f.factor)
        return half.T @ half
    (potri,) = _lapack(("potri",), f.factor)
    half = potri(f.factor, lower=1)[0]
    return mirror(half).T  # in the order of rows, as what it meets entry by entry


def mirror(x: Array) -> Array:
    """The symmetric matrix of a lower triangle with zeros above; by blocks where it is large."""
    n, step = len(x), 64
    if n <= 4 * step:
        whole = x + x.T
        whole.flat[::n + 1] *= 0.5
        return whole
    for i in range(0, n, step):
        x[i:i + step, i:i + step] = mirror(x[i:i + step, i:i + step])
        x[i:i + step, i + step:] = x[i + step:, i:i + step].T
    return x


def cholesky_logdet(f: Cholesky) -> float:
    """log det X."""
    return 2.0 * np.log(f.factor.diagonal()).sum()


def cholesky_det(f: Cholesky) -> float:
    """det X."""
    return f.factor.diagonal().prod() ** 2


def lu(x: Array) -> LU:
    """The LU factorisation with row exchanges; a singular matrix has a determinant, so that it is refused later."""
    if not isfinite(x.sum()):
        raise OutsideDomain("has entries that are not finite")
    if get_lapack_funcs is None:
        return LU(x, None, False)
    (getrf,) = _lapack(("getrf",), x)
    factor, pivots, failed = getrf(x)
    return LU(factor, pivots, failed > 0)


def _regular(f: LU) -> LU:
    if f.singular:
        raise OutsideDomain("is singular")
    return f


def lu_solve(f: LU, b: Array, transposed: bool = False) -> Array:
    """X^-1 B or X^-T B."""
    if get_lapack_funcs is None:
        try:
            return np.linalg.solve(f.factor.T if transposed else f.factor, b)
        except np.linalg.LinAlgError as error:
            raise OutsideDomain("is singular") from error
    (getrs,) = _lapack(("getrs",), _regular(f).factor)
    return getrs(f.factor, f.pivots, b, trans=int(transposed))[0]


def lu_inverse(f: LU) -> Array:
    """X^-1."""
    if get_lapack_funcs is None:
        return lu_solve(f, np.eye(len(f.factor), dtype=f.factor.dtype))
    (getri,) = _lapack(("getri",), _regular(f).factor)
    return getri(f.factor, f.pivots)[0]


def lu_logdet(f: LU) -> float:
    """log |det X|."""
    if get_lapack_funcs is None:
        sign, value = np.linalg.slogdet(f.factor)
        if sign == 0:
            raise OutsideDomain("is singular")
        return value
    return np.log(np.abs(_regular(f).factor.diagonal())).sum()


def lu_det(f: LU) -> float:
    """det X."""
    if get_lapack_funcs is None:
        return np.linalg.det(f.factor)
    exchanges = np.count_nonzero(f.pivots != np.arange(len(f.pivots)))
    return f.factor.diagonal().prod() * (-1 if exchanges % 2 else 1)


def symmetric(x: Array) -> Cholesky | LU:
    """The Cholesky factor of a symmetric matrix where it is positive definite, else its LU factorisation."""
    try:
        return cholesky(x)
    except OutsideDomain:
        return lu(x)


def symmetric_solve(f: Cholesky | LU, b: Array) -> Array:
    """X^-1 B."""
    return cholesky_solve(f, b) if isinstance(f, Cholesky) else lu_solve(f, b)


def symmetric_inverse(f: Cholesky | LU) -> Array:
    """X^-1."""
    return cholesky_inverse(f) if isinstance(f, Cholesky) else lu_inverse(f)


def symmetric_logdet(f: Cholesky | LU) -> float:
    """log |det X|."""
    return cholesky_logdet(f) if isinstance(f, Cholesky) else lu_logdet(f)


def symmetric_det(f: Cholesky | LU) -> float:
    """det X."""
    return cholesky_det(f) if isinstance(f, Cholesky) else lu_det(f)


def triangle(x: Array, lower: bool) -> Triangle:
    """A triangular matrix; the other triangle is not read."""
    diagonal = x.diagonal()
    if not diagonal.all() or not isfinite(diagonal.sum()):
        raise OutsideDomain("is singular")
    return Triangle(x, lower)


def triangle_solve(f: Triangle, b: Array, transposed: bool = False) -> Array:
    """X^-1 B or X^-T B."""
    if get_lapack_funcs is None:
        x = np.tril(f.factor) if f.lower else np.triu(f.factor)
        return np.linalg.solve(x.T if transposed else x, b)
    (trtrs,) = _lapack(("trtrs",), f.factor)
    return trtrs(f.factor, b, lower=int(f.lower), trans=int(transposed))[0]


def triangle_inverse(f: Triangle) -> Array:
    """X^-1."""
    return triangle_solve(f, np.eye(len(f.factor), dtype=f.factor.dtype))


def triangle_logdet(f: Triangle) -> float:
    """log |det X|."""
    return np.log(np.abs(f.factor.diagonal())).sum()


def triangle_det(f: Triangle) -> float:
    """det X."""
    return f.factor.diagonal().prod()
