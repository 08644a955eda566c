"""The text dialect into tokens."""

from __future__ import annotations

import re
from typing import NoReturn

from ...errors import ReadingError
from .characters import GREEK, MAX_NAME, MAX_TOKENS, exact, spelled, too_long
from .syntax import Token

_LETTERS = f"A-Za-z_{''.join(GREEK)}"
_TOKEN = re.compile(
    r"(?P<space> +)"
    r"|(?P<number>(?:[0-9]+(?:\.(?![*/^'T])[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>[{_LETTERS}][{_LETTERS}0-9]*)"
    rf"|(?P<turn>\.T(?![{_LETTERS}0-9])|\.')"
    r"|(?P<sign>\*\*|\.\*|\./|\.\^|\.\(|\|\||==|:=|[-+*/@^()',;|=<>\[\]])"
    r'|(?P<quote>")'
)
_MEANING = {"**": "^", "./": "./", ":=": "=", "||": "||", "|": "|"}
_ENDS_OPERAND = frozenset({"number", "name", ")", "]", "turn", "'", "|", "||"})
_STRING = re.compile(r"""(['"])([A-Za-z]{0,20})\1""")


def tokenize(text: str) -> list[Token]:
    """The tokens of checked text; the last one is "end"."""
    found: list[Token] = []
    at, last = 0, ""
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            _refuse_character(text, at)
        kind, end = match.lastgroup, match.end()
        if kind == "space":
            at = end
            continue
        value = match.group()
        touching = at == 0 or text[at - 1] != " "
        if kind == "number":
            found.append(Token("number", exact(value, text, at), at, end))
        elif kind == "name":
            if end - at > MAX_NAME:
                raise ReadingError(f"a name has at most {MAX_NAME} characters", text, at + 1)
            found.append(Token("name", spelled(value), at, end))
        elif kind == "turn" or (value == "'" and last in _ENDS_OPERAND and touching):
            found.append(Token("'", value, at, end))
        elif value in ("'", '"'):
            end = _string(text, at, found)
        else:
            found.append(Token(_MEANING.get(value, value), value, at, end))
        last = found[-1].kind
        if len(found) > MAX_TOKENS:
            too_long(text, at)
        at = end
    found.append(Token("end", "", at, at))
    return found


def _string(text: str, at: int, found: list[Token]) -> int:
    """A quoted word: only the names of norms are quoted."""
    match = _STRING.match(text, at)
    if match is None:
        raise ReadingError("a quote is a transpose right after an operand, or encloses 'fro' or 'nuc' in norm", text,
                           at + 1)
    found.append(Token("string", match.group(2), at, match.end()))
    return match.end()


def _refuse_character(text: str, at: int) -> NoReturn:
    character = text[at]
    if character == ".":
        word = re.compile(r"\.[A-Za-z_][A-Za-z0-9_]{0,30}").match(text, at)
        if word is not None:
            raise ReadingError(f"{word.group()!r}: attributes are not read; .T is the transpose, functions are called "
                               f"by name, "
                               "as in exp(x)", text, at + 1)
    remedies = {"\\": "write inv(A)*b for A\\b, or pass dialect='latex' for LaTeX",
                "{": "braces belong to LaTeX: pass dialect='latex'",
                "}": "braces belong to LaTeX: pass dialect='latex'", "%": "comments are not read",
                "#": "comments are not read",
                ":": "ranges are not read", "!": "factorials and negations are not read",
                "&": "this is LaTeX: pass dialect='latex'"}
    remedy = remedies.get(character, "")
    raise ReadingError(f"{character!r} cannot stand here{': ' if remedy else ''}{remedy}", text, at + 1)
