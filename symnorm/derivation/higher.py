"""Derivatives of order three and up: the differential of the derivative before, where that has at most two indices.

By a scalar every derivative is a scalar; by a vector the third is that of the Hessian. Elsewhere there are no lines:
the result is an array, which the check compares with differences of the one before.
"""

from __future__ import annotations

from ..engine.loosen import loose, loosened
from ..language.build import variable
from ..language.node import Node, Variable
from .forward import Context
from .jacobian import SHORT
from .names import Names
from .onward import ForwardNarrator
from .roles import name_subexpressions
from .second import nth_derivative


class HigherNarrator(ForwardNarrator):
    """The lines from the derivative of order k - 1 to that of order k."""

    def __init__(self, f: Node, x: Variable, order: int, detail: str = "normal") -> None:
        copies = loose([x])
        free, start = copies.get(x, x), loosened(f, copies)
        self.previous = nth_derivative(start, free, order - 1)
        root = self.previous if isinstance(self.previous, Node) else start
        names = Names(start, (free,))
        named = name_subexpressions(root, names)
        letter = next(c for c in (*("hqu" if root.is_scalar else "HQK"), "h_0") if c not in names.taken)
        symbol = variable(letter, root.rows, root.cols)
        ctx = Context(names, detail == "full")
        super().__init__(names.apply(start), named, symbol, free, ctx, SHORT)
        self.copies = copies
        self.note = "the Hessian" if not x.is_scalar else f"the derivative of order {order - 1}"

    def run(self) -> None:
        if isinstance(self.previous, Node):
            super().run()
            return
        self.matrix = self.previous
        for condition in self.previous.conditions:
            self.ctx.conditions.setdefault((condition.domain.name, condition.on.key), condition)
