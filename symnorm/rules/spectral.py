"""Polar factors and leading singular pairs: what the gradients of the nuclear and the spectral norm are made of.

P = polar(X):    (XX')^(1/2) dP + dP (X'X)^(1/2) = dX - P dX' P, solved by sylvester(X).
Z = leading(X):  dZ = R (s dX Z'Z + X dX' Z) + (s ZZ' dX + Z dX' X) Q, s = ||X||_2, R = gapinv(X), Q = gapinv(X').
Both follow from the singular value decomposition: entry (p, q) of U'dP V is (E_pq - E_qp)/(s_p + s_q) with E = U'dX V,
and u_p' du_1 = (s_1 E_p1 + s_p E_1p)/(s_1^2 - s_p^2).
Source: [MN] 8.8 for simple singular pairs, [H] 8.3 (Higham, Functions of Matrices) for the polar factor.
"""

from __future__ import annotations

from ..domains import FULL_RANK, SIMPLE_LARGEST
from ..language.build import (
    add,
    as_node,
    gapinv,
    identity,
    kron,
    leading,
    matmul,
    mul,
    negate,
    norm_node,
    polar,
    singular_vector,
    subtract,
    sylvester,
    transpose,
    unvec,
    vec,
)
from ..language.functions import dot
from ..language.node import GapInverse, LeadingPair, Node, Polar, SingularVector, Sylvester
from .rule import DIFFERENTIALS


@DIFFERENTIALS.rule(
    Polar,
    domain=FULL_RANK,
    source="[H] 8.3",
    law=r"(XX^{\top})^{1/2}\,\mathrm{d}P+\mathrm{d}P\,(X^{\top}X)^{1/2}=\mathrm{d}X-P\,\mathrm{d}X^{\top}P",
)
def polar_factor(node: Node, dX: Node) -> Node:
    turning = subtract(dX, matmul(node, transpose(dX), node))
    return unvec(matmul(sylvester(node.args[0]), vec(turning)), node.rows, node.cols)


@DIFFERENTIALS.rule(
    Sylvester,
    domain=FULL_RANK,
    source="[H] 8.3",
    law=r"\mathrm{d}(L^{-1})=-L^{-1}\,\mathrm{d}L\,L^{-1}"
    r"\text{ with }L=I\otimes(XX^{\top})^{1/2}+(X^{\top}X)^{1/2}\otimes I",
)
def sylvester_inverse(node: Node, dX: Node) -> Node:
    (x,) = node.args
    p = polar(x)
    dP = polar_factor(p, dX)
    left = add(matmul(dX, transpose(p)), matmul(x, transpose(dP)))
    right = add(matmul(transpose(dP), x), matmul(transpose(p), dX))
    return negate(matmul(node, add(kron(identity(x.cols), left), kron(right, identity(x.rows))), node))


@DIFFERENTIALS.rule(
    LeadingPair,
    domain=SIMPLE_LARGEST,
    source="[MN] 8.8",
    law=r"\mathrm{d}Z=R\,(\sigma\,\mathrm{d}X\,Z^{\top}Z+X\,\mathrm{d}X^{\top}Z)"
    r"+(\sigma ZZ^{\top}\mathrm{d}X+Z\,\mathrm{d}X^{\top}X)\,Q",
)
def leading_pair(node: Node, dX: Node) -> Node:
    (x,) = node.args
    value, left, right = norm_node("spec", x), gapinv(x), gapinv(transpose(x))
    turned = transpose(dX)
    return add(
        mul(value, matmul(left, dX, transpose(node), node)),
        matmul(left, x, turned, node),
        mul(value, matmul(node, transpose(node), dX, right)),
        matmul(node, turned, x, right),
    )


@DIFFERENTIALS.rule(
    SingularVector,
    of="left",
    name="leading singular vector",
    domain=SIMPLE_LARGEST,
    source="[MN] 8.8",
    law=r"\mathrm{d}u=R\,(\sigma\,\mathrm{d}X\,v+X\,\mathrm{d}X^{\top}u)",
)
def left_vector(node: Node, dX: Node) -> Node:
    (x,) = node.args
    return _vector(x, node, singular_vector("right", x), dX)


@DIFFERENTIALS.rule(
    SingularVector,
    of="right",
    name="leading singular vector",
    domain=SIMPLE_LARGEST,
    source="[MN] 8.8",
    law=r"\mathrm{d}v=Q\,(\sigma\,\mathrm{d}X^{\top}u+X^{\top}\mathrm{d}X\,v)",
)
def right_vector(node: Node, dX: Node) -> Node:
    (x,) = node.args
    return _vector(transpose(x), node, singular_vector("left", x), transpose(dX))


def _vector(x: Node, own: Node, other: Node, dX: Node) -> Node:
    inner = add(mul(norm_node("spec", x), matmul(dX, other)), matmul(x, transpose(dX), own))
    return matmul(gapinv(x), inner)


@DIFFERENTIALS.rule(
    GapInverse,
    domain=SIMPLE_LARGEST,
    source="Golub and Pereyra 1973",
    law=r"\mathrm{d}R=-R\,\mathrm{d}G\,R+R^{2}\,\mathrm{d}G\,uu^{\top}+uu^{\top}\mathrm{d}G\,R^{2}"
    r"\text{ with }G=\sigma^{2}I-XX^{\top}",
)
def gap_inverse(node: Node, dX: Node) -> Node:
    (x,) = node.args
    pair = leading(x)
    onto = matmul(pair, transpose(pair))
    moved = matmul(dX, transpose(x))
    dG = negate(add(moved, transpose(moved)))
    slope = mul(as_node(2), norm_node("spec", x), dot(pair, dX))
    inside = matmul(node, node, dG, onto)
    return add(
        negate(matmul(node, dG, node)), negate(mul(slope, matmul(node, node))), inside, transpose(inside)
    )
