"""Gradients of norms in compiled code at the point where the norm is 0: the least subgradient, not NaN."""

from __future__ import annotations

import numpy as np
import pytest

import symnorm as sn

DECLARE = "A: 3 x 2, x: 2, b: 3, X: 3 x 2, c: scalar, W: 2 x 2 spd"


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("norm2(x)", "x"), ("norm2(A*x - b)", "x"), ("norm2(b - A*x)", "x"), ("norm(x, 3)", "x"), ("norm(x, 3/2)", "x"),
        ("norm2(X)", "X"), ("norm2(A*x - b) + c*norm2(x)", "x"), ("norm21(X)", "X"), ("normw(x, W)", "x"),
        ("sqrt(x'*x)", "x"), ("sqrt(x'*A'*A*x)", "x"), ("norm2(A*x)", "x"), ("sqrt(tr(X'*X))", "X"),
        ("sqrt(tr(X*X'))", "X"), ("sqrt(sum(x.^2))", "x"),
    ],
)
def test_the_least_subgradient_where_the_norm_is_zero(text: str, wrt: str) -> None:
    gradient = sn.gradient(sn.parse(text, declare=DECLARE), wrt)
    args = sorted(gradient.free, key=lambda v: str(v.name))
    compiled = sn.lambdify(gradient, args=args)
    at = [np.eye(2) if v.name == "W" else np.zeros([int(n) for n in v.shape]) for v in args]
    with np.errstate(all="raise"):
        assert not np.any(compiled(*at))


def test_rows_that_are_zero_beside_rows_that_are_not() -> None:
    X = sn.variables("X: 3 x 2")
    compiled = sn.lambdify(sn.gradient(sn.parse("norm21(X)", declare="X: 3 x 2"), "X"), args=[X])
    got = compiled(np.array([[3.0, 4.0], [0.0, 0.0], [0.0, -2.0]]))
    np.testing.assert_allclose(got, [[0.6, 0.8], [0.0, 0.0], [0.0, -1.0]])


def test_what_does_not_vanish_with_the_norm_stays_infinite() -> None:
    compiled = sn.lambdify(sn.parse("b/norm2(x)", declare="x: 2, b: 2"), args=["x", "b"])
    with np.errstate(all="ignore"):
        assert np.all(np.isinf(compiled(np.zeros(2), np.ones(2))))


def test_the_deviation_of_equal_entries_has_the_gradient_0() -> None:
    x = sn.variables("x: 4")
    for text in ("std(x)", "sqrt(var(x))"):
        compiled = sn.lambdify(sn.gradient(sn.parse(text, declare="x: 4"), x), args=[x])
        with np.errstate(all="raise"):
            assert not np.any(compiled(np.full(4, 1.5)))


POSITIVE = {"w": np.array([1.0, 2.0]), "p": 2.5, "W": np.array([[2.0, 1.0], [1.0, 3.0]]), "B": np.ones((2, 2))}


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("norm2(w.*x)", "x"), ("sqrt(x'*W*x)", "x"), ("sqrt(sum(w.*x.^2))", "x"), ("norm(x, p)", "x"),
        ("norm2(x.^2)", "x"), ("norm2(x*x')", "x"), ("norm2(kron(B, X))", "X"), ("norm2(kron(X, X))", "X"),
        ("norm2(X'*X)", "X"), ("norm2(w.*x)*norm2(B*x)", "x"), ("norm2(abs(x))", "x"),
    ],
)
def test_where_the_norm_of_something_else_forces_the_variable_to_be_zero(text: str, wrt: str) -> None:
    declare = "x: 2, w: 2 positive, W: 2 x 2 spd, p: scalar positive, X: 2 x 2, B: 2 x 2"
    gradient = sn.gradient(sn.parse(text, declare=declare), wrt)
    args = sorted(gradient.free, key=lambda v: str(v.name))
    compiled = sn.lambdify(gradient, args=args)
    with np.errstate(invalid="raise", divide="raise"):
        assert not np.any(compiled(*(POSITIVE.get(v.name, np.zeros([int(n) for n in v.shape])) for v in args)))


@pytest.mark.parametrize("text", ["b/norm2(v.*x)", "x/norm2(relu(x))", "tr(B)*x/norm2(kron(B, X))"])
def test_what_may_not_vanish_with_the_norm_is_left_to_arithmetic(text: str) -> None:
    """v may be 0 where x is not, relu(x) too, and B where X is."""
    f = sn.parse(text, declare="x: 2, b: 2, v: 2, X: 2 x 2, B: 2 x 2")
    args = sorted(f.free, key=lambda v: str(v.name))
    values = {"x": -np.ones(2), "b": np.ones(2), "v": np.zeros(2), "X": np.zeros((2, 2)), "B": np.eye(2)}
    with np.errstate(all="ignore"):
        assert not np.all(np.isfinite(sn.lambdify(f, args=args)(*(values[v.name] for v in args))))
