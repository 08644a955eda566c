"""One derivative, four ways to write it: compared with each other in numbers, and each with its own pairing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnorm as sn
from symnorm.engine import layouts
from symnorm.engine.tensor import Tensor
from symnorm.errors import Misuse
from symnorm.numeric.interpret import evaluate
from symnorm.numeric.sampling import sample, sizes_for

from .examples import HESSIANS, JACOBIANS, derived

GRADIENTS = [
    ("(a'*x)^2", "a: n, x: n", "x"),
    ("tr(X'*X)", "X: m x n", "X"),
    ("logdet(X)", "X: n x n", "X"),
    ("exp(t)*t", "t: scalar", "t"),
]
CASES = [(*c, 1) for c in GRADIENTS] + [(*c, 1) for c in JACOBIANS] + [(*c, 2) for c in HESSIANS]


def named(case: tuple[str, str, str, int]) -> str:
    return f"{case[0][:40]} by {case[2]}, order {case[3]}"


def arrays(case: tuple[str, str, str, int]) -> tuple[dict[str, Any], Any]:
    """The derivative in each layout at one point."""
    derivation = derived(*case)
    forms = {name: derivation.to_layout(name).result for name in layouts.LAYOUTS}
    nodes = [derivation.function, derivation.variable]
    sizes = sizes_for(nodes)
    values: Any = {v: np.abs(x) if not v.properties else x
                   for v, x in sample({v for n in nodes for v in n.free}, sizes, np.random.default_rng(3)).items()}
    found = {
        name: form.dense(values, sizes=sizes) if isinstance(form, Tensor) else evaluate([form], values, sizes)[0]
        for name, form in forms.items()
    }
    return {name: np.asarray(a) for name, a in found.items()}, derivation


def stacked(array: Any, out: int) -> Any:
    """An array of shape out + in as the matrix of stacked columns."""
    rows, cols = array.shape[:out], array.shape[out:]
    moved = array.transpose(*reversed(range(out)), *reversed(range(out, array.ndim)))
    return moved.reshape(int(np.prod(rows, dtype=int)), int(np.prod(cols, dtype=int)))


@pytest.mark.parametrize("case", CASES, ids=named)
def test_against_each_other(case: tuple[str, str, str, int]) -> None:
    found, derivation = arrays(case)
    base, x = found["gradient"], derivation.variable
    if derivation.kind == "gradient":
        assert np.allclose(found["numerator"], base[None, :] if base.ndim == 1 else base.T)
        assert np.allclose(found["denominator"], base)
        assert np.allclose(np.ravel(found["vec"]), np.ravel(base, order="F"))
        return
    value = x if derivation.kind == "hessian" else derivation.function
    matrix = stacked(base, len(value.shape)) if not x.is_scalar else np.ravel(base, order="F")
    assert np.allclose(np.ravel(found["vec"]), np.ravel(matrix))
    assert np.allclose(found["denominator"], np.transpose(found["numerator"]))
    assert np.allclose(np.ravel(found["numerator"], order="F"), np.ravel(matrix, order="F"))


@pytest.mark.parametrize("case", CASES, ids=named)
def test_pairing(case: tuple[str, str, str, int]) -> None:
    """Each layout says how it is read, and read so it is the differential."""
    for name in layouts.LAYOUTS:
        derivation = derived(*case).to_layout(name)
        assert derivation.check(points=1).passed, name
        if name != "gradient":
            assert derivation.layout.startswith(f"{name.capitalize()} layout: ")
        assert f"from {derivation.to_json()['pairing']['text']}" in derivation.text()
        assert "from" in derivation.latex()


PAIRINGS = [
    (GRADIENTS[0], "gradient", "grad f(x) = 2*(a'*x)*a    from df = <grad f(x), dx>"),
    (GRADIENTS[0], "numerator", "df/dx = 2*(a'*x)*a'    from df = (df/dx) dx"),
    (GRADIENTS[0], "denominator", "df/dx = 2*(a'*x)*a    from df = (df/dx)' dx"),
    (GRADIENTS[0], "vec", "df/dx' = 2*(a'*x)*a'    from df = (df/dx') dx"),
    (GRADIENTS[1], "numerator", "df/dX = 2*X'    from df = tr((df/dX) dX)"),
    (GRADIENTS[1], "denominator", "df/dX = 2*X    from df = tr((df/dX)' dX)"),
    (GRADIENTS[1], "vec", "df/dvec(X)' = 2*vec(X)'    from df = (df/dvec(X)') vec(dX)"),
    (("A*x", "A: m x n, x: n", "x"), "gradient", "jac f(x) = A    from df = jac f(x) dx"),
    (("A*x", "A: m x n, x: n", "x"), "denominator", "df'/dx = A'    from df = (df'/dx)' dx"),
    (("A*X", "A: m x n, X: n x p", "X"), "vec",
     "dvec(F)/dvec(X)' = kron(eye(p), A)    from vec(dF) = (dvec(F)/dvec(X)') vec(dX)"),
]


@pytest.mark.parametrize(("case", "layout", "line"), PAIRINGS, ids=lambda c: str(c)[:40])
def test_as_printed(case: tuple[str, str, str], layout: str, line: str) -> None:
    assert line in derived(*case).to_layout(layout).text().splitlines()


def test_option() -> None:
    A, x = sn.variables("A: m x n, x: n")
    assert str(sn.derive(A @ sn.exp(x), x, layout="denominator").result) == "diag(exp(x)) @ A.T"
    with pytest.raises(Misuse, match="gradient, numerator, denominator, vec"):
        sn.derive(A @ x, x, layout="jacobian")


def test_planted_transpose(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layout that forgets to transpose is found by its own pairing."""
    monkeypatch.setattr(layouts, "transpose", lambda node: node)
    W, x = sn.variables("W: n x n, x: n")
    assert not sn.derive(sn.tanh(W @ x), x, layout="denominator").check(points=1).passed
    assert sn.derive(sn.tanh(W @ x), x, layout="numerator").check(points=1).passed
