"""Trace, determinant, inverse.

d tr U = tr dU,  d det U = det U tr(U^-1 dU),  d log|det U| = tr(U^-1 dU),  d(U^-1) = -U^-1 dU U^-1.
Source: [MN] ch. 8, standard.
"""

from __future__ import annotations

from ..domains import INVERTIBLE
from ..language.build import inverse, matmul, mul, negate, trace
from ..language.node import Det, Inverse, LogDet, Node, Trace
from .rule import DIFFERENTIALS


@DIFFERENTIALS.rule(
    Trace, law=r"\mathrm{d}\operatorname{tr}U=\operatorname{tr}\mathrm{d}U", name="the trace is linear", linear=True
)
def trace_is_linear(node: Node, dX: Node) -> Node:
    return trace(dX)


@DIFFERENTIALS.rule(Det, domain=INVERTIBLE, law=r"\mathrm{d}(\det U)=\det U\,\operatorname{tr}(U^{-1}\,\mathrm{d}U)")
def determinant(node: Node, dX: Node) -> Node:
    return mul(node, trace(matmul(inverse(node.args[0]), dX)))


@DIFFERENTIALS.rule(
    LogDet,
    domain=INVERTIBLE,
    name="log-determinant",
    law=r"\mathrm{d}\log\,\lvert\det U\rvert=\operatorname{tr}(U^{-1}\,\mathrm{d}U)",
)
def log_determinant(node: Node, dX: Node) -> Node:
    return trace(matmul(inverse(node.args[0]), dX))


@DIFFERENTIALS.rule(Inverse, domain=INVERTIBLE, law=r"\mathrm{d}(U^{-1})=-U^{-1}\,\mathrm{d}U\,U^{-1}", name="inverse")
def inverse_rule(node: Node, dX: Node) -> Node:
    return negate(matmul(node, dX, node))
