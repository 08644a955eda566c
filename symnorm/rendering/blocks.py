r"""A page cut into blocks, for the views that place formulas themselves: prose, the chain row by row, displays."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..derivation.page import Page
from .page_latex import page_latex
from .widths import unbroken

DISPLAY = re.compile(r"(\\begin\{align\*\}.*?\\end\{align\*\}|\\\[.*?\\\])", re.DOTALL)
_ROW_END = re.compile(r"\\\\(\[\dpt\])?$")
_FORMULA = re.compile(r"\$([^$]*)\$")


@dataclass(frozen=True, slots=True)
class Prose:
    """Words and formulas in turn: even parts are words, odd ones LaTeX."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a chain in LaTeX: what stands left of its sign, the rest, the reason."""

    left: str
    right: str
    reason: str


@dataclass(frozen=True, slots=True)
class Chain:
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Display:
    """A formula on a line of its own."""

    formula: str


Block = Prose | Chain | Display


def blocks(page: Page) -> list[Block]:
    """The page from top to bottom."""
    found: list[Block] = []
    for part in DISPLAY.split(unbroken(page_latex(page))):
        text = part.strip()
        if text.startswith("\\["):
            found.append(Display(text[2:-2].strip()))
        elif text.startswith("\\begin{align*}"):
            found.append(Chain(tuple(map(_row, text.splitlines()[1:-1]))))
        elif text:
            found.append(Prose(tuple(_FORMULA.split(" ".join(text.split())))))
    return found


def _row(line: str) -> Row:
    body, _, reason = _ROW_END.sub("", line).partition(" && ")
    left, _, right = body.partition("&")
    return Row(left.strip(), right, reason)
