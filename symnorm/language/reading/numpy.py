"""NumPy functions as expressions: the function is run once on values that record what is done to them.

Parameters become variables as declared; arrays that the function captures become variables of their own names. The
function runs with its own code: it is user code, and it is executed. What it did is only trusted once the expression
has been compared with it (`symnorm.numeric.traced.from_numpy` does so).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import CellType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from ...errors import Misuse, ReadingError
from ..leaves import variable
from ..node import Node, Variable
from .declarations import read_declarations
from .numpy_functions import SCIPY
from .numpy_modules import CREATED, Proxy, is_numpy
from .traced import Traced, refused, traced

MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Trace:
    """What a function does: the expression, its parameters in order, and the values of the arrays it captured."""

    expr: Node
    parameters: tuple[Variable, ...]
    captured: Mapping[Variable, Any]


@dataclass(slots=True)
class _Run:
    """One tracing run: declared variables, captured arrays, functions already rebuilt."""

    declared: Mapping[str, Variable]
    parameters: frozenset[str]
    captured: dict[Variable, Any] = field(default_factory=dict)
    rebuilt: dict[int, Any] = field(default_factory=dict)

    def stand_in(self, name: str, value: Any, depth: int) -> Any:
        """What takes the place of a captured value."""
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiu" and value.ndim <= 2 and value.size:
            return self.array(name, value)
        if isinstance(value, float) and name in self.declared:
            return self.array(name, np.asarray(value))
        if isinstance(value, ModuleType) and value.__name__.split(".")[0] in ("numpy", "scipy"):
            return Proxy(value)
        if (
            getattr(value, "__module__", "")
            and str(getattr(value, "__module__", "")).startswith("scipy")
            and name in SCIPY
        ):
            return SCIPY[name]
        if (
            isinstance(value, FunctionType)
            and not (value.__module__ or "").startswith(("numpy", "scipy"))
            and depth < MAX_DEPTH
        ):
            return self.function(value, depth + 1)
        if is_record(value):
            return Record(self, value, depth)
        made = CREATED.get(getattr(value, "__name__", "")) if callable(value) and is_numpy(value) else None
        return made if made is not None else value

    def array(self, name: str, value: Any) -> Traced:
        """A variable for the array, of its own name; another one when an array or a parameter has that already."""
        known = self.declared.get(name)
        shape = tuple(int(s) for s in np.shape(value))
        found = known if known is not None and name not in self.parameters else _shaped(name, shape)
        while found.name in self.parameters or self.captured.get(found, value) is not value:
            found = _shaped(f"{found.name}_", shape)
        self.captured[found] = value
        return Traced(found, value.ndim)

    def function(self, function: FunctionType, depth: int = 0) -> FunctionType:
        """The function with stand-ins for what it captures."""
        if id(function) in self.rebuilt:
            return self.rebuilt[id(function)]  # type: ignore[no-any-return]
        scope = dict(function.__globals__)
        cells = function.__closure__ or ()
        made = FunctionType(
            function.__code__, scope, function.__name__, function.__defaults__, tuple(CellType() for _ in cells)
        )
        made.__kwdefaults__ = function.__kwdefaults__
        self.rebuilt[id(function)] = made
        for name in _names_in(function):
            if name in scope:
                scope[name] = self.stand_in(name, scope[name], depth)
        for name, old, new in zip(function.__code__.co_freevars, cells, made.__closure__ or (), strict=True):
            new.cell_contents = self.stand_in(name, old.cell_contents, depth)
        return made


class Record:
    """An object of the user's: its arrays stand for variables of their own names, its methods see it so."""

    __slots__ = ("_depth", "_run", "_value")

    def __init__(self, run: _Run, value: Any, depth: int) -> None:
        for name, held in (("_run", run), ("_value", value), ("_depth", depth)):
            object.__setattr__(self, name, held)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._value, name)
        if isinstance(value, MethodType) and value.__self__ is self._value and isinstance(value.__func__, FunctionType):
            return MethodType(self._run.function(value.__func__, self._depth + 1), self)
        return self._run.stand_in(name, value, self._depth)

    def __setattr__(self, name: str, value: Any) -> None:
        raise refused(f"setting the attribute {name}")


