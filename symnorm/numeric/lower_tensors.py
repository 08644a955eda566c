"""Lowering of tensors: each term one contraction, deltas as diagonals that are written on, all in one array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from ..engine.tensor import Letter, Operand, Tensor, Term
from ..engine.tensor_numbers import MAX_BYTES
from ..errors import TooLarge
from ..language.build import constant
from ..language.node import Identity, Node
from .contract import Contraction
from .contraction import Piece
from .ir import Program
from .lower import Lower
from .tensor_terms import needed, prepared
from .value import Value

Letters = tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A tensor and its terms as they are computed."""

    tensor: Tensor
    terms: tuple[Term, ...]

    @classmethod
    def of(cls, tensor: Tensor) -> Prepared:
        return cls(tensor, prepared(tensor))


Root = Node | Prepared
"""What can be compiled."""


@dataclass(frozen=True, slots=True)
class Block:
    """What a term adds: `value` on the entries where letters of `labels` that are equal have equal indices.

    `kept` are the letters of the axes of `value`; `negative`: it is subtracted.
    """

    value: Value
    labels: Letters
    kept: Letters
    negative: bool

    @property
    def is_dense(self) -> bool:
        return self.labels == self.kept


def tensor_value(lower: Lower, root: Prepared) -> Value:
    """The array of shape out + in."""
    program, tensor = lower.program, root.tensor
    letters = tuple(k for axis in tensor.axes for k in axis)
    sizes = tuple(lower.size(size) for size in tensor.sizes)
    shape = tuple(prod(sizes[k] for k in axis) for axis in tensor.axes)
    if 8 * prod(shape) > MAX_BYTES:
        raise TooLarge(f"the dense derivative of shape {shape} takes {8 * prod(shape):,} bytes, more than "
                       f"{MAX_BYTES:,}: use its operator, or jvp, vjp, hvp, which need no array")
    blocks = [_block(lower, term, letters, sizes) for term in root.terms]
    dense = sorted((b for b in blocks if b.is_dense), key=lambda b: b.negative)
    full = tuple(sizes[k] for k in letters)
    total, negative = _sum_of_dense(lower, dense, full)
    for block in blocks:
        if not block.is_dense:
            labels = tuple(block.labels.index(k) for k in block.labels)
            total = program.make("on_diagonal", (total, block.value), total.shape, full, labels,
                                 block.negative != negative)
    total = program.negate(total) if negative else total
    return total if total.shape == shape else program.make("reshape", (total,), shape)


def _sum_of_dense(lower: Lower, blocks: list[Block], shape: tuple[int, ...]) -> tuple[Value, bool]:
    """The blocks without deltas, and whether it is minus that sum."""
    program = lower.program
    if not blocks:
        return program.full(program.number(0.0), shape), False
    bases = [_contiguous(lower, b.value, shape) for b in blocks]
    total, negative = bases[0], blocks[0].negative
    for block, base in zip(blocks[1:], bases[1:], strict=True):
        part = base if base.shape == total.shape else program.make("reshape", (base,), total.shape)
        total = program.add(total, part) if block.negative == negative else program.subtract(total, part)
    return total, negative


def _contiguous(lower: Lower, value: Value, shape: tuple[int, ...]) -> Value:
    """The array in memory behind a block with all axes, in whatever shape it was computed."""
    base = value
    while base.op == "reshape":
        base = base.args[0]
    if base.size == prod(shape) and (base.op == "matmul" or base.data == ("C",)):
        return base
    return lower.program.make("packed", (lower.program.full(value, shape),), shape)


