"""What compiled PyTorch code calls. PyTorch raises its own error for a matrix that cannot be factorised."""

from __future__ import annotations

from typing import Any

import torch

from .. import spectra

Array = Any


def maximum(a: Array, b: Array) -> Array:
    return torch.clamp(a, min=b)


def minimum(a: Array, b: Array) -> Array:
    return torch.clamp(a, max=b)


def heaviside(a: Array, at_zero: float) -> Array:
    return torch.heaviside(a, torch.tensor(at_zero, dtype=a.dtype, device=a.device))


def cholesky(x: Array) -> Array:
    return torch.linalg.cholesky(x)


def cholesky_solve(f: Array, b: Array) -> Array:
    columns = b if b.ndim == 2 else b[:, None]
    return torch.cholesky_solve(columns, f).reshape(b.shape)


def cholesky_inverse(f: Array) -> Array:
    return torch.cholesky_inverse(f)


def cholesky_logdet(f: Array) -> Array:
    return 2.0 * torch.log(f.diagonal()).sum()


def cholesky_det(f: Array) -> Array:
    return f.diagonal().prod() ** 2


def lu(x: Array) -> Array:
    return x, *torch.linalg.lu_factor(x)


def lu_solve(f: Array, b: Array, transposed: bool = False) -> Array:
    columns = b if b.ndim == 2 else b[:, None]
    factor, pivots = f[1:]
    found = torch.linalg.lu_solve(factor, pivots, columns, adjoint=transposed)
    return found.reshape(b.shape)


def lu_inverse(f: Array) -> Array:
    return lu_solve(f, torch.eye(len(f[0]), dtype=f[0].dtype, device=f[0].device))


def lu_logdet(f: Array) -> Array:
    return torch.log(torch.abs(f[1].diagonal())).sum()


def lu_det(f: Array) -> Array:
    return torch.linalg.det(f[0])


symmetric, symmetric_solve, symmetric_inverse = lu, lu_solve, lu_inverse
symmetric_logdet, symmetric_det = lu_logdet, lu_det


def triangle(x: Array, lower: bool) -> Array:
    return x, lower


def triangle_solve(f: Array, b: Array, transposed: bool = False) -> Array:
    columns = b if b.ndim == 2 else b[:, None]
    x = f[0].T if transposed else f[0]
    return torch.linalg.solve_triangular(x, columns, upper=f[1] == transposed).reshape(b.shape)


def triangle_inverse(f: Array) -> Array:
    return triangle_solve(f, torch.eye(len(f[0]), dtype=f[0].dtype, device=f[0].device))


def triangle_logdet(f: Array) -> Array:
    return torch.log(torch.abs(f[0].diagonal())).sum()


def triangle_det(f: Array) -> Array:
    return f[0].diagonal().prod()


def or_one(x: Array) -> Array:
    return torch.where(x == 0, torch.ones_like(x), x)


def norm_2(x: Array) -> Array:
    return torch.linalg.vector_norm(x)


def norm_p(x: Array, p: Array) -> Array:
    return (torch.abs(x) ** p).sum() ** (1.0 / p)


gap_inverse, sylvester = spectra.gap_inverse, spectra.sylvester


erf, lgamma, digamma = torch.special.erf, torch.special.gammaln, torch.special.digamma


def trigamma(x: Array) -> Array:
    return torch.special.polygamma(1, x)


def eigh(x: Array) -> Array:
    return torch.linalg.eigh((x + x.T) / 2)


def eigengap(f: Array, at: int) -> Array:
    return spectra.eigengap(f, torch.eye(len(f[0]), dtype=f[0].dtype, device=f[0].device)[at])


pinv, expm = torch.linalg.pinv, torch.linalg.matrix_exp
