"""Outermost eigenvalues of symmetric matrices, the pseudo-inverse, the trace of the matrix exponential.

ds = v' dS v,  dv = R dS v,  R = (s I - S)^+,  dR = -R dM R + R^2 dM vv' + vv' dM R^2 with dM = ds I - dS.
dX^+ = -X^+ dX X^+ + X^+ X^+' dX' (I - X X^+) + (I - X^+ X) dX' X^+' X^+, where the rank stays.
d tr e^X = tr(e^X dX),  d e^(tA) = dt A e^(tA); of e^X itself there is no closed form here.
Source: [MN] 8.7 for eigenvalues, Golub and Pereyra 1973 for the pseudo-inverse, [H] 10 for the exponential.
"""

from __future__ import annotations

from ..domains import EVERYWHERE, FULL_RANK, SIMPLE_LARGEST_EIGENVALUE, SIMPLE_SMALLEST_EIGENVALUE, Domain
from ..errors import NoRule
from ..language.build import (
    HALF,
    add,
    eigengap,
    eigenvector,
    expm,
    identity,
    is_zero,
    matmul,
    mul,
    negate,
    subtract,
    trace,
    transpose,
    zero,
)
from ..language.node import (
    Eigengap,
    Eigenvalue,
    Eigenvector,
    MatrixExponential,
    Mul,
    Node,
    PseudoInverse,
    TraceExponential,
)
from .rule import DIFFERENTIALS, Rule


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


def _is_scaled(node: Node) -> bool:
    return isinstance(node.args[0], Mul)


def _scaled_exponential(node: Node, *changes: Node) -> Node:
    """Only the scalars may move: a matrix and its change do not commute."""
    *scalars, matrix = node.args[0].args
    *moved, turned = changes
    if not is_zero(turned):
        raise NoRule(f"no rule for the differential of {node} by what is in {matrix}: of tr(expm(X)) there is one")
    slopes = [mul(*scalars[:i], moved[i], *scalars[i + 1 :]) for i in range(len(scalars)) if not is_zero(moved[i])]
    return mul(add(*slopes), matmul(matrix, node)) if slopes else zero(node.rows, node.cols)


DIFFERENTIALS.composition(
    MatrixExponential,
    _is_scaled,
    Rule(
        "exponential of a scaled matrix",
        MatrixExponential,
        "scaled",
        r"\mathrm{d}e^{tA}=\mathrm{d}t\,A\,e^{tA}",
        EVERYWHERE,
        "[H] 10",
        _scaled_exponential,
        arguments=lambda node: node.args[0].args,
    ),
)
