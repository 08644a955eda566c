"""`lambdify`: expressions as Python functions on arrays.

The source is written for the sizes and the type of the arguments, when they are first seen, and kept; a call checks
that shapes and types are the ones it was written for, and runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..derivation.calls import gradient
from ..engine.tensor import Tensor
from ..errors import Misuse
from ..language.build import as_node
from ..language.node import Node, Variable
from . import (  # noqa: F401  register their lowerings
    lower_algebra,
    lower_functions,
    lower_products,
    lower_spectra,
    lower_traces,
    solves,
    structure,
)
from .backends import BACKENDS, find_backend
from .compiled import Compiled
from .lower_tensors import Prepared
from .tensors import arguments


def lambdify(e: Any, args: Sequence[Any] | Any = None, backend: str = "numpy", *,
             constants: Mapping[Any, Any] | None = None, sizes: Mapping[Any, int] | None = None,
             value_and_grad: bool = False, gram: bool = True) -> Callable[..., Any]:
    """A function on arrays for an expression, or for several that share their work.

    Shapes    vectors are 1-D arrays in and out, scalars floats, matrices 2-D, rows (1, n).
    args      variables or their names in call order; default: those of the expression, in order of first appearance.
              The arguments can also be given by name. Their shapes fix the symbolic sizes; `sizes` gives the others.
    constants data bound once: what depends on it alone is computed once. `gram=False` keeps A'(Ax - b) from becoming
              (A'A)x - A'b, which is cheaper for repeated calls and squares the condition number.
    Raises    ShapeError for shapes that do not fit; OutsideDomain for a matrix that must be invertible and is not.

    `.source` is the code; `inspect.getsource` shows the part for the shapes seen last.

    >>> import numpy as np, symnorm as sn
    >>> A, x, b = sn.variables("A: m x n, x: n, b: m")
    >>> f = lambdify(A.T @ (A @ x - b), args=[A, x, b])
    >>> f(np.eye(2), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([0., 1.])
    """
    found, form = _roots(e, args, value_and_grad)
    if backend not in BACKENDS:
        raise Misuse(f"the backends are {', '.join(BACKENDS)}, got {backend!r}")
    leaves = tuple(leaf for item in found for leaf in (arguments(item) if isinstance(item, Tensor) else (item,)))
    bound = _by_variable(constants or {}, leaves)
    order = _arguments(leaves, args, frozenset(bound))
    roots = tuple(Prepared.of(item) if isinstance(item, Tensor) else item for item in found)
    return Compiled(roots, form, order, bound, find_backend(backend), sizes, gram).function


def _roots(e: Any, args: Any, value_and_grad: bool) -> tuple[tuple[Node | Tensor, ...], Any]:
    """What is compiled, and how the results are put together: places in nested tuples."""
    roots: list[Node | Tensor] = []

    def form(item: Any) -> Any:
        if isinstance(item, (tuple, list)):
            return tuple(form(part) for part in item)
        roots.append(_root(item))
        return len(roots) - 1

    shape = form(e)
    if not roots:
        raise Misuse("lambdify needs at least one expression")
    if not value_and_grad:
        return tuple(roots), shape
    if len(roots) != 1 or not isinstance(roots[0], Node) or not roots[0].is_scalar:
        raise Misuse("value_and_grad=True needs one scalar expression")
    first = args[0] if isinstance(args, (list, tuple)) and args else args
    if first is None:
        raise Misuse("value_and_grad=True needs args: the gradient is by the first of them")
    return (roots[0], as_node(gradient(roots[0], first))), (0, 1)


def _root(item: Any) -> Node | Tensor:
    lowered = getattr(item, "as_nodes", None)
    if lowered is not None:
        item = lowered()
    if not isinstance(item, (Node, Tensor)) and hasattr(item, "result"):
        item = item.result
    return item if isinstance(item, (Node, Tensor)) else as_node(item)


def variables_of(roots: Iterable[Node]) -> list[Variable]:
    """The variables in order of first appearance, from the left."""
    found: dict[Variable, None] = {}
    seen: set[Node] = set()
    stack = list(roots)[::-1]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, Variable):
            found[node] = None
        stack.extend(node.args[::-1])
    return list(found)


def _named(item: Any, roots: tuple[Node, ...], what: str) -> Variable:
    """A variable, or the one with that name in the expressions."""
    if isinstance(item, Variable):
        return item
    if isinstance(item, Node) and not item.args and item.free == {item}:
        return item
    if isinstance(item, str):
        known = variables_of(roots)
        for variable in known:
            if variable.name == item:
                return variable
        names = ", ".join(v.name for v in known) or "none"
        raise Misuse(f"{what} names {item!r}; the variables of the expression are: {names} "
                     "(a variable that is not in it can be an argument too: give the variable, not its name)")
    raise Misuse(f"{what} takes variables or their names, got {item!r}")


def _by_variable(constants: Mapping[Any, Any], roots: tuple[Node, ...]) -> dict[Variable, Any]:
    return {_named(key, roots, "constants"): value for key, value in constants.items()}


def _arguments(roots: tuple[Node, ...], args: Any, bound: frozenset[Variable]) -> tuple[Variable, ...]:
    free = [v for v in variables_of(roots) if v not in bound]
    if args is None:
        return tuple(free)
    items = args if isinstance(args, (list, tuple)) else (args,)
    order = tuple(_named(item, roots, "args") for item in items)
    if len(set(order)) != len(order):
        raise Misuse(f"args holds a variable twice: {', '.join(v.name for v in order)}")
    twice = [v.name for v in order if v in bound]
    if twice:
        raise Misuse(f"{', '.join(twice)} is in args and in constants")
    missing = [v.name for v in free if v not in order]
    if missing:
        raise Misuse(f"the expression also depends on {', '.join(missing)}: add it to args, or give it in constants")
    return order
