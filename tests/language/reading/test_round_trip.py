"""Printed text reads back: the same object, up to the order of commuting factors."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from symnorm.language import build
from symnorm.language import functions as f
from symnorm.language.node import Node
from symnorm.language.reading import parse
from symnorm.language.symbols import variables
from symnorm.rendering.text import to_text

DECLARE = "A: m x n, X: n x n, S: n x n spd, x: n, y: n, b: m, t: scalar, c: scalar positive"
A, X, S, x, y, b, t, c = variables(DECLARE)
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


@settings(max_examples=300, deadline=None)
@given(st.one_of(VECTORS, _scalars(VECTORS)))
def test_printed_text_reads_back(expr: Node) -> None:
    assert parse(to_text(expr), DECLARE).key == expr.key
    assert parse(str(expr), DECLARE).key == expr.key
