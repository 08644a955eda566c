"""Declarations into tokens, and tokens into entries; the words of properties."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import ReadingError
from .characters import GREEK, MAX_NAME, spelled
from .syntax import Token

SQUARE = frozenset({"symmetric", "psd", "spd", "diagonal", "triangular", "upper-triangular", "invertible",
                    "orthogonal"})
PROPERTIES = SQUARE | {"positive", "nonneg", "unit-interval", "sums-to-one"}
MEANT = {
    "sym": "symmetric", "pd": "spd", "definite": "spd", "semidefinite": "psd", "posdef": "spd", "semidef": "psd",
    "real": "no word",
    "nonnegative": "nonneg", "non-negative": "nonneg", "pos": "positive", "diag": "diagonal",
    "nonsingular": "invertible",
    "regular": "invertible", "unitary": "orthogonal", "probability": "sums-to-one", "simplex": "sums-to-one",
    "square": "n x n",
    "lower-triangular": "triangular", "lower": "triangular", "upper": "upper-triangular",
}
_LETTERS = f"A-Za-z{''.join(GREEK)}"
_HYPHENED = "|".join(sorted((w for w in (*PROPERTIES, *MEANT) if "-" in w), key=len, reverse=True))
_TOKEN = re.compile(
    rf"(?P<space>[ ]+)|(?P<word>(?:{_HYPHENED})(?![{_LETTERS}0-9_-]))|(?P<cross>(?<=[0-9])x(?=[0-9 ]))"
    rf"|(?P<name>[{_LETTERS}_][{_LETTERS}0-9_]*)|(?P<integer>[0-9]+)|(?P<sign>[-:,;()*+^{{}}])"
)


def tokens_of(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ReadingError(f"{text[at]!r} cannot stand in a declaration; write for example 'A: m x n, x: n, t: "
                               f"scalar positive'",
                               text, at + 1)
        kind = match.lastgroup or ""
        if kind == "name" and match.end() - at > MAX_NAME:
            raise ReadingError(f"a name has at most {MAX_NAME} characters", text, at + 1)
        if kind != "space":
            value = match.group()
            yield Token(value if kind == "sign" else kind, spelled(value), at, match.end())
        at = match.end()


def entries_of(text: str, tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens between commas and semicolons outside brackets; names alone join the entry that follows."""
    entry: list[Token] = []
    depth = 0
    for i, token in enumerate(tokens):
        if token.kind in ("(", "{"):
            depth += 1
        elif token.kind in (")", "}"):
            depth -= 1
        elif token.kind in (",", ";") and depth == 0:
            names_alone = all(t.kind in ("name", ",") for t in entry) and entry and token.kind == ","
            if not names_alone or not (i + 1 < len(tokens) and tokens[i + 1].kind == "name"):
                if entry:
                    yield entry
                entry = []
                continue
        entry.append(token)
    if entry:
        yield entry
    if depth:
        raise ReadingError("the brackets of a declaration do not match", text, tokens[-1].end)
