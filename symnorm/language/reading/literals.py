"""Constant matrices as they are written: [1, 2; 3, 4], array([[1, 2], [3, 4]]), and LaTeX's matrix environments.

The entries are expressions of numbers, without variables; one row alone in brackets would be a vector to some and a
row to others, and is refused.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from .pratt import Parse, Parser
from .syntax import Syntax, Token

Row = list[Syntax]


def bracketed(parser: Parser, token: Token, power: int) -> Parse:
    """[1, 2; 3, 4] after the opening bracket."""
    if parser.peek.kind == "[":
        parser.fail("brackets in brackets have two readings: write array([[1, 2], [3, 4]]) or [1, 2; 3, 4]",
                    token.start)
    rows = yield from _rows(parser, ",", ";")
    close = parser.expect("]", "a closing bracket", token)
    if len(rows) == 1:
        if len(rows[0]) == 1:
            parser.fail("square brackets do not group: write ( ) for grouping, [1; 2] for a constant vector",
                        token.start)
        entries = "; ".join(map(parser.slice, rows[0]))[:60]
        parser.fail(f"one row in square brackets has two readings: write [{entries}] for a vector, [{entries}]' for a "
                    f"row", token.start)
    return matrix(parser, rows, token.start, close.end)


def array_call(parser: Parser, name: Token, opened: Token) -> Parse:
    """array([1, 2]) and array([[1, 2], [3, 4]]), `(` being next."""
    parser.take()
    bracket = parser.expect("[", "[ and the rows of the array", opened)
    rows: list[Row] = []
    if parser.peek.kind == "[":
        while True:
            inner = parser.expect("[", "[ and a row of the array", bracket)
            found = yield from _rows(parser, ",", None)
            parser.expect("]", "a closing bracket", inner)
            rows += found
            if parser.peek.kind != ",":
                break
            parser.take()
    else:
        found = yield from _rows(parser, ",", None)
        rows = [[entry] for entry in found[0]]
    parser.expect("]", "a closing bracket", bracket)
    close = parser.expect(")", "a closing parenthesis", opened)
    return matrix(parser, rows, name.start, close.end)


def environment(parser: Parser, token: Token, power: int) -> Parse:
    r"""\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} after the beginning."""
    rows = yield from _rows(parser, "&", ";")
    close = parser.expect("end matrix", rf"\end{{{token.value}}}", token)
    return matrix(parser, rows, token.start, close.end)


def _rows(parser: Parser, comma: str, end: str | None) -> Generator[Any, Any, list[Row]]:
    rows: list[Row] = [[]]
    while True:
        rows[-1].append((yield parser.expression(0)))
        if parser.peek.kind == comma:
            parser.take()
        elif end is not None and parser.peek.kind == end:
            parser.take()
            if parser.peek.kind in ("]", "end matrix"):
                return rows
            rows.append([])
        else:
            return rows


def matrix(parser: Parser, rows: list[Row], start: int, end: int) -> Syntax:
    """The constant matrix with these rows."""
    for row in rows:
        if len(row) != len(rows[0]):
            parser.fail(f"the rows of a matrix are equally long: the first has {len(rows[0])} entries, this one "
                        f"{len(row)}", row[0].start)
    return Syntax("matrix", (len(rows), len(rows[0])), tuple(entry for row in rows for entry in row), start, end)
