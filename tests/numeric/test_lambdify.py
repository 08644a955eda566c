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

A, B, C, H = sn.variables("A: m x n, B: m x n, C: n x m, H: m*n x m*n")
x, y, p, b, s, t = sn.variables("x: n, y: n, p: n positive, b: m, s: scalar, t: scalar positive")
S, P, Q, L, U = sn.variables("S: n x n symmetric, P: n x n spd, Q: n x n invertible, L: n x n triangular, "
                             "U: n x n upper-triangular")
M, N, W = sn.variables("M: n x n, N: m x m, W: k x n")
I = sn.eye("n")
SIZES = [(3, 4, 2), (5, 3, 6), (40, 12, 40), (12, 40, 3)]


def one(*sizes: str) -> Node:
    return sn.ones(*sizes)


def over(u: Node, v: Node) -> Node:
    return build.elementwise_divide(u, v)


def to(u: Node, k: object) -> Node:
    return build.elementwise_power(u, build.as_node(k))


E = sn.exp(A)
SMOOTH = [
    A @ x - b, A.T @ (A @ x - b), 2 * t * A.T @ (A @ x - b) / sn.norm(A @ x - b), x.T @ M @ x, (M + M.T) @ x,
    (I - M).T @ sn.sign(x - M @ x), sn.norm1(x - M @ x), t * M + I, M - 2 * I, -M + sn.diag(p), I + sn.diag(p),
    sn.diag(p) @ M @ sn.diag(y), A @ sn.diag(p) @ A.T, A.T @ sn.diag(b) @ A, 3 * A @ sn.diag(p) @ A.T, x.T, x.T @ M, x @ y.T,
    2 * x @ y.T @ M, A.T, 3 * A.T, x, A, t, t * s, t / s, 2 / t, A / t, A / (t * s), -A, s * x / t, x.T @ x,
    (x.T @ x) * (x.T @ M @ x) ** 2, (A @ x).T @ b, W @ M @ W.T, W @ M.T @ M @ x, (A - N @ A) @ x, N @ (A - B) @ C,
    (W @ M - W) @ M, build.number(2.5), sn.zeros("n"), sn.zeros("n", "m"), I, 2 * I, sn.diag(x), t * sn.diag(x),
]
TRACES = [
    sn.tr(A @ C), sn.tr(A.T @ B), sn.tr(M @ M), sn.tr(A @ M @ C @ N), sn.tr(sn.inv(P) @ M), sn.tr(M + 2 * I), sn.diag(A @ C),
    sn.diag(M), sn.diag(sn.diag(M)), sn.diag(N @ A @ C), sn.diag(sn.inv(P) @ M), sn.diag(M + M @ M), sn.tr(sn.diag(p) @ M),
]
SOLVES = [
    sn.inv(P), sn.inv(Q), sn.inv(Q).T, sn.inv(Q) @ x, sn.inv(Q).T @ x, x.T @ sn.inv(Q), A @ sn.inv(P), A @ sn.inv(Q),
    A @ sn.inv(Q).T, sn.inv(Q) @ C, sn.inv(Q) @ sn.inv(P), sn.inv(L) @ C, A @ sn.inv(L), sn.inv(L).T @ x, sn.inv(L),
    sn.inv(L.T), sn.inv(U) @ C, sn.det(Q), sn.logdet(Q), sn.logdet(P), sn.det(P), sn.logdet(L), sn.det(L),
    sn.det(Q) * sn.inv(Q).T, sn.logdet(M.T @ M + I), sn.inv(M.T @ M + I) @ M.T, sn.logdet(P) + x.T @ sn.inv(P) @ x,
    sn.inv(S) @ x, sn.inv(S), sn.logdet(S), sn.det(S), sn.inv(S) @ x @ x.T @ sn.inv(S), sn.inv(Q).T @ x @ x.T @ sn.inv(Q),
    sn.tr(sn.inv(S) @ M), sn.tr((I - sn.inv(S) @ x @ x.T) @ sn.inv(S) @ sn.exp(S)), A.T @ b @ b.T @ A,
    build.matrix_power(M, 3), build.matrix_power(M, 20), build.matrix_power(Q, -2), A @ sn.inv(P) @ A.T,
]
STRUCTURE = [
    sn.kron(A, C), sn.kron(M, N) @ sn.vec(B), sn.kron(M.T, N) @ sn.vec(B), sn.vec(A), sn.vec(A.T), sn.vec(B).T @ sn.kron(M, N),
    H @ sn.kron(M, N), sn.kron(M, N) @ H, sn.kron(M, N).T @ H, build.unvec(sn.vec(A) * 2 + sn.vec(B), A.rows, A.cols),
    sn.kron(x, A), sn.kron(x, y), sn.kron(x.T, A), build.kron_adjoint("left", H, N, M.rows, M.cols),
    build.kron_adjoint("right", H, M, N.rows, N.cols),
]
FUNCTIONS = [
    *(f(x) for f in (sn.exp, sn.sigmoid, sn.softplus, sn.huber, sn.step, sn.abs, sn.tan, sn.arctan, sn.sinh, sn.cosh, sn.square,
                     sn.sin, sn.logsumexp, sn.softmax, sn.max, sn.peak, sn.norm2, sn.norminf)),
    *(f(A) for f in (sn.huber, sn.relu, sn.sign, sn.tanh, sn.max, sn.peak, sn.polar, sn.leading, sn.normnuc, sn.normspec,
                     sn.norm2, sn.norm1, sn.norm21)),
    *(f(s) for f in (sn.exp, sn.sigmoid, sn.huber, sn.softplus, sn.relu, sn.cos, sn.step, sn.tanh)),
    *(build.norm_node(name, A) for name in ("ind1", "indinf", "2inf")),
    sn.sigmoid(-x), sn.huber(A, t), build.elementwise("clip", x, t), build.elementwise("inside", x, t),
    build.elementwise("inside", s, t), sn.sqrt(p), sn.log(p), sn.arcsin(sn.sin(x) / 2), sn.arccos(sn.sin(x) / 2),
    sn.normnuc(A) + sn.tr(sn.polar(A).T @ A), sn.norm2(x) ** 2, sn.norm2(A) ** 4, sn.norm2(x) ** 3, sn.normp(x, 3),
    sn.normp(x, t + 1), sn.normw(x, P), over(A, B), over(x, p), build.elementwise_power(p, y), to(p, -2), to(p, 3), to(x, 5),
    to(p, 1.5), to(p, -0.5), build.entrywise_power(p, s), sn.hadamard(sn.abs(x), x),
]
SUMS = [
    A @ one("n"), one("m").T @ A, one("m", "n") @ C, A @ one("n", "k"), one("m", "n"), t * one("n"), x + t * one("n"),
    A + s * one("m", "n"), sn.sum(A), sn.sum(A @ C), sn.sum(sn.hadamard(A, B)), sn.sum(sn.hadamard(x, y)),
    sn.sum(sn.hadamard(A, B, B)), sn.sum(sn.square(A)), sn.sum(sn.square(x)), b @ one("n").T, sn.hadamard(A, b @ one("n").T),
    sn.hadamard(A, one("m") @ x.T), sn.sum(b @ one("n").T), sn.sum(over(b @ one("n").T, sn.exp(A))),
]
STABLE = [
    sn.log(sn.sum(sn.exp(A @ x))), sn.exp(x) / sn.sum(sn.exp(x)), A.T @ sn.exp(A @ x) / sn.sum(sn.exp(A @ x)),
    sn.log(one("n") + sn.exp(x)), sn.log(1 + sn.exp(s)), sn.sum(sn.log(one("m") + sn.exp(-(A @ x)))),
    sn.log(E @ one("n")), sn.log(one("m").T @ E), sn.log(E.T @ one("m")),
    sn.hadamard(E, to(E @ one("n"), -1) @ one("n").T), sn.hadamard(B, E, to(E @ one("n"), -1) @ one("n").T),
    sn.hadamard(E, one("m") @ to(one("m").T @ E, -1)), sn.sum(sn.hadamard(B, E)) / sn.sum(E),
]
ALL = [*SMOOTH, *TRACES, *SOLVES, *STRUCTURE, *FUNCTIONS, *SUMS, *STABLE]


