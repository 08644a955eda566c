"""`read`: an expression from whatever it is written in."""

from __future__ import annotations

from typing import Any

from ..errors import Misuse
from ..language.leaves import as_node
from ..language.node import Node, Variable
from ..language.reading.foreign import is_sympy
from ..language.reading.reader import Declare, declared_variables, parse
from ..language.rebuild import substitute
from .traced import from_numpy


def read(source: Any, declare: Declare = None, dialect: str | None = None) -> Node:
    r"""The expression in `source`: text, LaTeX, SymPy, a NumPy function, a number or an expression.

    `declare` says what the names are, as in `parse`; of expressions and SymPy objects it adds the properties that they
    cannot state (symmetric, positive, ...). Text is read as LaTeX where it looks so, or by `dialect`.

    >>> import numpy as np, sympy as sp
    >>> read("1/2*norm2(A*x - b)^2", "A: m x n, x: n, b: m")
    norm2(A @ x - b)**2 / 2
    >>> read(r"\tfrac12\|Ax-b\|_2^2", "A: m x n, x: n, b: m")
    norm2(A @ x - b)**2 / 2
    >>> n = sp.Symbol("n")
    >>> S, x = sp.MatrixSymbol("S", n, n), sp.MatrixSymbol("x", n, 1)
    >>> read(x.T * S * x, "S: n x n symmetric").args[1].properties
    frozenset({'symmetric'})
    >>> read(lambda A, x: np.linalg.norm(A @ x, 1), "A: m x n, x: n")
    norm1(A @ x)
    """
    if isinstance(source, str):
        return parse(source, declare, dialect)
    if isinstance(source, Node) or is_sympy(source) or not callable(source):
        return _with_properties(as_node(source), declare)
    return from_numpy(source, declare)


def _with_properties(node: Node, declare: Declare) -> Node:
    """The declared variables in place of those of the same name and shape."""
    known = declared_variables(declare)
    swaps: dict[Node, Node] = {}
    for v in node.free:
        if isinstance(v, Variable) and v.name in known:
            new = known[v.name]
            if (new.rows, new.cols) != (v.rows, v.cols):
                raise Misuse(f"{v.name} is declared as {new.rows} x {new.cols}, and is {v.rows} x {v.cols} in {node}")
            swaps[v] = new
    return substitute(node, swaps) if swaps else node
