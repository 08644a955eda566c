"""What SymPy's expressions become: the book form, the user's own symbols on the way back, errors by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
from sympy import (
    Abs,
    HadamardProduct,
    Identity,
    KroneckerDelta,
    Matrix,
    MatrixSymbol,
    Max,
    OneMatrix,
    Piecewise,
    Sum,
    Symbol,
    Trace,
)

import symnorm as sn
from symnorm.errors import Misuse, NoRule, ReadingError, ShapeError, SymnormError
from symnorm.language.leaves import as_node
from symnorm.language.reading.foreign import is_sympy
from symnorm.language.reading.sympy import from_sympy
from symnorm.numeric.interpret import evaluate
from symnorm.rendering.sympy import like, to_sympy

m, n, a = sp.symbols("m n a")
i, j, k = sp.symbols("i j k")
z = sp.IndexedBase("z")
x, y = MatrixSymbol("x", n, 1), MatrixSymbol("y", n, 1)
A, B, C = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n), MatrixSymbol("C", m, n)
x3, y3, A3 = MatrixSymbol("x", 3, 1), MatrixSymbol("y", 3, 1), MatrixSymbol("A", 3, 3)

FORMS: list[tuple[Any, str]] = [
    ((x.T * A * x)[0, 0], "x.T @ A @ x"),
    (sp.sqrt(((A * x - y).T * (A * x - y))[0, 0]), "norm2(A @ x - y)"),
    ((x - y).T * (x - y), "(x - y).T @ (x - y)"),
    (OneMatrix(1, n) * (x - A * x).applyfunc(Abs), "norm1(x - A @ x)"),
    (sp.log(Sum(sp.exp(x[i, 0]), (i, 0, n - 1))), "logsumexp(x)"),
    (sp.log(sp.det(A)), "logdet(A)"),
    (Sum(A[i, j] * B[j, k] * A[k, i], (i, 0, n - 1), (j, 0, n - 1), (k, 0, n - 1)), "tr(B @ A**2)"),
    (Sum(sp.sqrt(Sum(C[i, j] ** 2, (j, 0, n - 1))), (i, 0, m - 1)), "norm21(C)"),
    (x.applyfunc(lambda t: sp.log(1 + sp.exp(t))), "softplus(x)"),
    (x.applyfunc(lambda t: 1 / (1 + sp.exp(-t))), "sigmoid(x)"),
    (x.applyfunc(lambda t: Max(0, t)), "relu(x)"),
    (x.applyfunc(lambda t: Piecewise((t, t > 0), (a * t, True))), "a * x + (1 - a) * relu(x)"),
    (x.applyfunc(lambda t: Piecewise((t**2 / 2, Abs(t) <= 1), (Abs(t) - sp.Rational(1, 2), True))), "huber(x, 1)"),
    ((x3.T * A3 * x3)[0, 0], "x.T @ A @ x"),
    ((x3.T * A3.I * x3)[0, 0], "x.T @ inv(A) @ x"),
    (((A3 * x3 - y3).T * (A3 * x3 - y3))[0, 0], "(A @ x - y).T @ (A @ x - y)"),
    (Matrix(A3).det(), "det(A)"),
    (Matrix(x3).norm(), "norm2(x)"),
    (Matrix(x3).norm(3), "normp(x, 3)"),
    (sum(sp.log(1 + sp.exp(-y3[q, 0] * x3[q, 0])) for q in range(3)), "sum(softplus(-hadamard(x, y)))"),
    (Max(*(Abs(x3[q, 0]) for q in range(3))), "max(abs(x))"),
    (sp.diag(*x3), "diag(x)"),
    (Matrix(3, 3, lambda p, q: x3[p] * y3[q]), "x @ y.T"),
    (Matrix([1, 2, 3]).T * x3, "array([[1, 2, 3]]) @ x"),
    (Sum(z[i] ** 2, (i, 1, n)), "z.T @ z"),
    (Sum(z[i] * x[i, 0], (i, 0, n - 1)), "z.T @ x"),
    (Sum(z[sp.Idx("i", n)] ** 2, sp.Idx("i", n)), "z.T @ z"),
    (Sum(x[i - 1, 0] * A[i - 1, j - 1] * y[j - 1, 0], (i, 1, n), (j, 1, n)), "x.T @ A @ y"),
    ((y.T * sp.DiagMatrix(x) * y)[0, 0].doit(), "square(y).T @ x"),
    (Sum(KroneckerDelta(i, j) * A[i, j], (i, 0, n - 1), (j, 0, n - 1)).doit(), "tr(A)"),
    (Sum(sp.exp((A * x)[i, 0]), (i, 0, n - 1)).expand(), "sum(exp(A @ x))"),
    (MatrixSymbol(r"\mathbf{\theta}", n, 1).T * MatrixSymbol(r"\hat{y}_{0}", n, 1), "theta.T @ y_hat_0"),
]


@pytest.mark.parametrize(("expr", "text"), FORMS, ids=[t for _, t in FORMS])
def test_form(expr: Any, text: str) -> None:
    assert str(from_sympy(expr)) == text


REFUSED: list[tuple[Callable[[], Any], type[SymnormError], str]] = [
    (lambda: sp.BlockMatrix([[A, B]]), NoRule, "BlockMatrix"),
    (lambda: sp.Derivative(sp.Function("f")(a), a), NoRule, "Derivative"),
    (lambda: sp.gamma(a), NoRule, "gamma"),
    (lambda: x.applyfunc(sp.Function("f")), NoRule, "function f"),
    (lambda: A ** sp.Rational(1, 2), NoRule, "whole powers"),
    (lambda: A**k, NoRule, "whole powers"),
    (lambda: sp.exp(A), ReadingError, "applyfunc"),
    (lambda: A[0, 1], NoRule, "symbolic size"),
    (lambda: A[i, j], ReadingError, "not summed over"),
    (lambda: Sum(x[k, 0], (k, 0, n)), ReadingError, r"n \+ 1 terms"),
    (lambda: Sum(x[k, 0], (k, 1, n)), ReadingError, "counted from 0"),
    (lambda: Sum(k * x[k, 0], (k, 0, n - 1)), ReadingError, "used as a number"),
    (lambda: Sum(A[i, j], (j, 0, i), (i, 0, n - 1)), ReadingError, "depends on an index"),
    (lambda: Trace(A) * sp.oo, ReadingError, "finite"),
    (lambda: Trace(A) + sp.I, NoRule, "ImaginaryUnit"),
    (lambda: Trace(A) * sp.Integer(7) ** 2000, ReadingError, "bits"),
    (lambda: sp.Pow(sp.Integer(10), sp.Integer(10) ** 10, evaluate=False), ReadingError, "exponent"),
    (lambda: Trace(A) + Symbol("A"), ReadingError, "two things"),
    (lambda: Symbol("theta") * Symbol(r"\theta"), ReadingError, r"two things: .*scalar symbol \\theta"),
    (lambda: Symbol(r"\input{a}"), ReadingError, "name"),
    (lambda: Sum(x[i - 1, 0] * y[i, 0], (i, 1, n)), ReadingError, "counted from 0"),
    (lambda: Sum(Piecewise((x[i, 0], i > 0), (0, True)), (i, 0, n - 1)), ReadingError, "used as a number"),
    (lambda: a + Symbol("a", positive=True), ReadingError, "two things"),
    (lambda: Symbol("x", imaginary=True), ReadingError, "not real"),
    (lambda: MatrixSymbol("__import__('os')", n, n) * x, ReadingError, "name"),
    (lambda: Symbol("x;y"), ReadingError, "name"),
    (lambda: Symbol("x" * 1000), ReadingError, "name"),
    (lambda: Symbol("x\u202ey"), ReadingError, "name"),
    (lambda: x * x, ShapeError, "square"),
    (lambda: Piecewise((a, a > 0)), NoRule, "True"),
    (lambda: sp.Product(x[k, 0], (k, 0, n - 1)), NoRule, "Product"),
    (lambda: sp.Array([1, 2]), NoRule, "NDimArray"),
    (lambda: "x", Misuse, "sn.parse"),
]


@pytest.mark.parametrize(("make", "kind", "message"), REFUSED)
def test_refusal(make: Callable[[], Any], kind: type[SymnormError], message: str) -> None:
    with pytest.raises(kind, match=message):
        from_sympy(make())


def test_the_users_symbols_come_back() -> None:
    natural = Symbol("n", integer=True)
    v, S = MatrixSymbol("v", natural, 1), MatrixSymbol("S", natural, natural)
    p = Symbol("p", positive=True)
    expr = p * S * v / natural
    assert to_sympy(from_sympy(expr)).free_symbols == {p, natural, v, S} - {None}
    assert like(expr, from_sympy(S * v)) == S * v
    assert like(sn.variables("t: scalar"), from_sympy(a)) is from_sympy(a)


def test_equal_expressions_are_equal() -> None:
    once, twice = (to_sympy(from_sympy(x.applyfunc(sp.sin))) for _ in range(2))
    assert once == twice
    assert to_sympy(from_sympy(A * x - y)) == A * x - y


def test_what_sympy_cannot_write_is_named() -> None:
    X, v = sn.variables("X: m x n, v: m")
    for node, name in ((sn.normnuc(X), "nuc"), (sn.vec(X), "Vec"), (sn.max(v), "largest entry")):
        with pytest.raises(NoRule, match=name):
            to_sympy(node)


def test_a_scaled_sum_stays_factored() -> None:
    node = from_sympy(x.T * x)
    X, v, b = sn.variables("X: m x n, v: n, b: m")
    assert str(to_sympy(2 * X.T @ (X @ v - b))) == "2*X.T*(X*v - b)"
    assert is_sympy(to_sympy(node))
    assert not is_sympy(node)


def test_results_compile_and_substitute() -> None:
    x0, A0 = np.array([1.0, 2.0, 3.0]), np.arange(9.0).reshape(3, 3)
    expr = to_sympy(from_sympy(A * x / sp.sqrt((x.T * x)[0, 0])))
    wanted = A0 @ x0 / np.linalg.norm(x0)
    assert np.allclose(sp.lambdify((A, x), expr)(A0, x0[:, None]).ravel(), wanted)
    known = expr.subs(n, 3).subs({A3: Matrix(A0.astype(int).tolist()), x3: Matrix([1, 2, 3])}).doit()
    assert np.allclose(np.array(known.as_explicit().tolist(), float).ravel(), wanted)


def test_every_call_reads_sympy() -> None:
    assert as_node(x.T * x) is from_sympy(x.T * x)
    assert sn.norm2(x) is from_sympy(sp.sqrt(x.T * x))
    assert from_sympy(Matrix([[1, 2], [3, 4]])) is sn.array([[1, 2], [3, 4]])
    assert from_sympy(sp.Float("0.1") * a) is from_sympy(a / 10)


def test_deep_and_wide_expressions_are_read() -> None:
    chain: Any = x
    for _ in range(100):
        chain = sp.MatMul(A, sp.MatAdd(chain, x))
    assert from_sympy(chain).shape == (sn.variables("q: n").rows,)
    nested: Any = Trace(A)
    for _ in range(100):
        nested = sp.sin(nested) + 1
    assert from_sympy(nested).is_scalar
    assert len(from_sympy(sum((Trace(A) ** p for p in range(2, 300)), Trace(B))).args) == 299


def test_weights_become_constant_arrays() -> None:
    values = {"x": np.array([1.0, -2.0, 0.5])}
    for expr in (
        x3[0] + 2 * x3[1] - x3[2],
        x3[0] ** 2 + 3 * x3[1] * x3[2],
        Sum(k * x3[k, 0], (k, 0, 2)),
        x3[0] * x3[1] * x3[2],
        Sum((x3[k + 1, 0] - x3[k, 0]) ** 2, (k, 0, 1)),
        Abs(x3[0] - x3[1]) + Abs(x3[1] - x3[2]),
    ):
        node = from_sympy(expr)
        wanted = float(expr.doit().subs({x3[p, 0]: v for p, v in enumerate(values["x"])}))
        assert evaluate([node], {v: values[v.name] for v in node.free})[0] == pytest.approx(wanted)


def test_the_diagonal_of_a_product_with_numbers_goes_back() -> None:
    X, v = MatrixSymbol("X", 2, 3), MatrixSymbol("v", 3, 1)
    expr = sp.expand(Sum((X * v)[i, 0] ** 2, (i, 0, 1)))
    gradient = to_sympy(sn.gradient(from_sympy(expr), "v"), [expr])
    numbers = {X: Matrix([[1, 2, 3], [4, 5, 6]]), v: Matrix([1, -1, 2])}
    assert gradient.subs(numbers).doit().as_explicit() == (2 * X.T * X * v).subs(numbers).doit().as_explicit()


def test_one_by_one_products_are_scalars() -> None:
    assert from_sympy((x.T * x) * x) is from_sympy((x.T * x)[0, 0] * x)
    assert from_sympy(x.T * x + OneMatrix(1, 1)).key == from_sympy(Trace(x.T * x) + 1).key
    assert from_sympy(Trace(HadamardProduct(x, y).T * x)) is from_sympy(HadamardProduct(x, y).T * x)
    assert from_sympy(x.T * (A + Identity(n)) * x).is_scalar
