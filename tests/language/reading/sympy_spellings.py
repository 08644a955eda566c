"""One function, written in the ways that SymPy users write it: the table of the tests.

`spellings(m, n)` gives them for symbolic sizes and for known ones, where SymPy writes out what is asked for as [0, 0].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    HadamardPower,
    HadamardProduct,
    Identity,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    Matrix,
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
    det,
    exp,
    log,
    sin,
    sqrt,
    tanh,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagonalOf, diagonalize_vector
from sympy.matrices.expressions.dotproduct import DotProduct

HALF = Rational(1, 2)


def spellings(m: Any, n: Any) -> dict[str, list[Callable[[], Any]]]:
    A, B, S = (MatrixSymbol(k, n, n) for k in "ABS")
    C, X = MatrixSymbol("C", m, n), MatrixSymbol("X", m, n)
    x, y, w = (MatrixSymbol(k, n, 1) for k in "xyw")
    b, c = MatrixSymbol("b", m, 1), MatrixSymbol("c", m, 1)
    a, p = Symbol("a"), Symbol("p", positive=True)
    i, j = sp.symbols("i j")
    ones_n, ones_m = OneMatrix(1, n), OneMatrix(1, m)
    r = C * x - b

    def over(body: Callable[..., Any], *sizes: Any) -> Any:
        """The sum of a body over indices."""
        indices = (i, j)[: len(sizes)]
        return Sum(body(*indices), *((k, 0, size - 1) for k, size in zip(indices, sizes, strict=True)))

    def at(matrix: Any) -> Any:
        return matrix[0, 0]

    table: dict[str, list[Callable[[], Any]]] = {
        "x'x": [
            lambda: x.T * x,
            lambda: at(x.T * x),
            lambda: DotProduct(x, x),
            lambda: DotProduct(x, x).doit(),
            lambda: Trace(x * x.T),
            lambda: over(lambda i: x[i, 0] ** 2, n),
            lambda: ones_n * HadamardPower(x, 2),
            lambda: Trace(x * x.T).rewrite(Sum),
        ],
        "x'Ax": [
            lambda: x.T * A * x,
            lambda: at(x.T * A * x),
            lambda: Trace(A * x * x.T),
            lambda: DotProduct(x, A * x),
            lambda: DotProduct(x, A * x).doit(),
            lambda: over(lambda i, j: A[i, j] * x[i, 0] * x[j, 0], n, n),
            lambda: MatMul(Transpose(x), A, x),
        ],
        "|r|^2": [
            lambda: r.T * r,
            lambda: at(r.T * r),
            lambda: Trace(r * r.T),
            lambda: DotProduct(r, r),
            lambda: DotProduct(r, r).doit(),
            lambda: over(lambda i: r[i, 0] ** 2, m),
            lambda: Trace(Transpose(r) * r),
            lambda: sqrt(r.T * r) ** 2,
        ],
        "|r|": [
            lambda: sqrt(r.T * r),
            lambda: sqrt(at(r.T * r)),
            lambda: sqrt(Trace(r * r.T)),
            lambda: MatPow(r.T * r, HALF),
            lambda: sqrt(DotProduct(r, r)),
            lambda: sqrt(over(lambda i: Abs(r[i, 0]) ** 2, m)),
        ],
        "|r|_1": [
            lambda: ones_m * r.applyfunc(Abs),
            lambda: at(ones_m * r.applyfunc(Abs)),
            lambda: over(lambda i: Abs(r[i, 0]), m),
            lambda: Trace(ones_m * r.applyfunc(Abs)),
            lambda: Trace(r.applyfunc(Abs) * ones_m),
        ],
        "x - Ax": [
            lambda: over(lambda i: Abs((x - A * x)[i, 0]), n),
            lambda: ones_n * (x - A * x).applyfunc(Abs),
            lambda: ones_n * ((Identity(n) - A) * x).applyfunc(Abs),
            lambda: at(ones_n * (x - A * x).applyfunc(Abs)),
        ],
        "Rayleigh": [
            lambda: x.T * A * x * MatPow(x.T * x, -1),
            lambda: at(x.T * A * x) / at(x.T * x),
            lambda: Trace(x.T * A * x) / Trace(x.T * x),
            lambda: x.T * A * x * Inverse(x.T * x),
            lambda: x.T * A * x / at(x.T * x),
            lambda: DotProduct(x, A * x) / DotProduct(x, x),
        ],
        "tr(A)": [lambda: Trace(A), lambda: Trace(A.T), lambda: over(lambda i: A[i, i], n), lambda: sp.trace(A)],
        "tr(AB)": [
            lambda: Trace(A * B),
            lambda: Trace(B * A),
            lambda: Trace(A * B).doit(),
            lambda: Trace(B.T * A.T),
            lambda: over(lambda i, j: A[i, j] * B[j, i], n, n),
            lambda: over(lambda i: (A * B)[i, i], n),
        ],
        "tr+tr": [
            lambda: Trace(A) + Trace(B * A),
            lambda: Trace(A + B * A),
            lambda: Trace((Identity(n) + B) * A),
            lambda: Trace(MatAdd(A, MatMul(B, A))),
        ],
        "|X|_F^2": [
            lambda: Trace(X.T * X),
            lambda: Trace(X * X.T),
            lambda: over(lambda i, j: X[i, j] ** 2, m, n),
            lambda: ones_m * HadamardPower(X, 2) * ones_n.T,
            lambda: ones_m * HadamardProduct(X, X) * ones_n.T,
        ],
        "|X|_F": [
            lambda: sqrt(Trace(X.T * X)),
            lambda: sqrt(over(lambda i, j: X[i, j] ** 2, m, n)),
            lambda: Trace(X * X.T) ** HALF,
        ],
        "|X|_1": [
            lambda: ones_m * X.applyfunc(Abs) * ones_n.T,
            lambda: over(lambda i, j: Abs(X[i, j]), m, n),
            lambda: Trace(ones_m * X.applyfunc(Abs) * ones_n.T),
        ],
        "log det": [
            lambda: log(det(S)),
            lambda: log(Determinant(S)),
            lambda: log(Abs(det(S))),
            lambda: log(det(S.T)),
            lambda: -log(det(S.I)),
        ],
        "det": [lambda: det(A), lambda: Determinant(A), lambda: A.det(), lambda: det(A.T), lambda: 1 / det(A.I)],
        "log det(X'X + I)": [
            lambda: log(det(X.T * X + Identity(n))),
            lambda: log(Determinant(MatAdd(MatMul(X.T, X), Identity(n)))),
        ],
        "tr(A inv(B))": [
            lambda: Trace(A * B.I),
            lambda: Trace(A * Inverse(B)),
            lambda: Trace(A * MatPow(B, -1)),
            lambda: Trace(B.I * A),
            lambda: Trace(A * B**-1),
        ],
        "x'inv(S)x": [
            lambda: x.T * S.I * x,
            lambda: x.T * Inverse(S) * x,
            lambda: Trace(S.I * x * x.T),
            lambda: at(x.T * S.I * x),
            lambda: DotProduct(x, S.I * x),
        ],
        "sum exp": [
            lambda: ones_n * x.applyfunc(exp),
            lambda: over(lambda i: exp(x[i, 0]), n),
            lambda: Trace(ones_n * x.applyfunc(exp)),
            lambda: at(ones_n * ElementwiseApplyFunction(exp, x)),
        ],
        "logsumexp": [
            lambda: log(at(ones_n * x.applyfunc(exp))),
            lambda: log(over(lambda i: exp(x[i, 0]), n)),
            lambda: log(Trace(ones_n * x.applyfunc(exp))),
        ],
        "logistic": [
            lambda: ones_m * HadamardProduct(-c, C * x).applyfunc(lambda t: log(1 + exp(t))),
            lambda: over(lambda i: log(1 + exp(-c[i, 0] * (C * x)[i, 0])), m),
            lambda: at(ones_m * HadamardProduct(c, C * x).applyfunc(lambda t: log(1 + exp(-t)))),
            lambda: Trace(ones_m * (DiagMatrix(c) * C * x).applyfunc(lambda t: log(exp(-t) + 1))),
        ],
        "hinge": [
            lambda: ones_m * (OneMatrix(m, 1) - HadamardProduct(c, C * x)).applyfunc(lambda t: Max(0, t)),
            lambda: over(lambda i: Max(0, 1 - c[i, 0] * (C * x)[i, 0]), m),
            lambda: ones_m * HadamardProduct(c, C * x).applyfunc(lambda t: Piecewise((1 - t, t < 1), (0, True))),
        ],
        "x.y.w": [
            lambda: Trace(HadamardProduct(y, w).T * x),
            lambda: HadamardProduct(y, w).T * x,
            lambda: y.T * DiagMatrix(w) * x,
            lambda: over(lambda i: x[i, 0] * y[i, 0] * w[i, 0], n),
            lambda: at(y.T * DiagMatrix(x) * w),
            lambda: ones_n * HadamardProduct(x, y, w),
            lambda: y.T * diagonalize_vector(x) * w,
        ],
        "x'(AoB)y": [
            lambda: x.T * HadamardProduct(A, B) * y,
            lambda: at(x.T * HadamardProduct(A, B) * y),
            lambda: Trace(DiagMatrix(x) * A * DiagMatrix(y) * B.T),
            lambda: over(lambda i, j: x[i, 0] * A[i, j] * B[i, j] * y[j, 0], n, n),
        ],
        "scalars": [
            lambda: a * Trace(x.T * x) + p,
            lambda: a * at(x.T * x) + p,
            lambda: a * x.T * x + p * Identity(1),
            lambda: p + a * DotProduct(x, x),
        ],
        "Gauss": [
            lambda: exp(-at(x.T * A * x) / 2),
            lambda: exp(-Trace(x.T * A * x) / 2),
            lambda: exp(-DotProduct(x, A * x) / 2),
            lambda: 1 / exp(Trace(A * x * x.T) / 2),
        ],
        "sqrt(1+.)": [
            lambda: sqrt(1 + Trace(x.T * x)),
            lambda: sqrt(at(x.T * x) + 1),
            lambda: MatPow(x.T * x + Identity(1), HALF),
        ],
        "quotient": [
            lambda: Trace(A) / Trace(x.T * x),
            lambda: Trace(A) * (x.T * x).I,
            lambda: over(lambda i: A[i, i], n) / at(x.T * x),
        ],
        "square": [
            lambda: (x.T * y) ** 2,
            lambda: at(x.T * y) ** 2,
            lambda: Trace(x.T * y) ** 2,
            lambda: x.T * y * y.T * x,
            lambda: DotProduct(x, y) ** 2,
            lambda: (x.T * y) * (y.T * x),
            lambda: at(x.T * y * y.T * x),
        ],
        "sin(x'y)": [
            lambda: sin(at(x.T * y)),
            lambda: sin(Trace(x * y.T)),
            lambda: sin(DotProduct(x, y)),
            lambda: sin(over(lambda i: x[i, 0] * y[i, 0], n)),
        ],
        "kron": [
            lambda: Trace(KroneckerProduct(A, B)),
            lambda: Trace(sp.kronecker_product(A, B)),
            lambda: Trace(A) * Trace(B),
        ],
        "diag": [
            lambda: x.T * DiagonalOf(A),
            lambda: at(x.T * DiagonalOf(A)),
            lambda: Trace(DiagMatrix(x) * A),
            lambda: over(lambda i: x[i, 0] * A[i, i], n),
        ],
        "tanh net": [
            lambda: c.T * (C * y.applyfunc(tanh)).applyfunc(tanh),
            lambda: at(c.T * (C * y.applyfunc(tanh)).applyfunc(tanh)),
            lambda: Trace(c.T * (C * y.applyfunc(tanh)).applyfunc(tanh)),
        ],
        "rank one": [lambda: Trace(A * x * y.T), lambda: y.T * A * x, lambda: x.T * A.T * y, lambda: at(y.T * A * x)],
        "p-norm": [
            lambda: at(ones_n * x.applyfunc(lambda t: Abs(t) ** 3)) ** Rational(1, 3),
            lambda: over(lambda i: Abs(x[i, 0]) ** 3, n) ** Rational(1, 3),
        ],
        "powers": [lambda: Trace(A**3), lambda: Trace(A * A * A), lambda: Trace(MatPow(A, 3)), lambda: Trace(A**2 * A)],
        "entropy": [
            lambda: over(lambda i: w[i, 0] * log(w[i, 0]), n),
            lambda: w.T * w.applyfunc(log),
            lambda: at(w.T * w.applyfunc(log)),
            lambda: ones_n * w.applyfunc(lambda t: t * log(t)),
        ],
        "ridge": [
            lambda: Trace(r.T * r) / 2 + a * Trace(x.T * x),
            lambda: at(r.T * r) / 2 + a * at(x.T * x),
            lambda: r.T * r / 2 + a * x.T * x,
        ],
        "softabs": [
            lambda: over(lambda i: sqrt(x[i, 0] ** 2 + p), n),
            lambda: ones_n * x.applyfunc(lambda t: sqrt(t**2 + p)),
        ],
        "cos(A x)": [
            lambda: y.T * (A * x).applyfunc(cos),
            lambda: at(y.T * (A * x).applyfunc(cos)),
            lambda: over(lambda i: y[i, 0] * cos((A * x)[i, 0]), n),
        ],
        "1/x": [
            lambda: ones_n * w.applyfunc(lambda t: 1 / t),
            lambda: ones_n * HadamardPower(w, -1),
            lambda: over(lambda i: 1 / w[i, 0], n),
        ],
        "mean": [lambda: ones_n * x / n, lambda: over(lambda i: x[i, 0], n) / n, lambda: Trace(ones_n * x) / n],
    }
    if isinstance(n, int):
        table["x'Ax"] += [lambda: (Matrix(x).T * Matrix(A) * Matrix(x))[0], lambda: sp.expand(at(x.T * A * x))]
        table["|r|^2"] += [lambda: sp.expand(at(r.T * r))]
        table["det"] += [lambda: Matrix(A).det()]
        table["tr(AB)"] += [lambda: (Matrix(A) * Matrix(B)).trace()]
        table["max"] = [lambda: Max(*(x[k, 0] for k in range(n)))]
        table["cubes"] = [lambda: sum(x[k, 0] ** 3 for k in range(n)), lambda: ones_n * HadamardPower(x, 3)]
        table["one entry"] = [lambda: A[0, 1], lambda: at(A[0, :] * Identity(n)[:, 1]), lambda: at(A[:, 1])]
        table["weights"] = [lambda: x[0] - 2 * x[1], lambda: Matrix([1, -2, *[0] * (n - 2)]).T * x]
    if isinstance(m, int):
        table["|r|^2"] += [lambda: Matrix(r).dot(Matrix(r))]
        table["|r|"] += [lambda: Matrix(r).norm()]
        table["|r|_1"] += [lambda: Matrix(r).norm(1)]
        table["|X|_F"] += [lambda: Matrix(X).norm()]
    return table
