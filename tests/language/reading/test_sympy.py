"""Every spelling of a function that SymPy offers reads to the same values, and goes back to SymPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp

from symnorm.language.reading.sympy import from_sympy
from symnorm.numeric.interpret import evaluate
from symnorm.rendering.sympy import to_sympy
from tests.language.reading.sympy_spellings import spellings
from tests.language.reading.sympy_values import flat, value

SIZES = {"symbolic": sp.symbols("m n"), "known": (2, 3), "mixed": (sp.Symbol("m"), 3)}
CASES = [
    (kind, name, k)
    for kind, (m, n) in SIZES.items()
    for name, forms in spellings(m, n).items()
    for k in range(len(forms))
]


def point(seed: int = 0, m: int = 2, n: int = 3) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(n, n))
    values: dict[str, Any] = {k: rng.normal(size=(n, n)) for k in "AB"}
    values |= {"S": root @ root.T + np.eye(n), "C": rng.normal(size=(m, n)), "X": rng.normal(size=(m, n))}
    values |= {k: rng.normal(size=n) for k in "xy"} | {k: rng.normal(size=m) for k in "bc"}
    return values | {"w": rng.uniform(0.5, 2, size=n), "a": 0.7, "p": 1.3, "m": m, "n": n}


def number(node: Any, values: dict[str, Any]) -> Any:
    sizes = {k: values[k] for k in "mn"}
    return evaluate([node], {v: values[v.name] for v in node.free}, sizes)[0]


@pytest.mark.parametrize(("kind", "name", "k"), CASES)
def test_spelling(kind: str, name: str, k: int) -> None:
    expr = spellings(*SIZES[kind])[name][k]()
    node = from_sympy(expr)
    assert node.is_scalar
    back = to_sympy(node, [expr])
    for seed in (1, 2):
        values = point(seed)
        wanted = flat(value(expr, values))
        assert number(node, values) == pytest.approx(wanted, rel=1e-9, abs=1e-12)
        assert flat(value(back, values)) == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    assert number(from_sympy(back), values) == pytest.approx(wanted, rel=1e-9, abs=1e-12)
