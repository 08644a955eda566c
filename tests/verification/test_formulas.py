"""Claims as formulas, functions read as formulas: how they are decided, and where the slip is."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy

import symnorm as sn
from symnorm.verification.exact import compare

LSQ = ("norm2(A*x - b)^2/2", "x", "A: m x n, x: n, b: m")
ONE = ("norm1(x - A*x)", "x", "A: n x n, x: n")
QUAD = ("x'*A*x", "x", "A: n x n, x: n")
NET = ("sum(tanh(A*x))", "x", "A: m x n, x: n")

PROJECTED = ("norm2(y - X*pinv(X)*y)^2", "y", "X: m x n, y: m")

VERDICTS = [
    (PROJECTED, "2*(y - X*pinv(X)*y)", "right", "numeric", None),
    (PROJECTED, "y - X*pinv(X)*y", "wrong", "numeric", "factor"),
    (LSQ, "A'*(A*x - b)", "right", "identical", None),
    (LSQ, "A'*A*x - A'*b", "right", None, None),
    (LSQ, r"A^\top(Ax-b)", "right", "identical", None),
    (LSQ, "2*A'*(A*x - b)", "wrong", "exact", "factor"),
    (LSQ, "A'*(A*x + b)", "wrong", "exact", "sign"),
    (LSQ, "A'*A*x", "wrong", "exact", "missing-term"),
    (LSQ, "(A*x - b)'*A", "wrong", "contract", "layout"),
    (ONE, "A'*sign(x - A*x) - sign(x - A*x)", "wrong", "numeric", "sign"),
    (ONE, "sign(x - A*x) - A*sign(x - A*x)", "wrong", "numeric", "transpose"),
    (ONE, "(eye - A)'*sign(x)", "wrong", "numeric", "argument"),
    (QUAD, "2*A*x", "wrong", "exact", "symmetrise"),
    (QUAD, "(A + A')*x", "right", "identical", None),
    (NET, "A'*vector(1)", "wrong", "numeric", "chain-factor"),
    (NET, "A'*(vector(1) - tanh(A*x).^2)", "right", "identical", None),
    (("logdet(X)", "X", "X: n x n"), "inv(X)", "wrong", "numeric", "transposed-result"),
    (("logsumexp(A*x)", "x", "A: m x n, x: n"), "A'*exp(A*x)/sum(exp(A*x))", "right", None, None),
    (QUAD, "A + A'", "right", "identical", None),
    (QUAD, "2*A + 2*A'", "wrong", "numeric", "factor"),
]


@pytest.mark.parametrize(
    ("problem", "claim", "status", "decided", "slip"), VERDICTS, ids=[f"{v[0][0]} | {v[1]}" for v in VERDICTS]
)
def test_formula_claims(
    problem: tuple[str, str, str], claim: str, status: str, decided: str | None, slip: str | None
) -> None:
    verdict = sn.verify(problem[0], claim, wrt=problem[1], declare=problem[2])
    assert (verdict.status, verdict.slip) == (status, slip), verdict.explain()
    assert decided is None or verdict.decided_by == decided
    assert bool(verdict) == (status == "right")


def test_sympy_claims() -> None:
    n = sympy.Symbol("n", integer=True, positive=True)
    X, y = sympy.MatrixSymbol("X", n, n), sympy.MatrixSymbol("y", n, 1)
    assert sn.verify(y.T * X * y, (X + X.T) * y, wrt="y")
    assert sn.verify(sympy.log(sympy.Determinant(X)), X.I, wrt="X").slip == "transposed-result"


A0, b0 = np.arange(12.0).reshape(4, 3) / 7 - 0.8, np.ones(4)


def least_squares(x: np.ndarray) -> float:
    return float(np.linalg.norm(A0 @ x - b0) ** 2) if isinstance(x, np.ndarray) else np.linalg.norm(A0 @ x - b0) ** 2


SLIPS = [
    (lambda x: 2 * A0.T @ (A0 @ x - b0), None),
    (lambda x: A0.T @ (A0 @ x - b0), "factor"),
    (lambda x: 2 * A0.T @ (A0 @ x + b0), "sign"),
    (lambda x: 2 * A0.T @ (A0 @ x), "missing-term"),
]


@pytest.mark.parametrize(("claim", "slip"), SLIPS, ids=[str(s) for _, s in SLIPS])
def test_functions_are_read_for_the_slip(claim: object, slip: str | None) -> None:
    verdict = sn.verify(least_squares, claim, at=np.array([0.3, -1.2, 0.7]))
    assert verdict.status == ("wrong" if slip else "right"), verdict.explain()
    assert verdict.slip == slip


def test_the_exact_mode_sees_one_part_in_a_thousand_million() -> None:
    X, B, C = sn.variables("X: n x n, B: n x n, C: n x n")
    f = sn.tr(B @ X @ C @ sn.inv(X))
    gradient = sn.gradient(f, X)
    right = compare(f, gradient, X)
    assert right.agrees
    assert right.bound <= 1e-12
    wrong = compare(f, gradient * Fraction(10**9 + 1, 10**9), X)
    assert wrong.decides
    assert not wrong.agrees


def test_misuse_names_what_is_missing() -> None:
    with pytest.raises(sn.Misuse, match="wrt="):
        sn.verify("norm2(A*x - b)", "A", declare="A: m x n, x: n, b: m")


def test_the_line_of_the_slip_is_shown_in_the_derivation() -> None:
    verdict = sn.verify("x'*A*x", "2*A*x", wrt="x")
    assert verdict.explain().splitlines()[2:7] == [
        "derivation:",
        "  Let f(x) = x'*A*x, where A is n x n, x is n-vector.",
        "    1  df = dx'*A*x + x'*A*dx         product rule",
        "    2     = <A*x, dx> + <A'*x, dx>    adjoint of A",
        "  > 3     = <(A + A')*x, dx>          collect dx",
    ]
    assert str(verdict.derivation.result) == "(A + A.T) @ x"
    assert "derivation:" not in sn.verify("x'*A*x", "A*x + A'*x", wrt="x").explain()
