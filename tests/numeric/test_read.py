"""One call for whatever an expression is written in."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symnorm as sn

DECLARE = "A: m x n, x: n, b: m"
A, x, b = sn.variables(DECLARE)
n = sp.Symbol("n")
m = sp.Symbol("m")


def test_every_way_in_gives_one_expression() -> None:
    f = sn.norm2(A @ x - b) ** 2
    As, xs, bs = sp.MatrixSymbol("A", m, n), sp.MatrixSymbol("x", n, 1), sp.MatrixSymbol("b", m, 1)
    sources = ["norm2(A*x - b)^2", r"\|Ax-b\|_2^2", sp.sqrt(((As * xs - bs).T * (As * xs - bs))[0, 0]) ** 2,
               lambda A, x, b: np.linalg.norm(A @ x - b) ** 2, f]
    for source in sources[:2] + sources[3:]:
        assert sn.read(source, DECLARE) is f
    assert str(sn.read(sources[2])) == "(A @ x - b).T @ (A @ x - b)"


def test_a_declaration_adds_properties() -> None:
    S = sp.MatrixSymbol("S", n, n)
    xs = sp.MatrixSymbol("x", n, 1)
    assert str(sn.gradient(sn.read(xs.T * S * xs, "S: n x n symmetric"), "x")) == "2 * S @ x"
    assert sn.read(x.T @ x, "x: n positive").args[1].properties == {"positive"}
    with pytest.raises(sn.Misuse, match="x is declared as m x 1"):
        sn.read(x.T @ x, "x: m")


def test_numbers_and_refusals() -> None:
    assert str(sn.read(2.5)) == "2.5"
    with pytest.raises(sn.Misuse, match="an expression was expected, got bytes"):
        sn.read(b"x")
    with pytest.raises(sn.ReadingError):
        sn.read("__import__('os').system('x')")
