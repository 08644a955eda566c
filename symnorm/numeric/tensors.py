"""`lambdify` for tensors: the operands are compiled, the array is written from them by broadcasting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..engine.tensor import Tensor
from ..engine.tensor_numbers import Numbers
from ..errors import MissingExtra, Misuse
from ..language.node import Node, Variable
from .interpret import evaluate


def compile_tensor(tensor: Tensor, args: Any, compile_nodes: Callable[..., Callable[..., Any]],
                   **options: Any) -> Callable[..., Any]:
    """A function on arrays that returns the array of shape out + in."""
    if options.get("backend", "numpy") != "numpy":
        raise Misuse("a derivative with more than two indices is compiled for NumPy only; compile its hvp, jvp or vjp")
    order = list(arguments(tensor)) if args is None else args
    inner = compile_nodes(tensor.nodes, order, **options)

    def compiled(*values: Any, **named: Any) -> Any:
        return Numbers.of(tensor, inner(*values, **named)).dense()

    compiled.__doc__, compiled.__signature__ = inner.__doc__, inner.__signature__  # type: ignore[attr-defined]
    compiled.source = inner.source  # type: ignore[attr-defined]
    return compiled


def arguments(tensor: Tensor) -> Sequence[Variable]:
    """The variables of the function and those it was differentiated by: together they fix all sizes."""
    roots: list[Node] = [tensor.of if tensor.function is None else tensor.function, *tensor.by]
    found: dict[Variable, None] = {}
    for root in roots:
        for variable in sorted(root.free, key=lambda v: v.serial):
            found[variable] = None
    return list(found)


def numbers(tensor: Tensor, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> Numbers:
    """The operands of a tensor at a point; `values` by variable or by name."""
    known = {v.name: v for v in arguments(tensor)}
    point: dict[Node, Any] = {}
    for key, value in values.items():
        variable = known.get(key) if isinstance(key, str) else key
        if not isinstance(variable, Variable):
            raise Misuse(f"there is no variable {key!r}: the variables are {', '.join(known)}")
        point[variable] = value
    return Numbers.of(tensor, evaluate(tensor.nodes, point, sizes))


def operator(tensor: Tensor, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> Any:
    """The derivative as a SciPy LinearOperator on raveled arrays: variable in, function out."""
    try:
        from scipy.sparse.linalg import LinearOperator
    except ImportError:
        raise MissingExtra("scipy", "scipy") from None
    found = numbers(tensor, values, sizes)
    count = len(tensor.into[-1])
    full = found.shape
    out, into = full[:len(full) - count], full[len(full) - count:]
    rows, cols = (1 if not s else int(_product(s)) for s in (out, into))
    if len(tensor.into) > 1:
        raise Misuse("the operator is for derivatives of the first order of a function, and for Hessians")
    return LinearOperator((rows, cols), matvec=lambda v: found.push(v).ravel(), rmatvec=lambda u: found.pull(u).ravel(),
                          dtype=float)


def _product(shape: Sequence[int]) -> int:
    total = 1
    for length in shape:
        total *= length
    return total
