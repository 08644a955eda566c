"""Compiled derivatives with three and four indices against their operands put together by einsum."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import symnorm as sn
from symnorm.engine.tensor import Tensor
from symnorm.language.node import Variable
from symnorm.numeric.sizes import array_shape
from symnorm.numeric.tensors import arguments, numbers

HESSIANS = [
    ("norm2(T - U*V')^2", "T: m x n, U: m x k, V: n x k", "U"),
    ("1/2*norm2(V*tanh(W*X) - Y)^2", "W: h x n, X: n x m, V: q x h, Y: q x m", "W"),
    ("logdet(X'*X + eye)", "X: m x n", "X"),
    ("sum(log(exp(X*W)*vector(1))) - tr(Y'*X*W)", "X: m x n, W: n x k, Y: m x k", "W"),
    ("sum(log(vector(1)'*exp(X*W)))", "X: m x n, W: n x k", "W"),
    ("log(sum(exp(X)))", "X: m x n", "X"),
    ("1/2*m*logdet(S) + 1/2*tr(inv(S)*X'*X)", "S: n x n spd, X: m x n", "S"),
    ("tr(A*X*B*X*C)", "A: m x n, X: n x p, B: p x n, C: p x m", "X"),
    ("tr(inv(X)*A)", "X: n x n, A: n x n", "X"),
    ("sum(exp(X).*A)", "X: m x n, A: m x n", "X"),
    ("sum(exp(X*Y).*A)", "X: m x n, Y: n x k, A: m x k", "Y"),
    ("norm2(X)", "X: m x n", "X"),
    ("det(X)", "X: n x n", "X"),
    ("x'*X*X'*X*x", "X: n x n, x: n", "X"),
    ("sum((X*Y).^3)", "X: m x n, Y: n x k", "X"),
    ("tr(X^3)", "X: n x n", "X"),
    ("a*norm2(X*x)^2 + sum(X)", "X: m x n, x: n, a: scalar", "X"),
    ("sum(A*X)", "A: m x n, X: n x k", "X"),
]
SIZES = [(3, 4, 5, 2), (12, 9, 7, 8), (40, 12, 3, 5), (1, 2, 1, 3)]


def hessian(text: str, declare: str, wrt: str) -> Tensor:
    found = sn.hessian(sn.parse(text, declare=declare), wrt)
    assert isinstance(found, Tensor)
    return found


def values_of(variables: list[Variable], lengths: tuple[int, ...], seed: int = 0) -> list[Any]:
    rng = np.random.default_rng(seed)
    symbols = sorted({s for v in variables for size in v.shape for s in size.free_symbols}, key=str)
    sizes = {s: lengths[i % len(lengths)] for i, s in enumerate(symbols)}
    found = []
    for v in variables:
        shape = array_shape(v.rows, v.cols, sizes)
        value = rng.normal(size=shape) if shape else 1.5
        found.append(value @ value.T + np.eye(len(value)) if "spd" in v.properties else value)
    return found


@pytest.mark.parametrize(("text", "declare", "wrt"), HESSIANS, ids=[h[0] for h in HESSIANS])
def test_compiled_tensors_agree_with_their_operands(text: str, declare: str, wrt: str) -> None:
    H = hessian(text, declare, wrt)
    variables = list(arguments(H))
    compiled = sn.lambdify(H)
    for lengths in SIZES:
        values = values_of(variables, lengths)
        before = [np.copy(v) for v in values]
        want = numbers(H, dict(zip(variables, values, strict=True))).dense()
        for given in (values, [np.asfortranarray(v) if np.ndim(v) else v for v in values]):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                found = compiled(*given)
            assert found.flags.c_contiguous
            np.testing.assert_allclose(found, want, rtol=1e-9, atol=1e-9 * max(1.0, float(np.max(np.abs(want)))))
            for v, w, a in zip(before, given, values, strict=True):
                assert np.array_equal(v, w), "an argument was modified"
                assert not np.shares_memory(found, a)


@pytest.mark.parametrize(("text", "declare", "wrt"), HESSIANS, ids=[h[0] for h in HESSIANS])
def test_bound_data_and_results_together(text: str, declare: str, wrt: str) -> None:
    f = sn.parse(text, declare=declare)
    H = hessian(text, declare, wrt)
    x = next(v for v in f.free if v.name == wrt)
    variables = list(arguments(H))
    values = dict(zip(variables, values_of(variables, (4, 3, 5, 2)), strict=True))
    want = [np.asarray(sn.lambdify(e, variables)(*values.values())) for e in (f, sn.gradient(f, x), H)]
    together = sn.lambdify((f, sn.gradient(f, x), H), args=variables)(*values.values())
    data = {v: a for v, a in values.items() if v is not x}
    bound = sn.lambdify((f, (sn.gradient(f, x), H)), args=[x], constants=data)
    value, (gradient, second) = bound(values[x])
    for found in (together, (value, gradient, second)):
        for a, b in zip(found, want, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9 * max(1.0, float(np.max(np.abs(b)))))
    second *= 0
    np.testing.assert_allclose(bound(values[x])[1][1], want[2], rtol=1e-9, atol=1e-8)


@pytest.mark.parametrize("backend", ["jax", "torch"])
@pytest.mark.parametrize(("text", "declare", "wrt"), HESSIANS, ids=[h[0] for h in HESSIANS])
@pytest.mark.judge
def test_other_backends(text: str, declare: str, wrt: str, backend: str) -> None:
    module = pytest.importorskip(backend)
    if backend == "jax":
        module.config.update("jax_enable_x64", True)
    H = hessian(text, declare, wrt)
    f = sn.parse(text, declare=declare)
    variables = list(arguments(H))
    values = values_of(variables, (4, 3, 5, 2))
    arrays = [module.asarray(v) if backend == "torch" else module.numpy.asarray(v) for v in values]
    want = sn.lambdify(H, variables)(*values)
    found = sn.lambdify(H, variables, backend)(*arrays)
    np.testing.assert_allclose(np.asarray(found), want, rtol=1e-9, atol=1e-8)
    both = sn.lambdify((f, H), variables, backend)
    if backend == "jax":
        value = sn.lambdify(f, variables, backend)
        place = [v.name for v in variables].index(wrt)
        theirs = want if "spd" in declare else module.jit(module.hessian(value, argnums=place))(*arrays)
        np.testing.assert_allclose(np.asarray(module.jit(both)(*arrays)[1]), want, rtol=1e-9, atol=1e-8)
        np.testing.assert_allclose(np.asarray(theirs), want, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize(("text", "declare", "wrt"), [h for h in HESSIANS if "log" in h[0] and "exp" in h[0]])
@pytest.mark.parametrize("scale", [1000.0, -1000.0])
def test_softmax_hessians_are_finite_for_large_arguments(text: str, declare: str, wrt: str, scale: float) -> None:
    H = hessian(text, declare, wrt)
    variables = list(arguments(H))
    values = [scale * v for v in values_of(variables, (6, 5, 4, 3))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.all(np.isfinite(sn.lambdify(H, variables)(*values)))


def test_how_a_hessian_is_computed() -> None:
    """Products of matrices and writing on diagonals; no identity, no einsum over data."""
    for text, declare, wrt in HESSIANS[:4]:
        H = hessian(text, declare, wrt)
        compiled = sn.lambdify(H)
        compiled(*values_of(list(arguments(H)), (20, 20, 20, 20)))
        assert "eye" not in compiled.source
        assert all("->" not in line or line.count(",") == 1 for line in compiled.source.replace(", 20", "").split("\n"))
    assert "t3 @ t3.T" in compiled.source


def test_types_and_sizes() -> None:
    H = hessian(*HESSIANS[3])
    variables = list(arguments(H))
    values = values_of(variables, (4, 3, 5, 2))
    compiled = sn.lambdify(H, variables)
    single = compiled(*(v.astype(np.float32) for v in values))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, compiled(*values), rtol=1e-3, atol=1e-4)
    with pytest.raises(sn.ShapeError, match="W is declared as"):
        compiled(values[0], values[1][:2], values[2])
    T, U, V = sn.variables("T: m x n, U: m x k, V: n x k")
    large = sn.lambdify(sn.hessian(sn.norm(T - U @ V.T)**2, U), [T, U, V])
    with pytest.raises(sn.TooLarge, match="80,000,000,000 bytes"):
        large(np.zeros((1000, 2)), np.zeros((1000, 100)), np.zeros((2, 100)))
    assert sn.lambdify(sn.hvp(sn.norm(T - U @ V.T)**2, U, T @ V), [T, U, V])(*(np.eye(2),) * 3).shape == (2, 2)


def test_the_derivative_of_a_matrix_by_a_matrix() -> None:
    A, X, B = sn.variables("A: m x n, X: n x k, B: k x p")
    J = sn.jacobian(A @ X @ B, X)
    rng = np.random.default_rng(0)
    a, x, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 5)), rng.normal(size=(5, 2))
    np.testing.assert_allclose(sn.lambdify(J, [A, X, B])(a, x, b), np.einsum("ij,kl->iljk", a, b))
