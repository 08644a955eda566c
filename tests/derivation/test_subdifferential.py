"""The set at kinks: what it says, and that its elements are subgradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp

import symnorm as sn
from symnorm.numeric.interpret import evaluate

A, x, b, w, X, M, S, t, mu = sn.variables(
    "A: 3 x 3, x: 3, b: 3, w: 3 nonneg, X: 3 x 2, M: 3 x 2, S: 3 x 3 spd, t: scalar nonneg, mu: scalar")
RNG = np.random.default_rng(1)


def signs(r: np.ndarray) -> np.ndarray:
    return np.where(r == 0, RNG.uniform(-1, 1, r.shape), np.sign(r))


def ball(r: np.ndarray) -> np.ndarray:
    size = np.linalg.norm(r)
    if size:
        return r / size
    g = RNG.standard_normal(r.shape)
    return g / np.linalg.norm(g) * RNG.uniform(0, 1)


def steps(r: np.ndarray) -> np.ndarray:
    return np.where(r == 0, RNG.uniform(0, 1, r.shape), r > 0)


def largest(r: np.ndarray) -> np.ndarray:
    g = np.where(r == r.max(), RNG.uniform(0.1, 1, r.shape), 0)
    return g / g.sum()


def rows(r: np.ndarray) -> np.ndarray:
    return np.array([ball(row) for row in r])


def columns(r: np.ndarray) -> np.ndarray:
    sums = np.abs(r).sum(axis=0)
    weights = np.where(sums == sums.max(), RNG.uniform(0.1, 1, sums.shape), 0)
    return signs(r) * weights / weights.sum()


def lines(r: np.ndarray) -> np.ndarray:
    return columns(r.T).T


def top(r: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh((r + r.T) / 2)
    own = vectors[:, values > values[-1] - 1e-9]
    weights = RNG.uniform(0.1, 1, own.shape[1])
    return (own * weights / weights.sum()) @ own.T


CONVEX = [
    (sn.norm1(x), x, [signs]), (sn.norm2(x), x, [ball]), (t * sn.norm1(A @ x), x, [signs]),
    (sn.norm2(A @ x) + sn.norm1(x) + sn.norm2(x - b)**2 / 2, x, [ball, signs]),
    (sn.dot(w, sn.abs(x)), x, [signs]), (sn.sum(sn.relu(A @ x)), x, [steps]), (sn.max(A @ x), x, [largest]),
    (sn.norm21(X), X, [rows]), (sn.normind1(X), X, [columns]),
    (sn.normindinf(X), X, [lines]),
    (sn.eigmax(X @ X.T - M @ M.T), X, [top]), (sn.eigmax(sn.diag(x)), x, [top]),
    (sn.norm2(X) + sn.norm2(X - M)**2, X, [ball]), (sn.exp(sn.norm2(x)), x, [ball]),
    (sn.norm2(x)**2 + sn.norm2(x), x, [ball]), (sn.sum(sn.square(sn.relu(x))), x, [steps]),
]
"""f, the variable, and how to draw each letter's value from the value of its argument; convex, with a kink at zero."""


@pytest.mark.parametrize(("f", "v", "draws"), CONVEX, ids=[str(f) for f, *_ in CONVEX])
def test_elements_are_subgradients(f: Any, v: Any, draws: list[Any]) -> None:
    found = sn.subdifferential(f, v)
    assert [s.letter.shape for s in found.selections] == [s.at.shape for s in found.selections]
    for point in range(6):
        values: dict[Any, Any] = {k: RNG.standard_normal([int(s) for s in k.shape]) for k in f.free}
        values |= {k: abs(value) for k, value in values.items() if k in (w, t)}
        values[v] = values[v] * (RNG.random(values[v].shape) < 0.5) if point % 2 else 0 * values[v]
        arguments = evaluate([s.at for s in found.selections], values)
        by_node = dict(zip([s.node for s in found.selections], arguments, strict=True))
        ordered = sorted(range(len(draws)), key=lambda i: i)
        letters = {s.letter: draws[i](by_node[s.node]) for i, s in zip(ordered, found.selections, strict=True)}
        (g, at_x) = evaluate([found.element, f], values | letters)
        for _ in range(20):
            other = values[v] + RNG.standard_normal(values[v].shape) * RNG.choice([1e-3, 1])
            (above,) = evaluate([f], values | {v: other})
            assert above >= at_x + np.sum(g * (other - values[v])) - 1e-9


def test_words() -> None:
    A, x, b = sn.variables("A: m x n, x: n, b: m")
    found = sn.subdifferential(sn.norm1(A @ x - b), x)
    assert str(found) == ("{A.T @ g : g_i = sign((A @ x - b)_i) where (A @ x - b)_i != 0, |g_i| <= 1 where "
                          "(A @ x - b)_i = 0}")
    assert found.latex() == (r"\{A^{\top}g:\lVert g\rVert_{\infty}\le 1,\ \langle g,Ax-b\rangle="
                             r"\lVert Ax-b\rVert_1\}")
    assert str(found.gradient) == "A.T @ sign(A @ x - b)"
    (selection,) = found.selections
    assert (str(selection.letter), str(selection.node), str(selection.dual)) == ("g", "norm1(A @ x - b)", "norminf(g)")


def test_letters_are_not_those_of_the_function() -> None:
    g, x = sn.variables("g: n, x: n")
    assert str(sn.subdifferential(sn.norm1(x - g), x)).startswith("{g_1 : g_1_i")


def test_smooth_functions_have_one_element() -> None:
    found = sn.subdifferential(sn.norm2(x - b)**2, x)
    assert not found.selections
    assert str(found) == "{2 * (x - b)}"
    logs = sn.subdifferential(sn.log(sn.norm2(x)), x)
    assert str(logs).endswith("where every entry of norm2(x) is positive")


@pytest.mark.parametrize(("f", "words"), [
    (mu * sn.norm1(x), "the factor mu of norm1.x. is not known to be nonnegative.*declare"),
    (-sn.norm1(x), "f falls as"), (sn.norm1(sn.relu(x)), "a kink inside a kink"), (sn.sum(sn.sign(x)), "jumps"),
])
def test_what_is_not_known_is_refused(f: Any, words: str) -> None:
    with pytest.raises(sn.NoClosedForm, match=words):
        sn.subdifferential(f, x)


def test_sympy_in_sympy_out() -> None:
    n = sp.Symbol("n")
    y = sp.MatrixSymbol("y", n, 1)
    found = sn.subdifferential(sp.sqrt((y.T * y)[0, 0]), y)
    assert isinstance(found.element, sp.MatrixSymbol)
    assert found.element.shape == (n, 1)
