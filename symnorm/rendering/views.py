"""The views of a derivation, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..derivation.page import build_page
from ..derivation.reasons import Reason
from ..derivation.step import Derivation
from .page_file import to_file
from .page_html import page_html
from .page_json import page_json
from .page_latex import page_latex
from .page_markdown import page_markdown
from .page_svg import page_svg
from .page_text import page_text, reason_text, sentence_text


def text(derivation: Derivation, detail: str) -> str:
    return page_text(build_page(derivation, detail))


def latex(derivation: Derivation, detail: str) -> str:
    return page_latex(build_page(derivation, detail))


def markdown(derivation: Derivation, detail: str) -> str:
    return page_markdown(build_page(derivation, detail))


def html(derivation: Derivation, detail: str) -> str:
    return page_html(build_page(derivation, detail))


def svg(derivation: Derivation, detail: str) -> str:
    return page_svg(build_page(derivation, detail))


def as_json(derivation: Derivation, detail: str) -> dict[str, Any]:
    return page_json(derivation, build_page(derivation, detail), detail)


def layout(derivation: Derivation) -> str:
    return sentence_text(build_page(derivation).layout)


def assumptions(derivation: Derivation) -> list[str]:
    """What was assumed of a name that was not declared; where it holds, in words."""
    return [*derivation.notes, sentence_text(build_page(derivation).holds)]


def reason(parts: Reason) -> str:
    return reason_text(parts)


VIEWS: dict[str, Callable[..., Any]] = {
    "text": text,
    "latex": latex,
    "markdown": markdown,
    "html": html,
    "svg": svg,
    "json": as_json,
    "file": to_file,
    "layout": layout,
    "assumptions": assumptions,
    "reason": reason,
}
