"""A value that stands in for an array while a NumPy function runs: it records what is done to it.

NumPy hands its functions and ufuncs over through the protocols of NEP 13 and NEP 18; operators and methods are those of
arrays. What has no rule is refused by name, with what would work. `ndim` is that of the array: a vector of n is
1-D, and an n x 1 column is 2-D and broadcasts as one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import ReadingError
from ...shapes import ONE
from ..leaves import as_node
from ..node import Node

UFUNCS: dict[str, Callable[..., Traced]] = {}
"""What a ufunc does to traced values, by name; filled in by `numpy_rules`."""
FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""What a NumPy function does to traced values, by module and name; filled in by `numpy_rules`."""


class Traced:
    """An expression in the place of an array."""

    __slots__ = ("ndim", "node")

    def __init__(self, node: Node, ndim: int | None = None) -> None:
        self.node = node
        self.ndim = len(node.shape) if ndim is None else ndim

    @property
    def shape(self) -> tuple[Any, ...]:
        sizes = (self.node.rows, self.node.cols)
        found = sizes if self.ndim == 2 else sizes[:1] if self.ndim == 1 else ()
        return tuple(int(s) if s.is_Integer else s for s in found)

    @property
    def size(self) -> Any:
        product = self.node.rows * self.node.cols
        return int(product) if product.is_Integer else product

    @property
    def dtype(self) -> Any:
        import numpy as np

        return np.dtype(float)

    @property
    def T(self) -> Traced:
        return UFUNCS["transpose"](self)

    @property
    def mT(self) -> Traced:
        return UFUNCS["transpose"](self)

    @property
    def real(self) -> Traced:
        return self

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        out = options.pop("out", None)
        if out is not None and not all(o is self for o in (out if isinstance(out, tuple) else (out,))):
            raise refused(f"np.{name} with out=", "write the result to a new name")
        options.pop("where", None) if options.get("where") is True else None
        if method == "reduce" and name in ("add", "maximum", "minimum"):
            return FUNCTIONS[{"add": "sum", "maximum": "max", "minimum": "min"}[name]](
                *inputs, **{"axis": 0, **options}
            )
        if method != "__call__" or name not in UFUNCS:
            raise refused(f"np.{name}" + (f".{method}" if method != "__call__" else ""))
        if options:
            raise refused(f"np.{name} with {', '.join(options)}=")
        return UFUNCS[name](*inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        name = function.__name__
        module = getattr(function, "__module__", "numpy") or "numpy"
        rule = FUNCTIONS.get(f"{module.removeprefix('numpy.')}.{name}") or FUNCTIONS.get(name)
        if rule is None:
            raise refused(f"{module.replace('numpy', 'np', 1)}.{name}")
        try:
            return rule(*args, **options)
        except TypeError as error:
            raise refused(f"np.{name} called in this way ({error})") from error

    def __array__(self, *args: Any, **options: Any) -> Any:
        raise refused(
            "turning a traced value into an array (np.array, scipy, a list of entries)",
            "use NumPy functions of whole arrays",
        )

    def __bool__(self) -> bool:
        raise refused("a condition on a value (if, while, and, or)", "use np.where, np.maximum or np.abs")

    def __float__(self) -> float:
        raise refused("float(...) or a function of math", "use the function of NumPy")

    __int__ = __index__ = __complex__ = __float__  # type: ignore[assignment]

    def __len__(self) -> int:
        if self.ndim and self.node.rows.is_Integer:
            return int(self.node.rows)
        raise refused("len of a symbolic length", "use x.shape[0]")

    def __iter__(self) -> Any:
        raise refused("a loop over entries", "use functions of whole arrays")

    def __getitem__(self, key: Any) -> Traced:
        return FUNCTIONS["__getitem__"](self, key)  # type: ignore[no-any-return]

    def __setitem__(self, key: Any, value: Any) -> None:
        raise refused("assignment to entries", "build the array with an expression")

    def sum(self, *args: Any, **options: Any) -> Any:
        return FUNCTIONS["sum"](self, *args, **options)

    def mean(self, *args: Any, **options: Any) -> Any:
        return FUNCTIONS["mean"](self, *args, **options)

    def max(self, *args: Any, **options: Any) -> Any:
        return FUNCTIONS["max"](self, *args, **options)

    def min(self, *args: Any, **options: Any) -> Any:
        return FUNCTIONS["min"](self, *args, **options)

    def dot(self, other: Any) -> Any:
        return FUNCTIONS["dot"](self, other)

    def trace(self) -> Any:
        return FUNCTIONS["trace"](self)

    def diagonal(self) -> Any:
        return FUNCTIONS["diagonal"](self)

    def transpose(self) -> Any:
        return UFUNCS["transpose"](self)

    def ravel(self, *args: Any, **options: Any) -> Any:
        return FUNCTIONS["ravel"](self, *args, **options)

    flatten = ravel

    def reshape(self, *shape: Any, **options: Any) -> Any:
        return FUNCTIONS["reshape"](self, *shape, **options)

    def copy(self) -> Traced:
        return self

    def astype(self, dtype: Any, **options: Any) -> Traced:
        return self

    def item(self) -> Traced:
        if self.ndim and not self.node.is_scalar:
            raise refused(".item() of an array")
        return Traced(self.node, 0)


def _operator(name: str, swapped: bool = False) -> Callable[[Traced, Any], Any]:
    def operator(self: Traced, other: Any) -> Any:
        if hasattr(other, "__array_ufunc__") and not isinstance(other, Traced) and getattr(other, "ndim", 0) > 2:
            return NotImplemented
        return UFUNCS[name](other, self) if swapped else UFUNCS[name](self, other)

    return operator


for _python, _ufunc in {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "pow": "power",
    "matmul": "matmul",
}.items():
    setattr(Traced, f"__{_python}__", _operator(_ufunc))
    setattr(Traced, f"__r{_python}__", _operator(_ufunc, swapped=True))
for _python, _ufunc in {"neg": "negative", "pos": "positive", "abs": "absolute"}.items():
    setattr(Traced, f"__{_python}__", lambda self, _name=_ufunc: UFUNCS[_name](self))


def _compared(self: Traced, other: Any) -> Any:
    raise refused("a comparison of values", "use np.where with np.sign, np.maximum or np.abs")


for _python in ("lt", "le", "gt", "ge"):
    setattr(Traced, f"__{_python}__", _compared)


def refused(what: str, remedy: str = "") -> ReadingError:
    """The error for something a traced function may not do."""
    return ReadingError(f"{what} cannot be traced" + (f": {remedy}" if remedy else ""))


def traced(value: Any, name: str | None = None) -> Traced:
    """A traced value from a traced value, a number or a small constant array."""
    if isinstance(value, Traced):
        return value
    if isinstance(value, Node):
        return Traced(value)
    if getattr(value, "ndim", 0):
        raise refused(
            "an array made inside the function", "give it a name outside the function, so that it is captured"
        )
    return Traced(as_node(value.item() if hasattr(value, "item") else value))


def is_column(value: Traced) -> bool:
    """A 2-D n x 1 array."""
    return value.ndim == 2 and value.node.cols is ONE
