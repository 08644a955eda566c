"""Which identities, ones and zeros need their sizes written, because nothing around them tells it.

In A - eye the identity takes its size from A; in 2*eye, alone, it does not. Sizes are known from below (a variable, or
what stands beside it in a sum or product) and from the context above; a literal that neither reaches is floating.
"""

from __future__ import annotations

from collections.abc import Collection

from ..language.node import (
    Add,
    Diag,
    DiagOf,
    Elementwise,
    Hadamard,
    Identity,
    Inner,
    Inverse,
    Kron,
    LeadingPair,
    MatMul,
    MatPower,
    Mul,
    Node,
    Ones,
    Peak,
    Polar,
    Power,
    Softmax,
    Transpose,
    Vec,
    Zero,
    postorder,
)
from ..shapes import ONE

Known = tuple[bool, bool]
LITERALS = (Identity, Ones, Zero)
_LIKE_ARGUMENT = (Elementwise, Power, Softmax, Polar, LeadingPair, Peak)
_SQUARE = (Inverse, MatPower)


def floating(root: Node, named: Collection[Node] = ()) -> frozenset[Node]:
    """The literals below the root whose size nothing settles."""
    if named:
        return _floating(root, named)
    found: frozenset[Node] | None = root.memo.get("floating")
    if found is None:
        found = root.memo["floating"] = _floating(root, ())
    return found


def _floating(root: Node, named: Collection[Node]) -> frozenset[Node]:
    nodes = postorder([root])
    literals = [n for n in nodes if isinstance(n, LITERALS)]
    if not literals:
        return frozenset()
    known: dict[Node, Known] = {}
    for node in nodes:
        known[node] = (True, True) if node in named else _from_below(node, known)
    context: dict[Node, Known] = {root: (False, False)}
    for node in reversed(nodes):
        above = context.get(node)
        if above is not None and node not in named:
            for child, told in zip(node.args, _for_arguments(node, above, known), strict=True):
                before = context.get(child, (True, True))
                context[child] = before[0] and told[0], before[1] and told[1]
    return frozenset(n for n in literals if n in context and not all(_settled(n, context[n])))


def _settled(node: Node, above: Known) -> Known:
    rows, cols = above[0] or node.rows is ONE, above[1] or node.cols is ONE
    return (rows or cols,) * 2 if isinstance(node, Identity) else (rows, cols)


def _from_below(node: Node, known: dict[Node, Known]) -> Known:
    args = [known[a] for a in node.args]
    if isinstance(node, LITERALS):
        rows, cols = False, False
    elif isinstance(node, (Add, Hadamard, Inner)):
        rows, cols = any(a[0] for a in args), any(a[1] for a in args)
    elif isinstance(node, Mul):
        rows, cols = args[-1]
    elif isinstance(node, MatMul):
        rows, cols = args[0][0], args[-1][1]
    elif isinstance(node, Transpose):
        cols, rows = args[0]
    elif isinstance(node, (*_SQUARE, DiagOf)):
        rows = cols = any(args[0])
    elif isinstance(node, Diag):
        rows = cols = args[0][0]
    elif isinstance(node, (Kron, Vec)):
        rows, cols = all(a[0] for a in args), all(a[1] for a in args)
    elif isinstance(node, _LIKE_ARGUMENT):
        rows, cols = args[0]
    else:
        rows, cols = True, True
    return rows or node.rows is ONE, cols or node.cols is ONE


def _for_arguments(node: Node, above: Known, known: dict[Node, Known]) -> list[Known]:
    """What the node tells its arguments of their sizes."""
    own = known[node]
    told = above[0] or own[0], above[1] or own[1]
    if isinstance(node, (Add, Hadamard)):
        return [told] * len(node.args)
    if isinstance(node, Inner):
        both = [known[a] for a in node.args]
        return [(both[0][0] or both[1][0], both[0][1] or both[1][1])] * 2
    if isinstance(node, Mul):
        return [(True, True)] * (len(node.args) - 1) + [told]
    if isinstance(node, MatMul):
        args = node.args
        rows = [told[0], *(known[a][1] for a in args[:-1])]
        cols = [*(known[a][0] for a in args[1:]), told[1]]
        return list(zip(rows, cols, strict=True))
    if isinstance(node, Transpose):
        return [(told[1], told[0])]
    if isinstance(node, _SQUARE):
        return [(any(told),) * 2]
    if isinstance(node, Diag):
        return [(any(told), True)]
    if isinstance(node, _LIKE_ARGUMENT):
        return [told] + [(True, True)] * (len(node.args) - 1)
    return [(False, False)] * len(node.args)
