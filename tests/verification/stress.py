"""Where gradient checkers fail: scale, flatness, offset, noise, quanta, minima, single precision, kinks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .bank import Case, Fun, sigmoid, softmax

STRESS: dict[str, Callable[[np.random.Generator], Case]] = {}
KINKS: dict[str, Callable[[np.random.Generator], tuple[Fun, Any, dict[str, Fun], dict[str, Fun]]]] = {}
TRAPS: dict[str, Callable[[np.random.Generator], tuple[Fun, Fun, Fun, Any]]] = {}


def stress(build):
    STRESS[build.__name__] = build
    return build


def kink(build):
    KINKS[build.__name__] = build
    return build


def trap(build):
    TRAPS[build.__name__] = build
    return build


def lsq(rng, m=6, n=4):
    A, b = rng.normal(size=(m, n)), rng.normal(size=m)
    return (lambda x: 0.5 * ((A @ x - b) ** 2).sum()), (lambda x: A.T @ (A @ x - b)), A, b


def stress_variants(c: Case, rng: np.random.Generator) -> dict[str, Fun]:
    i = int(rng.integers(np.size(c.x)))
    found = {"twice": lambda x: 2 * c.g(x), "minus": lambda x: -c.g(x), "permille": lambda x: 1.001 * c.g(x),
             "zero": lambda x: 0 * c.g(x)}

    def entry(x):
        g = np.array(c.g(x))
        g.flat[i] = 2 * g.flat[i] + (1e-3 if g.flat[i] == 0 else 0)
        return g
    if np.size(c.x) > 1:
        found["entry"] = entry
    return found


# ---- stress ----------------------------------------------------------------------------------------------------------

def scaled(factor):
    def build(rng):
        f, g, *_ = lsq(rng)
        return Case(lambda x: f(x / factor), lambda x: g(x / factor) / factor, factor * rng.normal(size=4))
    return build


STRESS["tiny_x"] = scaled(1e-8)
STRESS["huge_x"] = scaled(1e8)
STRESS["tiny_x_log"] = lambda rng: Case(lambda x: np.log(x).sum() + (1e8 * x).sum(), lambda x: 1 / x + 1e8,
                                        1e-8 * rng.uniform(0.5, 2, size=4))


@stress
def tiny_values(rng):
    f, g, *_ = lsq(rng)
    return Case(lambda x: 1e-12 * f(x), lambda x: 1e-12 * g(x), rng.normal(size=4))


@stress
def huge_values(rng):
    f, g, *_ = lsq(rng)
    return Case(lambda x: 1e12 * f(x), lambda x: 1e12 * g(x), rng.normal(size=4))


@stress
def mixed_scales(rng):
    d = 10.0 ** np.array([-6, -3, 0, 3, 6])
    return Case(lambda x: ((x / d) ** 2).sum() + np.sin(x / d).sum(), lambda x: (2 * x / d + np.cos(x / d)) / d,
                d * rng.normal(size=5))


@stress
def mixed_sizes(rng):
    return Case(lambda x: 0.5 * (x @ x), lambda x: 1.0 * x, rng.normal(size=4) * 10.0 ** np.array([-8, -3, 0, 4]))


@stress
def mixed_weights(rng):
    d = 10.0 ** np.array([-8, -4, 0, 4])
    return Case(lambda x: (d * x**2).sum(), lambda x: 2 * d * x, rng.normal(size=4))


@stress
def flat_quartic(rng):
    return Case(lambda x: (x**4).sum(), lambda x: 4 * x**3, 1e-3 * rng.normal(size=4))


@stress
def flat_power(rng):
    return Case(lambda x: ((x @ x) ** 5), lambda x: 10 * (x @ x) ** 4 * x, 1e-2 * rng.normal(size=4))


@stress
def flat_offset(rng):
    f, g, *_ = lsq(rng)
    return Case(lambda x: 1 + 1e-6 * f(x), lambda x: 1e-6 * g(x), rng.normal(size=4))


@stress
def saturated_sigmoid(rng):
    a = rng.normal(size=4)
    a = 12 * a / (a @ a)
    x = a * (a @ a) / 12 * 12 / (a @ a)
    return Case(lambda x: sigmoid(-(a @ x)), lambda x: -a * sigmoid(a @ x) * sigmoid(-(a @ x)), x)


@stress
def saturated_softmax(rng):
    return Case(lambda x: np.log(np.exp(x - x.max()).sum()) + x.max(), softmax, 8 * rng.normal(size=5))


@stress
def offset_1e6(rng):
    f, g, *_ = lsq(rng)
    return Case(lambda x: 1e6 + f(x), g, rng.normal(size=4))


@stress
def offset_1e8(rng):
    f, g, *_ = lsq(rng)
    return Case(lambda x: 1e8 + f(x), g, rng.normal(size=4))


@stress
def offset_logistic(rng):
    A = rng.normal(size=(8, 4))
    return Case(lambda x: 1e6 + np.log1p(np.exp(A @ x)).sum(), lambda x: A.T @ sigmoid(A @ x), rng.normal(size=4))


@stress
def noise_fast(rng):
    f, g, *_ = lsq(rng)
    return Case(lambda x: f(x) + 1e-9 * np.sin(1e9 * x.sum()), g, rng.normal(size=4))


@stress
def noise_middle(rng):
    f, g, *_ = lsq(rng)
    return Case(lambda x: f(x) + 1e-9 * np.sin(1e6 * x.sum()), g, rng.normal(size=4))


@stress
def noise_hashed(rng):
    f, g, *_ = lsq(rng)
    return Case(lambda x: f(x) + 1e-9 * np.random.default_rng(abs(hash(np.ascontiguousarray(x).tobytes()))).normal(),
                g, rng.normal(size=4))


@stress
def noise_logistic(rng):
    A = rng.normal(size=(8, 4))
    return Case(lambda x: np.log1p(np.exp(A @ x)).sum() + 1e-9 * np.sin(1e9 * (x * np.arange(1, 5)).sum()),
                lambda x: A.T @ sigmoid(A @ x), rng.normal(size=4))


@stress
def quantised_6(rng):
    f, g, *_ = lsq(rng)
    return Case(lambda x: np.round(f(x), 6), g, rng.normal(size=4))


@stress
def quantised_8(rng):
    A = rng.normal(size=(8, 4))
    return Case(lambda x: np.round(np.log1p(np.exp(A @ x)).sum(), 8), lambda x: A.T @ sigmoid(A @ x),
                rng.normal(size=4))


@stress
def quantised_3(rng):
    f, g, *_ = lsq(rng)
    return Case(lambda x: np.round(f(x), 3), g, rng.normal(size=4))


@stress
def cancelling(rng):
    return Case(lambda x: ((1 - np.cos(x)) / x**2).sum(), lambda x: (np.sin(x) / x**2 - 2 * (1 - np.cos(x)) / x**3),
                1e-2 * rng.uniform(1, 3, size=3))


@stress
def difference_of_large(rng):
    a = rng.normal(size=4)
    return Case(lambda x: (1e4 + a @ x) ** 2 - 1e8 - 2e4 * (a @ x), lambda x: 2 * (a @ x) * a, rng.normal(size=4) * 10)


@stress
def at_minimum(rng):
    f, g, A, b = lsq(rng)
    return Case(f, g, np.linalg.lstsq(A, b, rcond=None)[0])


@stress
def at_zero_minimum(rng):
    A, x = rng.normal(size=(6, 4)), rng.normal(size=4)
    b = A @ x
    return Case(lambda x: 0.5 * ((A @ x - b) ** 2).sum(), lambda x: A.T @ (A @ x - b), x)


@stress
def near_minimum(rng):
    f, g, A, b = lsq(rng)
    return Case(f, g, np.linalg.lstsq(A, b, rcond=None)[0] + 1e-7 * rng.normal(size=4))


@stress
def ill_inverse(rng):
    U, V = np.linalg.qr(rng.normal(size=(4, 4)))[0], np.linalg.qr(rng.normal(size=(4, 4)))[0]
    X, A = U @ np.diag([1, 1e-2, 1e-4, 1e-6]) @ V, rng.normal(size=(4, 4))

    def g(X):
        Y = np.linalg.inv(X)
        return -(Y @ A @ Y).T
    return Case(lambda X: np.trace(A @ np.linalg.inv(X)), g, X)


def ill_log_det(power):
    def build(rng):
        U, V = np.linalg.qr(rng.normal(size=(4, 4)))[0], np.linalg.qr(rng.normal(size=(4, 4)))[0]
        X = U @ np.diag(10.0 ** (-power * np.arange(4) / 3)) @ V
        return Case(lambda X: np.linalg.slogdet(X)[1], lambda X: np.linalg.inv(X).T, X)
    return build


STRESS["ill_log_det_6"] = ill_log_det(6)
STRESS["ill_log_det_10"] = ill_log_det(10)


@stress
def hilbert(rng):
    n = 6
    H = 1 / (np.arange(n)[:, None] + np.arange(n) + 1.0)
    b = rng.normal(size=n)
    return Case(lambda x: 0.5 * x @ H @ x - b @ x, lambda x: H @ x - b, np.linalg.solve(H, b) + rng.normal(size=n))


@stress
def single_lsq(rng):
    A, b = rng.normal(size=(6, 4)).astype(np.float32), rng.normal(size=6).astype(np.float32)

    def f(x):
        return 0.5 * ((A @ x.astype(np.float32) - b) ** 2).sum()
    return Case(f, lambda x: A.T @ (A @ x.astype(np.float32) - b), rng.normal(size=4))


@stress
def single_logistic(rng):
    A = rng.normal(size=(8, 4)).astype(np.float32)
    return Case(lambda x: np.log1p(np.exp(A @ x.astype(np.float32))).sum(),
                lambda x: A.T @ sigmoid(A @ x.astype(np.float32)), rng.normal(size=4))


@stress
def single_as_float(rng):
    A = rng.normal(size=(8, 4)).astype(np.float32)
    return Case(lambda x: float(np.log1p(np.exp(A @ x.astype(np.float32))).sum()),
                lambda x: A.T.astype(float) @ sigmoid(A @ x), rng.normal(size=4))


@stress
def single_matrix(rng):
    C = rng.normal(size=(4, 4)).astype(np.float32)
    return Case(lambda X: np.sqrt(((X.astype(np.float32) @ C) ** 2).sum()),
                lambda X: (X.astype(np.float32) @ C @ C.T) / np.sqrt(((X.astype(np.float32) @ C) ** 2).sum()),
                rng.normal(size=(3, 4)))


@stress
def fast_cosine(rng):
    return Case(lambda x: np.cos(1e4 * x).sum(), lambda x: -1e4 * np.sin(1e4 * x), rng.normal(size=4))


@stress
def steep_exponential(rng):
    a = 30 * rng.normal(size=4)
    return Case(lambda x: np.exp(a @ x), lambda x: np.exp(a @ x) * a, rng.normal(size=4))


def near_one_norm(distance):
    def build(rng):
        A, x = rng.normal(size=(5, 4)), rng.normal(size=4)
        b = A @ x + rng.normal(size=5)
        b[0] = A[0] @ x + distance
        return Case(lambda x: np.abs(A @ x - b).sum(), lambda x: A.T @ np.sign(A @ x - b), x)
    return build


for _d in (1e-3, 1e-6, 1e-9):
    STRESS[f"near_kink_{_d:g}"] = near_one_norm(_d)


@stress
def near_relu(rng):
    W, v, x = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=4)
    c = W @ x + rng.normal(size=6)
    c[1] = W[1] @ x - 1e-7
    return Case(lambda x: v @ np.maximum(W @ x - c, 0), lambda x: W.T @ (v * (W @ x - c > 0)), x)


@stress
def near_two_norm(rng):
    c = rng.normal(size=4)
    return Case(lambda x: np.linalg.norm(x - c), lambda x: (x - c) / np.linalg.norm(x - c),
                c + 1e-7 * rng.normal(size=4))


@stress
def many_residuals(rng):
    A, b = rng.normal(size=(200, 10)), rng.normal(size=200)
    return Case(lambda x: np.abs(A @ x - b).sum(), lambda x: A.T @ np.sign(A @ x - b), rng.normal(size=10))


@stress
def large_dimension(rng):
    A, b = rng.normal(size=(50, 300)), rng.normal(size=50)
    return Case(lambda x: 0.5 * ((A @ x - b) ** 2).sum(), lambda x: A.T @ (A @ x - b), rng.normal(size=300))


# ---- kinks: f, x, right claims, wrong claims ------------------------------------------------------------------------

@kink
def one_norm_zero(rng):
    u = rng.uniform(-1, 1, size=4)
    return (lambda x: np.abs(x).sum(), np.zeros(4),
            {"sign": np.sign, "inside": lambda x: np.where(x == 0, u, np.sign(x)),
             "one": lambda x: np.where(x >= 0, 1., -1)},
            {"outside": lambda x: np.where(x == 0, 1.3, np.sign(x)), "one_entry": lambda x: np.where((x == 0)
             & (np.arange(4) == 2), -1.01, np.sign(x))})


@kink
def one_norm_some_zero(rng):
    x = rng.normal(size=5)
    x[[1, 3]] = 0
    return (lambda x: np.abs(x).sum(), x, {"sign": np.sign, "half": lambda x: np.where(x == 0, 0.5, np.sign(x))},
            {"two": lambda x: np.where(x == 0, 2.0, np.sign(x)),
             "smooth": lambda x: np.sign(x) * (1 + 0.1 * (x[1] == 0))})


@kink
def two_norm_zero(rng):
    u = rng.normal(size=4)
    u /= np.linalg.norm(u)

    def at(v):
        return lambda x: x / np.linalg.norm(x) if np.any(x) else v
    return (np.linalg.norm, np.zeros(4), {"zero": at(np.zeros(4)), "unit": at(u), "inside": at(0.7 * u)},
            {"outside": at(1.05 * u), "ones": at(np.ones(4))})


@kink
def max_tie(rng):
    x = rng.normal(size=5)
    x[[0, 2, 4]] = x.max() + 1.0

    def share(w):
        def g(x):
            t = (x == x.max()).astype(float)
            return w(t)
        return g

    def first(t):
        r = np.zeros_like(t)
        r[np.argmax(t)] = 1
        return r
    return (lambda x: x.max(), x, {"first": share(first), "even": share(lambda t: t / t.sum())},
            {"all": share(lambda t: t), "half": share(lambda t: t if t.sum() == 1 else 0.5 * t),
             "over": share(lambda t: first(t) if t.sum() == 1 else 1.5 * first(t) - 0.5 * first(t)[::-1])})


@kink
def relu_zero(rng):
    W, x = rng.normal(size=(5, 3)), rng.normal(size=3)
    c = W @ x
    c[2:] += rng.normal(size=3)
    c[:2] = W[:2] @ x

    def g(v):
        def at(y):
            z = W @ y - c
            z[np.abs(z) < 1e-13] = 0
            return W.T @ np.where(z == 0, v, (z > 0) * 1.0)
        return at
    return (lambda y: np.maximum(W @ y - c, 0).sum(), x, {"zero": g(0.0), "half": g(0.5), "one": g(1.0)},
            {"minus": g(-0.5), "two": g(1.7)})


@kink
def nuclear_rank_deficient(rng):
    X = rng.normal(size=(4, 2)) @ rng.normal(size=(2, 3))

    def g(w):
        def at(Y):
            U, s, V = np.linalg.svd(Y)
            r = int((s > 1e-9 * s[0]).sum())
            G = U[:, :r] @ V[:r]
            return G + (w * np.outer(U[:, r], V[r]) if r < 3 else 0)
        return at
    return (lambda Y: np.linalg.norm(Y, "nuc"), X, {"zero": g(0.0), "half": g(0.5), "edge": g(-1.0)},
            {"over": g(1.4), "under": g(-2.0)})


@kink
def spectral_tie(rng):
    U, V = np.linalg.qr(rng.normal(size=(4, 3)))[0], np.linalg.qr(rng.normal(size=(3, 3)))[0]
    X = U @ np.diag([2.0, 2.0, 0.5]) @ V.T

    def g(w):
        def at(Y):
            A, s, B = np.linalg.svd(Y, full_matrices=False)
            if s[0] - s[1] > 1e-9:
                return np.outer(A[:, 0], B[0])
            return A[:, :2] @ w @ B[:2]
        return at
    return (lambda Y: np.linalg.norm(Y, 2), X, {"one": g(np.diag([1.0, 0])), "even": g(np.eye(2) / 2)},
            {"both": g(np.eye(2)), "negative": g(np.diag([1.5, -0.5]))})


@kink
def lambda_max_tie(rng):
    Q = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    X = Q @ np.diag([1.0, 1.0, -0.5]) @ Q.T

    def g(w):
        def at(Y):
            s, A = np.linalg.eigh((Y + Y.T) / 2)
            if s[2] - s[1] > 1e-9:
                return np.outer(A[:, 2], A[:, 2])
            return A[:, 1:] @ w @ A[:, 1:].T
        return at
    return (lambda Y: np.linalg.eigvalsh((Y + Y.T) / 2)[-1], (X + X.T) / 2,
            {"one": g(np.diag([0.0, 1])), "even": g(np.eye(2) / 2)}, {"both": g(np.eye(2))})


@kink
def hinge_margin(rng):
    X = rng.normal(size=(6, 3))
    w = np.linalg.lstsq(X[:2], np.ones(2), rcond=None)[0]

    def g(v):
        def at(w):
            z = 1 - X @ w
            z[np.abs(z) < 1e-12] = 0
            return -X.T @ np.where(z == 0, v, (z > 0) * 1.0)
        return at
    return (lambda w: np.maximum(0, 1 - X @ w).sum(), w, {"zero": g(0.0), "one": g(1.0), "some": g(0.3)},
            {"minus": g(-1.0), "two": g(2.0)})


@kink
def group_lasso(rng):
    x = rng.normal(size=6)
    x[2:4] = 0

    def g(v):
        def at(y):
            r = np.zeros(6)
            for k in (0, 2, 4):
                n = np.linalg.norm(y[k:k + 2])
                r[k:k + 2] = y[k:k + 2] / n if n else v
            return r
        return at
    return (lambda y: sum(np.linalg.norm(y[k:k + 2]) for k in (0, 2, 4)), x,
            {"zero": g(np.zeros(2)), "in": g(np.array([0.5, -0.5]))}, {"corner": g(np.array([0.9, 0.9]))})


@kink
def lasso_offset(rng):
    A, b, x = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=4)
    x[2] = 0
    return (lambda x: 0.5 * ((A @ x - b) ** 2).sum() + 0.01 * np.abs(x).sum(), x,
            {"sign": lambda x: A.T @ (A @ x - b) + 0.01 * np.sign(x),
             "in": lambda x: A.T @ (A @ x - b) + 0.01 * np.where(x == 0, 0.8, np.sign(x))},
            {"out": lambda x: A.T @ (A @ x - b) + 0.01 * np.where(x == 0, 1.5, np.sign(x))})


@kink
def max_norm_tie(rng):
    x = 0.5 * rng.uniform(-1, 1, size=4)
    x[0], x[3] = 1.0, -1.0

    def g(a, b):
        def at(y):
            r = np.zeros(4)
            m = np.abs(y).max()
            t = np.flatnonzero(np.abs(y) == m)
            if len(t) == 2:
                r[t] = np.array([a, b]) * np.sign(y[t])
            else:
                r[t] = np.sign(y[t])
            return r
        return at
    return (lambda y: np.abs(y).max(), x, {"one": g(1, 0), "mix": g(0.3, 0.7)}, {"both": g(1, 1), "neg": g(1.2, -0.2)})


@kink
def huber_edge(rng):
    x = np.array([1.0, -1.0, 0.3])
    return (lambda x: np.where(np.abs(x) <= 1, 0.5 * x**2, np.abs(x) - 0.5).sum(), x,
            {"clip": lambda x: np.clip(x, -1, 1)}, {"twice": lambda x: 2 * np.clip(x, -1, 1), "x": lambda x: x + 0.0})


@kink
def relu_squared(rng):
    x = np.array([0.0, 0.7, -0.2])
    return (lambda x: 0.5 * (np.maximum(x, 0) ** 2).sum(), x, {"relu": lambda x: np.maximum(x, 0)},
            {"shift": lambda x: np.maximum(x, 0) + 0.1 * (x == 0)})


@kink
def distance_cubed(rng):
    return (lambda x: np.linalg.norm(x) ** 3, np.zeros(3), {"right": lambda x: 3 * np.linalg.norm(x) * x},
            {"const": lambda x: 3 * np.linalg.norm(x) * x + 0.1})


# ---- traps: f, right gradient, a wrong one that is right at x, x ----------------------------------------------------

@trap
def zero_quadratic(rng):
    A = rng.normal(size=(4, 4))
    return lambda x: x @ A @ x, lambda x: (A + A.T) @ x, lambda x: 2 * A @ x, np.zeros(4)


@trap
def zero_exponential(rng):
    a = rng.normal(size=4)
    return lambda x: np.exp(a @ x), lambda x: np.exp(a @ x) * a, lambda x: a.copy(), np.zeros(4)


@trap
def zero_sigmoid(rng):
    A = rng.normal(size=(5, 3))
    return (lambda x: np.log1p(np.exp(A @ x)).sum(), lambda x: A.T @ sigmoid(A @ x),
            lambda x: A.T @ sigmoid(-A @ x), np.zeros(3))


@trap
def zero_sine(rng):
    return lambda x: np.sin(x).sum(), np.cos, lambda x: np.ones(4), np.zeros(4)


@trap
def zero_ridge(rng):
    f, g, *_ = lsq(rng)
    return lambda x: f(x) + x @ x, lambda x: g(x) + 2 * x, g, np.zeros(4)


@trap
def identity_log_det(rng):
    return lambda X: np.linalg.slogdet(X)[1], lambda X: np.linalg.inv(X).T, np.linalg.inv, np.eye(3)


@trap
def identity_det(rng):
    return (np.linalg.det, lambda X: np.linalg.det(X) * np.linalg.inv(X).T, lambda X: np.linalg.inv(X).T, np.eye(3))


@trap
def identity_cube(rng):
    A = rng.normal(size=(3, 3))
    return (lambda X: np.trace(A @ X @ X), lambda X: (X @ A + A @ X).T, lambda X: 2 * A.T, np.eye(3))


@trap
def symmetric_square(rng):
    S = rng.normal(size=(3, 3))
    return lambda X: np.trace(X @ X), lambda X: 2 * X.T, lambda X: 2 * X, S + S.T


@trap
def symmetric_inverse(rng):
    S = rng.normal(size=(3, 3))
    return (lambda X: np.trace(np.linalg.inv(X)), lambda X: -(np.linalg.inv(X) @ np.linalg.inv(X)).T,
            lambda X: -np.linalg.inv(X) @ np.linalg.inv(X), S @ S.T + np.eye(3))


@trap
def unit_norm(rng):
    x = rng.normal(size=4)
    return np.linalg.norm, lambda x: x / np.linalg.norm(x), lambda x: x + 0.0, x / np.linalg.norm(x)


@trap
def unit_power(rng):
    x = rng.normal(size=4)
    return lambda x: (x @ x) ** 2, lambda x: 4 * (x @ x) * x, lambda x: 4 * x, x / np.linalg.norm(x)


@trap
def ones_product(rng):
    return np.prod, lambda x: np.prod(x) / x, lambda x: np.ones(4), np.ones(4)


@trap
def ones_power(rng):
    return lambda x: (x**3).sum(), lambda x: 3 * x**2, lambda x: 3 * x, np.ones(4)


@trap
def rotation_inverse(rng):
    Q = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    return lambda X: np.linalg.slogdet(X)[1], lambda X: np.linalg.inv(X).T, lambda X: X + 0.0, Q
