"""Operations that a user declares: their shape, their value on arrays, how they are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import Misuse, ShapeError
from ..shapes import ONE, Size, as_size
from .leaves import as_node
from .node import Applied, Node

Shape = str | Callable[..., tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Operation:
    """`shape` is "scalar", "same" (as the first argument) or a function of the arguments' shapes; `value` takes
    arrays."""

    name: str
    shape: Shape
    value: Callable[..., Any]
    latex: str

    def __call__(self, *args: Any) -> Node:
        nodes = tuple(as_node(a) for a in args)
        if not nodes:
            raise Misuse(f"{self.name} needs at least one argument")
        rows, cols = self._size(nodes)
        node: Node = Applied._make((self.name,), nodes, rows, cols)
        return node

    def _size(self, nodes: tuple[Node, ...]) -> tuple[Size, Size]:
        if self.shape == "scalar":
            return ONE, ONE
        if self.shape == "same":
            return nodes[0].rows, nodes[0].cols
        if not callable(self.shape):
            raise Misuse(f'the shape of {self.name} is "scalar", "same" or a function of shapes, got {self.shape!r}')
        shape = tuple(self.shape(*(n.shape for n in nodes)))
        if len(shape) > 2:
            raise ShapeError(f"{self.name} gives the shape {shape}: at most two sizes are allowed")
        sizes = [as_size(s) for s in shape] + [ONE, ONE]
        return (sizes[0], sizes[1]) if shape else (ONE, ONE)


OPERATIONS: dict[str, Operation] = {}
"""The operations declared so far, by name."""


def declare_operation(operation: Operation, taken: object) -> Operation:
    """Make an operation known; a name that is in use is refused."""
    if operation.name in OPERATIONS or operation.name in taken:  # type: ignore[operator]
        raise Misuse(f"there is an operation called {operation.name} already")
    if not (operation.name.isidentifier() and operation.name.isascii()):
        raise Misuse(f"the name of an operation is letters, digits and underscores, got {operation.name!r}")
    OPERATIONS[operation.name] = operation
    return operation
