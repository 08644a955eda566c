"""The matrix of a linear form, factor by factor, against the form itself in numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnorm as sn
from symnorm.derivation.display import differential, inner
from symnorm.derivation.signs import spread_signs
from symnorm.engine.stacking import stacked_factor
from symnorm.language.build import diag, diagonal, hadamard, kron, mul, subtract, sum_all, trace, vec
from symnorm.language.node import Node
from symnorm.numeric.interpret import evaluate
from symnorm.numeric.sampling import sample
from symnorm.shapes import size_symbol

A, B, H, X, u, t = sn.variables("A: p x m, B: n x q, H: m x n, X: m x n, u: n, t: scalar")
D = differential(X)
SIZES = {size_symbol(name): count for name, count in {"m": 2, "n": 3, "p": 4, "q": 5}.items()}
FORMS = {
    "dX": D,
    "dX'": D.T,
    "A dX B": A @ D @ B,
    "B' dX' A'": B.T @ D.T @ A.T,
    "A (H o dX)": A @ hadamard(H, D),
    "(H o dX)' H": hadamard(H, D).T @ H,
    "t dX": mul(t, D),
    "tr(H'dX) H": mul(trace(H.T @ D), H),
    "tr of a Hadamard product": trace(hadamard(H, D) @ H.T),
    "<H, dX>": inner(H, D),
    "sum": sum_all(hadamard(H, D)),
    "sum of terms": D + mul(trace(H.T @ D), H),
    "dX u": D @ u,
    "u' dX'": u.T @ D.T,
    "vec": vec(A @ D),
    "diag(dX u)": diag(D @ u),
    "diag of dX' H": diagonal(D.T @ H),
    "dX (x) A": kron(D, A),
    "A (x) dX'": kron(A, D.T),
    "A (x) (u' dX')": kron(A, u.T @ D.T),
    "(dX u) (x) A": kron(D @ u, A),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_laws(form: Node) -> None:
    factor = stacked_factor(form)
    assert factor is not None
    rng = np.random.default_rng(5)
    values: dict[Any, Any] = dict(sample({A, B, H, X, u, t}, SIZES, rng))
    values[D] = rng.standard_normal((2, 3))
    value, matrix = evaluate([form, factor], values, SIZES)
    got = np.atleast_2d(matrix) @ np.ravel(values[D], order="F")
    assert np.allclose(got, np.ravel(value, order="F"))


def test_signs() -> None:
    assert sn.to_text(spread_signs(subtract(D, D @ u @ u.T + H))) == "dX - dX*u*u' - H"
    assert sn.to_text(spread_signs(mul(-2, -D - D @ u @ u.T))) == "2*(dX + dX*u*u')"
