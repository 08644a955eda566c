"""The walk that all printers share: a row for every node class, called once for every node, arguments first.

`names` maps nodes to the letters that stand for them; the transpose of a named node is written with its letter too, and
so is a named product inside a longer product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import NoRule
from ..language.build import as_node, transpose
from ..language.node import MatMul, Node
from .piece import Piece, flatten

Row = Callable[[Any, "Writer"], Piece]


class Writer:
    """One way of writing (`form`, with its `rows`), and the pieces that were written already.

    `floating` holds the identities, ones and zeros that are written with their sizes. Without names and floating
    literals a piece depends on its node alone, and is kept with it.
    """

    def __init__(self, form: str, rows: Mapping[type[Node], Row], names: Mapping[Node, Piece] | None = None,
                 floating: frozenset[Node] = frozenset()) -> None:
        self.form, self.rows, self.floating = form, rows, floating
        self.names = names or {}
        self.shared = not (self.names or floating)
        self.memo: dict[Node, Piece] = dict(self.names)
        self.products = [n for n in self.names if isinstance(n, MatMul)]

    def __call__(self, root: Node) -> Piece:
        """The piece of a node."""
        found = self._known(root)
        if found is None:
            for node in self._unwritten(root):
                found = self._row(node)
                if self.shared:
                    node.memo[self.form] = found
                else:
                    self.memo[node] = found
        return found  # type: ignore[return-value]

    def is_open(self, node: Node) -> bool:
        """May a row look inside this node, or does a letter stand for it?"""
        return node not in self.names

    def factors(self, node: Node) -> list[Node]:
        """The factors of a matrix product, runs that have a name taken together."""
        args = list(node.args)
        for product in self.products:
            run, i = list(product.args), 0
            while i + len(run) <= len(args):
                if args[i : i + len(run)] == run:
                    args[i : i + len(run)] = [product]
                i += 1
        return args

    def _known(self, node: Node) -> Piece | None:
        return node.memo.get(self.form) if self.shared else self.memo.get(node)

    def _unwritten(self, root: Node) -> list[Node]:
        seen: set[Node] = set()
        stack = [root]
        while stack:
            node = stack.pop()
            if node not in seen and self._known(node) is None:
                seen.add(node)
                stack.extend(node.args)
        return sorted(seen, key=lambda n: n.serial)

    def _row(self, node: Node) -> Piece:
        row = self.rows.get(type(node))
        if row is None:
            raise NoRule(f"{type(node).__name__} has no row in the {self.form} printer: add one to its table")
        return row(node, self)


def with_transposes(names: Mapping[Node, Piece], turned: Callable[[Piece], Piece]) -> dict[Node, Piece]:
    """The names, and how the transposes of what they stand for are written."""
    found = {transpose(node): turned(piece) for node, piece in names.items()}
    return {**found, **names}


def written(value: Any, method: str, write: Callable[[Node], Writer]) -> str:
    """What `method` of the value says; the value as an expression where it has no such method."""
    if not isinstance(value, Node) and hasattr(value, method):
        return str(getattr(value, method)())
    node = as_node(value)
    return flatten(write(node)(node))
