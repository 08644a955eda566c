"""The pages of the derivations, letter for letter, and the rules of style that hold for every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symnorm as sn
from symnorm.rendering.widths import broken, glyphs

from .examples import DETAILS, EXPRESSIONS, GOLDENS, derived, source

NEVER = ("+ 0", "+0", "--", "^{\\top\\top}", "\\left", "\\right)", "\\cdot ", "xi_", "clearly", "None", "Differential")


def chain(page: str) -> str:
    """The chain of a page."""
    end = "\\end{align*}"
    return page[page.index("\\begin{align*}") : page.index(end) + len(end)] + "\n"


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda p: p.stem)
def test_golden(golden: Path) -> None:
    name, detail = golden.stem.rsplit(".", 1)
    page = source(name).latex(detail) + "\n"
    assert (page if detail == "normal" else chain(page)) == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", EXPRESSIONS, ids=lambda c: c[0][:40])
def test_style(case: tuple[str, str, str]) -> None:
    for detail in DETAILS:
        derivation = derived(*case)
        page = derivation.latex(detail)
        assert page.startswith("Let $")
        assert "Holds" in page
        assert page.rstrip().endswith(".")
        assert not [token for token in NEVER if token in page]
        rows = [line.right for line in derivation.lines(detail)]
        assert all(a is not b for a, b in zip(rows, rows[1:], strict=False)), "a line repeats the line above"
        assert all(line.reason for line in derivation.lines(detail))


@pytest.mark.parametrize("case", EXPRESSIONS, ids=lambda c: c[0][:40])
def test_brief_is_brief(case: tuple[str, str, str]) -> None:
    assert len(derived(*case).lines("brief")) <= 3


def test_reasons_are_short() -> None:
    """At most 34 characters of words."""
    for case in EXPRESSIONS:
        for row in re.findall(r"&& (.*?)(?:\\\\|$)", derived(*case).latex(), re.MULTILINE):
            assert sum(len(t) for t in re.findall(r"\\text\{([^{}]*)\}", row)) <= 40, row


def test_glyphs() -> None:
    assert glyphs(r"\langle A^{\top}r,\mathrm{d}x\rangle") == 8
    assert glyphs(r"\tfrac12\lVert x\rVert_2^2") <= 8


LONG = [
    ("det(X^2)", "X: n x n invertible", "X"),
    ("tr(inv(A + X'*C*X)*(X'*B*X))", "A: n x n, B: n x n, C: n x n, X: n x n", "X"),
    ("v'*tanh(W*tanh(W*tanh(W*tanh(W*tanh(W*x)))))", "v: n, W: n x n, x: n", "x"),
    ("norm(x, p)", "x: n, p: scalar positive", "x"),
]


@pytest.mark.parametrize("case", LONG, ids=lambda c: c[0])
def test_long_lines_are_broken_at_signs_or_before_factors(case: tuple[str, str, str]) -> None:
    text, declare, wrt = case
    page = sn.derive(sn.parse(text, declare=declare), wrt, order=2).latex()
    rows = page.split("\\begin{align*}")[1].split("\\end{align*}")[0].splitlines()
    assert all(glyphs(row.partition(" && ")[0]) <= 48 for row in rows)
    assert "(1\\\\" not in page


def test_broken_rows_are_the_formula_again() -> None:
    text = r"A(B-C)+\bigl(DE(F+G)^{\top}(H-I)K_1L\bigr)(M+N)(O-P)(Q+R)(S-T)(U+V)(W-X)(Y+Z)+1"
    rows = broken(text, 12)
    assert "".join(rows) == text
    assert len(rows) > 5
    assert all(glyphs(row) <= 12 for row in rows)
