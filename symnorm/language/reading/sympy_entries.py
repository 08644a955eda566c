"""Scalars and matrices written out in single entries, for matrices of known size, read back to matrix form.

Products, powers and functions are read by their parts where each part sums over whole ranges; sums are expanded and
matched. The first reading that succeeds is taken: squares kept, then expanded; constant arrays as weights, then unit
vectors.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Expr, Function, Integer, Mul, Pow, Sum
from sympy.matrices.expressions.matexpr import MatrixElement

from ...errors import NoRule, SymnormError
from .. import build
from . import sympy_functions as functions
from .sympy_contract import contract
from .sympy_families import COLUMN, ROW, Expander
from .sympy_names import subtrees
from .sympy_norms import raised, tidy
from .sympy_patterns import STRICT, UNITS, WEIGHTS
from .sympy_reader import ENTRIES, Reader, short
from .sympy_sums import summation_of, unrolled
from .sympy_tensors import Tensor, add, align, sizes_of

MAX_TERMS = 5_000
"""Longer sums are read at the first level only."""
LEVELS = ((STRICT, True), (STRICT, False), (WEIGHTS, True), (WEIGHTS, False), (UNITS, True))


def read_scalar(reader: Reader, expr: Expr) -> Tensor:
    if isinstance(expr, Sum):
        try:
            return summation_of(reader, expr)
        except SymnormError:
            opened = unrolled(expr)
            if opened == expr:
                raise
            return reader.read(opened)
    found = by_parts(reader, expr)
    return found if found is not None else pooled(reader, expr, LEVELS)


def pooled(reader: Reader, expr: Expr, levels: Any) -> Tensor:
    """The expression as one polynomial, at the first level that reads it."""
    reason: SymnormError | None = None
    for level, squares in levels:
        try:
            return tidy(Expander(reader, level, squares).tensor(expr))
        except SymnormError as error:
            reason = error
            if len(expr.args) > MAX_TERMS:
                break
    raise NoRule(f"{short(expr)}: {reason}") from reason


def by_parts(reader: Reader, expr: Expr) -> Tensor | None:
    """A product, power, function or sum whose parts can be read alone; None when they cannot."""
    try:
        match expr:
            case Mul():
                return tidy(contract([part(reader, a) for a in expr.args]))
            case Pow():
                return raised(part(reader, expr.base), part(reader, expr.exp))
            case Function() if len(expr.args) == 1:
                return functions.function(expr.func, [part(reader, expr.args[0])])
            case Add():
                return separated(reader, expr)
    except SymnormError:
        return None
    return None


def part(reader: Reader, expr: Expr) -> Tensor:
    """An operand that sums over whole ranges."""
    if not reader.has_entries(expr):
        return reader.read(expr)
    if not complete(expr):
        raise NoRule(f"{short(expr)} is not a sum over whole ranges")
    found = by_parts(reader, expr)
    return found if found is not None else pooled(reader, expr, LEVELS[:2])


def separated(reader: Reader, expr: Add) -> Tensor | None:
    """A sum: the terms that can be read alone, and the others together."""
    alone, rest = [], []
    if len(expr.args) > MAX_TERMS:
        return None
    for term in expr.args:
        try:
            alone.append(part(reader, term))
        except SymnormError:
            rest.append(term)
    if not alone:
        return None
    if rest:
        others = Add(*rest)
        found = by_parts(reader, others) if complete(others) else None
        alone.append(found if found is not None else pooled(reader, others, LEVELS[:2]))
    return add(alone)


def complete(expr: Expr) -> bool:
    """Does each axis of each matrix occur in its whole range?"""
    seen: dict[tuple[Any, int], set[Any]] = {}
    for element in (e for e in subtrees(expr) if isinstance(e, MatrixElement)):
        parent, *indices = element.args
        for axis, (index, size) in enumerate(zip(indices, parent.shape, strict=True)):
            if size != 1 and isinstance(index, Integer):
                seen.setdefault((parent, axis), set()).add(index)
    return all(len(values) == parent.shape[axis] for (parent, axis), values in seen.items())


def read_matrix(reader: Reader, expr: Any) -> Tensor:
    """An explicit matrix whose entries are expressions."""
    rows, cols = expr.shape
    cells = [(i, j) for i in range(rows) for j in range(cols)]
    axes = tuple(a for a, size in ((ROW, rows), (COLUMN, cols)) if size != 1)
    sizes = [Integer(s) for s in (rows, cols) if s != 1]
    order = [tuple(k for k, size in zip(cell, (rows, cols), strict=True) if size != 1) for cell in cells]
    reason: SymnormError | None = None
    for level, squares in LEVELS:
        try:
            expander = Expander(reader, level, squares)
            found = expander.together(expander.polynomials([expr[cell] for cell in cells]), order, sizes, axes)
            node = align(found, axes, sizes_of([found]))
            return Tensor(build.transpose(node) if rows == 1 else node)
        except SymnormError as error:
            reason = error
    raise NoRule(f"{short(expr)}: {reason}") from reason


ENTRIES["scalar"] = read_scalar
ENTRIES["matrix"] = read_matrix
