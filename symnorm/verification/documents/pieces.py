r"""What of a document matters: its formulas, its `symnorm` blocks and its declarations, each with its place.

Markdown   $...$, $$...$$, \(...\), \[...\], environments, ```math; <!-- symnorm: ... -->; ```symnorm
LaTeX      the same formulas; % symnorm: ...
Notebooks  the Markdown cells
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal

from symnorm.errors import Misuse

Kind = Literal["math", "block", "declare", "problem"]
LIMIT = 4_000_000
SUFFIXES = {".md": "markdown", ".markdown": "markdown", ".tex": "latex", ".ltx": "latex", ".ipynb": "notebook"}

_ENVIRONMENTS = "equation|align|alignat|flalign|gather|multline|eqnarray|displaymath|math"
_FORMULAS = rf"""
      \$\$(?P<double>.{{1,20000}}?)\$\$
    | \\\[(?P<bracket>.{{1,20000}}?)\\\]
    | \\\((?P<paren>.{{1,5000}}?)\\\)
    | \\begin\{{(?P<name>(?:{_ENVIRONMENTS})\*?)\}}(?P<body>.{{1,20000}}?)\\end\{{(?P=name)\}}
    | (?<!\$)\$(?=[^\s$])(?P<inline>(?:\\.|[^$\\]){{1,5000}}?)(?<!\s)\$(?!\d)
    | (?P<open>\$\$|\\\[|\\\(|\\begin\{{(?:{_ENVIRONMENTS})\*?\}})
"""
_MARKDOWN = re.compile(
    rf"""
      ^[ ]{{0,3}}(?P<fence>`{{3,}}|~{{3,}})[ \t]*(?P<info>[^\n`]*)\n(?P<fenced>.*?)(?:^[ ]{{0,3}}(?P=fence)[`~]*[
      \t]*$|\Z)
    | <!--(?P<comment>.*?)(?:-->|\Z)
    | \$`(?P<ticked>[^`\n]{{1,5000}})`\$
    | (?P<code>`+)(?!`)(?:(?!\n[ \t]*\n).){{1,5000}}?(?<!`)(?P=code)(?!`)
    | \\\\\((?P<jekyll>.{{1,5000}}?)\\\\\)
    | \\\\\[(?P<jekylls>.{{1,5000}}?)\\\\\]
    | \\[\\$]
    | {_FORMULAS}""",
    re.X | re.S | re.M,
)
_LATEX = re.compile(
    rf"""
      (?<!\\)%(?P<comment>[^\n]*)
    | \\begin\{{(?P<verbatim>verbatim\*?|lstlisting|minted|comment)\}}.*?(?:\\end\{{(?P=verbatim)\}}|\Z)
    | \\verb\*?(?P<mark>[^A-Za-z\s*])[^\n]*?(?P=mark)
    | \\[\\$%]
    | {_FORMULAS}""",
    re.X | re.S | re.M,
)
_MATH = ("double", "bracket", "paren", "body", "inline", "ticked", "jekyll", "jekylls")
_DERIVATIVE = re.compile(r"\\(nabla|partial)\b")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a document: its line (1-based), in a notebook its cell, what it is, and its text."""

    line: int
    kind: Kind
    text: str
    cell: int | None = None


def pieces(text: str, name: str) -> list[Piece]:
    """The pieces of a document; `name` says by its suffix which kind of document it is."""
    kind = SUFFIXES.get(PurePath(name).suffix.lower())
    if kind is None:
        raise Misuse(f"{name}: documents end in {', '.join(sorted(SUFFIXES))}")
    text = text.replace("\r\n", "\n")
    if kind == "notebook":
        return list(_notebook(text, name))
    return list(_markdown(text) if kind == "markdown" else _latex(text))


def _notebook(text: str, name: str) -> Iterator[Piece]:
    try:
        cells = json.loads(text)["cells"]
        sources = [(c["cell_type"], c["source"]) for c in cells]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Misuse(f"{name} is not a notebook: {type(error).__name__}: {str(error)[:80]}") from error
    for number, (kind, source) in enumerate(sources, 1):
        if kind == "markdown":
            joined = "".join(map(str, source)) if isinstance(source, list) else str(source)
            yield from (replace(piece, cell=number) for piece in _markdown(joined))


def _markdown(text: str) -> Iterator[Piece]:
    for match in _MARKDOWN.finditer(text):
        if match["fence"] is not None:
            yield from _fenced(text, match)
        elif match["comment"] is not None:
            yield from _declared(match["comment"], _line(text, match.start("comment")))
        else:
            yield from _formula(text, match)


def _fenced(text: str, match: re.Match[str]) -> Iterator[Piece]:
    word = (match["info"].strip().strip("{}").split() or [""])[0].lower().lstrip(".")
    line = _line(text, match.start("fenced"))
    if word == "symnorm":
        yield Piece(line, "block", match["fenced"])
    elif word in ("math", "latex", "tex"):
        yield Piece(line, "math", match["fenced"])


def _latex(text: str) -> Iterator[Piece]:
    for match in _LATEX.finditer(text):
        if match["comment"] is not None:
            yield from _declared(match["comment"], _line(text, match.start("comment")))
            continue
        for piece in _formula(text, match):
            for comment in re.finditer(r"(?<!\\)%([^\n]*)", piece.text):
                yield from _declared(comment[1], piece.line + piece.text.count("\n", 0, comment.start()))
            yield replace(piece, text=re.sub(r"(?<!\\)%[^\n]*", "", piece.text))


def _formula(text: str, match: re.Match[str]) -> Iterator[Piece]:
    for group in _MATH:
        if match.groupdict().get(group) is not None and not re.search(
            r"\n[ \t]*\n", match[group] * (group == "inline")
        ):
            yield Piece(_line(text, match.start(group)), "math", match[group])
    if match["open"] is not None and _DERIVATIVE.search(text, match.end(), match.end() + 400):
        yield Piece(_line(text, match.start()), "problem", f"the formula that {match['open']} opens does not end")


def _declared(comment: str, line: int) -> Iterator[Piece]:
    head, colon, rest = comment.partition(":")
    if head.strip().lower() == "symnorm" and colon:
        yield Piece(line, "declare", rest)
    elif head.strip().lower() == "symnorm" or re.match(r"\s*symnorm\s+\w+\s*$", head, re.I) and colon:
        yield Piece(line, "problem", "a colon is missing: symnorm: A: m x n")


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
