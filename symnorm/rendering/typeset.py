"""Formulas set as outlines by ziamath (the extra `render`): a page as one picture, and as HTML without a script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.util import find_spec
from xml.etree import ElementTree

from ..derivation.page import Page
from .blocks import Chain, Display, Prose, blocks

SIZE, MARGIN, INDENT = 18.0, 20.0, 28.0
"""Of the letters, around the page, of chain and displays (pixels)."""
WIDTH = 640.0
"""The least width to which prose is wrapped."""
BETWEEN, APART, COLUMN = 9.0, 14.0, 40.0
"""Between rows, between blocks, before the column of reasons."""
ASCENT, DESCENT = 0.75 * SIZE, 0.25 * SIZE
BOLD_ONE = "\N{MATHEMATICAL BOLD DIGIT ONE}"
"""ziamath sets digits upright whatever their variant."""


def available() -> bool:
    """Is ziamath installed?"""
    return find_spec("ziamath") is not None


class Formula:
    """LaTeX as outlines."""

    def __init__(self, latex: str, size: float = SIZE, inline: bool = True) -> None:
        from ziamath.zmath import Latex

        self.set = Latex(latex.replace("\\mathbf{1}", BOLD_ONE), size=size, inline=inline, margin=0)
        box = self.set.node.bbox
        self.width = float(max(box.xmax, self.set.getsize()[0]))
        self.ascent, self.descent = float(max(box.ymax, ASCENT)), float(max(-box.ymin, DESCENT))

    def draw(self, picture: ElementTree.Element, x: float, baseline: float) -> None:
        self.set.drawon(picture, x, baseline)


class Sheet:
    """A picture that grows downwards."""

    def __init__(self, width: float) -> None:
        self.picture = ElementTree.Element("g")
        self.width, self.top = width, MARGIN

    def line(self, placed: list[tuple[float, Formula]], gap: float) -> None:
        """Formulas on one baseline, at their distances from the margin; then a gap."""
        baseline = self.top + max(f.ascent for _, f in placed)
        for x, formula in placed:
            formula.draw(self.picture, MARGIN + x, baseline)
            self.width = max(self.width, x + formula.width)
        self.top = baseline + max(f.descent for _, f in placed) + gap


def page_picture(page: Page, description: str) -> str:
    """The page as one SVG element; `description` is what a reader hears who does not see it."""
    parts = blocks(page)
    chains = {id(part): _columns(part) for part in parts if isinstance(part, Chain)}
    sheet = Sheet(max([WIDTH, *(_across(rows) for rows in chains.values())]))
    for part in parts:
        if isinstance(part, Prose):
            for line in _wrapped(part, sheet.width):
                sheet.line(line, 0.35 * SIZE)
        elif isinstance(part, Chain):
            for placed in _placed(chains[id(part)]):
                sheet.line(placed, BETWEEN)
        else:
            sheet.line([(INDENT, Formula(part.formula, inline=False))], 0)
        sheet.top += APART - BETWEEN if isinstance(part, Chain) else APART
    return _document(sheet, description)


def _document(sheet: Sheet, description: str) -> str:
    width, height = f"{sheet.width + 2 * MARGIN:.0f}", f"{sheet.top + MARGIN - APART:.0f}"
    root = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height,
                                       "viewBox": f"0 0 {width} {height}", "role": "img"})
    ElementTree.SubElement(root, "title").text = description.splitlines()[0]
    ElementTree.SubElement(root, "desc").text = description
    ElementTree.SubElement(root, "rect", {"width": width, "height": height, "fill": "white"})
    root.append(sheet.picture)
    return ElementTree.tostring(root, encoding="unicode")


Columns = list[tuple[Formula | None, Formula, Formula | None]]


def _columns(chain: Chain) -> Columns:
    """Left sides, right sides and reasons, set."""
    return [(Formula(row.left) if row.left else None, Formula(_tall(row.right)),
             Formula(row.reason) if row.reason else None) for row in chain.rows]


def _tall(latex: str) -> str:
    return f"\\displaystyle {latex}"


def _across(rows: Columns) -> float:
    return INDENT + _widest(rows, 0) + 6 + _widest(rows, 1) + COLUMN + _widest(rows, 2)


def _widest(rows: Columns, column: int) -> float:
    return max((cell.width for row in rows if (cell := row[column]) is not None), default=0.0)


def _placed(rows: Columns) -> Iterator[list[tuple[float, Formula]]]:
    """The cells of each row at their places: left sides flush right, the others flush left."""
    sign = INDENT + _widest(rows, 0) + 6
    reasons = sign + _widest(rows, 1) + COLUMN
    for left, right, reason in rows:
        cells = [(sign, right)]
        if left is not None:
            cells.append((sign - 6 - left.width, left))
        if reason is not None:
            cells.append((reasons, reason))
        yield cells


def _wrapped(prose: Prose, width: float) -> Iterator[list[tuple[float, Formula]]]:
    """The lines of a paragraph; a formula is not broken, and what follows it without a blank stays beside it."""
    space, x = 0.28 * SIZE, 0.0
    line: list[tuple[float, Formula]] = []
    for group in _groups(prose):
        wide = sum(f.width for f in group)
        if line and x + wide > width:
            yield line
            line, x = [], 0.0
        for formula in group:
            line.append((x, formula))
            x += formula.width
        x += space
    if line:
        yield line


def _groups(prose: Prose) -> Iterator[list[Formula]]:
    """What stands between blanks, set: `($x$,` is one group."""
    group: list[Formula] = []
    for i, part in enumerate(prose.parts):
        if i % 2:
            group.append(Formula(part))
            continue
        for j, word in enumerate(part.split(" ")):
            if j and group:
                yield group
                group = []
            if word:
                group.append(Formula(f"\\text{{{word}}}"))
    if group:
        yield group


def formula_html(latex: str, display: bool = False) -> str:
    """A formula as inline SVG, its baseline on that of the text, its LaTeX as its label."""
    formula = Formula(latex, inline=not display)
    width, height = formula.width, formula.ascent + formula.descent
    root = ElementTree.Element("svg", {
        "width": f"{width / SIZE:.3f}em", "height": f"{height / SIZE:.3f}em", "role": "img", "aria-label": latex,
        "viewBox": f"0 {-formula.ascent:.2f} {width:.2f} {height:.2f}",
        "style": f"vertical-align:{-formula.descent / SIZE:.3f}em;overflow:visible"})
    formula.draw(root, 0.0, 0.0)
    return ElementTree.tostring(root, encoding="unicode")


def page_html_set(page: Page) -> str:
    """The page as an HTML block with its formulas set: no script, no network."""
    found = []
    for part in blocks(page):
        if isinstance(part, Prose):
            inside = (formula_html(p) if i % 2 else escape(p) for i, p in enumerate(part.parts))
            found.append(f"<p>{''.join(inside)}</p>")
        elif isinstance(part, Display):
            found.append(f'<p class="display">{formula_html(part.formula, display=True)}</p>')
        else:
            found.append(_table(part))
    return '<div class="symnorm-derivation">\n' + "\n".join(found) + "\n</div>"


def _table(chain: Chain) -> str:
    rows = "\n".join(
        f'<tr><td class="left">{formula_html(row.left) if row.left else ""}</td>'
        f"<td>{formula_html(_tall(row.right))}</td>"
        f'<td class="reason">{formula_html(row.reason) if row.reason else ""}</td></tr>' for row in chain.rows)
    return f"<table>\n{rows}\n</table>"
