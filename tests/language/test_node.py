"""The graph: equality is identity, walks are iterative, forms are canonical."""

from __future__ import annotations

import copy
import pickle
import threading

import pytest
import sympy

import symnorm as sn
from symnorm.language import build
from symnorm.language.node import Add, Hadamard, Inverse, MatMul, Node, Transpose, postorder

A, B, S, x, y, b, t = sn.variables("A: m x n, B: n x n, S: n x n symmetric, x: n, y: n, b: m, t: scalar")


def test_equal_expressions_are_one_object() -> None:
    assert A @ x - b is A @ x - b
    assert (A @ x - b).key != (A @ x + b).key
    assert build.constant(-1).key != build.constant(-2).key


def test_nodes_are_sympy_objects_that_pickle_and_copy() -> None:
    f = sn.norm(A @ x - b) ** 2
    assert isinstance(f, sympy.Basic)
    assert pickle.loads(pickle.dumps(f)) is f
    assert copy.deepcopy(f) is f
    assert f.func(*f.args) is f


def test_threads_meet_at_one_object() -> None:
    made: list[Node] = []
    threads = [threading.Thread(target=lambda: made.append(sn.exp(A @ x * 7 - b))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(m is made[0] for m in made)


CANONICAL = [
    (x.T @ x, ()),
    (A @ x, (A.rows,)),
    (x.T, (build.ONE, x.rows)),
    (x @ y.T, (x.rows, x.rows)),
    (A.T, (A.cols, A.rows)),
]


@pytest.mark.parametrize(("node", "shape"), CANONICAL, ids=str)
def test_shapes(node: Node, shape: tuple[object, ...]) -> None:
    assert node.shape == shape


SAME = [
    (S.T, S),
    (A.T.T, A),
    ((A @ x).T, x.T @ A.T),
    (sn.inv(B) @ B, sn.eye("n")),
    (sn.tr(x @ y.T), y.T @ x),
    (sn.inv(A.T @ A) @ A.T @ A, sn.eye("n")),
    (sn.diag(x) @ y, sn.hadamard(x, y)),
    (x + x, 2 * x),
    (x - x, sn.zeros("n")),
    (sn.exp(t) * sn.exp(-t), build.UNIT),
    (sn.exp(x) / sn.sum(sn.exp(x)), sn.softmax(x)),
    (1 / (1 + sn.exp(-t)), sn.sigmoid(t)),
    (sn.sqrt(t**2), sn.abs(t)),
    (sn.abs(-x), sn.abs(x)),
    (sn.det(B.T), sn.det(B)),
    (sn.logdet(sn.inv(B)), -sn.logdet(B)),
    (sn.hadamard(sn.sign(x), sn.abs(x)), x),
    (sn.norm(-3 * x), 3 * sn.norm(x)),
    (sn.kron(A, B).T, sn.kron(A.T, B.T)),
    (sn.ones("n").T @ x, sn.sum(x)),
    (sn.vec(sn.ones("m", "n")), sn.ones(build.multiply(build.constant(A.rows), build.constant(A.cols)).value)),
]


@pytest.mark.parametrize(("left", "right"), SAME, ids=str)
def test_local_canonical_form(left: Node, right: Node) -> None:
    assert left is right


def test_like_terms_meet_whatever_the_order() -> None:
    assert build.is_zero(sn.tr(B @ S) - sn.tr(S @ B))
    assert build.is_zero(x.T @ B @ y - y.T @ B.T @ x)
    assert build.is_zero(sn.hadamard(x, y) - sn.hadamard(y, x))


def test_a_scaled_sum_is_one_term_and_a_shared_child_stays() -> None:
    assert isinstance((2 * (A @ x - b)).args[-1], Add)
    e = x
    for _ in range(40):
        e = e + B @ e
    assert len(postorder([e])) < 100


def test_properties_are_inferred() -> None:
    assert "symmetric" in (B + B.T).facts
    assert "psd" in (A.T @ A).facts
    assert "spd" in (A.T @ A + sn.eye("n")).facts
    assert "symmetric" not in (B @ S).facts
    assert "positive" in sn.exp(x).facts


def test_a_thousand_layers() -> None:
    e = x
    for _ in range(1000):
        e = sn.tanh(B @ e)
    assert e.T.T is e
    assert sn.gradient(sn.sum(e), x).free == {B, x}


REFUSED = [
    (lambda: A @ b, "cannot multiply A .m x n. by b .vector of m."),
    (lambda: x + t, r"t\*vector\(1\)"),
    (lambda: A + B, "cannot add A .m x n. and B .n x n."),
    (lambda: x @ y, "inner product"),
    (lambda: sn.inv(A), "only square"),
    (lambda: A**2, "only square matrices have powers"),
    (lambda: x / y, "write ./"),
    (lambda: sn.normp(x, 0.5), "p >= 1"),
    (lambda: sn.norminf(A), "norminf"),
    (lambda: sn.tr(A), "trace needs a square"),
    (lambda: t / 0, "by 0"),
]


@pytest.mark.parametrize(("build_it", "words"), REFUSED, ids=[w for _, w in REFUSED])
def test_shape_errors_name_both_sides(build_it: object, words: str) -> None:
    with pytest.raises(sn.SymnormError, match=words):
        build_it()  # type: ignore[operator]


def test_text_and_arrays_are_refused() -> None:
    with pytest.raises(sn.Misuse, match="sn.parse"):
        sn.exp("x")
    with pytest.raises(sn.SymnormError):
        A @ [1.0, 2.0]
    with pytest.raises(TypeError):
        bool(x)


def test_kinds() -> None:
    assert isinstance(sn.inv(B).T, Transpose)
    assert isinstance(sn.inv(B.T).args[0], Inverse)
    assert isinstance(A @ x, MatMul)
    assert isinstance(sn.hadamard(x, y), Hadamard)
