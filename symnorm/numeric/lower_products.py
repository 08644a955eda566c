"""Lowering of matrix products: the instructions of a chain in its cheapest order."""

from __future__ import annotations

from typing import Any

from ..language.build import transpose
from ..language.node import MatMul, Node
from ..shapes import ONE
from .chains import Factor, Tree, ends, factors_of, mirrored, order, parts, rooted
from .lower import Lower, Steps, lowers
from .scaling import times
from .solves import apply_inverse, inverse_value
from .structure import apply_kron, apply_sylvester
from .sums import multiplied_out
from .value import Value

APPLY = {"inverse": apply_inverse, "kron": apply_kron, "sylvester": apply_sylvester}
"""How a structured factor is applied to what stands next to it."""


@lowers(MatMul)
def product(lower: Lower, node: MatMul) -> Steps:
    return (yield from product_of(lower, node, ([], [])))


def product_of(lower: Lower, node: MatMul, scalars: tuple[list[Node], list[Node]]) -> Steps:
    """A chain times scalars above and below the line."""
    opened = multiplied_out(lower, node)[1]
    if opened is not None:
        value = yield opened
        return (yield from times(lower, value, *scalars)) if any(scalars) else value
    factors = factors_of(lower, rooted(lower, node.args))
    tree = order(factors, lower.known)[1]
    steps = Evaluation(lower, factors)
    place = steps.smallest(tree) if any(scalars) else None
    return (yield from steps.run(tree, place, scalars))


class Evaluation:
    """The instructions of one chain in a given order."""

    def __init__(self, lower: Lower, factors: list[Factor]) -> None:
        self.lower, self.factors = lower, factors
        self.done: dict[Tree, Value] = {}

    def smallest(self, tree: Tree) -> Tree:
        """Where a scalar is cheapest: the smallest array of the chain, the last one at ties."""
        best, where = self._entries(tree), tree
        stack = [tree]
        while stack:
            here = stack.pop()
            if self._entries(here) < best:
                best, where = self._entries(here), here
            if not isinstance(here, int) and not self._is_mirrored(here):
                stack.extend(here)
            elif isinstance(here, int) and self.factors[here].kind not in ("dense", "diag") and here is where:
                where = tree
        return where

    def _entries(self, tree: Tree) -> int:
        i, j = ends(tree)
        if i == j and self.factors[i].kind == "diag":
            return self.factors[i].rows
        return self.factors[i].rows * self.factors[j].cols

    def _is_mirrored(self, tree: Any) -> bool:
        (i, k), (_, j) = ends(tree[0]), ends(tree[1])
        return mirrored(self.factors, i, k, j) and self.factors[i].rows > 1

    def run(self, tree: Tree, place: Tree | None, scalars: tuple[list[Node], list[Node]]) -> Steps:
        for here in parts(tree):
            if isinstance(here, int):
                if self.factors[here].kind in ("dense", "diag"):
                    self.done[here] = yield from self._operand(here)
                else:
                    continue
            elif self._is_mirrored(here):
                right = yield from self._dense(here[1])
                self.done[here] = self.lower.program.matmul(self.lower.program.transpose(right), right)
            else:
                self.done[here] = yield from self._multiply(here)
            if not isinstance(here, int):
                self._remember(here)
            if here == place:
                self.done[here] = yield from times(self.lower, self.done[here], *scalars)
        if isinstance(tree, int):
            return (yield from self._dense(tree))
        return self.done[tree]

    def _remember(self, tree: Tree) -> None:
        """Both orientations of a product are known from now on."""
        i, j = ends(tree)
        nodes = tuple(f.node for f in self.factors[i:j + 1])
        self.lower.known |= {nodes, tuple(transpose(n) for n in reversed(nodes))}

    def _operand(self, at: int) -> Steps:
        """A dense factor with all its entries, or the entries of a diagonal one."""
        factor = self.factors[at]
        node = factor.node.args[0] if factor.kind == "diag" else factor.node
        return (yield from self.lower.full(node))

    def _dense(self, tree: Tree) -> Steps:
        """A factor or a product as an array."""
        factor = self.factors[tree] if isinstance(tree, int) else None
        program = self.lower.program
        if factor is None or factor.kind == "dense":
            return self.done[tree]
        if factor.kind == "diag":
            return program.make("diag", (self.done[tree],), (factor.rows, factor.cols))
        if factor.kind == "inverse":
            return (yield from inverse_value(self.lower, factor.node))
        return (yield from self.lower.full(factor.node))

    def _multiply(self, tree: Any) -> Steps:
        left, right = tree
        for side, part, other in (("left", left, right), ("right", right, left)):
            kind = self.factors[part].kind if isinstance(part, int) else "dense"
            if kind != "dense":
                return (yield from self._structured(kind, side, self.factors[part], part, other))
        program = self.lower.program
        if self._is_scalar(left) or self._is_scalar(right):
            return program.multiply(self.done[left], self.done[right])
        a = program.full(self.done[left], self._shape(left))
        b = program.full(self.done[right], self._shape(right))
        outer = self.factors[ends(left)[1]].node.cols is ONE
        return program.outer(a, b) if outer else program.matmul(a, b)

    def _is_scalar(self, tree: Tree) -> bool:
        i, j = ends(tree)
        return self.factors[i].node.rows is ONE and self.factors[j].node.cols is ONE

    def _shape(self, tree: Tree) -> tuple[int, ...]:
        """The shape of the array of a part of the chain, a row as 1-D."""
        first, last = (self.factors[i] for i in ends(tree))
        rows = () if first.node.rows is ONE else (first.rows,)
        return rows if last.node.cols is ONE else (*rows, last.cols)

    def _structured(self, kind: str, side: str, factor: Factor, part: int, other: Tree) -> Steps:
        program, lower = self.lower.program, self.lower
        if kind == "ones":
            return (yield from self._ones(side, factor, other))
        operand = yield from self._dense(other)
        if kind == "diag":
            d = self.done[part]
            if len(self._shape(other)) == 1:
                return program.multiply(d, operand)
            return program.multiply(program.expand(d, 1 if side == "left" else 0), operand)
        operand = operand if operand.shape else program.full(operand, self._shape(other))
        if side == "right":
            operand = program.transpose(operand)
        node = transpose(factor.node) if side == "right" else factor.node
        found = yield from APPLY[kind](lower, node, operand)
        return program.transpose(found) if side == "right" else found

    def _ones(self, side: str, factor: Factor, other: Tree) -> Steps:
        """Products with a column or a row of ones: sums, or broadcasting."""
        program = self.lower.program
        inward = factor.node.rows is ONE if side == "left" else factor.node.cols is ONE
        if isinstance(other, int) and self.factors[other].kind == "ones":
            return program.number(factor.cols if inward else 1.0)
        operand = yield from self._dense(other)
        if not inward:
            return program.expand(operand, 0 if side == "left" else 1)
        i, j = ends(other)
        if len(operand.shape) < 2:
            return program.total(operand, operand.shape)
        shape = (self.factors[i].rows, self.factors[j].cols)
        return program.axis_sum(operand, 0 if side == "left" else 1, shape)
