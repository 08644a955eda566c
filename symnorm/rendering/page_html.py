"""The page of a derivation as HTML: a block with LaTeX between delimiters, as notebooks and MathJax set it, and a
document, whose formulas are set already where ziamath (the extra `render`) is installed.
"""

from __future__ import annotations

import re
from html import escape

from ..derivation.page import Page
from . import typeset
from .blocks import DISPLAY
from .page_latex import page_latex
from .widths import unbroken

MATHJAX = "https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-chtml.js"
SCRIPT = f'<script src="{MATHJAX}" async></script>'
STYLE = """<style>
body { font: 18px/1.5 "STIX Two Text", Georgia, serif; max-width: 48em; margin: 2em auto; padding: 0 1em; }
table { margin: 0 0 1em 1.5em; border-spacing: 0 0.4em; }
td { vertical-align: baseline; }
td.left { text-align: right; padding-right: 0.3em; }
td.reason { padding-left: 2.5em; }
p.display { margin-left: 1.5em; }
</style>"""
DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>{head}</head>
<body>
{body}
</body>
</html>
"""


def page_html(page: Page) -> str:
    """The page as a block, for a notebook or for a page that loads MathJax."""
    blocks = []
    for part in DISPLAY.split(unbroken(page_latex(page))):
        text = part.strip()
        if not text:
            continue
        if text.startswith("\\["):
            text = f"$${text[2:-2].strip()}$$"
        blocks.append(
            escape(text)
            if DISPLAY.match(part) or text.startswith("$$")
            else "<p>" + re.sub(r"\$([^$]*)\$", r"\\(\1\\)", escape(text, quote=False)) + "</p>"
        )
    return '<div class="symnorm-derivation">\n' + "\n".join(blocks) + "\n</div>"


def document(page: Page, title: str) -> str:
    """A page of its own; it needs the network only where its formulas are left to MathJax."""
    if typeset.available():
        return DOCUMENT.format(title=escape(title), head=STYLE, body=typeset.page_html_set(page))
    return DOCUMENT.format(title=escape(title), head=SCRIPT, body=page_html(page))
