"""Our derivation with its lines numbered, and a mark at the one that a slip is about."""

from __future__ import annotations

import re

from ..derivation.page import build_page
from ..derivation.step import Derivation
from ..rendering.page_text import chain_text, statement_text

_LINE = re.compile(r"line (\d+)\b")


def marked(derivation: Derivation, evidence: str) -> list[str]:
    """The statement and the chain; nothing where the evidence names no line."""
    found = _LINE.match(evidence)
    page = build_page(derivation)
    if found is None or not page.lines:
        return []
    wide = len(str(len(page.lines)))
    chain = [f"{'>' if number == int(found[1]) else ' '} {number:{wide}}  {line}"
             for number, line in enumerate(chain_text(page).splitlines(), 1)]
    return ["derivation:", *(f"  {line}" for line in (*statement_text(page).splitlines(), *chain))]
