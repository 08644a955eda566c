"""`symnorm verify`: formulas, functions of a file, exit codes, and files that misbehave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from symnorm.cli.main import cli

LOSS = """
import numpy as np
print("printed while the file runs")
A, b = np.arange(12.0).reshape(4, 3) / 7, np.ones(4)
point = np.array([0.1, 0.2, 0.3])
def f(x): return np.sum((A @ x - b) ** 2)
def right(x): return 2 * A.T @ (A @ x - b)
def half(x): return A.T @ (A @ x - b)
def exits(x): raise SystemExit(0)
def dies(x): import os; os._exit(9)
"""


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, ["verify", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def loss(tmp_path: Path) -> str:
    file = tmp_path / "loss.py"
    file.write_text(LOSS, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(("claim", "code"), [("2*A'*(A*x-b)", 0), ("A'*(A*x-b)", 1), ("-2*A'*(A*x-b)", 1)])
def test_formulas(claim: str, code: int) -> None:
    done = run("norm2(A*x-b)^2", "--wrt", "x", "--claim", claim)
    assert done[0] == code
    assert done[1].startswith("right" if code == 0 else "wrong")


def test_the_slip_is_named() -> None:
    code, out, _ = run("norm1(x - A*x)", "--wrt", "x", "--claim", "-(eye - A)'*sign(x - A*x)", "--json")
    verdict = json.loads(out)
    assert code == 1
    assert (verdict["schema"], verdict["status"], verdict["slip"]) == ("symnorm.verify/1", "wrong", "sign")


@pytest.mark.parametrize(("name", "code", "word"), [
    ("right", 0, "right"), ("half", 1, "factor"), ("exits", 1, "contract"), ("dies", 4, "undecided"),
])
def test_functions_of_a_file(loss: str, name: str, code: int, word: str) -> None:
    done = run(f"{loss}:f", f"{loss}:{name}", "--at", f"{loss}:point")
    assert (done[0], word in done[1]) == (code, True), done
    assert "printed while" not in done[1]


def test_a_random_point(loss: str) -> None:
    assert run(f"{loss}:f", f"{loss}:right", "--shape", "x=3")[0] == 0


@pytest.mark.parametrize("arguments", [
    ["--shape", "x=three"], ["--shape", "x=2x3x4"], [], ["--at", "{0}:nothing"], ["--at", "nofile.py:point"],
])
def test_refusals(loss: str, arguments: list[str]) -> None:
    code, out, err = run(f"{loss}:f", f"{loss}:right", *(a.format(loss) for a in arguments))
    assert (code, out) == (2, "")
    assert "error: " in err


def test_one_claim_is_needed() -> None:
    assert run("x'*x", "--wrt", "x")[0] == 2
    assert run("x'*x", "2*x", "--wrt", "x", "--claim", "2*x")[0] == 2
