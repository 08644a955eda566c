"""`derive`: the steps of a derivative as a value."""

from __future__ import annotations

from typing import Any

from ..errors import Misuse, NoClosedForm, ShapeError
from ..language.build import as_node
from ..language.node import Node, Variable
from ..shapes import describe
from .calls import is_several, targets
from .narrate import curvature, derivation
from .second import hessian, nth_derivative
from .step import Derivation


def derive(f: Any, wrt: Any = None, *, order: int = 1) -> Any:
    """The derivation of the gradient of a scalar f: the steps, the result, where it holds, and a check.

    `wrt` may be left out where f has a single variable; several variables give a tuple. `order=2` derives the
    Hessian by a vector, a higher order gives the derivative alone, without steps.
    Raises    ShapeError when f is not a scalar: ask for its jacobian; Misuse for an order below 1.

    >>> from symnorm import variables, norm
    >>> A, x, b = variables("A: m x n, x: n, b: m")
    >>> derive(norm(A @ x - b)**2 / 2, wrt=x).result
    A.T @ (A @ x - b)
    """
    node = as_node(f)
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise Misuse(f"the order of a derivative is 1, 2, 3, ..., got {order!r}")
    if not node.is_scalar:
        raise ShapeError(
            f"the steps are those of a scalar function; {node} is {describe(node.rows, node.cols)}: "
            "sn.jacobian gives its derivative"
        )
    if wrt is None:
        if len(node.free) != 1:
            names = ", ".join(sorted(v.name for v in node.free)) or "none"
            raise Misuse(f"say by which variable: wrt= one of {names}")
        wrt = next(iter(node.free))
    told: list[str] = []
    results = tuple(_derived(node, v, order) for v in targets(node, wrt, told.append))
    for found in results:
        if isinstance(found, Derivation):
            found.notes = tuple(sentence for sentence in told if f"; {found.variable} is taken as" in sentence)
    return results if is_several(wrt) else results[0]


def _derived(f: Node, x: Variable, order: int) -> Any:
    if order == 1:
        return derivation(f, (x,))
    if order > 2:
        return nth_derivative(f, x, order)
    result = hessian(f, x)
    if not isinstance(result, Node):
        raise NoClosedForm(f"the Hessian of {f} by the matrix {x} has four indices and no steps: sn.hessian gives it")
    return curvature(f, x, result)
