"""Claims of H v, J v and J'u as functions of two arguments, and claims whose kind is named."""

from __future__ import annotations

import numpy as np
import pytest

from symnorm.errors import Misuse
from symnorm.verification import verify

X = np.array([0.7, -1.3, 2.1, 0.4])
A = np.random.default_rng(0).normal(size=(3, 4))


def cubes(x):
    return (x**3).sum() + 0.5 * (A @ x) @ (A @ x)


def hessian_times(x, v):
    return 6 * x * v + A.T @ (A @ v)


def waves(x):
    return np.sin(A @ x)


def test_products_of_a_hessian():
    assert verify(cubes, hessian_times, at=X, kind="hvp")
    for wrong in (lambda x, v: 3 * x * v + A.T @ (A @ v), lambda x, v: 6 * x * v,
                  lambda x, v: 6 * x * v - A.T @ (A @ v),
                  lambda x, v: hessian_times(x, v) * (np.arange(4) != 2)):
        assert verify(cubes, wrong, at=X, kind="hvp").status == "wrong"
    assert verify(cubes, lambda x, v: 2 * hessian_times(x, v), at=X, kind="hvp").slip == "factor"
    assert verify(cubes, lambda x, v: -hessian_times(x, v), at=X, kind="hvp").slip == "sign"


def test_products_of_a_hessian_in_a_matrix():
    Z = np.random.default_rng(1).normal(size=(4, 2))
    f = lambda Z: 0.25 * ((Z.T @ Z) ** 2).sum()  # noqa: E731
    right = lambda Z, V: V @ Z.T @ Z + Z @ V.T @ Z + Z @ Z.T @ V  # noqa: E731
    assert verify(f, right, at=Z, kind="hvp")
    assert verify(f, lambda Z, V: V @ Z.T @ Z + 2 * Z @ Z.T @ V, at=Z, kind="hvp").status == "wrong"


def test_products_of_a_jacobian():
    forward = lambda x, v: np.cos(A @ x) * (A @ v)  # noqa: E731
    backward = lambda x, u: A.T @ (np.cos(A @ x) * u)  # noqa: E731
    assert verify(waves, forward, at=X, kind="jvp")
    assert verify(waves, backward, at=X, kind="vjp")
    assert verify(waves, lambda x, v: A @ v, at=X, kind="jvp").status == "wrong"
    assert verify(waves, lambda x, u: A.T @ u, at=X, kind="vjp").status == "wrong"
    assert verify(waves, backward, at=X, kind="jvp").status == "wrong"
    assert verify(cubes, lambda x, v: (3 * x**2 + A.T @ (A @ x)) @ v, at=X, kind="jvp")
    assert verify(cubes, lambda x, u: u * (3 * x**2 + A.T @ (A @ x)), at=X, kind="vjp")


def test_products_in_many_dimensions():
    a = np.random.default_rng(1).normal(size=400)
    f = lambda x: (a * x**4).sum() + np.sin(x).sum()  # noqa: E731
    x = np.random.default_rng(2).normal(size=400)
    v = verify(f, lambda x, v: 12 * a * x**2 * v - np.sin(x) * v, at=x, kind="hvp")
    assert v, v.explain()
    assert any("subspace" in note for note in v.assumptions)
    assert verify(f, lambda x, v: 12 * a * x**2 * v + np.sin(x) * v, at=x, kind="hvp").status == "wrong"


def wrote(x, v):
    v *= 2
    return v


@pytest.mark.parametrize(("claim", "slip", "word"), [
    (lambda x, v: 6 * x * v * v, None, "linear"),
    (lambda x, v: hessian_times(x, v) + 1, None, "linear"),
    (lambda x, v: np.diag(6 * x), "shape", "shape"),
    (lambda x, v: v[:, None], "shape", "shape"),
    (lambda x, v: 1.0, "shape", "shape"),
    (wrote, "mutates", "writes"),
    (lambda x: 6 * x, None, "TypeError"),
    (lambda x, v: None, None, "None"),
    (lambda x, v: np.full(4, np.nan), None, "linear"),
])
def test_a_product_that_breaks_the_contract_is_wrong(claim, slip, word):
    v = verify(cubes, claim, at=X, kind="hvp")
    assert (v.status, v.decided_by, v.slip) == ("wrong", "contract", slip), v.explain()
    assert word in v.reason


def test_the_kind_settles_what_shapes_leave_open():
    assert verify(np.sin, lambda t: -np.sin(t), at=0.7, kind="hessian")
    assert verify(np.sin, np.cos, at=0.7, kind="gradient")
    assert verify(np.sin, np.cos, at=0.7, kind="hessian").status == "wrong"
    assert verify(np.sin, lambda t, v: -np.sin(t) * v, at=0.7, kind="hvp")
    v = verify(cubes, lambda x: 3 * x**2 + A.T @ (A @ x), at=X, kind="hessian")
    assert (v.status, v.slip) == ("wrong", "shape")
    assert "(4, 4) (hessian)" in v.reason
    assert verify(waves, lambda x: np.diag(np.cos(A @ x)) @ A, at=X, kind="jacobian")
    assert verify(waves, lambda x: np.diag(np.cos(A @ x)) @ A, at=X, kind="gradient").status == "wrong"


def test_unknown_kinds_are_misuse():
    with pytest.raises(Misuse, match="kind"):
        verify(cubes, hessian_times, at=X, kind="third")
    with pytest.raises(Misuse, match="claimed by a function"):
        verify("x'*x", "2*x", wrt="x", kind="vjp")
