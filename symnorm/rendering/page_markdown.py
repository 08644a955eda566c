"""The page of a derivation as Markdown: the LaTeX page with dollar signs around its displays."""

from __future__ import annotations

from ..derivation.page import Page
from .page_latex import page_latex
from .widths import unbroken

REPLACED = (
    ("\\begin{align*}", "\n$$\n\\begin{align*}"),
    ("\\end{align*}", "\\end{align*}\n$$\n"),
    ("\\[ ", "\n$$\n"),
    (" \\]", "\n$$\n"),
)


def page_markdown(page: Page) -> str:
    """The whole page."""
    text = unbroken(page_latex(page))
    for old, new in REPLACED:
        text = text.replace(old, new)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.replace("$$\n\n\\", "$$\n\\").strip() + "\n"
