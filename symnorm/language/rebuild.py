"""The same operation on other arguments: the base of substitution and of simplification."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import build
from .node import (
    Add,
    Det,
    Diag,
    DiagOf,
    Differential,
    Eigengap,
    Eigenvalue,
    Eigenvector,
    Elementwise,
    GapInverse,
    Hadamard,
    Inner,
    Inverse,
    Kron,
    KronAdjoint,
    LeadingPair,
    LogDet,
    LogSumExp,
    MatMul,
    MatPower,
    MatrixExponential,
    Max,
    Mul,
    Node,
    Norm,
    Peak,
    Polar,
    Power,
    PseudoInverse,
    SingularVector,
    Softmax,
    SumAll,
    Sylvester,
    Trace,
    TraceExponential,
    Transpose,
    Unvec,
    Vec,
    postorder,
)


def _as_is(node: Node, args: tuple[Node, ...]) -> Node:
    made: Node = type(node)._make(node.data, args, node.rows, node.cols)
    return made


REBUILD: dict[type[Node], Callable[[Any, tuple[Node, ...]], Node]] = {
    Add: lambda n, a: build.add(*a),
    Mul: lambda n, a: build.mul(*a),
    Power: lambda n, a: build.entrywise_power(*a),
    MatMul: lambda n, a: build.matmul(*a),
    Hadamard: lambda n, a: build.hadamard(*a),
    Transpose: lambda n, a: build.transpose(*a),
    Inverse: lambda n, a: build.inverse(*a),
    MatPower: lambda n, a: build.matrix_power(a[0], n.data[0]),
    Trace: lambda n, a: build.trace(*a),
    Det: lambda n, a: build.det(*a),
    LogDet: lambda n, a: build.logdet(*a),
    Diag: lambda n, a: build.diag(*a),
    DiagOf: lambda n, a: build.diagonal(*a),
    Kron: lambda n, a: build.kron(*a),
    KronAdjoint: lambda n, a: build.kron_adjoint(n.data[0], a[0], a[1], n.rows, n.cols),
    Vec: lambda n, a: build.vec(*a),
    Unvec: lambda n, a: build.unvec(a[0], n.rows, n.cols),
    SumAll: lambda n, a: build.sum_all(*a),
    Elementwise: lambda n, a: build.elementwise(n.name, *a),
    Norm: lambda n, a: build.norm_node(n.name, *a),
    LogSumExp: lambda n, a: build.logsumexp(*a),
    Softmax: lambda n, a: build.softmax(*a),
    Max: lambda n, a: build.maximum(*a),
    Peak: lambda n, a: build.peak(*a),
    Polar: lambda n, a: build.polar(*a),
    LeadingPair: lambda n, a: build.leading(*a),
    SingularVector: lambda n, a: build.singular_vector(n.data[0], *a),
    GapInverse: lambda n, a: build.gapinv(*a),
    Sylvester: lambda n, a: build.sylvester(*a),
    Eigenvalue: lambda n, a: build.eigenvalue(n.data[0], *a),
    Eigenvector: lambda n, a: build.eigenvector(n.data[0], *a),
    Eigengap: lambda n, a: build.eigengap(n.data[0], *a),
    PseudoInverse: lambda n, a: build.pinv(*a),
    TraceExponential: lambda n, a: build.trace(build.expm(*a)),
    MatrixExponential: lambda n, a: build.expm(*a),
    Differential: _as_is,
    Inner: _as_is,
}


def rebuild(node: Node, args: tuple[Node, ...]) -> Node:
    """The operation of `node` on `args`, through the constructors."""
    if all(a is b for a, b in zip(args, node.args, strict=True)):
        return node
    return REBUILD.get(type(node), _as_is)(node, args)


def substitute(root: Node, values: Mapping[Node, Node]) -> Node:
    """`root` with each key of `values` replaced, everywhere, at once."""
    done: dict[Node, Node] = {}
    for node in postorder([root]):
        if node in values:
            done[node] = values[node]
        elif node.args:
            done[node] = rebuild(node, tuple(done[a] for a in node.args))
        else:
            done[node] = node
    return done[root]
