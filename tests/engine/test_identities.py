"""Published identities: the derivative against differences and against the closed form, and no longer than that.

Printed text, LaTeX and the steps are looked at too: they read back to the same numbers, and every line holds.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symnorm as sn
from symnorm.language.node import Node, Variable
from symnorm.numeric.interpret import evaluate
from symnorm.numeric.sampling import sample, sizes_for

ROWS = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (Path(__file__).parent / "identities.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
TASKS = {"g": sn.gradient, "j": sn.jacobian, "h": sn.hessian}
OPERATION = re.compile(r"[A-Za-z_]\w*(?=\()|\.\*|\./|\.\^|\*\*|[-+*/^@']|\.T\b")


def _point(f: Node, declare: str, x: Variable) -> tuple[dict[Variable, Any], dict[Any, int]]:
    found = sn.variables(declare)
    variables = found if isinstance(found, tuple) else (found,)
    sizes = sizes_for([f, *variables])
    return sample(variables, sizes, np.random.default_rng(3)), sizes


def _value(node: Node, values: dict[Variable, Any], sizes: dict[Any, int]) -> Any:
    return np.asarray(evaluate([node], values, sizes)[0], dtype=float)


def _differences(node: Node, x: Variable, values: dict[Variable, Any], sizes: dict[Any, int]) -> Any:
    """The derivative by x, entry by entry, from six values of the function."""
    at, columns = np.asarray(values[x], dtype=float), []
    for place in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[place] = 2e-3

        def central(k: float, step: Any = step) -> Any:
            up, down = (_value(node, {**values, x: at + s * k * step}, sizes) for s in (1, -1))
            return (up - down) / (4e-3 * k)

        columns.append((64 * central(0.25) - 20 * central(0.5) + central(1)) / 45)
    return np.stack(columns, axis=-1).reshape(columns[0].shape + at.shape)


def _close(found: Any, wanted: Any, tolerance: float) -> bool:
    return np.shape(found) == np.shape(wanted) and bool(
        np.max(np.abs(found - wanted), initial=0) <= tolerance * max(1e-3, np.max(np.abs(wanted), initial=0)))


@pytest.mark.parametrize(("declare", "task", "text", "closed"), ROWS, ids=[f"{r[1]}: {r[2]}" for r in ROWS])
def test_identity(declare: str, task: str, text: str, closed: str) -> None:
    kind, name = task.split()
    f = sn.parse(text, declare=declare)
    x = next(v for v in f.free if v.name == name)
    found = TASKS[kind](f, x)
    printed = sn.to_text(found)
    assert len(OPERATION.findall(printed)) <= len(OPERATION.findall(closed)), printed
    values, sizes = _point(f, declare, x)
    number = _value(found, values, sizes)
    base = sn.gradient(f, x) if kind == "h" else f
    assert _close(number, _differences(base, x, values, sizes), 1e-6)
    again = [sn.parse(printed, declare=declare), sn.parse(str(found), declare=declare),
             sn.parse(sn.latex(found), declare=declare, dialect="latex")]
    assert all(_close(_value(node, values, sizes), number, 1e-9) for node in again)


@pytest.mark.parametrize(("declare", "task", "text", "closed"), ROWS[::4], ids=[f"{r[1]}: {r[2]}" for r in ROWS[::4]])
def test_every_line_holds(declare: str, task: str, text: str, closed: str) -> None:
    kind, name = task.split()
    report = sn.derive(sn.parse(text, declare=declare), name, order=2 if kind == "h" else 1).check(points=1)
    assert report.passed
    assert report.worst is None or report.worst <= 1e-8
