r"""Formulas cut into statements, and the left side of a statement that is about a derivative.

`f(x) = \frac12\|r\|^2, \quad \nabla f(x) &= A^\top r \\ &= ...` are two statements, the second with three sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NOISE = re.compile(
    r"\\(?:nonumber|notag|displaystyle|textstyle|limits)(?![A-Za-z])|\\(?:label|tag\*?|eqref)\{[^{}]*\}"
    r"|\\(?:begin|end)\{(?:aligned|split|gathered|alignedat|array)\}(?:\[[a-z]\])?(?:\{[lcr\d|]*\})?"
    r"|(?<!\\)&"
)
_TOKEN = re.compile(
    r"""
      (?P<row>\\\\\*?(?:\[[^\]]*\])?)
    | (?P<equal>:=|\\(?:coloneqq|triangleq|equiv|eqdef|doteq)(?![A-Za-z])|\\(?:stackrel|overset)\{[^=]*?\}\{=\}|=)
    | (?P<other>\\(?:approx|leq?|geq?|leqslant|geqslant|in|neq?|propto|sim|simeq|leftarrow|gets|to|mapsto|preceq|succeq)(?![A-Za-z])|<|>)
    | (?P<gap>\\q?quad(?![A-Za-z])|\\(?:Rightarrow|implies|Longrightarrow|iff|Leftrightarrow|Longleftrightarrow)(?![A-Za-z])
        |\\(?:text|mbox|textrm|intertext|textit|textbf)\{[^{}]*\})
    | (?P<open>\\begin\{[a-zA-Z]*matrix\*?\}|\\\{|\\langle(?![A-Za-z])|[({\[])
    | (?P<close>\\end\{[a-zA-Z]*matrix\*?\}|\\\}|\\rangle(?![A-Za-z])|[)}\]])
    | (?P<comma>[,;]|\.(?=\s|$))
    | \\[A-Za-z]+ | \\. | .""",
    re.X | re.S,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """Sides and the relations between them; `line` is that of each side."""

    sides: tuple[str, ...]
    relations: tuple[str, ...]
    lines: tuple[int, ...]


def statements(text: str, line: int = 1) -> list[Statement]:
    r"""The statements of one formula.

    >>> [s.sides for s in statements(r"f(x, y) = x^\top y, \quad \nabla_x f = y.")]
    [('f(x, y)', 'x^\\top y'), ('\\nabla_x f', 'y')]
    """
    found: list[list[tuple[str, str, int]]] = []
    for side, relation, breaks, at in _sides(text, line):
        plain = side.strip()
        if found and breaks == "row" and not relation and plain[:1] in ("+", "-") and found[-1]:
            last = found[-1][-1]
            found[-1][-1] = (f"{last[0]} {plain}", last[1], last[2])
        elif found and found[-1] and relation:
            found[-1].append((plain, relation, at))
        elif plain:
            found.append([(plain, "", at)])
    return [
        Statement(tuple(s for s, _, _ in f), tuple(r for _, r, _ in f[1:]), tuple(at for _, _, at in f))
        for f in found
        if len(f) > 1
    ]


def _sides(text: str, line: int) -> Iterator[tuple[str, str, str, int]]:
    """Each side with the relation in front of it, what was in front of that ("row", "gap"), and its line."""
    text = _NOISE.sub(" ", text)
    depth, start, relation, breaks = 0, 0, "", "gap"
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind in ("open", "close"):
            depth = max(0, depth + (1 if kind == "open" else -1))
        elif depth == 0 and kind is not None:
            side = text[start : match.start()]
            if side.strip() or relation:
                yield side, relation, breaks, _line(text, start, side, line)
                relation, breaks = "", "gap"
            relation = match[0] if kind in ("equal", "other") else ""
            breaks = kind if not relation else breaks
            start = match.end()
    if text[start:].strip():
        yield text[start:], relation, breaks, _line(text, start, text[start:], line)


def _line(text: str, start: int, side: str, line: int) -> int:
    return line + text.count("\n", 0, start + len(side) - len(side.lstrip()))


def is_equality(relation: str) -> bool:
    """Is it = or one of its relatives that define or claim?"""
    return "=" in relation or relation in (r"\coloneqq", r"\triangleq", r"\equiv", r"\eqdef", r"\doteq")


@dataclass(frozen=True, slots=True)
class Left:
    """A derivative on a left side: of what, by what (None where it does not say), and of which order."""

    target: str
    by: str | None
    order: int = 1


_D = r"(?:\\partial|\\mathrm\{d\}|\\mathrm\s*d|\\operatorname\{d\}|\\rm\s+d|(?<![A-Za-z\\])d(?![A-Za-z]\())"
_SCRIPT = r"(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+|[^\s\\{}])"
_NABLA = re.compile(
    rf"\\nabla\s*(?:_(?P<by1>{_SCRIPT}))?\s*(?P<two>\^\s*(?:2|\{{2\}}))?\s*(?:_(?P<by2>{_SCRIPT}))?(?P<target>.*)", re.S
)
_BOLD = re.compile(r"\\(?:vec|mathbf|boldsymbol|bm|bold|overrightarrow)\s*(?:\{\s*\\nabla\s*\}|\\nabla(?![A-Za-z]))")
_SLASH = re.compile(rf"{_D}(?P<two>\^\s*(?:2|\{{2\}}))?(?P<target>.*?)/\s*{_D}(?P<by>.*)", re.S)
_INDEX = re.compile(rf"\\partial\s*_(?P<by>{_SCRIPT})(?P<target>.*)", re.S)


def left_side(side: str) -> Left | None:
    r"""The derivative that a left side writes; None when it writes none.

    >>> left_side(r"\frac{\partial f}{\partial X}")
    Left(target='f', by='X', order=1)
    >>> left_side(r"\nabla_x^2 f(x)")
    Left(target='f(x)', by='x', order=2)
    """
    side = _BOLD.sub(r"\\nabla ", re.sub(r"\\[,;:!]|\\ |~", " ", side)).strip()
    match = _NABLA.match(side)
    if match:
        by = match["by1"] or match["by2"]
        return Left(_bare(match["target"]), _bare(by) if by else None, 2 if match["two"] else 1)
    if re.match(r"\\[dt]?frac", side):
        return _fraction(side)
    match = _INDEX.match(side) or _SLASH.match(side)
    if match:
        return Left(_bare(match["target"]), _bare(match["by"]), 2 if match.groupdict().get("two") else 1)
    return None


def _fraction(side: str) -> Left | None:
    opened = side.index("frac") + 4
    over, after = group(side, opened)
    under, after = group(side, after)
    top, bottom = (
        re.fullmatch(rf"\s*{_D}(\s*\^\s*(?:2|\{{2\}}))?(.*)", over, re.S),
        re.match(rf"\s*{_D}(.*)", under, re.S),
    )
    if not top or not bottom:
        return None
    by = re.sub(rf"\s*(?:\^\s*(?:2|\{{2\}})|{_D}.*)$", "", bottom[1].strip(), flags=re.S) if top[1] else bottom[1]
    rest = side[after:]
    if top[2].strip() and rest.strip():
        return Left(f"{top[2]} {rest}", _bare(by), 2 if top[1] else 1)
    return Left(_bare(top[2].strip() or rest), _bare(by), 2 if top[1] else 1)


def group(text: str, start: int) -> tuple[str, int]:
    """The braces, or the one token, that begin at `start`, and where they end."""
    while start < len(text) and text[start].isspace():
        start += 1
    if not text.startswith("{", start):
        match = re.compile(r"\\[A-Za-z]+|.", re.S).match(text, start)
        return (match[0], match.end()) if match else ("", start)
    depth = 0
    for i in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0) if text[i - 1 : i] != "\\" or i == start else 0
        if depth == 0:
            return text[start + 1 : i], i + 1
    return text[start + 1 :], len(text)


def _bare(text: str) -> str:
    r"""Without surrounding spaces, braces, and one pair of brackets around the whole."""
    text = text.strip()
    if text.startswith("{") and group(text, 0)[1] == len(text):
        return _bare(text[1:-1])
    match = re.fullmatch(
        r"(?:\\(?:left|big|Big|bigg|Bigg)l?\s*)?[(\[]((?:[^()\[\]]|\([^()]*\))*?)(?:\\(?:right|big|Big|bigg|Bigg)r?\s*)?[)\]]",
        text,
        re.S,
    )
    return _bare(match[1]) if match else text
