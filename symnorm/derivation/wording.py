"""What the narrator says of a line, and which plans share one."""

from __future__ import annotations

from ..language.build import add, transpose
from ..language.node import MatMul, Node, Transpose
from .display import moving
from .forward import Stage
from .reasons import Formula, Reason, Words, joined, length, segments, words
from .terms import Term, tidy

MAX_REASON = 34
MANY = 3
"""More reasons than this are not written on a line, one by one."""


def merged_equal(terms: list[Term]) -> list[Term]:
    """Terms that are the same form added up."""
    forms = [(t.outer, t.form) for t in terms]
    if len(set(forms)) == len(forms):
        return terms
    found: dict[tuple[Node, Node], Term] = {}
    for t in terms:
        key = (t.outer, t.form)
        if key in found:
            found[key] = Term(tidy(add(found[key].coefficient, t.coefficient)), t.form, t.outer)
        else:
            found[key] = t
    return list(found.values())


def only_hadamard(reason: Reason) -> bool:
    return reason == words("Hadamard factor")


def collecting(shown: list[Node]) -> Reason:
    if len(shown) != 1:
        return words("collect")
    return (Words("collect "), Formula("<0>", "<0>", (shown[0],)))


def adjoint_of_forms(before: list[Term]) -> Reason:
    """adjoint of A, for x'A dx and dx'Ax alike."""
    middles: set[Node] = set()
    for t in before:
        form = t.form
        if not isinstance(form, MatMul):
            return words("adjoint")
        middle = form.args[1:-1]
        if len(middle) != 1 or moving(middle[0]):
            return words("adjoint")
        middles.add(middle[0])
    plain = {transpose(m) if isinstance(m, Transpose) else m for m in middles}
    if len(plain) != 1:
        return words("adjoint")
    return (Words("adjoint of "), Formula("<0>", "<0>", (plain.pop(),)))


def side_by_side(plans: dict[int, list[Stage]]) -> dict[int, list[Stage]]:
    """The plans of this round: all of them where the reasons fit on a line, else those with the first reason, or, where
    there are many reasons, those that follow by the same rule."""
    reasons = list(dict.fromkeys(stages[0].reason for stages in plans.values()))
    if len(reasons) < 2 or (len(reasons) <= MANY and length(joined(*reasons)) <= MAX_REASON):
        return plans
    first = next(iter(plans.values()))[0]
    if len(reasons) > MANY:
        alike = {i: stages for i, stages in plans.items() if _law(stages[0]) == _law(first)}
        if len({stages[0].reason for stages in alike.values()}) > MANY:
            return alike
    return {i: stages for i, stages in plans.items() if stages[0].reason == first.reason}


def _law(stage: Stage) -> tuple[str, str]:
    """What stages have in common that do the same to different expressions."""
    return stage.kind, "" if stage.rule is None or stage.kind == "substitution" else stage.rule.name


def said_together(stages: list[Stage]) -> Reason:
    """The reasons of stages on one line, each once; where they are many, what all of them say."""
    reasons = list(dict.fromkeys(s.reason for s in stages))
    if len(reasons) <= MANY:
        return joined(*reasons)
    if all(s.kind == "substitution" for s in stages):
        return words("linear map")
    shared = [s for s in segments(reasons[0]) if all(s in segments(r) for r in reasons)]
    rules = dict.fromkeys(s.rule.name for s in stages if s.rule is not None)
    return joined(*shared) if shared else joined(*(words(name) for name in list(rules)[:2])) or words("chain rule")
