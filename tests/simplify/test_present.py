"""The displayed form: what a book prints, equal in value, never longer, the same when done twice."""

from __future__ import annotations

import numpy as np
import pytest

import symnorm as sn
from symnorm.engine.sweep import sweep
from symnorm.language.node import Node
from symnorm.numeric.interpret import evaluate
from symnorm.numeric.sampling import sample, sizes_for
from symnorm.simplify.cost import cost
from symnorm.simplify.expand import expand
from symnorm.simplify.normal import equal
from symnorm.simplify.present import present

BOOK = [
    ("x'*A*x", "x", "A: n x n, x: n", "(A + A')*x"),
    ("norm2(A*x - b)^2", "x", "A: m x n, x: n, b: m", "2*A'*(A*x - b)"),
    ("norm1(x - A*x)", "x", "A: n x n, x: n", "(eye - A)'*sign(x - A*x)"),
    ("norm2(T - U*V')^2", "U", "T: m x n, U: m x k, V: n x k", "2*(U*V' - T)*V"),
    ("(x'*A*x)/(x'*x)", "x", "A: n x n symmetric, x: n", "2*(A*x - (x'*A*x)*x/(x'*x))/(x'*x)"),
    (
        "-y'*log(sigmoid(X*w)) - (vector(1) - y)'*log(vector(1) - sigmoid(X*w))",
        "w",
        "X: m x n, w: n, y: m",
        "X'*(sigmoid(X*w) - y)",
    ),
    ("-y'*log(softmax(z))", "z", "y: n sums-to-one, z: n", "softmax(z) - y"),
    ("det(X^2)", "X", "X: n x n invertible", "2*det(X^2)*inv(X)'"),
    ("logdet(kron(A, X))", "X", "A: p x p spd, X: n x n spd", "p*inv(X)"),
    ("tr((A*X - X*A)'*(A*X - X*A))", "X", "A: n x n, X: n x n", "2*(A'*(A*X - X*A) - (A*X - X*A)*A')"),
    ("sum(sqrt((X.*X)*vector(1)))", "X", "X: m x n", "X./(sqrt(X.^2*vector(1))*vector(1)')"),
    ("tr(X^2*B)", "X", "X: n x n, B: n x n", "(X*B + B*X)'"),
    ("tr(A*X^3)", "X", "X: n x n, A: n x n", "(X^2*A + X*A*X + A*X^2)'"),
    ("tr(A*diag(x)*B)", "x", "A: m x n, x: n, B: n x m", "diag(B*A)"),
    ("tr(X*inv(A)) - logdet(X*inv(A))", "X", "X: n x n spd, A: n x n spd", "inv(A) - inv(X)"),
    ("(a'*x)*(x'*b)", "x", "a: n, x: n, b: n", "(a*b' + b*a')*x"),
    ("sum(x.*log(x./y))", "x", "x: n positive, y: n positive", "log(x./y) + vector(1)"),
    ("sum(x.*log(x./y))", "y", "x: n positive, y: n positive", "-x./y"),
    ("sum(X./(W*H) - log(X./(W*H)))", "W", "X: m x n, W: m x k, H: k x n", "((W*H - X)./(W*H).^2)*H'"),
    ("sum(relu(x).^2)", "x", "x: n", "2*relu(x)"),
    ("sum(log(cosh(X*w - y)))", "w", "X: m x n, w: n, y: m", "X'*tanh(X*w - y)"),
    ("y'*softmax(z)", "z", "y: n, z: n", "(y - vector(y'*softmax(z))).*softmax(z)"),
    ("c'*inv(X'*diag(w)*X)*c", "w", "X: m x n, w: m positive, c: n", "-(X*inv(X'*diag(w)*X)*c).^2"),
    ("log(1 + x'*S*x/v)", "x", "x: n, S: n x n spd, v: scalar positive", "2*S*x/(v + x'*S*x)"),
    ("norm2(x/norm2(x) - w)^2", "x", "x: n, w: n", "2*((w'*x)*x/norm2(x)^2 - w)/norm2(x)"),
    ("(x'*x)*norm2(x)", "x", "x: n", "3*norm2(x)*x"),
    ("sqrt(mean((A*x - b).^2))", "x", "A: m x n, x: n, b: m", "A'*(A*x - b)/(sqrt(m)*norm2(A*x - b))"),
    ("tr(A*diag(x)*B*diag(x))", "x", "x: n, A: n x n, B: n x n", "(B.*A' + A.*B')*x"),
    ("tr(X*inv(X'*X + l*eye)*X')", "l", "X: m x n, l: scalar positive", "-tr(inv(X'*X + l*eye)^2*X'*X)"),
    ("norm2(y - X*pinv(X)*y)^2", "y", "X: m x n, y: m", "2*(eye - X*pinv(X))*(y - X*pinv(X)*y)"),
    ("a*sum(u./sqrt(u)) + a^2*((vector(1)./sqrt(u))'*u)", "a", "a: scalar, u: n positive",
     "sum(sqrt(u))*(1 + 2*a)"),
    ("tr(inv(A'*A)*(A'*A))", "A", "A: m x n", "0"),
]


