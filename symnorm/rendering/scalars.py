"""Numbers and sizes as text: SymPy scalars without matrices, in the function names of this library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr
from sympy.printing.str import StrPrinter

from .piece import Piece
from .precedence import ATOM, POWER, PRODUCT, SIGN, SUM

_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "Abs": "abs"}


class _Words(StrPrinter):
    """SymPy's text, with exp(1) for E and arcsin for asin."""

    def _print_Exp1(self, expr: Any) -> str:
        return "exp(1)"

    def _print_Function(self, expr: Any) -> str:
        name = expr.func.__name__
        return f"{_NAMES.get(name, name)}({self.stringify(expr.args, ', ')})"

    _print_Abs = _print_Function


def listed(rows: list[list[Expr]], comma: str, end: str, write: Callable[[Expr], str | Piece]) -> list[str | Piece]:
    """The numbers of a constant matrix, row by row."""
    parts: list[str | Piece] = []
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            parts += [comma if j else end if i else "", write(entry)]
    return parts


def scalar_text(expr: Expr, power: str) -> Piece:
    """A SymPy scalar, 3/2 as 1.5; `power` is how this dialect writes a power."""
    if expr.is_Rational:
        short = decimal(expr)
        level = SIGN if expr < 0 else ATOM if short or expr.is_Integer else PRODUCT
        whole = str(expr.p)
        return Piece(level, short or (whole if expr.is_Integer else f"{whole}/{expr.q}"))
    text = _Words().doprint(expr).replace("**", power)
    return Piece(scalar_level(expr), text)


def scalar_level(expr: Expr) -> int:
    """How tightly a SymPy scalar holds together when it is written."""
    if expr.is_Add:
        return SUM
    if expr.is_Mul or expr.is_Rational:
        return SIGN if expr.as_coeff_Mul()[0].is_negative else ATOM if expr.is_Integer else PRODUCT
    return POWER if expr.is_Pow else ATOM


def decimal(number: Expr) -> str | None:
    """A fraction as a short exact decimal number: 3/2 is 1.5, 1/3 is None."""
    if not number.is_Rational or number.is_Integer:
        return None
    for digits in (1, 2):
        scaled = number * 10**digits
        if scaled.is_Integer:
            whole, part = divmod(abs(int(scaled)), 10**digits)
            return f"{'-' if number < 0 else ''}{whole}.{part:0{digits}d}"
    return None
