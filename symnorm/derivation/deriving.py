"""`derive`: the steps of a derivative as a value."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..errors import Misuse, ShapeError
from ..language.build import as_node
from ..language.node import Node, Variable
from ..shapes import describe
from .calls import is_several, targets
from .narrate import derivation
from .step import Derivation


def derive(f: Any, wrt: Any = None, *, order: int = 1, layout: str = "gradient") -> Any:
    """The derivation of the derivative of f: the steps, the result, where it holds, and a check.

    Shapes    the gradient of a scalar; the Jacobian of a vector or matrix, dF = J dx or vec(dF) = J vec(dX); with
              `order=2` the Hessian of a scalar. Several variables give a tuple.
    `wrt` may be left out where f has a single variable; `layout` says how the result is written. From order 3 on there
    are steps where the derivative before has at most two indices: by scalars, and third derivatives by vectors.
    Raises    Misuse for an order below 1; ShapeError for a second derivative of a vector or matrix.

    >>> from symnorm import variables, norm, tanh
    >>> A, x, b = variables("A: m x n, x: n, b: m")
    >>> derive(norm(A @ x - b)**2 / 2, wrt=x).result
    A.T @ (A @ x - b)
    >>> derive(A @ tanh(x), wrt=x).result
    A @ diag(ones(n) - square(tanh(x)))
    """
    node = as_node(f)
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise Misuse(f"the order of a derivative is 1, 2, 3, ..., got {order!r}")
    if order > 1 and not node.is_scalar:
        raise ShapeError(
            f"a derivative of order {order} is of a scalar function; {node} is {describe(node.rows, node.cols)}: "
            "derive its Jacobian with order=1"
        )
    if wrt is None:
        if len(node.free) != 1:
            names = ", ".join(sorted(v.name for v in node.free)) or "none"
            raise Misuse(f"say by which variable: wrt= one of {names}")
        wrt = next(iter(node.free))
    told: list[str] = []
    results = tuple(_derived(node, v, order, layout) for v in targets(node, wrt, told.append))
    for found in results:
        found.given = f
        found.notes = tuple(sentence for sentence in told if f"; {found.variable} is taken as" in sentence)
    return results if is_several(wrt) else results[0]


def _derived(f: Node, x: Variable, order: int, layout: str) -> Derivation:
    if order == 1 and f.is_scalar:
        return derivation(f, (x,)).to_layout(layout)
    second = import_module("symnorm.derivation.second")  # a gradient does without it
    if order > 2:
        found = Derivation(f, x, second.nth_derivative(f, x, order), "higher", order=order)
    elif order == 2:
        found = Derivation(f, x, second.hessian(f, x), "hessian", order=2)
    else:
        found = Derivation(f, x, second.jacobian(f, x), "jacobian")
    return found.to_layout(layout)
