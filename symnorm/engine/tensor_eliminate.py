"""Summed letters taken out of an einsum term, in matrix notation: what a letter joins becomes one matrix.

delta[i, k] renames k;  A[i, k] v[k] is A v;  A[i, k] v[k] B[k, j] is A diag(v) B;  u[k] v[k] is u'v. A letter that
joins more than two others stays summed.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..language.build import constant, diag, diagonal, hadamard, is_zero, matmul, mul, ones, sum_all, transpose
from ..language.node import Identity, Kron, Node, Vec
from ..shapes import Size
from .tensor import Axis, Letter, Operand, Term, operand, renamed, turned


def eliminate(term: Term, sizes: Sequence[Size]) -> Term:
    """The term with as few summed letters and operands as matrix notation allows; entries of one pair of letters
    meet."""
    term = _without_deltas(_opened(term, sizes), sizes)
    while True:
        letter = _cheapest(term)
        if letter is None:
            break
        term = _take_out(term, letter, sizes)
        if is_zero(term.coefficient):
            return term
    return met(term)


def _opened(term: Term, sizes: Sequence[Size]) -> Term:
    """Kronecker products and stacked columns over grouped letters, as their parts."""
    found: list[Operand] = []
    waiting = list(term.operands)
    while waiting:
        op = waiting.pop()
        parts = _parts(op, sizes)
        if parts is None:
            found.append(op)
        else:
            waiting.extend(parts)
    return Term(term.coefficient, tuple(reversed(found)), term.summed)


def _parts(op: Operand, sizes: Sequence[Size]) -> list[Operand] | None:
    match op.node:
        case Vec() if len(op.axes[0]) == 2:
            j, i = op.axes[0]
            inside = op.node.args[0]
            if sizes[j] == inside.cols and sizes[i] == inside.rows:
                return [operand(inside, (i,), (j,))]
        case Kron():
            a, b = op.node.args
            rows, cols = _halved(op.axes[0], a.rows, b.rows, sizes), _halved(op.axes[-1], a.cols, b.cols, sizes)
            if rows is not None and cols is not None and len(op.axes) == 2:
                return [operand(a, rows[0], cols[0]), operand(b, rows[1], cols[1])]
    return None


def _halved(axis: Axis, first: Size, second: Size, sizes: Sequence[Size]) -> tuple[Axis, Axis] | None:
    if len(axis) == 2 and sizes[axis[0]] == first and sizes[axis[1]] == second:
        return axis[:1], axis[1:]
    return None


def _without_deltas(term: Term, sizes: Sequence[Size]) -> Term:
    """Deltas with a summed letter used up; letters that are summed over nothing count their size."""
    changed = True
    while changed:
        changed = False
        for i, op in enumerate(term.operands):
            if not isinstance(op.node, Identity):
                continue
            a, b = op.axes
            others = (*term.operands[:i], *term.operands[i + 1 :])
            if a == b:
                term, changed = Term(term.coefficient, others, term.summed), True
            elif len(a) == len(b) > 1 and all(sizes[p] == sizes[q] for p, q in zip(a, b, strict=True)):
                deltas = (Operand(_eye(sizes[p]), ((p,), (q,))) for p, q in zip(a, b, strict=True))
                term, changed = Term(term.coefficient, (*others, *deltas), term.summed), True
            else:
                for own, other in ((a, b), (b, a)):
                    if len(own) == 1 and own[0] in term.summed and own[0] not in other:
                        rest = Term(term.coefficient, others, term.summed - {own[0]})
                        term, changed = renamed(rest, {own[0]: other}), True
                        break
            if changed:
                break
    return _counted(term, sizes)


def _eye(size: Size) -> Node:
    node: Node = Identity._make((), (), size, size)
    return node


def _counted(term: Term, sizes: Sequence[Size]) -> Term:
    used = {letter for op in term.operands for letter in op.letters}
    idle = [letter for letter in term.summed if letter not in used]
    if not idle:
        return term
    coefficient = mul(term.coefficient, *(constant(sizes[letter]) for letter in idle))
    return Term(coefficient, term.operands, term.summed & used)


def _neighbours(term: Term, letter: Letter) -> set[Axis] | None:
    """The axes joined by a letter, or None where it is part of a group."""
    found: set[Axis] = set()
    for op in term.operands:
        for axis in op.axes:
            if letter in axis and axis != (letter,):
                return None
        if (letter,) in op.axes:
            found.update(axis for axis in op.axes if axis != (letter,))
    return found


def _cheapest(term: Term) -> Letter | None:
    """The summed letter that joins the fewest others, if it joins at most two."""
    counted = ((letter, _neighbours(term, letter)) for letter in sorted(term.summed))
    ranked = [(len(joined), letter) for letter, joined in counted if joined is not None and len(joined) <= 2]
    return min(ranked)[1] if ranked else None


def _take_out(term: Term, letter: Letter, sizes: Sequence[Size]) -> Term:
    axis = (letter,)
    mine = [op for op in term.operands if axis in op.axes]
    others = tuple(op for op in term.operands if axis not in op.axes)
    vectors: list[Node] = []
    matrices: dict[Axis, Node] = {}
    for op in mine:
        if len(op.axes) == 1:
            vectors.append(op.node)
        elif op.axes[0] == op.axes[1]:
            vectors.append(diagonal(op.node))
        else:
            oriented = op if op.axes[1] == axis else turned(op)
            far = oriented.axes[0]
            matrices[far] = hadamard(matrices[far], oriented.node) if far in matrices else oriented.node
    summed = term.summed - {letter}
    if not matrices:
        return Term(mul(term.coefficient, _total(vectors)), others, summed)
    weight = hadamard(*vectors) if vectors else None
    if len(matrices) == 1:
        ((far, a),) = matrices.items()
        return _joined(term, others, matmul(a, ones(sizes[letter]) if weight is None else weight), (far,), summed)
    (i, a), (j, b) = matrices.items()
    product = matmul(a, transpose(b)) if weight is None else matmul(a, diag(weight), transpose(b))
    return _joined(term, others, product, (i, j), summed)


def _joined(
    term: Term, others: tuple[Operand, ...], node: Node, axes: tuple[Axis, ...], summed: frozenset[Letter]
) -> Term:
    """The term with a new operand; scalars go in front, a product that became an identity is a delta."""
    scalars, core = _peeled(node)
    return Term(mul(term.coefficient, *scalars), (*others, Operand(core, axes)), summed)


def _peeled(node: Node) -> tuple[tuple[Node, ...], Node]:
    from_product = type(node).__name__ == "Mul"
    return (node.args[:-1], node.args[-1]) if from_product else ((), node)


def _total(vectors: list[Node]) -> Node:
    if len(vectors) == 2:
        return matmul(transpose(vectors[0]), vectors[1])
    return sum_all(hadamard(*vectors))


def met(term: Term) -> Term:
    """Operands at the same letters become one entrywise product."""
    found: dict[frozenset[Axis], Operand] = {}
    coefficient = term.coefficient
    for op in term.operands:
        if len(op.axes) == 2 and op.axes[0] == op.axes[1]:
            op = Operand(diagonal(op.node), op.axes[:1])
        key = frozenset(op.axes)
        seen = found.get(key)
        if seen is None:
            node, axes = op.node, op.axes
        else:
            other = op if op.axes == seen.axes else turned(op)
            node, axes = hadamard(seen.node, other.node), seen.axes
        scalars, core = _peeled(node)
        coefficient = mul(coefficient, *scalars)
        found[key] = Operand(core, axes)
    return Term(coefficient, tuple(found.values()), term.summed)
