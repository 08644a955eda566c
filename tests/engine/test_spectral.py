"""Second derivatives of norms of singular values: against differences, through compositions, in print, and refused."""

from __future__ import annotations

import numpy as np
import pytest

import symnorm as sn
from symnorm.engine.tensor import Tensor
from symnorm.engine.tensor_matrix import vec_form
from symnorm.language.node import Node
from symnorm.numeric.interpret import evaluate
from tests.engine.examples import point

DECLARE = "A: m x p, X: p x n, B: m x n, V: p x n, D: n x n, S: n x n symmetric, E: n x n"
PLAIN = {
    "normspec(X)", "normnuc(X)", "normspec(X)^2", "normnuc(X)^2", "normspec(A*X - B)", "normnuc(A*X - B)",
    "normnuc(X')*norm2(X)", "log(normspec(-3*X))", "exp(-normnuc(X)/4)", "normspec(X*X')", "normnuc(A*X*D + B)",
}  # fmt: skip
TENSORS = {"normnuc(B.*(A*X))", "normspec(exp(X))", "normnuc(tanh(A*X))", "normnuc(X*X'*X)", "normspec(A*X)*normnuc(X)"}
SHAPES = [{"m": 4, "n": 3, "p": 3}, {"m": 3, "n": 4, "p": 2}, {"m": 2, "n": 2, "p": 5}]


def at(sizes: dict[str, int], seed: int = 0) -> tuple[dict[Node, np.ndarray], dict[str, Node]]:
    """Values of all variables at these sizes, and the variables by name."""
    rng = np.random.default_rng(seed)
    variables = sn.variables(DECLARE)
    values = {v: rng.standard_normal([sizes[str(s)] for s in v.shape]) for v in variables}
    return values, {v.name: v for v in variables}


def value_at(node: Node, values: dict[Node, np.ndarray]) -> np.ndarray:
    return np.asarray(evaluate([node], values)[0])


def differences(node: Node, x: Node, values: dict[Node, np.ndarray], h: float = 1e-4) -> np.ndarray:
    """The derivative of a matrix by a matrix, entry by entry: an array of shape out + in."""
    found = np.empty(values[x].shape * 2)
    for index in np.ndindex(values[x].shape):
        step = np.zeros(values[x].shape)
        step[index] = h
        slopes = [
            (value_at(node, {**values, x: values[x] + k * step}) - value_at(node, {**values, x: values[x] - k * step}))
            / (2 * k * h)
            for k in (1, 2)
        ]
        found[(..., *index)] = (4 * slopes[0] - slopes[1]) / 3
    return found


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
@pytest.mark.parametrize("text", sorted(PLAIN | TENSORS))
def test_hessian_hvp_and_compiled_code_agree_with_differences(text: str, sizes: dict[str, int]) -> None:
    values, names = at(sizes)
    f, X = sn.parse(text, declare=DECLARE), names["X"]
    want = differences(sn.gradient(f, X), X, values)
    H = sn.hessian(f, X)
    assert isinstance(H, Tensor)
    scale = max(1.0, np.abs(want).max())
    np.testing.assert_allclose(H.dense(values), want, atol=1e-6 * scale)
    np.testing.assert_allclose(sn.lambdify(H, args=list(values))(*values.values()), want, atol=1e-6 * scale)
    along = np.tensordot(want, values[names["V"]], 2)
    product = sn.hvp(f, X, names["V"])
    np.testing.assert_allclose(value_at(product, values), along, atol=1e-6 * scale)
    np.testing.assert_allclose(sn.lambdify(product, args=list(values))(*values.values()), along, atol=1e-6 * scale)
    flat = want.reshape(want.shape[0] * want.shape[1], -1)
    np.testing.assert_allclose(flat, flat.T, atol=1e-6 * scale)


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
@pytest.mark.parametrize("text", sorted(PLAIN))
def test_kronecker_form(text: str, sizes: dict[str, int]) -> None:
    values, names = at(sizes, 1)
    H = sn.hessian(sn.parse(text, declare=DECLARE), names["X"])
    matrix = vec_form(H)
    assert matrix is not None
    dense = H.dense(values)
    size = dense.shape[0] * dense.shape[1]
    want = dense.transpose(1, 0, 3, 2).reshape(size, size)
    np.testing.assert_allclose(value_at(matrix, values), want, atol=1e-9)
    again = sn.parse(sn.to_text(matrix), declare=DECLARE)
    np.testing.assert_allclose(value_at(again, values), want, atol=1e-9)


