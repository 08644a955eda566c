"""Functions in two pieces: where they are cut, and Huber's function."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import And, Expr, Piecewise, true
from sympy.core.relational import Relational

from ...errors import NoRule
from ..elementary import ELEMENTARY


def _covers(condition: Any, first: Any) -> bool:
    """Does the condition hold wherever the first one does not?"""
    return bool(condition is true or condition == first.negated if isinstance(first, Relational) else condition is true)


def pieces(expr: Piecewise) -> tuple[Expr, Expr, Expr, bool]:
    """(t, value where t > 0, value elsewhere, whether 0 itself belongs to the first) of the first cut."""
    (first, condition), *rest = expr.args
    second = rest[0][0] if len(rest) == 1 and _covers(rest[0][1], condition) else Piecewise(*rest) if rest else None
    if isinstance(condition, And) and second is not None:
        condition, *others = condition.args
        first = Piecewise((first, And(*others)), (second, True))
    if second is None or not (rest[-1][1] is true or _covers(rest[-1][1], condition)):
        raise NoRule(f"{expr}: a function in pieces needs a value everywhere, the last one with the condition True")
    if not hasattr(condition, "gts"):
        raise NoRule(f"{expr}: only pieces cut by inequalities are read")
    t = condition.gts - condition.lts
    strict = bool(condition.is_Relational and condition.rel_op in ("<", ">"))
    if condition.gts == 0:
        return -t, second, first, strict
    return t, first, second, not strict


def opened(expr: Piecewise) -> Expr:
    """w + step (u - w) for u where the condition holds and w elsewhere; the step is a function in pieces again."""
    pieces(expr)
    (first, condition), *rest = expr.args
    second = rest[0][0] if len(rest) == 1 else Piecewise(*rest)
    return second + Piecewise((1, condition), (0, True)) * (first - second)


def huber_threshold(expr: Piecewise) -> tuple[Expr, Expr] | None:
    """(t, delta) of Huber's function, cut at |t| <= delta or at -delta < t < delta."""
    (_, condition), *rest = expr.args
    within = _interval(condition)
    if within is None or len(rest) != 1:
        return None
    wanted = ELEMENTARY["huber"].body(*within)
    same = all((a[0] - b[0]).expand() == 0 for a, b in zip(expr.args, wanted.args, strict=True))
    return within if same else None


def _interval(condition: Any) -> tuple[Expr, Expr] | None:
    """(t, delta) of a condition that says |t| < delta."""
    if isinstance(condition, Relational) and hasattr(condition, "lts") and isinstance(condition.lts, sympy.Abs):
        return condition.lts.args[0], condition.gts
    if isinstance(condition, And) and len(condition.args) == 2 and all(hasattr(c, "lts") for c in condition.args):
        left, right = (c.gts - c.lts for c in condition.args)
        return ((left - right) / 2).expand(), ((left + right) / 2).expand()
    return None
