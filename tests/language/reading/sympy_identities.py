"""Functions of the field in the spellings of SymPy's users, each with its value in NumPy.

A row: the name, the variable of its gradient, the value at a point, and the spellings, for sizes m and n.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    HadamardPower,
    HadamardProduct,
    Identity,
    Inverse,
    KroneckerDelta,
    KroneckerProduct,
    MatPow,
    MatrixSymbol,
    Max,
    OneMatrix,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    cos,
    cosh,
    det,
    exp,
    log,
    root,
    sign,
    sin,
    sqrt,
    symbols,
    sympify,
    tanh,
)
from sympy.matrices.expressions import hadamard_product
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction as EAF
from sympy.matrices.expressions.diagonal import DiagonalMatrix, diagonalize_vector
from sympy.matrices.expressions.dotproduct import DotProduct

Row = tuple[str, str, Callable[[Any], Any], list[Callable[[], Any]]]


def identities(m: Any, n: Any) -> list[Row]:
    A, B, S, P = (MatrixSymbol(k, n, n) for k in ("A", "B", "S", "P"))
    X, C, W = (MatrixSymbol(k, m, n) for k in ("X", "C", "W"))
    U = MatrixSymbol("U", n, m)
    x, y, mu, w = (MatrixSymbol(k, n, 1) for k in ("x", "y", "mu", "w"))
    b, c = MatrixSymbol("b", m, 1), MatrixSymbol("c", m, 1)
    q = MatrixSymbol("q", 1, n)
    a, t = Symbol("a"), Symbol("t", positive=True)
    i, j, k, l = symbols("i j k l", integer=True)
    I_, Im = Identity(n), Identity(m)
    e_, em = OneMatrix(n, 1), OneMatrix(m, 1)
    tr = Trace
    r = X * x - b

    def S1(f: Any) -> Any:
        return Sum(f(i), (i, 0, n - 1))

    def S2(f: Any, p: Any = n, s: Any = n) -> Any:
        return Sum(f(i, j), (i, 0, p - 1), (j, 0, s - 1))

    def Sm(f: Any) -> Any:
        return Sum(f(i), (i, 0, m - 1))

    def Smn(f: Any) -> Any:
        return S2(f, m, n)

    def D(z: Any) -> Any:
        return (z.T * z)[0, 0]

    def F(Z: Any) -> Any:
        return Trace(Z.T * Z)

    return [
        ("bilinear", "x", lambda E: E.x @ E.A @ E.y, [lambda: x.T * A * y,
            lambda: S2(lambda i, j: x[i, 0] * A[i, j] * y[j, 0]), lambda: S1(lambda i: x[i, 0] * (A * y)[i, 0])]),
        ("row norm", "q", lambda E: np.linalg.norm(E.q), [lambda: sqrt(q * q.T),
            lambda: DotProduct(q, q) ** Rational(1, 2), lambda: sqrt((q * q.T)[0, 0])]),
        ("mahal root", "x", lambda E: np.sqrt((E.x - E.mu) @ np.linalg.inv(E.S) @ (E.x - E.mu)), [
            lambda: sqrt((x - mu).T * S.I * (x - mu)), lambda: sqrt(tr(S.I * (x - mu) * (x - mu).T)),
            lambda: root(DotProduct(x - mu, S.I * (x - mu)), 2)]),
        ("cosine", "x", lambda E: E.x @ E.y / np.linalg.norm(E.x) / np.linalg.norm(E.y), [
            lambda: (x.T * y)[0, 0] / (sqrt(D(x)) * sqrt(D(y))),
            lambda: x.T * y * (x.T * x) ** Rational(-1, 2) * (y.T * y) ** Rational(-1, 2),
            lambda: x.T * y / sqrt(D(x) * D(y))]),
        ("poly kernel", "x", lambda E: (E.x @ E.y + E.a) ** 3, [lambda: (DotProduct(x, y) + a) ** 3,
            lambda: (x.T * y + a * Identity(1)) ** 3, lambda: (S1(lambda i: x[i, 0] * y[i, 0]) + a) ** 3]),
        ("quartic entries", "x", lambda E: (E.x ** 4).sum(), [lambda: S1(lambda i: x[i, 0] ** 4),
            lambda: tr(DiagMatrix(x) ** 4), lambda: D(x.applyfunc(lambda z: z * z))]),
        ("orth penalty", "X", lambda E: ((E.X @ E.X.T - np.eye(len(E.X))) ** 2).sum(), [lambda: F(X * X.T - Im),
            lambda: tr(X * X.T * X * X.T) - 2 * tr(X * X.T) + m,
            lambda: S2(lambda i, j: ((X * X.T)[i, j] - KroneckerDelta(i, j)) ** 2, m, m)]),
        ("masked", "X", lambda E: ((E.W * (E.X - E.C)) ** 2).sum(), [lambda: F(HadamardProduct(W, X - C)),
            lambda: tr(hadamard_product(W, X - C) * hadamard_product(W, X - C).T),
            lambda: tr(HadamardProduct(W, W, X - C).T * (X - C))]),
        ("inv sq", "A", lambda E: np.trace(np.linalg.inv(E.A) @ np.linalg.inv(E.A)), [lambda: tr(A ** (-2)),
            lambda: tr(Inverse(A ** 2)), lambda: S2(lambda i, j: A.I[i, j] * A.I[j, i])]),
        ("smoother", "t", lambda E: np.trace(E.S @ np.linalg.inv(E.S + E.t * np.eye(len(E.S)))), [
            lambda: tr(S * (S + t * I_).I), lambda: tr((S + t * I_) ** (-1) * S),
            lambda: tr(Inverse(S + t * Identity(n)) * S)]),
        ("MIMO", "X", lambda E: np.linalg.slogdet(np.eye(len(E.X)) + E.X @ E.S @ E.X.T)[1], [
            lambda: log(det(Im + X * S * X.T)), lambda: log(Determinant(Im + X * S * X.T)),
            lambda: log(Abs(det(X * S * X.T + Im)))]),
        ("det power", "S", lambda E: np.linalg.det(E.S) ** (1 / len(E.S)), [lambda: det(S) ** (1 / sympify(n)),
            lambda: exp(log(det(S)) / n), lambda: root(det(S), n)]),
        ("tr2", "A", lambda E: np.trace(E.A) ** 2 - np.trace(E.A @ E.A), [lambda: tr(A) ** 2 - tr(A * A),
            lambda: S2(lambda i, j: A[i, i] * A[j, j] - A[i, j] * A[j, i]), lambda: tr(tr(A) * A - A * A)]),
        ("pairwise", "x", lambda E: ((E.x[:, None] - E.x[None]) ** 2).sum(), [
            lambda: S2(lambda i, j: (x[i, 0] - x[j, 0]) ** 2),
            lambda: 2 * n * (x.T * x)[0, 0] - 2 * (e_.T * x)[0, 0] ** 2, lambda: F(x * e_.T - e_ * x.T)]),
        ("MSE", "x", lambda E: ((E.X @ E.x - E.b) ** 2).mean(), [lambda: D(r) / m, lambda: DotProduct(r, r) / m,
            lambda: em.T * HadamardPower(r, 2) / m]),
        ("weighted LS", "x", lambda E: (E.c ** 2 * (E.X @ E.x - E.b) ** 2).sum(), [
            lambda: r.T * DiagMatrix(c) ** 2 * r, lambda: r.T * HadamardProduct(c, c, r),
            lambda: D(DiagMatrix(c) * r)]),
        ("ridge mat", "W", lambda E: ((E.W @ E.A - E.X) ** 2).sum() + E.t * (E.W ** 2).sum(), [
            lambda: F(W * A - X) + t * F(W),
            lambda: Smn(lambda i, j: (W * A - X)[i, j] ** 2) + t * Smn(lambda i, j: W[i, j] ** 2),
            lambda: em.T * (HadamardPower(W * A - X, 2) + t * HadamardPower(W, 2)) * e_]),
        ("lse", "x", lambda E: np.log(np.exp(E.X @ E.x + E.b).sum()), [
            lambda: log(Sm(lambda i: exp((X * x + b)[i, 0]))),
            lambda: log(DotProduct(em, (X * x + b).applyfunc(exp))),
            lambda: log(Sm(lambda i: exp((X * x)[i, 0]) * exp(b[i, 0])))]),
        ("xent", "x", lambda E: -(E.y * (E.x - np.log(np.exp(E.x).sum()))).sum(), [
            lambda: -S1(lambda i: y[i, 0] * (x[i, 0] - log(Sum(exp(x[j, 0]), (j, 0, n - 1))))),
            lambda: -S1(lambda i: y[i, 0] * log(exp(x[i, 0]) / Sum(exp(x[j, 0]), (j, 0, n - 1)))),
            lambda: -y.T * (x - log(S1(lambda i: exp(x[i, 0]))) * e_)]),
        ("poisson", "x", lambda E: (np.exp(E.X @ E.x) - E.b * (E.X @ E.x)).sum(), [
            lambda: Sm(lambda i: exp((X * x)[i, 0]) - b[i, 0] * (X * x)[i, 0]),
            lambda: em.T * ((X * x).applyfunc(exp) - HadamardProduct(b, X * x)),
            lambda: tr((X * x).applyfunc(exp) * em.T) - tr(X * x * b.T)]),
        ("entropy2", "w", lambda E: -(E.w * np.log(E.w)).sum(), [lambda: -S1(lambda i: w[i, 0] * log(w[i, 0])),
            lambda: S1(lambda i: w[i, 0] * log(1 / w[i, 0])), lambda: e_.T * w.applyfunc(lambda z: -z * log(z))]),
        ("geo mean", "w", lambda E: np.exp(np.log(E.w).mean()), [lambda: exp(S1(lambda i: log(w[i, 0])) / n),
            lambda: exp((e_.T * w.applyfunc(log))[0, 0] / n), lambda: exp(e_.T * w.applyfunc(log) / n)]),
        ("l1", "x", lambda E: np.abs(E.A @ E.x - E.y).sum(), [lambda: S1(lambda i: Abs((A * x - y)[i, 0])),
            lambda: e_.T * EAF(Abs, A * x - y), lambda: (A * x - y).T * (A * x - y).applyfunc(sign)]),
        ("elastic", "x", lambda E: E.a * np.abs(E.x).sum() + (1 - E.a) / 2 * (E.x @ E.x), [
            lambda: a * S1(lambda i: Abs(x[i, 0])) + (1 - a) / 2 * D(x),
            lambda: e_.T * x.applyfunc(lambda z: a * Abs(z) + (1 - a) * z ** 2 / 2),
            lambda: a * e_.T * x.applyfunc(Abs) + (1 - a) * x.T * x / 2]),
        ("l21 rows", "X", lambda E: np.sqrt((E.X ** 2).sum(1)).sum(), [
            lambda: Sum(sqrt(Sum(X[i, j] ** 2, (j, 0, n - 1))), (i, 0, m - 1)),
            lambda: Sm(lambda i: sqrt((X * X.T)[i, i])),
            lambda: em.T * HadamardPower(HadamardPower(X, 2) * e_, Rational(1, 2))]),
        ("leaky", "x", lambda E: np.where(E.A @ E.x > 0, E.A @ E.x, 0.1 * (E.A @ E.x)).sum(), [
            lambda: e_.T * (A * x).applyfunc(lambda z: Piecewise((z, z > 0), (z / 10, True))),
            lambda: e_.T * (A * x).applyfunc(lambda z: Max(z, z / 10)),
            lambda: S1(lambda i: Max((A * x)[i, 0], (A * x)[i, 0] / 10))]),
        ("cauchy", "x", lambda E: np.log1p(E.x ** 2 / E.t).sum(), [lambda: S1(lambda i: log(1 + x[i, 0] ** 2 / t)),
            lambda: S1(lambda i: log((t + x[i, 0] ** 2) / t)),
            lambda: tr(DiagMatrix((e_ + HadamardPower(x, 2) / t).applyfunc(log)))]),
        ("mlp2", "B", lambda E: E.y @ np.tanh(E.A @ np.tanh(E.B @ E.x)), [
            lambda: y.T * (A * (B * x).applyfunc(tanh)).applyfunc(tanh),
            lambda: S1(lambda i: y[i, 0] * tanh((A * (B * x).applyfunc(tanh))[i, 0]))]),
        ("attention", "q", lambda E: (np.exp(E.q.ravel() @ E.A) * E.y).sum() / np.exp(E.q.ravel() @ E.A).sum(), [
            lambda: ((q * A).applyfunc(exp) * y)[0, 0] / ((q * A).applyfunc(exp) * e_)[0, 0],
            lambda: S1(lambda j: exp((q * A)[0, j]) * y[j, 0]) / S1(lambda j: exp((q * A)[0, j])),
            lambda: (q * A).applyfunc(exp) * y / ((q * A).applyfunc(exp) * e_)[0, 0]]),
        ("kmeans", "x", lambda E: ((E.X - E.x) ** 2).sum(), [lambda: F(X - em * x.T),
            lambda: tr((X - em * x.T) * (X.T - x * em.T)), lambda: em.T * HadamardPower(X - em * x.T, 2) * e_]),
        ("kron det", "A", lambda E: np.linalg.det(E.A) ** E.m * np.linalg.det(E.M) ** E.n, [
            lambda: det(KroneckerProduct(A, MatrixSymbol('M', m, m))),
            lambda: det(A) ** m * det(MatrixSymbol('M', m, m)) ** n]),
        ("diag inv", "w", lambda E: E.x @ np.linalg.inv(np.diag(E.w) + E.S) @ E.y, [
            lambda: x.T * (DiagMatrix(w) + S).I * y, lambda: tr((S + DiagMatrix(w)) ** (-1) * y * x.T),
            lambda: (x.T * Inverse(diagonalize_vector(w) + S) * y)[0, 0]]),
        ("diagof", "A", lambda E: (np.diag(E.A) ** 2).sum(), [lambda: S1(lambda i: A[i, i] ** 2),
            lambda: tr(HadamardPower(A, 2)), lambda: tr(DiagonalMatrix(A) ** 2)]),
        ("symm part", "A", lambda E: ((E.A - E.A.T) ** 2).sum() / 4, [lambda: F((A - A.T) / 2),
            lambda: S2(lambda i, j: (A[i, j] - A[j, i]) ** 2) / 4,
            lambda: F(Rational(1, 2) * A - Rational(1, 2) * Transpose(A))]),
        ("neumann", "A", lambda E: E.x @ (np.eye(len(E.A)) + E.A + E.A @ E.A) @ E.y, [
            lambda: x.T * (I_ + A + A ** 2) * y, lambda: (x.T * (I_ + A * (I_ + A)) * y)[0, 0],
            lambda: DotProduct(x, y + A * y + A * A * y)]),
        ("projection", "U", lambda E: E.x @ E.U @ np.linalg.inv(E.U.T @ E.U) @ E.U.T @ E.x, [
            lambda: x.T * U * (U.T * U).I * U.T * x, lambda: (x.T * U * Inverse(U.T * U) * U.T * x)[0, 0],
            lambda: DotProduct(U.T * x, (U.T * U).I * U.T * x)]),
        ("rayleigh gen", "x", lambda E: E.x @ E.S @ E.x / (E.x @ E.P @ E.x), [
            lambda: (x.T * S * x)[0, 0] / (x.T * P * x)[0, 0],
            lambda: DotProduct(x, S * x) * DotProduct(x, P * x) ** (-1),
            lambda: S2(lambda i, j: S[i, j] * x[i, 0] * x[j, 0]) / S2(lambda k, l: P[k, l] * x[k, 0] * x[l, 0])]),
        ("PCA", "x", lambda E: -((E.X @ E.x) ** 2).sum() / (E.x @ E.x), [lambda: -D(X * x) / D(x),
            lambda: -tr(X.T * X * x * x.T) / tr(x * x.T), lambda: -DotProduct(X * x, X * x) / DotProduct(x, x)]),
        ("logcosh", "x", lambda E: np.log(np.cosh(E.x - E.y)).sum(), [
            lambda: S1(lambda i: log(cosh(x[i, 0] - y[i, 0]))), lambda: e_.T * (x - y).applyfunc(cosh).applyfunc(log),
            lambda: S1(lambda i: log((exp((x - y)[i, 0]) + exp(-(x - y)[i, 0])) / 2))]),
        ("p=3/2", "w", lambda E: (E.w ** 1.5).sum() ** (2 / 3), [
            lambda: S1(lambda i: w[i, 0] ** Rational(3, 2)) ** Rational(2, 3),
            lambda: (e_.T * HadamardPower(w, Rational(3, 2)))[0, 0] ** Rational(2, 3),
            lambda: (e_.T * w.applyfunc(lambda z: z ** Rational(3, 2))) ** Rational(2, 3)]),
        ("norm pow", "x", lambda E: (E.x @ E.x) ** (E.t / 2), [lambda: sqrt(D(x)) ** t,
            lambda: exp(t * log(D(x)) / 2), lambda: tr(x * x.T) ** (t / 2)]),
        ("inv norm", "x", lambda E: 1 / np.linalg.norm(E.x - E.y), [lambda: 1 / sqrt(D(x - y)),
            lambda: exp(-log(D(x - y)) / 2), lambda: DotProduct(x - y, x - y) ** Rational(-1, 2)]),
        ("sin quad", "x", lambda E: np.sin(E.x @ E.A @ E.x) + np.cos(E.a * (E.x @ E.y)), [
            lambda: sin((x.T * A * x)[0, 0]) + cos(a * (x.T * y)[0, 0]),
            lambda: sin(tr(A * x * x.T)) + cos(a * tr(x * y.T)),
            lambda: sin(DotProduct(x, A * x)) + cos(a * DotProduct(x, y))]),
        ("product rule", "x", lambda E: E.x @ E.y * (E.x @ E.A @ E.x) * np.linalg.norm(E.x), [
            lambda: (x.T * y)[0, 0] * (x.T * A * x)[0, 0] * sqrt(D(x)),
            lambda: tr(x * y.T) * tr(A * x * x.T) * sqrt(tr(x * x.T)),
            lambda: DotProduct(x, y) * DotProduct(x, A * x) * sqrt(DotProduct(x, x))]),
        ("normalized", "x", lambda E: E.y @ E.A @ E.x / np.linalg.norm(E.A @ E.x), [
            lambda: y.T * (A * x) / sqrt(D(A * x)), lambda: DotProduct(y, A * x) / sqrt(DotProduct(A * x, A * x)),
            lambda: y.T * A * x * MatPow(x.T * A.T * A * x, Rational(-1, 2))]),
        ("scalar in matrix", "a", lambda E: E.x @ np.linalg.inv(E.S + E.a ** 2 * np.eye(len(E.S))) @ E.x, [
            lambda: x.T * (S + a ** 2 * I_).I * x, lambda: tr((S + a ** 2 * I_) ** (-1) * x * x.T),
            lambda: x.T * Inverse(S + a * a * I_) * x]),
        ("power scalar", "t", lambda E: (E.w ** E.t).sum(), [lambda: S1(lambda i: w[i, 0] ** t),
            lambda: e_.T * w.applyfunc(lambda z: z ** t), lambda: e_.T * (t * w.applyfunc(log)).applyfunc(exp)]),
        ("had mat", "X", lambda E: np.trace(E.X * E.C @ E.A @ (E.X * E.W).T), [
            lambda: tr(HadamardProduct(X, C) * A * HadamardProduct(X, W).T),
            lambda: tr(hadamard_product(C, X) * A * hadamard_product(W, X).T),
            lambda: Sum(X[i, j] * C[i, j] * A[j, k] * X[i, k] * W[i, k], (i, 0, m - 1), (j, 0, n - 1), (k, 0, n - 1))]),
        ("sum abs mat", "X", lambda E: np.abs(E.X @ E.A - E.C).sum(), [
            lambda: Smn(lambda i, j: Abs((X * A - C)[i, j])), lambda: em.T * (X * A - C).applyfunc(Abs) * e_,
            lambda: tr((X * A - C).applyfunc(Abs) * OneMatrix(n, m))]),
        ("contrastive", "x", lambda E: max(0, 1 - E.x @ E.y + E.x @ E.mu), [
            lambda: Max(0, 1 - (x.T * y)[0, 0] + (x.T * mu)[0, 0]), lambda: Max(1 - tr(x * y.T) + tr(x * mu.T), 0),
            lambda: Max(0, 1 - (x.T * (y - mu))[0, 0])]),
        ("abs form", "x", lambda E: abs(E.x @ E.y - E.a), [lambda: Abs((x.T * y)[0, 0] - a),
            lambda: Abs(tr(x * y.T) - a), lambda: Abs(x.T * y - a * Identity(1))]),
        ("rosen-like", "x", lambda E: ((1 - E.x) ** 2).sum() + 100 * ((E.y - E.x ** 2) ** 2).sum(), [
            lambda: S1(lambda i: (1 - x[i, 0]) ** 2 + 100 * (y[i, 0] - x[i, 0] ** 2) ** 2),
            lambda: D(e_ - x) + 100 * D(y - HadamardPower(x, 2)),
            lambda: (e_ - x).T * (e_ - x) + 100 * (y - HadamardProduct(x, x)).T * (y - HadamardProduct(x, x))]),
        ("lyap", "A", lambda E: ((E.A @ E.S + E.S @ E.A.T + E.P) ** 2).sum(), [lambda: F(A * S + S * A.T + P),
            lambda: S2(lambda i, j: (A * S + S * A.T + P)[i, j] ** 2),
            lambda: tr((A * S + S * A.T + P) * (A * S + S * A.T + P).T)]),
        ("triple", "B", lambda E: np.trace(E.A @ E.B @ E.S @ E.B.T @ E.A.T @ E.P), [
            lambda: tr(A * B * S * B.T * A.T * P), lambda: tr(P * A * B * S * (A * B).T),
            lambda: tr(Transpose(A * B) * P * A * B * S)]),
        ("adj", "A", lambda E: np.trace(E.A.T @ E.B), [lambda: tr(A.adjoint() * B),
            lambda: e_.T * HadamardProduct(A, B) * e_, lambda: tr(B * A.T)]),
        ("outer det", "x", lambda E: np.linalg.det(np.eye(len(E.x)) + np.outer(E.x, E.y)), [
            lambda: det(I_ + x * y.T), lambda: Determinant(Identity(n) + x * y.T)]),
        ("sum of columns", "X", lambda E: (E.X.sum(0) ** 2).sum(), [lambda: D(X.T * em),
            lambda: S1(lambda j: Sum(X[k, j], (k, 0, m - 1)) ** 2), lambda: tr(X.T * OneMatrix(m, m) * X)]),
        ("det2", "A", lambda E: np.linalg.det(E.A @ E.A.T + np.eye(len(E.A))), [lambda: det(A * A.T + I_),
            lambda: Determinant(I_ + A * A.T), lambda: exp(log(det(A * A.T + I_)))]),
        ("soft margin", "x", lambda E: E.x @ E.x / 2 + E.t * np.maximum(0, 1 - E.b * (E.X @ E.x)).sum(), [
            lambda: D(x) / 2 + t * Sm(lambda i: Max(0, 1 - b[i, 0] * (X * x)[i, 0])),
            lambda: x.T * x / 2 + t * em.T * (em - DiagMatrix(b) * X * x).applyfunc(lambda z: Max(0, z))]),
        ("softplus t", "x", lambda E: (np.log1p(np.exp(E.t * E.x)) / E.t).sum(), [
            lambda: S1(lambda i: log(1 + exp(t * x[i, 0])) / t),
            lambda: e_.T * x.applyfunc(lambda z: log(1 + exp(t * z))) / t,
            lambda: e_.T * (t * x).applyfunc(lambda z: log(1 + exp(z))) / t]),
        ("tversky", "x", lambda E: E.x @ E.y / (E.x @ E.x + E.y @ E.y - E.x @ E.y), [
            lambda: (x.T * y)[0, 0] / (D(x) + D(y) - (x.T * y)[0, 0]),
            lambda: x.T * y * (x.T * x + y.T * y - x.T * y).I,
            lambda: x.T * y * (x.T * x + y.T * y - x.T * y) ** (-1)]),
    ]
