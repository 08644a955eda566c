"""Quotients of exponentials that do not feel a shift: exp(Z - max Z) for exp(Z), along rows or columns.

With the rows of E = exp(Z) scaled by c, entry (i, j) of a node is scaled by c_i^r c_j^s: E and E 1 have degree (1, 0),
E' has (0, 1), products add, A B needs that the middle degrees cancel. What has degree (0, 0) is the same for any c.
"""

from __future__ import annotations

from ..language.build import value_of
from ..language.node import Add, Elementwise, Hadamard, MatMul, Mul, Node, Ones, Power, Transpose, postorder
from ..language.rebuild import substitute
from .lower import Lower, Steps, lowers
from .macros import shifted

Degree = tuple[int, int]
NONE: Degree = (0, 0)
MOST = 400
"""Larger expressions are left as they are."""


class ShiftedExp(Node):
    """exp(Z - max Z) with the largest entry along an axis: only inside the lowering. data = (axis,)"""

    __slots__ = ()


@lowers(ShiftedExp)
def shifted_exponential(lower: Lower, node: Node) -> Steps:
    z = yield from lower.full(node.args[0])
    return shifted(lower.program, z, node.data[0])[1]


def unshifted(lower: Lower, node: Node) -> Node | None:
    """The node with its exponentials shifted, where that leaves it as it is; None where there are none such."""
    if not (lower.kinds["Power"] and lower.kinds["Elementwise"] and lower.kinds["Ones"]):
        return None
    order = postorder([node])
    if len(order) > MOST:
        return None
    found: dict[Node, Node] = {}
    for grown in order:
        if isinstance(grown, Elementwise) and grown.name == "exp" and grown.args[0].shape[1:]:
            axis = _axis(order, grown)
            if axis is not None and degree(order, grown, axis) == NONE:
                found[grown] = ShiftedExp._make((axis,), grown.args, grown.rows, grown.cols)
    return substitute(node, found) if found else None


def _axis(order: list[Node], grown: Node) -> int | None:
    """Along which axis an exponential is summed below a line: 1 for E 1, 0 for 1'E; None where it is not."""
    if "symmetric" in grown.facts:
        return None
    for power in order:
        value = value_of(power.args[1]) if isinstance(power, Power) else None
        if value is None or not value.is_negative or not isinstance(power.args[0], (MatMul, Transpose)):
            continue
        total = power.args[0].args[0] if isinstance(power.args[0], Transpose) else power.args[0]
        if not isinstance(total, MatMul):
            continue
        first, last = total.args[0], total.args[-1]
        for end, ones, axis in ((first, total.args[1:], 1), (last, total.args[:-1], 0)):
            turned = isinstance(end, Transpose)
            if (end.args[0] if turned else end) is grown and all(isinstance(a, Ones) for a in ones):
                return 1 - axis if turned else axis
    return None


def degree(order: list[Node], grown: Node, axis: int) -> Degree | None:
    """The degrees of the last node in the rows (axis 1) or columns (axis 0) of exp Z; None where it has none."""
    degrees: dict[Node, Degree | None] = {}
    for node in order:
        degrees[node] = (axis, 1 - axis) if node is grown else _degree(node, [degrees[a] for a in node.args])
    return degrees[order[-1]]


def _degree(node: Node, parts: list[Degree | None]) -> Degree | None:
    known = [p for p in parts if p is not None]
    if len(known) < len(parts):
        return None
    if all(p == NONE for p in known):
        return NONE
    if isinstance(node, Transpose):
        return known[0][1], known[0][0]
    if isinstance(node, Add):
        return known[0] if len(set(known)) == 1 else None
    if isinstance(node, Hadamard) or (isinstance(node, Mul) and all(p == NONE for p in known[:-1])):
        return sum(p[0] for p in known), sum(p[1] for p in known)
    if isinstance(node, MatMul):
        middle = all(a[1] + b[0] == 0 for a, b in zip(known, known[1:], strict=False))
        return (known[0][0], known[-1][1]) if middle else None
    if isinstance(node, Power) and known[1] == NONE:
        value = value_of(node.args[1])
        return (known[0][0] * int(value), known[0][1] * int(value)) if value is not None and value.is_Integer else None
    return None
