"""One line of a chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..language.node import Node
from ..rules.rule import Rule
from .reasons import Reason, mapped


@dataclass(frozen=True, slots=True)
class Line:
    """The right side as it is written, and why it follows from the line above.

    `kind` says what sort of thought it is; `rules` were used for it, the first names it; `folded` are the kinds of the
    steps that were joined into it; `named` says that it introduces the name of an adjoint; `left` is what stands on the
    left where that changes: vec(dF) = J vec(dX).
    """

    right: Node
    reason: Reason
    kind: str
    rule: Rule | None = None
    rules: tuple[Rule, ...] = ()
    folded: tuple[str, ...] = ()
    named: bool = False
    left: Node | None = None

    def map(self, change: Callable[[Node], Node]) -> Line:
        """The line with each of its expressions rewritten by an equal one."""
        left = self.left if self.left is None else change(self.left)
        return replace(self, right=change(self.right), reason=mapped(self.reason, change), left=left)
