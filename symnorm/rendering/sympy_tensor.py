"""A derivative with more than two indices as SymPy's arrays: entry by entry for known sizes, as contractions of tensor
products for symbolic ones. A term in which a letter stands more than twice has no such form and is refused."""

from __future__ import annotations

from itertools import product as indices
from math import prod
from typing import Any

from sympy import Add, Expr, ImmutableDenseNDimArray, Integer, MatrixBase, Mul
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions import (
    ArrayAdd,
    ArrayContraction,
    ArrayDiagonal,
    ArrayTensorProduct,
    PermuteDims,
    ZeroArray,
)

from ..engine.tensor import Axis, Letter, Operand, Tensor, Term
from ..errors import NoRule, TooLarge
from ..language.node import Identity, Node, Ones

MAX_ENTRIES = 20_000
Written = dict[Node, Any]


def tensor_to_sympy(tensor: Tensor, written: Written) -> Any:
    """The array of shape out + in; `written` holds the operands and coefficients in SymPy's classes."""
    sizes = [written.get(size, size) for size in tensor.sizes]
    if all(size.is_Integer for size in sizes):
        return _entries(tensor, written, [int(size) for size in sizes])
    terms = [_contracted(tensor, term, written) for term in tensor.terms]
    if not terms:
        return ZeroArray(*(prod((sizes[k] for k in axis), start=Integer(1)) for axis in tensor.axes))
    return terms[0] if len(terms) == 1 else ArrayAdd(*terms)


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
    if isinstance(op.node, Identity):
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
    """One term: the tensor product of its operands, contracted and permuted."""
    order = [k for axis in tensor.axes for k in axis]
    if any(len(axis) != 1 for axis in tensor.axes) or any(len(axis) != 1 for op in term.operands for axis in op.axes):
        raise _refusal(tensor)
    places: dict[Letter, list[int]] = {}
    ones, rank, arrays = [], 0, []
    for op in term.operands:
        matrix = written[op.node]
        arrays.append(matrix)
        for j, axis in enumerate(op.axes):
            row = matrix.shape[1] != 1 and len(op.axes) == 1
            places.setdefault(axis[0], []).append(rank + j + row)
        if len(op.axes) == 1:
            ones.append((rank + (matrix.shape[1] == 1),))
        rank += 2
    summed = [tuple(places.pop(k)) for k in sorted(term.summed)]
    if set(places) != set(order) or any(len(pair) != 2 for pair in summed):
        raise _refusal(tensor)
    array = ArrayTensorProduct(written[term.coefficient], *arrays)
    contractions = [*summed, *ones]
    if contractions:
        array = ArrayContraction(array, *contractions)
    kept = [i for i in range(rank) if not any(i in group for group in contractions)]
    where = {k: tuple(kept.index(i) for i in places[k]) for k in order}
    groups = [group for group in where.values() if len(group) > 1]
    if groups:
        array = ArrayDiagonal(array, *groups)
    # A diagonal's axis comes last; PermuteDims takes for each new axis the old one.
    axes = [group for i in range(len(kept)) if (group := (i,)) in where.values()] + groups
    permutation = [axes.index(where[k]) for k in order]
    return array if permutation == sorted(permutation) else PermuteDims(array, permutation)


def _refusal(tensor: Tensor) -> NoRule:
    return NoRule(f"SymPy has no array of symbolic size for this derivative of shape {tensor.shape}: give whole "
                  "numbers as sizes, or read the expression with sn.from_sympy and keep the result as it is")
