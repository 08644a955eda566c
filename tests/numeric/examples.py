"""Expressions with every operation, and values for their variables."""

from __future__ import annotations

import numpy as np

import symnorm as sn
from symnorm.language import build
from symnorm.language.node import Node

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
    sn.diag(p) @ M @ sn.diag(y), A @ sn.diag(p) @ A.T, A.T @ sn.diag(b) @ A, 3 * A @ sn.diag(p) @ A.T, x.T, x.T @ M,
    x @ y.T,
    2 * x @ y.T @ M, A.T, 3 * A.T, x, A, t, t * s, t / s, 2 / t, A / t, A / (t * s), -A, s * x / t, x.T @ x,
    (x.T @ x) * (x.T @ M @ x) ** 2, (A @ x).T @ b, W @ M @ W.T, W @ M.T @ M @ x, (A - N @ A) @ x, N @ (A - B) @ C,
    (W @ M - W) @ M, build.number(2.5), sn.zeros("n"), sn.zeros("n", "m"), I, 2 * I, sn.diag(x), t * sn.diag(x),
]
TRACES = [
    sn.tr(A @ C), sn.tr(A.T @ B), sn.tr(M @ M), sn.tr(A @ M @ C @ N), sn.tr(sn.inv(P) @ M), sn.tr(M + 2 * I),
    sn.diag(A @ C),
    sn.diag(M), sn.diag(sn.diag(M)), sn.diag(N @ A @ C), sn.diag(sn.inv(P) @ M), sn.diag(M + M @ M),
    sn.tr(sn.diag(p) @ M),
]
SOLVES = [
    sn.inv(P), sn.inv(Q), sn.inv(Q).T, sn.inv(Q) @ x, sn.inv(Q).T @ x, x.T @ sn.inv(Q), A @ sn.inv(P), A @ sn.inv(Q),
    A @ sn.inv(Q).T, sn.inv(Q) @ C, sn.inv(Q) @ sn.inv(P), sn.inv(L) @ C, A @ sn.inv(L), sn.inv(L).T @ x, sn.inv(L),
    sn.inv(L.T), sn.inv(U) @ C, sn.det(Q), sn.logdet(Q), sn.logdet(P), sn.det(P), sn.logdet(L), sn.det(L),
    sn.det(Q) * sn.inv(Q).T, sn.logdet(M.T @ M + I), sn.inv(M.T @ M + I) @ M.T, sn.logdet(P) + x.T @ sn.inv(P) @ x,
    sn.inv(S) @ x, sn.inv(S), sn.logdet(S), sn.det(S), sn.inv(S) @ x @ x.T @ sn.inv(S),
    sn.inv(Q).T @ x @ x.T @ sn.inv(Q),
    sn.tr(sn.inv(S) @ M), sn.tr((I - sn.inv(S) @ x @ x.T) @ sn.inv(S) @ sn.exp(S)), A.T @ b @ b.T @ A,
    build.matrix_power(M, 3), build.matrix_power(M, 20), build.matrix_power(Q, -2), A @ sn.inv(P) @ A.T,
]
STRUCTURE = [
    sn.kron(A, C), sn.kron(M, N) @ sn.vec(B), sn.kron(M.T, N) @ sn.vec(B), sn.vec(A), sn.vec(A.T),
    sn.vec(B).T @ sn.kron(M, N),
    H @ sn.kron(M, N), sn.kron(M, N) @ H, sn.kron(M, N).T @ H, build.unvec(sn.vec(A) * 2 + sn.vec(B), A.rows, A.cols),
    sn.kron(x, A), sn.kron(x, y), sn.kron(x.T, A), build.kron_adjoint("left", H, N, M.rows, M.cols),
    build.kron_adjoint("right", H, M, N.rows, N.cols),
]
FUNCTIONS = [
    *(f(x) for f in (sn.exp, sn.sigmoid, sn.softplus, sn.huber, sn.step, sn.abs, sn.tan, sn.arctan, sn.sinh, sn.cosh,
    sn.square,
                     sn.expm1, sn.logcosh, sn.erf, sn.gelu, sn.elu,
                     sn.silu, sn.leakyrelu, sn.softmin, sn.mean, sn.var, sn.std,
                     sn.sin, sn.logsumexp, sn.softmax, sn.max, sn.peak, sn.norm2, sn.norminf)),
    *(f(A) for f in (sn.huber, sn.relu, sn.sign, sn.tanh, sn.max, sn.peak, sn.polar, sn.leading, sn.normnuc,
    sn.normspec,
                     sn.norm2, sn.norm1, sn.norm21)),
    sn.norm2(x) ** build.constant(2 * A.rows),
    *(f(A) for f in (sn.leftvec, sn.rightvec, sn.gapinv, sn.sylvester)),
    sn.gapinv(A.T) + A.T @ sn.gapinv(A) @ A, sn.sylvester(A) @ sn.vec(B), sn.vec(B).T @ sn.sylvester(A) @ sn.kron(M, N),
    sn.eigmax(S), sn.eigmin(P) * sn.eigmax(S + P), sn.eigvecmax(S) @ sn.eigvecmax(S).T, sn.square(sn.eigvecmin(P)),
    sn.eiggapmax(S) @ x, sn.eiggapmin(S + P), sn.pinv(A), x.T @ sn.pinv(A), sn.expm(M / 3), sn.tr(sn.expm(S / 4)),
    sn.normspec(A) * sn.leftvec(A) - A @ sn.rightvec(A),
    *(f(s) for f in (sn.exp, sn.sigmoid, sn.huber, sn.softplus, sn.relu, sn.cos, sn.step, sn.tanh)),
    *(build.norm_node(name, A) for name in ("ind1", "indinf", "2inf")),
    sn.sigmoid(-x), sn.huber(A, t), build.elementwise("clip", x, t), build.elementwise("inside", x, t),
    build.elementwise("inside", s, t), sn.sqrt(p), sn.log(p), sn.log1p(p), sn.lgamma(p), sn.digamma(p), sn.trigamma(p),
    sn.elu(A, t), sn.var(A), sn.std(A),
    sn.arcsin(sn.sin(x) / 2), sn.arccos(sn.sin(x) / 2),
    sn.normnuc(A) + sn.tr(sn.polar(A).T @ A), sn.norm2(x) ** 2, sn.norm2(A) ** 4, sn.norm2(x) ** 3, sn.normp(x, 3),
    sn.normp(x, t + 1), sn.normw(x, P), over(A, B), over(x, p), build.elementwise_power(p, y), to(p, -2), to(p, 3),
    to(x, 5),
    to(p, 1.5), to(p, -0.5), build.entrywise_power(p, s), sn.hadamard(sn.abs(x), x),
]
SUMS = [
    A @ one("n"), one("m").T @ A, one("m", "n") @ C, A @ one("n", "k"), one("m", "n"), t * one("n"), x + t * one("n"),
    A + s * one("m", "n"), sn.sum(A), sn.sum(A @ C), sn.sum(sn.hadamard(A, B)), sn.sum(sn.hadamard(x, y)),
    sn.sum(sn.hadamard(A, B, B)), sn.sum(sn.square(A)), sn.sum(sn.square(x)), b @ one("n").T,
    sn.hadamard(A, b @ one("n").T),
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
        A: normal(size=(m, n)), B: normal(size=(m, n)), C: normal(size=(n, m)), H: normal(size=(n * m, n * m)),
        x: normal(size=n),
        y: normal(size=n), p: rng.uniform(0.5, 2, n), b: normal(size=m), s: -1.3, t: 0.7, M: normal(size=(n, n)),
        N: normal(size=(m, m)), W: normal(size=(k, n)), S: square + square.T, P: square @ square.T + np.eye(n),
        Q: square + 3 * np.sqrt(n) * np.eye(n), L: np.tril(square) / 10 + 2 * np.eye(n),
        U: np.triu(square) / 10 + 2 * np.eye(n),
    }
