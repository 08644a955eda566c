"""What f and claim may do to the checker: a verdict or a named error, and the caller's data stay untouched."""

from __future__ import annotations

import json
import threading
import time

import numpy as np
import pytest

from symnorm.errors import Misuse
from symnorm.verification import SLIPS, verify

X = np.array([0.7, -1.3, 2.1, 0.4])


def half_square(x):
    return 0.5 * x @ x


def same(x):
    return x.copy()


def raising(x):
    raise ValueError("no such thing")


def wrote(x):
    x *= 2
    return x / 2


def nan_claim(x):
    return np.full_like(x, np.nan)


COUNT = iter(range(10**9))


@pytest.mark.parametrize(("claim", "slip"), [
    (raising, None),
    (lambda x: None, None),
    (lambda x: "text", None),
    (lambda x: x + 0j, None),
    (lambda x: np.array([object()] * 4), None),
    (lambda x: [[1.0], [2.0, 3.0]], None),
    (lambda x: x[:3], "shape"),
    (lambda x: x[:, None], "shape"),
    (lambda x: x[None, :], "shape"),
    (lambda x: 1.0, "shape"),
    (lambda x: np.float64(0.3), "shape"),
    (lambda x: np.array([]), "shape"),
    (nan_claim, "nonfinite"),
    (lambda x: x / 0.0, "nonfinite"),
    (lambda x: np.where(np.arange(4) == 2, np.nan, x), "nonfinite"),
    (wrote, "mutates"),
    (lambda x: x + 1e-3 * next(COUNT), "not-repeatable"),
    (lambda x: x + 1e-6 * np.random.default_rng().normal(size=4), "not-repeatable"),
    (lambda: 1, None),
    (lambda x: exit(3), None),
])
def test_a_claim_that_breaks_the_contract_is_wrong(claim, slip):
    v = verify(half_square, claim, at=X)
    assert (v.status, v.decided_by, v.slip) == ("wrong", "contract", slip), v.explain()
    assert v.reason
    assert not v


@pytest.mark.parametrize(("f", "word"), [
    (raising, "raises"), (lambda x: None, "None"), (lambda x: "text", "type"), (lambda x: 1j * x[0], "complex"),
    (lambda x: np.nan, "finite"), (lambda x: np.inf, "finite"),
    (lambda x: x @ x + 1e-9 * np.random.default_rng().normal(), "repeatable"),
    (lambda x: x @ x + next(COUNT), "repeatable"), (lambda x: np.array([]), "empty"), (lambda x: {}, "number"),
    (lambda x: exit(0), "SystemExit"), (lambda x: np.array([object()]), "type"),
])
def test_a_function_that_cannot_be_compared_leaves_it_undecided(f, word):
    v = verify(f, same, at=X)
    assert v.status == "undecided"
    assert word in v.reason, v.reason


@pytest.mark.parametrize("x", [X, X.astype(np.float32), np.arange(1, 5), [1.0, 2.0, 3.0, -1.0], (1, 2, 3, 4),
                               X[::-1], np.asfortranarray(np.outer(X, X))[:, 0], np.zeros(4), np.array([0.5])])
def test_points_of_all_kinds(x):
    before = np.array(x, copy=True)
    if isinstance(x, np.ndarray):
        x.flags.writeable = False
    assert verify(half_square, same, at=x)
    assert verify(half_square, lambda y: 2 * y, at=x).slip == "factor"
    assert np.array_equal(before, np.asarray(x))


@pytest.mark.parametrize("x", [0.7, 3, np.float64(-2.0), np.array(1.5), np.float32(0.25), 0.0])
def test_scalars(x):
    assert verify(np.sin, np.cos, at=x)
    assert verify(np.sin, lambda t: -np.cos(t), at=x).slip == "sign"
    assert verify(np.sin, lambda t: np.array([np.cos(t)]), at=x).slip == "shape"
    assert verify(lambda t: np.array([t, t**2]), lambda t: np.array([1.0, 2 * t]), at=x)


def test_arguments_of_the_wrong_kind_are_misuse():
    for arguments in [{"at": None}, {"at": "x"}, {"at": X + 1j}, {"at": [[1], [1, 2]]}, {"at": X, "timeout": 0}]:
        with pytest.raises(Misuse):
            verify(half_square, same, **arguments)
    with pytest.raises(Misuse, match="two functions"):
        verify(half_square, 3.0, at=X)


