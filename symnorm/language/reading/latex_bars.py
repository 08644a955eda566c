r"""Bars: \|x\|, \lVert X \rVert_F^2, |X|, ||x||; which of them open is found from where they stand."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from ..operations import OPERATIONS
from .latex_scripts import raised
from .pratt import Continue, Parse, Parser
from .syntax import Syntax, Token

_INDEX = {"1": "1", "2": "2", "F": "fro", "fro": "fro", "Fro": "fro", "Frob": "fro", "f": "fro", "star": "nuc",
          "nuc": "nuc", "op": "spec",
          "spec": "spec", "infty": "inf", "HS": "fro"}
_LONG_INDEX = {"op": "spec", "nuc": "nuc", "spec": "spec", "fro": "fro", "1,1": "entries 1", "2,2": "fro",
               "1,ind": "ind1", "infty,ind": "indinf",
               **{f"{letter}{mark}{p}": index for letter in ("ell", "L") for mark in "_^"
                  for p, index in (("1", "1"), ("2", "2"), ("infty", "inf"))}}


def bars(parser: Parser, token: Token, power: int) -> Parse:
    """A fence that opens here."""
    if token.value == "close":
        parser.fail("this bar closes nothing", token.start)
    parser.open_bars.append(token.kind)
    inner = yield parser.expression(0)
    close = parser.expect(token.kind, "a closing bar", token)
    parser.open_bars.pop()
    twice = inner.kind == "bars" and not inner.grouped and all(
        parser.text.endswith("\\left", 0, at) for at in (token.start, inner.start))
    if token.kind == "|" and not (twice or _is_norm_index(parser)):
        return Syntax("bars", None, (inner,), token.start, close.end)
    if token.kind == "|" and twice:
        inner = inner.args[0]
    norm = Syntax("norm", None, (inner,), token.start, close.end)
    result = yield indexed_norm(parser, norm)
    return result


def indexed_norm(parser: Parser, norm: Syntax) -> Parse:
    """The norm with what stands below and above it."""
    if parser.peek.kind == "_":
        norm = yield from _indexed(parser, norm)
    elif parser.peek.kind == "^":
        parser.take()
        result = yield raised(parser, norm)
        if parser.peek.kind == "_":
            norm = yield from _indexed(parser, norm)
            result = replace(result, args=(norm, *result.args[1:]), end=norm.end)
        return result
    return norm


def _indexed(parser: Parser, norm: Syntax) -> Generator[Any, Any, Syntax]:
    """The norm with the index that stands below it."""
    parser.take()
    token = parser.peek
    braced = token.kind == "{"
    plain = _plain_index(parser)
    if plain is not None:
        return replace(norm, value=plain[0], end=plain[1])
    at = parser.position + braced
    piece = parser.tokens[min(at, len(parser.tokens) - 1)]
    after = parser.tokens[min(at + 1, len(parser.tokens) - 1)]
    if braced and after.kind == ",":
        parser.fail(rf"{parser.slice(norm)}_{{{_until_brace(parser)}}} has two readings: the norm of the row norms or "
                    rf"of the column norms; write "
                    r"\sum_i \|x_i\|_2 with X declared, or norm21(X) in the text dialect for rows", token.start)
    word = {"*": "star", "star": "star", "infty": "infty"}.get(piece.kind)
    if piece.kind in ("name", "function"):
        word = str(piece.value)
    elif piece.kind == "number":
        word = parser.slice(piece)
        if not braced and len(word) > 1:
            parser.fail(f"_{word} has two readings: write _{{{word}}}, or _{word[0]} {word[1:]}", piece.start)
    if word in _INDEX and (not braced or after.kind == "}"):
        parser.position = at + 1 + braced
        return replace(norm, value=_INDEX[word], end=(after if braced else piece).end)
    if piece.kind == "number" and word == "0":
        parser.fail("the number of entries that are not zero is not a norm, and not differentiable", piece.start)
    if word in OPERATIONS and (not braced or after.kind == "}"):
        parser.position = at + 1 + braced
        return Syntax("call", word, norm.args, norm.start, (after if braced else piece).end)
    if word in ("tr", "max", "HS"):
        parser.fail(rf"the index {word} has several readings: write \|X\|_* for the nuclear norm, \|X\|_F for the "
                    rf"Frobenius norm", piece.start)
    if piece.kind == "name" and piece.value in parser.bound:
        parser.fail(f"the index {piece.value} of a sum below a norm: put what is indexed inside the norm", piece.start)
    parser.position += braced
    index = yield parser.expression(0 if braced else 100)
    end = parser.expect("}", "a closing brace", token).end if braced else index.end
    return replace(norm, value="p", args=(norm.args[0], index), end=end)


def _is_norm_index(parser: Parser) -> bool:
    r"""Does an index follow that belongs to a norm: |x|_2, |X|_F, |x|_{\infty}, |x|_{\ell_1}?"""
    if parser.peek.kind != "_":
        return False
    at = parser.position + 1
    braced = parser.tokens[at].kind == "{"
    index, after = (parser.tokens[min(at + braced + i, len(parser.tokens) - 1)] for i in (0, 1))
    if index.kind == "name" and index.value == "ell":
        return True
    word = "infty" if index.kind == "infty" else parser.slice(index)
    return word in ("1", "2", "F", "infty") and (not braced or after.kind == "}")


def _plain_index(parser: Parser) -> tuple[str, int] | None:
    r"""An index of several tokens that stands for one norm: {op}, {1,1}, \ell_2, L^2; the parser moves past it."""
    braced = parser.peek.kind == "{"
    at, words = parser.position + braced, []
    while parser.tokens[at].kind in ("name", "number", ",", "_", "^", "infty", "function"):
        token = parser.tokens[at]
        words.append(parser.slice(token) if token.kind == "number" else str(token.value or token.kind))
        at += 1
        if not braced and len(words) == (3 if words[0] in ("ell", "L") and "L" not in parser.declared else 1):
            break
    word = "".join(words)
    close = parser.tokens[at]
    if (braced and close.kind != "}") or len(words) < 2:
        return None
    found = _LONG_INDEX.get(word)
    if found is None or (word[0] == "L" and "L" in parser.declared):
        return None
    parser.position = at + braced
    return found, (close if braced else parser.tokens[at - 1]).end


def _until_brace(parser: Parser) -> str:
    start = parser.peek.end
    return parser.text[start : min(parser.text.find("}", start), start + 20)]


def bar_after(juxtapose: Continue) -> Continue:
    """A bar after an operand closes the innermost open bar, or opens a factor."""
    def further(parser: Parser, left: Syntax, token: Token) -> Syntax | Parse:
        parser.position -= 1
        if token.value == "open":
            return juxtapose(parser, left, token)
        innermost = parser.open_bars[-1] if parser.open_bars else ""
        written = parser.slice(token)
        twice = token.kind == "||" and (written == "||" or written.count("\\") == 2)
        if innermost == token.kind or (token.value == "close" and not (twice and innermost == "|")):
            return left
        if twice and innermost == "|":
            middle = max(token.start + 1, parser.text.find("\\", token.start + 1, token.end))
            parser.tokens[parser.position : parser.position + 1] = [Token("|", "", token.start, middle),
                                                                    Token("|", "", middle, token.end)]
            return left
        return juxtapose(parser, left, token)
    return further
