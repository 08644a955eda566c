"""The symbols of SymPy behind the variables and sizes of an expression."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Basic, Expr, MatrixBase, MatrixSymbol, Symbol
from sympy.matrices.expressions.matexpr import MatrixElement

from ..language.node import Node, Variable
from ..language.reading.sympy_names import subtrees
from ..shapes import Size


class Originals:
    """The symbols as the user made them: sizes and scalars with the user's own assumptions."""

    def __init__(self, roots: Iterable[Node], like: Iterable[Any]) -> None:
        self.named: dict[str, Basic] = {}
        for variable in {v for node in roots for v in node.free}:
            source = variable.memo.get("sympy")
            if source is not None:
                self._learn(source)
        for original in like:
            for part in subtrees(original.as_immutable() if isinstance(original, MatrixBase) else original):
                self._learn(part)
        self.sizes = {n: s for s in self.named.values() for n, s in _sizes_of(s)}
        self.sizes.update({n: s for n, s in self.named.items() if isinstance(s, Symbol) and n not in self.sizes})

    def _learn(self, part: Basic) -> None:
        if isinstance(part, (Symbol, MatrixSymbol)):
            self.named[part.name] = part

    def size(self, size: Size) -> Expr:
        return size.xreplace({s: self.sizes[s.name] for s in size.free_symbols if s.name in self.sizes})

    def variable(self, node: Variable) -> Basic:
        shape = (self.size(node.rows), self.size(node.cols))
        source = self.named.get(node.name) or node.memo.get("sympy")
        if node.is_scalar:
            if isinstance(source, Symbol):
                return source
            if isinstance(source, MatrixSymbol) and source.shape == (1, 1):
                return MatrixElement(source, 0, 0)
            known = (
                {"positive": True}
                if "positive" in node.facts
                else {"nonnegative": True}
                if "nonneg" in node.facts
                else {}
            )
            return Symbol(node.name, **known)
        if isinstance(source, MatrixSymbol) and source.shape == shape:
            return source
        return MatrixSymbol(node.name, *shape)


def _sizes_of(source: Basic) -> Iterable[tuple[str, Symbol]]:
    if not isinstance(source, MatrixSymbol):
        return []
    return [(s.name, s) for s in source.rows.free_symbols | source.cols.free_symbols]
