"""Functions made of others: their values, their derivatives, their forms in compiled code, what text says of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from scipy import special

import symnorm as sn
from symnorm.language.node import Node
from symnorm.language.reading.reader import read_text
from symnorm.numeric import special as numeric_special
from symnorm.numeric.interpret import evaluate

A, x, b, t = sn.variables("A: m x n, x: n, b: m, t: scalar")
SIZES = {"m": 4, "n": 3}
CASES = [
    (sn.mean(x), lambda A, x, b, t: x.mean()), (sn.mean(A), lambda A, x, b, t: A.mean()),
    (sn.var(A @ x - b), lambda A, x, b, t: (A @ x - b).var()), (sn.var(x, 1), lambda A, x, b, t: x.var(ddof=1)),
    (sn.var(A), lambda A, x, b, t: A.var()), (sn.std(A @ x), lambda A, x, b, t: (A @ x).std()),
    (x.T @ sn.softmin(x), lambda A, x, b, t: x @ special.softmax(-x)),
    (sn.sum(sn.silu(A @ x)), lambda A, x, b, t: ((A @ x) * special.expit(A @ x)).sum()),
    (sn.silu(t), lambda A, x, b, t: t * special.expit(t)),
    (sn.sum(sn.leakyrelu(A @ x, 0.2)), lambda A, x, b, t: np.where(A @ x > 0, A @ x, 0.2 * (A @ x)).sum()),
    (sn.sum(sn.log1p(sn.square(x))), lambda A, x, b, t: np.log1p(x * x).sum()),
    (sn.sum(sn.expm1(A)), lambda A, x, b, t: np.expm1(A).sum()),
    (sn.expm1(t) ** 2, lambda A, x, b, t: np.expm1(t) ** 2),
    (sn.sum(sn.gelu(A @ x)), lambda A, x, b, t: (A @ x * special.ndtr(A @ x)).sum()),
    (sn.sum(sn.erf(A @ x - b)), lambda A, x, b, t: special.erf(A @ x - b).sum()),
    (sn.gelu(t), lambda A, x, b, t: t * special.ndtr(t)),
    (sn.sum(sn.elu(A @ x)), lambda A, x, b, t: np.where(A @ x > 0, A @ x, np.expm1(A @ x)).sum()),
    (sn.sum(sn.elu(A, 0.3)), lambda A, x, b, t: np.where(A > 0, A, 0.3 * np.expm1(A)).sum()),
    (sn.sum(sn.lgamma(sn.exp(x))), lambda A, x, b, t: special.gammaln(np.exp(x)).sum()),
    (sn.digamma(t) * sn.lgamma(1 + t), lambda A, x, b, t: special.psi(t) * special.gammaln(1 + t)),
    (sn.sum(sn.logcosh(A @ x - b)), lambda A, x, b, t: np.log(np.cosh(A @ x - b)).sum()),
]  # fmt: skip


@pytest.mark.parametrize(("f", "numpy"), CASES, ids=lambda c: str(c) if isinstance(c, Node) else "")
def test_values_and_derivatives(f: Node, numpy: object) -> None:
    rng = np.random.default_rng(1)
    point = [rng.standard_normal((4, 3)), rng.standard_normal(3), rng.standard_normal(4), 0.7]
    values = dict(zip((A, x, b, t), point, strict=True))
    want = float(numpy(*point))
    assert float(evaluate([f], values, SIZES)[0]) == pytest.approx(want, rel=1e-12)
    assert sn.lambdify(f, args=(A, x, b, t))(*point) == pytest.approx(want, rel=1e-12)
    for v in f.free:
        V = rng.standard_normal(np.shape(values[v]))
        h = 1e-5

        def at(s: float, v: Node = v, V: object = V) -> float:
            return float(numpy(*(values[u] + s * V if u is v else values[u] for u in (A, x, b, t))))

        slope = (8 * (at(h) - at(-h)) - at(2 * h) + at(-2 * h)) / (12 * h)
        assert np.sum(evaluate([sn.gradient(f, v)], values, SIZES)[0] * V) == pytest.approx(slope, rel=1e-8)


def test_compiled_code_neither_cancels_nor_overflows() -> None:
    tiny = np.array([1e-12, -1e-9, 3e-7])
    for f, want in ((sn.log1p, tiny), (sn.expm1, tiny), (sn.logcosh, tiny**2 / 2)):
        np.testing.assert_allclose(sn.lambdify(f(x), args=[x])(tiny), want, rtol=2e-7)
    large = np.array([1000.0, -1000.0, 30.0])
    np.testing.assert_allclose(sn.lambdify(sn.logcosh(x), args=[x])(large), np.abs(large) - math.log(2), rtol=1e-15)
    near = np.array([0.5, -3.0, 19.9])
    np.testing.assert_allclose(sn.lambdify(sn.logcosh(x), args=[x])(near), np.log(np.cosh(near)), rtol=1e-14)


def test_as_they_are_written() -> None:
    assert str(sn.gradient(sn.var(x), x)) == "2 * (x - sum(x) / n * ones(n)) / n"
    assert str(sn.hessian(sn.var(x), x)) == "2 * (eye(n) - 1/n * ones(n, n)) / n"
    assert str(sn.gradient(sn.sum(sn.logcosh(A @ x - b)), x)) == "A.T @ tanh(A @ x - b)"
    assert str(sn.gradient(sn.mean(x), x)) == "1/n * ones(n)"
    assert str(sn.hessian(sn.sum(sn.leakyrelu(x)), x)) == "zeros(n, n)"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("mean(x)", sn.mean(x)), ("var(A*x - b)", sn.var(A @ x - b)), ("std(x)", sn.std(x)), ("swish(x)", sn.silu(x)),
        ("softmin(x)", sn.softmin(x)), ("leakyrelu(x)", sn.leakyrelu(x)), ("leaky_relu(x, 0.2)", sn.leakyrelu(x, 0.2)),
        ("log1p(x)", sn.log1p(x)), ("expm1(A)", sn.expm1(A)), ("logcosh(t)", sn.logcosh(t)),
        ("erf(x)", sn.erf(x)), ("gelu(x)", sn.gelu(x)), ("elu(x, 0.3)", sn.elu(x, 0.3)), ("elu(x)", sn.elu(x)),
        ("gammaln(x)", sn.lgamma(x)), ("digamma(t)", sn.digamma(t)), (r"\operatorname{GELU}(x)", sn.gelu(x)),
        (r"\operatorname{SiLU}(x)", sn.silu(x)), (r"\operatorname{mean}(x)", sn.mean(x)),
    ],
)  # fmt: skip
def test_read_by_name(text: str, want: Node) -> None:
    assert sn.parse(text, declare="A: m x n, x: n, b: m, t: scalar") is want


def test_text_says_which_variance() -> None:
    assert "`var(x)` divides by the number N of all entries, not by N - 1" in read_text("var(x)").assumptions
    with pytest.raises(sn.ShapeError, match="needs several entries"):
        sn.parse("std(t)", declare="t: scalar")
    with pytest.raises(sn.ReadingError, match="did you mean mean?"):
        sn.parse("meann(x)")


def test_numpy_functions_of_spread() -> None:
    assert sn.from_numpy(lambda x: np.std(x), declare="x: n") is sn.std(x)
    assert sn.from_numpy(lambda x: np.var(x, ddof=1), declare="x: n") is not sn.var(x)


def test_sums_of_uniform_vectors() -> None:
    assert sn.sum(x - sn.sum(x) / x.rows * sn.ones("n")).is_scalar
    assert str(sn.sum(x - sn.mean(x) * sn.ones("n"))) == "0"
    assert sn.tr(A.T @ sn.ones("m", "n")) is sn.sum(A)
    assert sn.tr(A @ sn.ones("n", "m") @ A @ A.T) is sn.sum(A @ A.T @ A)


@pytest.mark.parametrize("name", ["erf", "lgamma", "digamma", "trigamma"])
def test_special_functions_without_scipy(name: str) -> None:
    points = np.geomspace(1e-6, 1e6, 200)
    own, scipys = getattr(numeric_special, f"_{name}"), getattr(numeric_special, name)
    np.testing.assert_allclose(own(points), scipys(points), rtol=1e-11, atol=1e-14)


def test_special_functions_from_and_to_sympy() -> None:
    for f in (sn.erf(x), sn.lgamma(x), sn.digamma(t), sn.trigamma(x), sn.gelu(x)):
        assert sn.from_sympy(sn.to_sympy(f)).key == f.key
    z = sympy.MatrixSymbol("z", 3, 1)
    assert str(sn.from_sympy(sympy.erfc(z[0, 0]))) != ""
    assert str(sn.from_numpy(lambda x: special.gammaln(x).sum() + special.psi(x).sum(), declare="x: n")) == (
        "sum(lgamma(x)) + sum(digamma(x))"
    )


def test_values_at_numbers_stay_exact() -> None:
    assert str(sn.lgamma(2)) == "0"
    assert str(sn.lgamma(5)) == "lgamma(5)"
    assert str(sn.erf(0)) == "0"
    assert str(sn.erf(-x)) == "-erf(x)"


def test_elu_has_a_kink_unless_alpha_is_one() -> None:
    assert sn.derive(sn.sum(sn.elu(x)), x).assumptions == ("Holds for every x.",)
    assert "no entry of x is zero" in str(sn.derive(sn.sum(sn.elu(x, 2)), x).assumptions)
    with pytest.raises(sn.NoRule, match="no rule for the differential of trigamma"):
        sn.gradient(sn.sum(sn.trigamma(x)), x)