def is_record(value: Any) -> bool:
    """An instance of a class of the user's that is no container and cannot be called."""
    return (
        type(value).__module__.split(".")[0] not in ("builtins", "numpy", "scipy", "functools", "sympy", "symnorm")
        and not isinstance(value, type)
        and not any(hasattr(value, name) for name in ("__call__", "__getitem__", "__iter__", "__array__"))
    )


def trace(
    function: Callable[..., Any], declare: Any = None, shapes: Mapping[str, tuple[int, ...]] | None = None
) -> Trace:
    """Run `function` on stand-ins for its parameters; those that functools.partial holds are captured.

    Raises    ReadingError where the function does what has no rule; Misuse where a parameter has no declared shape.
    """
    function, bound = released(function)
    if not isinstance(function, FunctionType):
        raise Misuse(f"a Python function is needed for tracing, got {type(function).__name__}")
    declared = _declared(declare)
    run = _Run(declared, frozenset(inspect.signature(function).parameters) - set(bound))
    parameters = []
    held = {name: run.stand_in(name, value, 0) for name, value in bound.items()}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise refused(f"the parameter *{name}", "name the parameters")
        if name in held:
            continue
        if name in declared:
            parameters.append(declared[name])
        elif shapes and name in shapes:
            parameters.append(_shaped(name, shapes[name]))
        elif parameter.default is parameter.empty:
            raise Misuse(f'the shape of the parameter {name} is not known: declare="{name}: n"')
    try:
        result = run.function(function)(**held, **{v.name: Traced(v) for v in parameters})
    except ReadingError as error:
        raise ReadingError(error.problem + _sizes_hint(parameters, run.captured)) from error
    except Exception as error:
        raise refused(f"{function.__name__} (it raised {type(error).__name__}: {error})") from error
    if result is None or isinstance(result, (tuple, list, dict)):
        raise refused(f"a function that returns {type(result).__name__}", "return one scalar or array")
    return Trace(traced(result).node, tuple(parameters), dict(run.captured))


def _sizes_hint(parameters: list[Variable], captured: Mapping[Variable, Any]) -> str:
    """What to declare where letters for sizes meet the known sizes of captured arrays."""
    known = [v for v in captured if v.shape and not any(s.free_symbols for s in v.shape)]
    lettered = [v for v in parameters if any(s.free_symbols for s in v.shape)]
    if not known or not lettered:
        return ""
    sizes = ", ".join(f"{v.name} is {' x '.join(map(str, v.shape))}" for v in known[:4])
    letters = dict(zip(dict.fromkeys(s for v in known[:4] for s in v.shape), "mnpqkrst", strict=False))
    fit = ", ".join(f"{v.name}: {' x '.join(letters[s] for s in v.shape)}" for v in known[:4])
    return f"; {sizes}: declare {lettered[0].name} with numbers, or letters for these too ({fit}, ...)"


def released(function: Any) -> tuple[Any, Mapping[str, Any]]:
    """The function below a method or functools.partial, and the arguments that it is given."""
    if isinstance(function, MethodType):
        return function.__func__, {next(iter(inspect.signature(function.__func__).parameters)): function.__self__}
    if not isinstance(function, partial):
        return function, {}
    return function.func, inspect.signature(function.func).bind_partial(*function.args, **function.keywords).arguments


def _shaped(name: str, shape: tuple[int, ...]) -> Variable:
    rows, cols = (*shape, 1, 1)[:2]
    return variable(name, rows, cols)


def _declared(declare: Any) -> dict[str, Variable]:
    if declare is None:
        return {}
    if isinstance(declare, str):
        return {d.name: variable(d.name, d.rows, d.cols, d.properties) for d in read_declarations(declare)}
    return {v.name: v for v in declare}


def _names_in(function: FunctionType) -> set[str]:
    """The global names in the code, nested functions included."""
    names: set[str] = set()
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        names.update(code.co_names)
        codes.extend(c for c in code.co_consts if hasattr(c, "co_names"))
    return names
