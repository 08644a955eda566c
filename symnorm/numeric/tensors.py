"""Tensors at a point: their arrays and their operators; what their variables are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..engine.tensor import Tensor
from ..engine.tensor_numbers import Numbers
from ..errors import MissingExtra, Misuse
from ..language.node import Node, Variable
from .interpret import evaluate


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
