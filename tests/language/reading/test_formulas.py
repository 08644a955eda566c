"""Formulas of papers, lecture notes and questions: read right, or refused with a reason, never read wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from symnorm.errors import SymnormError
from symnorm.language.reading import parse
from symnorm.rendering.text import to_text

LINES = (Path(__file__).parent / "formulas.txt").read_text().splitlines()
TABLE = [tuple(line.replace("¦", "|") if i else line for i, line in enumerate(row.split(" | ")))
         for row in LINES if not row.startswith("#")]


@pytest.mark.parametrize(("declare", "latex", "reading"), TABLE, ids=[f"{row[1]} [{row[0]}]" for row in TABLE])
def test_reading(declare: str, latex: str, reading: str) -> None:
    declared = None if declare == "-" else declare
    if not reading.startswith("! "):
        assert to_text(parse(latex, declared, "latex")) == reading
        return
    with pytest.raises(SymnormError) as problem:
        parse(latex, declared, "latex")
    assert str(problem.value).startswith(reading[2:])


def test_most_are_read() -> None:
    assert sum(not reading.startswith("!") for *_, reading in TABLE) >= 340
