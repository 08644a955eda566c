r"""How wide LaTeX is in print, and where a long formula may be broken: before a plus or a minus outside braces."""

from __future__ import annotations

import re

GLYPHS = 36
DEEPEST = 30
TOGETHER = 10
"""The most glyphs of a bracket whose terms stay on one line."""
_WORDS = re.compile(r"\\(?:operatorname|text|mathrm|mathbf)\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}")
_SILENT = re.compile(r"\\[bB]ig[lr]|\\[,;!]|[{}^_]|\\quad|\\tfrac|\\frac")
_SPELLED = re.compile(r"\\(tanh|cosh|sinh|arcsin|arccos|arctan|sin|cos|tan|exp|log|det|max|min)(?![A-Za-z])")
_COMMAND = re.compile(r"\\[A-Za-z]+ ?|\\.")
_FACTOR = re.compile(r"\\(?:big|Big|bigg|Bigg)l\(|(?<!l)\(|[A-Z]|\\operatorname|\\o(?:times|dot|slash)(?![A-Za-z])")
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
    for piece in _pieces(latex, most):
        if rows[-1] and glyphs(rows[-1] + piece) > most:
            rows.append(piece)
        else:
            rows[-1] += piece
    return rows


def _pieces(latex: str, most: int) -> list[str]:
    """The formula cut until no piece is too long, as far as it can be."""
    found: list[str] = []
    stack = [latex]
    while stack:
        piece = stack.pop()
        parts = _parts(piece) if glyphs(piece) > most else [piece]
        if len(parts) == 1:
            found.append(piece)
        else:
            stack.extend(reversed(parts))
    return found


def _parts(latex: str) -> list[str]:
    """Cut before the plus and minus signs that are farthest out; before factors where there are none."""
    for depth in range(DEEPEST + 1):
        places = _cuts(latex, depth)
        if places:
            return _cut(latex, places)
    return _factors(latex)


def _cut(latex: str, places: list[int]) -> list[str]:
    return [latex[i:j] for i, j in zip([0, *places], [*places, len(latex)], strict=True)]


def _cuts(latex: str, wanted: int) -> list[int]:
    """Where a plus or minus joins terms, outside braces, inside `wanted` brackets, which are no short ones."""
    cuts: list[int] = []
    braces, opened = 0, [(0, 0)]
    for i, c in enumerate(latex):
        if c in "{}" and latex[i - 1 : i] != "\\":
            braces += 1 if c == "{" else -1
        elif braces == 0 and (c == "(" or latex.startswith("\\langle", i)):
            opened.append((i, len(cuts)))
        elif braces == 0 and (c == ")" or latex.startswith("\\rangle", i)):
            start, before = opened.pop() if len(opened) > 1 else opened[0]
            if len(opened) == wanted and glyphs(latex[start:i]) <= TOGETHER:
                del cuts[before:]
        elif c in "+-" and braces == 0 and len(opened) - 1 == wanted and i > 0:
            if not _opens(latex[max(0, i - 12) : i]):
                cuts.append(i)
    return cuts


def _factors(latex: str) -> list[str]:
    """A product cut before its factors in brackets and its Kronecker and entrywise signs, as far out as there are."""
    places: dict[int, list[int]] = {}
    braces = brackets = 0
    for i, c in enumerate(latex):
        if c in "{}" and latex[i - 1 : i] != "\\":
            braces += 1 if c == "{" else -1
        if braces == 0 and i > 0 and _FACTOR.match(latex, i) and latex[i - 1] in ")}0123456789":
            places.setdefault(brackets, []).append(i)
        if braces == 0 and c in "()":
            brackets += 1 if c == "(" else -1
    return _cut(latex, places[min(places)]) if places else [latex]


def _opens(before: str) -> bool:
    """Does a sign after this text belong to the term that follows?"""
    text = before.rstrip()
    return any(text.endswith(o) for o in _OPENING if o) or not text
