"""Equality of expressions by their normal form: everything multiplied out, like terms collected.

Two expressions whose difference multiplies out to zero are equal; if it does not, nothing is said. Entries of a
commuting product, turns of a trace and orientations of a scalar product meet in the constructors.
"""

from __future__ import annotations

from ..language.build import (
    HALF,
    entrywise_power,
    hadamard,
    inverse,
    is_zero,
    matmul,
    mul,
    negate,
    ones,
    split,
    subtract,
    sum_all,
    transpose,
    value_of,
)
from ..language.node import Add, Elementwise, Inverse, MatMul, Node, Norm, Power, postorder
from ..language.rebuild import rebuild
from .expand import expand

MAX_NODES = 3000


def identical(a: Node, b: Node) -> bool:
    """Are a and b the same up to the order of commuting factors?"""
    return a is b or a.key == b.key


def equal(a: Node, b: Node) -> bool:
    """Is a - b zero once it is multiplied out? False only says that this did not show it."""
    if identical(a, b):
        return True
    if a.rows != b.rows or a.cols != b.cols or len(postorder([a, b])) > MAX_NODES:
        return False
    return is_zero(expand(_unified(subtract(a, b)))) or is_zero(subtract(expand(_unified(a)), expand(_unified(b))))


def _unified(root: Node) -> Node:
    """One spelling for what has several: <u, v> as the sum of u o v, squared norms as such sums, split inverses."""
    done: dict[Node, Node] = {}
    for node in postorder([root]):
        args = tuple(done[a] for a in node.args)
        done[node] = _spelled(node, args) if args else node
    return done[root]


def _spelled(node: Node, args: tuple[Node, ...]) -> Node:
    if isinstance(node, MatMul) and node.is_scalar and len(args) == 2:
        return sum_all(hadamard(transpose(args[0]), args[1]))
    if isinstance(node, Inverse) and isinstance(args[0], MatMul) and all(f.is_square for f in args[0].args):
        return matmul(*(inverse(f) for f in reversed(args[0].args)))
    if isinstance(node, Elementwise) and node.name == "sigmoid" and split(args[0])[0].is_negative:
        opened: Node = Add._make(
            (), (ones(node.rows, node.cols), negate(rebuild(node, (negate(args[0]),)))), node.rows, node.cols
        )
        return opened
    if isinstance(node, Power) and isinstance(args[0], Norm) and args[0].name in ("2", "fro"):
        exponent = value_of(args[1])
        if exponent is not None and (exponent / 2).is_integer:
            inside = args[0].args[0]
            square = sum_all(hadamard(inside, inside))
            return entrywise_power(square, mul(HALF, args[1]))
    return rebuild(node, args)
