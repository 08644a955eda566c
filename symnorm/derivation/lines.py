"""One line of a chain."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.node import Node
from ..rules.rule import Rule
from .reasons import Reason


@dataclass(frozen=True, slots=True)
class Line:
    """The right side as it is written, and why it follows from the line above.

    `kind` says what sort of thought it is; `rules` were used for it, the first names it; `folded` are the kinds of the
    steps that were joined into it; `named` says that it introduces the name of an adjoint.
    """

    right: Node
    reason: Reason
    kind: str
    rule: Rule | None = None
    rules: tuple[Rule, ...] = ()
    folded: tuple[str, ...] = ()
    named: bool = False
