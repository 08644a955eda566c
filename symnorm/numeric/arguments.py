"""Arguments of compiled functions: arrays of floats of the declared kind, or a named error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..errors import Misuse, ShapeError
from ..language.node import Node, Variable, postorder
from ..shapes import ONE
from .backends.backend import Backend
from .sizes import Sizes, array_shape, symbols_in, wrong_shape


def convert(variable: Variable, value: Any, dtype: str | None, backend: Backend) -> Any:
    """The value as the compiled code takes it: integers become float64, a 0-d array a float."""
    if backend.array is not None:
        return backend.array(value)
    if variable.cols is ONE and variable.rows is ONE:
        return _scalar(variable, value)
    array = value if type(value) is np.ndarray else _array(variable, value)
    if array.dtype.kind != "f" or array.dtype.itemsize < 4:
        if array.dtype.kind not in "biuf":
            raise Misuse(f"{variable.name} takes real numbers, got an array of dtype {array.dtype}")
        array = array.astype(np.float64)
    if array.ndim != len(variable.shape):
        raise wrong_shape(variable, array.shape, {})
    return array if dtype is None or array.dtype == dtype else array.astype(dtype)


def _scalar(variable: Variable, value: Any) -> float:
    if isinstance(value, float):
        return float(value)
    array = np.asarray(value)
    if array.shape != ():
        raise ShapeError(f"{variable.name} is declared as a scalar, got an array of shape {array.shape}")
    if array.dtype.kind not in "biuf":
        raise Misuse(f"{variable.name} takes a real number, got {value!r}")
    return float(array)


def _array(variable: Variable, value: Any) -> Any:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise Misuse(f"{variable.name} takes an array of numbers, got {type(value).__name__}") from error
    if array.dtype.kind in "OUS":
        raise Misuse(f"{variable.name} takes an array of numbers, got {type(value).__name__}")
    return array


def kind_of(arrays: Iterable[Any]) -> str:
    """The type of the results: float32 only where every array is."""
    kinds = {str(a.dtype).removeprefix("torch.") for a in arrays if getattr(a, "shape", ())}
    return "float32" if kinds == {"float32"} else "float64"


def default_sizes(roots: Sequence[Node], order: Sequence[Node], known: Sizes) -> Sizes:
    """Sizes to write source for before any argument was seen: 100, 90, 80, ... in order of the arguments."""
    found = dict(known)
    symbols = [s for v in order for size in (v.rows, v.cols) for s in sorted(size.free_symbols, key=str)]
    symbols += sorted(symbols_in(postorder(roots)), key=str)
    for symbol in symbols:
        found.setdefault(symbol, max(100 - 10 * (len(found) - len(known)), 20))
    for node in roots:
        array_shape(node.rows, node.cols, found)
    return found
