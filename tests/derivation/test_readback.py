"""Every printed line, read back from its LaTeX and evaluated: what is printed is what is meant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnorm as sn
from symnorm.derivation.page import build_page
from symnorm.language.node import Differential, Node, Variable, postorder
from symnorm.numeric.interpret import evaluate
from symnorm.numeric.sampling import lengths, sample, sizes_for
from symnorm.rendering.latex import latex

from .examples import DETAILS, EXPRESSIONS, SOURCES, derived, source

SAID = {"symmetric", "spd", "positive", "invertible"}


def without_differentials(tex: str, nodes: list[Node]) -> tuple[str, dict[Node, str]]:
    """A letter in place of each dX."""
    names: dict[Node, str] = {}
    for i, node in enumerate(sorted(nodes, key=lambda n: -len(latex(n)))):
        letter = ("Q" if len(node.shape) == 2 else "q") + f"_{{{10 + i}}}"
        tex = tex.replace(latex(node), f" {letter}")
        names[node] = letter.replace("{", "").replace("}", "")
    return tex, names


def declaration(name: str, node: Node, properties: frozenset[str] = frozenset()) -> str:
    size = "scalar" if node.is_scalar else str(node.rows) if node.is_vector else f"{node.rows} x {node.cols}"
    return f"{name}: {size} {' '.join(sorted(properties & SAID))}"


def check_printed(expression: Node, variables: set[Variable]) -> None:
    """The LaTeX of an expression has its value."""
    moving = [n for n in postorder([expression]) if isinstance(n, Differential)]
    free = variables | {n for n in postorder([expression]) if isinstance(n, Variable)}
    sizes = sizes_for([expression, *free])
    rng = np.random.default_rng(0)
    values: dict[Any, Any] = {v: x if v.properties else np.abs(x) for v, x in sample(free, sizes, rng).items()}
    values |= {n: rng.standard_normal(lengths(n, sizes)) if n.shape else float(rng.standard_normal()) for n in moving}
    tex, letters = without_differentials(latex(expression), list(moving))
    declare = ", ".join(
        [*(declaration(v.name, v, v.properties) for v in free), *(declaration(s, n) for n, s in letters.items())]
    )
    read = sn.parse(tex, declare=declare, dialect="latex")
    by_name = {v.name: values[v] for v in free} | {s: values[n] for n, s in letters.items()}
    (want,), (got,) = (
        evaluate([expression], values, sizes),
        evaluate([read], {v: by_name[v.name] for v in read.free}, sizes),
    )
    assert np.allclose(got, want, rtol=1e-9, atol=1e-12, equal_nan=True), tex


def check_page(derivation: Any, detail: str) -> None:
    page = build_page(derivation, detail)
    variables = set(derivation.function.free) | {derivation.variable}
    expressions = [
        *(line.right for line in page.lines),
        *([page.result] if isinstance(page.result, Node) else page.result.nodes),
        page.function,
        *(meaning for _, meaning, _ in page.names),
    ]
    for expression in [*expressions, *([page.expanded] if page.expanded is not None else [])]:
        check_printed(expression, variables)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_sources(path: Any) -> None:
    for detail in DETAILS:
        check_page(source(path.stem), detail)


@pytest.mark.parametrize("case", EXPRESSIONS, ids=lambda c: c[0][:40])
def test_expressions(case: tuple[str, str, str]) -> None:
    check_page(derived(*case), "normal")
