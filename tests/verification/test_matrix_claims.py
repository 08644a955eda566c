"""Hessians and Jacobians claimed in formulas: stacked columns, letters defined beside them, a published error."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

import symnorm as sn
from symnorm.cli.main import cli

PUBLISHED = "(kron(v, eye(m))*kron(v, eye(m))' + kron(eye(n), u)*kron(eye(n), u)')/sigma_1"
"""The Hessian of the spectral norm in question 4794367 of Mathematics Stack Exchange, which leaves out the gaps."""
LETTERS = "u = leftvec(X); v = rightvec(X); sigma_1 = normspec(X)"
CORRECT = (
    "s*kron(v*v', gapinv(X)) + s*kron(gapinv(X'), u*u')"
    " + (kron(v*u', gapinv(X)*X) + kron(gapinv(X')*X', u*v'))*commutation(m, n)"
)


def test_published_hessian_of_the_spectral_norm_is_refuted() -> None:
    verdict = sn.verify("normspec(X)", PUBLISHED, wrt="X", where=LETTERS)
    assert verdict.status == "wrong"
    assert "counterexample: X = [[-1]]: the derivative is [[0]], claimed is [[2]]" in verdict.explain()
    assert "the largest singular value of X is simple" in verdict.assumptions


def test_published_hessian_as_a_function_is_refuted() -> None:
    def claim(X: np.ndarray) -> np.ndarray:
        (m, n), (u, s, vt) = X.shape, np.linalg.svd(X)
        a, b = np.kron(vt[:1].T, np.eye(m)), np.kron(np.eye(n), u[:, :1])
        return ((a @ a.T + b @ b.T) / s[0]).reshape(n, m, n, m).transpose(1, 0, 3, 2)

    x = np.array([[2.0, 1.0], [0.0, 1.0], [1.0, -1.0]])
    assert sn.verify(lambda X: np.linalg.norm(X, 2), claim, at=x).status == "wrong"
    assert sn.verify("normspec(X)", claim, wrt="X", at=x).status == "wrong"


def test_correct_hessian_of_the_spectral_norm_is_right() -> None:
    assert sn.verify("normspec(X)", CORRECT, wrt="X", where=LETTERS.replace("sigma_1", "s"))
    X = sn.variables("X: m x n")
    compiled = sn.lambdify(sn.hessian(sn.normspec(X), X), args=[X])
    x = np.array([[2.0, 1.0], [0.0, 1.0], [1.0, -1.0]])
    assert sn.verify(lambda X: np.linalg.norm(X, 2), compiled, at=x)
    nuclear = sn.lambdify(sn.hessian(sn.normnuc(X), X), args=[X])
    assert sn.verify(lambda X: np.linalg.norm(X, "nuc"), nuclear, at=x)


def test_command_line() -> None:
    call = ["verify", "normspec(X)", "--wrt", "X", "--claim", PUBLISHED]
    result = CliRunner().invoke(cli, [*call, *(f"--where={part}" for part in LETTERS.split("; "))])
    assert result.exit_code == 1
    assert "counterexample: X = [[-1]]" in result.output


@pytest.mark.parametrize(
    ("f", "claim", "declare", "slip"),
    [
        ("norm2(A*X - B)^2", "2*kron(eye(n), A'*A)", "A: m x p, X: p x n, B: m x n", "right"),
        ("norm2(A*X - B)^2", "2*kron(A'*A, eye(n))", "A: m x p, X: p x n, B: m x n", "layout"),
        ("norm2(A*X - B)^2", "kron(eye(n), A'*A)", "A: m x p, X: p x n, B: m x n", "factor"),
        ("A*X*B", "kron(B', A)", "A: m x p, X: p x n, B: n x n", "right"),
        ("A*X*B", "kron(A', B)", "A: m x p, X: p x n, B: n x n", "shape"),
        ("A*X*B", "kron(B, A')", "A: m x p, X: p x n, B: n x n", "layout"),
        ("A*X*B", "kron(B, A)", "A: m x p, X: p x n, B: n x n", "transpose"),
        ("tr(A*X*B*X)", "(kron(B, A') + kron(A, B'))*commutation(n, n)", "A: n x n, X: n x n, B: n x n", "right"),
        ("tr(A*X*B*X)", "kron(B, A') + kron(A, B')", "A: n x n, X: n x n, B: n x n", "chain-factor"),
        ("normnuc(B.*X)", "eye(m*n)", "X: m x n, B: m x n", None),
        ("normnuc(X)", "sylvester(X)*(eye(m*n) - kron(polar(X)', polar(X))*commutation(m, n))", "X: m x n", "right"),
    ],
)
def test_claims_by_a_matrix(f: str, claim: str, declare: str, slip: str | None) -> None:
    verdict = sn.verify(f, claim, wrt="X", declare=declare)
    if slip == "right":
        assert verdict, verdict.explain()
    else:
        assert verdict.status == "wrong"
        assert verdict.slip == slip


def test_definitions_may_use_each_other_and_are_refused_when_they_clash() -> None:
    declare = "A: m x n, x: n, b: m"
    assert sn.verify("norm2(A*x - b)^2", "2*A'*r", wrt="x", declare=declare, where="r = A*x - b")
    assert sn.verify("norm2(A*x - b)^2", "2*g", wrt="x", declare=declare, where={"r": "A*x - b", "g": "A'*r"})
    with pytest.raises(sn.Misuse, match="where= defines b"):
        sn.verify("norm2(A*x - b)^2", "2*A'*b", wrt="x", declare=declare, where="b = A*x")
    with pytest.raises(sn.Misuse, match="list of definitions"):
        sn.verify("norm2(A*x - b)^2", "2*A'*r", wrt="x", declare=declare, where="r: A*x - b")
