"""What the names of a function stand for: how many axes an array has, and which NumPy function a call means."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

LIBRARIES = ("numpy", "scipy", "jax", "torch", "autograd", "math")


class Unwritten(Exception):
    """Code that cannot be written as a formula: the message says what and on which line."""


def refuse(what: str, node: ast.AST) -> Unwritten:
    """The reason, with the line of the function."""
    line = getattr(node, "lineno", None)
    return Unwritten(f"{what} is not written as a formula" + (f" (line {line} of it)" if line else ""))


@dataclass(slots=True)
class Scope:
    """The values that the function sees, and the axes of its parameters and local names (None: not known)."""

    values: Mapping[str, Any]
    axes: dict[str, int | None] = field(default_factory=dict)

    def axes_of(self, name: str) -> int | None:
        """The number of axes of a name."""
        if name in self.axes:
            return self.axes[name]
        value = self.values.get(name)
        if isinstance(value, (int, float)):
            return 0
        return int(value.ndim) if value is not None and hasattr(value, "ndim") and hasattr(value, "dtype") else None

    def library(self, func: ast.expr) -> str | None:
        """The name of a library function below its module, such as "linalg.norm"; None for anything else."""
        path = _path(func)
        if path is None or path[0] in self.axes:
            return None
        root, rest = self.values.get(path[0]), path[1:]
        if isinstance(root, ModuleType):
            inside = root.__name__.split(".")
            if inside[0] not in LIBRARIES:
                return None
            below = [p for p in inside[1:] if p in ("linalg", "special")]
            return ".".join((*below, *(p for p in rest if p not in ("numpy",))))
        if rest or root is None or isinstance(root, FunctionType) and _module(root) not in LIBRARIES:
            return None
        if _module(root) in LIBRARIES:
            name = getattr(root, "__name__", path[0])
            return f"linalg.{name}" if "linalg" in str(getattr(root, "__module__", "")) else name
        return None

    def is_builtin(self, func: ast.expr, name: str) -> bool:
        """Is it the built-in function of that name?"""
        return isinstance(func, ast.Name) and func.id == name and name not in self.axes and name not in self.values


def _path(func: ast.expr) -> list[str] | None:
    names: list[str] = []
    while isinstance(func, ast.Attribute):
        names.insert(0, func.attr)
        func = func.value
    return [func.id, *names] if isinstance(func, ast.Name) else None


def _module(value: Any) -> str:
    module = getattr(value, "__module__", None)
    return (str(module) if module else "numpy" if isinstance(value, np.ufunc) else "").split(".")[0].lstrip("_")
