"""Sums, scalar multiples, transposes, sums of entries: d passes through.

d(U + V) = dU + dV,  d(U') = (dU)',  d(1'U1) = 1'dU 1.
Source: [MN] ch. 8, standard.
"""

from __future__ import annotations

from ..language.build import add, diag, diagonal, lower, sum_all, transpose, unvec, vec
from ..language.node import Add, Diag, DiagOf, Lower, Node, SumAll, Transpose, Unvec, Vec
from .rule import DIFFERENTIALS


@DIFFERENTIALS.rule(Add, law=r"\mathrm{d}(U+V)=\mathrm{d}U+\mathrm{d}V", linear=True)
def sum_rule(node: Node, *terms: Node) -> Node:
    return add(*terms)


@DIFFERENTIALS.rule(Transpose, law=r"\mathrm{d}(U^{\top})=(\mathrm{d}U)^{\top}", name="transpose", linear=True)
def transposed(node: Node, dX: Node) -> Node:
    return transpose(dX)


@DIFFERENTIALS.rule(
    SumAll,
    law=r"\mathrm{d}\langle\mathbf{1},u\rangle=\langle\mathbf{1},\mathrm{d}u\rangle",
    name="linear map",
    linear=True,
)
def sum_of_entries(node: Node, dX: Node) -> Node:
    return sum_all(dX)


@DIFFERENTIALS.rule(
    Diag, law=r"\mathrm{d}\operatorname{diag}(u)=\operatorname{diag}(\mathrm{d}u)", name="linear map", linear=True
)
def diagonal_matrix(node: Node, dx: Node) -> Node:
    return diag(dx)


@DIFFERENTIALS.rule(
    DiagOf, law=r"\mathrm{d}\operatorname{diag}(U)=\operatorname{diag}(\mathrm{d}U)", name="linear map", linear=True
)
def diagonal_entries(node: Node, dX: Node) -> Node:
    return diagonal(dX)


@DIFFERENTIALS.rule(
    Vec, law=r"\mathrm{d}\operatorname{vec}(U)=\operatorname{vec}(\mathrm{d}U)", name="linear map", linear=True
)
def stacked_columns(node: Node, dX: Node) -> Node:
    return vec(dX)


@DIFFERENTIALS.rule(
    Unvec, law=r"\mathrm{d}\operatorname{unvec}(u)=\operatorname{unvec}(\mathrm{d}u)", name="linear map", linear=True
)
def cut_into_columns(node: Node, dx: Node) -> Node:
    return unvec(dx, node.rows, node.cols)


@DIFFERENTIALS.rule(
    Lower, law=r"\mathrm{d}\operatorname{tril}(U)=\operatorname{tril}(\mathrm{d}U)", name="linear map", linear=True
)
def lower_triangle(node: Node, dX: Node) -> Node:
    return lower(dX)
