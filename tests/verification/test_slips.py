"""Slips in formulas: each is named, and the line of the derivation that it is about is said."""

from __future__ import annotations

import numpy as np
import pytest

import symnorm as sn

LSQ = ("norm2(A*x - b)^2/2 + lam/2*norm2(x)^2", "x", "A: n x n, x: n, b: n, lam: scalar positive")
NET = ("norm2(W*tanh(V*x) - y)^2/2", "V", "W: m x k, V: k x n, x: n, y: m")
LOG = ("sum(softplus(-y.*(X*w)))", "w", "X: m x n, y: m, w: n")
TRACE = ("tr(A*X*B*X')", "X", "A: n x n, X: n x n, B: n x n")
INVERSE = ("tr(A*inv(X)*B)", "X", "A: n x n, X: n x n, B: n x n")
MEAN = ("norm2(X*W - Y)^2/(m*k)", "W", "X: m x n, W: n x k, Y: m x k")
RATIO = ("a'*x/norm2(x)", "x", "a: n, x: n")

SLIPS = [
    (MEAN, "2*X'*(X*W - Y)", "mean-sum", "times the gradient"),
    (LSQ, "A*(A*x - b) + lam*x", "transpose", "line 2: dr = A*dx was used as A'*dx"),
    (LSQ, "A'*(A*x - b)", "missing-term", "lam*norm2(x)^2/2"),
    (LSQ, "A'*(A*x + b) + lam*x", "sign", "A'*b"),
    (LSQ, "A'*(A*x - b) + 2*lam*x", "factor", "the factor 2"),
    (LSQ, "2*A'*(A*x - b) + 2*lam*x", "factor", "2 times"),
    (LSQ, "A'*(A*x - b) + x", "chain-factor", "lam"),
    (LSQ, "A'*(A*x - b) + lam*x + x", "extra-term", "x is too much"),
    (NET, "W'*(W*tanh(V*x) - y)*x'", "chain-factor", "the derivative of tanh was left out"),
    (NET, "((W'*(W*tanh(V*x) - y)).*tanh(V*x))*x'", "chain-factor", "tanh(V*x) stands where its derivative belongs"),
    (NET, "x*((W'*(W*tanh(V*x) - y)).*(vector(1) - tanh(V*x).^2))'", "transposed-result", ""),
    (LOG, "-X'*sigmoid(-y.*(X*w))", "chain-factor", "left out"),
    (LOG, "-X'*(y.*sigmoid(X*w))", "argument", "X*w instead of"),
    (LOG, "-X'*(y.*sigmoid(-y.*(X*w)))/m", "mean-sum", "1/m"),
    (TRACE, "2*A*X*B", "symmetrise", "A and B are symmetric"),
    (TRACE, "A*X*B", "missing-term", "line 1, product rule"),
    (TRACE, "A'*X*B' + A*X*B'", "transpose", "B' stands where B belongs"),
    (INVERSE, "inv(X)'*A'*B'*inv(X)'", "sign", "line 2, inverse"),
    (INVERSE, "-inv(X)'*A'*B'", "chain-factor", "inverse"),
    (INVERSE, "-inv(X)'*A*B'*inv(X)'", "transpose", "line 1, linear map: A was used as A'"),
    (RATIO, "a/norm2(x)", "missing-term", "norm2(x)"),
    (RATIO, "a/norm2(x) - (a'*x)*x/norm2(x)^2", "chain-factor", "norm2(x)"),
    (("tr(X^3)", "X", "X: n x n"), "3*(X').^2", "elementwise", "elementwise product"),
    (("sum(cos(x.*b))", "x", "x: n, b: n"), "-(b'*sin(x.*b))*vector(1)", "elementwise", "summed"),
    (("norm2(X'*vector(1) - b)^2", "X", "X: n x n, b: n"), "2*(X*vector(1) - b)*vector(1)'", "axis", "other axis"),
    (("sum(x.*log(x))", "x", "x: n positive"), "log(x) - vector(1)", "sign", "line 1, product rule"),
    (("sum(x.^3)", "x", "x: n"), "3*x.^2 + 5*vector(1)", "extra-term", ""),
    (("logsumexp(A*x)", "x", "A: n x n, x: n"), "A'*exp(A*x)", "chain-factor", "not divided by its sum"),
    (("logdet(X)", "X", "X: n x n"), "det(X)*inv(X)'", "chain-factor", "det(X) is too much"),
]


@pytest.mark.parametrize(("problem", "claim", "slip", "said"), SLIPS, ids=[f"{p[0]} | {c}" for p, c, _, _ in SLIPS])
def test_formula_slips(problem: tuple[str, str, str], claim: str, slip: str, said: str) -> None:
    f, wrt, declare = problem
    verdict = sn.verify(f, claim, wrt=wrt, declare=declare)
    assert (verdict.status, verdict.slip) == ("wrong", slip), verdict.explain()
    assert said in verdict.evidence


def test_slips_of_functions_that_can_be_traced() -> None:
    rng = np.random.default_rng(0)
    W, V, x, y = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=2)

    def f(V):  # type: ignore[no-untyped-def]
        return 0.5 * np.sum((W @ np.tanh(V @ x) - y) ** 2)

    verdict = sn.verify(f, lambda V: np.outer(W.T @ (W @ np.tanh(V @ x) - y), x), at=V)
    assert (verdict.slip, "tanh" in verdict.evidence) == ("chain-factor", True), verdict.explain()


def test_singular_points_name_nothing() -> None:
    """A'XA is singular where A has more columns than rows; a right claim stays right, a slip keeps its name."""
    f, declare = "logdet(A'*X*A)", "A: n x k, X: n x n"
    assert sn.verify(f, "A*inv(A'*X'*A)*A'", wrt="X", declare=declare)
    assert sn.verify(f, "A*inv(A'*X*A)*A'", wrt="X", declare=declare).slip == "transposed-result"


def test_what_no_single_slip_explains_has_no_name() -> None:
    verdict = sn.verify("sum(sin(A*x).*cos(A*x))", "A'*(x'*x)*sin(A*A'*A*x)", wrt="x", declare="A: m x n, x: n")
    assert (verdict.status, verdict.slip) == ("wrong", None)
