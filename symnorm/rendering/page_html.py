"""The page of a derivation as HTML: paragraphs with LaTeX between delimiters, as notebooks and MathJax set it."""

from __future__ import annotations

import re
from html import escape

from ..derivation.page import Page
from .page_latex import page_latex
from .widths import unbroken

_DISPLAY = re.compile(r"(\\begin\{align\*\}.*?\\end\{align\*\}|\\\[.*?\\\])", re.DOTALL)
MATHJAX = "https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-chtml.js"
DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><script src="{script}" async></script></head>
<body>
{body}
</body>
</html>
"""


def page_html(page: Page) -> str:
    """The page as a block, for a notebook or for a page that loads MathJax."""
    blocks = []
    for part in _DISPLAY.split(unbroken(page_latex(page))):
        text = part.strip()
        if not text:
            continue
        if text.startswith("\\["):
            text = f"$${text[2:-2].strip()}$$"
        blocks.append(
            escape(text)
            if _DISPLAY.match(part) or text.startswith("$$")
            else "<p>" + re.sub(r"\$([^$]*)\$", r"\\(\1\\)", escape(text, quote=False)) + "</p>"
        )
    return '<div class="symnorm-derivation">\n' + "\n".join(blocks) + "\n</div>"


def document(page: Page, title: str) -> str:
    """A page of its own."""
    return DOCUMENT.format(title=escape(title), script=MATHJAX, body=page_html(page))
