"""Softmax in the terms of a tensor: each division by a sum of exp Z goes to an exp Z that it normalises.

exp(z_j) exp(z_l) / s^2 is p_j p_l, across operands; s is the sum over all entries (in the coefficient), along a row (in
an operand), or a vector of such sums (an operand of its own). So neither exp nor its square overflows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..engine.tensor import Letter, Operand, Term
from ..language.build import entrywise_power, hadamard, matmul, mul, number, ones, transpose, value_of
from ..language.node import Elementwise, Hadamard, MatMul, Mul, Node, Power, SumAll, Transpose
from .stable import axis_total, spread


def softened(term: Term) -> Term:
    """With softmax for exp Z / sum(exp Z), across operands and along rows."""
    operands = tuple(
        Operand(o.node.args[0], o.axes[::-1]) if isinstance(o.node, Transpose) and len(o.axes) == 2 else o
        for o in term.operands)
    term = replace(term, operands=operands)
    for total, power in _divisors(term.coefficient):
        if isinstance(total, SumAll) and _is_exponential(total.args[0]):
            term = _share_total(term, total, power)
    for place in range(len(term.operands)):
        for divisor, power in _divisors(term.operands[place].node):
            share = _share_vector if len(term.operands[place].axes) == 1 else _share_row
            term = share(term, place, divisor, power)
    return term


def _share_total(term: Term, total: Node, power: int) -> Term:
    """1 / sum(exp Z) from the coefficient to each exp Z."""
    grown = total.args[0]
    operands = list(term.operands)
    for i, op in enumerate(operands):
        if power and grown in _factors(op.node):
            operands[i] = replace(op, node=mul(entrywise_power(total, number(-1)), op.node))
            term = replace(term, coefficient=mul(term.coefficient, total))
            power -= 1
    return replace(term, operands=tuple(operands))


def _share_row(term: Term, place: int, divisor: Node, power: int) -> Term:
    """Row sums of exp Z below the line of one operand, to each other exp Z with that row letter."""
    op = term.operands[place]
    found = next(((e, axis) for e in _grown(divisor) if (axis := spread(divisor, e)) is not None), None)
    if found is None or len(op.axes) != 2:
        return term
    grown, at = found[0], 1 - found[1]
    excess = power - (grown in _factors(op.node))
    operands = list(term.operands)
    for i, other in enumerate(operands):
        if (excess > 0 and i != place and len(other.axes) == 2 and other.axes[at] == op.axes[at]
                and grown in _factors(other.node) and divisor not in dict(_divisors(other.node))):
            operands[i] = replace(other, node=hadamard(other.node, entrywise_power(divisor, number(-1))))
            operands[place] = replace(operands[place], node=hadamard(operands[place].node, divisor))
            excess -= 1
    return replace(term, operands=tuple(operands))


def _share_vector(term: Term, place: int, divisor: Node, power: int) -> Term:
    """A vector of sums of exp Z below the line, to each exp Z with that letter."""
    op = term.operands[place]
    found = next(((e, axis) for e in _grown(divisor) if (axis := axis_total(divisor, e)) is not None), None)
    if found is None:
        return term
    grown, at = found[0], 1 - found[1]
    inverse = entrywise_power(divisor, number(-1))
    column = transpose(inverse) if (inverse.rows == 1) == (at == 0) else inverse
    factor = matmul(column, ones(1, grown.cols)) if at == 0 else matmul(ones(grown.rows), column)
    soft = hadamard(grown, factor)
    operands = list(term.operands)
    for i, other in enumerate(operands):
        node = _with_factor(other, grown, soft, op.axes[0], at) if power > 0 and i != place else None
        if node is not None:
            operands[i] = replace(other, node=node)
            operands[place] = replace(operands[place], node=_raised(operands[place].node, divisor))
            power -= 1
    return replace(term, operands=tuple(operands))


def _raised(vector: Node, divisor: Node) -> Node:
    """A vector times one of its divisors, in whichever of its orientations."""
    if isinstance(vector, Transpose):
        return transpose(hadamard(vector.args[0], divisor))
    return hadamard(vector, divisor)


def _with_factor(op: Operand, grown: Node, soft: Node, axis: tuple[Letter, ...], at: int) -> Node | None:
    """The node of an operand with `soft` for exp Z, where an axis of exp Z is that one; else None."""
    if len(op.axes) != 2:
        return None
    if grown in _factors(op.node) and op.axes[at] == axis and not isinstance(op.node, Mul):
        rest = [f for f in _factors(op.node) if f is not grown]
        return hadamard(*rest, soft)
    if isinstance(op.node, MatMul):
        for place, end in ((0, op.axes[0]), (-1, op.axes[1])):
            factor = op.node.args[place]
            turned = isinstance(factor, Transpose) and factor.args[0] is grown
            if end == axis and (factor is grown or turned) and (at == 0) == ((place == 0) != turned):
                new = transpose(soft) if turned else soft
                args = op.node.args
                return matmul(new, *args[1:]) if place == 0 else matmul(*args[:-1], new)
    return None


def _grown(divisor: Node) -> Iterator[Node]:
    """The exponentials that a sum may be of."""
    if isinstance(divisor, MatMul):
        ends = (a.args[0] if isinstance(a, Transpose) else a for a in (divisor.args[0], divisor.args[-1]))
        yield from (a for a in ends if _is_exponential(a))


def _is_exponential(node: Node) -> bool:
    return isinstance(node, Elementwise) and node.name == "exp"


def _factors(node: Node) -> tuple[Node, ...]:
    core = node.args[-1] if isinstance(node, Mul) else node
    if isinstance(core, Transpose) and core.cols == 1:
        core = core.args[0]
    return core.args if isinstance(core, Hadamard) else (core,)


def _divisors(node: Node) -> list[tuple[Node, int]]:
    """The factors below the line with whole exponents."""
    parts = (*node.args[:-1], *_factors(node)) if isinstance(node, Mul) else _factors(node)
    found = []
    for factor in parts:
        value = value_of(factor.args[1]) if isinstance(factor, Power) else None
        if value is not None and value.is_Integer and value.is_negative:
            found.append((factor.args[0], -int(value)))
    return found
