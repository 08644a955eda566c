"""What reading refuses: one exception, one place where the text is quoted, one place where a correction is proposed."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ...errors import ReadingError, ShapeError


class NotStacked(ReadingError):
    """A sum over an index that has a meaning, and no form here."""


class ReadingShapeError(ShapeError, ReadingError):
    """Sizes that do not fit, in text: a shape error that knows its column."""


def quoted(text: str, limit: int = 60) -> str:
    """A piece of the input, shortened in the middle and free of characters that do not print."""
    shown = "".join(c if c.isprintable() else "?" for c in (text if len(text) <= limit else text[:limit]))
    return shown if len(text) <= limit else f"{shown}..."


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """", did you mean norm2?" or nothing.

    >>> did_you_mean("nrom2", ["norm1", "norm2", "tr"])
    ': did you mean norm2?'
    """
    if len(name) > 40:
        return ""
    candidates = list(known)
    found = get_close_matches(name, candidates, n=2, cutoff=0.7)
    if not found:
        found = [c for c in candidates if c.lower() == name.lower() and c != name]
    return f": did you mean {' or '.join(found)}?" if found else ""
