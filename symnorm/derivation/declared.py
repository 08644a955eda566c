"""The variables of a page with their shapes and what is known of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..language.node import Node, Variable
from ..shapes import Size

INLINE = {
    "symmetric": "is symmetric",
    "invertible": "is invertible",
    "orthogonal": "is orthogonal",
    "diagonal": "is diagonal",
    "triangular": "is lower triangular",
    "upper-triangular": "is upper triangular",
}
WORDY = {
    "spd": "is symmetric positive definite",
    "psd": "is symmetric positive semidefinite",
    "positive": "has positive entries",
    "nonneg": "has nonnegative entries",
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """Variables of one shape; `words` says what is known of them, `wordy` moves it to the end of the list."""

    variables: tuple[Variable, ...]
    rows: Size
    cols: Size
    words: str = ""
    wordy: bool = False
    unit: bool = False


def declarations(f: Node, x: Variable) -> tuple[Declaration, ...]:
    """The variables with their shapes: matrices, vectors, scalars, in order of appearance; long properties last."""
    found = [_declaration(v) for v in in_order(f, x)]
    merged: list[Declaration] = []
    for item in [d for d in found if not d.wordy] + [d for d in found if d.wordy]:
        last = merged[-1] if merged else None
        if (
            last is not None
            and not (last.words or item.words)
            and last.unit == item.unit
            and (last.rows, last.cols) == (item.rows, item.cols)
        ):
            merged[-1] = Declaration((*last.variables, *item.variables), item.rows, item.cols, "", False, item.unit)
        else:
            merged.append(item)
    return tuple(merged)


def _declaration(v: Variable) -> Declaration:
    scalar = v.is_scalar
    for table, wordy in ((WORDY, True), (INLINE, False)):
        for name, said in table.items():
            if name in v.properties and not (scalar and name in ("positive", "nonneg")):
                return Declaration((v,), v.rows, v.cols, said, wordy)
    if scalar and v.properties & {"positive", "nonneg"}:
        return Declaration((v,), v.rows, v.cols, ">0" if "positive" in v.properties else ">=0")
    return Declaration((v,), v.rows, v.cols, unit="unit-interval" in v.properties)


def in_order(f: Node, x: Variable) -> list[Variable]:
    """Matrices, vectors, scalars, each in order of appearance; names that differ in their index are sorted by it."""
    seen: dict[Variable, None] = {}
    stack: list[Node] = [f]
    visited: set[Node] = set()
    while stack:
        node = stack.pop()
        if node in visited:
            continue
        visited.add(node)
        if isinstance(node, Variable):
            seen.setdefault(node)
        stack.extend(reversed(node.args))
    seen.setdefault(x)
    ranked = sorted(seen, key=lambda v: 2 if v.is_scalar else 1 if v.is_vector else 0)
    stems: dict[str, list[Variable]] = {}
    for v in ranked:
        stems.setdefault(re.sub(r"_?\d+$", "", v.name), []).append(v)
    queues = {stem: iter(sorted(vs, key=_index)) for stem, vs in stems.items()}
    return [next(queues[re.sub(r"_?\d+$", "", v.name)]) for v in ranked]


def _index(v: Variable) -> int:
    found = re.search(r"\d+$", v.name)
    return int(found[0]) if found else -1


def sums_to_one(f: Node, x: Variable) -> tuple[Variable, ...]:
    return tuple(v for v in in_order(f, x) if "sums-to-one" in v.properties)
