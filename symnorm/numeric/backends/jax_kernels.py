"""What compiled JAX code calls. Nothing is raised for a singular matrix: the result is not finite, as JAX has it."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax.scipy import special
from jax.scipy.linalg import cho_solve, lu_factor, solve_triangular
from jax.scipy.linalg import expm as matrix_exponential
from jax.scipy.linalg import lu_solve as solve_with

from .. import spectra

Array = Any


def cholesky(x: Array) -> Array:
    return jnp.linalg.cholesky(x)


def cholesky_solve(f: Array, b: Array) -> Array:
    return cho_solve((f, True), b)


def cholesky_inverse(f: Array) -> Array:
    return cho_solve((f, True), jnp.eye(len(f), dtype=f.dtype))


def cholesky_logdet(f: Array) -> Array:
    return 2.0 * jnp.log(jnp.diagonal(f)).sum()


def cholesky_det(f: Array) -> Array:
    return jnp.diagonal(f).prod() ** 2


def lu(x: Array) -> Array:
    return lu_factor(x)


def lu_solve(f: Array, b: Array, transposed: bool = False) -> Array:
    return solve_with(f, b, trans=int(transposed))


def lu_inverse(f: Array) -> Array:
    return solve_with(f, jnp.eye(len(f[0]), dtype=f[0].dtype))


def lu_logdet(f: Array) -> Array:
    return jnp.log(jnp.abs(jnp.diagonal(f[0]))).sum()


def lu_det(f: Array) -> Array:
    exchanges = (f[1] != jnp.arange(len(f[1]))).sum()
    return jnp.diagonal(f[0]).prod() * (1 - 2 * (exchanges % 2))


symmetric, symmetric_solve, symmetric_inverse = lu, lu_solve, lu_inverse
symmetric_logdet, symmetric_det = lu_logdet, lu_det


def triangle(x: Array, lower: bool) -> Array:
    return x, lower


def triangle_solve(f: Array, b: Array, transposed: bool = False) -> Array:
    return solve_triangular(f[0], b, lower=f[1], trans=int(transposed))


def triangle_inverse(f: Array) -> Array:
    return triangle_solve(f, jnp.eye(len(f[0]), dtype=f[0].dtype))


def triangle_logdet(f: Array) -> Array:
    return jnp.log(jnp.abs(jnp.diagonal(f[0]))).sum()


def triangle_det(f: Array) -> Array:
    return jnp.diagonal(f[0]).prod()


def svd(x: Array) -> Array:
    return jnp.linalg.svd(x, full_matrices=False)


def singular_values(x: Array) -> Array:
    return jnp.linalg.svd(x, compute_uv=False)


def or_one(x: Array) -> Array:
    return jnp.where(x == 0, jnp.ones_like(x), x)


def norm_2(x: Array) -> Array:
    return jnp.sqrt((x * x).sum())


def norm_p(x: Array, p: Array) -> Array:
    return (jnp.abs(x) ** p).sum() ** (1.0 / p)


gap_inverse, sylvester = spectra.gap_inverse, spectra.sylvester


erf, lgamma, digamma = special.erf, special.gammaln, special.digamma


def trigamma(x: Array) -> Array:
    return special.polygamma(1, x)


def eigh(x: Array) -> Array:
    return jnp.linalg.eigh((x + x.T) / 2)


def eigengap(f: Array, at: int) -> Array:
    return spectra.eigengap(f, jnp.eye(len(f[0]), dtype=f[0].dtype)[at])


pinv, expm = jnp.linalg.pinv, matrix_exponential
