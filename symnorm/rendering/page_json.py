"""A derivation as data: every expression as text, Python and LaTeX; every step with its rule, law and source."""

from __future__ import annotations

from typing import Any

from ..derivation.page import Page
from ..derivation.stated import stated
from ..derivation.step import Derivation
from ..engine.tensor import Tensor
from ..language.node import Node
from ..simplify.cost import cost
from .latex import latex
from .page_latex import formula_latex, page_latex, reason_latex
from .page_text import formula_text, reason_text, sentence_text
from .python import shown
from .text import to_text

LONGEST = 2000
SCHEMA = "symnorm.derivation/1"


def page_json(derivation: Derivation, page: Page, detail: str) -> dict[str, Any]:
    """The whole derivation, ready for json.dumps."""
    return {
        "schema": SCHEMA,
        "kind": page.kind,
        "detail": detail,
        "function": _forms(page.function),
        "variable": page.variable.name,
        "stated": latex(stated(page.in_names if page.is_long else page.function)),
        "names": [{"name": s.name, "latex": latex(s), "is": _forms(m)} for s, m, _ in page.names],
        "steps": [_step(step) for step in derivation.steps_at(detail)],
        "result": _forms(derivation.derived),
        "result_in_names": _forms(page.result),
        "conditions": [c.text for c in derivation.conditions],
        "holds": sentence_text(page.holds),
        "layout": sentence_text(page.layout),
        "written": derivation.written,
        "pairing": {"text": formula_text(page.frame.pairing), "latex": formula_latex(page.frame.pairing)},
        "latex": page_latex(page),
    }


def _forms(node: Node | Tensor) -> dict[str, str] | None:
    """A node in three spellings, a tensor in two; None where it is too long to be written out."""
    if isinstance(node, Tensor):
        return {"text": to_text(node), "latex": node.latex()}
    if cost(node) > LONGEST:
        return None
    return {"text": to_text(node), "python": shown(node), "latex": latex(node)}


def _step(step: Any) -> dict[str, Any]:
    return {
        "before": _forms(step.before),
        "after": _forms(step.after),
        "left": None if step.line.left is None else _forms(step.line.left),
        "rule": step.rule,
        "law": step.law,
        "source": step.source,
        "reason": {"text": reason_text(step.line.reason), "latex": reason_latex(step.line.reason)},
        "folded": list(step.folded),
    }
