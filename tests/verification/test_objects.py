"""Functions that take their data from objects, closures and helpers: read under the names that the author gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from symnorm import from_numpy, verify
from symnorm.errors import ReadingError

RNG = np.random.default_rng(5)
X, y = RNG.normal(size=(7, 3)), RNG.normal(size=7)


class Ridge:
    def __init__(self, lam: float) -> None:
        self.X, self.y, self.lam = X, y, lam

    def residual(self, w: Any) -> Any:
        return self.X @ w - self.y

    def value(self, w: Any) -> Any:
        r = self.residual(w)
        return 0.5 * r @ r + 0.5 * self.lam * w @ w

    def gradient(self, w: Any) -> Any:
        return self.X.T @ self.residual(w) + self.lam * w

    def unregularised(self, w: Any) -> Any:
        return self.X.T @ self.residual(w)

    def counting(self, w: Any) -> Any:
        self.calls = getattr(self, "calls", 0) + 1
        return w @ w


RIDGE = Ridge(0.3)


def test_a_method_is_read_with_the_names_of_its_fields() -> None:
    assert str(from_numpy(RIDGE.value, declare="w: 3, lam: scalar")) == (
        "(X @ w - y).T @ (X @ w - y) / 2 + lam * w.T @ w / 2"
    )


def test_methods_against_methods() -> None:
    assert verify(RIDGE.value, RIDGE.gradient, at=np.ones(3))
    verdict = verify(RIDGE.value, RIDGE.unregularised, at=np.ones(3))
    assert verdict.slip == "missing-term" and "w'*w" in verdict.evidence


def test_methods_are_shown_without_their_object() -> None:
    def f(w: Any) -> Any:
        return 0.5 * RIDGE.lam * w @ w

    class Quadratic:
        def __init__(self) -> None:
            self.Q = np.eye(3)

        def value(self, x: Any) -> Any:
            return x @ self.Q @ x

    written = verify(Quadratic().value, "Q*x + Q'*x", at=np.ones(3), wrt="x").explain()
    assert r"\mathrm{value}(x) = x^{\top} Q x" in written
    assert str(from_numpy(f, declare="w: 3, lam: scalar")) == "lam * w.T @ w / 2"


@pytest.mark.parametrize(
    "claim", ["X'*(X*w - y) + lam*w", r"X^\top(Xw-y)+\lambda w", r"\nabla f(w) = X^\top(Xw-y)+\lambda w"]
)
def test_numbers_of_the_program_in_a_formula(claim: str) -> None:
    assert verify(RIDGE.value, claim, at=np.ones(3))
    assert not verify(RIDGE.value, claim.replace("+", "+2", 1) if "lam*w" in claim else claim + "+w", at=np.ones(3))


def test_whole_numbers_of_the_program_in_a_formula() -> None:
    m = 7

    def mean_square(w: Any) -> Any:
        return np.sum((X @ w - y) ** 2) / (2 * m)

    assert verify(mean_square, "X'*(X*w - y)/m", at=np.ones(3))
    assert verify(mean_square, "X'*(X*w - y)", at=np.ones(3)).slip == "mean-sum"


def test_a_method_that_sets_a_field_is_not_read() -> None:
    with pytest.raises(ReadingError, match="setting the attribute calls"):
        from_numpy(RIDGE.counting, declare="w: 3")
    assert verify(RIDGE.counting, lambda w: 2 * w, at=np.ones(3))


def test_two_arrays_of_one_name_are_two_variables() -> None:
    @dataclass
    class Data:
        X: Any

    other = Data(RNG.normal(size=(7, 3)))

    def f(w: Any) -> Any:
        return np.sum((X @ w) ** 2) + np.sum((other.X @ w) ** 2)

    assert verify(f, lambda w: 2 * (X.T @ X + other.X.T @ other.X) @ w, at=np.ones(3))
    assert str(from_numpy(f, declare="w: 3")) == "sum(square(X @ w)) + sum(square(X_ @ w))"


def test_a_captured_array_with_the_name_of_a_parameter() -> None:
    w = np.array([1.0, 2.0, 3.0])

    def captured(z: Any) -> Any:
        return z @ w

    def f(w: Any) -> Any:
        return captured(w) ** 2

    assert str(from_numpy(f, declare="w: 3")) == "(w.T @ w_)**2"


def test_the_largest_entry_of_every_row_is_read_where_it_cancels() -> None:
    Y = np.eye(4)[RNG.integers(0, 4, 7)]

    def cross_entropy(W: Any) -> Any:
        Z = X @ W
        Z = Z - Z.max(axis=1, keepdims=True)
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        return -np.sum(Y * np.log(P))

    def slipped(W: Any) -> Any:
        Z = X @ W
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        return X.T @ (Y - P)

    assert "max" not in str(from_numpy(cross_entropy, declare="W: 3 x 4"))
    assert verify(cross_entropy, slipped, at=np.ones((3, 4)) / 7).slip == "sign"
    with pytest.raises(ReadingError, match="only where it cancels"):
        from_numpy(lambda W: np.sum(np.max(X @ W, axis=1)), declare="W: 3 x 4")
