"""Jacobians, Hessians, products with a direction, layouts and structures against finite differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import symnorm as sn
from symnorm.engine.layouts import LAYOUTS
from symnorm.engine.tensor import Tensor
from symnorm.engine.tensor_matrix import vec_form
from symnorm.language.node import Node
from tests.engine.examples import SIZES, differences, named, point, value_at

DECLARE = (
    "A: m x n, B: n x n, M: m x m, X: m x n, Y: n x n invertible, S: n x n spd, x: n, y: n, z: m, v: n, t: scalar, "
    "s: scalar positive"
)
VECTOR_JACOBIANS = {
    "A*exp(x)": "A*diag(exp(x))",
    "softmax(x)": None,
    "x/norm2(x)": None,
    "x*(x'*B*x)": None,
    "inv(B + diag(x))*y": None,
    "x*x'*y": None,
    "diag(x)*B*sin(x)": None,
    "A'*sigmoid(A*x)": None,
    "tanh(y*x')*v": None,
    "(B.*(x*y'))*v": None,
    "(x*y' + B)'*x": None,
    "exp(x*y')*x": None,
    "kron(x, x)": None,
    "diag(B*diag(x)*B')": None,
    "(tanh(x*y')*B)'*y": None,
    "vec(x*y')": None,
    "sqrt(exp(x)).^3": None,
    "max(x)*x": None,
    "det(B + x*x')*y": None,
    "(x'*y)*(tr(B*diag(x))*y)": None,
}
TENSORS = {
    ("inv(Y)", "Y"),
    ("A*Y*B", "Y"),
    ("X'*X", "X"),
    ("X'", "X"),
    ("tanh(X*B)", "X"),
    ("X*y", "X"),
    ("x*x'", "x"),
    ("vec(A*Y*B)", "Y"),
    ("kron(Y, B)", "Y"),
    ("kron(B, Y)*kron(Y, B)", "Y"),
    ("B^4*Y", "B"),
    ("diag(Y*x)", "Y"),
    ("diag(Y)", "Y"),
    ("tr(Y)*Y", "Y"),
    ("(X.*A)*x", "X"),
    ("det(Y)*Y", "Y"),
    ("norm2(X)*X", "X"),
    ("(y - x)*(-sin(y) - x)'", "x"),
    ("diag(x)*B*diag(x)", "x"),
    ("x'", "x"),
    ("exp(X).*A", "X"),
    ("Y*Y'*Y", "Y"),
    ("vec(X)*vec(X)'", "X"),
}
HESSIANS = {
    ("logsumexp(A*x + z)", "x"),
    ("norm2(A*x - z)^2", "x"),
    ("norm2(x)", "x"),
    ("sum(log(1 + exp(x)))", "x"),
    ("logdet(B + diag(x))", "x"),
    ("exp(-x'*S*x/2)", "x"),
    ("(x'*B*x)/(x'*x)", "x"),
    ("normp(x, 3)", "x"),
    ("tr(B*diag(x)*B*diag(x))", "x"),
    ("norm2(A*Y - X)^2", "Y"),
    ("logdet(S)", "S"),
    ("x'*inv(S)*y", "S"),
    ("det(Y)", "Y"),
    ("tr(Y^3)", "Y"),
    ("sum(exp(X))", "X"),
    ("norm2(X)", "X"),
    ("norm2(X - z*x')^2", "X"),
    ("tr(X'*M*X)", "X"),
    ("x'*inv(S + t*B'*B)*x", "t"),
    ("sin(t)*t", "t"),
    ("norm2(kron(Y, B))^2", "Y"),
    ("logsumexp(Y*x)", "Y"),
}


def parsed(text: str) -> Node:
    if text == "sum(log(1 + exp(x)))":
        text = "sum(log(vector(1) + exp(x)))"
    return sn.parse(text, declare=DECLARE)


def variable(name: str) -> Node:
    return next(v for v in sn.variables(DECLARE) if v.name == name)


def numbers(result: Node | Tensor, values: dict) -> np.ndarray:
    return result.dense(values, sizes=SIZES) if isinstance(result, Tensor) else value_at(result, values)


@pytest.mark.parametrize("text", VECTOR_JACOBIANS)
def test_jacobian_by_a_vector_is_matrix_notation_and_agrees(text: str) -> None:
    F, x, values = parsed(text), variable("x"), point(DECLARE)
    J = sn.jacobian(F, x)
    assert isinstance(J, Node), "no matrix notation was found"
    if VECTOR_JACOBIANS[text]:
        assert sn.to_text(J) == VECTOR_JACOBIANS[text]
    np.testing.assert_allclose(value_at(J, values), differences(F, x, values), rtol=1e-6, atol=1e-7)
    again = sn.parse(sn.to_text(J), declare=DECLARE)
    np.testing.assert_allclose(value_at(again, values), value_at(J, values), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("text", "name"), sorted(TENSORS))
def test_tensor_agrees(text: str, name: str) -> None:
    F, x, values = parsed(text), variable(name), point(DECLARE, 1)
    J = sn.jacobian(F, x)
    assert isinstance(J, Tensor)
    want = differences(F, x, values)
    got = J.dense(values, sizes=SIZES)
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-6)
    compiled = sn.lambdify(J, args=list(values))
    np.testing.assert_allclose(compiled(*values.values()), got, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("text", "name"), sorted(TENSORS | HESSIANS))
def test_kronecker_form_is_the_same_derivative(text: str, name: str) -> None:
    F, x, values = parsed(text), variable(name), point(DECLARE, 2)
    D = sn.jacobian(F, x) if (text, name) in TENSORS else sn.hessian(F, x)
    if not isinstance(D, Tensor):
        return
    matrix = vec_form(D)
    if matrix is None:
        assert "kron" in text or "diag" in text or text in ("(X.*A)*x", "vec(X)*vec(X)'")
        return
    array = D.dense(values, sizes=SIZES)
    rows = len(D.out)
    order = [*reversed(range(rows)), *reversed(range(rows, array.ndim))]
    flat = value_at(matrix, values)
    np.testing.assert_allclose(flat, array.transpose(order).reshape(flat.shape), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("text", "name"), sorted(HESSIANS))
def test_hessian_agrees_and_is_symmetric(text: str, name: str) -> None:
    f, x, values = parsed(text), variable(name), point(DECLARE, 3)
    H = numbers(sn.hessian(f, x), values)
    free = sn.parse(text.replace("1 + exp", "vector(1) + exp"), declare=DECLARE.replace(" spd", " invertible"))
    loose = next(v for v in sn.variables(DECLARE.replace(" spd", " invertible")) if v.name == name)
    at = {
        v: values[next(u for u in values if u.name == v.name)]
        for v in sn.variables(DECLARE.replace(" spd", " invertible"))
    }
    want = differences(sn.gradient(free, loose), loose, at)
    np.testing.assert_allclose(H, want, rtol=1e-6, atol=1e-6)
    half = H.ndim // 2
    flat = H.reshape(int(np.prod(H.shape[:half])), -1)
    np.testing.assert_allclose(flat, flat.T, atol=1e-9)


@pytest.mark.parametrize(("text", "name"), sorted(HESSIANS))
def test_products_with_a_direction(text: str, name: str) -> None:
    f, x, values = parsed(text), variable(name), point(DECLARE, 4)
    H = np.asarray(numbers(sn.hessian(f, x), values))
    direction = sn.variables(f"V: {' x '.join(str(s) for s in x.shape)}") if x.shape else sn.variables("V: scalar")
    V = np.random.default_rng(5).standard_normal([SIZES[str(s)] for s in x.shape])
    product = sn.hvp(f, x, direction)
    got = value_at(product, {**values, direction: V if x.shape else float(V)})
    np.testing.assert_allclose(got, np.tensordot(H, V, V.ndim), rtol=1e-8, atol=1e-8)


def test_jvp_and_vjp_are_adjoint() -> None:
    F, x, values = parsed("tanh(A*x).*(M*z)"), variable("x"), point(DECLARE, 6)
    v, u = sn.variables("d: n, w: m")
    values |= {v: np.arange(3.0), u: np.arange(4.0) - 1}
    left = values[u] @ value_at(sn.jvp(F, x, v), values)
    right = value_at(sn.vjp(F, x, u), values) @ values[v]
    assert left == pytest.approx(right)


def test_mixed_second_derivatives_are_transposes() -> None:
    f, values = parsed("exp(x'*B*y) + sin(y'*x)"), point(DECLARE, 7)
    x, y = variable("x"), variable("y")
    xy, yx = sn.hessian(f, x, y), sn.hessian(f, y, x)
    np.testing.assert_allclose(value_at(xy, values), differences(sn.gradient(f, x), y, values), rtol=1e-6)
    np.testing.assert_allclose(value_at(xy, values), value_at(yx, values).T)
    blocks = sn.hessian(f, (x, y))
    assert blocks[0][1] is xy
    assert blocks[1][0] is yx


def test_operator_is_the_dense_array() -> None:
    pytest.importorskip("scipy")
    f, values = parsed("norm2(A*Y - X)^2 + tr(Y^3)"), point(DECLARE, 8)
    H = sn.hessian(f, variable("Y"))
    dense = H.dense(values).reshape(9, 9)
    operator = H.operator(**{k: a for k, a in named(values).items() if k in "AYX"})
    V = np.random.default_rng(0).standard_normal(9)
    np.testing.assert_allclose(operator @ V, dense @ V)
    np.testing.assert_allclose(operator.rmatvec(V), dense.T @ V)


def test_too_large_says_how_large() -> None:
    X = sn.variables("X: n x n")
    J = sn.jacobian(X @ X, X)
    with pytest.raises(sn.TooLarge, match="838,860,800,000,000 bytes"):
        J.dense(X=np.eye(3200))
    assert J.operator(X=np.eye(3)).shape == (9, 9)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("text", "name"), [("x'*B*x", "x"), ("tr(A*Y*A')", "Y"), ("A*exp(x)", "x"), ("t*z", "t"), ("A*Y", "Y")]
)
def test_layouts_pair_with_the_differential(layout: str, text: str, name: str) -> None:
    F, x, values = parsed(text), variable(name), point(DECLARE, 9)
    free = differences(F, x, values)
    dx = np.random.default_rng(1).standard_normal(np.shape(values[x]))
    dF = np.tensordot(free, dx, dx.ndim)
    D = sn.jacobian(F, x, layout=layout)
    if isinstance(D, Tensor):
        np.testing.assert_allclose(np.tensordot(D.dense(values), dx, 2), dF, rtol=1e-6)
        return
    value = value_at(D, values)
    stacked = layout == "vec" or (np.ndim(dF) == 2 and layout != "gradient")
    if stacked:
        matrix = value.T if layout == "denominator" else value
        np.testing.assert_allclose(
            np.reshape(matrix, (dF.size, dx.size)) @ dx.ravel(order="F"), dF.ravel(order="F"), rtol=1e-6
        )
    elif dF.ndim == 0:
        pairing = (
            np.trace(np.atleast_2d(value) @ dx.reshape(dx.shape[0], -1))
            if layout == "numerator"
            else np.sum(value * dx)
        )
        np.testing.assert_allclose(pairing, dF, rtol=1e-6)
    elif dx.ndim == 0:
        np.testing.assert_allclose(value.ravel() * dx, dF, rtol=1e-6)
    else:
        np.testing.assert_allclose((value.T if layout == "denominator" else value) @ dx, dF, rtol=1e-6)


def test_structured_second_derivatives() -> None:
    f, S, values = parsed("x'*inv(S)*y + logdet(S)"), variable("S"), point(DECLARE, 10)
    D = sn.hessian(f, S).dense(values)
    k = np.eye(3)
    symmetric = sn.hessian(f, S, structure="symmetric").dense(values)
    half = (D + D.swapaxes(2, 3)) / 2
    np.testing.assert_allclose(symmetric, (half + half.swapaxes(0, 1)) / 2)
    entries = sn.hessian(f, S, structure="entries").dense(values)
    once = D + D.swapaxes(2, 3) - k * D
    np.testing.assert_allclose(entries, once + once.swapaxes(0, 1) - k[:, :, None, None] * once)
    lower = sn.jacobian(parsed("Y*B"), variable("Y"), structure="triangular").dense(values)
    full = sn.jacobian(parsed("Y*B"), variable("Y")).dense(values)
    np.testing.assert_allclose(lower, full * np.tril(np.ones((3, 3))))


@pytest.mark.parametrize(
    ("structure", "want"),
    [
        ("symmetric", lambda G, X: (G + G.T) / 2),
        ("entries", lambda G, X: G + G.T - np.diag(np.diag(G))),
        ("diagonal", lambda G, X: np.diag(np.diag(G))),
        ("triangular", lambda G, X: np.tril(G)),
        ("sphere", lambda G, X: G - np.sum(X * G) * X),
        ("orthonormal", lambda G, X: G - X @ (X.T @ G + G.T @ X) / 2),
    ],
)
def test_structured_gradients(structure: str, want: object) -> None:
    f, Y, values = parsed("tr(B*Y) + logdet(Y)"), variable("Y"), point(DECLARE, 11)
    G = value_at(sn.gradient(f, Y), values)
    got = value_at(sn.gradient(f, Y, structure=structure), values)
    np.testing.assert_allclose(got, want(G, values[Y]))


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: sn.hessian(parsed("A*x"), "x"), sn.ShapeError, "the Hessian is of a scalar"),
        (lambda: sn.hvp(parsed("A*x"), "x", variable("x")), sn.ShapeError, "ask for the jacobian"),
        (lambda: sn.hvp(parsed("x'*x"), "x", variable("z")), sn.ShapeError, "is not of the shape of x"),
        (lambda: sn.jacobian(parsed("A*x"), "x", layout="rows"), sn.Misuse, "is not one of gradient, numerator"),
        (lambda: sn.gradient(parsed("x'*x"), "x", structure="round"), sn.Misuse, "is not one of free, symmetric"),
        (
            lambda: sn.gradient(parsed("tr(X'*X)"), "X", structure="symmetric"),
            sn.ShapeError,
            "is said of square matrices",
        ),
        (lambda: sn.hessian(parsed("x'*B*y"), "x", "y", structure="sphere"), sn.NoClosedForm, "by one variable"),
        (lambda: sn.jacobian(parsed("Y*B"), "Y", structure="sphere"), sn.NoClosedForm, "Hessians of scalars"),
        (lambda: sn.jvp(parsed("A*x"), ("x", "A"), variable("x")), sn.Misuse, "as many directions"),
    ],
)
def test_misuse_is_named(call: object, kind: type, words: str) -> None:
    with pytest.raises(kind, match=words):
        call()


def test_a_scalar_inside_an_operand_reaches_the_kronecker_form() -> None:
    x, y = sn.variables("x: n, y: m")
    J = sn.jacobian(x @ y.T, x)
    (term,) = J.terms
    operands = tuple(replace(op, node=-3 * op.node) if op.node is y else op for op in term.operands)
    assert vec_form(replace(J, terms=(replace(term, operands=operands),))) is -3 * vec_form(J)
