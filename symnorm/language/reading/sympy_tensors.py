"""Scalars that carry indices, and their contraction to matrix form.

A Tensor is an expression of entries: x[i, 0] is (x, (i,)), A[i, j] is (A, (i, j)), a number is (c, ()).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sympy import Symbol, sstr

from ...errors import NoRule, ReadingError
from ...shapes import Size, describe
from .. import build
from ..node import Node, Transpose

Axes = tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A node and the indices that its rows and columns stand for; without indices, the node itself."""

    node: Node
    axes: Axes = ()

    def size(self, axis: Symbol) -> Size:
        return self.node.rows if self.axes[0] == axis else self.node.cols


def scalar(tensor: Tensor, what: str) -> Tensor:
    """The tensor, which must not be a matrix without indices."""
    if not tensor.axes and not tensor.node.is_scalar:
        shape = describe(tensor.node.rows, tensor.node.cols)
        raise ReadingError(
            f"{what} of {tensor.node} ({shape}): a function of each entry is written X.applyfunc({what})"
        )
    return tensor


def entries(node: Node, axes: Sequence[Symbol]) -> Tensor:
    """node[i, j], or node[i] of a vector or row."""
    if len(axes) == 1 and not node.is_vector:
        node = build.transpose(node)
    if len(axes) == 2 and axes[0] == axes[1]:
        return Tensor(build.diagonal(node), (axes[0],))
    return Tensor(node, tuple(axes))


def sizes_of(tensors: Iterable[Tensor]) -> dict[Symbol, Size]:
    """The range of each index, in the order of appearance."""
    found: dict[Symbol, Size] = {}
    for tensor in tensors:
        for axis in tensor.axes:
            size = tensor.size(axis)
            if found.setdefault(axis, size) != size:
                raise ReadingError(
                    f"the index {axis} runs over {sstr(found[axis])} and over {sstr(size)} entries in one product"
                )
    return found


def align(tensor: Tensor, axes: Axes, sizes: Mapping[Symbol, Size]) -> Node:
    """The node with exactly these indices, repeated along those that it lacks."""
    node = tensor.node
    if tensor.axes == axes:
        return node
    if not tensor.axes:
        return build.mul(node, build.ones(*(sizes[a] for a in axes)))
    if len(tensor.axes) == 2:
        return build.transpose(node)
    first, second = axes
    if tensor.axes[0] == first:
        return build.matmul(node, build.ones(1, sizes[second]))
    return build.matmul(build.ones(sizes[first]), build.transpose(node))


def together(tensors: Sequence[Tensor], what: str) -> tuple[list[Node], Axes]:
    """The nodes of the tensors over all their indices, of which there are at most two."""
    sizes = sizes_of(tensors)
    axes = tuple(sizes)
    if len(axes) > 2:
        raise too_many(axes, what)
    return [align(t, axes, sizes) for t in tensors], axes


def too_many(axes: Iterable[Symbol], what: str) -> NoRule:
    names = ", ".join(sorted(str(a) for a in axes))
    return NoRule(
        f"{what} over the indices {names} is not a product of matrices: three indices meet in one place; "
        "write it with matrices, traces and entrywise products"
    )


def add(tensors: Sequence[Tensor]) -> Tensor:
    nodes, axes = together(tensors, "a sum of entries")
    return Tensor(ordered_sum(nodes), axes)


def ordered_sum(nodes: Sequence[Node]) -> Node:
    """The sum, terms with a minus sign last: SymPy does not keep the author's order."""
    terms = sorted(nodes, key=lambda n: bool(build.split(n)[0].is_negative))
    turned = [build.transpose(n) for n in terms]
    if len(terms) > 1 and sum(map(_transposes, turned)) < sum(map(_transposes, terms)):
        return build.transpose(build.add(*turned))
    return build.add(*terms)


def _transposes(node: Node) -> int:
    rest = build.split(node)[1]
    return sum(isinstance(f, Transpose) for f in (rest, *rest.args))


def apply(name: str, tensor: Tensor, *parameters: Node) -> Tensor:
    """An elementary function, entry by entry."""
    return Tensor(build.elementwise(name, scalar(tensor, name).node, *parameters), tensor.axes)


def power(base: Tensor, exponent: Tensor) -> Tensor:
    scalar(base, "power")
    if not exponent.axes:
        return Tensor(build.entrywise_power(base.node, scalar(exponent, "power").node), base.axes)
    if not base.axes:
        return Tensor(build.elementwise_power(base.node, exponent.node), exponent.axes)
    nodes, axes = together([base, exponent], "a power")
    return Tensor(build.elementwise_power(*nodes), axes)
