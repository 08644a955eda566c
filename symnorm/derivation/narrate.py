"""The derivation of a gradient."""

from __future__ import annotations

from collections.abc import Iterable

from ..engine.sweep import sweep
from ..engine.tensor import Tensor
from ..errors import Misuse
from ..language.node import Node, Variable
from ..simplify.present import present
from .step import Derivation


def derivation(
    f: Node, variables: Iterable[Variable], result: Node | None = None, style: str = "differential"
) -> Derivation:
    """df = <G, dx>, line by line, and G. The lines are written when they are first asked for."""
    if style != "differential":
        raise Misuse(f"style is 'differential', got {style!r}")
    (variable,) = variables
    swept = sweep(f, (variable,))
    found = present(swept.gradients[variable]) if result is None else result
    return Derivation(f, variable, found)


def curvature(f: Node, variable: Variable, result: Node | Tensor) -> Derivation:
    """dg = H dx, line by line; `result` is the Hessian as it is presented."""
    return Derivation(f, variable, result, "hessian")
