"""Where an inverse is multiplied by, where it is not, and traces that are multiplied out."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

import symnorm as sn
from benchmarks.functions import CASES
from symnorm.engine.tensor_matrix import vec_form
from symnorm.numeric.compile import lambdify, variables_of
from symnorm.numeric.interpret import evaluate

Array = Any
DECLARE = "S: n x n spd, H: n x n symmetric, G: n x n, A: n x n, B: n x n, u: n, v: n, c: scalar"
TRACES = (
    "tr(inv(S)*(A - u*v')*inv(S)*B)", "tr(inv(S)*A*inv(S)*A)", "tr(inv(S)*inv(S))", "tr(inv(S)*A*inv(S))",
    "tr(inv(S)*(H - c*u*u'*inv(S)*H - H*inv(S)*u*u')*inv(S)*H)", "tr((A.*(inv(S)*(B + u*v')*inv(S)))'*B)",
    "tr((A.*(inv(S)*(B + u*v')))*B)", "tr(B'*(A.*(inv(S)*B)'))", "tr(inv(G)*(A - c*u*v')*inv(G)'*B)",
    "tr(inv(G)'*(A + inv(S)*B)*inv(G)*(B - A*inv(S)))", "tr(inv(H)*(eye - u*v'*inv(H))*inv(H)*A)",
    "tr(inv(S)*(A - c*(B - inv(S)*(A + u*v'))*inv(S)))", "tr(inv(S)*(A + B)*inv(S)*(A + B))",
    "v'*inv(S)*H*inv(S)*H*inv(S)*v", "v'*A'*inv(G)'*inv(G)*A*v", "v'*inv(S)*H*inv(S)*u + tr(inv(S)*H*inv(S)*H)",
)
PRODUCTS = (
    "inv(S)*A*inv(S)*B*inv(S)", "inv(S)*(A + inv(S)*B)*inv(S)", "inv(H)*A*inv(H)*B*inv(H)", "inv(S).*(inv(S)*A)",
    "(A'*inv(S)*B*inv(S))'", "A'*B + B'*A", "H*inv(S)*inv(S)*H*inv(S)", "inv(G)*A*inv(G)*B*inv(G)",
)


def point(n: int, seed: int = 0) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    G = rng.normal(size=(n, n)) + 2 * np.sqrt(n) * np.eye(n)
    H = G + G.T - 3 * np.sqrt(n) * np.eye(n)
    return {"S": G @ G.T / n + np.eye(n), "H": H, "G": G, "A": rng.normal(size=(n, n)), "B": rng.normal(size=(n, n)),
            "u": rng.normal(size=n), "v": rng.normal(size=n), "c": 0.7}


@pytest.mark.parametrize("text", [*TRACES, *PRODUCTS])
@pytest.mark.parametrize("n", [1, 2, 7, 40])
def test_as_the_interpreter(text: str, n: int) -> None:
    e = sn.parse(text, declare=DECLARE)
    order = variables_of([e])
    values = {v: point(n)[v.name] for v in order}
    before = {v: np.copy(a) for v, a in values.items()}
    want = evaluate([e], values, {"n": n})[0]
    found = lambdify(e, order)(*values.values())
    np.testing.assert_allclose(found, want, rtol=1e-9, atol=1e-9 * float(np.max(np.abs(want))))
    assert all(np.array_equal(before[v], a) for v, a in values.items())


@pytest.mark.parametrize("text", TRACES)
def test_several_share_what_they_need(text: str) -> None:
    """In any order, after and before the others."""
    roots = [sn.parse(t, declare=DECLARE) for t in (TRACES[1], text, TRACES[4], TRACES[-1])]
    order = variables_of(roots)
    values = {v: point(9)[v.name] for v in order}
    want = evaluate(roots, values, {"n": 9})
    np.testing.assert_allclose(lambdify(tuple(roots), order)(*values.values()), want, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(lambdify(tuple(roots[::-1]), order)(*values.values()), want[::-1], rtol=1e-9, atol=1e-9)


def source(text: str, n: int = 50) -> str:
    e = sn.parse(text, declare=DECLARE)
    order = variables_of([e])
    f = lambdify(e, order)
    f(*(point(n)[v.name] for v in order))
    return f.source


def test_one_solve_stays_a_solve() -> None:
    assert "inverse" not in source("inv(S)*A")
    assert "inverse" not in source("inv(S)*u + inv(S)*inv(S)*v")
    assert "cholesky_solve" in source("inv(S)*A")


def test_two_wide_solves_are_products_with_the_inverse() -> None:
    text = source("inv(S)*A*inv(S)*B")
    assert "cholesky_inverse" in text and "solve" not in text


def test_a_formed_inverse_is_used() -> None:
    text = source("inv(S).*(inv(S)*A)")
    assert text.count("cholesky(") == text.count("cholesky_inverse(") == 1 and "solve" not in text


def test_an_inverse_by_lu_is_not_multiplied_by() -> None:
    assert "lu_inverse" not in source("inv(G)*A*inv(G)*B*inv(G)")


def test_two_products_for_the_hessian_of_the_gaussian_process() -> None:
    case = CASES["gp"]
    f = sn.parse(case.text, declare=case.declare)
    s, t, u = (next(v for v in f.free if v.name == w) for w in case.wrt)
    order = variables_of([f])
    data = case.data(np.random.default_rng(0), 80)
    h = lambdify(tuple(sn.hessian(f, p, q) for p, q in ((s, s), (s, t), (t, t), (u, u), (s, u), (t, u))), order)
    h(*(data[v.name] for v in order))
    assert h.source.count(" @ ") == 2
    assert h.source.count("_inverse(") == 1


def test_a_sum_with_its_transpose_is_one_product() -> None:
    assert source("A'*B + B'*A", 200).count(" @ ") == 1


def test_an_ill_conditioned_matrix_loses_no_more_than_its_condition() -> None:
    """The trace of (S^-1 H)^2 with cond S = 1e8, H = S - 1e-8 I, against sixty digits."""
    n = 8
    rng = np.random.default_rng(3)
    q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    S = (q * np.logspace(0, -8, n)) @ q.T
    S = (S + S.T) / 2
    H = S - 1e-8 * np.eye(n)
    e = sn.parse("tr(inv(S)*H*inv(S)*H)", declare=DECLARE)
    order = variables_of([e])
    found = lambdify(e, order)(*({"S": S, "H": H}[v.name] for v in order))
    with mpmath.workdps(60):
        P = mpmath.inverse(mpmath.matrix(S)) * mpmath.matrix(H)
        want = float(sum((P * P)[i, i] for i in range(n)))
    assert abs(found - want) < 1e8 * 1e-15 * n * abs(want)


STACKED = ("kron(inv(S), inv(S)^3)*commutation(n, n)", "kron(inv(S)^3, inv(S)) + kron(A, inv(S)*B)*commutation(n, n)",
           "commutation(n, n)*kron(inv(S)*A, B*inv(S))", "kron(inv(S), inv(S))*vec(A)*vec(inv(S)*B)'")
SECOND = ("norm2(inv(S))^2", "tr(A*inv(S)*B)", "u'*inv(S)*v + norm2(inv(S)*A)^2", "norm2(kron(B, inv(S)))",
          "logdet(S)*tr(inv(S)*A)", "tr(inv(S)*A*inv(S)*B)")


@pytest.mark.parametrize("text", STACKED)
@pytest.mark.parametrize("n", [2, 3, 6])
def test_products_of_stacks_of_matrices_stay_what_they_are(text: str, n: int) -> None:
    test_as_the_interpreter(text, n)


@pytest.mark.parametrize("text", SECOND)
def test_kronecker_forms_of_second_derivatives_agree_with_their_entries(text: str) -> None:
    n, f = 3, sn.parse(text, declare=DECLARE)
    hessian = sn.hessian(f, "S")
    stacked = vec_form(hessian)
    order = variables_of([f])
    values = [point(n)[v.name] for v in order]
    entries = lambdify(hessian, order)(*values)
    assert stacked is not None
    found = lambdify(stacked, order)(*values)
    want = entries.transpose(1, 0, 3, 2).reshape(n * n, n * n)
    np.testing.assert_allclose(found, want, rtol=1e-8, atol=1e-9 * float(np.max(np.abs(want))))
