r"""A Python function as it is written, in LaTeX: what the author's code says, beside what we derive.

latexify-py walks the syntax tree; its code generator drops keywords and the objects of methods, and writes A*x and A@x
alike. Here both are extended: what has a rule is written, everything else is refused with its reason. The result is
shown and never read back; without latexify (Python 3.14 and later) the report says so.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import linecache
from collections.abc import Mapping
from types import FunctionType
from typing import Any

import numpy as np

from ..language.reading.numpy import is_record, released
from .latexify_names import Scope, Unwritten

MISSING = "not shown: latexify-py is not installed (it has no release for Python 3.14 and later)"
LONG = 2_000


def shown(function: Any, axes: int | None = None) -> str:
    r"""The LaTeX of a function of one variable, or why there is none; `axes` are those of its first argument.

    >>> shown(lambda x: x @ x, 1)
    'f(x) = x^{\\top} x'
    """
    try:
        text = written(function, axes)
    except Unwritten as error:
        return f"not shown: {error}"
    return text if len(text) <= LONG else "not shown: it is too long"


def written(function: Any, axes: int | None = None) -> str:
    """The LaTeX of a function; Unwritten with the reason where it cannot be written."""
    try:
        codegen = importlib.import_module("symnorm.rendering.latexify_function")
    except ImportError as error:
        raise Unwritten(MISSING.removeprefix("not shown: ")) from error
    function, held = released(function)
    target = inspect.unwrap(function) if callable(function) else function
    target = getattr(target, "__func__", target)
    if not isinstance(target, FunctionType):
        raise Unwritten(f"{type(function).__name__} is not a Python function")
    tree, values = _tree(target), _values(target)
    for name, record in held.items():
        if is_record(record):
            fields = _Fields(name, record, target.__code__.co_varnames)
            tree, values = fields.visit(tree), {**values, **fields.found}
    try:
        return str(codegen.function_latex(tree, Scope(values, _axes(tree, axes, held))))
    except Unwritten:
        raise
    except Exception as error:
        raise Unwritten(f"latexify refuses it: {' '.join(str(error).split())[:200]}") from error


def _tree(function: FunctionType) -> ast.FunctionDef:
    """The definition of a function; a lambda, found by the places of its instructions, becomes the function f."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    try:
        lines, _ = inspect.findsource(function)
        module = ast.parse("".join(lines))
    except (OSError, TypeError, SyntaxError, ValueError) as error:
        raise Unwritten("its source is not at hand") from error
    places = {(line, column) for line, _, column, _ in code.co_positions() if line is not None}
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__:
            if code.co_firstlineno in (node.lineno, *(d.lineno for d in node.decorator_list)):
                return _numbered(node)
        if isinstance(node, ast.Lambda) and (node.body.lineno, node.body.col_offset) in places:
            if [a.arg for a in node.args.args] == list(code.co_varnames[: len(node.args.args)]):
                made = ast.FunctionDef(name="f", args=node.args, body=[ast.Return(node.body)], decorator_list=[])
                return _numbered(ast.fix_missing_locations(ast.copy_location(made, node)))
    raise Unwritten("its source cannot be found")


class _Fields(ast.NodeTransformer):
    """self.X as X: the arrays and numbers of an object by their own names, where no local name is the same."""

    def __init__(self, owner: str, record: Any, local: tuple[str, ...]) -> None:
        self.owner, self.record, self.local = owner, record, local
        self.found: dict[str, Any] = {}

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        node.args = [a for a in node.args if a.arg != self.owner]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        value = getattr(self.record, node.attr, None)
        own = isinstance(node.value, ast.Name) and node.value.id == self.owner and node.attr not in self.local
        if not own or not isinstance(value, (np.ndarray, float, int)):
            return node
        self.found[node.attr] = value
        return ast.copy_location(ast.Name(node.attr, ast.Load()), node)


def _numbered(node: ast.FunctionDef) -> ast.FunctionDef:
    """With lines counted from the first of the function."""
    return ast.increment_lineno(node, 1 - node.lineno)


def _values(function: FunctionType) -> Mapping[str, Any]:
    """What the names in the function stand for."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    held = {}
    for name, cell in cells:
        try:
            held[name] = cell.cell_contents
        except ValueError:
            continue
    return {**function.__globals__, **held}


def _axes(tree: ast.FunctionDef, axes: int | None, held: Mapping[str, Any]) -> dict[str, int | None]:
    """The number of axes of the parameters: known for the first free one, for those that are held, and for defaults."""
    names = [a.arg for a in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)]
    found: dict[str, int | None] = dict.fromkeys(names)
    free = [name for name in names if name not in held]
    if free:
        found[free[0]] = axes
    found |= {name: np.ndim(value) for name, value in held.items() if isinstance(value, (np.ndarray, int, float))}
    for name, value in zip(reversed(tree.args.args), reversed(tree.args.defaults), strict=False):
        if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
            found[name.arg] = 0
    return found


