"""The ways in: text and LaTeX."""

from __future__ import annotations

from .reader import Reading, parse, read_text

__all__ = ["Reading", "parse", "read_text"]
