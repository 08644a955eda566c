"""SymPy expressions as nodes.

Read are the matrix classes, 1 x 1 products as scalars, functions of scalars and of entries, explicit matrices, sums
over entries, and what SymPy itself makes of (x.T*A*x)[0, 0] and of a dot product: a Sum for symbolic sizes, a
polynomial in x[0, 0], x[1, 0], ... for known ones. Whatever has no counterpart is refused by the name of its class.
Variables are real.
"""

from __future__ import annotations

from typing import Any

from sympy import Basic, Dummy, Idx, MatrixBase

from ...errors import Misuse
from ..leaves import READERS, as_node
from ..node import Node
from . import sympy_entries, sympy_matrices, sympy_scalars, sympy_sums  # noqa: F401  these fill the table of handlers
from .foreign import is_sympy
from .sympy_names import Names, subtrees
from .sympy_reader import Reader


def from_sympy(expr: Any) -> Node:
    """The node of a SymPy expression, matrix or number.

    Shapes    an n x 1 matrix is a vector, a 1 x 1 matrix a scalar.
    Raises    NoRule for a class or function without a counterpart; ReadingError for names and sums that cannot be read;
              ShapeError for sizes that do not fit.

    >>> from sympy import MatrixSymbol, Symbol
    >>> n = Symbol("n")
    >>> A, x = MatrixSymbol("A", n, n), MatrixSymbol("x", n, 1)
    >>> from_sympy((x.T * A * x)[0, 0]) is from_sympy(x.T * A * x)
    True
    """
    if isinstance(expr, Node):
        return expr
    if isinstance(expr, MatrixBase):
        expr = expr.as_immutable()
    if not isinstance(expr, Basic):
        if isinstance(expr, str):
            raise Misuse(f"a SymPy expression was expected, got {expr[:60]!r}: use sn.parse to read text")
        return as_node(expr)
    indices = {i: Dummy(i.name) for i in subtrees(expr) if isinstance(i, Idx)}
    expr = expr.xreplace(indices) if indices else expr
    return Reader(Names(expr)).matrix(expr)


def _read(value: object) -> Node | None:
    return from_sympy(value) if is_sympy(value) else None


if _read not in READERS:
    READERS.append(_read)
