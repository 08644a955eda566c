"""Quotients of exponentials that would overflow, recognised: exp(x) / sum(exp(x)), overall and along an axis.

v o sigmoid(u) - v is -v o sigmoid(-u), which does not cancel; sigmoid(u) o sigmoid(-u) takes one exponential.
"""

from __future__ import annotations

from collections.abc import Generator

from ..language.build import (
    MINUS,
    ONE,
    add,
    elementwise,
    entrywise_power,
    hadamard,
    matmul,
    mul,
    negate,
    ones,
    scale,
    split,
    value_of,
)
from ..language.node import Add, Elementwise, Hadamard, MatMul, Mul, Node, Ones, Power, SumAll, Transpose
from .lower import Lower
from .macros import softmax
from .scaling import Quotient, multiplied, times
from .value import Value


def complemented(terms: tuple[Node, ...]) -> tuple[Node, ...]:
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


def logistic_pair(lower: Lower, factors: list[Node]) -> tuple[Node, list[Node]] | None:
    """The u of sigmoid(u) o sigmoid(-u) where nothing else needs the two, and the other factors."""
    found = {f.args[0]: f for f in factors if isinstance(f, Elementwise) and f.name == "sigmoid" and lower.used_once(f)}
    for u, factor in found.items():
        partner = found.get(negate(u))
        if partner is not None and partner is not factor:
            return u, [f for f in factors if f is not factor and f is not partner]
    return None


def softened(above: list[Node], below: list[Node]) -> Quotient:
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


def row_softmax(lower: Lower, above: list[Node], below: list[Node]) -> Generator[Node, Value, Value | None]:
    """exp(Z) over its sums along an axis: the softmax of each row (or column)."""
    for e in above:
        if not (isinstance(e, Elementwise) and e.name == "exp"):
            continue
        for factor in (*above, *below):
            axis = _normaliser(factor, e) if factor in above else spread(factor, e)
            if axis is not None:
                z = yield from lower.full(e.args[0])
                soft = softmax(lower.program, z, axis)
                top = yield from multiplied(lower, [f for f in above if f is not factor and f is not e])
                rest = [f for f in below if f is not factor]
                value = lower.program.multiply(top, soft)
                return (yield from times(lower, value, [], rest)) if rest else value
    return None


def normalised(above: list[Node], below: list[Node]) -> Quotient:
    """With each power of row sums S = E 1 1' below the line, E = exp(Z), shared out to factors that are linear in E.

    (M o S - (E o M) 1 1') o E / S^2 is (M - (P o M) 1 1') o P for P = E / S; neither E nor S is formed. Columns alike.
    """
    for place, divisor in enumerate(below):
        total, power = divisor, 1
        if isinstance(divisor, Power) and (value := value_of(divisor.args[1])) is not None and value.is_Integer:
            total, power = divisor.args[0], int(value)
        grown = next((e for e in _grown(total) if spread(total, e) is not None), None)
        if grown is None or power < 1 or (power == 1 and grown in above):
            continue
        found = list(above)
        for i, factor in enumerate(above):
            part = _over(factor, grown, total) if power else None
            if part is not None:
                found[i], power = part, power - 1
        if not power:
            return normalised(found, [*below[:place], *below[place + 1:]])
    return above, below


def _grown(total: Node) -> tuple[Node, ...]:
    ends = (total.args[0], total.args[-1]) if isinstance(total, MatMul) else ()
    return tuple(e for e in ends if isinstance(e, Elementwise) and e.name == "exp")


def _over(node: Node, grown: Node, total: Node) -> Node | None:
    """node / S, where each term of the node has one factor E or S = E 1 1' that scales with its rows; else None."""
    if node is total:
        return ones(node.rows, node.cols)
    if node is grown:
        return hadamard(grown, entrywise_power(total, MINUS))
    if isinstance(node, Add):
        terms = [_over(t, grown, total) for t in node.args]
        return None if None in terms else add(*(t for t in terms if t is not None))
    places: tuple[int, ...] = ()
    if isinstance(node, Hadamard):
        places = tuple(range(len(node.args)))
    elif isinstance(node, MatMul):
        places = (0,) if spread(total, grown) == 1 else (len(node.args) - 1,)
    elif isinstance(node, Mul) and node.rows == grown.rows and node.cols == grown.cols:
        places = (len(node.args) - 1,)
    combine = matmul if isinstance(node, MatMul) else mul if isinstance(node, Mul) else hadamard
    for i in places:
        part = _over(node.args[i], grown, total)
        if part is not None:
            return combine(*node.args[:i], part, *node.args[i + 1:])
    return None


def spread(factor: Node, grown: Node) -> int | None:
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
        found = inverse.args[0] if isinstance(inverse, Power) and inverse.args[1] is MINUS else None
        if isinstance(one, Ones) and found is not None and axis_total(found, grown) == axis:
            return axis
    return None


def axis_total(node: Node, grown: Node) -> int | None:
    """1 where the node is E 1, 0 where it is 1'E or E'1, for E = grown."""
    if not (isinstance(node, MatMul) and len(node.args) == 2):
        return None
    a, b = node.args
    if a is grown and isinstance(b, Ones) and b.cols is ONE:
        return 1
    if b is grown and isinstance(a, Ones):
        return 0
    return 0 if isinstance(a, Transpose) and a.args[0] is grown and isinstance(b, Ones) else None
