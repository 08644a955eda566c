"""Functions in two pieces: where they are cut, and Huber's function."""

from __future__ import annotations

import sympy
from sympy import Expr, Piecewise, true
from sympy.core.relational import Relational

from ...errors import NoRule
from ..elementary import ELEMENTARY


def pieces(expr: Piecewise) -> tuple[Expr, Expr, Expr, bool]:
    """(t, value where t > 0, value elsewhere, whether 0 itself belongs to the first) of a function in two pieces."""
    (first, condition), *rest = expr.args
    if (
        len(rest) != 1
        or not isinstance(condition, Relational)
        or not (rest[0][1] is true or rest[0][1] == condition.negated)
    ):
        raise NoRule(f"{expr}: only functions in two pieces are read, (value, t > 0) and (other, True)")
    second = rest[0][0]
    t = condition.gts - condition.lts if hasattr(condition, "gts") else None
    if t is None:
        raise NoRule(f"{expr}: only pieces cut by an inequality are read")
    strict = bool(condition.is_Relational and condition.rel_op in ("<", ">"))
    if condition.gts == 0:
        return -t, second, first, strict
    return t, first, second, not strict


def opened(expr: Piecewise) -> Expr:
    """w + step (u - w) for u where the condition holds and w elsewhere; the step is a function in pieces again."""
    pieces(expr)
    (first, condition), (second, _) = expr.args
    return second + Piecewise((1, condition), (0, True)) * (first - second)


def huber_threshold(expr: Piecewise) -> tuple[Expr, Expr] | None:
    """(t, delta) of Huber's function in SymPy's spelling."""
    (_, condition), *rest = expr.args
    if len(rest) == 1 and isinstance(condition, Relational) and hasattr(condition, "lts"):
        size, delta = condition.lts, condition.gts
        if isinstance(size, sympy.Abs):
            t = size.args[0]
            wanted = ELEMENTARY["huber"].body(t, delta)
            if all(sympy.expand(a[0] - b[0]) == 0 for a, b in zip(expr.args, wanted.args, strict=True)):
                return t, delta
    return None
