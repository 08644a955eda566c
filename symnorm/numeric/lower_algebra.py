"""Lowering of leaves, sums, scalar and entrywise products, powers.

Factors with a negative exponent become a division, negative terms a subtraction, scalar factors go to the smallest
array.
"""

from __future__ import annotations

from ..language.build import ONE, UNIT, is_zero, mul, negate, split, value_of
from ..language.node import (
    Add,
    Array,
    Constant,
    Diag,
    Elementwise,
    Hadamard,
    Identity,
    MatMul,
    Mul,
    Node,
    Norm,
    Ones,
    Power,
    Transpose,
    Zero,
)
from .lower import LOWERINGS, Lower, Steps, is_row, lowers
from .lower_products import product_of
from .macros import entrywise
from .scaling import divided, multiplied, quotient, times
from .shifting import unshifted, unshifted_by_total
from .stable import complemented, logistic_pair, normalised, row_softmax, softened
from .value import Value
from .vanishing import guarded


def leaf(lower: Lower, node: Node) -> Steps:
    """An argument of the compiled function."""
    yield from ()
    shape = lower.shape(node)
    fixed = node in lower.fixed
    value = lower.program.make("argument", (), shape, lower.leaves[node], fixed, fixed=fixed)
    return lower.program.make("row", (value,), shape[1:]) if is_row(node) else value


LOWERINGS["Leaf"] = leaf


@lowers(Constant)
def number(lower: Lower, node: Constant) -> Steps:
    yield from ()
    return lower.program.number(lower.constant(node))


@lowers(Ones, Zero)
def uniform(lower: Lower, node: Node) -> Steps:
    yield from ()
    return lower.program.number(0.0 if is_zero(node) else 1.0)


@lowers(Identity)
def identity(lower: Lower, node: Node) -> Steps:
    yield from ()
    n = lower.size(node.rows)
    return lower.program.make("eye", (), (n, n), fixed=True)


@lowers(Array)
def array(lower: Lower, node: Array) -> Steps:
    yield from ()
    rows = tuple(tuple(float(entry) for entry in row) for row in node.data[0].tolist())
    m, n = lower.size(node.rows), lower.size(node.cols)
    if n == 1 or m == 1:
        return lower.program.make("array", (), (m * n,), tuple(entry for row in rows for entry in row), fixed=True)
    return lower.program.make("array", (), (m, n), rows, fixed=True)


@lowers(Transpose)
def transposed(lower: Lower, node: Node) -> Steps:
    value = yield node.args[0]
    return lower.program.transpose(value)


@lowers(Add)
def addition(lower: Lower, node: Add) -> Steps:
    """Terms in the author's order, a positive one first; multiples of the identity and diagonals go to the diagonal."""
    program = lower.program
    grown = _less_one(node)
    if grown is not None and lower.used_once(grown):
        exponent = yield grown.args[0]
        return program.call("expm1", exponent)
    total: Value | None = None
    diagonal: Value | None = None
    terms = complemented(node.args)
    dense = [t for t in terms if not _on_diagonal(t)]
    minus = [t for t in dense if _is_negative(t)]
    first = [t for t in dense if not _is_negative(t)][:1]
    for term in [*first, *(t for t in dense if t not in first)]:
        value = yield negate(term) if term in minus else term
        if total is None:
            total = program.negate(value) if term in minus else value
        else:
            total = program.subtract(total, value) if term in minus else program.add(total, value)
    for term in terms:
        if _on_diagonal(term):
            entries = yield from diagonal_entries(lower, term)
            diagonal = entries if diagonal is None else program.add(diagonal, entries)
    if diagonal is None:
        assert total is not None
        return total
    n = lower.size(node.rows)
    if total is None:
        return program.make("diag", (program.full(diagonal, (n,)),), (n, n))
    return program.make("add_diagonal", (program.full(total, (n, n)), diagonal), (n, n))


def _less_one(node: Add) -> Node | None:
    """The e^z of e^z - 1."""
    if len(node.args) == 2:
        for grown, one in (node.args, node.args[::-1]):
            number, core = split(one)
            if isinstance(grown, Elementwise) and grown.name == "exp" and number == -ONE:
                return grown if core is UNIT or isinstance(core, Ones) else None
    return None


def _on_diagonal(term: Node) -> bool:
    """Is the term a multiple of the identity or a diagonal matrix that is written as one?"""
    core = term.args[-1] if isinstance(term, Mul) else term
    return isinstance(core, (Identity, Diag))


def diagonal_entries(lower: Lower, term: Node) -> Steps:
    """The diagonal of a term for which `_on_diagonal` holds: a scalar or a vector."""
    scalars, core = (term.args[:-1], term.args[-1]) if isinstance(term, Mul) else ((), term)
    entries = UNIT if isinstance(core, Identity) else core.args[0]
    value = yield mul(*scalars, entries)
    return value


def _is_negative(term: Node) -> bool:
    value = split(term)[0]
    return bool(value.is_number and value.is_negative)


@lowers(Mul)
def scaled(lower: Lower, node: Mul) -> Steps:
    """Scalars first, then onto the core; into the smallest array of a product. A reciprocal core is divided by."""
    above, below = guarded(*softened(*quotient(node.args)))
    stable = unshifted_by_total(lower, node, below)
    if stable is not None:
        return (yield stable)
    if node.is_scalar or quotient(node.args[-1:])[1]:
        return (yield from divided(lower, above, below))
    core = above.pop()
    if isinstance(core, MatMul) and lower.used_once(core):
        return (yield from product_of(lower, core, (above, below)))
    value = yield core
    return (yield from times(lower, value, above, below))


@lowers(Hadamard)
def entrywise_product(lower: Lower, node: Hadamard) -> Steps:
    program = lower.program
    given = quotient(node.args)
    shared = normalised(*given)
    above, below = guarded(*shared)
    rows = yield from row_softmax(lower, above, below)
    if rows is not None:
        return rows
    stable = unshifted(lower, node) if shared == given else None
    if stable is not None:
        return (yield stable)
    pair = logistic_pair(lower, above)
    if pair is not None:
        top = yield from multiplied(lower, pair[1])
        u = yield pair[0]
        top = program.multiply(top, entrywise(program, "logistic", u))
    else:
        top = yield from multiplied(lower, above)
    if not below:
        return top
    bottom = yield from multiplied(lower, below)
    return program.divide(top, bottom)


@lowers(Power)
def entrywise_power(lower: Lower, node: Power) -> Steps:
    """Even powers of a 2-norm are powers of the sum of squares."""
    base, exponent = node.args
    value = value_of(exponent)
    whole = value is not None and value.is_number and (value / 2).is_integer
    if value is not None and whole and isinstance(base, Norm) and base.name in ("2", "fro"):
        squares = yield sum_of_squares(base)
        return lower.program.power(squares, lower.program.number(float(value / 2)))
    bottom = yield base
    top = yield exponent
    return lower.program.power(bottom, top)


def sum_of_squares(norm: Norm) -> Node:
    """x'x of the argument of a norm, as an Inner node."""
    x = norm.args[0]
    node: Node = Squares._make((), (x,), ONE, ONE)
    return node


class Squares(Node):
    """The sum of the squares of all entries: only inside the lowering."""

    __slots__ = ()


@lowers(Squares)
def squares(lower: Lower, node: Squares) -> Steps:
    x = yield from lower.full(node.args[0])
    return lower.program.inner(x, x)
