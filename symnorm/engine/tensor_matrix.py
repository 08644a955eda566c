"""From an einsum back to matrix notation: the matrix of vec(F) by vec(X), with Kronecker and commutation matrices.

c P[i, k] Q[j, l] is c (Q (x) P);  c P[i, l] Q[j, k] is c (Q (x) P) K with K vec(X) = vec(X');
H[i, j] is diag(vec(H)) on the left, H[k, l] on the right. Columns are stacked: vec(A dX B) = (B' (x) A) vec(dX).
Source: [MN] ch. 2 and 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from ..language.build import (
    UNIT,
    add,
    commutation,
    diag,
    hadamard,
    identity,
    kron,
    matmul,
    mul,
    ones,
    transpose,
    vec,
    zero,
)
from ..language.node import Identity, Node
from ..shapes import ONE, Size
from .tensor import Axis, Letter, Operand, Tensor, Term, both, turned
from .tensor_eliminate import met


def vec_form(tensor: Tensor) -> Node | None:
    """The matrix J with vec(dF) = J vec(dX), or None where a term is not of that form."""
    if len(tensor.into) != 1:
        return None
    out, into = stacked(tensor.out), stacked(tensor.into[0])
    return matrix_of(tensor.terms, out, into, tensor.sizes)


def stacked(axes: tuple[Axis, ...]) -> Axis:
    """The letters of vec: column letters first, since columns are stacked."""
    rows, cols = both(axes)
    return cols + rows


def matrix_of(terms: Sequence[Term], out: Axis, into: Axis, sizes: Sequence[Size]) -> Node | None:
    """The terms as a matrix with rows `out` and columns `into`, both row-major groups of letters."""
    rows, cols = (prod((sizes[k] for k in axis), start=ONE) for axis in (out, into))
    found = []
    for term in terms:
        part = _part(term, out, into, sizes)
        if part is None:
            return None
        found.append(mul(term.coefficient, part))
    return add(*found) if found else zero(rows, cols)


def _part(term: Term, out: Axis, into: Axis, sizes: Sequence[Size]) -> Node | None:
    """One term as a matrix."""
    if term.summed:
        return _sandwiched(term, out, into, sizes)
    whole = _grouped(term, out, into, sizes)
    if whole is not None:
        return whole
    if len(out) > 2 or len(into) > 2:
        return None
    j, i = (None,) * (2 - len(out)) + tuple(out)
    m, k = (None,) * (2 - len(into)) + tuple(into)
    reduced = met(_renamed_through_deltas(replace(term, coefficient=UNIT), out, into))
    entries = _entries(reduced)
    if entries is None:
        return None
    shape = _crossed if _crosses(entries, (i, j), (k, m)) else _straight
    found = shape(entries, (i, j), (k, m), sizes)
    return None if found is None else mul(reduced.coefficient, found)


def _sandwiched(term: Term, out: Axis, into: Axis, sizes: Sequence[Size]) -> Node | None:
    """A matrix over two groups of letters, with what stands between out and its rows, and its columns and into."""
    for op in term.operands:
        if not any(len(axis) > 1 for axis in op.axes) or len(op.axes) != 2:
            continue
        rest = [o for o in term.operands if o is not op]
        for middle in (op, turned(op)):
            rows, cols = middle.axes
            left = [o for o in rest if o.letters <= {*out, *rows}]
            right = [o for o in rest if o.letters <= {*into, *cols}]
            split = len(left) + len(right) == len(rest) and {*rows, *out}.isdisjoint({*cols, *into})
            if split and term.summed <= {*rows, *cols}:
                before, after = _bridge(left, out, rows, sizes), _bridge(right, cols, into, sizes)
                if before is not None and after is not None:
                    return matmul(before, middle.node, after)
    return None


def _bridge(operands: list[Operand], out: Axis, into: Axis, sizes: Sequence[Size]) -> Node | None:
    """The matrix of operands between two groups; a letter that is in both is a delta."""
    shared = [letter for letter in into if letter in out]
    fresh = {letter: len(sizes) + i for i, letter in enumerate(shared)}
    deltas = [Operand(identity(sizes[a]), ((a,), (b,))) for a, b in fresh.items()]
    wide = (*sizes, *(sizes[letter] for letter in shared))
    return _part(Term(UNIT, (*operands, *deltas)), out, tuple(fresh.get(k, k) for k in into), wide)


Pair = tuple[Letter | None, Letter | None]
Entries = dict[tuple[Letter, ...], Node]


def _grouped(term: Term, out: Axis, into: Axis, sizes: Sequence[Size]) -> Node | None:
    """Operands whose axes are the groups themselves: one matrix, or an outer product of two vectors."""
    ops = list(term.operands)
    if len(ops) == 1 and len(ops[0].axes) == 2:
        op = ops[0] if ops[0].axes[0] == out else turned(ops[0])
        return op.node if op.axes == (out, into) else None
    if len(ops) == 2 and all(len(o.axes) == 1 for o in ops):
        found = {o.axes[0]: o.node for o in ops}
        if out in found and into in found and out != into:
            return matmul(found[out], transpose(found[into]))
    return None


def _renamed_through_deltas(term: Term, out: Axis, into: Axis) -> Term:
    """With delta[i, k] the letter k of any other operand may as well be i."""
    groups: dict[Letter, Letter] = {}
    for op in term.operands:
        if isinstance(op.node, Identity) and all(len(a) == 1 for a in op.axes):
            a, b = op.axes[0][0], op.axes[1][0]
            if a in into and b in out:
                a, b = b, a
            if a in out and b in into and b not in groups:
                groups[b] = a
    operands = []
    for op in term.operands:
        if not isinstance(op.node, Identity):
            op = Operand(op.node, tuple(tuple(groups.get(k, k) for k in axis) for axis in op.axes))
        operands.append(op)
    return Term(term.coefficient, tuple(operands))


def _entries(term: Term) -> Entries | None:
    """Operands by their letters; None where a group is in the way."""
    found: Entries = {}
    for op in term.operands:
        if any(len(axis) != 1 for axis in op.axes):
            return None
        found[tuple(axis[0] for axis in op.axes)] = op.node
    return found


def _take(entries: Entries, a: Letter | None, b: Letter | None) -> Node | None:
    """The operand at (a, b), in that orientation."""
    if a is None or b is None:
        return None
    if (a, b) in entries:
        return entries[a, b]
    return transpose(entries[b, a]) if (b, a) in entries else None


def _crosses(entries: Entries, rows: Pair, cols: Pair) -> bool:
    (i, j), (k, m) = rows, cols
    straight = [_take(entries, i, k), _take(entries, j, m)]
    crossed = [_take(entries, i, m), _take(entries, j, k)]
    return any(c is not None for c in crossed) and all(s is None for s in straight)


def _straight(entries: Entries, rows: Pair, cols: Pair, sizes: Sequence[Size]) -> Node | None:
    (i, j), (k, m) = rows, cols
    if _take(entries, i, m) is not None or _take(entries, j, k) is not None:
        return None
    outer, inner = _take(entries, i, j), _take(entries, k, m)
    if _take(entries, i, k) is None and _take(entries, j, m) is None:
        return matmul(_column(entries, i, j, sizes), transpose(_column(entries, k, m, sizes)))
    found = kron(_factor(entries, j, m, sizes), _factor(entries, i, k, sizes))
    left = (diag(vec(outer)),) if outer is not None else ()
    right = (diag(vec(inner)),) if inner is not None else ()
    return matmul(*left, found, *right)


def _column(entries: Entries, i: Letter | None, j: Letter | None, sizes: Sequence[Size]) -> Node:
    """What stands at i and j alone, stacked."""
    matrix = _take(entries, i, j)
    if matrix is not None and not any(k is not None and (k,) in entries for k in (i, j)):
        return vec(matrix)
    product = _factor({axes: v for axes, v in entries.items() if len(axes) == 1}, i, j, sizes)
    return vec(product if matrix is None else hadamard(matrix, product))


def _crossed(entries: Entries, rows: Pair, cols: Pair, sizes: Sequence[Size]) -> Node | None:
    """The straight form by X' instead of X, then K vec(X) = vec(X')."""
    k, m = cols
    by_transposed = _straight(entries, rows, (m, k), sizes)
    if by_transposed is None:
        return None
    if k is None or m is None:
        return by_transposed
    return matmul(by_transposed, commutation(sizes[k], sizes[m]))


def _factor(entries: Entries, a: Letter | None, b: Letter | None, sizes: Sequence[Size]) -> Node:
    """The matrix over (a, b) with the vectors at a and at b as diagonal factors; an outer product where there is no
    matrix."""
    u = entries.get((a,)) if a is not None else None
    w = entries.get((b,)) if b is not None else None
    middle = _take(entries, a, b)
    rows = ones(sizes[a]) if a is not None else ones(ONE)
    cols = ones(sizes[b]) if b is not None else ones(ONE)
    if middle is None:
        return matmul(u if u is not None else rows, transpose(w if w is not None else cols))
    left = (diag(u),) if u is not None else ()
    right = (diag(w),) if w is not None else ()
    return matmul(*left, middle, *right)
