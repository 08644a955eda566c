"""Products multiplied out: A (B + C) = A B + A C, entrywise and for scalars too, so that terms can cancel."""

from __future__ import annotations

from itertools import product as every_choice

from ..language.build import add, hadamard, matmul, mul
from ..language.node import Add, DiagOf, Hadamard, MatMul, Mul, Node, Trace, Transpose, postorder
from ..language.rebuild import rebuild

MAX_TERMS = 64


def expand(root: Node) -> Node:
    """`root` with products distributed over sums, as long as no sum gets more than 64 terms."""
    done: dict[Node, Node] = {}
    for node in postorder([root]):
        if not node.args:
            done[node] = node
            continue
        args = tuple(done[a] for a in node.args)
        done[node] = _distribute(node, args)
    return done[root]


def _distribute(node: Node, args: tuple[Node, ...]) -> Node:
    if isinstance(node, Add):
        if not any(isinstance(a, Add) for a in args) and all(a is b for a, b in zip(args, node.args, strict=True)):
            return node
        return add(*(t for a in args for t in (a.args if isinstance(a, Add) else (a,))))
    combine = {MatMul: matmul, Hadamard: hadamard, Mul: mul}.get(type(node))
    if isinstance(node, Transpose) and isinstance(args[0], Add):
        return add(*(t.T for t in args[0].args))
    if isinstance(node, (Trace, DiagOf)) and isinstance(args[0], Add):
        return add(*(rebuild(node, (t,)) for t in args[0].args))
    if combine is None or not any(isinstance(a, Add) for a in args):
        return rebuild(node, args)
    choices = [a.args if isinstance(a, Add) else (a,) for a in args]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > MAX_TERMS:
        return rebuild(node, args)
    return add(*(combine(*choice) for choice in every_choice(*choices)))
