"""Calls after the first: the test of the arguments stands in front of the lines themselves."""

from __future__ import annotations

import threading
import traceback

import numpy as np
import pytest

import symnorm as sn
from symnorm.errors import Misuse, OutsideDomain, ShapeError

A, B, x, S, b, t = sn.variables("A: n x n, B: n x n, x: n, S: n x n spd, b: n, t: scalar")


class Own(np.ndarray):
    """An array with operations of its own, for all that we know."""


def test_shapes_in_turn() -> None:
    f = sn.lambdify(A @ x + t * x, [A, x, t])
    rng = np.random.default_rng(0)
    for n in (3, 5, 3, 3, 7, 5, 3):
        a, v = rng.normal(size=(n, n)), rng.normal(size=n)
        np.testing.assert_allclose(f(a, v, 0.5), a @ v + 0.5 * v)
        np.testing.assert_allclose(f(a, x=v, t=0.5), a @ v + 0.5 * v)


def test_every_call_tests_its_arguments() -> None:
    f = sn.lambdify(A + A.T, [A, x])
    a, v = np.arange(9.0).reshape(3, 3), np.ones(3)
    for _ in range(2):
        np.testing.assert_array_equal(f(a, v), a + a.T)
        with pytest.raises(ShapeError):
            f(a, np.ones(4))
        with pytest.raises(ShapeError):
            f(a[:2], v)
        with pytest.raises(Misuse):
            f(a, v, A=a)
        with pytest.raises(Misuse):
            f(a)
        assert f(a.astype(int), v).dtype == np.float64
        assert f(a.astype("f4"), v.astype("f4")).dtype == np.float32
        np.testing.assert_array_equal(f(a.tolist(), v), a + a.T)
        assert type(f(a.view(Own), v)) is np.ndarray


def test_an_error_names_the_matrix_in_every_call() -> None:
    f = sn.lambdify((sn.inv(S) @ b, sn.logdet(A)), [S, b, A])
    good, bad = np.eye(3), -np.eye(3)
    for _ in range(3):
        with pytest.raises(OutsideDomain, match="^S is not positive definite"):
            f(bad, np.ones(3), good)
        with pytest.raises(OutsideDomain, match="A is singular"):
            f(good, np.ones(3), np.zeros((3, 3)))
        f(good, np.ones(3), good)


def test_bound_data_with_two_shapes() -> None:
    X, w = sn.variables("X: m x n, w: n")
    a = np.arange(6.0).reshape(3, 2)
    ones = sn.ones("m")
    f = sn.lambdify(X @ A @ w + (ones.T @ ones) * ones, [X, w], constants={A: np.array([[1.0, 2.0], [3.0, 4.0]])})
    for rows in (a, a[:2], a, a, a[:1], a[:2], a[:2]):
        np.testing.assert_allclose(f(rows, np.ones(2)), rows @ np.array([3.0, 7.0]) + len(rows))


def test_operations_of_the_user_with_two_shapes() -> None:
    first = sn.rule("first_for_calling", value=lambda u: u.sum(), differential=lambda u, du: sn.sum(du))
    second = sn.rule("second_for_calling", value=lambda u: 2 * u.sum(), differential=lambda u, du: 2 * sn.sum(du))
    f, g = (sn.lambdify(e, [x]) for e in (first(x) - second(2 * x), second(x)))
    for n in (2, 3, 2):
        assert f(np.ones(n)) == -3.0 * n
        assert g(np.ones(n)) == 2.0 * n


def test_a_traceback_shows_the_line() -> None:
    f = sn.lambdify(sn.logdet(S), [S])
    f(np.eye(2))
    with pytest.raises(OutsideDomain) as caught:
        f(-np.eye(2))
    shown = "".join(traceback.format_exception(caught.value))
    assert "cholesky(a0)" in shown


def test_threads_with_different_shapes() -> None:
    f = sn.lambdify(A + A.T, [A])
    wrong: list[int] = []

    def run(n: int) -> None:
        a = np.random.default_rng(n).normal(size=(n, n))
        wrong.extend(n for _ in range(2000) if not np.array_equal(f(a), a + a.T))

    threads = [threading.Thread(target=run, args=(n,)) for n in (2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("n", [2, 40, 60])
def test_a_sum_with_a_transpose_leaves_the_arguments_alone(n: int) -> None:
    rng = np.random.default_rng(0)
    a, c = rng.normal(size=(n, n)), rng.normal(size=(n, n))
    before = a.copy(), c.copy()
    f = sn.lambdify((A + B.T, A.T + B, A + A.T, A.T + B.T), [A, B])
    for found, want in zip(f(a, c), (a + c.T, a.T + c, a + a.T, a.T + c.T), strict=True):
        np.testing.assert_array_equal(found, want)
        assert not np.shares_memory(found, a) and not np.shares_memory(found, c)
    assert np.array_equal(a, before[0]) and np.array_equal(c, before[1])


def test_a_pair_of_sigmoids_takes_one_exponential() -> None:
    f = sn.lambdify(sn.hadamard(sn.sigmoid(x), sn.sigmoid(-x)), [x])
    z = np.array([-1e4, -30.0, -1.0, 0.0, 1e-9, 2.0, 40.0, 700.0, 1e5])
    np.testing.assert_allclose(f(z), [0, 9.357622968839e-14, 0.19661193324148185, 0.25, 0.25, 0.10499358540350652,
                                      4.248354255291589e-18, 9.859676543759771e-305, 0], rtol=1e-12)
    assert f.source.count("exp(") == 1
    both = sn.lambdify((sn.hadamard(sn.sigmoid(x), sn.sigmoid(-x)), sn.sigmoid(x)), [x])
    np.testing.assert_allclose(both(z)[0], f(z), rtol=1e-12, atol=1e-300)
