"""Random sums in LaTeX: what they are read as has the value of the loops that they write."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from symnorm.errors import SymnormError
from symnorm.language.reading import latex_functions, latex_sums, parse
from symnorm.language.reading.latex import parse_latex
from symnorm.language.reading.reader import declared_variables
from symnorm.language.reading.syntax import Syntax, walk
from symnorm.numeric.interpret import evaluate

DECLARE = "A: m x n, B: m x n, X: m x d, Y: n x d, S: d x d, x: n, b: m, c: m, w: d, v: d, t: scalar, z: n"
SIZES = {"m": 2, "n": 3, "d": 4}
VARIABLES = declared_variables(DECLARE)
RNG = np.random.default_rng(0)
VALUES = {name: RNG.normal(size=tuple(SIZES.get(str(s), 1) for s in (v.rows, v.cols))) for name, v in VARIABLES.items()}
CALLS = {"exp": np.exp, "sin": np.sin, "tanh": np.tanh, "relu": lambda u: np.maximum(u, 0)}
ENTRIES = {"m": "bc", "n": "xz"}
INSIDE = {"m": "(Ax)", "n": r"(A^\top b-z)"}
ROWS = {"m": "X", "n": "Yy"}


class Author:
    """Writes sums over indices, seeded."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)

    def text(self) -> str:
        indices = {i: self.pick.choice("mn") for i in "ijk"[: self.pick.choice([1, 1, 2, 2, 3])]}
        kind = self.pick.random()
        body = self.scalar(indices, self.pick.randint(1, 4)) if kind < 0.7 else self.column(indices, 2)
        if kind > 0.8:
            body = rf"{self.scalar(indices, 0)} {body}{self.column(indices, 1)}^\top"
        sums = "".join(rf"\sum_{i}" for i in indices) if kind < 0.5 else rf"\sum_{{{','.join(indices)}}}"
        return f"{sums} {body}"

    def column(self, indices: dict[str, str], depth: int) -> str:
        rows = [f"{letter}_{i}" for i, size in indices.items() for letter in ROWS[size]]

        def again() -> str:
            return self.column(indices, depth - 1)

        def number() -> str:
            return self.scalar(indices, depth - 1)

        ways = [lambda: f"({again()}-{again()})", lambda: rf"({number()}){again()}", lambda: f"S{again()}",
                lambda: rf"({again()}\odot {again()})", lambda: rf"\frac{{{again()}}}{{1+({number()})^2}}",
                lambda: rf"\exp({again()})", lambda: rf"Y^\top {self.pick.choice('xz')}"]
        return self.pick.choice([*ways, *([lambda: self.pick.choice(rows)] * 4)])() if depth else self.pick.choice(
            ["w", "v", *rows])

    def scalar(self, indices: dict[str, str], depth: int) -> str:
        leaves = ["t", "2"]
        for i, size in indices.items():
            leaves += [f"{letter}_{i}" for letter in ENTRIES[size]] + [f"{INSIDE[size]}_{i}"]
            leaves += [f"A_{{{i}{j}}}" for j, other in indices.items() if (size, other) == ("m", "n")]
        if not depth:
            return self.pick.choice(leaves)

        def again() -> str:
            return self.scalar(indices, depth - 1)

        def column() -> str:
            return self.column(indices, depth - 1)

        def inner() -> str:
            i = next(q for q in "ijklpq" if q not in indices)
            return rf"\left(\sum_{i} {self.scalar({**indices, i: self.pick.choice('mn')}, depth - 1)}\right)"

        function = self.pick.choice(["exp", "sin", "tanh"])
        return self.pick.choice([
            lambda: self.pick.choice(leaves), lambda: f"({again()}+{again()})", lambda: f"({again()}-{again()})",
            lambda: f"({again()})({again()})", lambda: f"({again()})^2", lambda: rf"({column()}^\top {column()})",
            lambda: rf"\|{column()}\|_{self.pick.choice('12')}", lambda: rf"\{function}({again()})",
            lambda: rf"\frac{{{again()}}}{{1+({again()})^2}}", lambda: f"|{again()}|", inner,
            lambda: rf"\langle {column()},{column()}\rangle", lambda: rf"\max(0,{again()})",
            lambda: f"e^{{{again()}}}"])()


def loops(tree: Syntax, at: dict[str, int]) -> Any:
    """The value of a tree whose sums are loops; None where it has none."""
    if tree.kind == "loop":
        ends = {np.shape(loops(t.args[0], {}))[t.value.index(tree.value)]
                for t in walk(tree.args[0]) if t.kind == "indexed" and tree.value in t.value}
        parts = [loops(tree.args[0], {**at, tree.value: k}) for k in range(ends.pop())] if len(ends) == 1 else []
        return sum(parts) if parts else None
    parts = [loops(arg, at) for arg in tree.args]
    if any(part is None for part in parts):
        return None
    if tree.kind == "indexed":
        picked = parts[0][tuple(at.get(i, 0) for i in tree.value)]
        return np.reshape(picked, (-1, 1))
    if tree.kind in ("number", "name"):
        return np.full((1, 1), float(tree.value)) if tree.kind == "number" else (
            np.full((1, 1), np.e) if tree.value == "e" else VALUES[tree.value])
    return _value(tree, parts)


def _value(tree: Syntax, parts: list[Any]) -> Any:
    first, last = parts[0], parts[-1]
    small = first.size == 1 or last.size == 1
    match tree.kind:
        case "product":
            return first * last if small else first @ last if first.shape[1] == last.shape[0] else None
        case "sum":
            return sum(p if s == "+" else -p for p, s in zip(parts, tree.value, strict=True)) if len(
                {p.shape for p in parts}) == 1 else None
        case "negate":
            return -first
        case "transpose":
            return first.T
        case "inner":
            return np.sum(first * last).reshape(1, 1) if first.shape == last.shape else None
        case "hadamard":
            return first * last if first.shape == last.shape else None
        case "divide":
            return first / last if last.size == 1 else None
        case "power":
            return first**last if first.size == 1 == last.size else None
        case "norm":
            norm = {None: 2, "2": 2, "1": 1}[tree.value]
            return np.linalg.norm(first.ravel(), norm).reshape(1, 1) if first.shape[1] == 1 else None
        case "bars":
            return np.abs(first) if first.size == 1 else None
        case "call":
            return np.maximum(0, last) if tree.value == "max" else CALLS[tree.value](first)
    raise NotImplementedError(tree.kind)


def as_loops(text: str, monkeypatch: pytest.MonkeyPatch) -> Syntax:
    with monkeypatch.context() as patch:
        for module in (latex_sums, latex_functions):
            patch.setattr(module, "over_index", lambda parser, function, body, index, start, end, limit=None: Syntax(
                "loop", index, (body,), start, end))
        return parse_latex(text, frozenset(VARIABLES), VARIABLES).parse()


@pytest.mark.parametrize("start", range(0, 1_000, 50))
def test_sums_are_loops(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    right = 0
    for seed in range(start, start + 50):
        text = Author(seed).text()
        with np.errstate(all="ignore"):
            try:
                node = parse(text, DECLARE, "latex")
            except SymnormError:
                continue
            wanted = loops(as_loops(text, monkeypatch), {})
            assert wanted is not None, text
            given = {v: VALUES[v.name].reshape([s for s in VALUES[v.name].shape if s != 1]) for v in node.free}
            found = evaluate([node], given, SIZES)[0]
        assert np.allclose(np.ravel(found), np.ravel(wanted), rtol=1e-8, atol=1e-10, equal_nan=True), text
        right += 1
    assert right >= 8
