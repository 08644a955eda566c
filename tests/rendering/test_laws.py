"""The laws of the rules as text."""

from __future__ import annotations

import re

import pytest

from symnorm.language.node import Applied
from symnorm.norms import all as _norms  # noqa: F401  registers the norms
from symnorm.rendering.laws import law_text
from symnorm.rules import all as _rules  # noqa: F401  registers the rules
from symnorm.rules.rule import DIFFERENTIALS

LAWS = {
    "2-norm": "d||u||_2 = 1/||u||_2 <u, du>",
    "inverse": "d(U^(-1)) = -U^(-1) dU U^(-1)",
    "log-determinant": "d log |det U| = tr(U^(-1) dU)",
    "softmax": "ds = s .* du - <s, du> s",
    "chain rule": "d(beta^k) = k beta^(k - 1) d beta",
    "matrix power rule": "d(U^k) = sum_(i<k)U^i dU U^(k - 1 - i)",
}
RULES = [rule for rule in DIFFERENTIALS.rules.values() if rule.node is not Applied]


@pytest.mark.parametrize("name", LAWS)
def test_letter_for_letter(name: str) -> None:
    assert law_text(next(r for r in RULES if r.name == name).law) == LAWS[name]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{r.name} {r.node.__name__} {r.of}")
def test_nothing_of_latex_is_left(rule: object) -> None:
    text = law_text(rule.law)  # type: ignore[attr-defined]
    assert not re.search(r"[\\\\{}$]", text)
    assert text.count("(") == text.count(")")
    assert "=" in text
