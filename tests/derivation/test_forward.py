"""Jacobians and Hessians: every line against numbers, the style of the pages, and planted faults that are found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy

import symnorm as sn
from symnorm.derivation.step import Derivation
from symnorm.language.build import negate, transpose

from .examples import DETAILS, HESSIANS, JACOBIANS, derived
from .test_pages import NEVER
from .test_readback import check_page

CASES = [(*case, 1) for case in JACOBIANS] + [(*case, 2) for case in HESSIANS]


def named(case: tuple[str, str, str, int]) -> str:
    return f"{case[0][:40]} by {case[2]}, order {case[3]}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_every_line(case: tuple[str, str, str, int]) -> None:
    for detail in DETAILS:
        report = derived(*case).check(points=1, detail=detail)
        assert report.passed, str(report)
        assert report.worst is not None


@pytest.mark.parametrize("case", CASES, ids=named)
def test_style(case: tuple[str, str, str, int]) -> None:
    for detail in DETAILS:
        derivation = derived(*case)
        page = derivation.latex(detail)
        assert page.startswith("Let $")
        assert "Holds" in page
        assert page.rstrip().endswith(".")
        assert not [token for token in NEVER if token in page]
        rows = [line.right for line in derivation.lines(detail)]
        assert rows
        assert all(a is not b for a, b in zip(rows, rows[1:], strict=False)), "a line repeats the line above"
        assert all(line.reason for line in derivation.lines(detail))
    assert len(derivation.lines("brief")) <= 3


@pytest.mark.parametrize("case", CASES, ids=named)
def test_reads_back(case: tuple[str, str, str, int]) -> None:
    check_page(derived(*case), "normal")


@pytest.mark.parametrize("case", CASES, ids=named)
def test_steps_follow(case: tuple[str, str, str, int]) -> None:
    """The result is that of jacobian or hessian; each step starts where the one before ended."""
    derivation = derived(*case)
    call = sn.hessian if case[3] == 2 else sn.jacobian
    assert str(derivation.result) == str(call(derivation.function, derivation.variable))
    for first, second in zip(derivation.steps, derivation.steps[1:], strict=False):
        assert second.line.left is not None or first.after is second.before


FAULTY = [CASES[1], CASES[3], CASES[11], CASES[14], (*HESSIANS[12], 2), (*HESSIANS[9], 2)]


@pytest.mark.parametrize("case", FAULTY, ids=named)
def test_planted_sign(case: tuple[str, str, str, int]) -> None:
    good = derived(*case)
    for place in range(len(good.lines())):
        bad = Derivation(good.function, good.variable, good.base, good.kind)
        narrator = bad.narration()
        narrator.lines[place] = replace(narrator.lines[place], right=negate(narrator.lines[place].right))
        report = bad.check(points=1)
        assert not report.passed
        assert report.failing == place


@pytest.mark.parametrize("case", [("A*x", "A: n x n, x: n", "x"), ("tanh(W*x)", "W: n x n, x: n", "x")])
def test_transposed_result(case: tuple[str, str, str]) -> None:
    good = derived(*case)
    report = Derivation(good.function, good.variable, transpose(good.base), "jacobian").check()
    assert str(report).startswith("the result is wrong")


def test_wrong_tensor() -> None:
    good = derived("inv(X)", "X: n x n", "X")
    wrong: Any = sn.jacobian(sn.parse("inv(X)'", declare="X: n x n"), "X")
    report = Derivation(good.function, good.variable, wrong, "jacobian").check(points=1)
    assert str(report).startswith("the result is wrong")


def test_several_variables() -> None:
    W, x = sn.variables("W: m x n, x: n")
    by_W, by_x = sn.derive(sn.tanh(W @ x), wrt=(W, x))
    assert (by_W.variable, by_x.variable) == (W, x)
    assert by_W.check(points=1).passed
    assert by_x.check(points=1).passed


def test_text() -> None:
    page = derived("tanh(W*x+b)", "W: m x n, x: n, b: m", "x").text()
    assert page.splitlines()[-3:] == [
        "jac f(x) = diag(vector(1) - h.^2)*W    from df = jac f(x) dx",
        "",
        "Holds for every x. The Jacobian is m x n, a row for each entry of f.",
    ]


def test_symmetric_variable() -> None:
    """X' = X is used on the page, and not before the second derivative is taken."""
    derivation = derived("tr(S*S)", "S: n x n symmetric", "S", 2)
    assert [sn.to_text(line.right) for line in derivation.lines()] == ["2*dS'", "2*commutation(n, n)*vec(dS)"]
    assert derivation.check(points=1).passed
    assert str(derivation.to_layout("vec").result) == "2 * commutation(n, n)"


HIGHER = [
    ("sin(t)^3", "t: scalar", "t", 3),
    ("exp(a*t)", "t: scalar, a: scalar", "t", 4),
    ("logdet(t*A+B)", "A: n x n, B: n x n, t: scalar", "t", 3),
    ("logsumexp(B*x)", "B: m x n, x: n", "x", 3),
    ("norm2(x)", "x: n", "x", 3),
    ("x'*A*x", "A: n x n, x: n", "x", 3),
    ("sum(x.^4)", "x: n", "x", 4),
    ("logdet(X)", "X: n x n", "X", 3),
    ("tr(S*S*S)", "S: n x n symmetric", "S", 3),
]


@pytest.mark.parametrize("case", HIGHER, ids=named)
def test_higher_orders(case: tuple[str, str, str, int]) -> None:
    derivation = derived(*case)
    for detail in DETAILS:
        assert derivation.check(points=1, detail=detail).passed
        assert "Holds" in derivation.latex(detail)
    assert bool(derivation.steps) == (case[2] == "t" or (case[2] == "x" and case[3] == 3))


def test_wrong_third_derivative() -> None:
    good = derived(*HIGHER[7])
    wrong = derived("2*logdet(X)", "X: n x n", "X", 3).base
    assert not Derivation(good.function, good.variable, wrong, "higher", order=3).check(points=1)


def test_second_derivative_of_a_vector() -> None:
    A, x = sn.variables("A: m x n, x: n")
    with pytest.raises(sn.ShapeError, match="derive its Jacobian"):
        sn.derive(A @ x, x, order=2)


def test_sympy_in_sympy_out() -> None:
    n = sympy.Symbol("n", integer=True, positive=True)
    M, v = sympy.MatrixSymbol("M", n, n), sympy.MatrixSymbol("v", n, 1)
    assert sn.derive(M * v, v).result == M
    assert sn.derive(v.T * M * v, v, order=2).result == M + M.T
    assert sn.derive(M * v, v, layout="denominator").result == M.T
    assert sn.derive(M * v, v).check(points=1).passed


def test_short_form() -> None:
    derivation = derived("A*x", "A: m x n, x: n", "x")
    assert repr(derivation) == "<jacobian of A @ x by x: A>"
    assert sn.latex(derivation) == derivation.latex()
    assert sn.to_text(derivation) == derivation.text()


def test_deep_network() -> None:
    """One factor for each layer: nothing is multiplied out."""
    W, x = sn.variables("W: n x n, x: n")
    h = x
    for _ in range(12):
        h = h + sn.tanh(W @ h)
    derivation = sn.derive(h, x)
    *_, last = derivation.lines()
    assert len(last.right.args) == 13
    assert len(derivation.text()) < 20_000
    assert len(derivation.lines()) <= 12


def test_layers_collect() -> None:
    assert "jac f(X) = kron(a', diag(p) - p*p')" in derived("softmax(X*a)", "X: m x n, a: n", "X").text()
