r"""Functions in LaTeX: \log(x), \log\det X, \operatorname{tr} XAX^\top, \sin^2 x, \max_i x_i."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from .latex_scripts import sizes, subscript
from .latex_sums import over_index
from .pratt import SCRIPT, TIGHT, Parse, Parser, arguments, call, node
from .syntax import Syntax, Token

_CLOSING = {"(": ")", "[": "]", "\\{": "\\}"}
_OF_PRODUCTS = frozenset({"tr", "det", "logdet", "diag", "vec"})


def function_call(parser: Parser, token: Token, power: int) -> Parse:
    """A function with its argument in brackets, or the product that follows it."""
    name, shown = token.value, parser.slice(token)
    if name == "unvec":
        result = yield from _unvec(parser, token)
        return result
    exponent, index = yield from _scripts(parser, token)
    if name == "log" and exponent is None and _is_gamma(parser):
        name, shown = "lgamma", parser.text[token.start : parser.take().end]
    opened = parser.peek
    if index is not None:
        parser.bound.append(index)
    if opened.kind in _CLOSING:
        parser.position += 1
        held, parser.open_bars = parser.open_bars, []
        args = yield from arguments(parser, opened, _CLOSING[opened.kind])
        parser.open_bars = held
        _refuse_turn(parser, token)
    elif opened.kind == "{":
        args = [(yield parser.expression(SCRIPT))]
    else:
        args = [(yield _bare(parser, token))]
    end = parser.tokens[parser.position - 1].end
    if index is not None:
        parser.bound.pop()
        if len(args) != 1:
            parser.fail(f"{shown} over an index takes 1 argument, got {len(args)}", token.start)
        return over_index(parser, name, args[0], index, token.start, end)
    result = call(parser, shown, name, args, token.start, end)
    return node("elpower", (result, exponent), start=token.start, end=end) if exponent is not None else result


def sigma(parser: Parser, token: Token, opened: Token, largest: bool) -> Parse:
    r"""\sigma(...) is the sigmoid, \sigma_{\max}(...) the spectral norm."""
    parser.position += 1
    args = yield from arguments(parser, opened, _CLOSING[opened.kind])
    end = parser.tokens[parser.position - 1].end
    if not largest:
        parser.assume(r"\sigma(...) is the sigmoid 1/(1 + e^{-t}), entry by entry")
    return call(parser, r"\sigma", "normspec" if largest else "sigmoid", args, token.start, end)


def eigenvalue(parser: Parser, token: Token, opened: Token, side: str) -> Parse:
    r"""\lambda_{\max}(S) and \lambda_{\min}(S)."""
    parser.position += 1
    args = yield from arguments(parser, opened, _CLOSING[opened.kind])
    end = parser.tokens[parser.position - 1].end
    return call(parser, "\\lambda", f"eig{side}", args, token.start, end)


def positive_part(parser: Parser, left: Syntax) -> Syntax | None:
    r"""(1 - t)_+ and [1 - t]_{+}: the larger of the group and zero; `_` is next."""
    ahead = [t.kind for t in parser.tokens[parser.position + 1 : parser.position + 4]]
    braced = ahead == ["{", "+", "}"]
    if not left.grouped or not (braced or ahead[:1] == ["+"]):
        return None
    parser.position += 4 if braced else 2
    end = parser.tokens[parser.position - 1].end
    parser.assume(f"{parser.text[left.start : end]} is the larger of it and 0")
    return Syntax("call", "relu", (left,), left.start, end)


def _is_gamma(parser: Parser) -> bool:
    r"""Does \Gamma(...) follow, the gamma function?"""
    following = parser.tokens[min(parser.position + 1, len(parser.tokens) - 1)]
    return (parser.peek.kind, parser.peek.value) == ("name", "Gamma") and following.kind in _CLOSING and (
        "Gamma" not in parser.declared)


def _unvec(parser: Parser, token: Token) -> Parse:
    r"""\operatorname{unvec}_{m\times n}(v)."""
    trees, end = yield from sizes(parser)
    if len(trees) != 2:
        shown = parser.slice(token)
        parser.fail(rf"{shown} needs the sizes of its result, as in {shown}_{{m\times n}}(v)", token.start)
    inner = yield parser.expression(SCRIPT)
    return Syntax("literal", ("unvec", trees), (inner,), token.start, inner.end)


def _scripts(parser: Parser, token: Token) -> Generator[Any, Any, tuple[Syntax | None, str | None]]:
    r"""The 2 of \sin^2 x and the i of \max_i x_i."""
    exponent, index = None, None
    while parser.peek.kind in ("^", "_", "'"):
        mark = parser.peek
        if mark.kind == "'":
            parser.fail("derivatives of functions are not read", mark.start)
        if mark.kind == "_":
            if token.value not in ("max", "min"):
                parser.fail("a function with an index is not read; logarithms are natural", mark.start)
            parts, _ = subscript(parser)
            index = parts[0]
            if index in parser.declared:
                parser.fail(f"the {token.value}imum over {index} is not read: give the function alone", mark.start)
            continue
        parser.take()
        exponent = yield parser.expression(SCRIPT)
        if exponent.kind == "negate" or exponent.kind == "name":
            shown = parser.slice(token)
            parser.fail(f"{shown}^{parser.slice(exponent)} has two readings: write {shown}(...)^{{...}} for the power "
                        f"of the value", mark.start)
    return exponent, index


def _refuse_turn(parser: Parser, token: Token) -> None:
    """tr(A - B)^T(A - B) means the trace of the product, and is not what it says."""
    turn = parser.peek.kind == "'" or (
        parser.peek.kind == "^" and any(t.kind in ("top",) or t.value == "T"
                                        for t in parser.tokens[parser.position + 1 : parser.position + 3]))
    if token.value in ("tr", "det", "logdet") and turn:
        shown = parser.slice(token)
        parser.fail(f"the transpose of a scalar: put the whole argument of {shown} in brackets", parser.peek.start)


def _bare(parser: Parser, token: Token) -> Parse:
    """The factors up to the next sign, operator or function."""
    shown = parser.slice(token)
    if parser.peek.kind in ("-", "+"):
        parser.fail(f"the argument of {shown} needs brackets here", parser.peek.start)
    result = yield parser.expression(TIGHT)
    number_first, count = result.kind == "number", 1
    closed = result.kind in ("call", "bars", "inner") and token.value not in _OF_PRODUCTS
    while not closed and _continues(parser):
        factor = yield parser.expression(TIGHT)
        result, count = node("product", (result, factor), ""), count + 1
    many = count > 1 and not number_first and token.value not in _OF_PRODUCTS
    if count > 1 and token.value == "det":
        before = parser.tokens[parser.tokens.index(token) - 1]
        many = not (before.kind == "function" and before.value == "log")
    if many or (parser.peek.kind == "/" and token.value not in _OF_PRODUCTS):
        end = parser.peek.start
        parser.fail(f"{parser.text[token.start : end].strip()} has two readings: put the argument of {shown} in "
                    f"brackets", token.start)
    return result


def _continues(parser: Parser) -> bool:
    following = parser.peek
    if following.kind in ("|", "||"):
        return following.value == "open" or not (parser.open_bars or following.value == "close")
    return following.kind in parser.grammar.begins and following.kind not in ("function", "sum")
