r"""How wide LaTeX is in print, and where a long formula may be broken: before a plus or a minus outside braces."""

from __future__ import annotations

import re

GLYPHS = 36
DEEPEST = 4
_WORDS = re.compile(r"\\(?:operatorname|text|mathrm|mathbf)\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}")
_SILENT = re.compile(r"\\[bB]ig[lr]|\\[,;!]|[{}^_]|\\quad|\\tfrac|\\frac")
_SPELLED = re.compile(r"\\(tanh|cosh|sinh|arcsin|arccos|arctan|sin|cos|tan|exp|log|det|max|min)(?![A-Za-z])")
_COMMAND = re.compile(r"\\[A-Za-z]+ ?|\\.")
_OPENING = ("(", "\\langle", ",", "=", "{", "^", "_", "\\,", "\\{", ":", "")


def glyphs(latex: str) -> int:
    """The visible glyphs of a formula; a fraction is as wide as the wider of its parts."""
    text = _WORDS.sub(lambda m: m[1].replace("\\", ""), latex)
    before = ""
    while before != text:
        before = text
        text = _FRACTION.sub(lambda m: max(m[1], m[2], key=glyphs), text)
    text = _SPELLED.sub(lambda m: m[1], _SILENT.sub(" ", text))
    return len(_COMMAND.sub("#", text).replace(" ", ""))


def breakable(latex: str) -> str:
    r"""A long formula in a sentence, with places in its products where a line may end."""
    return latex if glyphs(latex) <= GLYPHS else re.sub(r"(\^\{\\top\})(?=[A-Z(])", r"\1\\allowbreak ", latex)


def unbroken(latex: str) -> str:
    r"""Without \allowbreak, which MathJax does not know."""
    return latex.replace("\\allowbreak ", "")


def broken(latex: str, most: int = GLYPHS) -> list[str]:
    """The formula in rows of at most `most` glyphs, as far as its plus and minus signs allow."""
    if glyphs(latex) <= most:
        return [latex]
    rows = [""]
    for piece in _pieces(latex, 0, most):
        if rows[-1] and glyphs(rows[-1] + piece) > most:
            rows.append(piece)
        else:
            rows[-1] += piece
    return rows


def _pieces(latex: str, depth: int, most: int) -> list[str]:
    """The formula cut before its plus and minus signs at a depth of brackets; long pieces are cut further in."""
    found, start = [], 0
    for i in _cuts(latex, depth):
        found.append(latex[start:i])
        start = i
    found.append(latex[start:])
    if depth > DEEPEST:
        return found
    return [p for piece in found for p in (_pieces(piece, depth + 1, most) if glyphs(piece) > most else [piece])]


def _cuts(latex: str, wanted: int) -> list[int]:
    """Where a plus or minus joins terms, outside braces, inside `wanted` brackets."""
    cuts, braces, brackets = [], 0, 0
    for i, c in enumerate(latex):
        if c in "{}" and latex[i - 1 : i] != "\\":
            braces += 1 if c == "{" else -1
        elif braces == 0 and (c == "(" or latex.startswith("\\langle", i)):
            brackets += 1
        elif braces == 0 and (c == ")" or latex.startswith("\\rangle", i)):
            brackets -= 1
        elif c in "+-" and braces == 0 and brackets == wanted and i > 0 and not _opens(latex[max(0, i - 12) : i]):
            cuts.append(i)
    return cuts


def _opens(before: str) -> bool:
    """Does a sign after this text belong to the term that follows?"""
    text = before.rstrip()
    return any(text.endswith(o) for o in _OPENING if o) or not text
