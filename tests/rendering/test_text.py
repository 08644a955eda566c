"""What is printed as text and as Python, and that both are read back to the same node."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symnorm as sn
from symnorm.errors import NoClosedForm, NoRule
from symnorm.language import build
from symnorm.language.reading import parse
from symnorm.rendering.python import to_python
from symnorm.rendering.text import to_text
from symnorm.rendering.writer import Writer

DECLARED = ("A: m x n, C: n x n, X: n x n, W: n x n spd, x: n, y: n, b: m, "
            "t: scalar positive, p: scalar, lambda: scalar")
A, C, X, W, x, y, b, t, p, lam = sn.variables(DECLARED)
HALF = Fraction(1, 2)
N = build.constant(C.rows)

GOLDENS = [
    (A.T @ (A @ x - b), "A'*(A*x - b)", "A.T @ (A @ x - b)"),
    (x / sn.norm2(x), "x/norm2(x)", "x / norm2(x)"),
    (sn.dot(x, y) * x / (sn.norm2(x)**3 * sn.norm2(y)), "(x'*y)*x/(norm2(x)^3*norm2(y))",
     "(x.T @ y) * x / (norm2(x)**3 * norm2(y))"),
    (2 * sn.quad(x, C), "2*x'*C*x", "2 * x.T @ C @ x"),
    (x.T @ A.T, "x'*A'", "x.T @ A.T"),
    (sn.hadamard(x, y), "x.*y", "hadamard(x, y)"),
    (build.elementwise_divide(x, y), "x./y", "divide(x, y)"),
    (build.elementwise_divide(2 * t, y), "2*t./y", "divide(2 * t, y)"),
    (build.entrywise_power(x, p - 1), "x.^(p - 1)", "power(x, p - 1)"),
    (sn.hadamard(C @ x, y), "(C*x).*y", "hadamard(C @ x, y)"),
    (sn.inv(X).T, "inv(X)'", "inv(X).T"),
    ((sn.eye(C.rows) - C).T @ sn.sign(x - C @ x), "(eye - C)'*sign(x - C*x)", "(eye(n) - C).T @ sign(x - C @ x)"),
    (C @ C @ C @ x, "C^3*x", "C**3 @ x"),
    (-HALF * (C + C.T) @ x, "-(C + C')*x/2", "-(C + C.T) @ x / 2"),
    (Fraction(3, 2) * x, "1.5*x", "1.5 * x"),
    (x / 3, "x/3", "x / 3"),
    (t**Fraction(3, 2) - HALF, "t^1.5 - 0.5", "t**1.5 - 0.5"),
    (t**Fraction(1, 3), "t^(1/3)", "t**(1/3)"),
    (x / (2 * sn.sqrt(t)), "x/(2*sqrt(t))", "x / (2 * sqrt(t))"),
    (x / t**p, "x/t^p", "x / t**p"),
    (t**-p, "1/t^p", "1 / t**p"),
    (y - 2 * (x - y), "y - 2*(x - y)", "y - 2 * (x - y)"),
    (x - t * sn.ones(C.rows), "x - vector(t)", "x - t * ones(n)"),
    (-sn.exp(-(sn.norm2(x)**2) / 2) * x, "-exp(-norm2(x)^2/2)*x", "-exp(-norm2(x)**2 / 2) * x"),
    (sn.sum(x) / N, "sum(x)/n", "sum(x) / n"),
    (sn.normp(x, 3) + sn.normw(x, W), "normp(x, 3) + normw(x, W)", "normp(x, 3) + normw(x, W)"),
    (sn.kron(C, A), "kron(C, A)", "kron(C, A)"),
    (lam * x, "lambda*x", "lambda * x"),
    (sn.eye(C.rows), "eye(n)", "eye(n)"),
    (x @ sn.ones(b.rows).T, "x*vector(1, m)'", "x @ ones(1, m)"),
    (sn.ones(C.rows, b.rows), "matrix(1, n, m)", "ones(n, m)"),
    (x + sn.ones(C.rows, b.rows) @ b, "x + matrix(1)*b", "x + ones(n, m) @ b"),
]


@pytest.mark.parametrize(("node", "text", "python"), GOLDENS, ids=[g[1] for g in GOLDENS])
def test_goldens_and_back(node, text, python):
    assert (to_text(node), to_python(node)) == (text, python)
    assert parse(text, DECLARED) is node
    assert parse(python, DECLARED) is node


def test_python_can_be_pasted():
    names = {f: getattr(sn, f) for f in sn.__all__} | {"n": C.rows, "m": b.rows}
    names |= {v.name: v for v in (A, C, X, W, x, y, b, t, p)}
    for node, _, python in GOLDENS:
        if not any(word in python for word in ("lambda", "/ n", "1/3")):
            assert eval(python, dict(names)) is node, python


def test_named_sub_expressions():
    r = A @ x - b
    assert to_text(A.T @ r, {r: "r"}) == "A'*r"
    assert to_text(r.T @ A, {r: "r"}) == "r'*A"
    assert to_text(2 * sn.exp(C @ x).T @ (X @ C @ x), {C @ x: "z"}) == "2*exp(z)'*X*z"
    assert to_python(r.T @ A, {r: "r"}) == "r.T @ A"


def test_a_thousand_layers():
    z = x
    for _ in range(1000):
        z = sn.tanh(C @ z)
    assert len(to_text(z)) == 8001
    assert len(sn.latex(z)) == 8001


def test_sharing_that_cannot_be_written_out():
    z = x
    for _ in range(200):
        z = z + sn.hadamard(z, C @ z)
    with pytest.raises(NoClosedForm, match=r"d\.text\(\)"):
        to_text(z)
    assert str(z) == "<Add of shape (n,), too long to write out>"


def test_a_node_without_a_row_is_an_error():
    with pytest.raises(NoRule, match="Variable has no row in the telegraph printer"):
        Writer("telegraph", {})(sn.tr(X))
