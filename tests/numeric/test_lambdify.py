"""Compiled code against the interpreter: every operation, three sets of sizes, and what it must not do."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest

import symnorm as sn
from symnorm.errors import Misuse, OutsideDomain, ShapeError
from symnorm.language import build
from symnorm.language.node import Node
from symnorm.numeric.compile import lambdify, variables_of
from symnorm.numeric.interpret import evaluate

from .examples import ALL, SIZES, A, M, P, Q, W, b, one, p, sample, t, x, y

Points = list[tuple[dict[str, int], dict[Node, object]]]
LARGE = [
    sn.sum(sn.softplus(x)), sn.sum(sn.sigmoid(x)), sn.sum(sn.sigmoid(-x)), sn.logsumexp(x), sn.sum(sn.softmax(x)),
    sn.sum(sn.log(one("n") + sn.exp(x))), x.T @ sn.exp(x) / sn.sum(sn.exp(x)), sn.log(sn.sum(sn.exp(-x))),
]


@pytest.fixture(scope="module")
def points() -> Points:
    return [({"m": m, "n": n, "k": k}, sample(m, n, k)) for m, n, k in SIZES]


@pytest.mark.parametrize("e", ALL, ids=str)
def test_compiled_code_agrees_with_the_interpreter(e: Node, points: Points) -> None:
    variables = variables_of([e])
    for sizes, values in points:
        given = {v: values[v] for v in variables}
        before = {v: np.copy(a) for v, a in given.items()}
        want = evaluate([e], given, sizes)[0]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = lambdify(e, variables, sizes=sizes)(*given.values())
        assert isinstance(found, (float, np.ndarray))
        assert np.shape(found) == np.shape(want)
        np.testing.assert_allclose(found, want, rtol=1e-9, atol=1e-9 * max(1.0, float(np.max(np.abs(want)))))
        for v, a in given.items():
            assert np.array_equal(before[v], a), "an argument was modified"
            assert not np.shares_memory(found, a), "the result shares memory with an argument"


@pytest.mark.parametrize("e", [f for f in ALL if f.free], ids=str)
def test_constants_are_bound_once_and_left_alone(e: Node) -> None:
    values = sample(6, 5, 4)
    sizes = {"m": 6, "n": 5, "k": 4}
    variables = variables_of([e])
    want = evaluate([e], {v: values[v] for v in variables}, sizes)[0]
    for free in range(len(variables)):
        bound = {v: values[v] for i, v in enumerate(variables) if i != free}
        before = {v: np.copy(a) for v, a in bound.items()}
        f = lambdify(e, [variables[free]], constants=bound, sizes=sizes)
        first = f(values[variables[free]])
        np.testing.assert_allclose(first, want, rtol=1e-8, atol=1e-8)
        if isinstance(first, np.ndarray):
            first *= 0
        np.testing.assert_allclose(f(values[variables[free]]), want, rtol=1e-8, atol=1e-8)
        assert all(np.array_equal(before[v], a) for v, a in bound.items())


def test_results_of_a_tuple_share_work_and_no_memory() -> None:
    f = lambdify((A, A, A.T, sn.norm(A @ x - b) ** 2, A.T @ (A @ x - b), x), [A, x, b])
    values = sample(4, 3, 2)
    results = f(values[A], values[x], values[b])
    assert f.source.count("a0.dot(a1)") == 1
    arrays = [r for r in results if isinstance(r, np.ndarray)]
    assert not any(np.shares_memory(u, v) for i, u in enumerate(arrays) for v in arrays[:i])


def test_value_and_grad() -> None:
    f = lambdify(sn.norm(A @ x - b) ** 2 / 2, args=[x, A, b], value_and_grad=True)
    v = sample(4, 3, 2)
    value, gradient = f(v[x], v[A], v[b])
    assert value == pytest.approx(np.linalg.norm(v[A] @ v[x] - v[b]) ** 2 / 2)
    np.testing.assert_allclose(gradient, v[A].T @ (v[A] @ v[x] - v[b]))


def test_source_is_visible_and_holds_no_name_of_the_user() -> None:
    secret, other = sn.variables("evil: n, danger: n x n")
    f = lambdify(other @ secret, [other, secret])
    f(np.eye(3), np.ones(3))
    assert inspect.getsource(f).strip().endswith("return a0.dot(a1)")
    for text in (f.source, f.__doc__, inspect.getsource(f), f.__code__.co_filename):
        assert "evil" not in text
        assert "danger" not in text
    assert list(inspect.signature(f).parameters) == ["danger", "evil"]
    np.testing.assert_array_equal(f(evil=np.ones(3), danger=np.eye(3)), np.ones(3))


@pytest.mark.parametrize("name", ["np", "a0", "t0", "compiled", "Unseen", "h0", "float", "body"])
def test_names_of_generated_code_are_free_for_users(name: str) -> None:
    v = build.variable(name, "n")
    assert lambdify(v.T @ v, [v])(np.arange(3.0)) == 5.0
    assert lambdify(v.T @ v, [v])(**{name: np.arange(3.0)}) == 5.0


def test_types_of_arguments() -> None:
    f = lambdify(A.T @ (A @ x - b) / t, [A, x, b, t])
    a, u, c = np.arange(12).reshape(4, 3), np.arange(3), np.arange(4)
    want = a.T @ (a @ u - c) / 2.0
    assert f(a, u, c, 2).dtype == np.float64
    np.testing.assert_allclose(f(a.tolist(), u.tolist(), c.tolist(), np.array(2)), want)
    np.testing.assert_allclose(f(np.asfortranarray(a), np.arange(6)[::2] // 2, c[::-1][::-1], 2.0), want)
    single = f(a.astype(np.float32), u.astype(np.float32), c.astype(np.float32), 2.0)
    assert single.dtype == np.float32
    frozen = a.astype(float)
    frozen.flags.writeable = False
    np.testing.assert_allclose(f(frozen, u, c, 2), want)
    with pytest.raises(Misuse, match="x takes an array of numbers"):
        f(a, "text", c, 2)
    with pytest.raises(Misuse, match="A takes real numbers"):
        f(a * 1j, u, c, 2)


def test_wrong_shapes_name_the_variable_and_both_shapes() -> None:
    f = lambdify(A.T @ (A @ x - b), [A, x, b])
    a, u, c = np.ones((4, 3)), np.ones(3), np.ones(4)
    with pytest.raises(ShapeError, match=r"x is declared as vector of n with n = 3 \(from A\), got an array of shape"):
        f(a, c, c)
    f(a, u, c)
    with pytest.raises(ShapeError, match=r"b is declared as vector of m with m = 4 \(from A\), got .* \(3,\)"):
        f(a, u, u)
    with pytest.raises(ShapeError, match=r"got an array of shape \(3, 1\); pass a vector as a 1-D array"):
        f(a, u[:, None], c)
    with pytest.raises(Misuse, match="no value for b"):
        f(a, u)
    with pytest.raises(Misuse, match="there is no argument 'z'"):
        f(a, u, z=c)


def test_sizes_that_arguments_do_not_fix_are_asked_for() -> None:
    f = lambdify(t * one("k"), [t])
    with pytest.raises(ShapeError, match='give sizes={"k": ...}'):
        f(2.0)
    np.testing.assert_array_equal(lambdify(t * one("k"), [t], sizes={"k": 3})(2.0), [2.0, 2.0, 2.0])
    with pytest.raises(Misuse, match="also depends on A"):
        lambdify(A @ x, [x])


def test_singular_matrices_are_named() -> None:
    with pytest.raises(OutsideDomain, match="Q is singular"):
        lambdify(sn.inv(Q) @ x, [Q, x])(np.ones((2, 2)), np.ones(2))
    with pytest.raises(OutsideDomain, match="P is not positive definite"):
        lambdify(sn.logdet(P), [P])(-np.eye(2))
    with pytest.raises(OutsideDomain, match="P is not positive definite"):
        lambdify(sn.logdet(P), [P])(np.full((2, 2), np.nan))
    with pytest.raises(OutsideDomain, match="not finite"):
        lambdify(sn.inv(Q), [Q])(np.full((2, 2), np.nan))
    with pytest.raises(OutsideDomain, match="P is not positive definite"):
        lambdify(sn.inv(P) @ x, [x], constants={P: -np.eye(2)})(np.ones(2))
    for norm in (sn.normnuc(A), sn.polar(A)):
        with pytest.raises(OutsideDomain, match="A has entries that are not finite"):
            lambdify(norm, [A])(np.full((2, 3), np.nan))
    assert lambdify(sn.det(Q), [Q])(np.ones((2, 2))) == 0.0
    assert np.isnan(lambdify(sn.sum(x), [x])(np.array([1.0, np.nan])))


@pytest.mark.parametrize("e", LARGE, ids=str)
def test_large_arguments_stay_finite(e: Node) -> None:
    f = lambdify(e, [x])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for scale in (1000.0, -1000.0):
            assert np.isfinite(f(np.linspace(-scale, scale, 7)))
            assert np.isfinite(f(np.linspace(-scale, scale, 7).astype(np.float32)))


def test_norms_and_determinants_stay_in_range() -> None:
    assert lambdify(sn.norm2(x), [x])(np.full(4, 1e200)) == pytest.approx(2e200)
    assert lambdify(sn.norm2(x), [x])(np.full(4, 1e-200)) == pytest.approx(2e-200)
    assert lambdify(sn.normp(x, 3), [x])(np.full(8, 1e-150)) == pytest.approx(2e-150)
    assert lambdify(sn.logdet(P), [P])(1e4 * np.eye(1000)) == pytest.approx(1000 * np.log(1e4))
    assert lambdify(sn.norm2(x), [x])(np.zeros(3)) == 0.0


def test_the_order_of_products_follows_the_sizes() -> None:
    f = lambdify(W @ M @ x, [W, M, x])
    f(np.ones((2, 3)), np.ones((3, 3)), np.ones(3))
    assert "a0.dot(a1.dot(a2))" in f.source
    V = sn.variables("V: n x k")
    g = lambdify((W.T @ V.T - M) @ V, [W, V, M])
    g(np.ones((5, 100)), np.ones((100, 5)), np.ones((100, 100)))
    assert "a0.T.dot(a1.T.dot(a1)) - a2 @ a1" in g.source


def test_no_inverse_no_dense_diagonal() -> None:
    f = lambdify(x.T @ sn.inv(P) @ sn.diag(p) @ M @ y, [x, P, p, M, y])
    assert "inverse" not in f.source
    assert "diag" not in f.source


def test_a_long_chain_compiles() -> None:
    u = x
    for _ in range(1000):
        u = sn.sin(u) + x
    v = np.linspace(0, 1, 5)
    np.testing.assert_allclose(lambdify(u, [x])(v), evaluate([u], {x: v})[0])


def test_operations_of_the_user() -> None:
    half = sn.rule("halfsquare_for_lambdify", value=lambda u: 0.5 * (u * u).sum(),
                   differential=lambda u, du: sn.dot(u, du))
    f = lambdify(half(A @ x), [A, x])
    assert f(np.eye(2), np.array([1.0, 2.0])) == 2.5


def test_bound_data_is_read_once_where_it_is_large() -> None:
    """(I - A)'s as s - A's, since A x reads A in each call; a small I - A is made once."""
    A, x = sn.variables("A: n x n, x: n")
    g = sn.gradient(sn.norm1(x - A @ x), x)
    rng = np.random.default_rng(0)
    for n, held in ((20, 1), (400, 0)):
        a, z = rng.normal(size=(n, n)), rng.normal(size=n)
        bound = sn.lambdify(g, [x], constants={A: a})
        s = np.sign(z - a @ z)
        np.testing.assert_allclose(bound(z), s - s @ a, rtol=1e-12, atol=1e-12)
        assert bound.source.count("h0 = ") == held


@pytest.mark.parametrize("text", [
    "diag(v)*matrix(1, n, n)*u", "diag(v)*matrix(1, n, n)*u*v'", "u'*matrix(1, n, n)*diag(v)",
    "diag(v)*matrix(1, n, n)*diag(u)*matrix(1, n, n)*A", "A*diag(v)*vector(1, n)*(u'*vector(1, n))",
])
def test_a_diagonal_matrix_by_a_constant_vector(text: str) -> None:
    """A vector whose entries are all the same number is not written out before it is multiplied."""
    f = sn.parse(text, declare="v: n, u: n, A: n x n")
    order = sorted(f.free, key=lambda v: v.name)
    rng = np.random.default_rng(0)
    values = [rng.standard_normal((3,) * len(v.shape)) for v in order]
    (want,) = evaluate([f], dict(zip(order, values, strict=True)))
    np.testing.assert_allclose(sn.lambdify(f, args=order)(*values), want, rtol=1e-12)
