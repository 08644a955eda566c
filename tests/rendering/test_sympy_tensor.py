"""Derivatives with more than two indices in SymPy's arrays."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symnorm as sn
from tests.language.reading.sympy_values import flat, value

m, n = sp.symbols("m n")
RNG = np.random.default_rng(0)
A3, X3, b3 = sp.MatrixSymbol("A", 2, 3), sp.MatrixSymbol("X", 3, 2), sp.MatrixSymbol("b", 2, 1)
FUNCTIONS: list[Any] = [A3 * X3, X3.T, X3 * b3, (X3 * A3).applyfunc(sp.tanh), X3.T * X3, (A3 * X3).I]


@pytest.mark.parametrize("f", FUNCTIONS, ids=str)
def test_known_sizes_give_an_array_of_entries(f: Any) -> None:
    found = sn.jacobian(f, X3)
    assert isinstance(found, sp.ImmutableDenseNDimArray)
    assert found.shape == (*(int(s) for s in f.shape if s != 1), 3, 2)
    env: dict[Any, Any] = {"A": RNG.normal(size=(2, 3)), "X": RNG.normal(size=(3, 2)), "b": RNG.normal(size=2)}
    h = 1e-6
    for i, j in product(range(3), range(2)):
        step = np.zeros((3, 2))
        step[i, j] = h
        up, down = (np.asarray(value(f, env | {"X": env["X"] + s * step}), float) for s in (1, -1))
        slopes = np.ravel((up - down) / (2 * h))
        column = [found[(*place, i, j)] for place in product(*map(range, found.shape[:-2]))]
        assert [flat(value(e, env)) for e in column] == pytest.approx(list(slopes), rel=1e-5, abs=1e-7)


def test_the_array_goes_on_working() -> None:
    found = sn.hessian(sp.Trace(X3.T * X3), X3)
    assert found == sn.hessian(sp.Trace(X3.T * X3), X3)
    assert found[0, 0, 0, 0] == 2
    assert found[0, 0, 1, 0] == 0


A, B, X = sp.MatrixSymbol("A", n, m), sp.MatrixSymbol("B", n, m), sp.MatrixSymbol("X", m, n)


@pytest.mark.parametrize("f", [A * X * B, X.T * X, (X * A).applyfunc(sp.tanh), X.T], ids=str)
def test_symbolic_sizes_give_array_expressions(f: Any) -> None:
    found = sn.jacobian(f, X)
    assert isinstance(found, sp.Basic)
    assert found.shape == (*f.shape, m, n)


def test_too_many_entries_are_refused() -> None:
    X = sp.MatrixSymbol("X", 20, 20)
    with pytest.raises(sn.TooLarge, match="too many entries"):
        sn.jacobian(X * X, X)


x, b = sp.MatrixSymbol("x", m, 1), sp.MatrixSymbol("b", n, 1)
AGAIN = [X * b, X * X.T * x, X * sp.DiagMatrix(b) * X.T, (X * b).applyfunc(sp.exp), x.T * X, X * sp.OneMatrix(n, 1),
         sp.OneMatrix(1, m) * X, (X * A).applyfunc(sp.exp) * sp.OneMatrix(m, 1), X.T * X]


@pytest.mark.parametrize("f", AGAIN, ids=str)
def test_array_expressions_survive_sizes_numbers_and_doit(f: Any) -> None:
    """The array of symbolic size, given sizes and numbers, is the one of known sizes; before and after doit."""
    sizes = {m: 2, n: 3}
    numbers = {s.subs(sizes): sp.Matrix(*s.subs(sizes).shape, lambda i, j: i - 2 * j + 3) for s in (A, X, b, x)}
    found = sn.jacobian(f, X)
    wanted = sn.jacobian(f.subs(sizes), X.subs(sizes)).applyfunc(lambda e: e.doit().subs(numbers).doit())
    plain = found.subs(sizes)
    for form in (plain.as_explicit().subs(numbers), plain.subs(numbers).doit().as_explicit()):
        assert form.shape == plain.shape
        assert [sp.sympify(e).doit() for e in sp.flatten(form)] == list(sp.flatten(wanted))


def test_a_letter_that_stands_three_times_is_contracted() -> None:
    f = sp.OneMatrix(1, m) * (X * A).applyfunc(sp.exp) * sp.OneMatrix(m, 1)
    assert sn.hessian(f, X).shape == (m, n, m, n)
