"""Outermost eigenvalues, the pseudo-inverse and the exponential: derivatives, identities, steps, refusals."""

from __future__ import annotations

import numpy as np
import pytest

import symnorm as sn
from symnorm.language.node import Node
from symnorm.numeric import matrix_functions
from symnorm.numeric.interpret import evaluate

Array = np.ndarray
S, A, X, x, B, w, Y = sn.variables(
    "S: n x n symmetric, A: n x n symmetric, X: m x n, x: n, B: m x n, w: n, Y: n x n"
)
SIZES = {"n": 4, "m": 5}
square = sn.square(sn.eigvecmax(A + sn.diag(x)))
CASES: list[tuple[Node, Node]] = [
    (sn.eigmax(S), S), (sn.eigmin(S) * sn.eigmax(A @ S @ A), S), (sn.eigmax(X.T @ X) ** 2, X),
    (sn.eigmax(A + x @ x.T), x), (sn.eigmin(A + sn.diag(sn.exp(x))), x), (sn.norm2(square - w) ** 2, x),
    (sn.eigmax(S) - sn.eigmin(S), S), (sn.logsumexp(A @ x) + sn.eigmax(-2 * A + 3 * x @ x.T), x),
    (sn.tr(sn.pinv(X) @ B), X), (sn.norm2(sn.pinv(X.T) @ w) ** 2, X), (sn.norm2(X @ sn.pinv(X) @ B) ** 2, X),
]  # fmt: skip
FIRST_ORDER: list[tuple[Node, Node]] = [
    (sn.tr(sn.expm(Y)), Y), (sn.tr(sn.expm(sn.hadamard(Y, Y))), Y), (sn.log(sn.tr(sn.expm(A + sn.diag(x)))), x),
    (sn.tr(sn.expm(2 * S) + S @ A), S),
]  # fmt: skip


def point(seed: int = 0) -> dict[Node, Array]:
    rng = np.random.default_rng(seed)
    values = {v: rng.standard_normal([SIZES[str(s)] for s in v.shape]) for v in (S, A, X, x, B, w, Y)}
    return values | {v: values[v] + values[v].T for v in (S, A)}


def value(node: Node, values: dict[Node, Array]) -> Array:
    return np.asarray(evaluate([node], values, SIZES)[0])


def slope(node: Node, v: Node, V: Array, values: dict[Node, Array], h: float = 1e-4) -> Array:
    def at(s: float) -> Array:
        return value(node, {**values, v: values[v] + s * V})

    return (8 * (at(h) - at(-h)) - at(2 * h) + at(-2 * h)) / (12 * h)


@pytest.mark.parametrize(("f", "v"), CASES + FIRST_ORDER, ids=str)
def test_gradients(f: Node, v: Node) -> None:
    values = point()
    V = np.random.default_rng(1).standard_normal(values[v].shape)
    g = sn.gradient(f, v)
    assert np.sum(value(g, values) * V) == pytest.approx(float(slope(f, v, V, values)), rel=1e-7)
    names = sorted(f.free, key=str)
    np.testing.assert_allclose(sn.lambdify(g, args=names)(*(values[n] for n in names)), value(g, values), rtol=1e-9)
    assert sn.derive(f, v).check()


@pytest.mark.parametrize(("f", "v"), CASES, ids=str)
def test_second_derivatives(f: Node, v: Node) -> None:
    values = point(2)
    V = np.random.default_rng(3).standard_normal(values[v].shape)
    want = slope(sn.gradient(f, v), v, V, values)
    direction = sn.variables("V: " + " x ".join(map(str, v.shape)))
    product = value(sn.hvp(f, v, direction), {**values, direction: V})
    np.testing.assert_allclose(product, want, rtol=1e-5, atol=1e-6 * np.abs(want).max())
    H = sn.hessian(f, v)
    dense = value(H, values) if isinstance(H, Node) else H.dense(values, sizes=SIZES)
    np.testing.assert_allclose(np.tensordot(dense, V, V.ndim), product, rtol=1e-8, atol=1e-8 * np.abs(want).max())


def test_as_they_are_written() -> None:
    assert str(sn.gradient(sn.eigmax(S), S)) == "eigvecmax(S) @ eigvecmax(S).T"
    assert str(sn.gradient(sn.eigmin(A + sn.diag(x)), x)) == "square(eigvecmin(A + diag(x)))"
    assert str(sn.gradient(sn.tr(sn.expm(Y)), Y)) == "expm(Y).T"
    assert sn.derive(sn.eigmax(S), S).assumptions == ("Holds where the largest eigenvalue of S is simple.",)


