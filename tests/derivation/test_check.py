"""Every line of every derivation against numbers; a planted fault is found, and the line that holds it is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symnorm.derivation.step import Derivation
from symnorm.language.build import negate

from .examples import DETAILS, EXPRESSIONS, derived


@pytest.mark.parametrize("case", EXPRESSIONS, ids=lambda c: c[0][:40])
def test_every_line(case: tuple[str, str, str]) -> None:
    for detail in DETAILS:
        report = derived(*case).check(points=1, detail=detail)
        assert report.passed, str(report)
        assert report.worst is not None
        assert report.worst <= 1e-8


def faulty(place: int) -> Derivation:
    """The least squares derivation with the sign of one line changed."""
    good = derived("1/2*norm2(A*x-b)^2", "A: m x n, x: n, b: m", "x")
    bad = Derivation(good.function, good.variable, good.result)
    narrator = bad.narration()
    narrator.lines[place] = replace(narrator.lines[place], right=negate(narrator.lines[place].right))
    return bad


@pytest.mark.parametrize("place", [0, 1, 2])
def test_planted_sign(place: int) -> None:
    report = faulty(place).check()
    assert not report.passed
    assert report.failing == place
    assert f"line {place + 1}" in str(report)


def test_wrong_result() -> None:
    good = derived("x'*A*x", "A: n x n, x: n", "x")
    report = Derivation(good.function, good.variable, negate(good.result)).check()
    assert not report
    assert report.failing == len(good.lines())
    assert str(report).startswith("the result is wrong")


def test_report_in_words() -> None:
    report = derived("norm2(x)", "x: n", "x").check(points=2, seed=3)
    assert str(report).startswith(
        "every line agrees with the directional derivative at 4 points in 2 sets of sizes (seed 3)"
    )


def test_no_point() -> None:
    report = derived("log(-exp(x'*x))", "x: n", "x").check(points=1)
    assert not report.passed
    assert report.worst is None
    assert str(report).startswith("undecided")


def test_rounding_inside_a_function_is_no_error_of_a_line() -> None:
    """cosh(z) is 1 up to rounding for small z, and log(cosh(z)) is that rounding."""
    d = derived("logcosh((y/(1 + u^2)).^3)", "y: n, u: scalar positive", "u")
    assert all(d.check(points=1, seed=seed).passed for seed in range(4))
