r"""A subscript behind its superscript: x^\top_i is (x_i)^\top, X^2_{ij} the square of X_{ij}, A^\top_1 that of A_1."""

from __future__ import annotations

from dataclasses import replace

from .latex_names import refuse_other_readings
from .latex_scripts import joined, raised, subscript
from .latex_sums import indexed
from .pratt import Parse, Parser
from .syntax import Syntax, Token


def superscript(parser: Parser, left: Syntax, token: Token) -> Parse:
    """left^{...}: a transpose, an inverse, a power, or a power entry by entry."""
    result = yield raised(parser, left)
    if parser.peek.kind == "_" and left.kind == "name" and not left.grouped:
        parts, end = subscript(parser)
        base = Token("name", left.value, left.start, left.end)
        if any(part in parser.bound for part in parts):
            below = indexed(parser, base, parts, end)
        else:
            name = joined(left.value, parts)
            refuse_other_readings(parser, base, name, parts)
            below = replace(left, value=name)
        result = replace(result, args=(_innermost(result, below), *result.args[1:]), end=end)
    return result


def _innermost(result: Syntax, below: Syntax) -> Syntax:
    """The base of a power, also under the transpose of X^{-\\top}."""
    base = result.args[0]
    return replace(base, args=(below, *base.args[1:])) if base.kind == "power" else below
