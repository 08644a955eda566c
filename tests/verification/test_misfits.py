"""Claims that do not fit for want of a transpose, and claims that are LaTeX because f is."""

from __future__ import annotations

import pytest

import symnorm as sn
from symnorm.verification.documents.judge import check_text

DECLARE = "A: m x n, x: n, b: m, W_1: k x m"
MISFITS = [
    ("norm2(A*x-b)^2", "2*A*(A*x-b)", "A' in the place of A"),
    ("norm2(A*x-b)^2", "2*A@(A@x-b)", "A' in the place of A"),
    ("norm2(A'*b-x)^2/2", "x-A*b", "A' in the place of A"),
    ("norm2(W_1*A*x)^2/2", "A'*W_1*W_1*A*x", "W_1' in the place of W_1"),
    (r"\tfrac12\|W_1Ax\|_2^2", r"A^\top W_1 W_1 A x", "W_1' in the place of W_1"),
    (r"\|Ax-b\|_2^2", "2A(Ax-b)", "A' in the place of A"),
    (r"\|Ax-b\|_2^2", r"2A^\top(A^\top x-b)", "A in the place of A'"),
]


@pytest.mark.parametrize(("f", "claim", "said"), MISFITS)
def test_a_missing_transpose(f: str, claim: str, said: str) -> None:
    verdict = sn.verify(f, claim, wrt="x", declare=DECLARE)
    assert (verdict.status, verdict.decided_by, verdict.slip) == ("wrong", "contract", "transpose")
    assert verdict.evidence == f"it is right with {said}"
    assert "does not fit" in verdict.reason


@pytest.mark.parametrize("claim", ["2*x*(A*x-b)", "2*A*(A*x+b)", "A*A*(A*x-b)"])
def test_a_claim_that_no_transpose_mends_is_refused(claim: str) -> None:
    with pytest.raises(sn.ShapeError, match="does not fit"):
        sn.verify("norm2(A*x-b)^2", claim, wrt="x", declare=DECLARE)


@pytest.mark.parametrize("claim", ["2A^T(Ax-b)", "2*A'*(A*x-b)", r"2A^\top(Ax-b)", "2A'(Ax - b)"])
def test_a_claim_beside_latex(claim: str) -> None:
    assert sn.verify(r"\|Ax-b\|_2^2", claim, wrt="x", declare=DECLARE)


def test_in_a_document() -> None:
    text = "<!-- symnorm: A: m x n, x: n, b: m -->\n$f(x)=\\|Ax-b\\|_2^2$, $\\nabla f(x) = 2A(Ax-b)$."
    (row,) = check_text(text, "n.md")
    assert (row.status, row.slip) == ("wrong", "transpose")
    assert "A' in the place of A" in row.detail[0]
