"""The page of a derivation as plain text."""

from __future__ import annotations

import re

from ..derivation.conditions import Sentence
from ..derivation.declared import Declaration
from ..derivation.page import Page
from ..derivation.reasons import Formula, Reason, Words
from ..derivation.stated import stated
from ..engine.tensor import Tensor
from ..language.node import Node
from .piece import flatten
from .scalars import scalar_text
from .text import to_text


def page_text(page: Page) -> str:
    """The whole page."""
    parts = [statement_text(page)]
    if page.lines:
        parts.append(chain_text(page))
    parts += [_result(page), f"{sentence_text(page.holds)} {sentence_text(page.layout)}"]
    return "\n\n".join(parts)


def expression(node: Node) -> str:
    return to_text(node)


def statement_text(page: Page) -> str:
    """Let f(x) = ..., where ...; write ..."""
    where = _declarations(page)
    stating = (
        f"{page.letter}({page.variable.name}) = {expression(stated(page.in_names if page.is_long else page.function))}"
    )
    text = f"Let {stating}{', where ' + where if where else ''}."
    items = [
        f"{expression(s)} = {f'{page.letter}({page.variable.name})' if whole else expression(stated(m))}"
        f"{', ' + page.note if page.note and s is page.left else ''}"
        for s, m, whole in page.names
    ]
    if not items:
        return text
    return f"{text}\nWrite {items[0] if len(items) == 1 else ', '.join(items[:-1]) + ' and ' + items[-1]}."


def _declarations(page: Page) -> str:
    items = [_declaration(d) for d in page.declarations]
    items += [f"sum({v.name}) = 1" for v in page.sums_to_one]
    return ", ".join(items)


def _declaration(d: Declaration) -> str:
    names = ", ".join(v.name for v in d.variables)
    if d.words in (">0", ">=0"):
        return f"{names} {d.words[:-1]} 0"
    size = "scalar" if d.rows == d.cols == 1 else f"{d.rows}-vector" if d.cols == 1 else f"{d.rows} x {d.cols}"
    if len(d.variables) > 1 and size.endswith("vector"):
        size += "s"
    unit = " with entries between 0 and 1" if d.unit else ""
    said = " and " + d.words.removeprefix("is ") if d.words else ""
    return f"{names} {'are' if len(d.variables) > 1 else 'is'} {size}{unit}{said}"


def chain_text(page: Page) -> str:
    """The chain, the reasons in a column."""
    left = [_start(page) if i == 0 else "" for i in range(len(page.lines))]
    left = [expression(x.left) if x.left is not None else old for old, x in zip(left, page.lines, strict=True)]
    margin = max(map(len, left))
    rows = [expression(line.right) for line in page.lines]
    width = max(len(r) for r in rows if len(r) <= 60) if any(len(r) <= 60 for r in rows) else 0
    lines = []
    for i, (row, line) in enumerate(zip(rows, page.lines, strict=True)):
        lines.append(f"{left[i].ljust(margin)} = {row.ljust(width)}    {reason_text(line.reason)}".rstrip())
    return "\n".join(lines)


def _start(page: Page) -> str:
    return f"d{expression(page.left)}" if page.left is not None else f"d{page.letter}"


def reason_text(reason: Reason) -> str:
    return "".join(p.text if isinstance(p, Words) else formula_text(p) for p in reason)


def formula_text(part: Formula) -> str:
    nodes = [expression(n) for n in part.nodes]
    found = re.sub(r"<(\d)>", lambda m: nodes[int(m[1])], part.text if "\\" not in part.text else plain(part.text))
    if "%rows" in found:
        rows, cols = (flatten(scalar_text(size, "^")) for size in (part.nodes[0].rows, part.nodes[0].cols))
        found = found.replace("%rows", rows).replace("%cols", cols)
    return found


def _result(page: Page) -> str:
    source = f"from {formula_text(page.frame.pairing)}"
    if isinstance(page.result, Tensor):
        return f"{to_text(page.result)}    {source}"
    forms = [page.result] + ([page.expanded] if page.expanded is not None else [])
    return f"{formula_text(page.frame.name)} = {' = '.join(expression(f) for f in forms)}    {source}"


def sentence_text(sentence: Sentence) -> str:
    return "".join(
        p.text.replace("\n", " ") if isinstance(p, Words) else formula_text(p) for p in sentence.parts
    ).strip()


def plain(law: str) -> str:
    r"""The law of a rule without LaTeX: \tanh'=1-\tanh^2 is tanh' = 1 - tanh^2."""
    text = re.sub(r"\\operatorname\{(\w+)\}", r"\1", law)
    text = (
        text.replace("\\lvert ", "|")
        .replace("\\lvert", "|")
        .replace("\\rvert", "|")
        .replace("\\,", "")
        .replace("\\log\\", "log ")
        .replace("\\", "")
    )
    text = re.sub(r"\{(\w)\}", r"\1", text).replace("{", "(").replace("}", ")")
    return text.replace("=", " = ").replace("1-", "1 - ").replace("1+", "1 + ")
