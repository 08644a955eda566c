"""Sizes: positive integers, known or symbolic.

A size is a SymPy Integer or an expression in positive integer symbols. Shapes are pairs (rows, columns): a scalar is
1 x 1, a vector n x 1, a row 1 x n. What users see drops the ones: (), (n,), (m, n).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from sympy import Expr, Integer, Symbol, sstr

from .errors import Misuse, ShapeError

Size: TypeAlias = Expr
ONE: Size = Integer(1)


@lru_cache(maxsize=4096)
def size_symbol(name: str) -> Symbol:
    """The symbol of a size: a positive integer."""
    return Symbol(name, integer=True, positive=True)


def as_size(value: object) -> Size:
    """A size from an int, a name or a SymPy expression.

    >>> as_size("n") + 1
    n + 1
    """
    if isinstance(value, bool):
        raise Misuse(f"a size is a positive whole number or a name, got {value!r}")
    if isinstance(value, int):
        if value < 1:
            raise ShapeError(f"a size is at least 1, got {value}")
        return Integer(value)
    if isinstance(value, str) and value.isidentifier():
        return size_symbol(value)
    if isinstance(value, Expr):
        if value.is_integer is False or value.is_positive is False:
            raise ShapeError(f"a size is a positive whole number, got {value}")
        return value
    raise Misuse(f"a size is a positive whole number or a name, got {value!r}")


def describe(rows: Size, cols: Size) -> str:
    """A shape in words: scalar, n-vector, row of n, m x n.

    >>> describe(as_size("m"), as_size("n"))
    'm x n'
    """
    if cols == ONE:
        return "scalar" if rows == ONE else f"vector of {sstr(rows)}"
    return f"row of {sstr(cols)}" if rows == ONE else f"{_factor(rows)} x {_factor(cols)}"


def _factor(size: Size) -> str:
    text = str(sstr(size))
    return f"({text})" if " " in text else text
