"""What a derivative says about a direction, in each layout: the number, vector or matrix that it is paired to.

gradient      tr(G'dX), J dx, J dt; a tensor is applied entry by entry
numerator     tr(D dX), D dx          denominator   tr(D'dX), D'dx          vec   D vec(dX), for vec(dF)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..derivation.step import Derivation
from ..engine.tensor import Tensor
from ..engine.tensor_numbers import Numbers
from ..language.node import Node
from .interpret import evaluate

Array = Any


def paired(derivation: Derivation, way: Array, values: Mapping[Node, Any], sizes: Mapping[Any, int]) -> Array:
    """dF in the direction `way`, as the result of a derivation has it, with the shape of F."""
    result = derivation.derived
    value = derivation.variable if derivation.kind == "hessian" else derivation.function
    if isinstance(result, Tensor):
        return Numbers.of(result, evaluate(result.nodes, values, sizes)).push(way)
    D, shape = (np.asarray(a, dtype=float) for a in evaluate([result, value], values, sizes))
    return _applied(D, derivation.written, value, derivation.variable, way).reshape(shape.shape, order="F")


def _applied(D: Array, layout: str, value: Node, x: Node, way: Array) -> Array:
    if layout == "denominator":
        D = np.transpose(D)
    if value.is_scalar and not x.is_scalar:
        return np.array(_inner(D, layout, way))
    if x.is_scalar:
        return D * way
    return np.atleast_2d(D) @ np.ravel(way, order="F")


def _inner(D: Array, layout: str, way: Array) -> float:
    """tr(G'dX), tr(D dX), D vec(dX)."""
    if layout == "gradient":
        return float(np.sum(D * way))
    if layout == "vec":
        return float(np.ravel(D) @ np.ravel(way, order="F"))
    row = np.atleast_2d(D)
    return float(np.trace(row @ way) if np.ndim(way) == 2 else row.reshape(-1) @ way)


__all__ = ["paired"]