def test_printed() -> None:
    X = sn.variables("X: m x n")
    assert sn.to_text(sn.hessian(sn.normnuc(X), X, layout="vec")) == (
        "sylvester(X) - sylvester(X)*kron(polar(X)', polar(X))*commutation(m, n)"
    )
    H = sn.hessian(sn.normspec(X), X)
    assert [c.text for c in H.conditions] == ["the largest singular value of X is simple"]
    assert "normspec(X)*(gapinv(X))[i,k]*(leading(X)'*leading(X))[l,j]" in str(H)


@pytest.mark.parametrize("text", ["normspec(X)", "normnuc(X)"])
def test_third_derivative(text: str) -> None:
    values, names = at({"m": 1, "n": 3, "p": 2}, 2)
    X, V = names["X"], names["V"]
    f = sn.parse(text, declare=DECLARE)
    third = sn.derive(f, X, order=3).result
    H, h = sn.hessian(f, X), 1e-5
    moved = [H.dense({**values, X: values[X] + s * h * values[V]}) for s in (1, -1)]
    np.testing.assert_allclose(
        np.tensordot(third.dense(values), values[V], 2), (moved[0] - moved[1]) / (2 * h), atol=1e-6
    )


def test_symmetric_variable_and_symmetric_structure() -> None:
    values, names = at({"m": 1, "n": 3, "p": 1}, 3)
    S, E = names["S"], names["E"]
    values[S] = values[S] + values[S].T
    values[E] = values[S]
    for text in ("normspec({})", "normnuc({})"):
        D = sn.hessian(sn.parse(text.format("S"), declare=DECLARE), S).dense(values)
        want = sn.hessian(sn.parse(text.format("E"), declare=DECLARE), E).dense(values)
        np.testing.assert_allclose(D, want, atol=1e-9)


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
def test_definitions(sizes: dict[str, int]) -> None:
    """What the new functions stand for."""
    values, names = at(sizes, 4)
    X = names["X"]
    x = values[X]
    m, n = x.shape
    u, v, s = (value_at(e, values) for e in (sn.leftvec(X), sn.rightvec(X), sn.normspec(X)))
    np.testing.assert_allclose(x @ v, s * u, atol=1e-12)
    np.testing.assert_allclose(np.outer(u, v), value_at(sn.leading(X), values), atol=1e-12)
    gap = value_at(sn.gapinv(X), values)
    np.testing.assert_allclose(gap, np.linalg.pinv(s**2 * np.eye(m) - x @ x.T, rcond=1e-9), atol=1e-9)
    left, right = x @ value_at(sn.polar(X), values).T, value_at(sn.polar(X), values).T @ x
    want = np.linalg.inv(np.kron(np.eye(n), left) + np.kron(right, np.eye(m)))
    np.testing.assert_allclose(value_at(sn.sylvester(X), values), want, atol=1e-9)


def test_vectors_and_numbers() -> None:
    x, X, t = sn.variables("x: n, X: m x n, t: scalar")
    assert sn.to_text(sn.polar(x)) == sn.to_text(sn.leading(x)) == "x/norm2(x)"
    assert sn.polar(t) is sn.sign(t)
    assert sn.gapinv(-2 * X) is sn.gapinv(X) / 4
    assert sn.sylvester(-2 * X) is sn.sylvester(X) / 2
    with pytest.raises(sn.ShapeError, match="gapinv needs a matrix, got x"):
        sn.gapinv(x)


def test_where_there_is_no_second_derivative() -> None:
    X, V = sn.variables("X: m x n, V: m x n")
    for f, bad, words in (
        (sn.normspec(X), np.eye(3, 2), "has no simple largest singular value"),
        (sn.normnuc(X), np.ones((3, 2)), "does not have full rank"),
    ):
        with pytest.raises(sn.OutsideDomain, match=f"X {words}"):
            sn.lambdify(sn.hvp(f, X, V), args=[X, V])(bad, bad)
        with pytest.raises(sn.OutsideDomain):
            sn.hessian(f, X).dense({X: bad})


def test_no_ill_conditioned_pseudo_inverse() -> None:
    """Far from rank one and close to a gap: small singular values do no harm to the spectral norm."""
    values = point("X: m x n, V: m x n", 5)
    X, V = sorted(values, key=lambda v: v.name, reverse=True)
    u, _, vt = np.linalg.svd(values[X], full_matrices=False)
    x = u @ np.diag([1.0, 1e-9, 1e-13]) @ vt
    got = sn.lambdify(sn.hvp(sn.normspec(X), X, V), args=[X, V])(x, values[V])
    v = values[V]
    side = (np.eye(len(u)) - np.outer(u[:, 0], u[:, 0])) @ v @ np.outer(vt[0], vt[0])
    other = np.outer(u[:, 0], u[:, 0]) @ v @ (np.eye(3) - np.outer(vt[0], vt[0]))
    np.testing.assert_allclose(got, side + other, atol=1e-7)
