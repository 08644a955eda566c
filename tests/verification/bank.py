"""Functions with their gradients and with realistic slips: the bank that the checker is tuned and tested on.

Every builder takes a random generator and returns a Case: f, its gradient, a point, and slips {name: (claim, label)},
where the label is the slip that a perfect diagnosis would name. Generic slips (factor, sign, one entry, ...) are added
by `variants`. The gradients themselves are checked against complex steps or mpmath in test_bank.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Fun = Callable[[Any], Any]
BUILDERS: dict[str, Callable[[np.random.Generator], Case]] = {}


@dataclass
class Case:
    f: Fun
    g: Fun
    x: Any
    slips: dict[str, tuple[Fun, str]] = field(default_factory=dict)
    analytic: bool = True


def case(build: Callable[[np.random.Generator], Case]) -> Callable[[np.random.Generator], Case]:
    BUILDERS[build.__name__] = build
    return build


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    e = np.exp(z - np.max(z.real if np.iscomplexobj(z) else z))
    return e / e.sum()


def bump(i: int, by: float = 0.1) -> Callable[[Any], Any]:
    def change(g: Any) -> Any:
        g = np.array(g)
        g.flat[i % g.size] = g.flat[i % g.size] * (1 + by) + (0.01 if g.flat[i % g.size] == 0 else 0.0)
        return g
    return change


def variants(c: Case) -> dict[str, tuple[Fun, str]]:
    """All slips of a case: the generic ones and its own."""
    size = int(np.size(c.x))
    found: dict[str, tuple[Fun, str]] = {
        "twice": (lambda x: 2 * c.g(x), "factor"),
        "half": (lambda x: 0.5 * c.g(x), "factor"),
        "minus": (lambda x: -c.g(x), "sign"),
        "mean": (lambda x: c.g(x) / max(size, 3), "mean-sum"),
        "percent": (lambda x: 1.01 * c.g(x), "factor"),
        "tiny": (lambda x: (1 + 1e-5) * c.g(x), "factor"),
    }
    if size >= 3:
        found["entry"] = (lambda x: bump(1)(c.g(x)), "coordinate")
    if np.ndim(c.x) == 2 and c.x.shape[0] == c.x.shape[1] and np.ndim(c.f(c.x)) == 0:
        found["transposed"] = (lambda x: c.g(x).T.copy(), "transposed-result")
    found.update(c.slips)
    return found


# ---- vectors ---------------------------------------------------------------------------------------------------------

@case
def linear(rng):
    a = rng.normal(size=5)
    return Case(lambda x: a @ x, lambda x: a.copy(), rng.normal(size=5), {"argument": (lambda x: x, "argument")})


@case
def quadratic_form(rng):
    A, x = rng.normal(size=(4, 4)), rng.normal(size=4)
    return Case(lambda x: x @ A @ x, lambda x: (A + A.T) @ x, x, {
        "symmetrise": (lambda x: 2 * A @ x, "symmetrise"), "missing": (lambda x: A @ x, "missing-term")})


@case
def least_squares(rng):
    A, b, x = rng.normal(size=(7, 4)), rng.normal(size=7), rng.normal(size=4)
    return Case(lambda x: 0.5 * ((A @ x - b) ** 2).sum(), lambda x: A.T @ (A @ x - b), x, {
        "plus": (lambda x: A.T @ (A @ x + b), "missing-term"), "no_b": (lambda x: A.T @ A @ x, "missing-term")})


@case
def square_system(rng):
    A, b, x = rng.normal(size=(5, 5)), rng.normal(size=5), rng.normal(size=5)
    return Case(lambda x: ((A @ x - b) ** 2).sum(), lambda x: 2 * A.T @ (A @ x - b), x, {
        "transpose": (lambda x: 2 * A @ (A @ x - b), "transpose"),
        "chain": (lambda x: 2 * (A @ x - b), "chain-factor")})


@case
def residual_norm(rng):
    A, b, x = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=4)

    def g(x):
        r = A @ x - b
        return A.T @ r / np.sqrt(r @ r)
    return Case(lambda x: np.sqrt(((A @ x - b) ** 2).sum()), g, x, {
        "no_norm": (lambda x: A.T @ (A @ x - b), "chain-factor"),
        "squared": (lambda x: A.T @ (A @ x - b) / ((A @ x - b) @ (A @ x - b)), "chain-factor")})


@case
def ridge(rng):
    A, b, x, lam = rng.normal(size=(8, 5)), rng.normal(size=8), rng.normal(size=5), 0.3
    return Case(lambda x: 0.5 * ((A @ x - b) ** 2).sum() + 0.5 * lam * (x @ x),
                lambda x: A.T @ (A @ x - b) + lam * x, x, {
        "no_ridge": (lambda x: A.T @ (A @ x - b), "missing-term"),
        "ridge_sign": (lambda x: A.T @ (A @ x - b) - lam * x, "sign"),
        "ridge_twice": (lambda x: A.T @ (A @ x - b) + 2 * lam * x, "factor")})


@case
def logistic_loss(rng):
    X, x = rng.normal(size=(9, 4)), rng.normal(size=4)
    y = rng.choice([-1.0, 1.0], size=9)

    def g(w):
        return -X.T @ (y * sigmoid(-y * (X @ w)))
    return Case(lambda w: np.log1p(np.exp(-y * (X @ w))).sum(), g, x, {
        "argument": (lambda w: -X.T @ (y * sigmoid(y * (X @ w))), "argument"),
        "no_y": (lambda w: -X.T @ sigmoid(-y * (X @ w)), "chain-factor"),
        "mean_rows": (lambda w: g(w) / 9, "mean-sum")})


@case
def cross_entropy(rng):
    X, x = rng.normal(size=(10, 3)), rng.normal(size=3)
    t = rng.integers(0, 2, size=10).astype(float)
    return Case(lambda w: -(t * np.log(sigmoid(X @ w)) + (1 - t) * np.log(1 - sigmoid(X @ w))).mean(),
                lambda w: X.T @ (sigmoid(X @ w) - t) / 10, x, {
        "flipped": (lambda w: X.T @ (sigmoid(X @ w) + t) / 10, "sign"),
        "sum": (lambda w: X.T @ (sigmoid(X @ w) - t), "mean-sum")})


@case
def log_sum_exp(rng):
    x = 2 * rng.normal(size=6)
    return Case(lambda x: np.log(np.exp(x).sum()), softmax, x, {
        "no_norm": (np.exp, "chain-factor"), "log": (lambda x: x - np.log(np.exp(x).sum()), "argument")})


@case
def log_sum_exp_affine(rng):
    A, b, x = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=4)
    return Case(lambda x: np.log(np.exp(A @ x + b).sum()), lambda x: A.T @ softmax(A @ x + b), x, {
        "no_b": (lambda x: A.T @ softmax(A @ x), "argument"),
        "mean": (lambda x: A.T @ softmax(A @ x + b) / 6, "mean-sum")})


@case
def softmax_entropy(rng):
    x = rng.normal(size=5)

    def f(x):
        p = softmax(x)
        return -(p * np.log(p)).sum()

    def g(x):
        p = softmax(x)
        return -p * (np.log(p) - (p * np.log(p)).sum())
    return Case(f, g, x, {"half_done": (lambda x: -softmax(x) * (np.log(softmax(x)) + 1), "chain-factor")})


@case
def negative_entropy(rng):
    x = rng.uniform(0.1, 1.0, size=5)
    return Case(lambda x: (x * np.log(x)).sum(), lambda x: np.log(x) + 1, x, {"no_one": (np.log, "missing-term")})


@case
def kl_divergence(rng):
    q, x = rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(5))
    return Case(lambda p: (p * np.log(p / q)).sum(), lambda p: np.log(p / q) + 1, x, {
        "no_one": (lambda p: np.log(p / q), "missing-term"), "swapped": (lambda p: -q / p, "argument")})


@case
def log_barrier(rng):
    x = rng.uniform(0.2, 2.0, size=5)
    return Case(lambda x: -np.log(x).sum(), lambda x: -1 / x, x, {"squared": (lambda x: -1 / x**2, "argument")})


@case
def polyhedral_barrier(rng):
    A, x = rng.normal(size=(6, 3)), 0.1 * rng.normal(size=3)
    return Case(lambda x: -np.log(1 - A @ x).sum() if not np.any((1 - A @ x).real <= 0) else np.nan,
                lambda x: A.T @ (1 / (1 - A @ x)), x, {"sign": (lambda x: -A.T @ (1 / (1 - A @ x)), "sign")})


@case
def rayleigh(rng):
    A, x = rng.normal(size=(4, 4)), rng.normal(size=4)
    A = A + A.T
    return Case(lambda x: (x @ A @ x) / (x @ x), lambda x: 2 * (A @ x - (x @ A @ x) / (x @ x) * x) / (x @ x), x, {
        "numerator": (lambda x: 2 * A @ x / (x @ x), "missing-term")})


@case
def cosine_similarity(rng):
    b, x = rng.normal(size=5), rng.normal(size=5)

    def g(x):
        n, m = np.sqrt(x @ x), np.sqrt(b @ b)
        return b / (n * m) - (x @ b) * x / (n**3 * m)
    return Case(lambda x: (x @ b) / np.sqrt((x @ x) * (b @ b)), g, x, {
        "first_only": (lambda x: b / np.sqrt((x @ x) * (b @ b)), "missing-term")})


@case
def gaussian_kernel(rng):
    c, x, gamma = rng.normal(size=4), rng.normal(size=4), 0.7
    return Case(lambda x: np.exp(-gamma * ((x - c) ** 2).sum()),
                lambda x: -2 * gamma * np.exp(-gamma * ((x - c) ** 2).sum()) * (x - c), x, {
        "no_gamma": (lambda x: -2 * np.exp(-gamma * ((x - c) ** 2).sum()) * (x - c), "chain-factor"),
        "plus": (lambda x: -2 * gamma * np.exp(-gamma * ((x - c) ** 2).sum()) * (x + c), "sign")})


@case
def kernel_sum(rng):
    C, w, x = rng.normal(size=(6, 3)), rng.normal(size=6), rng.normal(size=3)

    def g(x):
        k = np.exp(-0.5 * ((x - C) ** 2).sum(1))
        return -(w * k) @ (x - C)
    return Case(lambda x: w @ np.exp(-0.5 * ((x - C) ** 2).sum(1)), g, x, {
        "no_w": (lambda x: -np.exp(-0.5 * ((x - C) ** 2).sum(1)) @ (x - C), "chain-factor")})


@case
def rosenbrock(rng):
    x = 1 + 0.3 * rng.normal(size=5)

    def g(x):
        d = np.zeros_like(x)
        d[:-1] = -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
        d[1:] += 200 * (x[1:] - x[:-1] ** 2)
        return d

    def slip(x):
        d = g(x)
        d[1:] -= 200 * (x[1:] - x[:-1] ** 2)
        return d
    return Case(lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(), g, x, {
        "second_half": (slip, "missing-term")})


@case
def product(rng):
    x = rng.uniform(0.5, 2, size=4)
    return Case(np.prod, lambda x: np.prod(x) / x, x, {"whole": (lambda x: np.prod(x) * np.ones(4), "chain-factor")})


@case
def p_norm(rng):
    x, p = rng.normal(size=5), 3.0
    return Case(lambda x: (np.abs(x) ** p).sum() ** (1 / p),
                lambda x: np.sign(x) * np.abs(x) ** (p - 1) * (np.abs(x) ** p).sum() ** (1 / p - 1), x, {
        "no_sign": (lambda x: np.abs(x) ** (p - 1) * (np.abs(x) ** p).sum() ** (1 / p - 1), "missing-term"),
        "outer": (lambda x: np.sign(x) * np.abs(x) ** (p - 1), "chain-factor")}, analytic=False)


@case
def one_norm_residual(rng):
    A, b, x = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=4)
    return Case(lambda x: np.abs(A @ x - b).sum(), lambda x: A.T @ np.sign(A @ x - b), x, {
        "argument": (lambda x: A.T @ np.sign(A @ x + b), "argument"),
        "abs": (lambda x: A.T @ np.abs(A @ x - b), "argument")}, analytic=False)


@case
def one_norm_fixed_point(rng):
    A, x = rng.normal(size=(4, 4)), rng.normal(size=4)
    return Case(lambda x: np.abs(x - A @ x).sum(), lambda x: np.sign(x - A @ x) - A.T @ np.sign(x - A @ x), x, {
        "sign": (lambda x: np.sign(x - A @ x) + A.T @ np.sign(x - A @ x), "sign"),
        "first": (lambda x: np.sign(x - A @ x), "missing-term")}, analytic=False)


@case
def elastic_net(rng):
    A, b, x = rng.normal(size=(8, 5)), rng.normal(size=8), rng.normal(size=5)
    return Case(lambda x: 0.5 * ((A @ x - b) ** 2).sum() + 0.2 * np.abs(x).sum() + 0.1 * (x @ x),
                lambda x: A.T @ (A @ x - b) + 0.2 * np.sign(x) + 0.2 * x, x, {
        "no_one_norm": (lambda x: A.T @ (A @ x - b) + 0.2 * x, "missing-term"),
        "no_square": (lambda x: A.T @ (A @ x - b) + 0.2 * np.sign(x), "missing-term")}, analytic=False)


@case
def max_norm(rng):
    x = rng.normal(size=5)

    def g(x):
        d = np.zeros(5)
        i = np.argmax(np.abs(x))
        d[i] = np.sign(x[i])
        return d
    return Case(lambda x: np.abs(x).max(), g, x, {"all": (np.sign, "argument")}, analytic=False)


@case
def huber_loss(rng):
    A, b, x = rng.normal(size=(8, 4)), rng.normal(size=8), rng.normal(size=4)

    def f(x):
        r = np.abs(A @ x - b)
        return np.where(r <= 1, 0.5 * r**2, r - 0.5).sum()
    return Case(f, lambda x: A.T @ np.clip(A @ x - b, -1, 1), x, {
        "unclipped": (lambda x: A.T @ (A @ x - b), "argument")}, analytic=False)


@case
def hinge_loss(rng):
    X, x = rng.normal(size=(10, 4)), rng.normal(size=4)
    y = rng.choice([-1.0, 1.0], size=10)
    return Case(lambda w: np.maximum(0, 1 - y * (X @ w)).sum() + 0.05 * (w @ w),
                lambda w: -X.T @ (y * (y * (X @ w) < 1)) + 0.1 * w, x, {
        "no_reg": (lambda w: -X.T @ (y * (y * (X @ w) < 1)), "missing-term"),
        "margin": (lambda w: -X.T @ (y * (y * (X @ w) < 0)) + 0.1 * w, "argument")}, analytic=False)


@case
def smooth_abs(rng):
    A, b, x = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=4)

    def g(x):
        r = A @ x - b
        return A.T @ (r / np.sqrt(r**2 + 0.01))
    return Case(lambda x: np.sqrt((A @ x - b) ** 2 + 0.01).sum(), g, x, {
        "sign": (lambda x: A.T @ np.sign(A @ x - b), "argument")})


@case
def total_variation(rng):
    x = rng.normal(size=6)

    def g(x):
        s = np.tanh(np.diff(x) / 0.5)
        d = np.zeros(6)
        d[1:] += s
        d[:-1] -= s
        return d
    return Case(lambda x: (0.5 * np.log(np.cosh(np.diff(x) / 0.5))).sum(), g, x, {
        "ends": (lambda x: g(x) * (np.arange(6) > 0), "coordinate")})


@case
def tanh_layer(rng):
    W, v, x = rng.normal(size=(5, 4)), rng.normal(size=5), rng.normal(size=4)
    return Case(lambda x: v @ np.tanh(W @ x), lambda x: W.T @ (v * (1 - np.tanh(W @ x) ** 2)), x, {
        "no_prime": (lambda x: W.T @ (v * np.tanh(W @ x)), "chain-factor"),
        "one_minus": (lambda x: W.T @ (v * (1 - np.tanh(W @ x))), "chain-factor")})


@case
def relu_layer(rng):
    W, v, x = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=4)
    return Case(lambda x: v @ np.maximum(W @ x, 0), lambda x: W.T @ (v * (W @ x > 0)), x, {
        "no_gate": (lambda x: W.T @ v, "chain-factor")}, analytic=False)


@case
def two_layers(rng):
    W, V, x = rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)

    def g(x):
        h = np.tanh(W @ x)
        return W.T @ ((1 - h**2) * (V.T @ (2 * (V @ h))))
    return Case(lambda x: ((V @ np.tanh(W @ x)) ** 2).sum(), g, x, {
        "transpose": (lambda x: W @ ((1 - np.tanh(W @ x) ** 2) * (V.T @ (2 * (V @ np.tanh(W @ x))))), "transpose")})


@case
def poisson_loss(rng):
    X, x = rng.normal(size=(8, 3)), 0.5 * rng.normal(size=3)
    y = rng.poisson(2.0, size=8).astype(float)
    return Case(lambda w: (np.exp(X @ w) - y * (X @ w)).sum(), lambda w: X.T @ (np.exp(X @ w) - y), x, {
        "plus": (lambda w: X.T @ (np.exp(X @ w) + y), "sign")})


@case
def student_t(rng):
    c, x = rng.normal(size=4), rng.normal(size=4)
    return Case(lambda x: np.log(1 + ((x - c) ** 2).sum() / 3), lambda x: 2 * (x - c) / (3 + ((x - c) ** 2).sum()), x, {
        "no_denominator": (lambda x: 2 * (x - c) / 3, "chain-factor")})


@case
def variance(rng):
    x = rng.normal(size=6)
    return Case(lambda x: ((x - x.mean()) ** 2).mean(), lambda x: 2 * (x - x.mean()) / 6, x, {
        "uncentred": (lambda x: 2 * x / 6, "missing-term"), "sum": (lambda x: 2 * (x - x.mean()), "mean-sum")})


@case
def harmonic_mean(rng):
    x = rng.uniform(0.5, 3, size=4)
    return Case(lambda x: 1 / (1 / x).sum(), lambda x: 1 / (x**2 * (1 / x).sum() ** 2), x, {
        "power": (lambda x: 1 / (x * (1 / x).sum() ** 2), "argument")})


@case
def geometric_mean(rng):
    x = rng.uniform(0.5, 3, size=4)
    return Case(lambda x: np.exp(np.log(x).mean()), lambda x: np.exp(np.log(x).mean()) / (4 * x), x, {
        "sum": (lambda x: np.exp(np.log(x).mean()) / x, "mean-sum")})


@case
def quartic(rng):
    x = rng.normal(size=5)
    return Case(lambda x: (x**4).sum() - 2 * (x**2).sum(), lambda x: 4 * x**3 - 4 * x, x, {
        "cubic": (lambda x: 4 * x**3, "missing-term")})


@case
def double_exponential(rng):
    a, x = rng.normal(size=4), 0.3 * rng.normal(size=4)
    return Case(lambda x: np.exp(np.sin(a @ x)), lambda x: np.exp(np.sin(a @ x)) * np.cos(a @ x) * a, x, {
        "no_cos": (lambda x: np.exp(np.sin(a @ x)) * a, "chain-factor"),
        "sin": (lambda x: np.exp(np.cos(a @ x)) * np.cos(a @ x) * a, "argument")})


@case
def bilinear_vector(rng):
    A, y, x = rng.normal(size=(4, 6)), rng.normal(size=6), rng.normal(size=4)
    return Case(lambda x: x @ A @ y, lambda x: A @ y, x, {"extra": (lambda x: A @ y + x, "extra-term")})


@case
def scalar_function(rng):
    return Case(lambda t: np.sin(t) * np.exp(-t), lambda t: (np.cos(t) - np.sin(t)) * np.exp(-t), 0.7, {
        "product": (lambda t: np.cos(t) * np.exp(-t), "missing-term")})


@case
def mahalanobis(rng):
    L, m, x = rng.normal(size=(4, 4)), rng.normal(size=4), rng.normal(size=4)
    S = L @ L.T + 0.5 * np.eye(4)
    P = np.linalg.inv(S)
    return Case(lambda x: 0.5 * (x - m) @ P @ (x - m), lambda x: P @ (x - m), x, {
        "no_mean": (lambda x: P @ x, "missing-term"), "cov": (lambda x: S @ (x - m), "argument")})


@case
def weighted_squares(rng):
    A, b, x = rng.normal(size=(7, 4)), rng.normal(size=7), rng.normal(size=4)
    w = rng.uniform(0.5, 2, size=7)
    return Case(lambda x: 0.5 * (w * (A @ x - b) ** 2).sum(), lambda x: A.T @ (w * (A @ x - b)), x, {
        "no_w": (lambda x: A.T @ (A @ x - b), "chain-factor"),
        "w2": (lambda x: A.T @ (w**2 * (A @ x - b)), "chain-factor")})


# ---- matrices --------------------------------------------------------------------------------------------------------

@case
def trace_linear(rng):
    A = rng.normal(size=(4, 3))
    return Case(lambda X: np.trace(A @ X), lambda X: A.T.copy(), rng.normal(size=(3, 4)), {
        "layout": (lambda X: A.copy(), "transposed-result")})


@case
def trace_square(rng):
    A = rng.normal(size=(3, 3))
    return Case(lambda X: np.trace(A @ X), lambda X: A.T.copy(), rng.normal(size=(3, 3)))


@case
def trace_quadratic(rng):
    A, X = rng.normal(size=(4, 4)), rng.normal(size=(4, 3))
    return Case(lambda X: np.trace(X.T @ A @ X), lambda X: (A + A.T) @ X, X, {
        "symmetrise": (lambda X: 2 * A @ X, "symmetrise"), "half": (lambda X: A @ X, "missing-term")})


@case
def trace_power(rng):
    A, X = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    return Case(lambda X: np.trace(A @ X @ X), lambda X: (X @ A + A @ X).T, X, {
        "one_side": (lambda X: 2 * (X @ A).T, "symmetrise")})


@case
def log_det(rng):
    X = rng.normal(size=(4, 4)) + 3 * np.eye(4)
    return Case(lambda X: np.log(np.abs(np.linalg.det(X))) if not np.iscomplexobj(X) else np.log(np.linalg.det(X)),
                lambda X: np.linalg.inv(X).T, X, {"inverse": (np.linalg.inv, "transposed-result")})


@case
def determinant(rng):
    X = rng.normal(size=(3, 3))
    return Case(np.linalg.det, lambda X: np.linalg.det(X) * np.linalg.inv(X).T, X, {
        "no_det": (lambda X: np.linalg.inv(X).T, "chain-factor")})


@case
def trace_inverse(rng):
    A, X = rng.normal(size=(3, 3)), rng.normal(size=(3, 3)) + 2 * np.eye(3)

    def g(X):
        Y = np.linalg.inv(X)
        return -(Y @ A @ Y).T
    return Case(lambda X: np.trace(A @ np.linalg.inv(X)), g, X, {
        "elementwise": (lambda X: -(A / X**2).T, "elementwise"), "minus": (lambda X: -g(X), "sign")})


@case
def frobenius_product(rng):
    U, V, T = rng.normal(size=(5, 2)), rng.normal(size=(4, 2)), rng.normal(size=(5, 4))
    return Case(lambda U: 0.5 * ((U @ V.T - T) ** 2).sum(), lambda U: (U @ V.T - T) @ V, U, {
        "residual": (lambda U: (T - U @ V.T) @ V, "sign"), "no_t": (lambda U: U @ V.T @ V, "missing-term")})


@case
def symmetric_factor(rng):
    X, T = rng.normal(size=(4, 2)), rng.normal(size=(4, 4))
    T = T + T.T
    return Case(lambda X: ((X @ X.T - T) ** 2).sum(), lambda X: 4 * (X @ X.T - T) @ X, X, {
        "two": (lambda X: 2 * (X @ X.T - T) @ X, "factor")})


@case
def frobenius_norm(rng):
    X = rng.normal(size=(3, 4))
    return Case(lambda X: np.sqrt((X * X).sum()), lambda X: X / np.sqrt((X * X).sum()), X, {
        "squared": (lambda X: 2 * X, "chain-factor")})


@case
def nuclear_norm(rng):
    X = rng.normal(size=(4, 3))

    def g(X):
        U, _, V = np.linalg.svd(X, full_matrices=False)
        return U @ V
    return Case(lambda X: np.linalg.norm(X, "nuc"), g, X, {
        "scaled": (lambda X: X / np.linalg.norm(X), "argument")}, analytic=False)


@case
def spectral_norm(rng):
    X = rng.normal(size=(4, 3))

    def g(X):
        U, _, V = np.linalg.svd(X, full_matrices=False)
        return np.outer(U[:, 0], V[0])
    return Case(lambda X: np.linalg.norm(X, 2), g, X, {
        "all": (lambda X: 2 * np.linalg.norm(X, 2) * g(X), "chain-factor")}, analytic=False)


@case
def softmax_regression(rng):
    X, W = rng.normal(size=(7, 3)), rng.normal(size=(3, 4))
    Y = np.eye(4)[rng.integers(0, 4, size=7)]

    def P(W):
        E = np.exp(X @ W)
        return E / E.sum(1, keepdims=True)
    return Case(lambda W: -(Y * np.log(P(W))).sum() / 7, lambda W: X.T @ (P(W) - Y) / 7, W, {
        "axis": (lambda W: X.T @ (np.exp(X @ W) / np.exp(X @ W).sum(0) - Y) / 7, "axis"),
        "sum": (lambda W: X.T @ (P(W) - Y), "mean-sum")})


@case
def gaussian_likelihood(rng):
    B, X = rng.normal(size=(4, 4)), rng.normal(size=(3, 3))
    C = B[:3, :3] @ B[:3, :3].T + np.eye(3)
    X = X @ X.T + np.eye(3) + 0.2 * rng.normal(size=(3, 3))

    def g(S):
        Y = np.linalg.inv(S).T
        return 0.5 * (Y - Y @ C.T @ Y)
    return Case(lambda S: 0.5 * (np.log(np.linalg.det(S)) + np.trace(np.linalg.inv(S) @ C)), g, X, {
        "plus": (lambda S: 0.5 * (np.linalg.inv(S).T + np.linalg.inv(S).T @ C.T @ np.linalg.inv(S).T), "sign"),
        "logdet_only": (lambda S: 0.5 * np.linalg.inv(S).T, "missing-term")})


@case
def matrix_exponential_sum(rng):
    X = 0.5 * rng.normal(size=(3, 4))
    return Case(lambda X: np.exp(X).sum() ** 2, lambda X: 2 * np.exp(X).sum() * np.exp(X), X, {
        "outer": (lambda X: 2 * np.exp(X).sum() * np.ones((3, 4)), "chain-factor")})


@case
def bilinear_matrix(rng):
    a, b = rng.normal(size=3), rng.normal(size=5)
    return Case(lambda X: a @ X @ b, lambda X: np.outer(a, b), rng.normal(size=(3, 5)), {
        "outer": (lambda X: np.outer(b, a), "transposed-result")})


@case
def gram_log_det(rng):
    X = rng.normal(size=(5, 3))
    return Case(lambda X: np.log(np.linalg.det(X.T @ X + np.eye(3))),
                lambda X: 2 * X @ np.linalg.inv(X.T @ X + np.eye(3)), X, {
        "no_eye": (lambda X: 2 * X @ np.linalg.inv(X.T @ X), "missing-term")})


@case
def hadamard_square(rng):
    A, X = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    return Case(lambda X: ((A * X) ** 2).sum(), lambda X: 2 * A * A * X, X, {
        "matrix": (lambda X: 2 * A.T @ A @ X, "elementwise"), "once": (lambda X: 2 * A * X, "chain-factor")})


@case
def row_norms(rng):
    X = rng.normal(size=(4, 3))
    return Case(lambda X: np.sqrt((X**2).sum(1)).sum(), lambda X: X / np.sqrt((X**2).sum(1))[:, None], X, {
        "axis": (lambda X: X / np.sqrt((X**2).sum(0)), "axis")})


@case
def column_means(rng):
    X = rng.normal(size=(5, 3))
    return Case(lambda X: (X.mean(0) ** 2).sum(), lambda X: 2 / 5 * np.tile(X.mean(0), (5, 1)), X, {
        "sum": (lambda X: 2 * np.tile(X.mean(0), (5, 1)), "mean-sum")})


@case
def kernel_ridge_matrix(rng):
    K, Y, X = rng.normal(size=(4, 4)), rng.normal(size=(4, 2)), rng.normal(size=(4, 2))
    K = K @ K.T
    return Case(lambda A: 0.5 * ((K @ A - Y) ** 2).sum() + 0.05 * np.trace(A.T @ K @ A),
                lambda A: K @ (K @ A - Y) + 0.1 * K @ A, X, {"no_reg": (lambda A: K @ (K @ A - Y), "missing-term")})


@case
def spd_distance(rng):
    C, X = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    C = C @ C.T + np.eye(3)
    return Case(lambda X: np.trace(X @ C @ X.T) - 2 * np.trace(X), lambda X: X @ (C + C.T) - 2 * np.eye(3), X, {
        "no_eye": (lambda X: X @ (C + C.T), "missing-term"), "ones": (lambda X: X @ (C + C.T) - 2, "argument")})


# ---- Jacobians and Hessians ------------------------------------------------------------------------------------------

@case
def jacobian_softmax(rng):
    x = rng.normal(size=4)

    def g(x):
        p = softmax(x)
        return np.diag(p) - np.outer(p, p)
    return Case(softmax, g, x, {"diagonal": (lambda x: np.diag(softmax(x)), "missing-term")})


@case
def jacobian_layer(rng):
    W, x = rng.normal(size=(5, 3)), rng.normal(size=3)
    return Case(lambda x: np.tanh(W @ x), lambda x: (1 - np.tanh(W @ x) ** 2)[:, None] * W, x, {
        "layout": (lambda x: ((1 - np.tanh(W @ x) ** 2)[:, None] * W).T, "layout")})


@case
def jacobian_square(rng):
    A, x = rng.normal(size=(4, 4)), rng.normal(size=4)
    return Case(lambda x: A @ np.sin(x), lambda x: A * np.cos(x), x, {
        "transposed": (lambda x: (A * np.cos(x)).T, "transposed-result")})


@case
def jacobian_inverse(rng):
    X = rng.normal(size=(3, 3)) + 2 * np.eye(3)

    def g(X):
        Y = np.linalg.inv(X)
        return -np.einsum("ik,lj->ijkl", Y, Y)
    return Case(np.linalg.inv, g, X, {
        "order": (lambda X: -np.einsum("jk,li->ijkl", np.linalg.inv(X), np.linalg.inv(X)), "")})


@case
def hessian_log_sum_exp(rng):
    x = rng.normal(size=4)

    def g(x):
        p = softmax(x)
        return np.diag(p) - np.outer(p, p)
    return Case(lambda x: np.log(np.exp(x).sum()), g, x, {"plus": (lambda x: np.diag(softmax(x)), "missing-term")})


@case
def hessian_quadratic(rng):
    A, x = rng.normal(size=(5, 5)), rng.normal(size=5)
    return Case(lambda x: x @ A @ x, lambda x: A + A.T, x, {"unsymmetric": (lambda x: 2 * A, "symmetrise")})


@case
def hessian_rosenbrock(rng):
    x = 1 + 0.3 * rng.normal(size=2)
    return Case(lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2,
                lambda x: np.array([[1200 * x[0] ** 2 - 400 * x[1] + 2, -400 * x[0]], [-400 * x[0], 200.0]]), x, {
        "no_cross": (lambda x: np.diag([1200 * x[0] ** 2 - 400 * x[1] + 2, 200.0]), "missing-term")})
