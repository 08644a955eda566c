"""`rule`: an operation of your own in one declaration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..domains import EVERYWHERE, Domain
from ..language.functions import FUNCTIONS
from ..language.node import Applied, Node
from ..language.operations import Operation, Shape, declare_operation
from ..language.reading.vocabulary import SIGNATURES, Signature
from .rule import DIFFERENTIALS, Rule


def rule(
    name: str,
    *,
    value: Callable[..., Any],
    differential: Callable[..., Node],
    shape: Shape = "scalar",
    latex: str | None = None,
    law: str = "",
    domain: Domain = EVERYWHERE,
    source: str = "declared by the user",
) -> Operation:
    """A new operation: its value on arrays, its differential, and how it is written.

    `differential(x, ..., dx, ...)` receives the arguments and then their differentials and returns an expression
    that is linear in the latter; `shape` is "scalar", "same" or a function of the arguments' shapes; `latex` is a
    template with {0}, {1}, ... for the arguments. The operation can then be called, derived, printed, checked and
    compiled, and read from text where its shape is "scalar" or "same".

    >>> import symnorm as sn
    >>> half = sn.rule("halfsquare", value=lambda x: 0.5 * (x * x).sum(), differential=lambda x, dx: sn.dot(x, dx))
    >>> A, x = sn.variables("A: m x n, x: n")
    >>> sn.gradient(half(A @ x), x)
    A.T @ A @ x
    """
    written = latex or rf"\operatorname{{{name.replace('_', ' ')}}}({{0}})"
    operation = declare_operation(Operation(name, shape, value, written), FUNCTIONS)

    def body(node: Node, *differentials: Node) -> Node:
        return differential(*node.args, *differentials)

    if shape in ("scalar", "same"):
        SIGNATURES[name] = Signature(1, -1, shape)
    DIFFERENTIALS.add(Rule(name, Applied, name, law, domain, source, body))
    FUNCTIONS[name] = operation
    return operation
