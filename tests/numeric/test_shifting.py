"""Softmax as a quotient of exponentials, finite at entries of a thousand and more, and right."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest

import symnorm as sn
from benchmarks.functions import CASES as BENCHMARKS
from symnorm.numeric.compile import lambdify

ROWS, COLUMNS = "./(exp(Z)*vector(1)*vector(1)')", "./(vector(1)*vector(1)'*exp(Z))"
CASES = [
    (f"a'*(exp(Z){ROWS})*b", "Z: m x k, a: m, b: k", "Z"), (f"a'*(exp(Z){COLUMNS})*b", "Z: m x k, a: m, b: k", "Z"),
    (f"sum(C.*(exp(Z){ROWS}))", "Z: m x k, C: m x k", "Z"), (f"norm2(C - exp(Z){ROWS})^2", "Z: m x k, C: m x k", "Z"),
    (f"norm2(C - exp(Z){COLUMNS})^2", "Z: m x k, C: m x k", "Z"),
    (f"sum((exp(Z){ROWS}).^3)", "Z: m x k", "Z"),
    (f"a'*(exp(X*W){ROWS.replace('Z', 'X*W')})*b", "X: m x n, W: n x k, a: m, b: k", "W"),
    (f"norm2(C - exp(X*W){ROWS.replace('Z', 'X*W')})^2", "X: m x n, W: n x k, C: m x k", "X"),
    ("(b'*exp(x)/sum(exp(x)))^2", "b: n, x: n", "x"), ("b'*exp(x)*(c'*exp(x))/sum(exp(x))^2", "b: n, c: n, x: n", "x"),
    ("(b'*exp(x)/sum(exp(x)))^3", "b: n, x: n", "x"),
]
FELT = [
    (f"sum(exp(Z).*exp(Z){ROWS})", "Z: m x k", "Z"), (f"a'*(exp(2*Z){ROWS})*b", "Z: m x k, a: m, b: k", "Z"),
    ("(b'*exp(x))^2/sum(exp(x))", "b: n, x: n", "x"), ("(b'*exp(x))^3/sum(exp(x))^2", "b: n, x: n", "x"),
    (f"tr(C'*exp(Z)'*(exp(Z){ROWS}))", "Z: m x k, C: k x k", "Z"),
]
"""These change where the exponents are shifted."""
SIZE = {"m": 5, "n": 4, "k": 3}


def compiled(text: str, declare: str, wrt: str, kind: str) -> tuple[Any, list[Any], Any]:
    f = sn.parse(text, declare=declare)
    order = sorted(f.free, key=lambda v: v.name)
    x = next(v for v in order if v.name == wrt)
    result = {"value": f, "gradient": sn.gradient(f, x), "hessian": sn.hessian(f, x)}[kind]
    return lambdify(result, order), order, x


def values(order: list[Any], grown: Any, scale: float) -> list[Any]:
    rng = np.random.default_rng(1)
    return [(scale if v is grown else 1.0) * rng.normal(size=tuple(SIZE[str(s)] for s in v.shape)) for v in order]


@pytest.mark.parametrize(("text", "declare", "wrt"), CASES, ids=[c[0] for c in CASES])
@pytest.mark.parametrize("kind", ["gradient", "hessian"])
def test_finite(text: str, declare: str, wrt: str, kind: str) -> None:
    f, order, x = compiled(text, declare, wrt, kind)
    for scale in (1e3, -1e3, 1e5):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert np.all(np.isfinite(f(*values(order, x, scale))))


@pytest.mark.parametrize(("text", "declare", "wrt"), [*CASES, *FELT], ids=[c[0] for c in [*CASES, *FELT]])
@pytest.mark.parametrize("kind", ["gradient", "hessian"])
def test_as_differences(text: str, declare: str, wrt: str, kind: str) -> None:
    """Central differences of the value, or of the gradient."""
    f, order, x = compiled(text, declare, wrt, kind)
    base = compiled(text, declare, wrt, "gradient" if kind == "hessian" else "value")[0]
    point = values(order, x, 1.0)
    at, found = order.index(x), f(*values(order, x, 1.0))
    for index in itertools.product(*map(range, point[at].shape)):
        step = np.zeros(point[at].shape)
        step[index] = 1e-5
        both = [base(*(p + s * step if i == at else p for i, p in enumerate(point))) for s in (1, -1)]
        np.testing.assert_allclose(np.asarray(found)[(..., *index)], (both[0] - both[1]) / 2e-5, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("text", "declare", "wrt"), [c for c in CASES if c[2] in "Zx"], ids=lambda c: str(c))
@pytest.mark.parametrize("kind", ["gradient", "hessian"])
def test_the_same_at_large_entries(text: str, declare: str, wrt: str, kind: str) -> None:
    f, order, x = compiled(text, declare, wrt, kind)
    point = values(order, x, 1.0)
    for constant in (800.0, -800.0):
        moved = [p + constant if v is x else p for p, v in zip(point, order, strict=True)]
        np.testing.assert_allclose(f(*moved), f(*point), rtol=1e-9, atol=1e-11)


def test_a_product_with_the_hessian_of_cross_entropy_uses_the_softmax() -> None:
    """P o (XD - (P o XD) 1 1'), the row sums of the products by one einsum; no squares of sums."""
    case = BENCHMARKS["smce"]
    f = sn.parse(case.text, declare=case.declare)
    W = next(v for v in f.free if v.name == "W")
    D = sn.variables("D: n x k")
    product = lambdify(sn.hvp(f, W, D), [next(v for v in f.free if v.name == "X"), W, D])
    product(np.ones((100, 20)), np.ones((20, 10)), np.ones((20, 10)))
    assert product.source.count("einsum") == 1 and "square" not in product.source