def test_points_without_an_answer():
    assert verify(half_square, same, at=np.zeros(0)).status == "undecided"
    assert verify(half_square, same, at=np.array([1.0, np.nan])).status == "undecided"
    assert verify(half_square, same, at=np.array([1.0, np.inf])).status == "undecided"


def test_functions_that_write_into_their_argument():
    def f(x):
        x[:] = x**2
        return x.sum()

    x = X.copy()
    v = verify(f, lambda x: 2 * x, at=x)
    assert v
    assert any("writes into its argument" in note for note in v.assumptions)
    assert np.array_equal(x, X)


def test_claims_that_return_their_argument_or_one_buffer():
    v = verify(half_square, lambda x: x, at=X)
    assert v
    assert any("own argument" in note for note in v.assumptions)
    buffer = np.zeros(4)

    def reused(x):
        buffer[:] = x
        return buffer

    assert verify(half_square, reused, at=X)


def test_functions_that_remember_by_identity():
    cache: dict[int, float] = {}

    def by_id(x):
        if id(x) not in cache:
            cache[id(x)] = float(x @ x)
        return cache[id(x)]

    last = [None, 0.0]

    def by_object(x):
        if last[0] is not x:
            last[:] = [x, float(x @ x)]
        return last[1]

    for f in (by_id, by_object):
        assert verify(f, lambda x: 2 * x, at=X)
        assert verify(f, lambda x: 2.1 * x, at=X).slip == "factor"


def test_one_sided_domains():
    def root(x):
        if np.any(x < 0):
            raise ValueError("negative")
        return (x**1.5).sum()

    assert verify(root, lambda x: 1.5 * np.sqrt(x), at=np.array([1e-3, 1.0, 2.0]))
    assert verify(root, lambda x: 1.5 * np.sqrt(x), at=np.array([0.0, 1.0, 2.0]))
    assert verify(root, lambda x: 1.4 * np.sqrt(x), at=np.array([0.0, 1.0, 2.0])).status == "wrong"
    logs = lambda x: np.log(x).sum()  # noqa: E731
    assert verify(logs, lambda x: 1 / x, at=np.array([1e-12, 1.0, 1e12]))
    assert verify(lambda x: np.log(1 - x).sum(), lambda x: -1 / (1 - x), at=np.array([0.2, 0.9999, 0.5]))


def test_vertical_tangents_are_not_right():
    v = verify(lambda x: np.sqrt(np.abs(x)).sum(), lambda x: 0.5 * np.sign(x) / np.sqrt(np.abs(x) + (x == 0)),
               at=np.array([0.0, 1.0]))
    assert v.status != "right"


def test_layouts_are_recognised():
    A, Z = np.arange(12.0).reshape(3, 4), np.random.default_rng(0).normal(size=(4, 3))
    f = lambda Z: np.trace(A @ Z @ Z.T @ A.T)  # noqa: E731
    g = lambda Z: 2 * A.T @ A @ Z  # noqa: E731
    assert verify(f, g, at=Z)
    assert verify(f, lambda Z: g(Z).T, at=Z).slip == "transposed-result"
    assert verify(f, lambda Z: g(Z).ravel(), at=Z).slip == "shape"
    assert verify(f, lambda Z: g(Z).ravel(order="F"), at=Z).slip == "layout"
    J = lambda x: A * np.cos(x)  # noqa: E731
    assert verify(lambda x: A @ np.sin(x), J, at=X)
    assert verify(lambda x: A @ np.sin(x), lambda x: J(x).T, at=X).slip == "layout"
    assert verify(lambda x: A @ np.sin(x), lambda x: J(x).sum(0), at=X).slip == "shape"


def test_size_one_outputs_are_numbers():
    column = X[:, None]
    assert verify(lambda x: x.T @ x, lambda x: 2 * x, at=column)
    assert verify(lambda x: np.array([x @ x]), lambda x: 2 * x, at=X)
    assert verify(lambda x: np.array([x @ x]), lambda x: 2 * x[None, :], at=X)


def test_lists_integers_and_booleans_are_numbers():
    assert verify(lambda x: [float(x.sum())], lambda x: [1, 1, 1, 1], at=X)
    assert verify(lambda x: np.maximum(x, 0).sum(), lambda x: x > 0, at=X)
    assert verify(lambda x: np.abs(x).sum(), lambda x: np.sign(x).astype(int), at=X)


