"""The syntax tree: what was written, before anything is known of shapes.

Kinds, with their value and arguments:

    number (Fraction)   name (str)   string (str)   word (a norm's)
    literal ((name, size trees); value or nothing)      matrix ((rows, columns); entries)
    sum (tuple of signs; terms)      product ("*" | "@" | ""; left, right)      divide (left, right)
    hadamard, eldivide, elpower (left, right)      power (base, exponent)       negate, transpose, bars (operand)
    call (function name; arguments)  norm (index or None; operand[, index]), from LaTeX
    differential (operand), from LaTeX
    sized (size tree; operand)       says how long the operand is: the upper limit of a sum
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")


class Token(NamedTuple):
    """A lexical unit: its kind decides how it is parsed; `start` and `end` are 0-based offsets."""

    kind: str
    value: Any
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Syntax:
    """A node of the syntax tree; `start` and `end` are 0-based offsets into the text."""

    kind: str
    value: Any
    args: tuple[Syntax, ...]
    start: int
    end: int
    grouped: bool = False

    @property
    def column(self) -> int:
        return self.start + 1

    def __repr__(self) -> str:
        return f"Syntax({outline(self)})"


def fold(root: Syntax, visit: Callable[[Syntax, list[Result]], Result]) -> Result:
    """visit(node, results of its arguments) from the leaves to the root, without recursion."""
    stack: list[Syntax] = [root]
    order: list[Syntax] = []
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(node.args)
    done: list[Result] = []
    for node in reversed(order):
        count = len(node.args)
        if not count:
            done.append(visit(node, []))
            continue
        # The order is "node, last argument first" reversed, so the results lie on the stack in order of the arguments.
        results = done[-count:]
        del done[-count:]
        done.append(visit(node, results))
    return done[0]


def walk(root: Syntax) -> Iterator[Syntax]:
    """Every node, each before its arguments, from left to right."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.args))


def outline(root: Syntax, limit: int = 2_000) -> str:
    """The tree as nested words, for tests and error reports.

    >>> outline(Syntax("negate", None, (Syntax("name", "x", (), 1, 2),), 0, 2))
    '(negate x)'
    """
    def visit(node: Syntax, parts: list[str]) -> str:
        if not parts:
            return _flat(node.value) if node.value is not None else node.kind
        head = node.kind if node.value is None else f"{node.kind}:{_flat(node.value)}"
        text = f"({head} {' '.join(parts)})"
        return text if len(text) <= limit else "(...)"

    return fold(root, visit)


def _flat(value: Any) -> str:
    if isinstance(value, tuple):
        return "".join(map(_flat, value))
    return outline(value) if isinstance(value, Syntax) else str(value)
