"""The text dialect: syntax, shapes and values of short formulas."""

from __future__ import annotations

import pytest

from symnorm.language.reading import parse, read_text
from symnorm.language.reading.syntax import outline
from symnorm.language.reading.text import parse_text
from symnorm.rendering.text import to_text

DECLARE = "A: m x n, X: n x n, x: n, y: n, b: m, t: scalar"

TREES = {
    "A'*(A*x - b)": "(product:* (transpose A) (sum:+- (product:* A x) b))",
    "A.T @ (A @ x - b)": "(product:@ (transpose A) (sum:+- (product:@ A x) b))",
    "-x^2": "(negate (power:^ x 2))",
    "2^-x": "(power:^ 2 (negate x))",
    "a/-b*c": "(product:* (divide:/ a (negate b)) c)",
    "-a*b + c - d": "(sum:-+- (product:* a b) c d)",
    "x.^2'": "(transpose (elpower:.^ x 2))",
    "x**p.T": "(power:** x (transpose p))",
    "2.*x": "(hadamard:.* 2 x)",
    "2x": "(product: 2 x)",
    "2(x + y)": "(product: 2 (sum:++ x y))",
    "f(x) = x'x": "(product: (transpose x) x)",
    "||x||_1 + |x|y|z|": "(sum:++ (call:norm1 x) (product: (product: (bars x) y) (bars z)))",
    "norm(X, 'fro')": "(call:norm X fro)",
    "X^T": "(transpose X)",
    "1.5e-3": "3/2000",
}


@pytest.mark.parametrize(("text", "tree"), TREES.items())
def test_syntax(text: str, tree: str) -> None:
    assert outline(parse_text(text).parse()) == tree


@pytest.mark.parametrize(("text", "printed"), {
    "norm(A*x - b)^2/2": "norm2(A*x - b)^2/2",
    "norm(X, 2)": "normspec(X)",
    "norm(X, 'nuc')": "normnuc(X)",
    "norm(x, inf)": "norminf(x)",
    "norm(x, 1)": "norm1(x)",
    "log(abs(det(X)))": "logdet(X)",
    "|X|": "det(X)",
    "|t|": "abs(t)",
    "max(0, x)": "relu(x)",
    "e^x": "exp(x)",
    "1/n*sum(x)": "sum(x)/n",
    "X + t*eye": "X + t*eye",
    "I_n*x": "x",
    "I*x": "x",
    "exp(x) + vector(1)": "exp(x) + vector(1)",
    "ones(n)'*x": "sum(x)",
    "x''": "x",
    "X^-1*x": "inv(X)*x",
    "quad(x, X)": "x'*X*x",
    "trace(X)": "tr(X)",
    "||A*x - b||^2": "norm2(A*x - b)^2",
    "x'*y;": "x'*y",
    "f = @(x, y) x'*y": "x'*y",
    "sum(exp.(A*x))": "sum(exp(A*x))",
    "lambda1*norm1(x)": "lambda1*norm1(x)",
}.items())
def test_meaning(text: str, printed: str) -> None:
    assert to_text(parse(text, DECLARE)) == printed


@pytest.mark.parametrize("name",
                         ["lambda", "np", "N", "S", "E", "I", "T", "pi", "None", "import", "v0", "e", "eye", "exp",
                          "inf",
                                  "λ", "__x", "class", "sum"])
def test_everyday_names_are_variables(name: str) -> None:
    reading = read_text(f"norm2({name})^2", f"{name}: n")
    assert [v.name for v in reading.variables] == [{"λ": "lambda"}.get(name, name)]
    assert reading.expr.free == frozenset(reading.variables)


def test_variables_named_as_functions_leave_the_functions() -> None:
    declare = "exp: n, inv: n x n, eye: n x n"
    for text in ("exp(2*exp)", "inv(inv)*exp", "eye*exp + exp", "eye + eye(n)"):
        expr = parse(text, declare)
        assert parse(to_text(expr), declare) is expr
    assert to_text(parse("inv + eye(n)", declare)) == "inv + eye"
    assert to_text(parse("eye + eye(n)", declare)) == "eye + eye(n)"


def test_undeclared_names_are_typed_by_letter() -> None:
    reading = read_text("norm2(X*w - y)^2 + lambda*norm1(w) + c*tr(X'*X)")
    assert reading.inferred == ("X: m x n matrix, by name", "w: vector of n, by name", "y: vector of m, by name",
                                "lambda: scalar, by name", "c: scalar, by name")


def test_a_scalar_letter_is_a_vector_where_only_that_fits() -> None:
    assert read_text("1/2*norm2(A*x - b)^2").inferred[-1] == "b: vector of m, only a vector fits"


def test_exponents_are_scalars() -> None:
    assert read_text("normp(x, p)^p").inferred == ("p: scalar, an exponent", "x: vector of n, by name")


def test_fresh_sizes_avoid_declared_names() -> None:
    reading = read_text("x'*Q*x + n", "z: n")
    assert reading.inferred == ("x: vector of m, by name", "Q: m x m matrix, by name")


def test_a_literal_without_context_takes_the_only_size() -> None:
    reading = read_text("vector(1)", "x: n")
    assert reading.expr.shape == (reading.variables[0].rows,)
    assert reading.assumptions == ("vector(1) has the size n, the only one declared",)


def test_what_programs_mean_differently_is_told() -> None:
    assert read_text("ones(m)'*b", DECLARE).assumptions == ("ones(m) is a vector of m, as in NumPy",)
    assert read_text("norm(A)^2", DECLARE).assumptions == (
        "`norm(A)` is the Frobenius norm; norm(X, 2) is the spectral one",)
    assert read_text("norm(b)^2 + norm(A, 'fro')", DECLARE).assumptions == ()


def test_numbers_are_exact() -> None:
    assert parse("0.1 + 0.2") is parse("0.3")
    assert parse("1e-3*x", "x: n") is parse("x/1000", "x: n")


def test_declarations_may_be_variables() -> None:
    reading = read_text("A*x", DECLARE)
    variables = {v.name: v for v in reading.variables}
    assert parse("A*x", list(variables.values())) is reading.expr
    assert parse("A*x", variables) is reading.expr


def test_greek_letters_are_their_names() -> None:
    assert parse("λ*x'*x", "lambda: scalar, x: n") is parse("lambda*x'*x", "λ: scalar, x: n")
