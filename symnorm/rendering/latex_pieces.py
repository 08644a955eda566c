r"""Putting LaTeX together: juxtaposition with the spaces it needs, brackets, exponents.

A thin space stands before a differential after a factor, and after it before one; \bigl( \bigr) only around brackets.
"""

from __future__ import annotations

import re
from itertools import pairwise

from .piece import Piece
from .precedence import ATOM, BASE, POWER, PRODUCT

LEFT = ("", "", "\\bigl", "\\Bigl")
RIGHT = ("", "", "\\bigr", "\\Bigr")
DIFFERENTIAL = "\\mathrm{d}"
_OPEN_END = re.compile(r"\\[A-Za-z]+$|_[A-Za-z]$")
_GREEK_WORDS = frozenset({"mu", "nu", "pi", "xi"})


def made(level: int, *parts: str | Piece, moving: bool = False, trailing: bool = False, bracket: int = 0,
         tallest: int = 0) -> Piece:
    r"""A piece, with a space where two letters must not meet: \lVert x, \lambda x, \mathbf{1}_m u, n u."""
    found: list[str | Piece] = []
    tail = ""
    for part in parts:
        head = part if isinstance(part, str) else part.head
        if not head:
            continue
        if tail and head[0].isalpha() and (_OPEN_END.search(tail) or tail[-1] + head[0] in _GREEK_WORDS):
            found.append(" ")
        elif head == tail and head in ("\\lvert", "\\rvert"):
            found.append("\\,")
        found.append(part)
        tail = part if isinstance(part, str) else part.tail
    return Piece(level, *found, moving=moving, trailing=trailing, bracket=bracket, tallest=tallest)


def joined(pieces: list[Piece], level: int = PRODUCT) -> Piece:
    """Factors side by side."""
    if len(pieces) == 1:
        return pieces[0]
    parts: list[str | Piece] = [pieces[0]]
    for before, after in pairwise(pieces):
        if after.head == DIFFERENTIAL or before.trailing:
            parts.append("\\,")
        elif before.tail[-1].isdigit() and after.head[0].isdigit():
            parts.append("\\cdot ")
        parts.append(after)
    return made(level, *parts, trailing=pieces[-1].trailing)


def separated(pieces: list[Piece], sign: str, level: int = PRODUCT) -> Piece:
    """Operands with a sign between them, brackets around those that need them."""
    if len(pieces) == 1:
        return pieces[0]
    parts: list[str | Piece] = [grouped(pieces[0], PRODUCT + 1)]
    for piece in pieces[1:]:
        parts += [sign, grouped(piece, PRODUCT + 1)]
    return made(level, *parts)


def bracketed(piece: Piece) -> Piece:
    """(...), larger where a bracket would touch a bracket and around a fraction, never smaller than one inside."""
    size = min(max(1, piece.tallest, 1 + piece.opening, 1 + piece.closing), 3)
    return made(ATOM, f"{LEFT[size]}(", piece, f"{RIGHT[size]})", bracket=size)


def grouped(piece: Piece, least: int) -> Piece:
    """The piece, in brackets where it holds together less than needed."""
    return piece if piece.level >= least else bracketed(piece)


def superscript(base: Piece, *exponent: str | Piece) -> Piece:
    """base^{exponent}; a single digit needs no braces."""
    base = grouped(base, BASE)
    if len(exponent) == 1 and isinstance(exponent[0], str) and len(exponent[0]) == 1:
        return made(POWER, base, f"^{exponent[0]}")
    return made(POWER, base, "^{", *exponent, "}")


def index(piece: Piece | str) -> tuple[str | Piece, ...]:
    """The parts of a subscript."""
    text = piece if isinstance(piece, str) else piece.head
    if len(text) == 1 and (isinstance(piece, str) or piece.length == 1):
        return (f"_{text}",)
    return "_{", piece, "}"


def applied(command: str, *arguments: Piece) -> Piece:
    r"""\sin(x), \operatorname{huber}(x,t)."""
    parts: list[str | Piece] = []
    for argument in arguments:
        parts += [",", argument] if parts else [argument]
    size = max((a.tallest for a in arguments), default=0)
    return made(ATOM, f"{command}{LEFT[size]}(", *parts, f"{RIGHT[size]})")


def operator(name: str) -> str:
    r"""\operatorname{name}."""
    return "\\operatorname{" + name.replace("_", "\\_") + "}"
