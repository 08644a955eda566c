r"""The page of a derivation in LaTeX: statement, the chain in align*, the framed result, where it holds, the layout."""

from __future__ import annotations

import re

from ..derivation.conditions import Sentence
from ..derivation.declared import Declaration
from ..derivation.page import Page
from ..derivation.reasons import Formula, Reason, Words
from ..derivation.stated import stated
from ..engine.tensor import Tensor
from ..language.node import Node
from .latex import latex as expression_latex
from .letters import scalar_latex
from .widths import GLYPHS, breakable, broken, glyphs

FRAME, STATEMENT = 40, 55
"""The most glyphs of a framed result on one line; of a function that is not stated in names."""
_ONES = re.compile(r"(?<!\})\\mathbf\{1\}_(?:\w|\{[^{}]*\})(?!\\mathbf)")
"""A vector of ones with its size, which a reason leaves to the line."""


def page_latex(page: Page) -> str:
    """The whole page."""
    parts = [_statement(page)]
    if page.lines:
        parts.append(chain_latex(page))
    parts += [_frame(page), _closing(page)]
    return "\n".join(parts)


def latex(node: Node) -> str:
    r"""An expression; a bracket after \langle stands apart."""
    return expression_latex(node).replace("\\langle(", "\\langle (")


def _statement(page: Page) -> str:
    body = "" if page.is_long else latex(stated(page.function))
    if page.is_long or (page.names and glyphs(body) > STATEMENT):
        body = latex(stated(page.in_names))
    if "\\frac" in body.replace("\\tfrac", ""):
        body = body.replace("\\frac", "\\dfrac", 1) if body.startswith(("\\frac", "-\\frac")) else body
    text = f"Let ${page.letter}({latex(page.variable)})={breakable(body)}$"
    where = _declarations(page)
    return f"{text}{', where ' + where if where else ''}.{_names(page)}"


def _declarations(page: Page) -> str:
    items = [_declaration(d) for d in page.declarations]
    extra = [f"$\\langle\\mathbf{{1}},{latex(v)}\\rangle=1$" for v in page.sums_to_one]
    joined_last = bool(extra) or (page.declarations and page.declarations[-1].wordy)
    items += extra
    if not joined_last or len(items) < 2:
        return ", ".join(items)
    return f"{', '.join(items[:-1])}{',' if len(items) > 2 else ''} and {items[-1]}"


def _declaration(d: Declaration) -> str:
    letters = ",".join(latex(v) for v in d.variables)
    if d.words in (">0", ">=0"):
        return f"${letters}{'>' if d.words == '>0' else chr(92) + 'ge '}0$"
    field = "[0,1]" if d.unit else "\\mathbb{R}"
    return f"${letters}\\in{field}{_power(d)}${' ' + d.words if d.words else ''}"


def _power(d: Declaration) -> str:
    rows, cols = scalar_latex(d.rows), scalar_latex(d.cols)
    if d.cols == 1:
        return "" if d.rows == 1 else f"^{{{rows}}}"
    return f"^{{{rows}\\times {cols}}}"


def _names(page: Page) -> str:
    items = []
    for symbol, meaning, whole in page.names:
        right = f"{page.letter}({latex(page.variable)})" if whole else latex(stated(meaning))
        items.append(
            f"${latex(symbol)}={breakable(right)}${', ' + page.note if page.note and symbol is page.left else ''}"
        )
    if not items:
        return ""
    return f" Write {items[0] if len(items) == 1 else ', '.join(items[:-1]) + ' and ' + items[-1]}."


def chain_latex(page: Page) -> str:
    """The chain, with the reasons."""
    rows = [latex(line.right) for line in page.lines]
    tall = [_is_tall(row) for row in rows]
    left = "\\mathrm{d}" + (latex(page.left) if page.left is not None else page.letter)
    most = GLYPHS if all(line.left is None for line in page.lines) else GLYPHS - len("vec()")
    lines = []
    for i, (row, line) in enumerate(zip(rows, page.lines, strict=True)):
        gap = ""
        if i < len(rows) - 1:
            gap = "\\\\" + {0: "", 1: "[2pt]", 2: "[4pt]"}[tall[i] + tall[i + 1]]
        *upper, last = broken(row, most)
        side = left if i == 0 and line.left is None else "" if line.left is None else latex(line.left)
        start = f"{side}{' ' if side else ''}&= "
        for part in upper:
            lines.append(f"{start}{part}\\\\")
            start = "&\\quad{}"
        lines.append(f"{start}{last} && {reason_latex(line.reason)}{gap}")
    return "\n".join(["\\begin{align*}", *lines, "\\end{align*}"])


def _is_tall(row: str) -> bool:
    return bool(re.search(r"\\d?frac(?![a-z])|\\sum", row.replace("\\tfrac", "")))


def reason_latex(reason: Reason) -> str:
    """Words in \\text, formulas beside them; a formula alone in braces, so that it starts flush."""
    found, text = "", ""
    for part in reason:
        if isinstance(part, Words):
            text += part.text
            continue
        formula = _ONES.sub(r"\\mathbf{1}", formula_latex(part))
        if part.flush and not found and not text:
            formula = "{" + formula + "}"
        if text:
            found += f"\\text{{{text}}}"
            text = ""
        found += formula
    return found + (f"\\text{{{text}}}" if text else "")


def formula_latex(part: Formula) -> str:
    """A formula with its nodes written in."""
    nodes = [latex(n) for n in part.nodes]
    found = re.sub(r"<(\d)>", lambda m: nodes[int(m[1])], part.latex)
    if "%rows" in found:
        node = part.nodes[0]
        found = found.replace("%rows", scalar_latex(node.rows)).replace("%cols", scalar_latex(node.cols))
    return found


def _frame(page: Page) -> str:
    source = formula_latex(page.frame.pairing)
    if isinstance(page.result, Tensor):
        return f"\\[ \\boxed{{{_aligned(page.result.latex(), ' = ')}}} \\]\nfrom ${source}$."
    name = formula_latex(page.frame.name)
    result = f"{name}={latex(page.result)}"
    both = result if page.expanded is None else f"{result}={latex(page.expanded)}"
    if glyphs(both) <= FRAME:
        return f"\\[ \\boxed{{{both}}} \\qquad \\text{{from }}{source} \\]"
    if glyphs(result) <= FRAME:
        return f"\\[ \\boxed{{{result}}} \\qquad \\text{{from }}{source} \\]"
    shown = min((f for f in (page.result, page.expanded) if f is not None), key=lambda f: glyphs(latex(f)))
    return f"\\[ \\boxed{{{_aligned(f'{name}={latex(shown)}', '=')}}} \\]\nfrom ${source}$."


def _aligned(equation: str, sign: str) -> str:
    """An equation on as many lines as it needs."""
    first, *rest = broken(equation)
    if not rest and sign != "=":
        return equation
    rows = "".join(f"\\\\\n&\\quad{{}}{row}" for row in rest)
    return f"\\begin{{aligned}}{first.replace(sign, '&=', 1)}{rows}\\end{{aligned}}"


def _closing(page: Page) -> str:
    holds, layout = sentence_latex(page.holds), sentence_latex(page.layout)
    return f"{holds}{'' if holds.endswith(chr(10)) else ' '}{layout}"


def sentence_latex(sentence: Sentence) -> str:
    found = ""
    for part in sentence.parts:
        if isinstance(part, Words):
            found += part.text
        elif part.flush:
            found += f"\\[ {formula_latex(part)} \\]"
        else:
            found += f"${formula_latex(part)}$"
    return found
