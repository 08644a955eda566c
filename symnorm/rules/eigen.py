"""Outermost eigenvalues of symmetric matrices, the pseudo-inverse, the trace of the matrix exponential.

ds = v' dS v,  dv = R dS v,  R = (s I - S)^+,  dR = -R dM R + R^2 dM vv' + vv' dM R^2 with dM = ds I - dS.
dX^+ = -X^+ dX X^+ + X^+ X^+' dX' (I - X X^+) + (I - X^+ X) dX' X^+' X^+, where the rank stays.
d tr e^X = tr(e^X dX); e^X itself has no closed form here.
Source: [MN] 8.7 for eigenvalues, Golub and Pereyra 1973 for the pseudo-inverse, [H] 10 for the exponential.
"""

from __future__ import annotations

from ..domains import FULL_RANK, SIMPLE_LARGEST_EIGENVALUE, SIMPLE_SMALLEST_EIGENVALUE, Domain
from ..language.build import (
    HALF,
    add,
    eigengap,
    eigenvector,
    expm,
    identity,
    matmul,
    mul,
    negate,
    subtract,
    trace,
    transpose,
)
from ..language.node import Eigengap, Eigenvalue, Eigenvector, Node, PseudoInverse, TraceExponential
from .rule import DIFFERENTIALS


def _simple(node: Node) -> Domain:
    return SIMPLE_LARGEST_EIGENVALUE if node.data[0] == "max" else SIMPLE_SMALLEST_EIGENVALUE


def _symmetric_part(dX: Node) -> Node:
    turned = transpose(dX)
    return dX if turned is dX else mul(HALF, add(dX, turned))


@DIFFERENTIALS.rule(
    Eigenvalue,
    source="[MN] 8.7",
    domain=SIMPLE_LARGEST_EIGENVALUE,
    where=_simple,
    law=r"\mathrm{d}\lambda=v^{\top}\,\mathrm{d}S\,v\text{ with }Sv=\lambda v",
)
def simple_eigenvalue(node: Node, dX: Node) -> Node:
    v = eigenvector(node.data[0], node.args[0])
    return matmul(transpose(v), dX, v)


@DIFFERENTIALS.rule(
    Eigenvector,
    source="[MN] 8.7",
    domain=SIMPLE_LARGEST_EIGENVALUE,
    where=_simple,
    law=r"\mathrm{d}v=(\lambda I-S)^{+}\,\mathrm{d}S\,v",
)
def simple_eigenvector(node: Node, dX: Node) -> Node:
    return matmul(eigengap(node.data[0], node.args[0]), _symmetric_part(dX), node)


@DIFFERENTIALS.rule(
    Eigengap,
    source="Golub and Pereyra 1973",
    domain=SIMPLE_LARGEST_EIGENVALUE,
    where=_simple,
    law=r"\mathrm{d}R=-R\,\mathrm{d}M\,R+R^{2}\,\mathrm{d}M\,vv^{\top}+vv^{\top}\mathrm{d}M\,R^{2}"
    r"\text{ with }\mathrm{d}M=\mathrm{d}\lambda\,I-\mathrm{d}S",
)
def eigenvalue_gap(node: Node, dX: Node) -> Node:
    v = eigenvector(node.data[0], node.args[0])
    moved, slope = _symmetric_part(dX), matmul(transpose(v), dX, v)
    inside = negate(matmul(node, node, moved, v, transpose(v)))
    return add(matmul(node, moved, node), negate(mul(slope, matmul(node, node))), inside, transpose(inside))


@DIFFERENTIALS.rule(
    PseudoInverse,
    name="pseudo-inverse",
    source="Golub and Pereyra 1973",
    domain=FULL_RANK,
    law=r"\mathrm{d}X^{+}=-X^{+}\mathrm{d}X\,X^{+}+X^{+}X^{+\top}\mathrm{d}X^{\top}(I-XX^{+})"
    r"+(I-X^{+}X)\,\mathrm{d}X^{\top}X^{+\top}X^{+}",
)
def pseudo_inverse(node: Node, dX: Node) -> Node:
    (x,) = node.args
    back, turned = transpose(node), transpose(dX)
    left = subtract(identity(x.rows), matmul(x, node))
    right = subtract(identity(x.cols), matmul(node, x))
    return add(negate(matmul(node, dX, node)), matmul(node, back, turned, left), matmul(right, turned, back, node))


@DIFFERENTIALS.rule(
    TraceExponential,
    source="[H] 10",
    law=r"\mathrm{d}\operatorname{tr}e^{X}=\operatorname{tr}(e^{X}\,\mathrm{d}X)",
)
def trace_of_exponential(node: Node, dX: Node) -> Node:
    return trace(matmul(expm(node.args[0]), dX))
