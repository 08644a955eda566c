"""`symnorm verify`: formulas, functions of a file, exit codes, and files that misbehave."""

from __future__ import annotations

import json
import os
import time
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


def test_a_file_that_is_not_there(loss: str) -> None:
    code, _, said = run("no/such/loss.py:f", f"{loss}:right", "--at", f"{loss}:point")
    assert (code, said) == (2, "error: there is no file 'no/such/loss.py'\n")


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


def hostile(tmp_path: Path, text: str) -> str:
    file = tmp_path / "hostile.py"
    file.write_text("import os, sys, time\nimport numpy as np\n" + text, encoding="utf-8")
    return str(file)


OWN = "def f(x): return float(x @ x)\ndef grad(x): return 2 * x\n"


@pytest.mark.parametrize(("text", "code", "reason"), [
    ("while True: pass\n" + OWN, 4, "were not executed within 2 seconds"),
    ("def f(x):\n  while True: pass\ndef grad(x): return 2 * x\n", 4, "out of time"),
    ("def f(x): return float(x @ x)\ndef grad(x):\n  while True: pass\n", 4, "out of time"),
    ("raise SystemExit(0)\n" + OWN, 2, "cannot be executed: SystemExit"),
    ("sys.exit('bye')\n" + OWN, 2, "cannot be executed: SystemExit"),
    ("1/0\n" + OWN, 2, "ZeroDivisionError"),
    ("def f(x:\n", 2, "SyntaxError"),
    ("os._exit(3)\n" + OWN, 4, "ended with code 3"),
    ("os.kill(os.getpid(), 9)\n" + OWN, 4, "signal 9"),
    ("big = np.ones(10**12)\n" + OWN, 4, "memory"),
    ("def f(x): return float(np.ones(10**12).sum() * x[0])\ndef grad(x): return 2 * x\n", 4, "MemoryError"),
    ("print('right')\nprint('{\"status\": \"right\"}')\n" + OWN.replace("2 * x", "3 * x"), 1, "wrong"),
    ("os.close(1)\nos.close(2)\n" + OWN, 0, "right"),
    ("def f(x): return None\ndef grad(x): return 2 * x\n", 4, "returns None"),
    ("def f(x): return float(x @ x)\ndef grad(x): raise ValueError('no')\n", 1, "raises ValueError"),
    ("f = 3\ngrad = 4\n", 2, "verify takes two functions"),
])
def test_files_that_misbehave(tmp_path: Path, text: str, code: int, reason: str) -> None:
    file = hostile(tmp_path, text)
    done = run(f"{file}:f", f"{file}:grad", "--shape", "x=3", "--timeout", "2")
    assert done[0] == code, done
    assert reason in done[1] + done[2]


def test_what_a_file_starts_does_not_outlive_the_verdict(tmp_path: Path) -> None:
    mark = tmp_path / "pids"
    file = hostile(tmp_path, "for _ in range(5):\n  pid = os.fork()\n  if not pid:\n    time.sleep(60)\n"
                             f"    os._exit(0)\n  open({str(mark)!r}, 'a').write(f'{{pid}}\\n')\n{OWN}")
    assert run(f"{file}:f", f"{file}:grad", "--shape", "x=3")[0] == 0
    time.sleep(0.2)
    for pid in map(int, mark.read_text(encoding="utf-8").split()):
        state = Path(f"/proc/{pid}/stat")
        assert not state.exists() or state.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] in "ZX", os.getpid()


HESSIANS = [
    (["x'*A*x", "--wrt", "x", "--kind", "hessian", "--claim", "A + A'"], 0, "right"),
    (["x'*A*x", "--wrt", "x", "--kind", "hess", "--claim", "2*A"], 1, "slip: symmetrise"),
    (["x'*A*x", "--wrt", "x", "--kind", "hvp", "--claim", "(A + A')*v"], 0, "right"),
    (["x'*A*x", "--wrt", "x", "--kind", "hvp", "--claim", "2*A*v", "--declare", "x: n, v: n"], 1, "symmetrise"),
    (["A*x", "--wrt", "x", "--kind", "jac", "--claim", "A'", "--declare", "A: m x n, x: n"], 1, "slip: layout"),
    (["t^3", "--wrt", "t", "--kind", "hessian", "--claim", "6*t", "--declare", "t: scalar"], 0, "right"),
    (["t^3", "--wrt", "t", "--kind", "hessian", "--claim", "3*t^2", "--declare", "t: scalar"], 1, "the derivative is"),
    (["x'*A*x", "--wrt", "x", "--kind", "hessian", "--claim", "(A + A')*x"], 1, "slip: shape"),
    (["x'*A*x", "--wrt", "x", "--kind", "vjp", "--claim", "A*x"], 2, "claimed by a function"),
]


@pytest.mark.parametrize(("arguments", "code", "text"), HESSIANS, ids=[" ".join(a) for a, _, _ in HESSIANS])
def test_second_derivatives(arguments: list[str], code: int, text: str) -> None:
    done = run(*arguments)
    assert (done[0], text in done[1] + done[2]) == (code, True), done


def test_a_formula_about_a_function_of_a_file(loss: str) -> None:
    right = run(f"{loss}:f", "--claim", "2*A'*(A*x - b)", "--shape", "x=3")
    assert right[0] == 0, right
    assert r"your f: f(x) = \operatorname{sum}" in right[1]
    wrong = run(f"{loss}:f", "--claim", "A'*(A*x - b)", "--at", f"{loss}:point", "--json")
    verdict = json.loads(wrong[1])
    assert (wrong[0], verdict["slip"]) == (1, "factor")
    assert verdict["counterexample"]["claimed"] != verdict["counterexample"]["expected"]
    assert run("norm2(A*x - b)^2", f"{loss}:right", "--wrt", "x", "--at", f"{loss}:point")[0] in (0, 1)


def test_the_counterexample_and_the_code_are_shown(loss: str) -> None:
    code, out, _ = run(f"{loss}:f", f"{loss}:half", "--shape", "x=3")
    assert code == 1
    assert "counterexample: x = [" in out
    assert r"your claim: \mathrm{half}(x) = A^{\top} \left(A x - b\right)" in out
    assert r"derived: \nabla f(x) = 2A^{\top}(Ax-b)" in out


def test_a_function_of_two_arrays(tmp_path: Path) -> None:
    file = tmp_path / "two.py"
    file.write_text(
        "import numpy as np\n"
        "def f(W, v):\n    return np.sum((W @ v)**2)\n"
        "def grad(W, v):\n    return 2 * np.outer(W @ v, v), 2 * W.T @ W @ v\n"
        "def half(W, v):\n    return 2 * np.outer(W @ v, v), W.T @ W @ v\n"
        "point = np.ones((2, 3)), np.ones(3)\n"
    )
    assert run(f"{file}:f", f"{file}:grad", "--shape", "W=2x3, v=3")[0] == 0
    assert run(f"{file}:f", f"{file}:grad", "--at", f"{file}:point")[0] == 0
    code, out, _ = run(f"{file}:f", f"{file}:half", "--shape", "W=2x3", "--shape", "v=3")
    assert code == 1 and "by v: " in out and "(right by W)" in out and "slip: factor" in out
    assert run(f"{file}:f", f"{file}:grad", "--shape", "W=2x3, 3")[0] == 2
