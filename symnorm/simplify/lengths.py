"""One spelling of a squared length: where ||u|| stands in an expression, u'u, tr(U'U) and the sum of squares of u are
||u||^2, so that they cancel."""

from __future__ import annotations

from ..language.build import constant, entrywise_power, value_of
from ..language.node import Inner, MatMul, Node, Norm, Power, SumAll, Trace, postorder
from ..language.rebuild import rebuild

EUCLIDEAN = ("2", "fro")


def one_length(root: Node) -> Node:
    """`root` with the squared length of each u written as ||u||^2, where the norm of u occurs."""
    lengths = {n.args[0].key: n for n in postorder([root]) if isinstance(n, Norm) and n.name in EUCLIDEAN}
    done: dict[Node, Node] = {}
    changed = False
    for node in postorder([root]) if lengths else ():
        squared = _squared(node)
        length = lengths.get(squared.key) if squared is not None else None
        if length is not None:
            done[node] = entrywise_power(length, constant(2))
            changed = True
        else:
            done[node] = rebuild(node, tuple(done[a] for a in node.args)) if node.args else node
    return done[root] if changed else root


def _squared(node: Node) -> Node | None:
    """u for u'u, <u, u>, tr(U'U) and the sum of the squares of u."""
    match node:
        case Trace(args=(MatMul(args=(left, right)),)) if left.T is right:
            return right
        case MatMul(args=(left, right)) if node.is_scalar and left.T is right:
            return right
        case Inner(args=(left, right)) if left is right:
            return right
        case SumAll(args=(Power(args=(base, exponent)),)) if value_of(exponent) == 2:
            return base
    return None
