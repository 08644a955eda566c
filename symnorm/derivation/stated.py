"""An expression as a page states it: y'z as <y, z>, the sum of the entries as <1, u>; quadratic forms stay."""

from __future__ import annotations

from ..language.build import ones, transpose
from ..language.node import MatMul, Node, SumAll, Transpose, postorder
from .display import chain, inner


def stated(root: Node) -> Node:
    """The expression with its inner products written as such."""
    done: dict[Node, Node] = {}
    for node in postorder([root]):
        args = tuple(done[a] for a in node.args)
        same = all(a is b for a, b in zip(args, node.args, strict=True))
        done[node] = _shown(node if same else _as_it_stands(node, args))
    return done[root]


def _shown(node: Node) -> Node:
    if isinstance(node, SumAll):
        return inner(ones(node.args[0].rows, node.args[0].cols), node.args[0])
    if isinstance(node, MatMul) and node.is_scalar and len(node.args) >= 2:
        left, right = transpose(node.args[0]), chain(list(node.args[1:]))
        quadratic = node.args[-1] is left
        if not quadratic and (len(node.args) == 2 or not isinstance(node.args[1], Transpose)) and len(node.args) <= 3:
            return inner(left, right)
    return node


def _as_it_stands(node: Node, args: tuple[Node, ...]) -> Node:
    made: Node = type(node)._make(node.data, args, node.rows, node.cols)
    return made