def _block(lower: Lower, term: Term, letters: Letters, sizes: tuple[int, ...]) -> Block:
    """One term: deltas between letters of the result become labels, the rest a contraction."""
    names = {k: k for k in letters}
    kept: list[Operand] = []
    for op in term.operands:
        own = [k for axis in op.axes for k in axis]
        if isinstance(op.node, Identity) and len(own) == 2 and set(own) <= set(letters):
            low, high = sorted(names[k] for k in own)
            names = {k: low if v == high else v for k, v in names.items()}
        else:
            kept.append(op)
    labels = tuple(names[k] for k in letters)
    order = tuple(dict.fromkeys(labels))
    pieces, factor = _pieces(lower, term, kept, names, sizes)
    contraction = Contraction(lower.program, sizes, pieces, order, lower.tiled)
    factor, negative = _scaled(lower, contraction, factor)
    value = contraction.run() if pieces else lower.program.number(1.0)
    if factor.number != 1:
        value = lower.program.multiply(factor, value)
    places = {k: i for i, k in enumerate(contraction.out)}
    if value.shape:
        value = lower.program.axes(value, tuple(places.get(k) for k in order))
    return Block(value, labels, order, negative)


def _pieces(lower: Lower, term: Term, operands: list[Operand], names: dict[Letter, Letter],
            sizes: tuple[int, ...]) -> tuple[list[Piece], Value]:
    """The operands as arrays with a letter for each axis, and the product of the scalars."""
    program, factor, pieces = lower.program, lower.value(term.coefficient), []
    for op in operands:
        own = tuple(names.get(k, k) for axis in op.axes for k in axis)
        value = program.full(lower.value(op.node), lower.inside(op.node))
        if not value.shape:
            factor = program.multiply(factor, value)
            continue
        if "symmetric" in op.node.facts and len(own) == 2:
            own = (min(own), max(own))
        shape = tuple(sizes[k] for k in own)
        value = value if value.shape == shape else program.make("reshape", (value,), shape)
        pieces.append(_on_diagonals(program, value, own))
    return pieces, factor


def _on_diagonals(program: Program, value: Value, letters: Letters) -> Piece:
    """One axis for each letter: where a letter stands twice, the entries with equal indices."""
    once = tuple(dict.fromkeys(letters))
    if len(once) == len(letters):
        return Piece(value, letters)
    shape = tuple(value.shape[letters.index(k)] for k in once)
    return Piece(program.make("diagonals", (value,), shape, tuple(once.index(k) for k in letters)), once)


def _scaled(lower: Lower, contraction: Contraction, factor: Value) -> tuple[Value, bool]:
    """The scalar put on the smallest operand, where that is one factor: what is left of it, and a sign."""
    program = lower.program
    negative = factor.number is not None and factor.number < 0
    factor = program.negate(factor) if negative else factor
    if factor.number == 1 or not contraction.pieces:
        return factor, negative
    halves = contraction.halves
    places = [min(range(len(contraction.pieces)), key=lambda i: contraction.pieces[i].value.size)]
    if halves is not None:
        if factor.number is None:
            return factor, negative
        factor = program.number(factor.number ** 0.5)
        low = min(halves[0], key=lambda i: contraction.pieces[i].value.size)
        places = [i for i, p in enumerate(contraction.pieces) if p.value is contraction.pieces[low].value]
        if len(places) != 2:
            return program.multiply(factor, factor), negative
    for i in places:
        piece = contraction.pieces[i]
        contraction.pieces[i] = Piece(program.multiply(factor, piece.value), piece.letters)
    return program.number(1.0), negative


def nodes_of(roots: Iterable[Root]) -> tuple[Node, ...]:
    """The nodes that the roots are computed from, and the sizes of their axes."""
    found: dict[Node, None] = {}
    for root in roots:
        parts = (root,) if isinstance(root, Node) else (*needed(root.terms), *map(constant, root.tensor.sizes))
        found |= dict.fromkeys(parts)
    return tuple(found)


def results(lower: Lower, roots: Sequence[Root]) -> list[Value]:
    """The values of the roots; scalars last, since they can use what arrays left."""
    found: dict[Root, Value] = {}
    for root in sorted(roots, key=lambda r: isinstance(r, Node) and r.is_scalar):
        found[root] = lower.result(root) if isinstance(root, Node) else tensor_value(lower, root)
    return [found[root] for root in roots]