@pytest.mark.parametrize("where", ["main", "thread"])
def test_endless_functions_run_out_of_time(where):
    def endless(x):
        while True:
            pass

    def late(x):
        if not np.array_equal(x, X):
            time.sleep(60)
        return x @ x

    found = []

    def run():
        for f, claim in ((endless, same), (half_square, endless), (late, same)):
            start = time.perf_counter()
            v = verify(f, claim, at=X, timeout=0.3)
            found.append((v.status, "time" in v.reason, time.perf_counter() - start < 1.5))

    if where == "main":
        run()
    else:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    assert found == [("undecided", True, True)] * 3


def test_slow_functions_are_decided_within_their_budget():
    def slow(x):
        time.sleep(0.004)
        return 0.5 * x @ x

    start = time.perf_counter()
    x = np.random.default_rng(0).normal(size=40)
    assert verify(slow, lambda x: 1.01 * x, at=x, timeout=2.5).status == "wrong"
    assert verify(slow, same, at=x, timeout=2.5).status == "right"
    assert time.perf_counter() - start < 6


def test_many_dimensions():
    a = np.random.default_rng(1).normal(size=5_000)
    x = np.random.default_rng(2).normal(size=5_000)
    f = lambda x: (a * x**2).sum()  # noqa: E731
    assert verify(f, lambda x: 2 * a * x, at=x)
    assert verify(f, lambda x: 2 * a * np.abs(x), at=x).status == "wrong"
    assert verify(f, lambda x: 2 * a * x * (np.arange(5_000) != 77), at=x).status == "wrong"


def test_the_same_seed_gives_the_same_text():
    one, two = (verify(half_square, lambda x: 1.5 * x, at=X, seed=3).to_json() for _ in range(2))
    assert one == two
    assert json.loads(one)["slip"] == "factor"


def test_explanations_name_the_slip():
    v = verify(half_square, lambda x: -x, at=X)
    assert "wrong" in v.explain()
    assert SLIPS["sign"] in v.explain()
    assert "right" in verify(half_square, same, at=X).explain()


def test_no_state_of_the_caller_is_touched():
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    settings = np.geterr()
    verify(half_square, same, at=X)
    assert np.array_equal(before, np.random.get_state()[1])
    assert np.geterr() == settings


def test_triangles_of_symmetric_matrices():
    S = np.random.default_rng(0).normal(size=(4, 4))
    S = S @ S.T + 4 * np.eye(4)
    f = lambda S: 2 * np.log(np.diag(np.linalg.cholesky(S))).sum()  # noqa: E731
    v = verify(f, np.linalg.inv, at=S)
    assert v, v.explain()
    assert any("symmetric" in note for note in v.assumptions)
    assert verify(f, lambda S: 2 * np.linalg.inv(S), at=S).slip == "factor"
    g = lambda S: np.linalg.slogdet(S)[1]  # noqa: E731
    assert verify(g, np.linalg.inv, at=S).slip == "transposed-result"
    assert verify(g, np.linalg.inv, at=S, declare="S: n x n symmetric")


def test_a_function_that_ends_the_program_is_reported():
    def f(x):
        raise SystemExit(3)

    verdict = verify(f, lambda x: 2 * x, at=np.ones(3))
    assert verdict.status == "undecided"
    assert "SystemExit" in verdict.explain()


def test_a_slope_that_grows_without_end_is_no_refutation():
    """log beside 0: one-sided slopes at steps far longer than x say nothing about 1/x."""
    x = np.array([1e-300, 1.0, 2.0])
    verdict = verify(lambda x: float(np.log(x).sum()), lambda x: 1 / x, at=x)
    assert verdict.status == "undecided", verdict.explain()
    assert verify(lambda x: float(np.sqrt(x).sum()), lambda x: 0.6 / np.sqrt(x), at=[1.0, 2.0]).status == "wrong"


def test_the_point_of_a_tensor_that_requires_a_gradient():
    class Tensor:
        """As torch's: NumPy gets at its values only when it is detached."""

        def detach(self):
            return self

        def cpu(self):
            return np.array([1.0, -2.0, 0.5])

        def __array__(self, *args, **kwargs):
            raise RuntimeError("Can't call numpy() on Tensor that requires grad")

    assert verify(lambda x: x @ x, lambda x: 2 * x, at=Tensor())


def test_three_times_is_a_factor():
    """3 may be an exponent as well as a length."""
    verdict = verify(lambda x: float(sum(t**3 for t in x.tolist())), lambda x: x**2, at=[1.0, -2.0, 0.5])
    assert (verdict.slip, "3 is a size of x" in verdict.evidence) == ("factor", True)
