"""The walk over a SymPy expression: one handler per class, no recursion, each object read once.

A handler is a generator: it yields the sub-expressions that it needs and gets their tensors back, so that nesting
costs no Python frames. What has no handler is refused by the name of its class.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from sympy import Basic, Integer, sstr
from sympy.matrices.expressions.matexpr import MatrixElement, MatrixExpr

from ...errors import NoRule, ReadingError
from ..node import Node
from .sympy_names import Names, subtrees
from .sympy_tensors import Tensor

Reading = Generator[Basic, Tensor, Tensor]
Handler = Callable[["Reader", Any], Reading]
HANDLERS: dict[type[Basic], Handler] = {}
ENTRIES: dict[str, Callable[[Reader, Any], Tensor]] = {}
"""How a "scalar" and a "matrix" that hold single entries of matrices of known size are read: filled in by
`sympy_entries`."""


def reads(*classes: type[Basic]) -> Callable[[Handler], Handler]:
    """Declares the handler of SymPy classes."""

    def register(handler: Handler) -> Handler:
        for kind in classes:
            HANDLERS[kind] = handler
        return handler

    return register


class Reader:
    """One reading: the names of the whole expression, and what has been read."""

    def __init__(self, names: Names, bound: dict[Basic, Tensor] | None = None, whole: Reader | None = None) -> None:
        self.names = names
        self.bound = bound or {}
        self.memo: dict[int, Tensor] = {}
        self.kept: list[Basic] = []
        self.flags: dict[int, bool] = whole.flags if whole else {}
        self.flagged: list[Basic] = whole.flagged if whole else []

    def within(self, bound: dict[Basic, Tensor]) -> Reader:
        """A reader for the body of a function, whose bound symbols stand for tensors."""
        return Reader(self.names, {**self.bound, **bound}, self)

    def read(self, root: Basic) -> Tensor:
        stack: list[tuple[Basic, Reading]] = []
        self._enter(root, stack)
        while stack:
            expr, reading = stack[-1]
            waiting = self.__dict__.pop("_wanted", None)
            try:
                child = next(reading) if waiting is None else reading.send(waiting)
            except StopIteration as stop:
                stack.pop()
                self._keep(expr, stop.value)
                if stack:
                    self._wanted = stop.value
                continue
            known = self.memo.get(id(child))
            if known is not None:
                self._wanted = known
            else:
                self._enter(child, stack)
        return self.memo[id(root)]

    def matrix(self, root: Basic) -> Node:
        """The node of an expression without open indices."""
        return closed(self.read(root), root)

    def _enter(self, expr: Basic, stack: list[tuple[Basic, Reading]]) -> None:
        stack.append((expr, self._handler(expr)(self, expr)))

    def _keep(self, expr: Basic, tensor: Tensor) -> None:
        self.memo[id(expr)] = tensor
        self.kept.append(expr)

    def _handler(self, expr: Basic) -> Handler:
        if expr in self.bound:
            return _bound
        if self.has_entries(expr):
            return _entries
        for kind in type(expr).__mro__:
            if kind in HANDLERS:
                return HANDLERS[kind]
        raise unreadable(expr)

    def has_entries(self, expr: Basic) -> bool:
        """Does a scalar hold entries x[0, 0] at given places, outside of matrices?"""
        if id(expr) not in self.flags:
            order = subtrees(expr)
            self.flagged.extend(order)
            for e in order:
                if id(e) not in self.flags:
                    self.flags[id(e)] = not isinstance(e, MatrixExpr) and (
                        _is_entry(e) or any(self.flags.get(id(a), False) for a in e.args)
                    )
        return self.flags[id(expr)]


def _is_entry(expr: Basic) -> bool:
    if not isinstance(expr, MatrixElement):
        return False
    parent, *indices = expr.args
    return any(isinstance(i, Integer) and size != 1 for i, size in zip(indices, parent.shape, strict=True))


def closed(tensor: Tensor, expr: Basic) -> Node:
    if tensor.axes:
        names = ", ".join(str(a) for a in tensor.axes)
        raise ReadingError(f"{short(expr)}: the index {names} is not summed over")
    return tensor.node


def unreadable(expr: Basic) -> NoRule:
    return NoRule(f"SymPy's {type(expr).__name__} cannot be read: {short(expr)}")


def short(expr: Any, limit: int = 80) -> str:
    """The expression in a message; large ones by their class alone, as SymPy prints trees and not graphs."""
    size = 0
    stack = [expr]
    while stack and size <= 200:
        size += 1
        stack.extend(stack.pop().args)
    if size > 200:
        return f"a large {type(expr).__name__}"
    text = str(sstr(expr))
    return text if len(text) <= limit else f"{text[:limit]}..."


def _bound(reader: Reader, expr: Basic) -> Reading:
    return reader.bound[expr]
    yield


def _entries(reader: Reader, expr: Basic) -> Reading:
    return ENTRIES["scalar"](reader, expr)
    yield
