"""Lowering of eigenvalues, the pseudo-inverse and the matrix exponential."""

from __future__ import annotations

from ..language.build import expm
from ..language.node import Eigengap, Eigenvalue, Eigenvector, MatrixExponential, Node, PseudoInverse, TraceExponential
from .lower import Lower, Steps, lowers


def _decomposed(lower: Lower, x: Node) -> Steps:
    value = yield from lower.full(x)
    factor = lower.program.make("eigh", (value,), value.shape)
    lower.origin.setdefault(factor, x)
    return factor


def _place(node: Node) -> int:
    return -1 if node.data[0] == "max" else 0


@lowers(Eigenvalue)
def eigenvalue(lower: Lower, node: Eigenvalue) -> Steps:
    factor = yield from _decomposed(lower, node.args[0])
    return lower.program.make("eigenvalue", (factor,), (), _place(node))


@lowers(Eigenvector)
def eigenvector(lower: Lower, node: Eigenvector) -> Steps:
    factor = yield from _decomposed(lower, node.args[0])
    return lower.program.make("eigenvector", (factor,), lower.inside(node), _place(node))


@lowers(Eigengap)
def eigengap(lower: Lower, node: Eigengap) -> Steps:
    factor = yield from _decomposed(lower, node.args[0])
    return lower.program.make("eigengap", (factor,), lower.inside(node), _place(node))


@lowers(PseudoInverse)
def pseudo_inverse(lower: Lower, node: PseudoInverse) -> Steps:
    value = yield from lower.full(node.args[0])
    return lower.program.make("pinv", (value,), lower.inside(node))


@lowers(TraceExponential)
def trace_of_exponential(lower: Lower, node: TraceExponential) -> Steps:
    value = yield expm(node.args[0])
    return lower.program.make("trace", (value,), ())


@lowers(MatrixExponential)
def exponential(lower: Lower, node: MatrixExponential) -> Steps:
    value = yield from lower.full(node.args[0])
    return lower.program.make("expm", (value,), lower.inside(node))
