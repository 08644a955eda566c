"""Formulas as they are given, as nodes in the variables of f."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from ..errors import ReadingError, ShapeError, SymnormError
from ..language.leaves import as_node, constant, variable, zero
from ..language.node import Constant, Node, Variable, postorder
from ..language.reading.reader import parse
from ..language.rebuild import substitute

Size = Any


def is_formula(value: Any) -> bool:
    """Text, a node or a SymPy object; anything else that can be called is a function."""
    return isinstance(value, (str, Node)) or (not inspect.isfunction(value) and hasattr(value, "free_symbols"))


def is_latex(text: Any) -> bool:
    """Is it text with a command of LaTeX in it?"""
    return isinstance(text, str) and "\\" in text


def read(
    value: Any, declare: Any, known: Mapping[str, Variable], shapes: tuple[tuple[Size, Size], ...] = (),
    beside: Any = None,
) -> Node:
    """A formula as a node; names that are known keep their shapes.

    A claim has one of the `shapes` where nothing in it settles the size of a literal such as vector(1). Beside LaTeX,
    what cannot be read as text is LaTeX without a command: 2A^T(Ax - b).
    """
    if not isinstance(value, str):
        return _of_sizes(as_node(value), known)
    given = dict(known) if known else declare
    try:
        return parse(value, declare=given)
    except ReadingError as error:
        if is_latex(beside) and not is_latex(value) and not isinstance(error, ShapeError):
            return parse(value, declare=given, dialect="latex")
        for shape in shapes if "settles the size" in str(error) else ():
            found = _of_shape(value, known, shape)
            if found is not None:
                return found
        raise


def _of_sizes(node: Node, known: Mapping[str, Variable]) -> Node:
    """An expression with the variables of the same names that f has, and their sizes."""
    meant = {v: known[v.name] for v in node.free if v.name in known and v is not known[v.name]}
    sizes = {a: b for v, w in meant.items() for a, b in ((v.rows, w.rows), (v.cols, w.cols)) if a.is_Symbol}
    if not sizes:
        return node
    leaves = [n for n in postorder([node]) if not n.args]
    values: dict[Node, Node] = {
        leaf: constant(leaf.value.xreplace(sizes)) if isinstance(leaf, Constant)
        else type(leaf)._make(leaf.data, (), leaf.rows.xreplace(sizes), leaf.cols.xreplace(sizes))
        for leaf in leaves
        if leaf not in meant
    }
    return substitute(node, {**values, **meant})


def _of_shape(text: str, known: Mapping[str, Variable], shape: tuple[Size, Size]) -> Node | None:
    """The text read as one term of a sum with a variable of that shape, which is then taken for zero."""
    letter = next(c for c in "ZYUQVKNGTRSPMLJIHFEDCBA" if c not in text and c not in known)
    beside = variable(letter, *shape)
    try:
        found = parse(f"{letter} + ({text})", declare={**known, letter: beside})
    except SymnormError:
        return None
    return substitute(found, {beside: zero(*shape)})
