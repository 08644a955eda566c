"""Random SymPy expressions: what is read has the value of what was written, also where SymPy writes entries out."""

from __future__ import annotations

import random
from typing import Any

import pytest
import sympy as sp
from sympy import Abs, DiagMatrix, HadamardProduct, Identity, MatrixSymbol, Max, OneMatrix, Sum, Trace
from sympy.matrices.expressions.dotproduct import DotProduct

from symnorm.language.reading.sympy import from_sympy
from tests.language.reading.sympy_values import flat, value
from tests.language.reading.test_sympy import SIZES, number, point

FUNCTIONS = [sp.exp, sp.sin, sp.tanh, Abs, lambda t: t**2, lambda t: 1 / (1 + sp.exp(-t)), lambda t: Max(0, t)]


class Author:
    """Writes expressions of given sizes, seeded."""

    def __init__(self, m: Any, n: Any, seed: int) -> None:
        self.m, self.n, self.pick = m, n, random.Random(seed)
        shapes = {"A": (n, n), "B": (n, n), "C": (m, n), "X": (m, n), "x": (n, 1), "y": (n, 1), "b": (m, 1)}
        self.symbols = [MatrixSymbol(name, *shape) for name, shape in shapes.items()]

    def leaf(self, rows: Any, cols: Any) -> Any:
        fitting = [s for s in self.symbols if s.shape == (rows, cols)]
        fitting += [s.T for s in self.symbols if s.shape == (cols, rows)]
        if rows == cols:
            fitting.append(Identity(rows))
        return self.pick.choice(fitting or [OneMatrix(rows, cols)])

    def matrix(self, rows: Any, cols: Any, depth: int) -> Any:
        kind = self.pick.randrange(7) if depth else 6
        if kind <= 1:
            inner = self.pick.choice([self.m, self.n])
            return self.matrix(rows, inner, depth - 1) * self.matrix(inner, cols, depth - 1)
        if kind == 2:
            return self.matrix(rows, cols, depth - 1) - 2 * self.matrix(rows, cols, depth - 1)
        if kind == 3:
            return HadamardProduct(self.matrix(rows, cols, depth - 1), self.matrix(rows, cols, depth - 1))
        if kind == 4:
            return self.matrix(rows, cols, depth - 1).applyfunc(self.pick.choice(FUNCTIONS))
        if kind == 5 and rows == cols:
            return DiagMatrix(self.matrix(rows, 1, depth - 1))
        return self.leaf(rows, cols)

    def scalar(self, depth: int) -> Any:
        size, i = self.pick.choice([self.m, self.n]), sp.Symbol("i")
        u, v = self.matrix(size, 1, depth), self.matrix(size, 1, depth)
        kind = self.pick.randrange(6)
        if kind == 0:
            return (u.T * v)[0, 0]
        if kind == 1:
            return DotProduct(u, v).doit()
        if kind == 2:
            return Trace(self.matrix(self.n, self.n, depth))
        if kind == 3:
            return Sum(self.pick.choice(FUNCTIONS)(u[i, 0]), (i, 0, size - 1))
        if kind == 4:
            return sp.sin(self.scalar(depth - 1)) * self.scalar(1) if depth else Trace(u * v.T)
        return self.scalar(1) / (1 + self.scalar(1) ** 2)


@pytest.mark.parametrize("kind", SIZES)
@pytest.mark.parametrize("seed", range(40))
def test_random_expression(kind: str, seed: int) -> None:
    expr = Author(*SIZES[kind], seed).scalar(2)
    values = point(seed)
    wanted = flat(value(expr, values))
    assert number(from_sympy(expr), values) == pytest.approx(wanted, rel=1e-8, abs=1e-9)
