"""Printed text reads back: the same object, up to the order of commuting factors."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symnorm import lambdify
from symnorm.language import build
from symnorm.language import functions as f
from symnorm.language.node import Node
from symnorm.language.reading import parse
from symnorm.language.symbols import variables
from symnorm.rendering.text import to_text

DECLARE = "A: m x n, X: n x n, S: n x n spd, x: n, y: n, b: m, t: scalar, c: scalar positive"
VARIABLES = variables(DECLARE)
A, X, S, x, y, b, t, c = VARIABLES
HALVES = st.fractions(-3, 3, max_denominator=4).filter(bool)


def _scalars(vectors: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    one = st.sampled_from([f.norm1, f.norm2, f.norminf, f.sum, f.logsumexp, f.max])
    return st.one_of(
        st.builds(lambda g, v: g(v), one, vectors), st.builds(f.dot, vectors, vectors),
        st.builds(lambda v: f.quad(v, X), vectors),
        st.builds(lambda v, w: f.norm(v) / (1 + f.norm2(w) ** 2), vectors, vectors),
        st.builds(lambda v: f.exp(-f.norm2(v) ** 2) ** 2 + t, vectors))


def _vectors(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    scalars = st.one_of(st.sampled_from([t, c, f.logdet(S), f.tr(X), f.det(X)]), _scalars(inner),
                        st.builds(build.number, HALVES))
    entrywise = st.sampled_from([f.exp, f.tanh, f.sin, f.sign, f.abs, f.sigmoid, f.softmax, f.relu])
    matrices = st.sampled_from([X, X.T, S, f.inv(X), X @ X, A.T @ A, X + S, f.diag(x), f.inv(X).T])
    return st.one_of(
        st.builds(lambda g, v: g(v), entrywise, inner), st.builds(lambda v, w: v + w, inner, inner),
        st.builds(lambda v, w: v - w, inner, inner), st.builds(lambda s, v: s * v, scalars, inner),
        st.builds(lambda M, v: M @ v, matrices, inner), st.builds(f.hadamard, inner, inner),
        st.builds(lambda v: f.square(v), inner),
        st.builds(lambda v, w: v / (1 + f.norm(w)), inner, inner))


VECTORS = st.recursive(st.sampled_from([x, y, A.T @ b]), _vectors, max_leaves=8)


def same(found: Node, expr: Node) -> bool:
    """Equal up to the order of commuting factors, or at least in value (the constructors simplify what they read)."""
    if found.key == expr.key:
        return True
    random = np.random.default_rng(0)
    values = [random.uniform(0.5, 1.5, (3, 3)) + 3 * np.eye(3) if v.cols != 1
              else random.uniform(0.5, 1.5, 3 if v.rows != 1 else ())
              for v in VARIABLES]
    values[2] = values[2] @ values[2].T
    with np.errstate(all="ignore"):
        a, b = (lambdify(e, args=list(VARIABLES))(*values) for e in (found, expr))
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(VECTORS, _scalars(VECTORS)))
def test_printed_text_reads_back(expr: Node) -> None:
    assert same(parse(to_text(expr), DECLARE), expr)
    assert same(parse(str(expr), DECLARE), expr)
