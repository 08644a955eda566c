"""What meets inside an operation: powers of one vector in an inner product, equal ends in a trace, a scaled sum of
columns on a diagonal, the root of a sum of squares, a matrix beside its pseudo-inverse.

u'v = sum(u o v),  tr(K S K) = tr(K^2 S),  diag(A diag(v) B) = (A o B') v,  sqrt(sum(u o u)) = ||u||,
X^+' X' = X X^+.
"""

from __future__ import annotations

from ..language.build import (
    entrywise_power,
    hadamard,
    matmul,
    mul,
    norm_node,
    sum_all,
    trace,
    transpose,
    value_of,
)
from ..language.leaves import as_node
from ..language.node import Diag, DiagOf, MatMul, Node, Power, PseudoInverse, SumAll, Trace, Transpose
from ..shapes import ONE
from .cost import cost


def gathered(node: Node) -> Node:
    """The node with what meets inside it brought together, where that is shorter."""
    candidate = _gathered(node)
    return candidate if candidate is not node and cost(candidate) < cost(node) else node


def _gathered(node: Node) -> Node:
    match node:
        case MatMul(args=(row, column)) if node.is_scalar:
            return sum_all(hadamard(transpose(row), column))
        case MatMul():
            return _projections(node)
        case Trace(args=(MatMul(args=(first, *rest, last)),)) if first is last:
            return trace(matmul(last, first, *rest))
        case DiagOf(args=(MatMul() as product,)):
            return _scaled_columns(node, product)
        case Power(args=(SumAll(args=(Power() as squares,)), exponent)):
            return _length(node, squares, exponent)
    return node


def _projections(node: MatMul) -> Node:
    """X^+' X' as X X^+, and X' X^+' as X^+ X."""
    kept: list[Node] = []
    for factor in node.args:
        kept.append(factor)
        pair = [f.args[0] for f in kept[-2:] if isinstance(f, Transpose)]
        if len(pair) == 2 and _are_inverse(*pair):
            kept[-2:] = reversed(pair)
    return matmul(*kept)


def _are_inverse(a: Node, b: Node) -> bool:
    return any(isinstance(p, PseudoInverse) and p.args[0] is x for p, x in ((a, b), (b, a)))


def _scaled_columns(node: Node, product: MatMul) -> Node:
    """diag(A diag(v) B) as (A o B') v."""
    places = [i for i, factor in enumerate(product.args) if isinstance(factor, Diag)]
    if len(places) != 1 or not 0 < places[0] < len(product.args) - 1:
        return node
    i = places[0]
    left, right = matmul(*product.args[:i]), matmul(*product.args[i + 1 :])
    return matmul(hadamard(left, transpose(right)), product.args[i].args[0])


def _length(node: Node, squares: Node, exponent: Node) -> Node:
    """sum(u o u)^(k/2) as ||u||^k for odd k."""
    base, two = squares.args
    half = value_of(exponent)
    if value_of(two) != 2 or half is None or half.is_integer or not (2 * half).is_integer:
        return node
    length = norm_node("2" if ONE in (base.rows, base.cols) else "fro", base)
    return entrywise_power(length, mul(as_node(2), exponent))
