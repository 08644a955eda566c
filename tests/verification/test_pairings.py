"""Every kind of f with every kind of claim: gradients, Jacobians and Hessians, right, wrong, and in another layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy

import symnorm as sn

m, n = sympy.symbols("m n", integer=True, positive=True)
A_, x_, b_ = sympy.MatrixSymbol("A", m, n), sympy.MatrixSymbol("x", n, 1), sympy.MatrixSymbol("b", m, 1)
A, b = np.arange(12.0).reshape(4, 3) / 7 - 0.8, np.array([1.0, -0.5, 0.3, 2.0])
AT = np.array([0.3, -1.2, 0.7])
DECLARE = "A: m x n, x: n, b: m"
S = sn.variables(DECLARE)
r_ = A_ * x_ - b_


def loss(x: Any) -> Any:
    r = A @ x - b
    return r @ r


def affine(x: Any) -> Any:
    return A @ x - b


# kind: (forms of f, {form: right claim}, {form: wrong claim})
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "gradient": (
        {"text": "norm2(A*x - b)^2", "latex": r"\|Ax-b\|_2^2", "node": sn.norm(S[0] @ S[1] - S[2]) ** 2,
         "sympy": (r_.T * r_)[0, 0], "numpy": loss},
        {"text": "2*A'*(A*x - b)", "latex": r"2A^\top(Ax-b)", "node": 2 * S[0].T @ (S[0] @ S[1] - S[2]),
         "sympy": 2 * A_.T * r_, "numpy": lambda x: 2 * A.T @ (A @ x - b)},
        {"text": "A'*(A*x - b)", "latex": r"A^\top(Ax-b)", "node": S[0].T @ (S[0] @ S[1] - S[2]),
         "sympy": A_.T * r_, "numpy": lambda x: A.T @ (A @ x - b)},
    ),
    "jacobian": (
        {"text": "A*x - b", "latex": r"\left(Ax-b\right)", "node": S[0] @ S[1] - S[2], "sympy": r_, "numpy": affine},
        {"text": "A", "latex": r"{A^\top}^\top", "node": S[0], "sympy": A_, "numpy": lambda x: A.copy()},
        {"text": "2*A", "latex": r"2{A^\top}^\top", "node": 2 * S[0], "sympy": 2 * A_, "numpy": lambda x: 2 * A},
    ),
    "hessian": (
        {"text": "norm2(A*x - b)^2", "latex": r"\|Ax-b\|_2^2", "node": sn.norm(S[0] @ S[1] - S[2]) ** 2,
         "sympy": (r_.T * r_)[0, 0], "numpy": loss},
        {"text": "2*A'*A", "latex": r"2A^\top A", "node": 2 * S[0].T @ S[0], "sympy": 2 * A_.T * A_,
         "numpy": lambda x: 2 * A.T @ A},
        {"text": "A'*A", "latex": r"A^\top A", "node": S[0].T @ S[0], "sympy": A_.T * A_, "numpy": lambda x: A.T @ A},
    ),
}
PAIRS = [(kind, f, claim) for kind, (fs, claims, _) in KINDS.items() for f in fs for claim in claims]


def options(f: str, claim: str) -> dict[str, Any]:
    """Functions are compared at a point; formulas have a variable and sizes."""
    if f == "numpy":
        return {"at": AT}
    given: dict[str, Any] = {"wrt": "x", "declare": DECLARE}
    return given | {"at": {"x": AT, "A": A, "b": b}} if claim == "numpy" else given


@pytest.mark.parametrize(("kind", "f", "claim"), PAIRS, ids=["-".join(p) for p in PAIRS])
def test_right_and_wrong(kind: str, f: str, claim: str) -> None:
    functions, right, wrong = KINDS[kind]
    good = sn.verify(functions[f], right[claim], **options(f, claim))
    assert good.status == "right", good.explain()
    bad = sn.verify(functions[f], wrong[claim], **options(f, claim))
    assert (bad.status, bad.slip) == ("wrong", "factor"), bad.explain()
    assert bad.explain().startswith("wrong")
    assert '"status": "wrong"' in bad.to_json()


LAYOUTS = [
    ("norm2(A*x - b)^2", "2*(A*x - b)'*A", "x", "layout"),
    ("A*x - b", "A'", "x", "layout"),
    ("tr(A*X)", "A", "X", "transposed-result"),
    ("A*X*B", "kron(B', A)", "X", None),
    ("A*X*B", "kron(A, B')", "X", "layout"),
    ("norm2(A*X)^2", "2*kron(A'*A, eye(n))", "X", "layout"),
]


@pytest.mark.parametrize(("f", "claim", "wrt", "slip"), LAYOUTS, ids=[v[1] for v in LAYOUTS])
def test_layouts_are_recognised(f: str, claim: str, wrt: str, slip: str | None) -> None:
    declare = {"x": DECLARE, "X": "A: m x p, X: p x n, B: n x q" if "B" in f else "A: m x p, X: p x n"}[wrt]
    declare = "A: n x m, X: m x n" if f == "tr(A*X)" else declare
    verdict = sn.verify(f, claim, wrt=wrt, declare=declare)
    assert (verdict.status, verdict.slip) == ("right" if slip is None else "wrong", slip), verdict.explain()
    if slip == "layout":
        assert verdict.reason


def test_a_formula_about_a_function_that_cannot_be_traced() -> None:
    def loop(x: Any) -> float:
        total = 0.0
        for row, value in zip(A, b, strict=True):
            total += (float(row @ x) - value) ** 2
        return total

    assert sn.verify(loop, "2*A'*(A*x - b)", at=AT)
    assert sn.verify(loop, "A'*(A*x - b)", at=AT).slip == "factor"
    with pytest.raises(sn.Misuse, match="holds no array Q"):
        sn.verify(loop, "Q*x", at=AT, declare="Q: 3 x 3")


def test_sizes_that_only_the_claim_can_settle() -> None:
    f, declare = "norm2(X*vector(1) - b)^2/2", "X: m x n, b: m"
    assert sn.verify(f, "(X*vector(1) - b)*vector(1)'", wrt="X", declare=declare)


def test_a_counterexample_by_hand() -> None:
    example = sn.verify("x'*A*x", "2*A*x", wrt="x", declare="A: n x n, x: n").counterexample
    assert example is not None
    M, x = np.array(example.values["A"]), np.array(example.values["x"])
    assert np.array_equal((M + M.T) @ x, example.expected)
    assert np.array_equal(2 * M @ x, example.claimed)
    assert np.abs(M).max() <= 3


def test_a_counterexample_of_functions() -> None:
    example = sn.verify(lambda x: float(np.prod(np.sin(x))), lambda x: np.cos(x), at=AT).counterexample
    assert example is not None
    assert set(np.ravel(example.values["x"])) <= {-2, -1, 0, 1, 2, 3}
    assert sn.verify(loss, lambda x: 2 * A.T @ (A @ x - b), at=AT).counterexample is None
