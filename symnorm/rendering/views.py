"""The views of a derivation, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..derivation.page import build_page
from ..derivation.reasons import Reason
from ..derivation.step import Derivation
from .page_latex import page_latex
from .page_text import page_text, reason_text, sentence_text


def text(derivation: Derivation, detail: str) -> str:
    return page_text(build_page(derivation, detail))


def latex(derivation: Derivation, detail: str) -> str:
    return page_latex(build_page(derivation, detail))


def layout(derivation: Derivation) -> str:
    return sentence_text(build_page(derivation).layout)


def assumptions(derivation: Derivation) -> list[str]:
    """Where it holds, in words."""
    return [sentence_text(build_page(derivation).holds)]


def reason(parts: Reason) -> str:
    return reason_text(parts)


VIEWS: dict[str, Callable[..., Any]] = {
    "text": text, "latex": latex, "layout": layout, "assumptions": assumptions, "reason": reason,
}

