"""LaTeX as people type it: what it means, and what is refused with both readings named."""

from __future__ import annotations

import pytest

from symnorm.errors import ReadingError
from symnorm.language.reading import parse, read_text
from symnorm.rendering.text import to_text

DECLARE = "A: m x n, x: n, b: m, X: n x n, y: m, t: scalar"

FORMULAS = {
    r"\frac12\|Ax-b\|_2^2": "norm2(A*x - b)^2/2",
    r"\tfrac12 \lVert Ax-b \rVert^2": "norm2(A*x - b)^2/2",
    r"\frac{1}{2}\left\| A x - b \right\|_2^2": "norm2(A*x - b)^2/2",
    r"\dfrac{1}{2m}||Ax-b||_2^2": "norm2(A*x - b)^2/(2*m)",
    r"1/2 \|x\|^2": "norm2(x)^2/2",
    r"\vert\vert x\vert\vert": "norm2(x)",
    r"\|X\|^2_F": "norm2(X)^2",
    r"\|X\|_{\mathrm F}^2": "norm2(X)^2",
    r"\|X\|_{\text{F}}": "norm2(X)",
    r"\|x\|_1": "norm1(x)",
    r"\|x\|_\infty": "norminf(x)",
    r"\|X\|_*": "normnuc(X)",
    r"\|X\|_2": "normspec(X)",
    r"\|x\|_p^p": "normp(x, p)^p",
    r"\|x\|_{X}": "normw(x, X)",
    r"x^\top X x": "x'*X*x",
    r"x^{\rm T} X x": "x'*X*x",
    r"x^{\mathsf T}Xx": "x'*X*x",
    r"x^\intercal X x": "x'*X*x",
    r"x^{T}Xx + x'x": "x'*X*x + x'*x",
    r"X^{-\top}": "inv(X)'",
    r"X^{-1}x": "inv(X)*x",
    r"\operatorname{tr}(AXA^\top)": "tr(A*X*A')",
    r"\mathrm{tr} AXA^\top": "tr(A*X*A')",
    r"\operatorname{tr}\left[X^\top X\right]": "tr(X'*X)",
    r"\log\det X": "logdet(X)",
    r"\log\,\lvert\det X\rvert": "logdet(X)",
    r"\ln |X|\,": "logdet(X)",
    r"\langle X,X\rangle": "tr(X'*X)",
    r"\langle b, Ax\rangle": "b'*A*x",
    r"X\odot X": "X.^2",
    r"X\circ X\otimes A": "kron(X.^2, A)",
    r"\mathbf 1^\top x": "sum(x)",
    r"\mathbf{1}_n^\top x": "sum(x)",
    r"(X + I_n)\,x": "(X + eye)*x",
    r"\sigma(Ax+b)": "sigmoid(A*x + b)",
    r"\sigma^2 \|x\|^2": "sigma^2*norm2(x)^2",
    r"e^{-x}": "exp(-x)",
    r"\cos^2(x)": "cos(x).^2",
    r"x^{\odot 2}": "x.^2",
    r"\mathbf{x}^\top \bm{X} \boldsymbol x": "x'*X*x",
    r"f(x) = \frac12 x^\top X x + b^\top y": "x'*X*x/2 + b'*y",
    r"\nabla f(x)=A^{\top}(Ax-b)": "A'*(A*x - b)",
    r"$\|x\|^2.$": "norm2(x)^2",
    r"x\cdot x": "x'*x",
    r"\sqrt{x^\top x}": "sqrt(x'*x)",
    r"\log 2\pi": "log(2*pi)",
    r"\log\det(X)\,x": "logdet(X)*x",
    r"\log\langle\mathbf{1},e^{x}\rangle\,x": "logsumexp(x)*x",
    r"\max(0,x)": "relu(x)",
    r"\sum_i (a_i^\top x - b_i)^2": "sum((A*x - b).^2)",
    r"\frac1m\sum_{i=1}^{m} \log(1+e^{-y_i a_i^\top x})": "sum(log(vector(1) + exp(-y.*(A*x))))/m",
    r"\sum_{i,j} X_{ij}^2": "sum(X.^2)",
    r"\sum_i\sum_j x_i X_{ij} x_j": "x'*X*x",
    r"\sum_i a_i a_i^\top": "A'*A",
    r"\sum_i |x_i|": "sum(abs(x))",
    r"\max_i x_i": "max(x)",
}
UNDECLARED = {
    r"\hat y^\top W_1 x_0": ["y_hat", "W_1", "x_0"],
    r"(x-\mu)^\top\Sigma^{-1}(x-\mu)": ["x", "mu", "Sigma"],
    r"\frac{1}{2}\|y - X\beta\|_2^2 + \lambda\|\beta\|_1": ["y", "X", "beta", "lambda"],
    r"\theta_{\mathrm{old}}^\top x_{12}": ["theta_old", "x_12"],
    r"\mathbf{a}^\top \bar{\mathbf x}": ["a", "x_bar"],
}
REFUSED = {
    r"\alpha/2\beta": "two readings",
    r"\|W\|_{2,1}": "two readings: the norm of the row norms or of the column norms",
    r"\|X\|": r"\|X\|_F for the Frobenius norm, \|X\|_2 for the spectral norm",
    r"\|X\|_1": "two readings",
    r"\mathbf{v}^t": r"\mathbf{v}^\top for the transpose",
    r"{\bf v}^*": "two readings",
    r"A^\dagger": "pseudo-inverse",
    r"log(x)\alpha": r"\log for the function, l o g for the product of letters",
    r"x^{10}x^10\alpha": "^10 has two readings: write ^{10}, or ^1 0",
    r"x_12\alpha": "_12 has two readings",
    r"x2\alpha": "two readings",
    r"\nrom{x}": "unknown command",
    r"\operatorname{tr}(X-A)^\top(X-A)": "the transpose of a scalar",
    r"\det X\, X^{-\top}": "two readings",
    r"\log x y": "two readings",
    r"\sin^{-1} x": "two readings",
    r"\phi(x)": "two readings",
    r"x^{(k)}": "two readings",
    r"\mathbf{x}^\top x": "typeset in two ways",
    r"\int x": "integrals are not read",
    r"\sum_i i x_i": "the index i stands alone",
    r"\frac{a}{": "an operand is missing",
    r"e^{X}": "matrix exponential",
    r"\exp -x": "needs brackets",
}


