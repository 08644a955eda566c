"""From the graph to instructions, the sizes being known.

Each node class has one lowering: a generator that yields the nodes whose values it needs, and returns the Value of its
node. The driver keeps the stack, so that a chain of any depth is lowered without recursion; each node is lowered once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any

from ..errors import NoRule
from ..language.node import Node, postorder
from ..shapes import ONE
from .interpret import constant_value
from .ir import Program
from .sizes import Sizes, array_shape, number_of
from .value import Shape, Value

Steps = Generator[Node, Value, Value]
Lowering = Callable[["Lower", Any], Steps]

LOWERINGS: dict[str, Lowering] = {}
"""By the name of the node class: filled in by the modules `lower_*`."""


def lowers(*classes: type[Node]) -> Callable[[Lowering], Lowering]:
    """Register the lowering of node classes."""
    def register(function: Lowering) -> Lowering:
        for kind in classes:
            LOWERINGS[kind.__name__] = function
        return function
    return register


class Lower:
    """One lowering: the program, the sizes, the values of nodes, and who uses a node."""

    def __init__(self, roots: Iterable[Node], leaves: Mapping[Node, int], fixed: frozenset[Node], sizes: Sizes, *,
                 gram: bool = True, tiled: bool = True) -> None:
        self.program, self.sizes, self.leaves, self.fixed, self.gram = Program(), sizes, leaves, fixed, gram
        self.tiled = tiled
        self.memo: dict[Node, Value] = {}
        self.costs: dict[Node, float] = {}
        self.origin: dict[Value, Node] = {}
        self.known: set[tuple[Node, ...]] = set()
        self.formed: set[Node] = set()
        self.roots = tuple(roots)
        order = postorder(self.roots)
        self.parents: dict[Node, list[Node]] = {}
        for node in order:
            for arg in node.args:
                self.parents.setdefault(arg, []).append(node)
        self.kinds = Counter(type(n).__name__ for n in order)
        self.wanted = frozenset(self.roots)

    def result(self, root: Node) -> Value:
        """The value of a root with its full shape."""
        value = self.program.full(self.value(root), self.inside(root))
        return self.program.make("as_row", (value,), self.shape(root)) if is_row(root) else value

    def value(self, root: Node) -> Value:
        memo = self.memo
        if root in memo:
            return memo[root]
        stack: list[tuple[Node, Steps]] = [(root, self.start(root))]
        send: Value | None = None
        while stack:
            node, steps = stack[-1]
            try:
                wanted = next(steps) if send is None else steps.send(send)
            except StopIteration as done:
                stack.pop()
                send = memo[node] = done.value
                if "symmetric" in node.facts and send.shape == self.inside(node):
                    self.program.symmetric.add(send)
                continue
            send = memo.get(wanted)
            if send is None:
                stack.append((wanted, self.start(wanted)))
        return memo[root]

    def start(self, node: Node) -> Steps:
        kind = type(node).__name__
        lowering = LOWERINGS.get("Leaf" if node in self.leaves else kind)
        if lowering is None:
            raise NoRule(f"{node} ({kind}) cannot be compiled")
        return lowering(self, node)

    def size(self, size: Any) -> int:
        return number_of(size, self.sizes)

    def shape(self, node: Node) -> Shape:
        """The shape of the array of a node as users see it: a row is (1, n)."""
        return array_shape(node.rows, node.cols, self.sizes)

    def inside(self, node: Node) -> Shape:
        """The shape of the array of a node inside the program: a row is 1-D."""
        shape = array_shape(node.rows, node.cols, self.sizes)
        return shape[1:] if is_row(node) else shape

    def full(self, node: Node) -> Steps:
        """The value of a node with all its entries."""
        value = yield node
        return self.program.full(value, self.inside(node))

    def constant(self, node: Any) -> float:
        return constant_value(node, self.sizes)

    def is_fixed(self, node: Node) -> bool:
        return node.free <= self.fixed

    def used_once(self, node: Node) -> bool:
        return node not in self.wanted and len(self.parents.get(node, ())) <= 1

    def occurs(self, node: Node) -> bool:
        """Is the node part of what is compiled (not only made on the way)?"""
        return node in self.parents or node in self.wanted

    def occurs_alone(self, node: Node) -> bool:
        """Does something other than a product need the node?"""
        return node in self.wanted or any(type(p).__name__ != "MatMul" for p in self.parents.get(node, ()))


def is_row(node: Node) -> bool:
    return node.rows is ONE and node.cols is not ONE
