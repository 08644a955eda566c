"""Quotients of exponentials that do not feel a shift: exp(Z - max Z) for exp(Z), along rows or columns.

With the rows of E = exp(Z) scaled by c, entry (i, j) of a node is scaled by c_i^r c_j^s: E and E 1 have degree (1, 0),
E' has (0, 1), products add, A B needs that the middle degrees cancel. What has degree (0, 0) is the same for any c. So
is a term of a tensor where the degrees at each letter add up to zero.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ..engine.tensor import Letter, Term
from ..language.build import entrywise_power, number, split, value_of
from ..language.node import (
    Add,
    Diag,
    DiagOf,
    Elementwise,
    Hadamard,
    Identity,
    Inner,
    MatMul,
    Mul,
    Node,
    Ones,
    Power,
    SumAll,
    Trace,
    Transpose,
    postorder,
)
from ..language.rebuild import substitute
from .lower import Lower, Steps, lowers
from .macros import shifted

Degree = tuple[int, int]
NONE: Degree = (0, 0)
MOST = 400
"""Larger expressions are left as they are."""


class ShiftedExp(Node):
    """exp(Z - max Z) with the largest entry along an axis or (None) of all: only inside the lowering. data = (axis,)"""

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
    for grown, axis in _normalised(order):
        if degree(order, grown, axis) == NONE:
            found |= _shifts(order, grown, axis)
    return substitute(node, found) if found else None


def unshifted_by_total(lower: Lower, node: Node, below: list[Node]) -> Node | None:
    """The node with exp(Z - max Z) for exp(Z) where a sum of all exp(Z) is below the line and a shift is not felt."""
    totals = [d.args[0] if isinstance(d, Power) else d for d in below]
    grown = [t.args[0] for t in totals if isinstance(t, SumAll) and _multiple(t.args[0], t.args[0]) == 1]
    order = postorder([node]) if grown else []
    found: dict[Node, Node] = {}
    for e in grown:
        if len(order) <= MOST and total_degree(order, e) == 0:
            found |= _shifts(order, e, None)
    return substitute(node, found) if found else None


def total_degree(order: list[Node], grown: Node) -> int | None:
    """The degree of the last node in exp Z as a whole; None where it has none."""
    degrees: dict[Node, int | None] = {}
    for node in order:
        parts, k = [degrees[a] for a in node.args], _multiple(node, grown)
        known = [p for p in parts if p is not None]
        if k is not None:
            degrees[node] = k
        elif len(known) < len(parts):
            degrees[node] = None
        elif isinstance(node, (Transpose, SumAll, Trace, Diag, DiagOf, Hadamard, Mul, MatMul, Inner)) or not any(known):
            degrees[node] = sum(known)
        elif isinstance(node, Add):
            degrees[node] = known[0] if len(set(known)) == 1 else None
        else:
            value = value_of(node.args[1]) if isinstance(node, Power) and not known[1] else None
            degrees[node] = known[0] * int(value) if value is not None and value.is_Integer else None
    return degrees[order[-1]]


def shifted_term(term: Term) -> Term:
    """The term with its exponentials shifted, where one operand alone would feel that and all together do not."""
    order = postorder([o.node for o in term.operands])
    if len(order) > MOST:
        return term
    for grown, axis in _normalised(order):
        degrees = [degree(postorder([o.node]), grown, axis) for o in term.operands]
        found = _shifts(order, grown, axis)
        alone = any(d != NONE for d in degrees) or len(found) > 1
        if alone and grown not in postorder([term.coefficient]) and _cancel(term, degrees):
            operands = tuple(replace(o, node=substitute(o.node, found)) for o in term.operands)
            term = replace(term, operands=operands)
    return term


def _cancel(term: Term, degrees: list[Degree | None]) -> bool:
    """Do the degrees of the operands at each letter add up to zero? A delta makes two letters one."""
    names = {k: k for o in term.operands for k in o.letters}
    for op in term.operands:
        if isinstance(op.node, Identity):
            low, high = sorted(names[k] for axis in op.axes for k in axis)
            names = {k: low if v == high else v for k, v in names.items()}
    totals: Counter[Letter] = Counter()
    for op, found in zip(term.operands, degrees, strict=True):
        if found is None:
            return False
        sides = found if len(op.axes) == 2 else (sum(found),)
        for axis, power in zip(op.axes, sides, strict=True):
            if power and len(axis) != 1:
                return False
            if power:
                totals[names[axis[0]]] += power
    return not any(totals.values())


def _normalised(order: list[Node]) -> list[tuple[Node, int]]:
    """The exponentials of matrices that are divided by their sums along an axis, and that axis."""
    grown = [n for n in order if isinstance(n, Elementwise) and n.name == "exp" and n.args[0].shape[1:]]
    return [(e, axis) for e in grown if (axis := _axis(order, e)) is not None]


def _shifts(order: list[Node], grown: Node, axis: int | None) -> dict[Node, Node]:
    """What takes the place of exp(Z), exp(2 Z), ..."""
    shifted: Node = ShiftedExp._make((axis,), grown.args, grown.rows, grown.cols)
    powers = {node: _multiple(node, grown) for node in order}
    return {node: entrywise_power(shifted, number(k)) for node, k in powers.items() if k is not None}


def _multiple(node: Node, grown: Node) -> int | None:
    """The whole k of exp(k Z) for grown = exp(Z)."""
    if not (isinstance(node, Elementwise) and node.name == "exp"):
        return None
    (a, z), (b, base) = split(node.args[0]), split(grown.args[0])
    return int(a / b) if z is base and (a / b).is_Integer else None


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
        k = _multiple(node, grown)
        parts = [degrees[a] for a in node.args]
        degrees[node] = _degree(node, parts) if k is None else (k * axis, k * (1 - axis))
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
