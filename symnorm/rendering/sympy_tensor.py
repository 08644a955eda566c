"""A derivative with more than two indices as SymPy's arrays: entry by entry for known sizes, as contractions of tensor
products for symbolic ones. An axis of several letters, as vec and kron make them, has no such form and is refused."""

from __future__ import annotations

from itertools import product as indices
from math import prod
from typing import Any

from sympy import Add, DiagMatrix, Expr, Identity, ImmutableDenseNDimArray, Integer, MatrixBase, Mul
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions import (
    ArrayAdd,
    ArrayContraction,
    ArrayDiagonal,
    ArrayTensorProduct,
    PermuteDims,
    Reshape,
    ZeroArray,
)

from ..engine.tensor import Axis, Letter, Operand, Tensor, Term
from ..errors import NoRule, TooLarge
from ..language import node as nodes
from ..language.node import Node, Ones

MAX_ENTRIES = 20_000
Written = dict[Node, Any]


def tensor_to_sympy(tensor: Tensor, written: Written) -> Any:
    """The array of shape out + in; `written` holds the operands and coefficients in SymPy's classes."""
    sizes = [written.get(size, size) for size in tensor.sizes]
    if all(size.is_Integer for size in sizes):
        return _entries(tensor, written, [int(size) for size in sizes])
    terms = [_contracted(tensor, term, written) for term in tensor.terms]
    shape = [prod((sizes[k] for k in axis), start=Integer(1)) for axis in tensor.axes]
    if not terms:
        return ZeroArray(*shape)
    array = terms[0] if len(terms) == 1 else ArrayAdd(*terms)
    return array if all(tensor.axes) else Reshape(array, tuple(shape))


def _entries(tensor: Tensor, written: Written, sizes: list[int]) -> ImmutableDenseNDimArray:
    letters = [k for axis in tensor.axes for k in axis]
    count = prod(sizes[k] for k in letters)
    work = sum(count * prod(sizes[k] for k in term.summed) for term in tensor.terms)
    if work > MAX_ENTRIES:
        raise TooLarge(f"the derivative of shape {tensor.shape} has too many entries to write out in SymPy ({work:,} "
                       f"products, at most {MAX_ENTRIES:,}): use symbolic sizes, or sn.from_sympy and sn.lambdify")
    entries = []
    for position in indices(*(range(sizes[k]) for k in letters)):
        at = dict(zip(letters, position, strict=True))
        entries.append(Add(*(_entry(term, at, sizes, written) for term in tensor.terms)))
    shape = [prod(sizes[k] for k in axis) for axis in tensor.axes]
    return ImmutableDenseNDimArray(entries, shape)


def _entry(term: Term, at: dict[Letter, int], sizes: list[int], written: Written) -> Expr:
    summed = sorted(term.summed)
    found = []
    for position in indices(*(range(sizes[k]) for k in summed)):
        place = {**at, **dict(zip(summed, position, strict=True))}
        found.append(Mul(*(_element(op, place, sizes, written) for op in term.operands)))
    return Mul(written[term.coefficient], Add(*found))


def _element(op: Operand, place: dict[Letter, int], sizes: list[int], written: Written) -> Expr:
    position = [_row_major(axis, place, sizes) for axis in op.axes]
    if isinstance(op.node, nodes.Identity):
        return Integer(position[0] == position[1])
    if isinstance(op.node, Ones):
        return Integer(1)
    matrix = written[op.node]
    if len(position) == 1:
        position = [position[0], 0] if matrix.shape[1] == 1 else [0, position[0]]
    i, j = position
    return matrix[i, j] if isinstance(matrix, MatrixBase) else MatrixElement(matrix, i, j)


def _row_major(axis: Axis, place: dict[Letter, int], sizes: list[int]) -> int:
    index = 0
    for letter in axis:
        index = index * sizes[letter] + place[letter]
    return index


def _contracted(tensor: Tensor, term: Term, written: Written) -> Any:
    """One term: the tensor product of its operands, contracted and permuted.

    A vector is the sums of the rows of its diagonal matrix: SymPy's doit forgets a contraction of one axis of size 1.
    An identity for a letter that stands nowhere, or once where it is summed, is such a vector of ones.
    """
    order = [k for axis in tensor.axes for k in axis]
    if any(len(axis) > 1 for axis in tensor.axes) or any(len(axis) != 1 for op in term.operands for axis in op.axes):
        raise _refusal(tensor)
    places: dict[Letter, list[int]] = {}
    arrays: list[Any] = []
    alone: list[tuple[int, ...]] = []

    def put(matrix: Any, *letters: Letter) -> None:
        rank = 2 * len(arrays)
        arrays.append(matrix)
        for j, letter in enumerate(letters):
            places.setdefault(letter, []).append(rank + j)
        alone.extend([(rank + 1,)] * (2 - len(letters)))

    for op in term.operands:
        matrix = written[op.node]
        column = matrix if matrix.shape[1] == 1 else matrix.T
        put(matrix if len(op.axes) == 2 else DiagMatrix(column), *(axis[0] for axis in op.axes))
    for k in (*order, *sorted(term.summed)):
        if len(places.get(k, ())) < 1 + (k in term.summed):
            put(Identity(written.get(tensor.sizes[k], tensor.sizes[k])), k)
    summed = [tuple(places.pop(k)) for k in sorted(term.summed)]
    if set(places) != set(order) or any(len(group) < 2 for group in summed):
        raise _refusal(tensor)
    array = ArrayTensorProduct(written[term.coefficient], *arrays)
    contractions = [*summed, *alone]
    if contractions:
        array = ArrayContraction(array, *contractions)
    kept = [i for i in range(2 * len(arrays)) if not any(i in group for group in contractions)]
    return _permuted(array, [tuple(kept.index(i) for i in places[k]) for k in order], len(kept))


def _permuted(array: Any, where: list[tuple[int, ...]], rank: int) -> Any:
    """The array whose axis k is axis where[k] of the given one, the diagonal of several.

    A diagonal's axis comes last; PermuteDims takes for each new axis the old one.
    """
    groups = [group for group in where if len(group) > 1]
    if groups:
        array = ArrayDiagonal(array, *groups)
    axes = [group for i in range(rank) if (group := (i,)) in where] + groups
    permutation = [axes.index(group) for group in where]
    return array if permutation == sorted(permutation) else PermuteDims(array, permutation)


def _refusal(tensor: Tensor) -> NoRule:
    return NoRule(f"SymPy has no array of symbolic size for this derivative of shape {tensor.shape}: give whole "
                  "numbers as sizes, or read the expression with sn.from_sympy and keep the result as it is")