@pytest.mark.parametrize(("text", "wrt", "declare", "printed"), BOOK, ids=[b[0] for b in BOOK])
def test_gradients_as_a_book_prints_them(text: str, wrt: str, declare: str, printed: str) -> None:
    gradient = sn.gradient(sn.parse(text, declare=declare), wrt)
    if printed == "0":
        assert not gradient.free
    else:
        assert sn.to_text(gradient) == printed


def _numbers(node: Node, seed: int = 0) -> np.ndarray:
    sizes = sizes_for([node])
    return np.asarray(evaluate([node], sample(node.free, sizes, np.random.default_rng(seed)), sizes)[0])


@pytest.mark.parametrize(("text", "wrt", "declare", "printed"), BOOK[:-1], ids=[b[0] for b in BOOK[:-1]])
def test_equal_never_longer_and_idempotent(text: str, wrt: str, declare: str, printed: str) -> None:
    f = sn.parse(text, declare=declare)
    variable = next(v for v in f.free if v.name == wrt)
    raw = sweep(f, [variable]).gradients[variable]
    shown = present(raw)
    assert cost(shown) <= cost(raw)
    assert present(shown) is shown
    if not raw.free - f.free:
        assert np.allclose(_numbers(sn.dot(raw, variable)), _numbers(sn.dot(shown, variable)), rtol=1e-9)


def test_terms_that_cancel_meet_when_multiplied_out() -> None:
    A, B, x = sn.variables("A: n x n, B: n x n, x: n")
    assert equal((A + B) @ (x + x), 2 * (A @ x) + 2 * (B @ x))
    assert equal(sn.inv(A @ B) @ A, sn.inv(B) @ sn.inv(A) @ A)
    assert equal(sn.norm(x) ** 2, x.T @ x)
    assert not equal(A @ x, A.T @ x)
    assert expand(2 * (A + B) @ x) is 2 * (A @ x) + 2 * (B @ x)


def test_signs_survive_grouping() -> None:
    x, y, t = sn.variables("x: n, y: n, t: scalar positive")
    total = 2 * x / (1 + t) + sn.hadamard(x, y) / (1 + t) - x / (1 + t)
    assert np.allclose(_numbers(total), _numbers(present(total)))


def test_a_factor_that_stands_twice_in_a_term_is_taken_out_once() -> None:
    (A,) = (sn.variables("A: m x n"),)
    gradient = sn.gradient(sn.sum(sn.hadamard(sn.sigmoid(A), sn.exp(A))), A)
    assert sn.to_text(gradient) == "(sigmoid(A) + exp(A)).*sigmoid(A)"


def test_orthogonality_is_used_in_results_and_not_before_the_derivative() -> None:
    A, Q, X = sn.variables("A: n x n, Q: n x n orthogonal, X: n x n")
    assert sn.to_text(sn.gradient(sn.tr(Q.T @ A @ Q), Q)) == "(A + A')*Q"
    assert sn.to_text(sn.gradient(sn.tr(sn.inv(Q) @ X), X)) == "Q"


@pytest.mark.parametrize(
    "f",
    ["max(z) + log(sum(exp(z - max(z)*vector(1))))", "c + logsumexp(z - c*vector(1))", "logsumexp(z + vector(3))"],
)
def test_stabilised_log_sum_exp_has_the_gradient_of_the_plain_one(f: str) -> None:
    assert str(sn.gradient(sn.parse(f, "c: scalar, z: n"), "z")) == "softmax(z)"


def test_the_entries_of_softmax_sum_to_one() -> None:
    assert str(sn.gradient(sn.parse("sum(log(softmax(z)))", "z: n"), "z")) == "ones(n) - n * softmax(z)"


def test_softmax_of_every_row_cancels() -> None:
    declare = "X: m x n, W: n x k, Y: m x k"
    loss = sn.parse("-sum(Y.*log(diag(vector(1)./(exp(X*W)*vector(1)))*exp(X*W)))", declare=declare)
    expected = "X.T @ (hadamard(exp(X @ W), divide(Y @ ones(k), exp(X @ W) @ ones(k)) @ ones(1, k)) - Y)"
    assert str(sn.gradient(loss, "W")) == expected
    assert sn.derive(loss, "W").check().passed


@pytest.mark.parametrize(
    "text",
    ["norm2(x)^2/(x'*x) - 1", "norm2(x)^2 - x'*x", "norm2(X)^2 - tr(X'*X)", "(x'*x)*x/norm2(x)^2 - x",
     "norm2(x)^3 - (x'*x)*norm2(x)"],
)
def test_spellings_of_a_length_cancel(text: str) -> None:
    assert not present(sn.parse(text, declare="x: n, X: m x n")).free


@pytest.mark.parametrize("text", ["eigmax((S + B)'*S + S*(S + B))", "eigmin(2*S*S + relu(B)'*S + S*relu(B) + 2*S)"])
def test_what_is_of_symmetric_matrices_still_shows_that_its_argument_is_one(text: str) -> None:
    declare = "S: n x n symmetric, B: n x n"
    for wrt in "BS":
        gradient = sn.gradient(sn.parse(text, declare=declare), wrt)
        assert sn.parse(sn.to_text(gradient), declare=declare).shape == gradient.shape
