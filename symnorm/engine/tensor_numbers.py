"""The numbers of a tensor: an array by broadcasting, a product with a direction without the array.

A delta between two indices is not multiplied out: its term is written on that diagonal alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from string import ascii_letters
from typing import Any

import numpy as np

from ..errors import TooLarge
from ..language.node import Identity
from .tensor import Axis, Letter, Tensor, Term

Array = Any
MAX_BYTES = 2**32


@dataclass(frozen=True, slots=True)
class Numbers:
    """A tensor with the values of its nodes: letter sizes and operands as arrays."""

    tensor: Tensor
    sizes: tuple[int, ...]
    values: dict[Any, Array]

    @classmethod
    def of(cls, tensor: Tensor, values: Sequence[Array]) -> Numbers:
        """`values` are those of `tensor.nodes`, in order."""
        count = len(tensor.sizes)
        sizes = tuple(round(float(v)) for v in values[:count])
        return cls(tensor, sizes, dict(zip(tensor.nodes[count:], values[count:], strict=True)))

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self._length(axis) for axis in self.tensor.axes)

    @property
    def bytes(self) -> int:
        """What the dense array takes in float64."""
        return 8 * prod(self.shape)

    def dense(self, limit: int = MAX_BYTES) -> Array:
        """The array of shape out + in."""
        if self.bytes > limit:
            raise TooLarge(
                f"the dense derivative of shape {self.shape} takes {self.bytes:,} bytes, more than {limit:,}: use its "
                "operator, or jvp, vjp, hvp, which need no array"
            )
        letters = [k for axis in self.tensor.axes for k in axis]
        dtype = np.result_type(float, *(np.asarray(v).dtype for v in self.values.values()))
        result = np.zeros([self.sizes[k] for k in letters], dtype)
        for term in self.tensor.terms:
            self._write(result, letters, term)
        return result.reshape(self.shape)

    def push(self, direction: Array) -> Array:
        """D applied to a direction of the shape of the last variable: an array of the other axes."""
        return self._applied(direction, self.tensor.into[-1], self.tensor.axes[: -len(self.tensor.into[-1]) or None])

    def pull(self, direction: Array) -> Array:
        """The transpose of D applied to a direction of the shape of the function: an array of the shape of the
        variable."""
        return self._applied(direction, self.tensor.out, self.tensor.axes[len(self.tensor.out) :])

    def _length(self, axis: Axis) -> int:
        return prod(self.sizes[k] for k in axis)

    def _operands(self, term: Term) -> list[tuple[Array, list[Letter]]]:
        """Arrays with one axis for each letter."""
        found = []
        for op in term.operands:
            letters = [k for axis in op.axes for k in axis]
            array = np.asarray(self.values[op.node])
            found.append((array.reshape([self.sizes[k] for k in letters]), letters))
        return found

    def _write(self, result: Array, letters: list[Letter], term: Term) -> None:
        names = dict(zip(letters, letters, strict=True))
        kept = []
        for op, (array, own) in zip(term.operands, self._operands(term), strict=True):
            if isinstance(op.node, Identity) and len(own) == 2 and set(own) <= set(letters):
                low, high = (names[k] for k in own)
                names = {k: low if v == high else v for k, v in names.items()}
            else:
                kept.append((array, own))
        labels = [names[k] for k in letters]
        order = list(dict.fromkeys(labels))
        view = np.einsum(result, labels, order) if len(order) < len(labels) else result
        view += self.values[term.coefficient] * self._product(
            [(a, [names.get(k, k) for k in o]) for a, o in kept], order
        )

    def _product(self, kept: list[tuple[Array, list[Letter]]], order: list[Letter]) -> Array:
        """The product of the operands with axes `order`; a letter that none of them has is of length one."""
        if not kept:
            return 1.0
        present = [k for k in order if any(k in own for _, own in kept)]
        array = _einsum(kept, present)
        return array.reshape([self.sizes[k] if k in present else 1 for k in order])

    def _applied(self, direction: Array, axes: tuple[Axis, ...], rest: tuple[Axis, ...]) -> Array:
        own = [k for axis in axes for k in axis]
        order = [k for axis in rest for k in axis]
        v = np.asarray(direction, dtype=float).reshape([self.sizes[k] for k in own])
        total = np.zeros([self.sizes[k] for k in order])
        for term in self.tensor.terms:
            operands = self._operands(term)
            seen = {k for _, letters in operands for k in letters} | set(own)
            array = _einsum([(v, own), *operands], [k for k in order if k in seen])
            total += self.values[term.coefficient] * array.reshape([self.sizes[k] if k in seen else 1 for k in order])
        return total.reshape([self._length(axis) for axis in rest])


def _einsum(operands: list[tuple[Array, list[Letter]]], order: list[Letter]) -> Array:
    """np.einsum with letters renumbered to what it takes."""
    used = sorted({k for _, own in operands for k in own} | set(order))
    name = {k: ascii_letters[i] for i, k in enumerate(used)}
    subscripts = ",".join("".join(name[k] for k in own) for _, own in operands) + "->" + "".join(name[k] for k in order)
    return np.einsum(subscripts, *(a for a, _ in operands), optimize=len(operands) > 2 or len(used) > len(order))
