"""`lambdify`: expressions as Python functions on arrays.

The source is written for the sizes and the type of the arguments, when they are first seen, and kept; a call checks
that shapes and types are the ones it was written for, and runs it.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import Parameter, Signature
from itertools import count
from typing import Any

import numpy as np

from ..engine.tensor import Tensor
from ..errors import Misuse, OutsideDomain, ShapeError
from ..language.build import as_node
from ..language.node import Node, Variable, postorder
from ..language.operations import OPERATIONS
from . import lower_algebra, lower_functions, lower_products, solves, structure  # noqa: F401  register their lowerings
from .arguments import convert, default_sizes, kind_of
from .backends import BACKENDS, Backend
from .emit import Emitter, Source
from .ir import Value
from .lower import Lower
from .sizes import Sizes, array_shape, given_sizes, read_sizes, symbols_in
from .tensors import compile_tensor

_FILES = count()
MISSING: Any = object()


def lambdify(e: Any, args: Sequence[Any] | Any = None, backend: str = "numpy", *, constants: Mapping[Any, Any] | None = None,
             sizes: Mapping[Any, int] | None = None, value_and_grad: bool = False, gram: bool = True) -> Callable[..., Any]:
    """A function on arrays for an expression, or for several that share their work.

    Shapes    vectors are 1-D arrays in and out, scalars floats, matrices 2-D, rows (1, n).
    args      variables or their names in call order; default: those of the expression, in order of first appearance.
              The arguments can also be given by name. Their shapes fix the symbolic sizes; `sizes` gives the others.
    constants data bound once: what depends on it alone is computed once. `gram=False` keeps A'(Ax - b) from becoming
              (A'A)x - A'b, which is cheaper for repeated calls and squares the condition number.
    Raises    ShapeError for shapes that do not fit; OutsideDomain for a matrix that must be invertible and is not.

    `.source` is the code; `inspect.getsource` shows the part for the shapes seen last.

    >>> import numpy as np, symnorm as sn
    >>> A, x, b = sn.variables("A: m x n, x: n, b: m")
    >>> f = lambdify(A.T @ (A @ x - b), args=[A, x, b])
    >>> f(np.eye(2), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([0., 1.])
    """
    if isinstance(e, Tensor):
        return compile_tensor(e, args, lambdify, backend=backend, constants=constants, sizes=sizes, gram=gram)
    roots, is_tuple = _roots(e, args, value_and_grad)
    if backend not in BACKENDS:
        raise Misuse(f"the backends are {', '.join(BACKENDS)}, got {backend!r}")
    bound = _by_variable(constants or {}, roots)
    order = _arguments(roots, args, frozenset(bound))
    return Compiled(roots, is_tuple, order, bound, BACKENDS[backend](), sizes, gram).function()


def _roots(e: Any, args: Any, value_and_grad: bool) -> tuple[tuple[Node, ...], bool]:
    lowered = getattr(e, "as_nodes", None)
    if lowered is not None:
        e = lowered()
    elif hasattr(e, "result") and not isinstance(e, Node):
        e = e.result
    is_tuple = isinstance(e, (tuple, list))
    roots = tuple(as_node(getattr(item, "result", item) if not isinstance(item, Node) else item) for item in (e if is_tuple else (e,)))
    if not roots:
        raise Misuse("lambdify needs at least one expression")
    if value_and_grad:
        from ..derivation.calls import gradient

        if len(roots) != 1 or not roots[0].is_scalar:
            raise Misuse("value_and_grad=True needs one scalar expression")
        first = args[0] if isinstance(args, (list, tuple)) and args else args
        if first is None:
            raise Misuse("value_and_grad=True needs args: the gradient is by the first of them")
        return (roots[0], as_node(gradient(roots[0], first))), True
    return roots, is_tuple


def variables_of(roots: Iterable[Node]) -> list[Variable]:
    """The variables in order of first appearance, from the left."""
    found: dict[Variable, None] = {}
    seen: set[Node] = set()
    stack = list(roots)[::-1]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, Variable):
            found[node] = None
        stack.extend(node.args[::-1])
    return list(found)


def _named(item: Any, roots: tuple[Node, ...], what: str) -> Variable:
    """A variable, or the one with that name in the expressions."""
    if isinstance(item, Variable):
        return item
    if isinstance(item, Node) and not item.args and item.free == {item}:
        return item
    if isinstance(item, str):
        known = variables_of(roots)
        for variable in known:
            if variable.name == item:
                return variable
        names = ", ".join(v.name for v in known) or "none"
        raise Misuse(f"{what} names {item!r}; the variables of the expression are: {names}")
    raise Misuse(f"{what} takes variables or their names, got {item!r}")


def _by_variable(constants: Mapping[Any, Any], roots: tuple[Node, ...]) -> dict[Variable, Any]:
    return {_named(key, roots, "constants"): value for key, value in constants.items()}


def _arguments(roots: tuple[Node, ...], args: Any, bound: frozenset[Variable]) -> tuple[Variable, ...]:
    free = [v for v in variables_of(roots) if v not in bound]
    if args is None:
        return tuple(free)
    items = args if isinstance(args, (list, tuple)) else (args,)
    order = tuple(_named(item, roots, "args") for item in items)
    if len(set(order)) != len(order):
        raise Misuse(f"args holds a variable twice: {', '.join(v.name for v in order)}")
    twice = [v.name for v in order if v in bound]
    if twice:
        raise Misuse(f"{', '.join(twice)} is in args and in constants")
    missing = [v.name for v in free if v not in order]
    if missing:
        raise Misuse(f"the expression also depends on {', '.join(missing)}: add it to args, or give it in constants")
    return order


class Compiled:
    """What a compiled function knows: its expressions, its arguments, and the code for the shapes seen so far."""

    def __init__(self, roots: tuple[Node, ...], is_tuple: bool, order: tuple[Variable, ...], bound: Mapping[Variable, Any],
                 backend: Backend, sizes: Mapping[Any, int] | None, gram: bool) -> None:
        self.roots, self.is_tuple, self.order, self.backend, self.gram = roots, is_tuple, order, backend, gram
        self.sizes = given_sizes(sizes, symbols_in([*postorder(roots), *order, *bound]))
        self.bound = {v: convert(v, value, None, backend) for v, value in bound.items()}
        self.sizes = read_sizes(((v, np.shape(value)) for v, value in self.bound.items()), self.sizes)
        self.files: dict[str, Source] = {}
        self.origins: dict[str, dict[Value, Node]] = {}
        self.bodies: dict[Any, Callable[..., Any]] = {}

    def function(self) -> Callable[..., Any]:
        """The function that the caller gets."""
        names = {v.name: i for i, v in enumerate(self.order)}
        n = len(self.order)
        current: Any = self._first

        def compiled(*values: Any, **named: Any) -> Any:
            if named or len(values) != n:
                values = self._collect(values, named, names)
            try:
                return current(*values)
            except Unseen:
                pass
            except OutsideDomain as error:
                raise self._explained(error) from error
            return select(values)

        def select(values: tuple[Any, ...]) -> Any:
            """The code for arguments of another kind, or the arguments made of the kind that the code takes."""
            nonlocal current
            current = self._for(values)
            compiled.source, compiled.__wrapped__ = current.source, current.body  # type: ignore[attr-defined]
            arrays = [convert(v, a, current.dtype, self.backend) for v, a in zip(self.order, values, strict=True)]
            try:
                return current.body(*arrays)
            except OutsideDomain as error:
                raise self._explained(error) from error

        self._describe(compiled)
        self._preview(compiled)
        return compiled

    def _first(self, *values: Any) -> Any:
        raise Unseen

    def _collect(self, values: tuple[Any, ...], named: dict[str, Any], names: dict[str, int]) -> tuple[Any, ...]:
        """Arguments given by name, in call order."""
        found = [*values, *[MISSING] * (len(names) - len(values))]
        if len(found) > len(names):
            raise Misuse(f"{len(names)} arguments ({', '.join(names)}), got {len(values)}")
        for name, value in named.items():
            at = names.get(name)
            if at is None:
                raise Misuse(f"there is no argument {name!r}: the arguments are {', '.join(names) or 'none'}")
            if found[at] is not MISSING:
                raise Misuse(f"{name} was given twice")
            found[at] = value
        missing = [name for name, i in names.items() if found[i] is MISSING]
        if missing:
            raise Misuse(f"no value for {', '.join(missing)}")
        return tuple(found)

    def _describe(self, compiled: Any) -> None:
        compiled.__name__ = compiled.__qualname__ = "compiled"
        ranks = {0: "a scalar", 1: "a vector (1-D)", 2: "a matrix (2-D)"}
        listed = "; ".join(f"{i}: {ranks[len(v.shape)]}" for i, v in enumerate(self.order))
        compiled.__doc__ = f"A compiled expression of {len(self.order)} arguments. {listed}"
        parameters = []
        for i, v in enumerate(self.order):
            name = v.name if v.name.isidentifier() else f"a{i}"
            try:
                parameters.append(Parameter(name, Parameter.POSITIONAL_OR_KEYWORD))
            except ValueError:
                parameters.append(Parameter(f"a{i}", Parameter.POSITIONAL_OR_KEYWORD))
        compiled.__signature__ = Signature(parameters)

    def _preview(self, compiled: Any) -> None:
        """Source for sizes that nobody has asked for yet, so that it can be read before the first call."""
        try:
            body = self._body(default_sizes(self.roots, self.order, self.sizes), "float64", bind=not self.bound)
        except ShapeError:
            compiled.source = ""
            return
        compiled.source = body.source
        if not self.bound:
            compiled.__wrapped__ = body.body

    def _for(self, values: tuple[Any, ...]) -> Any:
        """The code for these arguments."""
        arrays = [convert(v, a, None, self.backend) for v, a in zip(self.order, values, strict=True)]
        shapes = tuple(np.shape(a) for a in arrays)
        dtype = kind_of([*arrays, *self.bound.values()])
        key = (shapes, dtype)
        found = self.bodies.get(key)
        if found is None:
            sizes = read_sizes(zip(self.order, shapes, strict=True), self.sizes)
            found = self.bodies[key] = self._body(sizes, dtype)
        return found

    def _body(self, sizes: Sizes, dtype: str, bind: bool = True) -> Any:
        """The guarded function for given sizes."""
        leaves: dict[Node, int] = {v: i for i, v in enumerate(self.bound)} | {v: i for i, v in enumerate(self.order)}
        lower = Lower(self.roots, leaves, frozenset(self.bound), sizes, gram=self.gram)
        results = lower.run()
        emitter = Emitter(self.backend, results, len(self.order), len(self.bound), dtype)
        source = emitter.run("compiled", self.is_tuple)
        filename = f"<symnorm-compiled-{next(_FILES)}>"
        linecache.cache[filename] = (len(source.text), None, source.text.splitlines(keepends=True), filename)
        self.files[filename], self.origins[filename] = source, lower.origin
        space = {f"u{i}": OPERATIONS[name].value for i, name in enumerate(source.operations)}
        exec(compile(source.text, filename, "exec"), space)
        if self.bound:
            if not bind:
                return _Preview(source.text, None)
            try:
                body = space["bind"](*(_cast(v, dtype) for v in self.bound.values()))
            except OutsideDomain as error:
                raise self._explained(error) from error
        else:
            body = space["compiled"]
        shapes = [array_shape(v.rows, v.cols, sizes) for v in self.order]
        return guarded(body, shapes, dtype, self.backend, source.text)

    def _explained(self, error: OutsideDomain) -> OutsideDomain:
        """The error of a factorisation, with the matrix that it was asked of."""
        trace = error.__traceback__
        while trace is not None:
            source = self.files.get(trace.tb_frame.f_code.co_filename)
            if source is not None:
                known = self.origins[trace.tb_frame.f_code.co_filename]
                matrices = [known[f] for f in source.factor_lines.get(trace.tb_lineno, ()) if f in known]
                if matrices:
                    return OutsideDomain(f"{' or '.join(dict.fromkeys(map(str, matrices)))} {error.args[0]}")
            trace = trace.tb_next
        return error


class Unseen(Exception):
    """Arguments of other shapes or types than the code was written for."""


class _Preview:
    def __init__(self, source: str, body: Any) -> None:
        self.source, self.body = source, body


def _cast(value: Any, dtype: str) -> Any:
    return value.astype(dtype) if isinstance(value, np.ndarray) and value.dtype != dtype else value


def guarded(body: Callable[..., Any], shapes: list[tuple[int, ...]], dtype: str, backend: Backend, source: str) -> Any:
    """The body behind a test that the arguments are what it was written for."""
    names = [f"a{i}" for i in range(len(shapes))]
    tests = [backend.test.format(name=n, shape=s) if s else f"type({n}) is float" for n, s in zip(names, shapes, strict=True)]
    text = f"def guard({', '.join(names)}):\n"
    if tests:
        text += f"    if {' and '.join(tests)}:\n        return body({', '.join(names)})\n    raise Unseen\n"
    else:
        text += "    return body()\n"
    space = {"body": body, "Unseen": Unseen, **backend.space(dtype)}
    exec(text, space)
    function: Any = space["guard"]
    function.source, function.body, function.dtype = source, body, dtype
    return function
