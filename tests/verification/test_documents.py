"""Documents as they are written: each claim has a row, with its line, and what cannot be read is a row too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symnorm.verification.documents.judge import Row, check_text

FOLDER = Path(__file__).parent / "documents"

MARKDOWN = [
    (11, "right", None), (11, "right", None), (14, "right", None), (16, "wrong", "factor"), (18, "unread", None),
    (23, "right", None), (24, "wrong", "symmetrise"), (29, "unread", None), (35, "right", None), (36, "wrong", "sign"),
    (43, "right", None), (43, "right", None), (45, "unread", None), (45, "right", None), (46, "right", None),
]
LATEX = [
    (9, "right", None), (14, "right", None), (14, "right", None), (22, "wrong", "transposed-result"),
    (28, "right", None), (29, "right", None), (30, "right", None), (31, "right", None),
    (31, "wrong", "transposed-result"),
    (32, "wrong", "shape"),
]


def rows_of(name: str) -> list[Row]:
    return check_text((FOLDER / name).read_text(encoding="utf-8"), name)


def brief(rows: list[Row]) -> list[tuple[int, str, str | None]]:
    return [(int(row.place.rsplit(":", 1)[1]), row.status, row.slip) for row in rows]


@pytest.mark.parametrize(("name", "expected"), [("lecture.md", MARKDOWN), ("lecture.tex", LATEX)])
def test_lecture_notes(name: str, expected: list[tuple[int, str, str | None]]) -> None:
    rows = rows_of(name)
    assert brief(rows) == expected
    assert all(row.detail for row in rows if row.status != "right")


def test_the_detail_of_a_wrong_claim() -> None:
    row = rows_of("lecture.md")[3]
    assert "has the factor 2" in row.detail[0]
    assert row.detail[1].startswith("the gradient is A.T @ (A @ x - b)")
    assert row.detail[2].startswith("counterexample: A = ")


def cell(kind: str, source: object) -> dict[str, object]:
    return {"cell_type": kind, "source": source, "metadata": {}}


def test_notebooks() -> None:
    cells = [
        cell("markdown", ["<!-- symnorm: S: n x n symmetric -->\n",
                          "Let $f(x) = x^\\top S x$; $\\nabla f(x) = 2 S x$.\n"]),
        cell("code", "f = lambda x: x  # $\\nabla f(x) = 3x$"),
        cell("markdown", "Its Hessian is $\\nabla^2 f(x) = S$."),
        cell("raw", "$\\nabla f(x) = 5x$"),
    ]
    rows = check_text(json.dumps({"cells": cells, "nbformat": 4}), "note.ipynb")
    assert [(r.place, r.status, r.slip) for r in rows] == [
        ("note.ipynb:cell 1:2", "right", None), ("note.ipynb:cell 3:1", "wrong", "factor"),
    ]


ONE = [
    (r"$f(x)=x^\top x$, $\nabla_x f = 2x$", "right"),
    (r"\(f(x)=x^\top x\) and \[\frac{\partial f}{\partial x} = 2x\]", "right"),
    (r"$f(x) := \frac12 x^\top x$; $\nabla f(x) = x$", "right"),
    ("$$f(x) = x^\\top x$$\n\\begin{align*}\n\\nabla f(x) &= x + x \\\\\n &= 2x\n\\end{align*}", "right right"),
    ("\\begin{equation}\\begin{aligned} f(x) &= x^\\top x \\\\ \\nabla f(x) &= 2x \\end{aligned}\\end{equation}",
     "right"),
    (r"$\mathcal{L}(\theta) = \|\theta\|_2^2$ and $\nabla_\theta \mathcal{L} = 2\theta$", "right"),
    (r"$\mathbf{f}(x) = x^\top x$, $\nabla \mathbf{f}(x) = x$", "wrong"),
    (r"$J(W) = \|W\|_F^2$, $\frac{\partial J}{\partial W} = 2W$", "right"),
    (r"$\partial_x (x^\top a) = a$ and $\partial_x (x^\top a) = x$", "right wrong"),
    ("<!-- symnorm: a: n, x: n -->\n$\\nabla_x (a^\\top x) = a$", "right"),
    (r"$f(x) = x^\top x$, $\nabla f(x) \approx 2x$", "unread"),
    (r"$\nabla f = 2x$", "unread"),
    (r"$f(x) = \operatorname{prox}(x)$, $\nabla f(x) = 2x$", "unread"),
    (r"$f(x) = x^\top x$, $\nabla f(x) = \begin{pmatrix} 2x_1 \\ \vdots \end{pmatrix}$", "unread"),
    ("$$f(x) = x^\\top x", ""),
    ("$$\\nabla f(x) = 2x", "unread"),
    ("```symnorm\nf: x'*x\nwrt: x\nclaim: 2*x\n```", "right"),
    ("```symnorm\nf: x'*x\nwrt: x\nclaim: x\n  + x\n```", "right"),
    ("```symnorm\nf: x'*x\n```", "unread"),
    ("```symnorm\nclaim: 2*x\n```", "unread"),
    ("```symnorm\nfunction: x'*x\nclaim: 2*x\n```", "unread unread"),
    ("```python\n$\\nabla f(x) = 2x$\n```\n    \n`$\\nabla f = 2x$`", ""),
    ("<!-- symnorm A: m x n -->", "unread"),
    (r"It costs \$5 or $7 in all, and $f(x)=x^\top x$ has $\nabla f(x)=2x$.", "right"),
]


@pytest.mark.parametrize(("text", "statuses"), ONE, ids=[t[:60] for t, _ in ONE])
def test_forms(text: str, statuses: str) -> None:
    assert [row.status for row in check_text(text, "note.md")] == statuses.split()


def test_comments_of_latex() -> None:
    text = "% symnorm: A: n x n symmetric\n% $\\nabla f(x) = 17x$\n" \
           "$f(x) = x^\\top A x$, 5\\% of $\\nabla f(x) = 2Ax$ % note"
    assert [(r.status, r.place) for r in check_text(text, "a.tex")] == [("right", "a.tex:3")]


def test_hostile_documents_end() -> None:
    for text in ("$" * 2000, "\\begin{align}" * 500, "{" * 5000 + "\\nabla", "<!--" * 500, "`" * 3000,
                 "$\\nabla f(x) = " + "(" * 400 + "$", "$f(x)=" + "x+" * 3000 + "x$ $\\nabla f(x) = 1$"):
        assert isinstance(check_text(text, "note.md"), list)
