"""From instructions to source: one line per shared value, the rest written where it is used.

Names are generated: a0, a1, ... arguments, c0, ... bound data, h0, ... what is computed from bound data alone, t0, ...
temporaries, u0, ... operations of the user. Large temporaries are used again in place where the backend allows it.
"""

from __future__ import annotations

from string import ascii_letters
from typing import Any

from .backends.backend import ATOM, Backend, Form
from .reuse import IN_PLACE, OUT, Reuse
from .source import Block, Source, assembled, written
from .value import FACTORS, VIEWS, Value, base_of, literal, reachable

WIDTH = 88
"""Longer expressions are cut by naming a part."""
WRITTEN_ON = frozenset({"add_diagonal", "on_diagonal"})
UFUNC = {"negate": "negative", "subtract": "subtract", "divide": "divide"}


class Emitter:
    """Writes the source of one function."""

    def __init__(self, backend: Backend, results: list[Value], arguments: int, bound: int, dtype: str) -> None:
        self.backend, self.results, self.dtype = backend, results, dtype
        self.arguments, self.bound = arguments, bound
        self.order = reachable(results)
        arrays = [v for v in self.order if v.op == "argument" and v.shape]
        self.device = f"{'c' if arrays[0].fixed else 'a'}{arrays[0].data[0]}.device" if arrays else "None"
        self.text: dict[Value, tuple[str, int]] = {}
        self.body, self.prelude = Block(), Block()
        self.temporaries = self.hoisted = 0
        self.imports: dict[str, str] = {}
        self.operations: list[str] = []
        self.fixed = {v for v in self.order if v.fixed and v.op not in ("number", "argument")} if bound else set()
        outside = {a for v in self.order if v not in self.fixed for a in v.args}
        self.hoists = self.fixed & (outside | set(results))
        self.reuse = Reuse(self.order, results, self.hoists, backend.in_place)

    def run(self, name: str, form: Any) -> Source:
        """The source; `form` is the place of the one result, or a tuple of places or of such tuples."""
        for value in self.order:
            self._value(value)
        returned = written([self._final(i, v) for i, v in enumerate(self.results)], form)
        self.body.lines.append((f"return {returned}", tuple(f for v in self.results for f in self._factors(v))))
        return self._assemble(name)

    def _value(self, value: Value) -> None:
        if value.op in WRITTEN_ON and self.backend.in_place:
            self._write_on(value, self.prelude if value in self.fixed else self.body)
            return
        turned = self.reuse.turned_term(value)
        if turned is not None:
            self._add_to_copy(value, turned, self.prelude if value in self.fixed else self.body)
            return
        text, level = self._write(value)
        if self._must_name(value, text):
            self._name(value, text, level)
        else:
            self.text[value] = text, level

    def _add_to_copy(self, value: Value, turned: Value, block: Block) -> None:
        """A + B' as a copy of B', to which A is added: faster than a walk in both orders."""
        name = self._fresh(value)
        other = value.args[0] if turned is value.args[1] else value.args[1]
        block.lines.append((f"{name} = {self._argument(turned, ATOM)}.copy()", self._factors(turned)))
        block.lines.append((f"{name} += {self._argument(other, 0)}", self._factors(value)))
        self.text[value] = name, ATOM
        self.reuse.named.add(value)

    def _write(self, value: Value) -> tuple[str, int]:
        if value.op == "argument":
            return f"{'c' if value.fixed else 'a'}{value.data[0]}", ATOM
        if value.op == "number":
            return literal(value.data[0])
        form = self._form(value)
        values = [self._argument(a, form.needs[i] if i < len(form.needs) else 0) for i, a in enumerate(value.args)]
        return form.pattern.format(*values, dtype=self.dtype, largest="88.0" if self.dtype == "float32" else "709.0",
                                   typed="" if self.dtype == "float64" else f", dtype=np.{self.dtype}",
                                   device=self.device), form.level

    def _form(self, value: Value) -> Form:
        if value.op == "applied":
            if value.data[0] not in self.operations:
                self.operations.append(value.data[0])
            name = f"u{self.operations.index(value.data[0])}"
            return Form(f"{name}({', '.join(f'{{{i}}}' for i in range(len(value.args)))})")
        form = self.backend.forms[value.op]
        form = form if isinstance(form, Form) else form(value)
        kernel = form.pattern.partition("(")[0]
        if kernel in self.backend.imports:
            self.imports[kernel] = self.backend.imports[kernel]
        return form

    def _argument(self, value: Value, needs: int) -> str:
        text, level = self.text[value]
        return text if level >= needs else f"({text})"

    def _must_name(self, value: Value, text: str) -> bool:
        if value.op in ("argument", "number", "largest_exponent"):
            return False
        if value in self.hoists or value.op in FACTORS:
            return True
        if value.op == "reshape" and (self.reuse.uses[value] > 1 or self.reuse.reused(value)):
            return True
        if value.op in VIEWS and value.op != "full" and all(self._is_name(a) for a in value.args):
            return False
        if self.reuse.uses[value] > 1 or len(text) > WIDTH:
            return True
        return self.reuse.reused(value)

    def _is_name(self, value: Value) -> bool:
        text = self.text[value][0]
        return text.isidentifier() or (value.op in VIEWS and len(text) < 24)

    def _name(self, value: Value, text: str, level: int) -> None:
        block = self.prelude if value in self.fixed else self.body
        operand = self.reuse.owned_operand(value)
        if operand is not None and operand in self.reuse.named and value not in self.hoists:
            name = self.text[operand][0]
            block.lines.append((self._update(value, operand, name), self._factors(value)))
        else:
            name = self._fresh(value)
            block.lines.append((f"{name} = {text}", self._factors(value)))
        self.text[value] = name, ATOM
        self.reuse.named.add(value)

    def _fresh(self, value: Value) -> str:
        if value in self.fixed:
            self.hoisted += 1
            return f"h{self.hoisted - 1}"
        self.temporaries += 1
        return f"t{self.temporaries - 1}"

    def _update(self, value: Value, operand: Value, name: str) -> str:
        if value.op in OUT:
            return f"np.{UFUNC.get(value.op, value.op)}({name}, out={name})"
        if value.args[0] is operand:
            return f"{name} {IN_PLACE[value.op]} {self._argument(value.args[1], 0)}"
        other = self._argument(value.args[0], 0)
        if value.op in ("add", "multiply"):
            return f"{name} {IN_PLACE[value.op]} {other}"
        return f"np.{UFUNC[value.op]}({other}, {name}, out={name})"

    def _write_on(self, value: Value, block: Block) -> None:
        """The array, or a copy of it where something else reads it, with the entries of a diagonal raised."""
        array, entries = value.args
        name = self._writable(value, array, block)
        text = self._argument(entries, 0)
        if value.op == "add_diagonal":
            block.lines.append((f"{name}.flat[::{value.shape[0] + 1}] += {text}", self._factors(entries)))
        else:
            full, places, negative = value.data
            labels = "".join(ascii_letters[i] for i in places)
            shown = name if array.shape == full else f"{name}.reshape{full}"
            view = f't{self.temporaries}'
            self.temporaries += 1
            block.lines.append((f'{view} = np.einsum("{labels}->{"".join(dict.fromkeys(labels))}", {shown})', ()))
            first = array.op == "full" and not negative
            sign = "-=" if negative else "+="
            line = f"{view}[...] = {text}" if first else f"{view} {sign} {text}"
            block.lines.append((line, self._factors(entries)))
        self.text[value] = name, ATOM
        self.reuse.named.add(value)

    def _writable(self, value: Value, array: Value, block: Block) -> str:
        """The name of an array that may be written on."""
        text = self.text[array][0]
        if self.reuse.is_free(array) and array in self.reuse.named:
            return text
        name = self._fresh(value)
        zeros = array.op == "full" and not array.args[0].shape
        start = text if zeros or self.reuse.is_free(array) else f"{self._argument(array, ATOM)}.copy()"
        block.lines.append((f"{name} = {start}", self._factors(array)))
        return name

    def _factors(self, value: Value) -> tuple[Value, ...]:
        """The factorisations that the line of a value makes or uses."""
        found: list[Value] = []
        stack = [value]
        while stack:
            here = stack.pop()
            if here.op in FACTORS:
                found.append(here)
            if here not in self.reuse.named or here is value:
                stack.extend(here.args)
        return tuple(found)

    def _final(self, i: int, value: Value) -> str:
        """A result: never an argument, bound data or the array of another result."""
        text = self._argument(value, 0)
        if not value.shape:
            return f"float({text})" if self.backend.float_scalars and value.number is None else text
        base, frozen = value, False
        while base.op in VIEWS and base.args[0].shape:
            frozen = frozen or base.op in ("full", "diagonal")
            base = base.args[0]
        others = self.results[:i]
        shared = frozen or base in self.fixed or base.op == "argument" or any(base_of(o) is base for o in others)
        return f"{self._argument(value, ATOM)}{self.backend.copy}" if shared and self.backend.copy else text

    def _assemble(self, name: str) -> Source:
        lines = assembled(self.backend.header, self.imports, name, self.arguments, self.bound, self.prelude, self.body)
        found = {i + 1: v for i, (_, v) in enumerate(lines) if v}
        body = tuple(t for t, _ in self.body.lines)
        first = len(lines) - len(body) + 1 - bool(self.bound)
        return Source("\n".join(t for t, _ in lines) + "\n", self.imports, found, self.operations, body, first)
