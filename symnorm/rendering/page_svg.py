"""The page of a derivation as an SVG picture that needs no script: typeset where ziamath (the extra `render`) is
installed, else the lines of the plain page, the result in a frame.
"""

from __future__ import annotations

from html import escape
from textwrap import wrap

from ..derivation.page import Page
from . import typeset
from .page_text import page_text

SIZE, LEADING, MARGIN, WIDTH = 14, 20, 16, 100
"""Of the letters, of a line, around the page (pixels); the most characters of a line of prose."""
ADVANCE = 0.602
"""The width of a character of a monospaced font, in its size."""
FONT = "'DejaVu Sans Mono', Menlo, Consolas, monospace"


def page_svg(page: Page) -> str:
    """The page as one SVG element."""
    return typeset.page_picture(page, page_text(page)) if typeset.available() else plain_svg(page)


def plain_svg(page: Page) -> str:
    """The plain page as one SVG element."""
    blocks = page_text(page).split("\n\n")
    frame = len(blocks) - 2
    body: list[str] = []
    top, widest = MARGIN, 0
    for i, block in enumerate(blocks):
        lines = block.splitlines() if 0 < i <= frame else [row for x in block.splitlines() for row in wrap(x, WIDTH)]
        if i == frame:
            body.append(_box(lines, top))
        for line in lines:
            body.append(_line(line, top + SIZE))
            top += LEADING
        widest = max(widest, *map(len, lines))
        top += LEADING // 2
    width, height = _across(widest) + 2 * MARGIN, top + MARGIN - LEADING // 2
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" font-family="{FONT}" font-size="{SIZE}">',
        f"<title>{escape(blocks[0].splitlines()[0])}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        *body,
        "</svg>",
    ])


def _line(text: str, baseline: int) -> str:
    return f'<text x="{MARGIN}" y="{baseline}" xml:space="preserve">{escape(text)}</text>'


def _box(lines: list[str], top: int) -> str:
    """Around the result, without the identity that it is read off from."""
    width = max(len(line.partition("    from ")[0]) for line in lines)
    return (
        f'<rect x="{MARGIN - 6}" y="{top - 4}" width="{_across(width) + 12}" height="{LEADING * len(lines) + 4}"'
        ' fill="none" stroke="black"/>'
    )


def _across(characters: int) -> int:
    return round(characters * SIZE * ADVANCE)
