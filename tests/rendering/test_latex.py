"""What is printed in LaTeX, and that it is read back to the same node."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symnorm as sn
from symnorm.derivation.display import differential as d
from symnorm.derivation.display import inner
from symnorm.language import build
from symnorm.language.reading import parse
from symnorm.rendering.letters import letter

DECLARED = ("A: m x n, C: n x n, X: n x n, S: n x n spd, U: m x n, Sigma: n x n spd, x: n, y: n, mu: n, y_hat: n, "
            "x_0: n, loss: n, b: m, t: scalar positive, p: scalar, lambda: scalar")
A, C, X, S, U, Sigma, x, y, mu, y_hat, x_0, loss, b, t, p, lam = sn.variables(DECLARED)
HALF = Fraction(1, 2)
N = build.constant(C.rows)

GOLDENS = [
    (A.T @ (A @ x - b), r"A^{\top}(Ax-b)"),
    (x / sn.norm2(x), r"\frac{x}{\lVert x\rVert_2}"),
    ((x - y) / sn.norm2(x), r"\frac{1}{\lVert x\rVert_2}(x-y)"),
    (sn.inv(X).T, r"X^{-\top}"),
    (sn.inv(A.T @ A) @ x, r"(A^{\top}A)^{-1}x"),
    (sn.det(X) * sn.inv(X).T, r"\det(X)X^{-\top}"),
    (sn.logdet(X), r"\log\,\lvert\det X\rvert"),
    (sn.logdet(Sigma) + sn.tr(X), r"\log\det\Sigma+\operatorname{tr}(X)"),
    ((sn.eye(C.rows) - C).T @ sn.sign(x - C @ x), r"(I-C)^{\top}\operatorname{sign}(x-Cx)"),
    (sn.quad(x, C), r"x^{\top}Cx"),
    (-HALF * (C + C.T) @ x, r"-\tfrac12(C+C^{\top})x"),
    (N * HALF * sn.sigmoid(x), r"\tfrac{n}{2}\sigma(x)"),
    (sn.norm2(X) + sn.normspec(X) + sn.normnuc(X), r"\lVert X\rVert_F+\lVert X\rVert_2+\lVert X\rVert_*"),
    (sn.norm1(X) + sn.normp(x, p) + sn.normw(x, S),
     r"\lVert\operatorname{vec}(X)\rVert_1+\lVert x\rVert_p+\lVert x\rVert_S"),
    (sn.norm2(x)**2 / 2, r"\tfrac12\lVert x\rVert_2^2"),
    (sn.sum(x), r"\langle\mathbf{1},x\rangle"),
    (sn.exp(-t * x), r"e^{-tx}"),
    (sn.exp(-(sn.norm2(x)**2) / 2), r"e^{-\lVert x\rVert_2^2/2}"),
    (sn.hadamard(C @ x, y), r"(Cx)\odot y"),
    (C @ sn.hadamard(x, sn.ones(C.rows) - x), r"C\bigl(x\odot(\mathbf{1}-x)\bigr)"),
    (sn.hadamard(C @ x, sn.ones(C.rows) - x).T @ C, r"\bigl((Cx)\odot(\mathbf{1}-x)\bigr)^{\top}C"),
    (build.elementwise_divide(x, y), r"x\oslash y"),
    (build.entrywise_power(x, build.constant(2)), r"x\odot x"),
    (build.entrywise_power(x, p - 1), r"x^{\odot (p-1)}"),
    (sn.kron(C, A @ C), r"C\otimes(AC)"),
    (sn.diag(x) @ C, r"\operatorname{diag}(x)C"),
    (lam * y_hat + mu - x_0 - loss, r"\lambda\hat y+\mu-x_0-\mathrm{loss}"),
    (sn.abs(t - 2) + sn.log(t)**2, r"\lvert t-2\rvert+\log(t)^2"),
    (C @ (x - sn.dot(x, y) * x / sn.dot(x, x)), r"C\Bigl(x-\frac{(x^{\top}y)x}{x^{\top}x}\Bigr)"),
    (2 * sn.eye(C.rows), "2I_n"),
    (x @ sn.ones(b.rows).T, r"x\mathbf{1}_m^{\top}"),
    (sn.ones(C.rows, b.rows) @ A, r"\mathbf{1}_n\mathbf{1}_m^{\top}A"),
]


@pytest.mark.parametrize(("node", "latex"), GOLDENS, ids=[g[1] for g in GOLDENS])
def test_goldens_and_back(node, latex):
    assert sn.latex(node) == latex
    assert parse(latex, DECLARED, dialect="latex").key == node.key or "mathbf{1}_n" in latex or "vec" in latex


R = A @ x - b
LINES = [
    (build.mul(build.power(sn.norm2(R), build.MINUS), inner(R, A @ d(x))),
     r"\frac{1}{\lVert r\rVert_2}\langle r,A\,\mathrm{d}x\rangle"),
    (inner(A.T @ R, d(x)), r"\langle A^{\top}r,\mathrm{d}x\rangle"),
    (build.HALF * d(inner(x, x)), r"\tfrac12\,\mathrm{d}\langle x,x\rangle"),
    (-2 * inner(A, d(U) @ C.T), r"-2\langle A,\mathrm{d}U\,C^{\top}\rangle"),
    (d(x).T @ C @ x + x.T @ C @ d(x), r"\mathrm{d}x^{\top}Cx+x^{\top}C\,\mathrm{d}x"),
    (sn.tr(A.T @ A @ d(sn.inv(X)) @ C), r"\operatorname{tr}(A^{\top}A\,\mathrm{d}(X^{-1})\,C)"),
    (-HALF * N * sn.tr(sn.inv(Sigma) @ d(Sigma)), r"-\tfrac{n}{2}\operatorname{tr}(\Sigma^{-1}\,\mathrm{d}\Sigma)"),
    (t * d(sn.norm2(x)), r"t\,\mathrm{d}\lVert x\rVert_2"),
    (d(sn.det(X)), r"\mathrm{d}(\det X)"),
    (d(sn.logdet(X)), r"\mathrm{d}\log\,\lvert\det X\rvert"),
    (build.hadamard(y_hat, d(x)), r"\hat y\odot\mathrm{d}x"),
]


@pytest.mark.parametrize(("node", "latex"), LINES, ids=[line[1] for line in LINES])
def test_lines_of_a_derivation(node, latex):
    assert sn.latex(node, {R: "r"}) == latex


def test_names_stand_for_transposes_and_inside_products():
    z = C @ x
    assert sn.latex(R.T @ A, {R: "r"}) == r"r^{\top}A"
    assert sn.latex(X @ z + sn.sigmoid(z), {z: "z"}) == r"Xz+\sigma(z)"


def test_sigma_e_and_i_as_variables():
    e, sigma, z = sn.variables("e: scalar, sigma: scalar, z: n")
    assert sn.latex(sigma * sn.sigmoid(z) + e * sn.exp(z)) == r"\sigma\operatorname{sigmoid}(z)+e\exp(z)"
    identity = sn.variables("I: n x n")
    assert sn.latex((identity - sn.eye("n")) @ z) == r"(I-\operatorname{diag}(\mathbf{1}))z"


@pytest.mark.parametrize(("name", "latex"), [
    ("x", "x"), ("Sigma", r"\Sigma"), ("lambda", r"\lambda"), ("W_1", "W_1"), ("x_10", "x_{10}"), ("y_hat", r"\hat y"),
    ("beta_hat", r"\hat\beta"), ("x_max", r"x_{\mathrm{max}}"), ("loss", r"\mathrm{loss}"), ("x1", r"\mathrm{x1}"),
    ("a_b_c", r"\mathrm{a\_b\_c}"), ("_x", r"\mathrm{\_x}"),
])
def test_letters(name, latex):
    assert letter(name) == latex
