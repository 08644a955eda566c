"""Hessians against those of JAX, on thirty functions; skipped where JAX is not installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnorm as sn
from symnorm.engine.tensor import Tensor

pytestmark = pytest.mark.judge
jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)
jnp = jax.numpy

DECLARE = (
    "A: m x n, B: n x n, P: n x n spd, W: k x m, X: m x n, Y: n x n invertible, x: n, y: n, b: m, t: scalar positive"
)
SIZES = {"m": 5, "n": 4, "k": 3}


def lse(z: Any) -> Any:
    return jax.scipy.special.logsumexp(z)


def logdet(M: Any) -> Any:
    return jnp.linalg.slogdet(M)[1]


FUNCTIONS: list[tuple[str, str, Any]] = [
    ("x'*B*x", "x", lambda x, B: x @ B @ x),
    ("norm2(A*x - b)^2/2", "x", lambda x, A, b: jnp.sum((A @ x - b) ** 2) / 2),
    ("norm2(A*x - b)", "x", lambda x, A, b: jnp.linalg.norm(A @ x - b)),
    ("sum(log(vector(1, m) + exp(A*x))) - b'*A*x", "x", lambda x, A, b: jnp.sum(jnp.logaddexp(0, A @ x)) - b @ A @ x),
    ("logsumexp(A*x + b)", "x", lambda x, A, b: lse(A @ x + b)),
    ("(x'*B*x)/(x'*x)", "x", lambda x, B: (x @ B @ x) / (x @ x)),
    ("exp(-(x'*P*x)/2)", "x", lambda x, P: jnp.exp(-x @ P @ x / 2)),
    ("normp(x, 3)", "x", lambda x: jnp.sum(jnp.abs(x) ** 3) ** (1 / 3)),
    ("sum(huber(A*x - b))", "x", lambda x, A, b: jnp.sum(jnp.where(jnp.abs(A @ x - b) <= 1, (A @ x - b) ** 2 / 2,
                                                                    jnp.abs(A @ x - b) - 0.5))),
    ("softmax(x)'*B*softmax(x)", "x", lambda x, B: jax.nn.softmax(x) @ B @ jax.nn.softmax(x)),
    ("norm2(W*tanh(A*x))^2", "x", lambda x, A, W: jnp.sum((W @ jnp.tanh(A @ x)) ** 2)),
    ("logdet(P + x*x')", "x", lambda x, P: logdet(P + jnp.outer(x, x))),
    ("y'*inv(P + diag(x.^2))*y", "x", lambda x, P, y: y @ jnp.linalg.solve(P + jnp.diag(x**2), y)),
    ("log(det(P + t*eye(n)))", "t", lambda t, P: logdet(P + t * jnp.eye(4))),
    ("y'*inv(P + t*B'*B)*y", "t", lambda t, P, B, y: y @ jnp.linalg.solve(P + t * B.T @ B, y)),
    ("sin(x'*y)*exp(t*norm2(x)^2/9)", "x", lambda x, y, t: jnp.sin(x @ y) * jnp.exp(t * x @ x / 9)),
    ("norm2(X)", "X", lambda X: jnp.linalg.norm(X)),
    ("norm2(X*B - A)^2", "X", lambda X, B, A: jnp.sum((X @ B - A) ** 2)),
    ("tr(X*P*X') + sum(exp(X))", "X", lambda X, P: jnp.trace(X @ P @ X.T) + jnp.sum(jnp.exp(X))),
    ("norm2(X*X' - A*A')^2/4", "X", lambda X, A: jnp.sum((X @ X.T - A @ A.T) ** 2) / 4),
    ("logdet(X'*X + eye(n))", "X", lambda X: logdet(X.T @ X + jnp.eye(4))),
    ("logsumexp(X*x)", "X", lambda X, x: lse(X @ x)),
    ("sum(tanh(X*B))", "X", lambda X, B: jnp.sum(jnp.tanh(X @ B))),
    ("norm2(W*sigmoid(X*x))^2", "X", lambda X, x, W: jnp.sum((W @ jax.nn.sigmoid(X @ x)) ** 2)),
    ("logdet(Y)", "Y", lambda Y: logdet(Y)),
    ("det(Y)", "Y", lambda Y: jnp.linalg.det(Y)),
    ("tr(inv(Y)*B)", "Y", lambda Y, B: jnp.trace(jnp.linalg.inv(Y) @ B)),
    ("tr(Y^3)", "Y", lambda Y: jnp.trace(Y @ Y @ Y)),
    ("x'*inv(Y'*Y)*x", "Y", lambda Y, x: x @ jnp.linalg.solve(Y.T @ Y, x)),
    ("normspec(A + X)", "X", lambda X, A: jnp.linalg.norm(A + X, 2)),
    ("normnuc(X)", "X", lambda X: jnp.linalg.norm(X, "nuc")),
    ("normnuc(X - A*B)^2", "X", lambda X, A, B: jnp.linalg.norm(X - A @ B, "nuc") ** 2),
]


def point() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    found: dict[str, Any] = {}
    for v in sn.variables(DECLARE):
        value = rng.standard_normal([SIZES[str(s)] for s in v.shape])
        if v.name == "P":
            value = value @ value.T + np.eye(len(value))
        found[v.name] = value + 3 * np.eye(len(value)) if v.name == "Y" else value if v.shape else 0.7
    return found


def test_there_are_thirty() -> None:
    assert len(FUNCTIONS) >= 30


@pytest.mark.parametrize(("text", "name", "peer"), FUNCTIONS, ids=[text for text, _, _ in FUNCTIONS])
def test_hessian_agrees_with_jax(text: str, name: str, peer: Any) -> None:
    values = point()
    f = sn.parse(text, declare=DECLARE)
    x = next(v for v in f.free if v.name == name)
    arguments = peer.__code__.co_varnames[: peer.__code__.co_argcount]
    want = np.asarray(jax.hessian(peer)(*(jnp.asarray(values[a]) for a in arguments)))
    H = sn.hessian(f, x)
    used = sorted(f.free, key=lambda v: v.name)
    got = np.asarray(sn.lambdify(H, args=used, sizes=SIZES)(*(values[v.name] for v in used)))
    assert got.shape == want.shape
    scale = np.abs(want).max()
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-9 * scale)
    if isinstance(H, Tensor):
        dense = H.dense({v: values[v.name] for v in used}, sizes=SIZES)
        np.testing.assert_allclose(dense, want, rtol=0, atol=1e-9 * scale)
