"""The modules that a traced function sees: NumPy and SciPy, with the functions that make arrays replaced.

A function that NumPy hands over to its arguments (NEP 13, NEP 18) needs nothing here; those that look at no argument,
or turn a traced one into an array, do.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from ..build import identity, mul, ones, zero
from .numpy_functions import SCIPY
from .traced import FUNCTIONS, UFUNCS, Traced, traced


class Proxy:
    """NumPy or SciPy with the functions that make arrays replaced."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        if isinstance(value, ModuleType):
            return Proxy(value)
        if self._module.__name__.startswith("scipy") and name in SCIPY:
            return SCIPY[name]
        return (
            CREATED.get(name, value)
            if self._module.__name__ == "numpy"
            else _by_rule(self._module.__name__, name, value)
        )


def _by_rule(module: str, name: str, value: Any) -> Any:
    """scipy.linalg.solve and the like hand nothing over: the rule of NumPy's namesake is used."""
    rule = FUNCTIONS.get(f"linalg.{name}") if module == "scipy.linalg" else None
    return value if rule is None else rule


def is_numpy(value: Any) -> bool:
    return str(getattr(value, "__module__", "")).startswith("numpy")


def _sizes(shape: Any) -> tuple[Any, ...]:
    return tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)


def _full(number: Any) -> Callable[..., Traced]:
    def make(shape: Any, dtype: Any = None) -> Traced:
        sizes = _sizes(shape)
        return Traced(mul(traced(number).node, ones(*sizes)) if number else zero(*sizes), len(sizes))

    return make


def _eye(n: Any, dtype: Any = None) -> Traced:
    return Traced(identity(n), 2)


def _like(number: int) -> Callable[..., Any]:
    def make(x: Any, dtype: Any = None) -> Any:
        if not isinstance(x, Traced):
            return np.full_like(x, number)
        return Traced(mul(traced(number).node, ones(x.node.rows, x.node.cols)), x.ndim)

    return make


def _array(x: Any, dtype: Any = None, copy: Any = None) -> Any:
    return x if isinstance(x, Traced) else np.array(x, dtype=dtype)


CREATED: dict[str, Callable[..., Any]] = {
    "asarray": _array,
    "array": _array,
    "ascontiguousarray": _array,
    "asanyarray": _array,
    "atleast_1d": _array,
    "eye": _eye,
    "identity": _eye,
    "ones": _full(1),
    "zeros": _full(0),
    "ones_like": _like(1),
    "zeros_like": _like(0),
    "full": lambda shape, fill_value, dtype=None: UFUNCS["multiply"](_full(1)(shape), fill_value),
    "square": lambda x: UFUNCS["square"](x) if isinstance(x, Traced) else np.square(x),
    "float64": lambda x: x,
}
"""Functions of NumPy that see no traced argument, or would turn one into an array."""
