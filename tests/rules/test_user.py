"""An operation of one's own, in one declaration: derived, printed, read, checked."""

from __future__ import annotations

import pytest

import symnorm as sn


@pytest.fixture(scope="module")
def half() -> object:
    return sn.rule(
        "halfsquare", value=lambda x: 0.5 * (x * x).sum(), differential=lambda x, dx: sn.dot(x, dx), latex="h({0})"
    )


def test_derived_and_checked(half: object) -> None:
    A, x, b = sn.variables("A: m x n, x: n, b: m")
    d = sn.derive(half(A @ x - b), x)
    assert str(d.result) == "A.T @ (A @ x - b)"
    assert d.check().passed
    assert "halfsquare" in d.text()


def test_read_and_written(half: object) -> None:
    f = sn.parse("halfsquare(A*x) + 1", declare="A: m x n, x: n")
    assert sn.to_text(f) == "halfsquare(A*x) + 1"
    assert "h(Ax)" in sn.latex(f)


def test_a_second_rule_is_refused(half: object) -> None:
    with pytest.raises(sn.Misuse, match="halfsquare already"):
        sn.rule("halfsquare", value=lambda x: x, differential=lambda x, dx: dx)
    with pytest.raises(sn.Misuse, match="norm1 already"):
        sn.rule("norm1", value=lambda x: x, differential=lambda x, dx: dx)
