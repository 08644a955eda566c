"""The ten functions of benchmarks/evaluate.py: against code by hand, at a thousand rows, and where exp overflows."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnorm as sn
from benchmarks import evaluate
from benchmarks.functions import CASES
from benchmarks.systems import flat
from symnorm.numeric.compile import variables_of
from symnorm.numeric.interpret import evaluate as evaluate_nodes

GROWN = {"logreg": "w", "net": "W", "smce": "W", "lsq": "x", "l1": "x", "quad": "x", "matfac": "U", "logdet": "X"}
"""The argument that is scaled to 1000 and beyond."""


def compiled(name: str, kind: str, n: int, grow: float = 1.0) -> tuple[Callable[..., Any], tuple[Any, ...], Any]:
    """Our function, its arguments, and the direction."""
    case, rng = CASES[name], np.random.default_rng(1)
    data = case.data(rng, *case.sizes(kind, n))
    way = rng.normal(size=np.shape(data[case.wrt[0]]))
    if grow != 1.0:
        data[GROWN[name]] = grow * data[GROWN[name]]
    return *evaluate.compiled_for(case, kind, data, way), way


@pytest.mark.parametrize("kind", ["gradient", "hessian", "hvp"])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("n", [3, 10, 40, 100])
def test_as_by_hand(name: str, kind: str, n: int) -> None:
    if kind == "hessian" and n not in CASES[name].small and CASES[name].small:
        pytest.skip("the sizes of its Hessian are others")
    if kind == "hvp" and name in evaluate.NO_PRODUCT:
        pytest.skip("its Hessian is no matrix of that size")
    ours, arguments, way = compiled(name, kind, n)
    hand = evaluate.hand_of(name, kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found, want = flat(ours(*arguments)), flat(hand(*arguments))
    np.testing.assert_allclose(found, want, rtol=1e-8, atol=1e-9 * np.max(np.abs(want), initial=1.0))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gradient", "hessian"])
@pytest.mark.parametrize("name", CASES)
def test_finite_at_a_thousand(name: str, kind: str) -> None:
    """Gradients of matrices of a thousand rows, Hessians by vectors of a thousand entries, or of 400 by a matrix."""
    ours, arguments, _ = compiled(name, kind, 400 if kind == "hessian" and CASES[name].small else 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.all(np.isfinite(flat(ours(*arguments))))


@pytest.mark.parametrize("scale", [1e3, -1e3, 1e5])
@pytest.mark.parametrize("kind", ["gradient", "hessian", "hvp"])
@pytest.mark.parametrize("name", GROWN)
def test_finite_for_large_arguments(name: str, kind: str, scale: float) -> None:
    if kind == "hvp" and name in evaluate.NO_PRODUCT:
        pytest.skip("its Hessian is zero")
    ours, arguments, _ = compiled(name, kind, 10, scale)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.all(np.isfinite(flat(ours(*arguments))))


SOFT = [
    ("sum(log(exp(X*W)*vector(1)))", "X: m x n, W: n x k"), ("sum(log(exp(W'*X')'*vector(1)))", "X: m x n, W: n x k"),
    ("sum(log(vector(1)'*exp(W'*X')))", "X: m x n, W: n x k"), ("log(sum(exp(W'*X')))", "X: m x n, W: n x k"),
    ("tr(Y'*(exp(X*W)./(exp(X*W)*vector(1)*vector(1)')))", "X: m x n, W: n x k, Y: m x k"),
    ("sum(log(exp(W)*vector(1)))", "W: n x n symmetric"),
]


@pytest.mark.parametrize("kind", [sn.gradient, sn.hvp])
@pytest.mark.parametrize(("text", "declare"), SOFT)
def test_quotients_of_exponentials(text: str, declare: str, kind: Any) -> None:
    """As the interpreter has it where exp is finite, and finite beyond, whichever axis is summed."""
    f = sn.parse(text, declare=declare)
    W = next(v for v in f.free if v.name == "W")
    way = sn.variables(f"way: {W.rows} x {W.cols}")
    e = kind(f, W) if kind is sn.gradient else kind(f, W, way)
    sizes, rng = {"m": 6, "n": 5, "k": 4}, np.random.default_rng(0)
    values = {v: rng.normal(size=[sizes[str(s)] for s in v.shape]) for v in variables_of([e])}
    values[W] = values[W] + values[W].T if "symmetric" in W.facts else values[W]
    compiled = sn.lambdify(e, list(values))
    for scale in (1.0, 20.0, 1e3, -1e3):
        values[W] = scale * values[W] / np.max(np.abs(values[W]))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = compiled(*values.values())
        assert np.all(np.isfinite(found))
        if scale <= 20.0 and scale > 0:
            np.testing.assert_allclose(found, evaluate_nodes([e], values, sizes)[0], rtol=1e-9, atol=1e-12)
