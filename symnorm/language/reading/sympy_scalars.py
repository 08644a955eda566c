"""The scalar classes of SymPy: numbers, symbols, sums, products, powers, functions, pieces and entries."""

from __future__ import annotations

from typing import Any

from sympy import (
    Add,
    Float,
    Function,
    Indexed,
    Integer,
    KroneckerDelta,
    Max,
    Min,
    Mul,
    Number,
    NumberSymbol,
    Piecewise,
    Pow,
    Symbol,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from ...errors import NoRule, ReadingError
from ...shapes import ONE
from .. import build
from ..leaves import as_node
from . import sympy_functions as functions
from .sympy_contract import contract
from .sympy_norms import raised
from .sympy_pieces import huber_threshold, pieces
from .sympy_reader import Reader, Reading, closed, reads, short
from .sympy_tensors import Tensor, add, apply, entries

MAX_BITS, MAX_EXPONENT = 3_000, 10_000


@reads(Number, NumberSymbol)
def number(reader: Reader, expr: Any) -> Reading:
    if not (expr.is_real and expr.is_finite):
        raise ReadingError(f"{expr} is not a finite real number")
    if isinstance(expr, Integer) and int(expr).bit_length() > MAX_BITS:
        raise ReadingError(f"a number of more than {MAX_BITS} bits is not read")
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
    value, number = (build.value_of(t.node) for t in (exponent, base))
    if value is not None and number is not None and value.is_Integer and abs(value) > MAX_EXPONENT:
        raise ReadingError(f"the power of a number with an exponent above {MAX_EXPONENT} is not read")
    return raised(base, exponent)


@reads(Function, Max, Min)
def function(reader: Reader, expr: Any) -> Reading:
    arguments = []
    for arg in expr.args:
        arguments.append((yield arg))
    return functions.function(expr.func, arguments)


@reads(Piecewise)
def piecewise(reader: Reader, expr: Any) -> Reading:
    """w + step(t) (u - w) for u where t > 0 and w elsewhere; relu and Huber's function by name."""
    found = huber_threshold(expr)
    if found is not None:
        delta = closed((yield found[1]), expr)
        return apply("huber", (yield found[0]), delta)
    t, first, second, closed_end = pieces(expr)
    gap = (first - second).expand()
    letter = -t if t.could_extract_minus_sign() else t
    slope = gap.coeff(letter)
    cut, rest = (yield t), (yield second)
    if (gap - slope * letter).expand() == 0 and not slope.has(letter):
        jump = contract([(yield slope if letter == t else -slope), apply("relu", cut)])
    else:
        step = (
            functions.minus(functions.UNIT, apply("step", functions.scaled(-1, cut)))
            if closed_end
            else apply("step", cut)
        )
        jump = contract([step, (yield gap)])
    return jump if build.is_zero(rest.node) else add([rest, jump])


@reads(KroneckerDelta)
def delta(reader: Reader, expr: Any) -> Reading:
    i, j = expr.args[:2]
    ranges = (
        [expr.args[2], *(reader.names.indexed.ranges.get(k) for k in (i, j))]
        if len(expr.args) == 3
        else [reader.names.indexed.ranges.get(k) for k in (i, j)]
    )
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
        raise NoRule(
            f"{short(expr)}: entries of an indexed base are read under a sum over the whole range of each index"
        )
    return entries(reader.names.array(expr.base, shape), expr.indices)
    yield