def sample(m: int, n: int, k: int, seed: int = 0) -> dict[Node, object]:
    rng = np.random.default_rng(seed)
    normal = rng.normal
    square = normal(size=(n, n))
    return {
        A: normal(size=(m, n)), B: normal(size=(m, n)), C: normal(size=(n, m)), H: normal(size=(n * m, n * m)), x: normal(size=n),
        y: normal(size=n), p: rng.uniform(0.5, 2, n), b: normal(size=m), s: -1.3, t: 0.7, M: normal(size=(n, n)),
        N: normal(size=(m, m)), W: normal(size=(k, n)), S: square + square.T, P: square @ square.T + np.eye(n),
        Q: square + 3 * np.sqrt(n) * np.eye(n), L: np.tril(square) / 10 + 2 * np.eye(n), U: np.triu(square) / 10 + 2 * np.eye(n),
    }


@pytest.fixture(scope="module")
def points() -> list[tuple[dict[str, int], dict[Node, object]]]:
    return [({"m": m, "n": n, "k": k}, sample(m, n, k)) for m, n, k in SIZES]


@pytest.mark.parametrize("e", ALL, ids=str)
def test_compiled_code_agrees_with_the_interpreter(e: Node, points: list[tuple[dict[str, int], dict[Node, object]]]) -> None:
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
    assert f.source.count("a0 @ a1") == 1
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
    assert inspect.getsource(f).strip().endswith("return a0 @ a1")
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
    with pytest.raises(ShapeError, match=r"x is declared as vector of n with n = 3 \(from A\), got an array of shape \(4,\)"):
        f(a, c, c)
    f(a, u, c)
    with pytest.raises(ShapeError, match=r"b is declared as vector of m with m = 4 \(from A\), got an array of shape \(3,\)"):
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
    assert lambdify(sn.det(Q), [Q])(np.ones((2, 2))) == 0.0
    assert np.isnan(lambdify(sn.sum(x), [x])(np.array([1.0, np.nan])))


@pytest.mark.parametrize("e", [sn.sum(sn.softplus(x)), sn.sum(sn.sigmoid(x)), sn.sum(sn.sigmoid(-x)), sn.logsumexp(x), sn.sum(sn.log(
    one("n") + sn.exp(x))), sn.sum(sn.softmax(x)), x.T @ sn.exp(x) / sn.sum(sn.exp(x)), sn.log(sn.sum(sn.exp(-x)))], ids=str)
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
    assert "a0 @ (a1 @ a2)" in f.source
    V = sn.variables("V: n x k")
    g = lambdify((W.T @ V.T - M) @ V, [W, V, M])
    g(np.ones((5, 100)), np.ones((100, 5)), np.ones((100, 100)))
    assert "a0.T @ (a1.T @ a1) - a2 @ a1" in g.source


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
    half = sn.rule("halfsquare_for_lambdify", value=lambda u: 0.5 * (u * u).sum(), differential=lambda u, du: sn.dot(u, du))
    f = lambdify(half(A @ x), [A, x])
    assert f(np.eye(2), np.array([1.0, 2.0])) == 2.5
