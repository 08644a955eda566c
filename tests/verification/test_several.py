"""Functions of several arrays, a claim for each of them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from symnorm import from_numpy, verify
from symnorm.errors import Misuse
from symnorm.verification.assertion import assert_gradient

RNG = np.random.default_rng(3)
X, y = RNG.normal(size=(6, 3)), RNG.normal(size=6)
W, v = RNG.normal(size=(3, 4)), RNG.normal(size=4)


def net(W: Any, v: Any) -> Any:
    return 0.5 * np.sum((np.tanh(X @ W) @ v - y) ** 2)


def by_both(W: Any, v: Any) -> Any:
    H = np.tanh(X @ W)
    r = H @ v - y
    return X.T @ (np.outer(r, v) * (1 - H**2)), H.T @ r


def test_right_by_each() -> None:
    verdict = verify(net, by_both, at=(W, v))
    assert verdict.status == "right"
    assert {p.note for p in verdict.points} == {"by W", "by v"}


def test_the_argument_with_the_slip_is_named() -> None:
    def slipped(W: Any, v: Any) -> Any:
        H = np.tanh(X @ W)
        r = H @ v - y
        return X.T @ (np.outer(r, v) * (1 - H)), H.T @ r

    verdict = verify(net, slipped, at=(W, v))
    assert verdict.status == "wrong" and verdict.slip == "chain-factor"
    assert verdict.reason.startswith("by W: ") and verdict.reason.endswith("(right by v)")


def test_in_the_wrong_order() -> None:
    assert verify(net, lambda W, v: by_both(W, v)[::-1], at=(W, v)).status == "wrong"


@pytest.mark.parametrize("returned", [lambda g: g[0], lambda g: (*g, 0.0), lambda g: None])
def test_not_one_derivative_for_each(returned: Any) -> None:
    verdict = verify(net, lambda W, v: returned(by_both(W, v)), at=(W, v))
    assert (verdict.status, verdict.slip) == ("wrong", "shape")
    assert "one derivative for each of W, v" in verdict.reason


def test_a_dictionary_and_one_of_the_arguments() -> None:
    assert verify(net, lambda W, v: dict(zip("Wv", by_both(W, v), strict=True)), at={"v": v, "W": W})
    assert verify(net, lambda W, v: by_both(W, v)[1], at=(W, v), wrt="v")
    assert not verify(net, lambda W, v: 2 * by_both(W, v)[1], at=(W, v), wrt="v")
    with pytest.raises(Misuse, match="no argument z"):
        verify(net, by_both, at=(W, v), wrt="z")


def test_three_arguments_numbers_among_them() -> None:
    def f(a: Any, x: Any, b: Any) -> Any:
        return a * np.sum(x**2) + np.exp(b) * x[0]

    def g(a: Any, x: Any, b: Any) -> Any:
        return np.sum(x**2), 2 * a * x + np.exp(b) * np.eye(len(x))[0], np.exp(b) * x[0]

    assert verify(f, g, at=(2.0, [1.0, -1.0, 0.5], 0.3))


def test_a_claim_that_writes_into_another_argument() -> None:
    def writes(W: Any, v: Any) -> Any:
        found = by_both(W, v)
        v *= 1.0 + 1e-3
        return found

    before = v.copy()
    verdict = verify(net, writes, at=(W, v))
    assert verdict.status == "wrong"
    assert np.array_equal(v, before)


def test_vectors_are_still_points() -> None:
    assert verify(lambda x: x @ x, lambda x: 2 * x, at=(1.0, 2.0))


def test_functions_with_arguments_held() -> None:
    def loss(w: Any, X: Any, y: Any) -> Any:
        return np.sum((X @ w - y) ** 2)

    held = partial(loss, X=X, y=y)
    assert str(from_numpy(held, declare="w: 3")) == "sum(square(X @ w - y))"
    verdict = verify(held, lambda w: X.T @ (X @ w - y), at=np.ones(3))
    assert (verdict.status, verdict.slip) == ("wrong", "factor")


def test_arguments_of_an_assertion_are_held_by_their_names() -> None:
    def loss(w: Any, X: Any, y: Any) -> Any:
        return 0.5 * np.sum((X @ w - y) ** 2)

    with pytest.raises(AssertionError) as failure:
        assert_gradient(loss, lambda w, X, y: X.T @ (X @ w + y), np.ones(3), args=(X, y))
    assert "slip: sign" in str(failure.value) and "the sign of -X'*y is flipped" in str(failure.value)
    assert r"\mathrm{loss}(w, X, y) = 0.5 \operatorname{sum}" in str(failure.value)


def test_a_formula_about_a_function_that_cannot_be_read_uses_what_is_held() -> None:
    def loss(w: Any, X: Any) -> Any:
        return sum(float(row @ w) ** 2 for row in X)

    assert verify(partial(loss, X=X), "2*X'*X*w", at=np.ones(3), wrt="w")
