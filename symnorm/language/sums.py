"""Sums: like terms collected, the author's order kept, a scaled sum left as one term."""

from __future__ import annotations

from sympy import Expr, Integer

from ..errors import ShapeError
from ..shapes import ONE, describe
from .leaves import UNIT, as_node, is_zero, scale, split, zero
from .node import Add, Elementwise, Node, Ones

MAX_FLAT = 64


def add(*terms: Node) -> Node:
    """The sum of nodes of equal shape."""
    nodes = [as_node(t) for t in terms]
    first = nodes[0]
    for node in nodes[1:]:
        _same_shape(first, node)
    collected = _collect(_flatten(nodes))
    if not collected:
        return zero(first.rows, first.cols)
    if len(collected) == 1:
        return collected[0]
    if len(collected) == 2:
        special = _complement(*collected)
        if special is not None:
            return special
    made: Node = Add._make((), tuple(collected), first.rows, first.cols)
    return made


def negate(node: Node) -> Node:
    return scale(Integer(-1), node)


def subtract(a: Node, b: Node) -> Node:
    return add(a, negate(as_node(b)))


def _same_shape(a: Node, b: Node) -> None:
    if (a.rows is b.rows or a.rows == b.rows) and (a.cols is b.cols or a.cols == b.cols):
        return
    left, right = describe(a.rows, a.cols), describe(b.rows, b.cols)
    hint = ""
    if a.is_scalar or b.is_scalar:
        s, other = (a, b) if a.is_scalar else (b, a)
        if other.is_vector:
            hint = f"; to add {s} to each entry write {s}*vector(1)"
        elif other.is_square:
            hint = f"; write {s}*eye for the diagonal or {s}*matrix(1) for every entry"
        else:
            hint = f"; to add {s} to each entry write {s}*matrix(1)"
    raise ShapeError(f"cannot add {a} ({left}) and {b} ({right}){hint}")


def _flatten(nodes: list[Node]) -> list[Node]:
    """Sums inside sums, opened, unless they are long or also used by another term."""
    if not any(isinstance(n, Add) for n in nodes):
        return nodes
    flat: list[Node] = []
    for node in nodes:
        if isinstance(node, Add) and len(node.args) <= MAX_FLAT and not used_by(node, nodes):
            flat.extend(node.args)
        else:
            flat.append(node)
    return flat


def used_by(node: Node, others: list[Node], depth: int = 3) -> bool:
    """Does another of the nodes hold this one, near its root?"""
    layer = [o for o in others if o is not node and o.serial > node.serial]
    for _ in range(depth):
        layer = [a for o in layer for a in o.args if a.serial >= node.serial]
        if node in layer:
            return True
    return False


def _collect(nodes: list[Node]) -> list[Node]:
    """Like terms added up, at the place of the first."""
    found: dict[int, list[Expr | Node]] = {}
    for node in nodes:
        number, rest = split(node)
        entry = found.get(rest.key)
        if entry is None:
            found[rest.key] = [number, rest, node]
        else:
            entry[0] = entry[0] + number
            entry[2] = UNIT
    terms = []
    for number, rest, original in found.values():
        if number.is_zero or is_zero(rest):  # type: ignore[union-attr, arg-type]
            continue
        terms.append(original if original is not UNIT else scale(number, rest))  # type: ignore[arg-type]
    return terms  # type: ignore[return-value]


def _complement(a: Node, b: Node) -> Node | None:
    """1 - sigmoid(z) is sigmoid(-z)."""
    for one, other in ((a, b), (b, a)):
        if one is UNIT or isinstance(one, Ones):
            number, rest = split(other)
            if number == -ONE and isinstance(rest, Elementwise) and rest.name == "sigmoid":
                argument = negate(rest.args[0])
                node: Node = Elementwise._make(("sigmoid",), (argument,), argument.rows, argument.cols)
                return node
    return None
