"""The public calls that derive: gradient, differential.

Every call takes expressions of symnorm or of SymPy; SymPy in means SymPy out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..engine.forward import forward
from ..engine.layouts import to_layout
from ..engine.structured import apply
from ..engine.sweep import sweep
from ..errors import Misuse
from ..language.build import as_node
from ..language.build import variable as declare
from ..language.node import Node, Variable
from ..shapes import size_symbol
from ..simplify.present import present
from .border import like


def gradient(f: Any, wrt: Any, *, structure: str = "free", layout: str = "gradient") -> Any:
    """The gradient of a scalar f: the G with df = tr(G' dX), of the shape of the variable.

    Several variables give a tuple. A variable that f does not hold gives zero. `structure` is what is known of the
    variable and wanted of the gradient ("free", "symmetric", "entries", ...), `layout` how it is written
    ("gradient", "numerator", "denominator", "vec").

    >>> from symnorm import variables, norm
    >>> A, x, b = variables("A: m x n, x: n, b: m")
    >>> gradient(norm(A @ x - b)**2 / 2, x)
    A.T @ (A @ x - b)
    """
    node = as_node(f)
    chosen = targets(node, wrt)
    found = sweep(node, chosen).gradients
    results = tuple(like(f, to_layout(structured(present(found[v]), v, structure), node, v, layout)) for v in chosen)
    return results if is_several(wrt) else results[0]


def differential(f: Any, wrt: Any = None) -> Any:
    """The differential of f, linear in dx for each variable (all of them, or those in `wrt`).

    >>> from symnorm import variables
    >>> A, x = variables("A: n x n symmetric, x: n")
    >>> differential(x.T @ A @ x, x)
    2 * dx.T @ A @ x
    """
    node = as_node(f)
    chosen = sorted(node.free, key=lambda v: v.name) if wrt is None else targets(node, wrt)
    return like(f, present(forward(node, chosen)[0]))


def structured(g: Node, variable: Variable, structure: str) -> Node:
    """The gradient within a structure of the variable."""
    if structure == "free":
        return g
    return present(apply(g, variable, structure))


def is_several(wrt: Any) -> bool:
    return isinstance(wrt, (tuple, list))


def targets(f: Node, wrt: Any) -> tuple[Variable, ...]:
    """The variables that `wrt` names: a variable, a name, a SymPy symbol, or several of them."""
    chosen = tuple(_target(f, w) for w in (wrt if is_several(wrt) else (wrt,)))
    if not chosen:
        raise Misuse("wrt is empty: name at least one variable")
    return chosen


def _target(f: Node, wrt: Any) -> Variable:
    if isinstance(wrt, str):
        return _by_name(f.free, wrt)
    node = as_node(wrt)
    if not isinstance(node, Variable):
        raise Misuse(f"a derivative is by a variable, got {node}")
    return _declared(f.free, node)


def _by_name(variables: Iterable[Variable], name: str) -> Variable:
    for variable in variables:
        if variable.name == name:
            return variable
    kind = name[:1]
    n = size_symbol("n")
    if kind.isupper():
        return declare(name, size_symbol("m"), n)
    return declare(name) if "a" <= kind <= "g" else declare(name, n)


def _declared(variables: Iterable[Variable], node: Variable) -> Variable:
    """The variable of the expression with this name and shape: a SymPy symbol carries no properties."""
    for variable in variables:
        if variable.name == node.name and variable.rows == node.rows and variable.cols == node.cols:
            return variable
    return node
