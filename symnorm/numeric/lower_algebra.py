"""Lowering of leaves, sums, scalar and entrywise products, powers.

Factors with a negative exponent become a division, negative terms a subtraction, scalar factors go to the smallest
array.
"""

from __future__ import annotations

from collections.abc import Generator

from ..language.build import MINUS, ONE, UNIT, elementwise, hadamard, is_zero, mul, negate, ones, scale, split, value_of
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
    SumAll,
    Transpose,
    Zero,
)
from .ir import Value
from .lower import LOWERINGS, Lower, Steps, is_row, lowers
from .lower_products import product_of
from .macros import softmax
from .scaling import Quotient, divided, multiplied, quotient, times


def leaf(lower: Lower, node: Node) -> Steps:
    """An argument of the compiled function."""
    yield from ()
    shape = lower.shape(node)
    value = lower.program.make("argument", (), shape, lower.leaves[node], node in lower.fixed, fixed=node in lower.fixed)
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
    total: Value | None = None
    diagonal: Value | None = None
    terms = _complemented(node.args)
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


def _complemented(terms: tuple[Node, ...]) -> tuple[Node, ...]:
    """With -v o sigmoid(-u) for v o sigmoid(u) - v, which cancels."""
    for term in terms:
        number, core = split(term)
        factors = core.args if isinstance(core, (Hadamard, Mul)) else (core,)
        combine = mul if isinstance(core, Mul) else hadamard
        for i, factor in enumerate(factors):
            if isinstance(factor, Elementwise) and factor.name == "sigmoid":
                others = (*factors[:i], *factors[i + 1:])
                rest = scale(number, combine(*others) if others else ones(factor.rows, factor.cols))
                partner = negate(rest)
                if partner in terms:
                    small = scale(-number, combine(*others, elementwise("sigmoid", negate(factor.args[0]))))
                    return tuple(small if t is term else t for t in terms if t is not partner)
    return terms


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
    """Scalars first, then onto the core; into the smallest array of a product."""
    above, below = _softened(*quotient(node.args))
    if node.is_scalar:
        return (yield from divided(lower, above, below))
    core = above.pop()
    if isinstance(core, MatMul) and lower.used_once(core):
        return (yield from product_of(lower, core, (above, below)))
    value = yield core
    return (yield from times(lower, value, above, below))


def _softened(above: list[Node], below: list[Node]) -> Quotient:
    """Where exp(x) / sum(exp(x)) occurs across a quotient: with the softmax in its place."""
    for divisor in below:
        if isinstance(divisor, SumAll) and isinstance(divisor.args[0], Elementwise) and divisor.args[0].name == "exp":
            for i, factor in enumerate(above):
                soft = _with_softmax(factor, divisor.args[0])
                if soft is not None:
                    return [*above[:i], soft, *above[i + 1:]], [d for d in below if d is not divisor]
    return above, below


def _with_softmax(node: Node, grown: Node) -> Node | None:
    """The node, linear in exp(x), with exp(x) / sum(exp(x)) for exp(x); None where exp(x) is not a factor of it."""
    if node is grown:
        return SoftmaxOfAll._make((), grown.args, grown.rows, grown.cols)
    if isinstance(node, (MatMul, Hadamard, Transpose, SumAll)):
        for i, factor in enumerate(node.args):
            soft = _with_softmax(factor, grown)
            if soft is not None:
                args = (*node.args[:i], soft, *node.args[i + 1:])
                return type(node)._make(node.data, args, node.rows, node.cols)
    return None


class SoftmaxOfAll(Node):
    """exp(X) / sum(exp(X)) over all entries: only inside the lowering."""

    __slots__ = ()


@lowers(Hadamard)
def entrywise_product(lower: Lower, node: Hadamard) -> Steps:
    program = lower.program
    above, below = quotient(node.args)
    rows = yield from _row_softmax(lower, above, below)
    if rows is not None:
        return rows
    top = yield from multiplied(lower, above)
    if not below:
        return top
    bottom = yield from multiplied(lower, below)
    return program.divide(top, bottom)


def _row_softmax(lower: Lower, above: list[Node], below: list[Node]) -> Generator[Node, Value, Value | None]:
    """exp(Z) over its sums along an axis: the softmax of each row (or column), from exponentials that do not overflow."""
    for e in above:
        if not (isinstance(e, Elementwise) and e.name == "exp"):
            continue
        for factor in (*above, *below):
            axis = _normaliser(factor, e) if factor in above else _spread(factor, e)
            if axis is not None:
                z = yield from lower.full(e.args[0])
                soft = softmax(lower.program, z, axis)
                top = yield from multiplied(lower, [f for f in above if f is not factor and f is not e])
                rest = [f for f in below if f is not factor]
                value = lower.program.multiply(top, soft)
                return (yield from times(lower, value, [], rest)) if rest else value
    return None


def _spread(factor: Node, grown: Node) -> int | None:
    """1 where factor is (E 1) 1', 0 where it is 1 (1'E), for E = grown."""
    if not isinstance(factor, MatMul):
        return None
    args = factor.args
    if all(isinstance(a, Ones) for a in args[1:]) and args[0] is grown and args[-1].cols == grown.cols:
        return 1
    if all(isinstance(a, Ones) for a in args[:-1]) and args[-1] is grown and args[0].rows == grown.rows:
        return 0
    return None


def _normaliser(factor: Node, grown: Node) -> int | None:
    """1 where factor is (1 / (E 1)) 1', 0 where it is 1 (1 / (1' E)), for E = grown."""
    if not (isinstance(factor, MatMul) and len(factor.args) == 2):
        return None
    for axis, (inverse, one) in ((1, factor.args), (0, factor.args[::-1])):
        inverse = inverse.args[0] if isinstance(inverse, Transpose) else inverse
        if isinstance(one, Ones) and isinstance(inverse, Power) and inverse.args[1] is MINUS:
            if axis_total(inverse.args[0], grown) == axis:
                return axis
    return None


def axis_total(node: Node, grown: Node) -> int | None:
    """1 where the node is E 1, 0 where it is 1'E or E'1, for E = grown."""
    if not (isinstance(node, MatMul) and len(node.args) == 2):
        return None
    a, b = node.args
    if a is grown and isinstance(b, Ones) and b.cols is ONE:
        return 1
    if (b is grown and isinstance(a, Ones)) or (isinstance(a, Transpose) and a.args[0] is grown and isinstance(b, Ones)):
        return 0
    return None


@lowers(Power)
def entrywise_power(lower: Lower, node: Power) -> Steps:
    """Even powers of a 2-norm are powers of the sum of squares."""
    base, exponent = node.args
    value = value_of(exponent)
    if value is not None and isinstance(base, Norm) and base.name in ("2", "fro") and (value / 2).is_integer:
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
