"""How long an expression is in print: the number of operations, functions and transposes written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Integer, Rational

from ..language.build import HALF, split, value_of
from ..language.node import Add, Constant, Hadamard, MatMul, Mul, Node, Ones, Power


def cost(root: Node) -> int:
    """The number of operations in the printed expression; shared parts count each time they are written."""
    known = root.memo.get("cost")
    if known is not None:
        return int(known)
    for node in _unknown(root):
        node.memo["cost"] = _OWN.get(type(node), _one)(node) + sum(_below(node))
    return int(root.memo["cost"])


def _unknown(root: Node) -> list[Node]:
    """The nodes whose cost is not known yet, arguments first."""
    seen: set[Node] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node not in seen and "cost" not in node.memo:
            seen.add(node)
            stack.extend(node.args)
    return sorted(seen, key=lambda n: n.serial)


def _below(node: Node) -> list[int]:
    return [a.memo["cost"] for a in node.args]


def _one(node: Node) -> int:
    return 1 if node.args else 0


def _constant(node: Any) -> int:
    value = node.value
    if isinstance(value, Integer):
        return 1 if value < 0 else 0
    if isinstance(value, Rational):
        return 1 + int(bool(value < 0))
    return int(value.count_ops())


def _add(node: Node) -> int:
    """Signs: each term after the first brings one; a minus in front of a term replaces its plus."""
    saved = sum(1 for t in node.args[1:] if _negative(t))
    return len(node.args) - 1 - saved


def _negative(term: Node) -> bool:
    return bool(split(term)[0].is_negative)


def _mul(node: Node) -> int:
    number = value_of(node.args[0])
    factors = node.args if number is None else node.args[1:]
    over = sum(1 for f in factors if _inverted(f))
    own = len(factors) - 1
    if isinstance(node.args[-1], Ones) and own + (number is not None and abs(number) != 1):
        own -= 1
    if number is not None:
        own += 0 if abs(number) == 1 else 1
        own -= 1 if isinstance(number, Rational) and number.q != 1 and abs(number.p) == 1 else 0
    return own - over + (1 if over and over == len(factors) and number is None else 0)


def _inverted(factor: Node) -> bool:
    """Written in a denominator: x^-1 costs no power sign there, x^-2 does."""
    return isinstance(factor, Power) and value_of(factor.args[1]) == -1


def _power(node: Node) -> int:
    exponent = node.args[1]
    value = value_of(exponent)
    plain = exponent is HALF or (value is not None and value.is_integer)
    return 1 - (int(exponent.memo["cost"]) if plain else 0)


def _n_ary(node: Node) -> int:
    return len(node.args) - 1


def _product(node: Node) -> int:
    """Equal neighbours are written as one power."""
    own, before, running = len(node.args) - 1, None, False
    for factor in node.args:
        again = factor is before
        if again:
            own -= int(factor.memo["cost"]) + running
        before, running = factor, again
    return own


_OWN: dict[type[Node], Callable[[Any], int]] = {
    Constant: _constant,
    Add: _add,
    Mul: _mul,
    Power: _power,
    MatMul: _product,
    Hadamard: _n_ary,
    Ones: lambda n: 1,
}
