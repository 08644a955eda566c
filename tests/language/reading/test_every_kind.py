"""What is printed of every kind of node reads back, in text, Python and LaTeX."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Rational, exp, pi, sqrt

import symnorm as sn
from symnorm.derivation.display import differential as d
from symnorm.derivation.display import inner
from symnorm.language import build, node
from symnorm.language.build import constant, entrywise_power
from symnorm.language.eigen import EIGEN
from symnorm.language.node import Node
from symnorm.numeric.interpret import evaluate
from symnorm.numeric.sampling import sample, sizes_for

DECLARE = (
    "A: m x n, B: m x n, X: n x n, Y: n x n, S: n x n spd, P: m*p x n*q, Q: m x n, u: n*m, x: n, y: n, b: m, "
    "t: scalar, c: scalar positive, H: p x q"
)
A, B, X, Y, S, P, Q, u, x, y, b, t, c, H = sn.variables(DECLARE)
m, n = b.rows, x.rows
ARRAY = sn.array([[1, 2], [3, 4]])
half = sn.rule("halfsum", value=lambda x: 0.5 * x.sum(), differential=lambda x, dx: sn.sum(dx) / 2)
cube = sn.rule("cubed", value=lambda x: x**3, differential=lambda x, dx: 3 * sn.hadamard(x, x, dx), shape="same")

ENTRYWISE = ("exp", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "abs", "sign",
             "relu", "step", "sigmoid", "softplus", "sqrt", "square",
             "erf", "lgamma", "digamma", "trigamma", "elu")
EXACT: list[Node] = [
    t, x, A, sn.eye(n), 2 * sn.eye(3), X + sn.eye(n), sn.ones(n), 3 * sn.ones(n).T, sn.zeros(n), sn.zeros(m, n),
    constant(pi), constant(Rational(1, 3)), constant(sqrt(2)), constant(exp(1)), constant(n), constant(1 / n),
    constant(n**2 + 1),
    ARRAY, sn.array([[1, 2]]), sn.array([1, 2]), sn.array([[Rational(1, 3), -2], [sqrt(2), 0.5]]), ARRAY @ ARRAY.T,
    ARRAY @ sn.array([1, 2]), sn.array([[1, 2]]) @ ARRAY,
    x + y, 2 * x - y / 3, t * x, x / sn.norm2(x), entrywise_power(x, t), entrywise_power(x, constant(-1)), t**3,
    sn.sqrt(c), entrywise_power(c, constant(Rational(-3, 2))),
    A @ x, sn.quad(x, X), x @ y.T, A.T, x.T, sn.inv(X), sn.inv(X).T, X @ X @ X, build.power(X, constant(20)),
    sn.tr(X), sn.det(X), sn.logdet(X), sn.logdet(S), sn.diag(x), sn.diag(X), sn.tril(X),
    sn.commutation(m, n), sn.commutation(2 * m, n**2), sn.sum(x) * sn.commutation(m, n), sn.kron(A, X),
    sn.kron(sn.kron(A, X), Y), sn.vec(A), sn.unvec(u, n, m), sn.unvec(sn.kron(x, b), m, n) @ x,
    sn.kron_left(P, H), sn.kron_right(P, A), sn.kron_left(sn.kron(A, B) + sn.kron(B, A), A), sn.sum(x),
    sn.sum(sn.abs(x)), sn.hadamard(A, B), sn.hadamard(x, y, y), sn.divide(x, y), sn.divide(1, x), sn.logsumexp(x),
    sn.softmax(x), sn.max(x), sn.min(x), sn.max(X), sn.peak(x), sn.peak(X), sn.polar(A), sn.leading(A),
    sn.leftvec(A), sn.rightvec(A), sn.gapinv(A), sn.sylvester(X),
    *(f(a) for f in EIGEN[:6] for a in (S, X + X.T)), sn.pinv(A), sn.pinv(A @ X).T, sn.expm(X),
    sn.tr(sn.expm(X - 2 * Y)),
    sn.norm1(x), sn.norm2(x), sn.norm2(A), sn.norminf(x), sn.normp(x, 3), sn.normp(x, c), sn.normnuc(A),
    sn.normspec(A), sn.normw(x, S), sn.normw(x, X), sn.norm21(A), sn.normind1(A), sn.normindinf(A @ X),
    sn.norm21(A.T), t * sn.norm21(A @ X),
    sn.norm2(x) ** 2, sn.norm1(x) ** 2 * x, sn.huber(x, c), sn.huber(t), sn.clip(x, c), sn.inside(x, c),
    d(x), d(A @ x), d(sn.norm2(x)), A @ d(x), half(x), half(A @ x) * cube(x),
    *(getattr(sn, f)(a) for f in ENTRYWISE for a in (x, t, X, x + y, -x, t * c)),
]
EQUAL: list[Node] = [sn.ones(n, m), sn.sum(A), sn.norm1(A), sn.normp(A, c), inner(x, y), inner(A, B)]
"""Read back as another node of the same value."""


def read(expr: Node, write: Any, dialect: str | None) -> Node:
    return sn.parse(write(expr), DECLARE, dialect)


@pytest.mark.parametrize("expr", EXACT, ids=str)
def test_the_same_node(expr: Node) -> None:
    for write, dialect in ((sn.to_text, None), (str, None), (sn.latex, "latex")):
        found = read(expr, write, dialect)
        assert found is expr or found.key == expr.key, write(expr)


@pytest.mark.parametrize("expr", EQUAL, ids=str)
def test_the_same_value(expr: Node) -> None:
    import numpy as np

    for write, dialect in ((sn.to_text, None), (str, None), (sn.latex, "latex")):
        found = read(expr, write, dialect)
        sizes = sizes_for([expr, found])
        want, got = evaluate([expr, found], sample(expr.free, sizes, np.random.default_rng(0)), sizes)
        assert np.allclose(want, got), write(expr)


def test_python_can_be_pasted() -> None:
    names = {v.name: v for v in (A, B, X, Y, S, P, Q, u, x, y, b, t, c, H)} | {"m": m, "n": n}
    names |= {name: getattr(sn, name) for name in dir(sn)} | {"halfsum": half, "cubed": cube}
    for expr in EXACT:
        moving = any(isinstance(v, node.Differential) for v in node.postorder([expr]))
        if expr.args and not moving:
            assert eval(str(expr), dict(names)) is expr


def test_no_kind_is_left_out() -> None:
    kinds = {cls for cls in vars(node).values() if isinstance(cls, type) and issubclass(cls, Node)} - {Node}
    assert kinds == {type(found) for found in node.postorder([*EXACT, *EQUAL])}