@pytest.mark.parametrize(("text", "printed"), FORMULAS.items())
def test_meaning(text: str, printed: str) -> None:
    assert to_text(parse(text, DECLARE, dialect="latex")) == printed


@pytest.mark.parametrize(("text", "names"), UNDECLARED.items())
def test_names(text: str, names: list[str]) -> None:
    reading = read_text(text)
    assert reading.dialect == "latex"
    assert [v.name for v in reading.variables] == names


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_refused(text: str, words: str) -> None:
    with pytest.raises(ReadingError) as problem:
        read_text(text)
    assert words in str(problem.value)


@pytest.mark.parametrize(("text", "printed"), {
    r"x^\top\mathrm{d}x": "x.T @ dx",
    r"\operatorname{tr}(X\,\mathrm{d}X^{\top})": "tr(X @ dX.T)",
    r"\tfrac12\,\mathrm{d}\langle x,x\rangle": "d(x.T @ x) / 2",
    r"\mathrm{d}\lVert x\rVert_2^2": "d(norm2(x)**2)",
}.items())
def test_differentials(text: str, printed: str) -> None:
    assert str(parse(text, DECLARE)) == printed


def test_a_declared_differential_is_a_variable() -> None:
    reading = read_text(r"x^\top\mathrm{d}x", "x: n, dx: n")
    assert reading.expr.free == frozenset(reading.variables)


def test_assumptions_are_recorded() -> None:
    reading = read_text(r"\sum_i (a_i^\top x - b_i)^2", DECLARE)
    assert reading.assumptions == ("a_i is row i of A, as a column",
                                   "i runs through all entries or rows it stands below")
    assert read_text(r"\sigma(x)", DECLARE).assumptions[0].startswith(r"\sigma(...) is the sigmoid")


def test_the_upper_limit_of_a_sum_is_compared() -> None:
    assert read_text(r"\sum_{i=1}^n x_i", "x: n").assumptions == ()
    with pytest.raises(ReadingError, match="the sum runs to m, but `x` is a vector of n"):
        parse(r"\sum_{i=1}^m x_i", DECLARE)


def test_an_entry_beside_rows_is_told() -> None:
    assert read_text(r"\sum_{i=1}^n x_i", "x: n, X: n x n").assumptions == (
        "x with an index is an entry of x, not a row of X",)
    assert read_text(r"\sum_{i=1}^n x_i^2", "x: n, X: n x n").assumptions == ()
    assert read_text(r"\sum_{i=1}^m x_i^T x", "x: n, X: m x n").assumptions == ("x_i is row i of X, as a column",)


def test_declared_names_win() -> None:
    assert to_text(parse(r"\sigma(x + y) + e I",
                         "sigma: scalar, x: scalar, y: scalar, e: scalar, I: scalar")) == "sigma*(x + y) + e*I"
    assert to_text(parse(r"\|Ax\|_2", "Ax: n")) == "norm2(Ax)"


def test_a_dialect_can_be_forced() -> None:
    assert parse("Ax", "A: m x n, x: n", dialect="latex") is parse("A*x", "A: m x n, x: n")
    with pytest.raises(ReadingError):
        parse(r"\alpha", dialect="text")
