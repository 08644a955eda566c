"""Second derivatives within a structure: along curves that stay in the set, symmetric, and nothing across it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import symnorm as sn
from symnorm.engine.tensor import Tensor
from symnorm.language.node import Node
from symnorm.numeric.interpret import evaluate

Array = np.ndarray
DECLARE = "S: n x n symmetric, A: n x n, D: k x k, B: n x k, x: n, b: n, X: n x k, Y: n x n, V: n x k, W: n x n, v: n"
N, K = 4, 2
SIZES = {"n": N, "k": K}
LINEAR = ["tr(A*Y*B*B') + logdet(Y)", "sum(exp(Y))", "tr(Y*A*Y*S)", "normspec(Y)", "norm2(A*Y - S)^2", "x'*inv(Y)*b"]


def values_at(seed: int) -> tuple[dict[Node, Array], dict[str, Node]]:
    rng = np.random.default_rng(seed)
    variables = sn.variables(DECLARE)
    values = {v: rng.standard_normal([SIZES[str(s)] for s in v.shape]) for v in variables}
    names = {v.name: v for v in variables}
    values[names["S"]] = values[names["S"]] + values[names["S"]].T
    return values, names


def value(node: Node, values: dict[Node, Array]) -> Array:
    return np.asarray(evaluate([node], values, SIZES)[0])


def dense(result: Node | Tensor, values: dict[Node, Array]) -> Array:
    return result.dense(values, sizes=SIZES) if isinstance(result, Tensor) else value(result, values)


def second_along(at: Callable[[float], float], h: float = 2e-3) -> float:
    """The second derivative at 0 by differences, extrapolated twice."""
    rough = [(at(s) - 2 * at(0.0) + at(-s)) / s**2 for s in (4 * h, 2 * h, h)]
    better = [(4 * rough[1] - rough[0]) / 3, (4 * rough[2] - rough[1]) / 3]
    return (16 * better[1] - better[0]) / 15


def nearest(structure: str, X: Array) -> Array:
    """The point of the set that is nearest to X: along it the acceleration is normal to the set."""
    if structure == "sphere":
        return X / np.linalg.norm(X)
    u, _, vt = np.linalg.svd(X.reshape(len(X), -1), full_matrices=False)
    return (u @ vt).reshape(X.shape)


def tangent(structure: str, X: Array, V: Array) -> Array:
    if structure == "sphere" or V.ndim == 1:
        return V - np.sum(X * V) * X
    inner = X.T @ V
    return V - X @ (inner + inner.T) / 2


CURVED = [
    ("x'*S*x", "x", "sphere"), ("sum(exp(A*x))", "x", "sphere"), ("norm2(A*x - b)^2", "x", "sphere"),
    ("logsumexp(A*x)*b'*x", "x", "sphere"), ("tr(X'*S*X) + sum(exp(X))", "X", "sphere"),
    ("normspec(X)", "X", "sphere"), ("tr(X'*S*X*D)", "X", "orthonormal"), ("norm2(A*X - B)^2", "X", "orthonormal"),
    ("sum(exp(X))", "X", "orthonormal"), ("logdet(X'*(S*S + eye(n))*X)", "X", "orthonormal"),
    ("normnuc(A*X - B)", "X", "orthonormal"), ("sum(exp(A*x))", "x", "orthonormal"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "structure"), CURVED)
def test_riemannian_hessian(text: str, name: str, structure: str) -> None:
    values, names = values_at(1)
    f, X, direction = sn.parse(text, declare=DECLARE), names[name], names["v" if name == "x" else "V"]
    values[X] = nearest(structure, values[X])
    H = dense(sn.hessian(f, X, structure=structure), values)
    product = sn.hvp(f, X, direction, structure=structure)
    flat = H.reshape(values[X].size, -1)
    np.testing.assert_allclose(flat, flat.T, atol=1e-9)
    rng = np.random.default_rng(2)
    for _ in range(3):
        raw = rng.standard_normal(values[X].shape)
        along = tangent(structure, values[X], raw)

        def at(t: float, along: Array = along) -> float:
            return float(value(f, {**values, X: nearest(structure, values[X] + t * along)}))

        applied = np.tensordot(H, along, along.ndim)
        assert np.sum(along * applied) == pytest.approx(second_along(at), rel=1e-5, abs=1e-5)
        np.testing.assert_allclose(np.tensordot(H, raw, raw.ndim), applied, atol=1e-9)
        np.testing.assert_allclose(tangent(structure, values[X], applied), applied, atol=1e-9)
        np.testing.assert_allclose(value(product, {**values, direction: raw}), applied, atol=1e-9)
        compiled = sn.lambdify(product, args=list(values))
        moved = {**values, direction: raw}
        np.testing.assert_allclose(compiled(*moved.values()), applied, atol=1e-9)


def within(structure: str, V: Array) -> Array:
    """The direction that a V within the structure stands for."""
    return {
        "symmetric": lambda: (V + V.T) / 2, "entries": lambda: V + V.T - np.diag(np.diag(V)),
        "diagonal": lambda: np.diag(np.diag(V)), "triangular": lambda: np.tril(V),
    }[structure]()  # fmt: skip


@pytest.mark.parametrize("structure", ["symmetric", "entries", "diagonal", "triangular"])
@pytest.mark.parametrize("text", LINEAR)
def test_second_derivatives_within_a_linear_structure(text: str, structure: str) -> None:
    values, names = values_at(3)
    f, Y, W = sn.parse(text, declare=DECLARE), names["Y"], names["W"]
    values[Y] = within(structure, values[Y]) + 5 * np.eye(N)
    H = dense(sn.hessian(f, Y, structure=structure), values)
    product = sn.hvp(f, Y, W, structure=structure)
    flat = H.reshape(N * N, N * N)
    np.testing.assert_allclose(flat, flat.T, atol=1e-9)
    rng = np.random.default_rng(4)
    for _ in range(3):
        V = rng.standard_normal((N, N))
        along = within(structure, V)

        def at(t: float, along: Array = along) -> float:
            return float(value(f, {**values, Y: values[Y] + t * along}))

        applied = np.tensordot(H, V, 2)
        assert np.sum(V * applied) == pytest.approx(second_along(at), rel=1e-5, abs=1e-6)
        np.testing.assert_allclose(value(product, {**values, W: V}), applied, atol=1e-9)


def test_second_derivative_by_entries_is_that_by_the_coordinates_of_the_triangle() -> None:
    values, names = values_at(5)
    f, Y = sn.parse("tr(A*Y*Y*S) + x'*inv(Y)*b", declare=DECLARE), names["Y"]
    values[Y] = within("symmetric", values[Y]) + 5 * np.eye(N)
    H = dense(sn.hessian(f, Y, structure="entries"), values)
    h = 1e-3

    def unit(i: int, j: int) -> Array:
        E = np.zeros((N, N))
        E[i, j] = E[j, i] = 1.0
        return E

    for (i, j), (k, m) in [((0, 1), (2, 3)), ((1, 1), (0, 2)), ((2, 0), (2, 0)), ((3, 3), (1, 1))]:
        P, Q = unit(i, j), unit(k, m)
        corners = [value(f, {**values, Y: values[Y] + a * h * P + b * h * Q}) * a * b for a in (1, -1) for b in (1, -1)]
        assert H[i, j, k, m] == pytest.approx(float(sum(corners)) / (4 * h * h), abs=1e-4)


def test_printed_on_the_sphere() -> None:
    S, x, v = sn.variables("S: n x n symmetric, x: n, v: n")
    H = sn.hessian(x.T @ S @ x, x, structure="sphere")
    assert sn.parse(sn.to_text(H), declare="S: n x n symmetric, x: n") is H
    assert "S*" in sn.to_text(sn.hvp(x.T @ S @ x, x, v, structure="sphere"))
