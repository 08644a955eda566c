"""Norms of the entries: 1, 2, infinity, p, Frobenius, and the sum of row norms.

d||u||_1 = <sign(u), du>,  d||u||_2 = <u, du>/||u||_2,  d||u||_p = ||u||_p^(1-p) <sign(u) o |u|^(p-1), du>.
"""

from __future__ import annotations

from ..domains import EVERYWHERE, NO_ZERO_ENTRY, NO_ZERO_ROW, NONZERO, UNIQUE_LARGEST_MAGNITUDE
from ..language.build import (
    HALF,
    MINUS,
    UNIT,
    constant,
    elementwise,
    entrywise_power,
    hadamard,
    matmul,
    mul,
    norm_node,
    ones,
    peak,
    subtract,
    transpose,
    value_of,
)
from ..language.functions import dot
from ..language.node import Node, Norm, Power
from ..rules.rule import DIFFERENTIALS, Rule
from .norm import NormFacts, declare_norm


def _sign(x: Node) -> Node:
    """At kinks: sign(0) = 0, the element of least norm."""
    return elementwise("sign", x)


def _unit(name: str, x: Node) -> Node:
    return mul(entrywise_power(norm_node(name, x), MINUS), x)


def _largest(x: Node) -> Node:
    """At ties: shared evenly."""
    return hadamard(elementwise("sign", x), peak(elementwise("abs", x)))


def _p_subgradient(x: Node, p: Node) -> Node:
    """At zero entries: 0, for p > 1."""
    size = norm_node("p", x, p)
    value = value_of(p)
    power = subtract(p, UNIT)
    if value is not None and value.is_Integer:
        return mul(entrywise_power(size, subtract(UNIT, p)), _signed_power(x, int(value) - 1))
    powers = hadamard(elementwise("sign", x), entrywise_power(elementwise("abs", x), power))
    return mul(entrywise_power(size, subtract(UNIT, p)), powers)


def _signed_power(x: Node, k: int) -> Node:
    """sign(x) |x|^k without signs: x^k for odd k, x^(k-1) |x| for even k."""
    if k % 2:
        return entrywise_power(x, constant(k))
    return hadamard(entrywise_power(x, constant(k - 1)), elementwise("abs", x))


def _row_units(x: Node) -> Node:
    squares = matmul(entrywise_power(x, constant(2)), ones(x.cols))
    return hadamard(matmul(entrywise_power(squares, mul(MINUS, HALF)), transpose(ones(x.cols))), x)


declare_norm(
    NormFacts(
        "1",
        "1-norm",
        r"\mathrm{d}\lVert u\rVert_1=\langle\operatorname{sign}(u),\mathrm{d}u\rangle",
        "inf",
        _sign,
        NO_ZERO_ENTRY,
    )
)
declare_norm(
    NormFacts(
        "2",
        "2-norm",
        r"\mathrm{d}\lVert u\rVert_2=\frac{1}{\lVert u\rVert_2}\langle u,\mathrm{d}u\rangle",
        "2",
        lambda x: _unit("2", x),
        NONZERO,
    )
)
declare_norm(
    NormFacts(
        "fro",
        "Frobenius norm",
        r"\mathrm{d}\lVert U\rVert_F=\frac{1}{\lVert U\rVert_F}\langle U,\mathrm{d}U\rangle",
        "fro",
        lambda x: _unit("fro", x),
        NONZERO,
    )
)
declare_norm(
    NormFacts(
        "inf",
        "maximum norm",
        r"\mathrm{d}\lVert u\rVert_\infty=\operatorname{sign}(u_k)\,\mathrm{d}u_k,"
        r"\ \lvert u_k\rvert=\lVert u\rVert_\infty",
        "1",
        _largest,
        UNIQUE_LARGEST_MAGNITUDE,
    )
)
declare_norm(
    NormFacts(
        "p",
        "p-norm",
        r"\mathrm{d}\lVert u\rVert_p=\lVert u\rVert_p^{1-p}"
        r"\langle\operatorname{sign}(u)\odot\lvert u\rvert^{p-1},\mathrm{d}u\rangle",
        "p",
        _p_subgradient,
        NONZERO,
    )
)
declare_norm(
    NormFacts(
        "21",
        "sum of row norms",
        r"\mathrm{d}\sum_i\lVert u_i\rVert_2=\sum_i\frac{1}{\lVert u_i\rVert_2}\langle u_i,\mathrm{d}u_i\rangle",
        "2inf",
        _row_units,
        NO_ZERO_ROW,
    )
)


def _is_square(node: Node) -> bool:
    base, exponent = node.args
    value = value_of(exponent)
    return (
        isinstance(base, Norm)
        and base.name in ("2", "fro")
        and value is not None
        and value.is_number
        and bool(value >= 2)
    )


def _inside(node: Node) -> tuple[Node, ...]:
    return node.args[0].args


def _squared(node: Node, dX: Node) -> Node:
    size, k = node.args
    return mul(k, entrywise_power(size, subtract(k, constant(2))), dot(size.args[0], dX))


DIFFERENTIALS.composition(
    Power,
    _is_square,
    Rule(
        "squared norm",
        Power,
        "norm",
        r"\mathrm{d}(\tfrac12\lVert u\rVert_2^2)=\langle u,\mathrm{d}u\rangle",
        EVERYWHERE,
        "standard",
        _squared,
        arguments=_inside,
    ),
)
