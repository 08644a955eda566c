r"""How wide LaTeX is in print, and where a long formula may be broken: before a plus or a minus outside braces."""

from __future__ import annotations

import re

GLYPHS = 45
_WORDS = re.compile(r"\\(?:operatorname|text|mathrm|mathbf)\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}")
_SILENT = re.compile(r"\\[bB]ig[lr]|\\[,;!]|[{}^_]|\\quad|\\tfrac|\\frac")
_COMMAND = re.compile(r"\\[A-Za-z]+ ?|\\.")
_OPENING = ("(", "\\langle", ",", "=", "{", "^", "_", "\\,", "\\{", ":", "")


def glyphs(latex: str) -> int:
    """The visible glyphs of a formula; a fraction is as wide as the wider of its parts."""
    text = _WORDS.sub(lambda m: m[1].replace("\\", ""), latex)
    before = ""
    while before != text:
        before = text
        text = _FRACTION.sub(lambda m: max(m[1], m[2], key=glyphs), text)
    text = _SILENT.sub("", text)
    return len(_COMMAND.sub("#", text).replace(" ", ""))


def broken(latex: str, most: int = GLYPHS) -> list[str]:
    """The formula in rows of at most `most` glyphs, as far as its plus and minus signs allow."""
    if glyphs(latex) <= most:
        return [latex]
    rows = [""]
    for piece in _pieces(latex):
        if rows[-1] and glyphs(rows[-1] + piece) > most:
            rows.append(piece)
        else:
            rows[-1] += piece
    return rows


def _pieces(latex: str) -> list[str]:
    """The formula cut before each plus and minus that joins terms."""
    cuts, depth, start = [], 0, 0
    for i, c in enumerate(latex):
        if c == "{" and latex[i - 1:i] != "\\":
            depth += 1
        elif c == "}" and latex[i - 1:i] != "\\":
            depth -= 1
        elif c in "+-" and depth == 0 and i > 0 and not _opens(latex[:i]):
            cuts.append(latex[start:i])
            start = i
    return [*cuts, latex[start:]]


def _opens(before: str) -> bool:
    """Does a sign after this text belong to the term that follows?"""
    text = before.rstrip()
    return any(text.endswith(o) for o in _OPENING if o) or not text
