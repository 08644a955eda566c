r"""Superscripts and subscripts: x^\top, X^{-1}, X^{-\top}, x^{\odot 2}, x_0, \theta_{\mathrm{old}}, I_n."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from .pratt import SCRIPT, Parse, Parser, node
from .syntax import Syntax, Token

_COUNTERS = {"(": ")", "[": "]"}
_STARS = {"*": "star", "star": "star", "dagger": "dagger", "+": "plus"}


def raised(parser: Parser, left: Syntax) -> Parse:
    """What stands after ^ applied to left."""
    token = parser.peek
    if _is_turn(parser, token):
        parser.position += 1
        return node("transpose", (left,), end=token.end)
    if token.kind in _STARS:
        _refuse_star(parser, left, token)
    if token.kind == "-":
        parser.fail("a sign in an exponent needs braces, as in X^{-1}", token.start)
    if token.kind == "{":
        inside = yield _braced(parser, left)
        return inside
    if token.kind == "number" and token.end - token.start > 1:
        digits = parser.slice(token)
        parser.fail(f"^{digits} has two readings: write ^{{{digits}}}, or ^{digits[0]} {digits[1:]}", token.start)
    exponent = yield parser.expression(SCRIPT)
    return _power(parser, left, exponent, exponent.end)


def _braced(parser: Parser, left: Syntax) -> Parse:
    opened = parser.take()
    first, second, third = (parser.tokens[min(parser.position + i, len(parser.tokens) - 1)] for i in range(3))
    if _is_turn(parser, first) and second.kind == "}":
        parser.position += 2
        return node("transpose", (left,), end=second.end)
    if first.kind == "-" and _is_turn(parser, second) and third.kind == "}":
        parser.position += 3
        minus = Syntax("negate", None, (Syntax("number", 1, (), first.start, second.end),), first.start, second.end)
        return node("transpose", (node("power", (left, minus), end=third.end),), end=third.end)
    if second.kind == "}" and (first.kind in _STARS or (first.kind == "name" and first.value == "H"
                                                        and "H" not in parser.declared)):
        _refuse_star(parser, left, first)
    if first.kind in _COUNTERS and second.kind in ("name", "number") and third.kind == _COUNTERS[first.kind]:
        parser.fail("a superscript in parentheses has two readings: write a subscript for a counter, braces alone for "
                    "a power", first.start)
    entrywise = first.kind == "odot"
    if entrywise:
        parser.position += 1
    exponent = yield parser.expression(0)
    close = parser.expect("}", "a closing brace", opened)
    if entrywise:
        return node("elpower", (left, exponent), end=close.end)
    return _power(parser, left, exponent, close.end)


def _power(parser: Parser, left: Syntax, exponent: Syntax, end: int) -> Syntax:
    if left.kind in ("power", "elpower") and not left.grouped:
        parser.fail("two superscripts: use parentheses", exponent.start)
    return node("power", (left, exponent), end=end)


def _is_turn(parser: Parser, token: Token) -> bool:
    return token.kind in ("top", "'") or (token.kind == "name" and token.value == "T" and "T" not in parser.declared)


def _refuse_star(parser: Parser, left: Syntax, token: Token) -> None:
    shown, mark = parser.slice(left), _STARS.get(token.kind, "H")
    if mark == "plus" or mark == "dagger":
        parser.fail(rf"{shown}^{parser.slice(token)}: write \operatorname{{pinv}}({shown}) for the pseudo-inverse",
                    token.start)
    parser.fail(rf"{shown}^{parser.slice(token)} has two readings: write {shown}^\top for the transpose, "
                rf"{shown}_\star for another name",
                token.start)


def subscript(parser: Parser) -> tuple[list[str], int]:
    """The parts of a subscript: numbers, letters and words; `_` is next."""
    parser.take()
    token = parser.take()
    if token.kind != "{":
        if token.kind == "number" and token.end - token.start > 1:
            digits = parser.slice(token)
            parser.fail(f"_{digits} has two readings: write _{{{digits}}}, or _{digits[0]} {digits[1:]}", token.start)
        return [_part(parser, token)], token.end
    parts: list[str] = []
    while parser.peek.kind != "}":
        piece = parser.take()
        if piece.kind == ",":
            parts.append(",")
            continue
        parts.append(_part(parser, piece))
    return parts, parser.take().end


def _part(parser: Parser, token: Token) -> str:
    if token.kind in ("name", "function", "differential"):
        return str(token.value)
    if token.kind == "number":
        return parser.slice(token)
    if token.kind == ":":
        return ":"
    if token.kind in ("*", "star"):
        return "star"
    return parser.fail("a subscript is a number, a letter or a word; ranges, sums and signs are not read there",
                       token.start)


def joined(base: str, parts: list[str]) -> str:
    """A name with its subscript: x_0, x_ij, x_i_j.

    >>> joined("theta", ["old"]), joined("x", ["i", ",", "j"])
    ('theta_old', 'x_i_j')
    """
    return f"{base}_{''.join('_' if part == ',' else part for part in parts)}"


def between_sizes(parser: Parser) -> bool:
    """Does a subscript follow that holds two sizes with a comma between them? `_` is next."""
    at, commas = parser.position + 1, 0
    if parser.tokens[at].kind != "{":
        return False
    known = {str(s) for v in parser.variables.values() for size in (v.rows, v.cols) for s in size.free_symbols}
    while parser.tokens[at].kind not in ("}", "end"):
        token = parser.tokens[at]
        if token.kind == "name" and token.value not in known:
            return False
        commas += token.kind == ","
        at += 1
    return commas == 1


def sizes(parser: Parser) -> Generator[Any, Any, tuple[tuple[Syntax, ...], int]]:
    r"""The sizes in I_n, \mathbf 1_{m \times n}; none without a subscript."""
    if parser.peek.kind != "_":
        return (), parser.tokens[parser.position - 1].end
    parser.take()
    if parser.peek.kind != "{":
        tree = yield parser.expression(SCRIPT)
        return (tree,), tree.end
    opened = parser.take()
    tree = yield parser.expression(0)
    close = parser.expect("}", "a closing brace", opened)
    return (tree.args if tree.kind == "product" and tree.value == "times" else (tree,)), close.end
