"""The other views of a derivation: text, Markdown, HTML, JSON, files; steps as values."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import symnorm as sn
from symnorm.errors import Misuse
from symnorm.rendering import typeset as outlines
from symnorm.rendering.page_file import tex_document, typeset

from .examples import DETAILS, SOURCES, derived, source

needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")


def test_text() -> None:
    assert source("least-squares").text().splitlines()[3] == "df = <r, dr>       squared norm"


def test_steps() -> None:
    first, second, third = source("least-squares").steps
    assert (first.rule, second.reason, third.reason) == ("squared norm", "dr = A*dx", "adjoint of A")
    assert first.after is second.before
    assert "lVert" in first.law
    assert first.source


def test_conditions() -> None:
    derivation = source("norm-of-residual")
    assert [c.domain.name for c in derivation.conditions] == ["nonzero"]
    assert derivation.layout == "The gradient has the shape of x."
    assert derivation.assumptions == ("Holds where A*x != b; where A*x = b, ∂f(x) = {A'*g : ||g||_2 <= 1}.",)


def test_a_condition_that_always_holds_is_not_said() -> None:
    page = derived("vector(1)'*log(exp(X*W)*vector(1))", "X: m x n, W: n x k", "W")
    assert page.assumptions == ("Holds for every W.",)


def test_json() -> None:
    document = source("one-norm").to_json("full")
    assert document["schema"] == "symnorm.derivation/1"
    assert len(document["steps"]) == 5
    assert json.loads(json.dumps(document)) == document


def test_markdown_and_html() -> None:
    derivation = source("one-norm")
    assert derivation.markdown().count("$$") == 6
    assert "<p>Let \\(f(x)" in derivation.html()
    assert derivation._repr_markdown_() == derivation.markdown()


@pytest.mark.parametrize("ending", [".tex", ".md", ".html", ".svg", ".json", ".txt"])
def test_file(tmp_path: Path, ending: str) -> None:
    path = source("norm").to_file(tmp_path / f"page{ending}")
    assert path.read_text(encoding="utf-8")


MANY = [
    source("least-squares"),
    derived("tanh(W*x+b)", "W: m x n, x: n, b: m", "x"),
    derived("inv(X)", "X: n x n", "X"),
    derived("inv(A+t*B)", "t: scalar, A: n x n, B: n x n", "t"),
    derived("logdet(X)", "X: n x n", "X", 2),
    derived("t^3", "t: scalar", "t", 2),
    derived("kron(X,A)", "X: m x n, A: p x q", "X"),
    derived("inv(X)", "X: n x n", "X").to_layout("denominator"),
]


@pytest.mark.parametrize("derivation", MANY, ids=lambda d: f"{d.function} {d.kind} {d.written}")
def test_contract(derivation: Any, tmp_path: Path) -> None:
    """Every method of a derivation, for gradients, Jacobians and Hessians."""
    assert str(derivation.result)
    assert derivation.steps
    assert derivation.assumptions[0].startswith("Holds")
    assert derivation.layout.endswith(".")
    assert derivation.check(points=1)
    for detail in DETAILS:
        for view in (derivation.text, derivation.latex, derivation.markdown, derivation.html, derivation.svg):
            assert "Holds" in view(detail)
    picture = ElementTree.fromstring(derivation.svg())
    assert float(picture.attrib["width"]) > 100
    assert derivation._repr_html_() == derivation.html()
    assert derivation._repr_latex_() == derivation.latex()
    document = derivation.to_json()
    assert json.loads(json.dumps(document)) == document
    assert document["pairing"]["text"].startswith(("df", "dF", "vec(d", "dg"))
    for ending in (".tex", ".md", ".html", ".svg", ".json", ".txt"):
        assert derivation.to_file(tmp_path / f"page{ending}").stat().st_size > 100


@needs_tex
def test_typeset_forward(tmp_path: Path) -> None:
    document = tex_document([d.latex(detail) for d in MANY for detail in DETAILS])
    assert typeset(document, tmp_path / "all.pdf").stat().st_size > 10_000


@pytest.mark.parametrize("name", [path.stem for path in SOURCES])
def test_pages_hold_only_what_mathjax_knows(name: str) -> None:
    page = source(name)
    for text in (page.markdown(), page.html()):
        assert "allowbreak" not in text


def test_a_long_formula_breaks_in_latex_alone() -> None:
    names = "X", "A", "B", "C", "D"
    product = "'*".join(names * 4)
    page = sn.derive(sn.parse(f"tr(X'*{product})", ", ".join(f"{n}: n x n" for n in names)), "A")
    assert "allowbreak" not in page.markdown() + page.html()


PAGES = [*map(source, [path.stem for path in SOURCES[::3]]), *MANY]


@pytest.mark.parametrize("derivation", PAGES, ids=lambda d: f"{d.function} {d.kind} {d.written}")
def test_a_picture_holds_every_formula_as_outlines(derivation: Any) -> None:
    pytest.importorskip("ziamath")
    picture = ElementTree.fromstring(derivation.svg("brief"))
    space = "{http://www.w3.org/2000/svg}"
    assert picture.findtext(f"{space}desc") == derivation.text("brief")
    assert not list(picture.iter(f"{space}text"))
    assert len(list(picture.iter(f"{space}use"))) > 20


def test_a_document_needs_no_script(tmp_path: Path) -> None:
    pytest.importorskip("ziamath")
    derivation = source("one-norm")
    page = derivation.to_file(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "$" not in page
    assert page.count("<tr>") == 3
    assert page.count("<svg") > 15


def test_without_ziamath_the_picture_is_the_plain_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(outlines, "available", lambda: False)
    derivation = source("norm")
    picture = ElementTree.fromstring(derivation.svg())
    assert "df = d(sqrt(<x, x>))" in "".join(picture.itertext())
    assert "mathjax" in derivation.to_file(tmp_path / "page.html").read_text(encoding="utf-8")


def test_unknown_ending(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"\.tex, \.pdf"):
        source("norm").to_file(tmp_path / "page.docx")


def test_unknown_detail() -> None:
    with pytest.raises(Misuse, match="brief, normal, full"):
        source("norm").latex("long")


@needs_tex
def test_typeset(tmp_path: Path) -> None:
    """Everything in one document, without an overfull line."""
    pages = [source(path.stem).latex(detail) for path in SOURCES for detail in ("brief", "normal", "full")]
    document = tex_document(pages).replace("\\begin{document}", "\\hfuzz=10pt\n\\begin{document}")
    assert typeset(document, tmp_path / "all.pdf").stat().st_size > 10_000
    assert not re.search(r"\\usepackage\{(?!amsmath|geometry)", document)
