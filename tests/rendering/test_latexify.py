"""Functions as they are written: what is printed reads right, what would not is refused with the reason."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from symnorm.rendering.latexify import MISSING, shown

pytest.importorskip("latexify")

A, S, b, lam, w = np.ones((3, 2)), np.eye(2), np.ones(3), 0.1, np.ones(2)
N = np.linalg

WRITTEN = [
    (lambda x: A @ x - b, r"A x - b"),
    (lambda x: 0.5 * N.norm(A @ x - b) ** 2, r"0.5 \left\lVert A x - b\right\rVert_{2}^{2}"),
    (lambda x: N.norm(x, ord=1) + N.norm(x, np.inf),
     r"\left\lVert x\right\rVert_{1} + \left\lVert x\right\rVert_{\infty}"),
    (lambda x: x @ S @ x / (x @ x), r"\frac{x^{\top} S x}{x^{\top} x}"),
    (lambda x: x @ S, r"S^{\top} x"),
    (lambda x: x.T @ S.T, r"S x"),
    (lambda x: 2 * A.T @ (A @ x - b), r"2 A^{\top} \left(A x - b\right)"),
    (lambda x: -2 * A.T @ b, r"-2 A^{\top} b"),
    (lambda x: (A @ S) @ (x * x), r"A S \left(x \odot x\right)"),
    (lambda x: A @ x * b, r"\left(A x\right) \odot b"),
    (lambda x: lam * x, r"\lambda x"),
    (lambda x: x**2, r"x^{\circ 2}"),
    (lambda x: lam**2, r"\lambda^{2}"),
    (lambda x: x / N.norm(x), r"\frac{x}{\left\lVert x\right\rVert_{2}}"),
    (lambda x: x / (1 + x), r"x \oslash \left(1 + x\right)"),
    (lambda x: b - (x[0] - x[1]), r"b - \left(x_{0} - x_{1}\right)"),
    (lambda x: (A @ x).sum() + np.sum(A, axis=0) @ x, r"\operatorname{sum}\left(A x\right) + "
     r"\left(\operatorname{sum}_{\text{axis }0}\left(A\right)\right)^{\top} x"),
    (lambda x: A.sum(axis=1).mean(),
     r"\operatorname{mean}\left(\operatorname{sum}_{\text{axis }1}\left(A\right)\right)"),
    (lambda x: N.solve(S, x), r"S^{-1} x"),
    (lambda x: N.inv(S) @ x, r"S^{-1} x"),
    (lambda x: N.slogdet(S)[1], r"\log\left|\det S\right|"),
    (lambda x: np.dot(x, w) + np.dot(S, x), r"x^{\top} w + S x"),
    (lambda x: np.outer(x, w), r"x w^{\top}"),
    (lambda x: np.trace(S @ S), r"\operatorname{tr}\left(S S\right)"),
    (lambda x: np.log1p(np.exp(-x)), r"\log\left(1 + \exp\left(-x\right)\right)"),
    (lambda x: np.maximum(0, 1 - x), r"\max\left(0, 1 - x\right)"),
    (lambda x: x / A.shape[0], r"\frac{x}{\operatorname{rows}(A)}"),
    (lambda x: 1e-3 * x, r"0.001 x"),
    (lambda x: 1e-12 * x, r"1 \cdot 10^{-12} x"),
]


@pytest.mark.parametrize(("function", "text"), WRITTEN, ids=[t for _, t in WRITTEN])
def test_written(function: object, text: str) -> None:
    assert shown(function, 1) == f"f(x) = {text}"


REFUSED = [
    (lambda x: np.einsum("i,i", x, x), "np.einsum"),
    (lambda x: N.norm(A @ x, axis=0), "axis=0"),
    (lambda x: np.sum(x, keepdims=True), "keepdims"),
    (lambda x: A * x, "broadcast"),
    (lambda x: x[:1], "indexing"),
    (lambda x: x.reshape(2, 1), "reshape"),
    (lambda x: [x, x], "List"),
    (lambda x: unknown(x) @ x, "number of axes"),  # type: ignore[name-defined]  # noqa: F821
    (np.sin, "not a Python function"),
]


@pytest.mark.parametrize(("function", "reason"), REFUSED, ids=[r for _, r in REFUSED])
def test_refused(function: object, reason: str) -> None:
    text = shown(function, 1)
    assert text.startswith("not shown: ")
    assert reason in text


def test_local_names_and_loops() -> None:
    def loss(x, lam=0.5):  # type: ignore[no-untyped-def]
        """Its docstring."""
        r = A @ x - b
        return r @ r / 2 + lam * np.sum(np.abs(x))

    def loop(x):  # type: ignore[no-untyped-def]
        total = 0.0
        for entry in x:
            total += entry
        return total

    lines = (r"r = A x - b \\ \mathrm{loss}(x, \lambda) = \frac{r^{\top} r}{2} + "
             r"\lambda \operatorname{sum}\left(\left|x\right|\right)")
    assert shown(loss, 1) == rf"\begin{{array}}{{l}} {lines} \end{{array}}"
    assert shown(loop, 1) == "not shown: a loop is not written as a formula (line 3 of it)"


def test_two_functions_on_one_line() -> None:
    one, two = (lambda x: x @ x), (lambda x: 2 * x)
    assert (shown(one, 1), shown(two, 1)) == (r"f(x) = x^{\top} x", "f(x) = 2 x")


def test_without_latexify_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "symnorm.rendering.latexify_function", raising=False)
    monkeypatch.setitem(sys.modules, "latexify", None)
    monkeypatch.setitem(sys.modules, "latexify.codegen", None)
    assert shown(lambda x: x, 1) == MISSING
