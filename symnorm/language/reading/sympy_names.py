"""The names of a SymPy expression: which symbols are sizes, and the variables of the others.

A size is a symbol in the shape of a matrix, in the limit of a sum, or one that is declared positive and an integer.
SymPy tells symbols of one name apart by their assumptions; here a name means one thing, and two meanings are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sympy import Basic, Expr, Indexed, IndexedBase, MatrixSymbol, Sum, Symbol, sstr
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.special import Identity, OneMatrix, ZeroMatrix

from ...errors import ReadingError
from ...shapes import ONE, Size, size_symbol
from ..leaves import constant, variable
from ..node import Node
from .characters import GREEK, MAX_NAME, checked, spelled
from .latex import parse_latex

_NAME = re.compile(rf"[A-Za-z_{''.join(GREEK)}][A-Za-z0-9_{''.join(GREEK)}]*")


def subtrees(root: Basic) -> list[Basic]:
    """Every object below the root once, arguments first; iterative."""
    seen: set[int] = set()
    order: list[Basic] = []
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        expr, done = stack.pop()
        if done:
            order.append(expr)
        elif isinstance(expr, Basic) and id(expr) not in seen:
            seen.add(id(expr))
            stack.append((expr, True))
            stack.extend((a, False) for a in expr.args)
    return order


class Names:
    """What each name means, collected over one expression."""

    def __init__(self, root: Basic) -> None:
        order = subtrees(root)
        self.kept = order
        self.indices = {lim[0] for s in order if isinstance(s, Sum) for lim in s.limits}
        self.indices |= {i for e in order if isinstance(e, MatrixElement) for i in e.args[1:] if isinstance(i, Symbol)}
        self.indices |= {i for e in order if isinstance(e, Indexed) for i in e.indices if isinstance(i, Symbol)}
        self.sizes = {s for e in order for size in _sizes_in(e) for s in size.free_symbols} - self.indices
        self.indexed = Bases(order)
        self.sizes -= {e.base.label for e in order if isinstance(e, Indexed)}
        self.meaning: dict[str, object] = {}

    def size(self, size: Any) -> Size:
        """A size with SymPy's symbols replaced by positive integers of the same names."""
        if isinstance(size, int):
            return ONE * size
        symbols = size.free_symbols
        if symbols & self.indices:
            raise ReadingError(f"the size {sstr(size)} depends on an index of a sum")
        return size.xreplace({s: size_symbol(valid(s.name)) for s in symbols})

    def scalar(self, symbol: Symbol) -> Node:
        if symbol in self.sizes or (symbol.is_integer and symbol.is_positive):
            return constant(self.size(symbol))
        if symbol in self.indices:
            raise ReadingError(f"the index {symbol} is used as a number: weights by position are written as a vector")
        if symbol.is_real is False or symbol.is_commutative is False:
            raise ReadingError(
                f"the symbol {symbol} is declared as not real or not commutative; variables here are real numbers"
            )
        facts = {"positive"} if symbol.is_positive else {"nonneg"} if symbol.is_nonnegative else set()
        return self._declare(symbol, symbol.name, ONE, ONE, frozenset(facts))

    def matrix(self, symbol: MatrixSymbol) -> Node:
        return self._declare(symbol, symbol.name, self.size(symbol.rows), self.size(symbol.cols), frozenset())

    def array(self, base: IndexedBase, shape: tuple[Size, ...]) -> Node:
        return self._declare(base, str(base.label), shape[0], shape[1] if len(shape) == 2 else ONE, frozenset())

    def _declare(self, source: Basic, name: str, rows: Size, cols: Size, properties: frozenset[str]) -> Node:
        name = valid(name)
        first = self.meaning.setdefault(name, source)
        if first != source:
            raise ReadingError(f"the name {name} stands for two things: {_described(first)} and {_described(source)}")
        node = variable(name, rows, cols, properties)
        node.memo["sympy"] = source
        return node


class Bases:
    """The shapes of indexed bases, read off the sums over their indices, and the indices that start at 1."""

    def __init__(self, order: list[Basic]) -> None:
        self.shapes: dict[IndexedBase, tuple[Size, ...]] = {}
        self.from_one: set[Basic] = set()
        doubtful = set()
        elements = {s for e in order if isinstance(e, MatrixElement) for s in e.free_symbols}
        ranges: dict[Basic, tuple[Expr, ...]] = {}
        for expr in order:
            for index, *limits in expr.limits if isinstance(expr, Sum) else ():
                if len(limits) == 2 and ranges.setdefault(index, tuple(limits)) != tuple(limits):
                    doubtful.add(index)
                if len(limits) == 2 and limits[0] == 1 and index not in elements:
                    self.from_one.add(index)
        self.ranges = {i: r for i, r in ranges.items() if i not in doubtful}
        for entry in (e for e in order if isinstance(e, Indexed)):
            if all(i in self.ranges for i in entry.indices) and len(entry.indices) <= 2:
                shape = tuple(_count(*ranges[i]) for i in entry.indices)
                if self.shapes.setdefault(entry.base, shape) != shape:
                    raise ReadingError(
                        f"{sstr(entry.base)} is summed over {sstr(shape)} and over {sstr(self.shapes[entry.base])}"
                    )


def _count(low: Expr, high: Expr) -> Size:
    size = high - low + 1
    return size.xreplace({s: size_symbol(valid(s.name)) for s in size.free_symbols})


def valid(name: str) -> str:
    """The name with Greek letters spelled out, LaTeX read; refused if it is not letters, digits and underscores."""
    if "\\" in name or "{" in name:
        name = _from_latex(name)
    if len(name) > MAX_NAME or not _NAME.fullmatch(name):
        shown = "".join(c if c.isprintable() else "?" for c in name[:40])
        raise ReadingError(
            f"the name {shown!r} of a symbol cannot be used: names are up to {MAX_NAME} letters, digits, "
            "underscores and Greek letters"
        )
    return spelled(name)


def _from_latex(name: str) -> str:
    r"""The name that LaTeX writes, as in formulas: \theta, x_{1}, \mathbf{x}, \hat{y}; itself, if none."""
    if len(name) > 2 * MAX_NAME or not name.isprintable():
        return name
    try:
        tree = parse_latex(checked(name)).parse()
    except ReadingError:
        return name
    return str(tree.value) if tree.kind == "name" else name


def _described(source: object) -> str:
    if isinstance(source, MatrixSymbol):
        return f"a matrix symbol {sstr(source)} of shape {sstr(source.rows)} x {sstr(source.cols)}"
    if isinstance(source, Symbol):
        known = ", ".join(
            k for k, v in sorted(source.assumptions0.items()) if v and k in ("positive", "nonnegative", "real")
        )
        return f"a scalar symbol {sstr(source)} ({known or 'without assumptions'})"
    return f"an indexed base {sstr(source)}"


def _sizes_in(expr: Basic) -> Iterable[Expr]:
    if isinstance(expr, MatrixSymbol):
        return expr.args[1:]
    if isinstance(expr, (Identity, OneMatrix, ZeroMatrix)):
        return [a for a in expr.args if isinstance(a, Expr)]
    if isinstance(expr, Sum):
        return [a for lim in expr.limits for a in lim[1:]]
    return ()
