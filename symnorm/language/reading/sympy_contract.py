"""A product of tensors under a sum over indices, as a product of matrices: one index at a time.

    sum_j A[i, j] v[j] = (A v)[i]        sum_j A[i, j] v[j] B[j, k] = (A diag(v) B)[i, k]        sum_i u[i] v[i] = u' v

The index with the fewest neighbours goes first; it must not have more than two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Symbol, sstr

from ...errors import ReadingError
from ...shapes import Size
from .. import build
from ..node import DiagOf, Elementwise, Hadamard, Identity, Node, Power, Transpose
from .sympy_tensors import Tensor, entries, scalar, sizes_of, too_many


class Network:
    """A product of tensors under a sum: scalars, vectors at indices, matrices between indices."""

    def __init__(self, factors: Sequence[Tensor], bound: Mapping[Symbol, Size]) -> None:
        factors, bound = _without_deltas(list(factors), dict(bound))
        self.sizes = {**sizes_of(factors)}
        for index, size in bound.items():
            if self.sizes.setdefault(index, size) != size:
                raise ReadingError(
                    f"the sum over {index} has {sstr(size)} terms, the entries run over {sstr(self.sizes[index])}"
                )
        self.bound = list(bound)
        self.scalars = [f.node for f in factors if not f.axes]
        self.vectors: dict[Symbol, list[Node]] = {i: [] for i in self.sizes}
        self.edges = [f for f in factors if len(f.axes) == 2]
        for factor in factors:
            if len(factor.axes) == 1:
                self.vectors[factor.axes[0]].append(factor.node)

    def contract(self) -> Tensor:
        while self.bound:
            index = min(reversed(self.bound), key=lambda i: len(self._neighbours(i)))
            neighbours = self._neighbours(index)
            if len(neighbours) > 2:
                raise too_many([index, *neighbours], "a sum")
            self.bound.remove(index)
            if not neighbours:
                self.scalars.append(inner(self.vectors.pop(index), self.sizes[index]))
            elif len(neighbours) == 1:
                self._to_vector(index, neighbours[0])
            else:
                self._to_matrix(index, *neighbours)
        return self._result()

    def _neighbours(self, index: Symbol) -> list[Symbol]:
        found = [a for e in self.edges if index in e.axes for a in e.axes if a != index]
        return list(dict.fromkeys(found))

    def _between(self, row: Symbol, column: Symbol) -> list[Node]:
        """The matrices between two indices, which are taken out."""
        pair = {row, column}
        found = [e for e in self.edges if set(e.axes) == pair]
        self.edges = [e for e in self.edges if set(e.axes) != pair]
        return [e.node if e.axes[0] == row else build.transpose(e.node) for e in found]

    def _to_vector(self, index: Symbol, other: Symbol) -> None:
        matrices, own = self._between(other, index), self.vectors.pop(index)
        if len(matrices) == 2 and not own and self._ends(other):
            self.scalars.append(inner_product(*matrices))
            return
        if len(matrices) == 1 and not own and self._ends(other):
            self.scalars.append(build.sum_all(matrices[0]))
            return
        vector = build.hadamard(*own) if own else build.ones(self.sizes[index])
        self.vectors[other].append(build.matmul(build.hadamard(*matrices), vector))

    def _ends(self, other: Symbol) -> bool:
        """Takes out an index that is summed over and has nothing else."""
        if self.vectors[other] or other not in self.bound or self._neighbours(other):
            return False
        self.bound.remove(other)
        del self.vectors[other]
        return True

    def _to_matrix(self, index: Symbol, row: Symbol, column: Symbol) -> None:
        left, right = build.hadamard(*self._between(row, index)), build.hadamard(*self._between(index, column))
        own = self.vectors.pop(index)
        middle = (build.diag(build.hadamard(*own)),) if own else ()
        self.edges.append(Tensor(build.matmul(left, *middle, right), (row, column)))

    def _result(self) -> Tensor:
        axes = tuple(self.vectors)
        if len(axes) > 2:
            raise too_many(axes, "a product of entries")
        if not axes:
            return Tensor(build.mul(*self.scalars))
        if len(axes) == 1:
            own = self.vectors[axes[0]]
            return Tensor(build.mul(*self.scalars, build.hadamard(*own)), axes)
        left, right = (self.vectors[a] for a in axes)
        matrices = self._between(*axes)
        if not matrices:
            u, v = (
                build.hadamard(*w) if w else build.ones(self.sizes[a]) for w, a in zip((left, right), axes, strict=True)
            )
            return Tensor(build.mul(*self.scalars, build.matmul(u, build.transpose(v))), axes)
        chain = [build.hadamard(*matrices)]
        if left:
            chain.insert(0, build.diag(build.hadamard(*left)))
        if right:
            chain.append(build.diag(build.hadamard(*right)))
        return Tensor(build.mul(*self.scalars, build.matmul(*chain)), axes)


def contract(factors: Sequence[Tensor], bound: Mapping[Symbol, Size] | None = None) -> Tensor:
    """The product of the factors, summed over the bound indices."""
    if not bound and not any(f.axes for f in factors):
        matrices = [f.node for f in factors if not f.node.is_scalar]
        if len(matrices) > 1:
            raise ReadingError(f"{matrices[0]} and {matrices[1]} are matrices: write their product with MatMul")
        return Tensor(build.mul(*(f.node for f in factors)))
    for factor in factors:
        scalar(factor, "a sum")
    return Network(factors, bound or {}).contract()


def inner_product(a: Node, b: Node) -> Node:
    """tr(A'B), turned so that the fewest transposes are left."""
    a, b = _without_signs([a, b])
    pairs = [(build.transpose(a), b), (build.transpose(b), a), (a, build.transpose(b)), (b, build.transpose(a))]
    left, right = min(pairs, key=lambda p: sum(isinstance(f, Transpose) for f in p))
    return build.trace(build.matmul(left, right))


def inner(vectors: Sequence[Node], size: Size) -> Node:
    """The sum over one index of a product of vectors."""
    if not vectors:
        return build.constant(size)
    if len(vectors) == 1:
        vectors = _entrywise_factors(vectors[0])
    elif len(vectors) > 2 and all(v is vectors[0] for v in vectors):
        return build.sum_all(build.entrywise_power(vectors[0], build.constant(len(vectors))))
    if len(vectors) == 1:
        only = vectors[0]
        return build.trace(only.args[0]) if isinstance(only, DiagOf) else build.sum_all(only)
    *rest, last = _without_signs(vectors)
    return build.matmul(build.transpose(build.hadamard(*rest)), last)


def _entrywise_factors(node: Node) -> list[Node]:
    """u .* v as u and v, u.^2 as u and u."""
    if isinstance(node, Hadamard):
        return [f for arg in node.args for f in _entrywise_factors(arg)]
    if isinstance(node, Power) and build.value_of(node.args[1]) == 2:
        return [node.args[0]] * 2
    return [node]


def _without_signs(factors: Sequence[Node]) -> Sequence[Node]:
    """|r|'|r| as r'r."""
    if (
        len(factors) == 2
        and factors[0] is factors[1]
        and isinstance(factors[0], Elementwise)
        and factors[0].name == "abs"
    ):
        return [factors[0].args[0]] * 2
    return factors


def _without_deltas(factors: list[Tensor], bound: dict[Symbol, Size]) -> tuple[list[Tensor], dict[Symbol, Size]]:
    """A Kronecker delta with a summed index renames the index."""
    for delta in [f for f in factors if len(f.axes) == 2 and isinstance(f.node, Identity)]:
        if delta not in factors:
            continue
        gone, kept = delta.axes if delta.axes[0] in bound else delta.axes[::-1]
        if gone not in bound or not any(gone in f.axes for f in factors if f is not delta):
            continue
        sizes_of([delta, *factors])
        factors = [_renamed(f, gone, kept) for f in factors if f is not delta]
        del bound[gone]
    return factors, bound


def _renamed(tensor: Tensor, old: Symbol, new: Symbol) -> Tensor:
    if old not in tensor.axes:
        return tensor
    return entries(tensor.node, [new if a == old else a for a in tensor.axes])
