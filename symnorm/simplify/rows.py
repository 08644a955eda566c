"""Scaled rows entry by entry: diag(v) M is v 1' .* M, where the factors of M and of v can cancel.

Used on results in which rows are normalised, as softmax of every row is; kept when shorter.
"""

from __future__ import annotations

from ..language.build import entrywise_power, hadamard, matmul, mul, ones, transpose, value_of
from ..language.node import Diag, DiagOf, Hadamard, MatMul, Mul, Node, Ones, Power, postorder
from ..language.rebuild import rebuild
from ..shapes import ONE
from .expand import expand


def scale_entrywise(root: Node) -> Node:
    """`root` with products by diagonal matrices entry by entry, multiplied out; itself where there is none."""
    order = postorder([root])
    if not any(isinstance(node, (Diag, DiagOf)) for node in order):
        return root
    done: dict[Node, Node] = {}
    for node in order:
        done[node] = _entrywise(rebuild(node, tuple(done[a] for a in node.args))) if node.args else node
    opened = expand(done[root])
    done = {}
    for node in postorder([opened]):
        done[node] = _entrywise(rebuild(node, tuple(done[a] for a in node.args))) if node.args else node
    return done[opened]


def _entrywise(node: Node) -> Node:
    match node:
        case MatMul():
            return _product(node)
        case DiagOf(args=(MatMul(args=(*first, last)),)):
            left = matmul(*first)
            return _row_sums(hadamard(left, transpose(last))) if left.cols != 1 else node
        case Power(args=(base, exponent)) if not node.is_scalar and value_of(exponent) is not None:
            return _power(node, base, exponent)
        case Hadamard():
            return _merged(node)
    return node


def _product(node: MatMul) -> Node:
    first, last = node.args[0], node.args[-1]
    if isinstance(first, Diag) and not node.is_vector:
        rest = matmul(*node.args[1:])
        return _merged(hadamard(_spread(first.args[0], rest.cols), rest))
    if isinstance(first, Diag):
        return hadamard(first.args[0], matmul(*node.args[1:]))
    if isinstance(last, Diag) and node.rows != 1:
        rest = matmul(*node.args[:-1])
        return _merged(hadamard(matmul(ones(rest.rows), transpose(last.args[0])), rest))
    if isinstance(last, Ones) and last.is_vector and len(node.args) == 2:
        return _row_sums(first)
    return node


def _spread(v: Node, cols: object) -> Node:
    """v 1'"""
    return matmul(v, ones(1, cols))


def _column(node: Node) -> Node | None:
    """v of v 1'"""
    if isinstance(node, MatMul) and isinstance(node.args[-1], Ones) and node.args[-1].rows is ONE:
        return matmul(*node.args[:-1])
    return None


def _row_sums(M: Node) -> Node:
    """M 1, with what is the same along a row in front."""
    scalars, core = (M.args[:-1], M.args[-1]) if isinstance(M, Mul) else ((), M)
    factors = core.args if isinstance(core, Hadamard) else (core,)
    columns = [v for v in map(_column, factors) if v is not None]
    others = [f for f in factors if _column(f) is None]
    if not columns:
        return mul(*scalars, matmul(core, ones(core.cols)))
    inner = matmul(hadamard(*others) if others else ones(core.rows, core.cols), ones(core.cols))
    return mul(*scalars, hadamard(*columns, inner))


def _power(node: Node, base: Node, exponent: Node) -> Node:
    column = _column(base)
    if column is not None:
        return _spread(entrywise_power(column, exponent), base.cols)
    if isinstance(base, Hadamard):
        return _merged(hadamard(*(_power(entrywise_power(f, exponent), f, exponent) for f in base.args)))
    return node


def _merged(node: Node) -> Node:
    """a 1' .* b 1' as (a .* b) 1'."""
    scalars, core = (node.args[:-1], node.args[-1]) if isinstance(node, Mul) else ((), node)
    if not isinstance(core, Hadamard):
        return node
    columns = [v for v in map(_column, core.args) if v is not None]
    if len(columns) < 2:
        return node
    others = [f for f in core.args if _column(f) is None]
    return mul(*scalars, hadamard(*others, _spread(hadamard(*columns), core.cols)))