def test_identities() -> None:
    assert sn.eigmin(S) is -sn.eigmax(-S)
    assert sn.eigmax(-3 * S) is -3 * sn.eigmin(S)
    assert sn.eigvecmax(-S) is sn.eigvecmin(S)
    assert sn.pinv(sn.pinv(X)) is X
    assert sn.pinv(2 * X.T) is sn.pinv(X).T / 2
    assert str(sn.pinv(x)) == "x.T / norm2(x)**2"
    (P,) = (sn.variables("P: n x n spd"),)
    assert sn.pinv(P) is sn.inv(P)
    assert sn.expm(2 * sn.diag(x)) is sn.diag(sn.exp(2 * x))
    assert sn.expm(sn.zeros("n", "n")) is sn.eye("n")
    assert {"spd", "symmetric"} <= sn.expm(S).facts
    assert "positive" in sn.eigmin(P).facts


def test_a_sum_and_its_transpose_are_symmetric() -> None:
    Z = Y + 4 * sn.relu(Y)
    assert sn.gradient(sn.eigmax(Z + Z.T), Y).shape == Y.shape
    assert "symmetric" in (Z + Z.T).facts
    assert "symmetric" not in (Y + Y.T + (Y + Z @ Y).T + Z @ Y).facts
    assert "symmetric" not in (Y + (Y + A).T + Y).facts


def test_refusals() -> None:
    with pytest.raises(sn.OutsideDomain, match="Y is not known to be one: declare it symmetric, or write eigmax"):
        sn.eigmax(Y)
    with pytest.raises(sn.ShapeError, match="eigmin needs a square matrix"):
        sn.eigmin(X)
    with pytest.raises(sn.NoRule, match="no rule for the differential of expm"):
        sn.gradient(sn.tr(A @ sn.expm(Y)), Y)
    with pytest.raises(sn.OutsideDomain, match="simple"):
        sn.lambdify(sn.hessian(sn.eigmax(A + sn.diag(x)), x), args=[A, x])(np.eye(3), np.zeros(3))
    with pytest.raises(sn.ReadingError, match="did you mean eigmax"):
        sn.parse("eigmx(S)")
    with pytest.raises(sn.ReadingError, match="eigmax"):
        sn.parse("eig(S)")


def test_the_exponential_of_a_scaled_matrix() -> None:
    t, s = sn.variables("t: scalar, s: scalar")
    assert str(sn.jacobian(sn.expm(t * Y), t)) == "Y @ expm(t * Y)"
    assert str(sn.jacobian(sn.expm(s * t**2 * Y), t)) == "2 * s * t * Y @ expm(s * t**2 * Y)"
    assert str(sn.hessian(sn.sum(sn.expm(t * Y)), t)) == "sum(Y**2 @ expm(t * Y))"
    assert sn.logdet(sn.expm(Y)) is sn.tr(Y)
    assert sn.det(sn.expm(Y)) is sn.exp(sn.tr(Y))
    with pytest.raises(sn.NoRule, match=r"by what is in Y: of tr\(expm\(X\)\) there is one"):
        sn.gradient(sn.sum(sn.expm(t * Y)), Y)


def test_read_by_name() -> None:
    declare = "S: n x n symmetric, X: m x n, Y: n x n"
    assert sn.parse("lambda_max(S)", declare=declare) is sn.eigmax(S)
    assert sn.parse("pinv(X)*X", declare=declare) is sn.pinv(X) @ X
    assert sn.parse("tr(expm(Y))", declare=declare) is sn.tr(sn.expm(Y))


def test_eigenvalues_in_latex() -> None:
    declare = "S: n x n symmetric, X: m x n"
    assert sn.latex(sn.eigmax(X.T @ X)) == r"\lambda_{\max}(X^{\top}X)"
    assert sn.parse(r"\lambda_{\max}(X^\top X) - \lambda_{\min}(S)", declare, "latex") is (
        sn.eigmax(X.T @ X) - sn.eigmin(S)
    )
    (top,) = (sn.variables("lambda_max: scalar"),)
    written = sn.latex(top * sn.eigmax(S))
    assert sn.parse(written, "S: n x n symmetric, lambda_max: scalar", "latex") is top * sn.eigmax(S)


def test_the_exponential_without_scipy() -> None:
    rng = np.random.default_rng(0)
    for scale in (0.0, 1e-6, 0.3, 1.0, 4.0, 30.0):
        a = scale * rng.standard_normal((6, 6))
        want = matrix_functions.expm(a)
        np.testing.assert_allclose(matrix_functions._expm(a), want, rtol=1e-10, atol=1e-12 * np.abs(want).max())


def test_traced_numpy() -> None:
    declare = "X: m x n"
    assert sn.from_numpy(lambda X: np.sum(np.linalg.pinv(X)), declare=declare) is sn.sum(sn.pinv(X))
    assert sn.from_numpy(lambda X: np.linalg.norm(X, 1), declare=declare) is sn.normind1(X)
    assert sn.from_numpy(lambda X: np.linalg.norm(X, np.inf), declare=declare) is sn.normindinf(X)
    assert sn.normind1(X.T) is sn.normindinf(X)
    assert sn.normind1(x) is sn.norm1(x)
    assert sn.normindinf(x) is sn.norminf(x)
