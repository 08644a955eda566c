"""`symnorm check`: documents, the table, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from symnorm.cli.main import cli

RIGHT = "Let $f(x) = x^\\top x$. Then $\\nabla f(x) = 2x$.\n"
WRONG = "Let $f(x) = x^\\top x$. Then $\\nabla f(x) = x$.\n"


def run(tmp_path: Path, content: bytes, *options: str) -> tuple[int, str, str]:
    file = tmp_path / "note.md"
    file.write_bytes(content)
    result = CliRunner().invoke(cli, ["check", str(file), *options])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(("text", "options", "code"), [
    (RIGHT, [], 0), (RIGHT + WRONG, [], 1), ("nothing", [], 0), ("$\\nabla f(x) = 2x$", [], 0),
    ("$\\nabla f(x) = 2x$", ["--strict"], 4), ("nothing", ["--strict"], 4),
])
def test_the_exit_code(tmp_path: Path, text: str, options: list[str], code: int) -> None:
    assert run(tmp_path, text.encode(), *options)[0] == code


def test_what_could_not_be_read_is_listed(tmp_path: Path) -> None:
    assert "unread" in run(tmp_path, b"$\\nabla f(x) = 2x$")[1]


def test_json(tmp_path: Path) -> None:
    document = json.loads(run(tmp_path, WRONG.encode(), "--json")[1])
    assert document["schema"] == "symnorm.check/1"
    assert "factor" in json.dumps(document)


def test_unreadable_files(tmp_path: Path) -> None:
    code, out, err = run(tmp_path, b"\xff\xfe")
    assert (code, out) == (2, "")
    assert err
    assert CliRunner().invoke(cli, ["check", str(tmp_path / "none.md")]).exit_code == 2
