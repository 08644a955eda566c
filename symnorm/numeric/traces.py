"""Traces of products with inverses, multiplied out into terms that share their work.

    tr(K^-1 (A - u v') K^-1 B) = tr(K^-1 A K^-1 B) - v' K^-1 B K^-1 u        tr((A o P)' B) = tr(P' (A o B))

A product of rank one becomes a scalar that takes products with vectors alone; of what is left, K^-1 A and K^-1 B are
products that other traces need too, and tr(P Q) is a sum of products of entries. Sums of matrices without inverses stay
sums, so that there are no more products of matrices than before.
"""

from __future__ import annotations

from itertools import product
from math import prod

from ..language.build import add, hadamard, matmul, mul, trace, transpose
from ..language.node import Add, Hadamard, Inverse, MatMul, Mul, Node, Trace, Transpose
from ..shapes import ONE

MANY = 16
"""A trace of more terms is left as it is."""


def opened_trace(node: Trace) -> list[Node]:
    """Terms whose sum is a trace, traces of products of matrices first; none where it is one term as it is."""
    x = node.args[0]
    if not (isinstance(x, MatMul) and _has_inverse(x)):
        return []
    terms = _opened(_paired(x))
    found = [trace(t) for t in terms] if len(terms) <= MANY else []
    return [] if found == [node] else sorted(found, key=lambda t: not isinstance(_core(t), Trace))


def _core(node: Node) -> Node:
    """Without scalar factors and transposition."""
    while isinstance(node, (Mul, Transpose)):
        node = node.args[-1]
    return node


def _has_inverse(node: Node) -> bool:
    """Is there an inverse in the products, entrywise products and sums that a node is made of?"""
    core = _core(node)
    if isinstance(core, (MatMul, Add, Hadamard)):
        return any(_has_inverse(a) for a in core.args)
    return isinstance(core, Inverse)


def _paired(x: MatMul) -> Node:
    """tr((A o P)' B) as tr(P' (A o B)) for P with inverses."""
    if len(x.args) != 2:
        return x
    for first, other in (x.args, x.args[::-1]):
        inner = first.args[0] if isinstance(first, Transpose) else first
        if isinstance(inner, Hadamard) and not _has_inverse(other):
            known = [f for f in inner.args if not _has_inverse(f)]
            rest = [f for f in inner.args if f not in known]
            if known and len(rest) == 1:
                partner = transpose(other) if inner is first else other
                return matmul(transpose(rest[0]), hadamard(*known, partner))
    return x


def _opened(node: Node) -> list[Node]:
    """Terms whose sum is a matrix."""
    if isinstance(node, Add):
        plain = [t for t in node.args if not _is_apart(t)]
        apart = [t for s in node.args if _is_apart(s) for t in _opened(s)]
        return [add(*plain), *apart] if plain else apart
    if isinstance(node, Mul):
        return [mul(*node.args[:-1], t) for t in _opened(node.args[-1])]
    if isinstance(node, Transpose):
        return [transpose(t) for t in _opened(node.args[0])]
    if isinstance(node, MatMul):
        parts = [_opened(f) for f in node.args]
        return [node] if prod(map(len, parts)) > MANY else [matmul(*choice) for choice in product(*parts)]
    return [node]


def _is_apart(term: Node) -> bool:
    """Is a term of a sum taken by itself: a product of rank one, or one with an inverse?"""
    core = _core(term)
    outer = isinstance(core, MatMul) and any(f.cols is ONE for f in core.args[:-1])
    return outer or (not isinstance(core, Inverse) and _has_inverse(core))
