"""SymPy scalars (numbers, sizes, constants) as nested lists, and back; nothing is ever evaluated from text.

3 is 3, 1/2 is ["/", 1, 2], the size n is ["size", "n"], n + 1 is ["+", ["size", "n"], 1] and sqrt(2) is
["^", 2, ["/", 1, 2]].
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr

from ..errors import NoRule, ReadingError
from ..shapes import as_size

MAX_DEPTH = 64
MAX_BITS = 20_000
_FUNCTIONS = {f.__name__: f for f in (
    sympy.log, sympy.exp, sympy.sin, sympy.cos, sympy.tan, sympy.asin, sympy.acos, sympy.atan, sympy.sinh, sympy.cosh,
    sympy.tanh, sympy.Abs, sympy.sign,
)}
_CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "oo": sympy.oo, "gamma": sympy.EulerGamma}
_OPERATIONS = {"+": sympy.Add, "*": sympy.Mul, "^": sympy.Pow}


def scalar_to_json(expr: Expr) -> Any:
    """The scalar as nested lists."""
    if expr.is_Integer:
        return int(expr)
    if expr.is_Rational:
        return ["/", int(expr.p), int(expr.q)]
    if expr.is_Symbol:
        return ["size", expr.name]
    for name, constant in _CONSTANTS.items():
        if expr == constant:
            return [name]
    for sign, operation in _OPERATIONS.items():
        if isinstance(expr, operation):
            return [sign, *map(scalar_to_json, expr.args)]
    name = type(expr).__name__
    if name in _FUNCTIONS:
        return [name, *map(scalar_to_json, expr.args)]
    raise NoRule(f"the scalar {expr} ({name}) has no form in JSON")


def scalar_from_json(data: Any, depth: int = 0) -> Expr:
    """The scalar that nested lists write."""
    if depth > MAX_DEPTH:
        raise ReadingError(f"a scalar nested more than {MAX_DEPTH} deep")
    if isinstance(data, int) and not isinstance(data, bool) and data.bit_length() <= MAX_BITS:
        return sympy.Integer(data)
    match data:
        case ["/", int(p), int(q)] if q > 0:
            return sympy.Rational(p, q)
        case ["size", str(name)] if name.isidentifier() and len(name) <= MAX_DEPTH:
            return as_size(name)
        case [str(name)] if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ["^", base, exponent]:
            return _power(scalar_from_json(base, depth + 1), scalar_from_json(exponent, depth + 1))
        case [("+" | "*") as sign, *terms]:
            return _OPERATIONS[sign](*(scalar_from_json(t, depth + 1) for t in terms))
        case [str(name), argument] if name in _FUNCTIONS:
            return _FUNCTIONS[name](scalar_from_json(argument, depth + 1))
    raise ReadingError(f"{str(data)[:60]!r} is not a scalar")


def _power(base: Expr, exponent: Expr) -> Expr:
    if exponent.is_number and abs(exponent) > MAX_BITS:
        raise ReadingError(f"an exponent above {MAX_BITS}")
    return base**exponent
