"""NumPy functions read by running them; every reading here has been compared with its function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special

import symnorm as sn

DECLARE = "A: m x n, x: n, b: m, X: m x n, w: n, y: m, K: n x n spd, S: n x n symmetric"
A0, b0 = np.arange(12.0).reshape(4, 3), np.ones(4)


def helper(r: Any) -> Any:
    return r @ r


READ: list[tuple[Callable[..., Any], str]] = [
    (lambda A, x, b: 0.5 * np.linalg.norm(A @ x - b) ** 2, "norm2(A @ x - b)**2 / 2"),
    (lambda X, w, y: np.sum(np.log1p(np.exp(-y * (X @ w)))), "sum(log(ones(m) + exp(-hadamard(y, X @ w))))"),
    (lambda K: np.linalg.slogdet(K)[1], "logdet(K)"),
    (lambda K, x: x @ np.linalg.solve(K, x), "x.T @ inv(K) @ x"),
    (lambda K: np.linalg.slogdet(K + 2 * np.eye(K.shape[0])).logabsdet, "logdet(K + 2 * eye(n))"),
    (lambda X, w: (X * w).sum(axis=1), "X @ w"),
    (lambda X: np.linalg.norm(X, axis=1).sum(), "sum(sqrt(square(X) @ ones(n)))"),
    (lambda A, x, b: np.einsum("i,ij,j->", b, A, x), "b.T @ A @ x"),
    (lambda x: scipy.special.logsumexp(x), "logsumexp(x)"),
    (lambda x: np.abs(x).sum() + np.max(x), "sum(abs(x)) + max(x)"),
    (lambda x, A, b: helper(np.asarray(A @ x - b)) / len(b0), "(A @ x - b).T @ (A @ x - b) / 4"),
]


@pytest.mark.parametrize(("function", "text"), READ, ids=[t for _, t in READ])
def test_read(function: Callable[..., Any], text: str) -> None:
    assert str(sn.from_numpy(function, declare=DECLARE)) == text


def test_captured_arrays_keep_their_names() -> None:
    expr = sn.from_numpy(lambda x: helper(A0 @ x - b0), declare="x: 3")
    assert sorted(v.name for v in expr.free) == ["A0", "b0", "x"]


def test_broadcasting_of_rows_and_columns_is_told_apart_for_square_matrices() -> None:
    rows = sn.from_numpy(lambda S, x: np.sum(np.exp(S * x)), declare=DECLARE)
    columns = sn.from_numpy(lambda S, x: np.sum(np.exp(S * x[:, None])), declare=DECLARE)
    assert str(rows) == "sum(exp(S @ diag(x)))"
    assert str(columns) == "sum(exp(diag(x) @ S))"


def loop(x: Any) -> Any:
    return sum(t for t in x)


def branch(x: Any) -> Any:
    return x.sum() if x.sum() > 0 else -x.sum()


def in_place(x: Any) -> Any:
    x[0] = 0
    return x @ x


def noisy(x: Any) -> Any:
    return np.random.default_rng().standard_normal() * x.sum()


REFUSED = [
    (loop, "a loop over entries"),
    (branch, "a comparison of values"),
    (in_place, "assignment to entries"),
    (noisy, "disagree"),
    (lambda X: np.linalg.norm(X, -2), "ord=-2"),
    (lambda x: np.cumsum(x), "cumsum"),
    (lambda x: [x, x], "returns list"),
    (lambda x: np.convolve(x, x), "convolve"),
    (lambda x: x.sum(axis=3), "axis=3"),
]


@pytest.mark.parametrize(("function", "words"), REFUSED, ids=[w for _, w in REFUSED])
def test_refused_by_name(function: Callable[..., Any], words: str) -> None:
    with pytest.raises(sn.ReadingError, match=words):
        sn.from_numpy(function, declare=DECLARE)


def test_letters_for_sizes_beside_captured_arrays_are_told_what_to_declare() -> None:
    data, weights = np.ones((6, 3)), np.ones(6)

    def f(w: Any) -> Any:
        return weights @ (data @ w)

    with pytest.raises(sn.ReadingError, match=r"data is 6 x 3, weights is 6.*\(data: m x n, weights: m, \.\.\.\)|"
                                           r"weights is 6, data is 6 x 3.*\(weights: m, data: m x n, \.\.\.\)"):
        sn.from_numpy(f, declare="w: n")
