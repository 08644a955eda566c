"""The scalar classes of SymPy: numbers, symbols, sums, products, powers, functions, and sums over indices."""

from __future__ import annotations

from typing import Any

from sympy import (
    Add, Basic, Expr, Float, Function, Indexed, Integer, KroneckerDelta, Max, Min, Mul, Number, NumberSymbol, Piecewise, Pow, Rational,
    Sum, Symbol,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from ...errors import NoRule, ReadingError
from ...shapes import ONE, Size
from .. import build
from ..leaves import as_node
from . import sympy_functions as functions
from .sympy_functions import tidy
from .sympy_reader import Reader, Reading, closed, reads, short
from .sympy_tensors import Tensor, add, apply, contract, entries


@reads(Number, NumberSymbol)
def number(reader: Reader, expr: Any) -> Reading:
    if not (expr.is_real and expr.is_finite):
        raise ReadingError(f"{expr} is not a finite real number")
    return Tensor(as_node(float(expr)) if isinstance(expr, Float) else build.constant(expr))
    yield


@reads(Symbol)
def symbol(reader: Reader, expr: Any) -> Reading:
    return Tensor(reader.names.scalar(expr))
    yield


@reads(Add)
def total(reader: Reader, expr: Any) -> Reading:
    parts = []
    for arg in expr.args:
        parts.append((yield arg))
    return add(parts)


@reads(Mul)
def product(reader: Reader, expr: Any) -> Reading:
    parts = []
    for arg in expr.args:
        parts.append((yield arg))
    return contract(parts)


@reads(Pow)
def power(reader: Reader, expr: Any) -> Reading:
    base, exponent = (yield expr.base), (yield expr.exp)
    return functions.raised(base, exponent)


@reads(Function, Max, Min)
def function(reader: Reader, expr: Any) -> Reading:
    arguments = []
    for arg in expr.args:
        arguments.append((yield arg))
    return functions.function(expr.func, arguments)


@reads(Piecewise)
def piecewise(reader: Reader, expr: Any) -> Reading:
    """w + step(t) (u - w) for u where t > 0 and w elsewhere; relu and Huber's function by name."""
    found = functions.huber_threshold(expr)
    if found is not None:
        delta = closed((yield found[1]), expr)
        return apply("huber", (yield found[0]), delta)
    t, first, second, closed_end = functions.pieces(expr)
    gap = (yield (first - second).expand())
    cut, rest = (yield t), (yield second)
    return functions.joined(cut, gap, rest, closed_end)


@reads(KroneckerDelta)
def delta(reader: Reader, expr: Any) -> Reading:
    i, j = expr.args[:2]
    ranges = [expr.args[2], *(reader.names.indexed.ranges.get(k) for k in (i, j))] if len(expr.args) == 3 else [
        reader.names.indexed.ranges.get(k) for k in (i, j)]
    known = next((r for r in ranges if r is not None), None)
    if not (isinstance(i, Symbol) and isinstance(j, Symbol)) or known is None or known[0] != 0:
        raise NoRule(f"{short(expr)}: the range of a Kronecker delta must be known and start at 0")
    return entries(build.identity(reader.names.size(known[1] + 1)), (i, j))
    yield


@reads(MatrixElement)
def element(reader: Reader, expr: Any) -> Reading:
    parent, *indices = expr.args
    tensor = yield parent
    node = closed(tensor, parent)
    if node.is_scalar:
        return tensor
    axes = []
    for index, size in zip(indices, (node.rows, node.cols), strict=True):
        if size == ONE:
            continue
        if not isinstance(index, Symbol):
            raise NoRule(f"{short(expr)}: one entry of a matrix of symbolic size has no counterpart here")
        axes.append(index)
    return entries(node, axes)


@reads(Indexed)
def indexed(reader: Reader, expr: Any) -> Reading:
    shape = reader.names.indexed.shapes.get(expr.base)
    if shape is None or not all(isinstance(i, Symbol) for i in expr.indices):
        raise NoRule(f"{short(expr)}: entries of an indexed base are read under a sum over the whole range of each index")
    return entries(reader.names.array(expr.base, shape), expr.indices)
    yield


@reads(Sum)
def summation(reader: Reader, expr: Any) -> Reading:
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


def summation_of(reader: Reader, expr: Any) -> Tensor:
    """A sum over symbolic ranges of a body that holds single entries."""
    return tidy(contract([reader.read(expr.function)], ranges(reader, expr)))


def _opened(body: Expr) -> Expr:
    """The body as a sum, a number in front multiplied out."""
    return body.expand(deep=False, power_base=False, power_exp=False, log=False) if isinstance(body, Mul) and any(
        isinstance(a, Rational) for a in body.args) else body


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
