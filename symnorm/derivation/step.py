"""Lines and steps, as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..language.node import Node
from ..rules.rule import Rule
from .reasons import Reason


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chain: the right side as it is written, and why it follows from the line above."""

    right: Node
    reason: Reason
    kind: str
    rule: Rule | None = None
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """From one line to the next: the rule with its law, what was put in, what was folded in, and what it needs."""

    before: Node
    after: Node
    reason: Reason
    rule: str
    law: str
    source: str
    instance: Reason = ()
    folded: tuple[str, ...] = ()
    condition: str = ""
    kind: str = field(default="nonlinear")
