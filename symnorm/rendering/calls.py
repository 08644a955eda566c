"""What both text dialects write as calls: the functions of `symnorm.language.functions` by their names."""

from __future__ import annotations

from collections.abc import Callable

from ..language.node import (
    Applied,
    Commutation,
    Det,
    Diag,
    DiagOf,
    Differential,
    Eigengap,
    Eigenvalue,
    Eigenvector,
    Elementwise,
    GapInverse,
    Inverse,
    Kron,
    KronAdjoint,
    LeadingPair,
    LogDet,
    LogSumExp,
    Lower,
    MatrixExponential,
    Max,
    Node,
    Norm,
    Peak,
    Polar,
    PseudoInverse,
    SingularVector,
    Softmax,
    SumAll,
    Sylvester,
    Trace,
    TraceExponential,
    Vec,
)
from .infix import call
from .piece import Piece
from .precedence import ATOM
from .scalars import scalar_text
from .writer import Row, Writer

NAMES: dict[type[Node], str] = {
    Inverse: "inv", Trace: "tr", Det: "det", LogDet: "logdet", Diag: "diag", DiagOf: "diag", Kron: "kron", Vec: "vec",
    SumAll: "sum", LogSumExp: "logsumexp", Softmax: "softmax", Max: "max", Peak: "peak", Polar: "polar",
    LeadingPair: "leading", GapInverse: "gapinv", Sylvester: "sylvester", Lower: "tril",
    PseudoInverse: "pinv", MatrixExponential: "expm",
}
NORMS = {
    "1": "norm1", "2": "norm2", "fro": "norm2", "inf": "norminf", "p": "normp", "nuc": "normnuc", "spec": "normspec",
    "w": "normw", "21": "norm21", "ind1": "normind1", "indinf": "normindinf",
}
"""Norms by the name of their function; a norm that a user added is called by its own name."""


def _called(name: str) -> Row:
    def row(node: Node, w: Writer) -> Piece:
        return call(name, *map(w, node.args))
    return row


def _by_name(table: dict[str, str]) -> Callable[[Norm | Elementwise | Applied, Writer], Piece]:
    def row(node: Norm | Elementwise | Applied, w: Writer) -> Piece:
        return call(table.get(node.name, node.name), *map(w, node.args))
    return row


def _kron_adjoint(node: KronAdjoint, w: Writer) -> Piece:
    return call(f"kron_{node.data[0]}", *map(w, node.args))


def _commutation(node: Commutation, w: Writer) -> Piece:
    power = "**" if w.form == "python" else "^"
    return call("commutation", *(scalar_text(size, power) for size in node.data))


def _singular_vector(node: SingularVector, w: Writer) -> Piece:
    return call(f"{node.data[0]}vec", w(node.args[0]))


def _eigen(name: str) -> Row:
    def row(node: Node, w: Writer) -> Piece:
        return call(f"{name}{node.data[0]}", w(node.args[0]))
    return row


def _trace_exponential(node: Node, w: Writer) -> Piece:
    return call("tr", call("expm", w(node.args[0])))


def _differential(node: Differential, w: Writer) -> Piece:
    inner = w(node.args[0])
    simple = inner.level == ATOM and not inner.tail.endswith(")")
    return Piece(ATOM, "d", inner) if simple else call("d", inner)


CALLS: dict[type[Node], Row] = {
    **{cls: _called(name) for cls, name in NAMES.items()},
    Norm: _by_name(NORMS), Elementwise: _by_name({}), Applied: _by_name({}), KronAdjoint: _kron_adjoint,
    SingularVector: _singular_vector,
    TraceExponential: _trace_exponential,
    Eigenvalue: _eigen("eig"), Eigenvector: _eigen("eigvec"), Eigengap: _eigen("eiggap"),
    Differential: _differential, Commutation: _commutation,
}
