"""`symnorm derive`: the page, its formats, where EXPR comes from, and the exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from symnorm.cli.main import cli
from symnorm.derivation.step import Derivation
from symnorm.numeric.check import Report


def run(*arguments: str, text: str | None = None) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(cli, ["derive", *arguments], input=text)
    return result.exit_code, result.stdout, result.stderr


def test_a_page_says_what_was_read_the_result_and_the_check() -> None:
    code, out, err = run("norm1(x - A*x)", "--wrt", "x")
    assert (code, err) == (0, "")
    assert "read as    norm1(x - A*x)" in out
    assert "A: n x n" in out
    assert "sign(x" in out
    assert "checked    every line agrees" in out
    assert "\x1b" not in out


@pytest.mark.parametrize("expr", ["1/2*norm2(A*x-b)^2", "norm(A @ x - b)**2/2", r"\frac12\|Ax-b\|_2^2"])
def test_three_spellings_give_one_result(expr: str) -> None:
    code, out, _ = run(expr, "--wrt", "x", "--json")
    assert code == 0
    assert json.loads(out)["derivations"][0]["result"]["text"] == "A'*(A*x - b)"


def test_json_is_one_document_with_a_schema() -> None:
    code, out, err = run("1/2*norm2(A*x-b)^2", "--wrt", "x,b", "--json", "--seed", "7")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert document["schema"] == "symnorm.derive/1"
    assert (document["seed"], document["exit_code"]) == (7, 0)
    assert document["read"]["variables"] == ["A: m x n", "x: n", "b: m"]
    assert len(document["derivations"]) == 2
    assert all(d["check"]["passed"] and d["check"]["worst"] < 1e-8 for d in document["derivations"])


@pytest.mark.parametrize("form", ["latex", "markdown"])
def test_documents_on_stdout_and_chatter_on_stderr(form: str) -> None:
    code, out, err = run("1/2*norm2(A*x-b)^2", "--wrt", "x", "--format", form)
    assert code == 0
    assert "\\begin{align*}" in out
    assert "read as" not in out
    assert "checked" not in out
    assert "read as" in err
    assert "checked" in err


@pytest.mark.parametrize("expr", ["-x'*x", "-c*x'*x", "--x'*x", "- x'*x"])
def test_an_expression_may_start_with_a_minus(expr: str) -> None:
    code, out, err = run(expr, "--wrt", "x")
    assert code == 0, err
    assert "read as" in out


def test_standard_input_and_files(tmp_path: Path) -> None:
    file = tmp_path / "f.txt"
    file.write_text("# a quadratic form\nx'*A*x\n", encoding="utf-8")
    pages = [run(source, "--wrt", "x", text="x'*A*x\n") for source in ("x'*A*x", "-", str(file), f"@{file}")]
    assert pages.count(pages[0]) == 4
    assert pages[0][0] == 0


def test_declarations_change_the_answer() -> None:
    assert json.loads(run("x'*A*x", "--wrt", "x", "--json")[1])["derivations"][0]["result"]["text"] != "2*A*x"
    symmetric = run("x'*A*x", "--wrt", "x", "--declare", "A: n x n symmetric", "--declare", "x: n", "--json")[1]
    assert json.loads(symmetric)["derivations"][0]["result"]["text"] == "2*A*x"


def test_levels_of_detail_differ_in_length() -> None:
    lengths = [len(run("1/2*norm2(A*x-b)^2", "--wrt", "x", "--detail", d)[1].splitlines())
               for d in ("brief", "normal", "full")]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[2]


def test_a_variable_that_does_not_occur_gives_zero_in_words() -> None:
    code, out, _ = run("x'*x", "--wrt", "z")
    assert code == 0
    assert "does not depend on z: the derivative is zero" in out


def test_no_check_and_seed() -> None:
    assert "checked" not in run("x'*x", "--wrt", "x", "--no-check")[1]
    assert "seed 11" in run("x'*x", "--wrt", "x", "--seed", "11")[1]
    assert run("x'*x", "--wrt", "x", "--seed", "11") == run("x'*x", "--wrt", "x", "--seed", "11")


@pytest.mark.parametrize(("expr", "column"), [("x'*", 4), ("foo(x)", 1), ("x + + ", 7), (r"\frac12\|Ax-b", 14)])
def test_unreadable_input_has_a_caret(expr: str, column: int) -> None:
    code, out, err = run(expr, "--wrt", "x")
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.splitlines()[-1] == " " * (column + 1) + "^"


@pytest.mark.parametrize("arguments", [
    ["A*x - b", "--wrt", "x", "--kind", "grad"], ["x + 1", "--wrt", "x"],
    ["x'*y", "--wrt", "x", "--declare", "x: 3, y: 4"],
    ["x'*x", "--wrt", ","], ["x'*x", "--wrt", "x y"], ["x'*x", "--wrt", "x", "--declare", "x: n bogus"],
    ["x'*x", "--wrt", "x", "--kind", "hess", "--order", "1"], ["", "--wrt", "x"],
    ["__import__('os').system('x')", "--wrt", "x"], ["().__class__", "--wrt", "x"], ["10^10^10", "--wrt", "x"],
    ["x\0y", "--wrt", "x"],
])
def test_refusals(arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert "Traceback" not in err
    assert "fault of symnorm" not in err


REPORT = Report(passed=True, worst=1e-10, errors=(1e-10,), points=6, seed=0)


@pytest.mark.parametrize(("report", "expected"), [
    (replace(REPORT, passed=False, worst=0.5, failing=0), 1),
    (replace(REPORT, passed=False, worst=None, problem="why"), 4),
    (REPORT, 0),
])
def test_exit_codes_of_the_check(report: Report, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(self: Derivation, **options: Any) -> Report:
        return report

    monkeypatch.setattr(Derivation, "check", check)
    code, out, _ = run("x'*x", "--wrt", "x")
    assert code == expected
    assert "checked" in out


def test_second_derivatives_have_steps_and_a_check() -> None:
    code, out, _ = run("1/2*norm2(A*x-b)^2", "--wrt", "x", "--kind", "hess")
    assert code == 0
    assert "hess f(x) = A'*A" in out
    assert "checked    every line agrees" in out
    assert run("1/2*norm2(A*x-b)^2", "--wrt", "x", "--order", "2")[1] == out


@pytest.mark.parametrize(("form", "written"), [
    ("text", "jac f(x) = A "), ("latex", r"\boxed{\mathrm{D}f(x)=A}"), ("markdown", r"\boxed{\mathrm{D}f(x)=A}"),
])
def test_a_jacobian_has_steps(form: str, written: str) -> None:
    code, out, _ = run("A*x - b", "--wrt", "x", "--kind", "jac", "--format", form)
    assert code == 0
    assert written in out


def test_a_jacobian_as_json() -> None:
    derivation = json.loads(run("A*x - b", "--wrt", "x", "--kind", "jac", "--json")[1])["derivations"][0]
    assert (derivation["kind"], derivation["result"]["text"], derivation["check"]["passed"]) == ("jacobian", "A", True)


def test_jacobian_with_steps() -> None:
    code, out, _ = run("tanh(W*x)", "--wrt", "x")
    assert code == 0
    assert "jac f(x) = diag(vector(1) - h.^2)*W    from df = jac f(x) dx" in out
    assert "every line agrees" in out


def test_hessian_by_a_matrix() -> None:
    code, out, _ = run("logdet(X)", "--wrt", "X", "--order", "2")
    assert code == 0
    assert "hess f(X) = -kron(inv(X), inv(X)')*commutation(n, n)" in out


def test_layout() -> None:
    code, out, _ = run("A*x", "--wrt", "x", "--layout", "denominator")
    assert code == 0
    assert "df'/dx = A'    from df = (df'/dx)' dx" in out
    assert "Denominator layout: " in out


def test_the_page_is_written_to_a_file_for_each_variable(tmp_path: Path) -> None:
    code, out, err = run("1/2*norm2(A*x-b)^2", "--wrt", "x", "-o", str(tmp_path / "page.tex"))
    assert (code, err) == (0, "")
    assert out.endswith(f"written    {tmp_path / 'page.tex'}\n")
    assert "\\boxed{\\nabla f(x)" in (tmp_path / "page.tex").read_text(encoding="utf-8")
    assert run("1/2*norm2(A*x-b)^2", "--wrt", "x,b", "-o", str(tmp_path / "two.html"))[0] == 0
    assert {p.name for p in tmp_path.iterdir()} == {"page.tex", "two-x.html", "two-b.html"}


@pytest.mark.parametrize(("name", "said"), [("page.docx", ".tex, .pdf"), ("none/page.tex", "cannot be written")])
def test_a_file_that_cannot_be_written(tmp_path: Path, name: str, said: str) -> None:
    code, _, err = run("x'*x", "--wrt", "x", "-o", str(tmp_path / name))
    assert code == 2
    assert said in err
