"""The value of each operation on arrays (..., rows, cols): one row per operation.

Formulas that overflow or cancel are written in their stable form; nothing here is conjugated, so that the formulas
without kinks are analytic and take complex steps.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from . import special
from .matrix_functions import eigengap, eigh, expm, pinv
from .spectra import gap_inverse, has_full_rank, has_simple_top, solve_sylvester, turned

Array = Any
Shape = tuple[int, int]


def total(x: Array) -> Array:
    """The sum of all entries, as 1 x 1."""
    return x.sum(axis=(-2, -1), keepdims=True)


def largest(x: Array) -> Array:
    return x.max(axis=(-2, -1), keepdims=True)


def _scalar(x: Array) -> Array:
    return np.asarray(x)[..., None, None]


def magnitude(x: Array) -> Array:
    """|x|, analytic where x is complex: the sign of the real part."""
    return np.where(x.real < 0, -x, x) if np.iscomplexobj(x) else np.abs(x)


def _sigmoid(x: Array) -> Array:
    small = np.exp(-magnitude(x))
    return np.where(x.real >= 0, 1 / (1 + small), small / (1 + small))


def _softplus(x: Array) -> Array:
    return np.where(x.real > 0, x, 0) + np.log1p(np.exp(-magnitude(x)))


def _huber(x: Array, delta: Array) -> Array:
    size = magnitude(x)
    return np.where(size.real <= delta.real, x * x / 2, delta * (size - delta / 2))


def _clip(x: Array, delta: Array) -> Array:
    return np.where(x.real > delta.real, delta, np.where(x.real < -delta.real, -delta, x))


ELEMENTWISE: dict[str, Callable[..., Array]] = {
    "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "tan": np.tan, "arcsin": np.arcsin, "arccos": np.arccos,
    "arctan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "abs": magnitude,
    "sign": lambda x: np.sign(x.real) + 0.0,
    "relu": lambda x: np.where(x.real > 0, x, np.where(np.isnan(x), x, 0)),
    "step": lambda x: np.where(np.isnan(x), np.nan, (x.real > 0) + 0.0),
    "sigmoid": _sigmoid, "softplus": _softplus, "huber": _huber, "clip": _clip,
    "inside": lambda x, d: (np.abs(x) < d.real) + 0.0,
    "elu": lambda x, a: np.where(x > 0, x, a * np.expm1(np.where(x > 0, 0, x))),
    "erf": special.erf, "lgamma": special.lgamma, "digamma": special.digamma, "trigamma": special.trigamma,
}


def _two(x: Array) -> Array:
    scale = np.abs(x).max(axis=(-2, -1), keepdims=True)
    scale = np.where((scale > 0) & np.isfinite(scale), scale, 1.0)
    y = x / scale
    return scale * np.sqrt(total(y * y))


def _p(x: Array, p: Array) -> Array:
    scale = np.abs(x).max(axis=(-2, -1), keepdims=True)
    scale = np.where((scale > 0) & np.isfinite(scale), scale, 1.0)
    return scale * total((magnitude(x) / scale) ** p) ** (1 / p)


def _rows(x: Array) -> Array:
    return np.sqrt((x * x).sum(axis=-1, keepdims=True))


def _singular(x: Array) -> Array:
    return np.linalg.svd(x, compute_uv=False)


NORMS: dict[str, Callable[..., Array]] = {
    "1": lambda x: total(magnitude(x)), "2": _two, "fro": _two, "p": _p,
    "inf": lambda x: largest(np.abs(x)),
    "w": lambda x, w: np.sqrt(turned(x) @ w @ x),
    "nuc": lambda x: _scalar(_singular(x).sum(axis=-1)),
    "spec": lambda x: _scalar(_singular(x)[..., 0]),
    "21": lambda x: total(_rows(x)), "2inf": lambda x: largest(_rows(x)),
    "ind1": lambda x: np.abs(x).sum(axis=-2, keepdims=True).max(axis=-1, keepdims=True),
    "indinf": lambda x: np.abs(x).sum(axis=-1, keepdims=True).max(axis=-2, keepdims=True),
}


def _logdet(x: Array) -> Array:
    sign, value = np.linalg.slogdet(x)
    if np.any(sign == 0):
        raise np.linalg.LinAlgError("Singular matrix")
    return _scalar(value)


def _diag(v: Array) -> Array:
    return v * np.eye(v.shape[-2])


def _kron(a: Array, b: Array) -> Array:
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    product = np.einsum("...ij,...kl->...ikjl", a, b)
    return product.reshape(*lead, a.shape[-2] * b.shape[-2], a.shape[-1] * b.shape[-1])


def _vec(shape: Shape, x: Array) -> Array:
    return turned(x).reshape(*x.shape[:-2], *shape)


def commutation(m: int, n: int) -> Array:
    """The rows of the identity in the order in which vec(A) becomes vec(A'), for A of m x n."""
    return np.eye(m * n)[np.arange(m * n).reshape(n, m).T.ravel()]


def _unvec(shape: Shape, v: Array) -> Array:
    return turned(v.reshape(*v.shape[:-2], shape[1], shape[0]))


def _kron_adjoint(shape: Shape, side: str, g: Array, other: Array) -> Array:
    p, q = other.shape[-2:]
    if side == "left":
        blocks = g.reshape(*g.shape[:-2], shape[0], p, shape[1], q)
        return np.einsum("...ikjl,...kl->...ij", blocks, other)
    blocks = g.reshape(*g.shape[:-2], p, shape[0], q, shape[1])
    return np.einsum("...ikjl,...ij->...kl", blocks, other)


def _log_sum_exp(x: Array) -> Array:
    top = largest(x.real)
    top = np.where(np.isfinite(top), top, 0.0)
    return top + np.log(total(np.exp(x - top)))


def _softmax(x: Array) -> Array:
    small = np.exp(x - largest(x.real))
    return small / total(small)


def _peak(x: Array) -> Array:
    at = (x == largest(x)) + 0.0
    return at / total(at)


def _polar(x: Array) -> Array:
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return u @ vt


def _leading(x: Array) -> Array:
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return u[..., :, :1] @ vt[..., :1, :]


def _gap_inverse(x: Array) -> Array:
    factors = np.linalg.svd(x, full_matrices=False)
    if not has_simple_top(factors[1]):
        raise np.linalg.LinAlgError("the largest singular value is not simple")
    return gap_inverse(factors, np.eye(x.shape[-2]))


def _sylvester(x: Array) -> Array:
    """Column (j, i) is the solution for the matrix with a one at (i, j)."""
    m, n = x.shape[-2:]
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    if not has_full_rank(s):
        raise np.linalg.LinAlgError("the matrix does not have full rank")
    units = np.eye(m * n).reshape(m * n, n, m).swapaxes(-1, -2)
    found = solve_sylvester((u[..., None, :, :], s[..., None, :], vt[..., None, :, :]), units)
    return turned(turned(found).reshape(*x.shape[:-2], m * n, m * n))


def _singular_vector(x: Array, side: str) -> Array:
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return u[..., :, :1] if side == "left" else turned(vt[..., :1, :])


def _place(data: Any) -> int:
    """Eigenvalues come in ascending order."""
    return -1 if data[0] == "max" else 0


def _trace(x: Array) -> Array:
    return _scalar(np.trace(x, axis1=-2, axis2=-1))


def _diagonal(x: Array) -> Array:
    return np.diagonal(x, axis1=-2, axis2=-1)[..., None]


def _power(x: Array, exponent: Array) -> Array:
    """Whole exponents as repeated products, so that a negative base has its real value."""
    if exponent.size == 1 and not np.iscomplexobj(exponent):
        number = float(exponent.reshape(()))
        if number.is_integer() and abs(number) < 2**31:
            return 1 / x ** int(-number) if number < 0 else x ** int(number)
    return x**exponent


OPERATIONS: dict[str, Callable[..., Array]] = {
    "Identity": lambda shape, data: np.eye(shape[0]),
    "Ones": lambda shape, data: np.ones(shape),
    "Zero": lambda shape, data: np.zeros(shape),
    "Array": lambda shape, data: np.array(data[0].evalf(20).tolist(), dtype=float),
    "Add": lambda shape, data, *a: reduce(np.add, a),
    "Mul": lambda shape, data, *a: reduce(np.multiply, a),
    "Hadamard": lambda shape, data, *a: reduce(np.multiply, a),
    "Power": lambda shape, data, x, k: _power(x, k),
    "MatMul": lambda shape, data, *a: reduce(np.matmul, a),
    "MatPower": lambda shape, data, x: np.linalg.matrix_power(x, data[0]),
    "Transpose": lambda shape, data, x: turned(x),
    "Inverse": lambda shape, data, x: np.linalg.inv(x),
    "Trace": lambda shape, data, x: _trace(x),
    "Det": lambda shape, data, x: _scalar(np.linalg.det(x)),
    "LogDet": lambda shape, data, x: _logdet(x),
    "Diag": lambda shape, data, v: _diag(v),
    "DiagOf": lambda shape, data, x: _diagonal(x),
    "Lower": lambda shape, data, x: np.tril(x),
    "Kron": lambda shape, data, a, b: _kron(a, b),
    "Vec": lambda shape, data, x: _vec(shape, x),
    "Unvec": lambda shape, data, v: _unvec(shape, v),
    "KronAdjoint": lambda shape, data, g, other: _kron_adjoint(shape, data[0], g, other),
    "SumAll": lambda shape, data, x: total(x),
    "LogSumExp": lambda shape, data, x: _log_sum_exp(x),
    "Softmax": lambda shape, data, x: _softmax(x),
    "Max": lambda shape, data, x: largest(x),
    "Peak": lambda shape, data, x: _peak(x),
    "Polar": lambda shape, data, x: _polar(x),
    "LeadingPair": lambda shape, data, x: _leading(x),
    "SingularVector": lambda shape, data, x: _singular_vector(x, data[0]),
    "GapInverse": lambda shape, data, x: _gap_inverse(x),
    "Sylvester": lambda shape, data, x: _sylvester(x),
    "Eigenvalue": lambda shape, data, x: _scalar(eigh(x)[0][..., _place(data)]),
    "Eigenvector": lambda shape, data, x: eigh(x)[1][..., :, _place(data), None],
    "Eigengap": lambda shape, data, x: eigengap(eigh(x), _place(data)),
    "PseudoInverse": lambda shape, data, x: pinv(x),
    "TraceExponential": lambda shape, data, x: _trace(expm(x)),
    "MatrixExponential": lambda shape, data, x: expm(x),
    "Inner": lambda shape, data, u, v: total(u * v),
}
