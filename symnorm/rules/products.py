"""Products and powers: one factor at a time.

d(UV) = dU V + U dV, for the matrix, entrywise, Kronecker and scalar product alike.
Source: [MN] ch. 8, standard.
"""

from __future__ import annotations

from collections.abc import Callable

from ..domains import EVERYWHERE, NO_ZERO_ENTRY, NONZERO, POSITIVE, Domain
from ..language.build import (
    add,
    as_node,
    elementwise,
    entrywise_power,
    hadamard,
    is_zero,
    kron,
    kron_adjoint,
    matmul,
    matrix_power,
    mul,
    subtract,
    value_of,
    zero,
)
from ..language.functions import dot
from ..language.node import Hadamard, Inner, Kron, KronAdjoint, MatMul, MatPower, Mul, Node, Power
from .rule import DIFFERENTIALS


def _one_at_a_time(node: Node, differentials: tuple[Node, ...], product: Callable[..., Node]) -> Node:
    """The sum over the factors of the product with that factor's differential in its place."""
    terms = [product(*node.args[:i], d, *node.args[i + 1 :]) for i, d in enumerate(differentials) if not is_zero(d)]
    return add(*terms) if terms else zero(node.rows, node.cols)


@DIFFERENTIALS.rule(MatMul, law=r"\mathrm{d}(UV)=\mathrm{d}U\,V+U\,\mathrm{d}V")
def product_rule(node: Node, *differentials: Node) -> Node:
    return _one_at_a_time(node, differentials, matmul)


@DIFFERENTIALS.rule(Mul, law=r"\mathrm{d}(\alpha U)=\mathrm{d}\alpha\,U+\alpha\,\mathrm{d}U", name="product rule")
def scalar_product(node: Node, *differentials: Node) -> Node:
    return _one_at_a_time(node, differentials, mul)


@DIFFERENTIALS.rule(Hadamard, law=r"\mathrm{d}(U\odot V)=\mathrm{d}U\odot V+U\odot\mathrm{d}V", name="product rule")
def entrywise_product(node: Node, *differentials: Node) -> Node:
    return _one_at_a_time(node, differentials, hadamard)


@DIFFERENTIALS.rule(Kron, law=r"\mathrm{d}(U\otimes V)=\mathrm{d}U\otimes V+U\otimes\mathrm{d}V", name="product rule")
def kronecker_product(node: Node, *differentials: Node) -> Node:
    return _one_at_a_time(node, differentials, kron)


@DIFFERENTIALS.rule(KronAdjoint, law=r"\mathrm{d}P(G,B)=P(\mathrm{d}G,B)+P(G,\mathrm{d}B)", name="product rule")
def partial_contraction(node: Node, dG: Node, dB: Node) -> Node:
    g, b = node.args
    side = str(node.data[0])
    parts = [
        kron_adjoint(side, u, v, node.rows, node.cols) for u, v in ((dG, b), (g, dB)) if not (is_zero(u) or is_zero(v))
    ]
    return add(*parts) if parts else zero(node.rows, node.cols)


@DIFFERENTIALS.rule(
    Inner,
    law=r"\mathrm{d}\langle u,v\rangle=\langle\mathrm{d}u,v\rangle+\langle u,\mathrm{d}v\rangle",
    name="product rule",
)
def inner_product(node: Node, dU: Node, dV: Node) -> Node:
    u, v = node.args
    return add(dot(dU, v), dot(u, dV))


@DIFFERENTIALS.rule(MatPower, law=r"\mathrm{d}(U^k)=\sum_{i<k}U^i\,\mathrm{d}U\,U^{k-1-i}")
def matrix_power_rule(node: Node, dX: Node) -> Node:
    (x,), k = node.args, int(node.data[0])
    return add(*(matmul(matrix_power(x, i), dX, matrix_power(x, k - 1 - i)) for i in range(k)))


def _where_power(node: Node) -> Domain:
    exponent = value_of(node.args[1])
    if exponent is None or not exponent.is_integer:
        return EVERYWHERE if exponent is not None and (exponent - 1).is_positive else POSITIVE
    if exponent.is_negative:
        return NONZERO if node.is_scalar else NO_ZERO_ENTRY
    return EVERYWHERE


@DIFFERENTIALS.rule(
    Power, law=r"\mathrm{d}(\beta^{k})=k\beta^{k-1}\,\mathrm{d}\beta", name="chain rule", where=_where_power
)
def power_rule(node: Node, dX: Node, dk: Node) -> Node:
    x, k = node.args
    terms = []
    if not is_zero(dX):
        terms.append(mul(k, hadamard(entrywise_power(x, subtract(k, as_node(1))), dX)))
    if not is_zero(dk):
        terms.append(mul(dk, hadamard(node, elementwise("log", x))))
    return add(*terms) if terms else zero(node.rows, node.cols)
