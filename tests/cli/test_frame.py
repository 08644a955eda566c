"""The command line before any mathematics: help, versions, where EXPR comes from, how it refuses."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from symnorm import errors
from symnorm.cli.main import COMMANDS, cli
from symnorm.cli.refusal import Fault, Refusal, exit_code
from symnorm.cli.source import LIMIT, read_source
from symnorm.version import __version__


def run(*arguments: str, text: str | None = None) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(cli, list(arguments), input=text)
    return result.exit_code, result.stdout, result.stderr


def test_version_names_what_answers_depend_on() -> None:
    code, out, _ = run("--version")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["symnorm", "python", "sympy", "numpy", "latexify"]
    assert f"symnorm {__version__}" in out


def test_help_lists_the_commands_and_the_exit_codes() -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)
    assert "Exit codes" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert out.startswith("Usage:")


def test_module_is_the_script() -> None:
    done = subprocess.run([sys.executable, "-m", "symnorm", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"symnorm {__version__}\n")


@pytest.mark.parametrize("arguments", [
    ["derive", "x'*x"],
    ["derive", "x'*x", "--wrt", "x", "--bogus"],
    ["derive", "-x'*x", "--wrt", "x", "--bogus"],
    ["derive", "--bogus", "x'*x", "--wrt", "x"],
    ["derive", "x'*x", "--wrt", "x", "--detail", "endless"],
    ["derive", "x'*x", "--wrt", "x", "--seed", "-1"],
    ["bogus"],
    ["list", "bogus"],
])
def test_usage_errors(arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Error" in err


def test_expression_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "loss.tex"
    file.write_text("% the loss\n\\tfrac12\n\\|Ax-b\\|_2^2\n", encoding="utf-8")
    assert read_source(str(file)) == read_source(f"@{file}") == "\\tfrac12 \\|Ax-b\\|_2^2"


def test_expression_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x'*x\n")))
    assert read_source("-") == "x'*x"


def test_a_name_that_is_no_file_is_an_expression() -> None:
    assert read_source("x.txt") == "x.txt"
    assert read_source("-x'*x") == "-x'*x"


@pytest.mark.parametrize(("content", "message"), [
    (b"\xff\xfe", "not UTF-8"), (b"x" * (LIMIT + 1), "more than 1,000,000 bytes"),
])
def test_unreadable_files(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "loss.txt"
    file.write_bytes(content)
    with pytest.raises(errors.Misuse, match=message):
        read_source(f"@{file}")


def test_missing_file() -> None:
    code, out, err = run("derive", "@no/such/file", "--wrt", "x")
    assert (code, out) == (2, "")
    assert err == "error: cannot read the file 'no/such/file': No such file or directory\n"


def test_exit_codes_of_errors() -> None:
    codes = {errors.ReadingError: 2, errors.ShapeError: 2, errors.OutsideDomain: 2, errors.Misuse: 2, errors.NoRule: 3,
             errors.NoClosedForm: 3, errors.NotDifferentiable: 3, errors.Disagreement: 1}
    assert {kind: exit_code(kind("no")) for kind in codes} == codes


def test_a_refusal_is_its_message_and_a_fault_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Refusal(errors.ReadingError("a name was expected", "1 +", 4)).show()
    assert capsys.readouterr().err == "error: a name was expected\n  1 +\n     ^\n"
    Fault(KeyError("x")).show()
    assert capsys.readouterr().err.startswith("error: a fault of symnorm itself: KeyError: 'x'\n")
