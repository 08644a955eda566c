"""LaTeX."""

from __future__ import annotations

from collections.abc import Mapping

from ..node import Variable
from .pratt import Parser


def parse_latex(text: str, declared: frozenset[str] = frozenset(), variables: Mapping[str, Variable] | None = None) -> Parser:
    raise NotImplementedError
