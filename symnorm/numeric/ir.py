"""The program: instructions in the order in which they were made, equal ones once, so that work is shared."""

from __future__ import annotations

from math import prod
from typing import Any

from .value import Shape, Value, join

FEW = 500
"""Entries up to which a product and its row sums take less time than one call of einsum."""
FOLD = {
    "add": float.__add__, "subtract": float.__sub__, "multiply": float.__mul__, "divide": float.__truediv__,
}


class Program:
    """The instructions made so far; `make` returns the one that exists where there is one.

    `symmetric` are matrices that are known to be their own transposes.
    """

    def __init__(self) -> None:
        self.table: dict[tuple[Any, ...], Value] = {}
        self.symmetric: set[Value] = set()

    def make(self, op: str, args: tuple[Value, ...], shape: Shape, *data: Any, fixed: bool | None = None) -> Value:
        key = (op, args, data, shape)
        found = self.table.get(key)
        if found is None:
            constant = all(a.fixed for a in args) if fixed is None else fixed
            found = self.table[key] = Value(op, args, data, shape, constant, len(self.table))
        return found

    def number(self, value: float) -> Value:
        return self.make("number", (), (), float(value), fixed=True)

    def add(self, a: Value, b: Value) -> Value:
        if a.number == 0 and not a.shape:
            return b
        if b.number is not None and b.number <= 0:
            return a if b.number == 0 else self.subtract(a, self.number(-b.number))
        if b.op == "negate":
            return self.subtract(a, b.args[0])
        return self._binary("subtract", b, a.args[0]) if a.op == "negate" else self._binary("add", a, b)

    def subtract(self, a: Value, b: Value) -> Value:
        if b.number == 0:
            return a
        if a.number == 0:
            return self.negate(b)
        return self.add(a, b.args[0]) if b.op == "negate" else self._binary("subtract", a, b)

    def negate(self, a: Value) -> Value:
        if a.number is not None:
            return self.number(-a.number)
        if a.op == "negate":
            return a.args[0]
        if a.op == "subtract":
            return self.subtract(a.args[1], a.args[0])
        if a.op in ("multiply", "divide") and a.args[0].number is not None:
            return self.make(a.op, (self.number(-a.args[0].number), a.args[1]), a.shape)
        return self.make("negate", (a,), a.shape)

    def multiply(self, a: Value, b: Value) -> Value:
        for one, other in ((a, b), (b, a)):
            if one.number is not None:
                if one.number == 1:
                    return other
                if one.number == -1:
                    return self.negate(other)
        if b.number is not None and a.number is None:
            a, b = b, a
        if a.number is not None and b.op == "multiply" and b.args[0].number is not None:
            a, b = self.number(a.number * b.args[0].number), b.args[1]
        if b.op == "divide" and b.args[0].number in (1.0, -1.0):
            quotient = self.divide(a, b.args[1])
            return quotient if b.args[0].number == 1.0 else self.negate(quotient)
        if b.op == "transpose" and not a.shape:
            return self.transpose(self.multiply(a, b.args[0]))
        return self._binary("multiply", a, b)

    def divide(self, a: Value, b: Value) -> Value:
        if b.number == 1:
            return a
        if b.number == -1:
            return self.negate(a)
        return self._binary("divide", a, b)

    def _binary(self, op: str, a: Value, b: Value) -> Value:
        if a.number is not None and b.number is not None and not (op == "divide" and b.number == 0):
            return self.number(FOLD[op](a.number, b.number))
        return self.make(op, (a, b), join(a.shape, b.shape))

    def power(self, a: Value, k: Value) -> Value:
        """Entry by entry; small whole and half exponents as products and roots."""
        number = k.number
        if number is None:
            return self.make("power", (a, k), join(a.shape, k.shape))
        if number < 0:
            return self.divide(self.number(1.0), self.power(a, self.number(-number)))
        if number in (0.0, 1.0):
            return a if number else self.number(1.0)
        if number == 0.5:
            return self.call("sqrt", a)
        if number == 2 and a.shape:
            return self.make("square", (a,), a.shape)
        if number == 1.5:
            return self.multiply(a, self.call("sqrt", a))
        if number.is_integer() and number <= 16:
            half = self.power(a, self.number(number // 2))
            whole = self.multiply(half, half)
            return self.multiply(whole, a) if number % 2 else whole
        return self.make("power", (a, k), a.shape)

    def call(self, function: str, *args: Value) -> Value:
        """A function entry by entry."""
        shape: Shape = ()
        for a in args:
            shape = join(shape, a.shape)
        return self.make(function, args, shape)

    def transpose(self, a: Value) -> Value:
        if len(a.shape) < 2 or a in self.symmetric:
            return a
        if a.op == "transpose":
            return a.args[0]
        return self.make("transpose", (a,), a.shape[::-1])

    def axes(self, a: Value, places: tuple[int | None, ...]) -> Value:
        """The array with its axes in another order; None is a new axis of length one."""
        if places == tuple(range(len(a.shape))):
            return a
        if places == (1, 0):
            return self.transpose(a)
        return self.make("axes", (a,), tuple(1 if k is None else a.shape[k] for k in places), *places)

    def expand(self, v: Value, axis: int) -> Value:
        """A vector as a column (axis 1) or as a row (axis 0) that broadcasting repeats."""
        if not v.shape:
            return v
        n = v.shape[0]
        return self.make("expand", (v,), (n, 1) if axis == 1 else (1, n), axis)

    def matmul(self, a: Value, b: Value) -> Value:
        if a.op == "transpose" and len(b.shape) == 1:
            a, b = b, a.args[0]
        elif b.op == "transpose" and len(a.shape) == 1:
            a, b = b.args[0], a
        shape = a.shape[:-1] + (b.shape[1:] if len(b.shape) == 2 else ())
        if len(a.shape) == len(b.shape) == 2:
            turned = self.transpose(b), self.transpose(a)
            other = self.table.get(("matmul", turned, (), shape[::-1]))
            if turned == (a, b):
                self.symmetric.add(self.make("matmul", (a, b), shape))
            elif other is not None:
                return self.transpose(other)
        return self.make("matmul", (a, b), shape)

    def outer(self, a: Value, b: Value) -> Value:
        return self.multiply(self.expand(a, 1), b if not b.shape else self.expand(b, 0))

    def full(self, a: Value, shape: Shape) -> Value:
        """The value with all its entries."""
        return a if a.shape == shape else self.make("full", (a,), shape)

    def inner(self, a: Value, b: Value) -> Value:
        """The sum of the entrywise product of two full arrays of equal shape."""
        if len(a.shape) == 1:
            return self.make("matmul", (a, b), ())
        if a.op == b.op == "transpose":
            a, b = a.args[0], b.args[0]
        if b.op == "transpose":
            a, b = b, a
        if a.op == "transpose" and b in self.symmetric:
            a = a.args[0]
        if a.op == "transpose":
            return self.make("inner_turned", (a.args[0], b), ())
        return self.make("inner", (a, b), ())

    def total(self, a: Value, shape: Shape) -> Value:
        """The sum of all entries of a value that stands for an array of `shape`."""
        repeats = prod(shape) // max(a.size, 1)
        if not a.shape:
            return self.multiply(self.number(repeats), a)
        return self.multiply(self.number(repeats), self.make("sum", (a,), ()))

    def axis_sum(self, a: Value, axis: int, shape: Shape) -> Value:
        """The sums along one axis of a value that stands for a matrix of `shape`."""
        if not a.shape or a.shape[axis] == 1 != shape[axis]:
            flat = a if not a.shape else self.make("reshape", (a,), (a.shape[1 - axis],))
            if a.shape and flat.shape != (shape[1 - axis],):
                flat = self.full(flat, (shape[1 - axis],))
            return self.multiply(self.number(shape[axis]), flat)
        whole = self.full(a, shape) if a.shape[1 - axis] != shape[1 - axis] else a
        if axis == 1 and a.op == "multiply" and a.size > FEW and all(x.shape == a.shape == shape for x in a.args):
            return self.make("row_dots", a.args, (shape[0],))
        return self.make("axis_sum", (whole,), (shape[1 - axis],), axis)
