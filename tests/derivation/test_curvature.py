"""The Hessian, from dg to H dx: the page of logistic regression letter for letter, and every line of others checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import symnorm as sn
from symnorm.derivation.narrate import curvature

GOLDEN = Path(__file__).parent.parent / "goldens" / "derivations" / "hessian" / "logistic-regression.tex"
LOGISTIC = ("sum(log(vector(1)+exp(X*w)))-y'*(X*w)", "X: m x n, w: n, y: m", "w")
FUNCTIONS = [
    LOGISTIC,
    ("x'*A*x", "A: n x n, x: n", "x"),
    ("norm2(x)", "x: n", "x"),
    ("norm2(A*x-b)", "A: m x n, x: n, b: m", "x"),
    ("logsumexp(A*x)", "A: m x n, x: n", "x"),
    ("x'*A*x/(x'*x)", "A: n x n symmetric, x: n", "x"),
    ("x'*y/(norm2(x)*norm2(y))", "x: n, y: n", "x"),
    ("norm2(A*x-b)/norm2(x)", "A: m x n, x: n, b: m", "x"),
    ("3*y'*x/(1+x'*A*x)", "A: n x n spd, x: n, y: n", "x"),
    ("sum(tanh(A*x))", "A: m x n, x: n", "x"),
    ("v'*tanh(W*tanh(V*x))", "v: m, W: m x k, V: k x n, x: n", "x"),
    ("exp(a'*x)", "a: n, x: n", "x"),
    ("log(1+x'*x)", "x: n", "x"),
    ("(a'*x)*(x'*A*x)", "a: n, A: n x n, x: n", "x"),
    ("sqrt(1+x'*A*x)", "A: n x n spd, x: n", "x"),
    ("a'*exp(-x.^2)", "a: n, x: n", "x"),
]


def derived(expression: str, declare: str, wrt: str) -> Any:
    f = sn.parse(expression, declare=declare)
    variable = next(v for v in f.free if v.name == wrt)
    return curvature(f, variable, sn.hessian(f, variable))


def test_page() -> None:
    assert derived(*LOGISTIC).latex() + "\n" == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", FUNCTIONS, ids=lambda c: c[0])
def test_every_line(case: tuple[str, str, str]) -> None:
    for detail in ("brief", "normal", "full"):
        report = derived(*case).check(points=1, detail=detail)
        assert report.passed, str(report)


def test_a_quotient_is_not_multiplied_out() -> None:
    """dg = (dN - dbeta g)/beta, and d rho = <g, dx> where rho is f itself."""
    page = derived("x'*A*x/(x'*B*x)", "A: n x n symmetric, B: n x n spd, x: n", "x").text()
    assert "hess f(x) = 2*(A - B*x*g' - rho*B - g*x'*B)/beta" in page
    assert "drho = g'*dx" in page
    assert "Holds where x'*B*x != 0; uses" in page
