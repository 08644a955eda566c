"""Functions of the field in the ways that SymPy's users write them: the value and the gradient, SymPy in and out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp

import symnorm as sn
from symnorm.language.reading.sympy import from_sympy
from symnorm.numeric.interpret import evaluate
from tests.language.reading.sympy_identities import Row, identities
from tests.language.reading.sympy_values import value


class Point(dict[str, Any]):
    """Values by name, also as attributes."""

    __getattr__ = dict.__getitem__


def point(m: int = 2, n: int = 3) -> Point:
    rng = np.random.default_rng(5)
    at = Point(m=m, n=n, a=0.37, t=1.3, w=rng.uniform(0.5, 2, size=n), q=rng.normal(size=(1, n)))
    at |= {k: rng.normal(size=(n, n)) + 2 * np.eye(n) for k in "AB"} | {k: rng.normal(size=(m, n)) for k in "XCW"}
    at |= {k: rng.normal(size=n) for k in ("x", "y", "mu")} | {k: rng.normal(size=m) for k in "bc"}
    roots = {k: rng.normal(size=(s, s)) for k, s in (("S", n), ("P", n), ("M", m))}
    return Point(at | {k: r @ r.T + np.eye(len(r)) for k, r in roots.items()}, U=rng.normal(size=(n, m)))


def central_differences(reference: Any, at: Point, name: str) -> Any:
    x = np.asarray(at[name], float)
    result = np.zeros(x.shape)

    def along(place: tuple[int, ...], step: float) -> float:
        moved = x.copy()
        moved[place] += step
        return float(reference(Point(at, **{name: moved if x.ndim else float(moved)})))

    for place in np.ndindex(x.shape):
        coarse, fine = ((along(place, h) - along(place, -h)) / (2 * h) for h in (1e-3, 5e-4))
        result[place] = (4 * fine - coarse) / 3
    return result.ravel()


def check(row: Row, at: Point, sizes: dict[str, int]) -> None:
    name, variable, reference, spellings = row
    wanted = reference(at)
    slope = central_differences(reference, at, variable)
    for k, spelling in enumerate(spellings):
        expr = spelling()
        node = from_sympy(expr)
        found = evaluate([node], {v: at[v.name] for v in node.free}, sizes)[0]
        assert found == pytest.approx(wanted, rel=1e-8), (name, k)
        gradient = np.ravel(value(sn.gradient(expr, variable), at))
        assert gradient == pytest.approx(slope, rel=1e-5, abs=1e-6), (name, k)


@pytest.mark.parametrize("row", identities(*sp.symbols("m n")), ids=lambda row: row[0])
def test_symbolic_sizes(row: Row) -> None:
    check(row, point(), {"m": 2, "n": 3})


@pytest.mark.parametrize("row", identities(2, 3)[::3], ids=lambda row: row[0])
def test_known_sizes(row: Row) -> None:
    check(row, point(), {})
