"""The value of expressions at arrays, node by node: no compiled code, nothing clever.

It is what the compiled code is tested against, and what the check of a derivation uses. Inside, every value is an array
(..., rows, cols); leading axes are a batch, so that one walk evaluates at many points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

import numpy as np
from sympy import Integer

from ..errors import Misuse, NoRule, OutsideDomain, ShapeError
from ..language.kinks import norm_denominators
from ..language.node import Applied, Commutation, Constant, Differential, Node, Norm, Variable
from ..language.operations import OPERATIONS as DECLARED
from .sizes import Sizes, array_shape, given_sizes, number_of, read_sizes, symbols_in
from .values import ELEMENTWISE, NORMS, OPERATIONS, commutation

Array = Any
Values = Mapping[Node, Any]


def evaluate(nodes: Iterable[Node], values: Values, sizes: Mapping[Any, int] | None = None, *,
             batch: bool = False) -> list[Array]:
    """The values of `nodes`, each with the shape of its node: floats, 1-D and 2-D arrays.

    `values` gives an array for each variable and for each Differential that occurs; any other node may be given a value
    too, which then replaces it. With `batch=True` every value has one leading axis, and so has every result.

    Raises    ShapeError for shapes that do not fit and sizes that nothing fixes; OutsideDomain for singular matrices.
    """
    wanted = list(nodes)
    order = _needed(wanted, values)
    known = _sizes(order, values, sizes, batch)
    memo: dict[Node, Array] = {}
    with np.errstate(all="ignore"):
        for node in order:
            memo[node] = _given(node, values[node], known, batch) if node in values else _value(node, memo, known)
    count = len(next(iter(values.values()))) if batch else None
    return [_result(node, memo[node], known, count) for node in wanted]


def _needed(wanted: list[Node], values: Values) -> list[Node]:
    """The nodes to evaluate, arguments first; nothing below a node that has a value."""
    seen: set[Node] = set()
    stack = list(wanted)
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            if node not in values and not isinstance(node, Differential):
                stack.extend(node.args)
    return sorted(seen, key=lambda n: n.serial)


def _sizes(order: list[Node], values: Values, sizes: Mapping[Any, int] | None, batch: bool) -> Sizes:
    shapes = []
    for node in {**dict.fromkeys(values), **dict.fromkeys(n for n in order if n in values)}:
        if isinstance(node, (Variable, Differential)):
            shape = np.shape(values[node])
            shapes.append((_named(node), shape[1:] if batch else shape))
    return read_sizes(shapes, given_sizes(sizes, symbols_in(order)))


def _named(node: Node) -> Any:
    return node if isinstance(node, Variable) or not node.args else node.args[0]


def _given(node: Node, value: Any, sizes: Sizes, batch: bool) -> Array:
    array = np.asarray(value)
    if array.dtype.kind not in "fc":
        if array.dtype.kind not in "biu":
            raise Misuse(f"the value of {node} is an array of numbers, got dtype {array.dtype}")
        array = array.astype(float)
    shape = array_shape(node.rows, node.cols, sizes)
    own = array.shape[1:] if batch else array.shape
    if own != shape:
        raise ShapeError(f"the value of {node} has shape {own}, expected {shape}")
    full = (number_of(node.rows, sizes), number_of(node.cols, sizes))
    return array.reshape((array.shape[:1] if batch else ()) + full)


def _value(node: Node, memo: dict[Node, Array], sizes: Sizes) -> Array:
    args = [memo[a] for a in node.args]
    if isinstance(node, (Variable, Differential)):
        raise Misuse(f"no value was given for {node}")
    if isinstance(node, Constant):
        return np.full((1, 1), constant_value(node, sizes))
    below = norm_denominators(node)
    if below:
        return _quotient([memo[a] for a in node.args if a not in below], [memo[a] for a in below])
    if isinstance(node, Commutation):
        return commutation(number_of(node.data[0], sizes), number_of(node.data[1], sizes))
    if isinstance(node, Applied):
        return _applied(node, args, sizes)
    shape = (number_of(node.rows, sizes), number_of(node.cols, sizes))
    kind = type(node).__name__
    operation: Callable[..., Array] | None
    if kind == "Elementwise":
        operation = ELEMENTWISE.get(node.data[0])
    elif isinstance(node, Norm):
        operation = NORMS.get(node.data[0])
    else:
        found = OPERATIONS.get(kind)
        operation = None if found is None else lambda *a: found(shape, node.data, *a)
    if operation is None:
        raise NoRule(f"no value is known for {node} ({kind})")
    try:
        return operation(*args)
    except np.linalg.LinAlgError as error:
        raise OutsideDomain(f"{node} has no value here: {error}") from error


def _applied(node: Applied, args: list[Array], sizes: Sizes) -> Array:
    """An operation of the user's, called with arrays of the shapes that it declares, one point at a time."""
    value = DECLARED[node.name].value
    shapes = [array_shape(a.rows, a.cols, sizes) for a in node.args]
    full = (number_of(node.rows, sizes), number_of(node.cols, sizes))
    lead = np.broadcast_shapes(*(a.shape[:-2] for a in args))
    flat = [np.broadcast_to(a, (*lead, *a.shape[-2:])).reshape(-1, *s) for a, s in zip(args, shapes, strict=True)]
    results = [np.asarray(value(*(np.array(p) if np.ndim(p) else float(p) for p in point)), float).reshape(full)
               for point in zip(*flat, strict=True)]
    return np.stack(results).reshape(*lead, *full)


def _quotient(above: list[Array], below: list[Array]) -> Array:
    """A product with norms in denominators: 0/0 is 0 (see `language.kinks`)."""
    numerator, factor = reduce(np.multiply, above), reduce(np.multiply, below)
    return np.where((numerator == 0) & ~np.isfinite(factor), 0.0, numerator * factor)


def constant_value(node: Constant, sizes: Mapping[Any, int]) -> float:
    """A constant as a float, its sizes filled in."""
    expr = node.value
    if expr.is_Integer or expr.is_Rational or not expr.free_symbols:
        return float(expr)
    value = expr.xreplace({s: Integer(n) for s, n in sizes.items()})
    if value.free_symbols:
        names = ", ".join(sorted(str(s) for s in value.free_symbols))
        raise ShapeError(f"the arguments do not say how large {names} is: give sizes=")
    return float(value)


def _result(node: Node, value: Array, sizes: Sizes, count: int | None) -> Array:
    shape = array_shape(node.rows, node.cols, sizes)
    if count is not None:
        full = np.broadcast_to(value, (count, *value.shape[-2:]))
        return full.reshape(count, *shape).copy()
    return value.reshape(shape).copy() if shape else value.reshape(()).item()
