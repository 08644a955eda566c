"""Sums over indices: of entries, over parts of ranges, and what SymPy's `doit` and `expand` make of them."""

from __future__ import annotations

from typing import Any

from sympy import (
    Add,
    And,
    Basic,
    Dummy,
    Expr,
    GreaterThan,
    Indexed,
    Integer,
    KroneckerDelta,
    LessThan,
    Mul,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    Tuple,
    exp,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from ...errors import NoRule, ReadingError
from ...shapes import Size
from .sympy_contract import contract
from .sympy_names import subtrees
from .sympy_norms import tidy
from .sympy_reader import Reader, Reading, reads, short, unreadable
from .sympy_tensors import Tensor, add

MAX_UNROLLED = 1_000


@reads(Product)
def product_of_exponentials(reader: Reader, expr: Any) -> Reading:
    """SymPy writes exp of a sum as a product of exp when it expands."""
    if not isinstance(expr.function, exp):
        raise unreadable(expr)
    return (yield exp(Sum(expr.function.args[0], *expr.limits)))


@reads(Sum)
def summation(reader: Reader, expr: Any) -> Reading:
    if written_out(expr):
        return (yield unrolled(expr))
    plain = from_nought(expr)
    if plain is not expr:
        return (yield plain)
    bound = ranges(reader, expr)
    if reader.has_entries(expr.function):
        return tidy(contract([(yield expr.function)], bound))
    parts = []
    for term in Add.make_args(_opened(expr.function)):
        factors = []
        for factor in Mul.make_args(term):
            base, exponent = factor.as_base_exp() if isinstance(factor, Pow) else (factor, Integer(1))
            if isinstance(exponent, Integer) and 2 <= exponent <= 4:
                factors.extend([(yield base)] * int(exponent))
            else:
                factors.append((yield factor))
        parts.append(tidy(contract(factors, bound)))
    return add(parts)


def from_nought(expr: Sum) -> Sum:
    """The sum with entries counted from 0, where it counts x[i - 1, 0] from 1, and without conditions that its range
    fulfils."""
    body, limits = expr.function, []
    for index, low, high in (limit for limit in expr.limits if len(limit) == 3):
        if isinstance(low, Integer) and low != 0:
            shifted = body.xreplace({index: index + low})
            at = [i for e in subtrees(shifted) if isinstance(e, MatrixElement) for i in e.args[1:] if i.has(index)]
            if at and all(i == index for i in at):
                body, low, high = shifted, Integer(0), high - low
        limits.append((index, low, high))
    body = body.xreplace({e: e.args[0].expr for e in subtrees(body) if isinstance(e, Piecewise) and _fulfilled(
        e.args[0].cond, limits)})
    changed = body is not expr.function and body != expr.function
    return Sum(body, *limits) if changed and len(limits) == len(expr.limits) else expr


def _fulfilled(condition: Any, limits: list[tuple[Any, ...]]) -> bool:
    """Is this 0 <= i <= n - 1 for an index i from 0 to n - 1?"""
    parts = condition.args if isinstance(condition, And) else (condition,)
    bounds = {pair for index, low, high in limits for pair in ((index, low), (high, index))}
    return all(isinstance(part, (GreaterThan, LessThan)) and (part.gts, part.lts) in bounds for part in parts)


def written_out(expr: Any) -> bool:
    """Is this a sum of known length over a part of a range, over shifted indices, or with the index as a number?"""
    if not all(isinstance(part, Integer) for limit in expr.limits for part in limit[1:]):
        return False
    ranges = {index: (low, high) for index, low, high in expr.limits}
    for part in subtrees(expr.function):
        if isinstance(part, (MatrixElement, KroneckerDelta)):
            sizes = part.args[0].shape if isinstance(part, MatrixElement) else ()
            for index, size in zip(part.args[1:], sizes, strict=bool(sizes)):
                if index.free_symbols & ranges.keys() and ranges.get(index) != (0, size - 1):
                    return True
        elif not isinstance(part, (Sum, Tuple, Indexed)) and ranges.keys() & set(part.args):
            return True
    return False


def unrolled(expr: Sum) -> Expr:
    """A sum with its indices of known range written out."""
    body, limits = expr.function, []
    for index, low, high in expr.limits:
        if not (isinstance(low, Integer) and isinstance(high, Integer)):
            limits.append((index, low, high))
            continue
        if high - low >= MAX_UNROLLED:
            raise NoRule(f"{short(expr)}: a sum of more than {MAX_UNROLLED} terms is not written out")
        body = _renamed(body, index)
        body = Add(*(body.xreplace({index: Integer(k)}) for k in range(int(low), int(high) + 1)))
    return Sum(body, *limits) if limits else body


def _renamed(body: Expr, index: Symbol) -> Expr:
    """The body, in which inner sums over the same index have an index of their own."""
    inner = [s for s in subtrees(body) if isinstance(s, Sum) and index in s.bound_symbols]
    return body.xreplace({s: s.xreplace({index: Dummy(index.name)}) for s in inner})


def summation_of(reader: Reader, expr: Any) -> Tensor:
    """A sum over symbolic ranges of a body that holds single entries."""
    factors = Mul.make_args(expr.function)
    rest = Mul(*(f for f in factors if reader.has_entries(f)))
    tensors = [reader.read(f) for f in factors if not reader.has_entries(f)]
    return tidy(contract([*tensors, reader.read(rest)], ranges(reader, expr)))


def _opened(body: Expr) -> Expr:
    """The body as a sum, a number in front multiplied out."""
    return (
        body.expand(deep=False, power_base=False, power_exp=False, log=False)
        if isinstance(body, Mul) and any(isinstance(a, Rational) for a in body.args)
        else body
    )


def ranges(reader: Reader, expr: Any) -> dict[Basic, Size]:
    """The number of values of each index of a sum; they start at 0, or at 1 for indexed bases."""
    found = {}
    for limit in expr.limits:
        if len(limit) != 3:
            raise ReadingError(f"{short(expr)}: the sum over {limit[0]} has no limits")
        index, low, high = limit
        start = 1 if index in reader.names.indexed.from_one else 0
        if low != start:
            raise ReadingError(f"{short(expr)}: the sum over {index} starts at {low}; entries are counted from {start}")
        found[index] = reader.names.size(high - low + 1)
    return found
