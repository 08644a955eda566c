"""A compiled function: the code for the sizes and type of its arguments, written when they are first seen, and kept."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, Signature
from itertools import count
from types import CodeType
from typing import Any

import numpy as np

from ..errors import Misuse, OutsideDomain, ShapeError, TooLarge
from ..language.node import Node, Variable, postorder
from ..language.operations import OPERATIONS
from .arguments import convert, default_sizes, kind_of
from .backends import Backend
from .calling import ABSENT, entry, moved, tested
from .emit import Emitter
from .inverses import with_inverses
from .lower import Lower
from .lower_tensors import Root, nodes_of, results
from .sizes import Sizes, given_sizes, read_sizes, symbols_in
from .source import Source
from .value import Value

_FILES = count()


@dataclass(frozen=True, slots=True)
class Code:
    """The function for arguments of given shapes and type, its source, and the code that tests that they are these."""

    run: Callable[..., Any]
    source: str
    tested: CodeType


class Compiled:
    """What a compiled function knows: its expressions, its arguments, and the code for the shapes seen so far."""

    def __init__(self, roots: tuple[Root, ...], form: Any, order: tuple[Variable, ...],
                 bound: Mapping[Variable, Any], backend: Backend, sizes: Mapping[Any, int] | None, gram: bool) -> None:
        self.roots, self.form, self.order, self.backend, self.gram = roots, form, order, backend, gram
        self.nodes = nodes_of(roots)
        self.places = {v.name: i for i, v in enumerate(order)}
        self.sizes = given_sizes(sizes, symbols_in([*postorder(self.nodes), *order, *bound]))
        self.bound = {v: convert(v, value, None, backend) for v, value in bound.items()}
        self.sizes = read_sizes(((v, np.shape(value)) for v, value in self.bound.items()), self.sizes)
        self.files: dict[str, Source] = {}
        self.origin: dict[Value, Node] = {}
        self.codes: dict[Any, Code] = {}
        self.function = entry(self, len(order))
        self._describe()
        self._preview()

    def slow(self, values: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """A call with arguments by name, of another shape or type, or of something that becomes an array."""
        found = self._collect(values, named)
        arrays = [convert(v, a, None, self.backend) for v, a in zip(self.order, found, strict=True)]
        shapes = tuple(np.shape(a) for a in arrays)
        dtype = kind_of([*arrays, *self.bound.values()])
        code = self.codes.get((shapes, dtype))
        if code is None:
            sizes = read_sizes(zip(self.order, shapes, strict=True), self.sizes)
            code = self.codes[shapes, dtype] = self._write(sizes, dtype, shapes)
        self._show(code)
        arrays = [convert(v, a, dtype, self.backend) for v, a in zip(self.order, arrays, strict=True)]
        try:
            return code.run(*arrays)
        except OutsideDomain as error:
            raise self.explained(error) from error

    def _show(self, code: Code) -> None:
        """This code is tried first from now on, and shown."""
        self.function.__code__ = code.tested
        self.function.source, self.function.__wrapped__ = code.source, code.run  # type: ignore[attr-defined]

    def _collect(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """Arguments given by name, in call order."""
        found = list(values)
        names = ", ".join(self.places)
        if len(found) > len(self.places):
            raise Misuse(f"{len(self.places)} arguments ({names}), got {len(values)}")
        for name, value in named.items():
            at = self.places.get(name)
            if at is None:
                raise Misuse(f"there is no argument {name!r}: the arguments are {names or 'none'}")
            if found[at] is not ABSENT:
                raise Misuse(f"{name} was given twice")
            found[at] = value
        missing = [name for name, i in self.places.items() if found[i] is ABSENT]
        if missing:
            raise Misuse(f"no value for {', '.join(missing)}")
        return tuple(found)

    def _describe(self) -> None:
        """Docstring and signature; names of variables stand in the signature alone."""
        ranks = {0: "a scalar", 1: "a vector (1-D)", 2: "a matrix (2-D)"}
        listed = "; ".join(f"{i}: {ranks[len(v.shape)]}" for i, v in enumerate(self.order))
        self.function.__doc__ = f"A compiled expression of {len(self.order)} arguments. {listed}"
        parameters = []
        for i, v in enumerate(self.order):
            try:
                parameters.append(Parameter(v.name, Parameter.POSITIONAL_OR_KEYWORD))
            except ValueError:
                parameters.append(Parameter(f"a{i}", Parameter.POSITIONAL_OR_KEYWORD))
        self.function.__signature__ = Signature(parameters)  # type: ignore[attr-defined]

    def _preview(self) -> None:
        """Source for sizes that nobody has asked for yet, so that it can be read before the first call."""
        self.function.source = ""  # type: ignore[attr-defined]
        try:
            sizes = default_sizes(self.nodes, self.order, self.sizes)
            source, space = self._compile(sizes, "float64")
        except (ShapeError, TooLarge):
            return
        self.function.source = source.text  # type: ignore[attr-defined]
        if not self.bound:
            self.function.__wrapped__ = space["compiled"]  # type: ignore[attr-defined]

    def _write(self, sizes: Sizes, dtype: str, shapes: tuple[tuple[int, ...], ...]) -> Code:
        source, space = self._compile(sizes, dtype)
        if not self.bound:
            return Code(space["compiled"], source.text, self._tested(source, space, dtype, shapes))
        try:
            run = space["bind"](*(_cast(v, dtype) for v in self.bound.values()))
        except OutsideDomain as error:
            raise self.explained(error) from error
        return Code(run, source.text, self._tested(source, {"compiled": run}, dtype, shapes))

    def _tested(self, source: Source, space: dict[str, Any], dtype: str,
                shapes: tuple[tuple[int, ...], ...]) -> CodeType:
        """The test and the lines in one function; a call in place of lines that use more than imported names."""
        known = self.function.__globals__  # type: ignore[attr-defined]
        lines = source.lines
        if self.bound or source.operations:
            name = f"run{len(self.codes)}"
            known[name] = space["compiled"]
            lines = (f"return {name}({', '.join(f'a{i}' for i in range(len(shapes)))})",)
        else:
            known |= {name: value for name, value in space.items() if name not in ("compiled", "__builtins__")}
        text = tested(self, [len(v.shape) == 0 for v in self.order], shapes, dtype, lines)
        return self._made(moved(source, text), dict(known))["compiled"].__code__

    def _compile(self, sizes: Sizes, dtype: str) -> tuple[Source, dict[str, Any]]:
        """The source for given sizes, and the names that it defines."""
        leaves: dict[Node, int] = {v: i for i, v in enumerate(self.bound)} | {v: i for i, v in enumerate(self.order)}
        lower = Lower(self.nodes, leaves, frozenset(self.bound), sizes, gram=self.gram, tiled=self.backend.in_place)
        values = with_inverses(lower.program, results(lower, self.roots), lower.origin)
        emitter = Emitter(self.backend, values, len(self.order), len(self.bound), dtype)
        source = emitter.run("compiled", self.form)
        self.origin |= lower.origin
        return source, self._made(source, {f"u{i}": OPERATIONS[name].value for i, name in enumerate(source.operations)})

    def _made(self, source: Source, space: dict[str, Any]) -> dict[str, Any]:
        """The names that a source defines beside those of `space`; tracebacks show its lines."""
        filename = f"<symnorm-compiled-{next(_FILES)}>"
        linecache.cache[filename] = (len(source.text), None, source.text.splitlines(keepends=True), filename)
        self.files[filename] = source
        exec(compile(source.text, filename, "exec"), space)
        return space

    def explained(self, error: OutsideDomain) -> OutsideDomain:
        """The error of a factorisation, with the matrix that it was asked of."""
        trace = error.__traceback__
        while trace is not None:
            source = self.files.get(trace.tb_frame.f_code.co_filename)
            if source is not None:
                factors = source.factor_lines.get(trace.tb_lineno, ())
                matrices = [self.origin[f] for f in factors if f in self.origin]
                if matrices:
                    return OutsideDomain(f"{' or '.join(dict.fromkeys(map(str, matrices)))} {error.args[0]}")
            trace = trace.tb_next
        return error


def _cast(value: Any, dtype: str) -> Any:
    return value.astype(dtype) if isinstance(value, np.ndarray) and value.dtype != dtype else value
