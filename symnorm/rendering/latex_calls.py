r"""Functions and norms in LaTeX: \operatorname{tr}(X), \lVert x\rVert_2, \sigma(z), e^{x}, \log\,\lvert\det X\rvert."""

from __future__ import annotations

import re

from ..language.node import (
    Applied,
    Commutation,
    Det,
    Diag,
    DiagOf,
    Eigengap,
    Eigenvalue,
    Eigenvector,
    Elementwise,
    GapInverse,
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
    Unvec,
    Vec,
)
from ..language.operations import OPERATIONS
from ..shapes import ONE
from .latex_pieces import applied, grouped, index, joined, made, operator
from .latex_products import exponent_parts
from .letters import scalar_latex
from .piece import Piece
from .precedence import ATOM, FACTOR, POWER, PREFIX, PRODUCT
from .writer import Row, Writer

OPERATORS: dict[type[Node], str] = {
    Trace: operator("tr"), Diag: operator("diag"), DiagOf: operator("diag"), Vec: operator("vec"), Max: "\\max",
    Softmax: operator("softmax"), Peak: operator("peak"), Polar: operator("polar"), LeadingPair: operator("leading"),
    GapInverse: operator("gapinv"), Sylvester: operator("sylvester"),
    Lower: operator("tril"), PseudoInverse: operator("pinv"), MatrixExponential: operator("expm"),
}
_ELEMENTARY = "exp log sin cos tan arcsin arccos arctan sinh cosh tanh"
COMMANDS = {name: f"\\{name}" for name in _ELEMENTARY.split()}
COMMANDS["sigmoid"] = "\\sigma"
INDICES = {"1": "1", "2": "2", "inf": "\\infty", "fro": "F", "nuc": "*", "spec": "2", "ind1": "1,\\mathrm{ind}",
           "indinf": "\\infty,\\mathrm{ind}"}
_CLOSED = re.compile(r"\\lVert[^|]*\\rVert(_.|_\{[^{}]*(\{[^{}]*\})?\})?|(\\?[A-Za-z]+(\{[^{}]*\})?)\([^()]*\)")
"""Templates that hold together: norms and calls."""
ENTRYWISE_NORMS = frozenset({"1", "inf", "p"})
"""Norms of the entries: of a matrix they are written as norms of vec(X), because ||X||_1 means other things too."""


def called(command: str) -> Row:
    def row(node: Node, w: Writer) -> Piece:
        return applied(command, *map(w, node.args))
    return row


def norm(node: Norm, w: Writer) -> Piece:
    argument, *parameters = node.args
    inner = w(argument)
    if node.name == "21":
        row = made(ATOM, grouped(inner, ATOM), "_{i,:}")
        return made(PRODUCT, "\\sum_i", "\\lVert", row, "\\rVert_2")
    if node.name in ENTRYWISE_NORMS and argument.cols is not ONE and argument.rows is not ONE:
        inner = applied(operator("vec"), inner)
    if parameters:
        parts = exponent_parts(parameters[0], w)
        below = index(parts[0]) if len(parts) == 1 else ("_{", *parts, "}")
    else:
        below = index(INDICES.get(node.name) or "\\mathrm{" + node.name.replace("_", "\\_") + "}")
    return made(ATOM, "\\lVert", inner, "\\rVert", *below)


def elementwise(node: Elementwise, w: Writer) -> Piece:
    inner = w(node.args[0])
    if node.name == "abs" and node.is_scalar:
        return made(ATOM, "\\lvert", inner, "\\rvert")
    if node.name == "exp" and node.cols is ONE:
        return made(POWER, "e^{", *exponent_parts(node.args[0], w), "}")
    if node.name == "log" and inner.head == "\\langle" and inner.tail == "\\rangle":
        return made(PREFIX, "\\log", inner)
    return applied(COMMANDS.get(node.name) or operator(node.name), *map(w, node.args))


def elementwise_in_words(node: Elementwise, w: Writer) -> Piece:
    """Where sigma or e is a variable: sigmoid and exp by their names."""
    if node.name == "sigmoid":
        return applied(operator("sigmoid"), *map(w, node.args))
    return applied("\\exp", *map(w, node.args)) if node.name == "exp" else elementwise(node, w)


def determinant(node: Det, w: Writer) -> Piece:
    inner = w(node.args[0])
    return made(PREFIX, "\\det", inner) if inner.level == ATOM else applied("\\det", inner)


def log_determinant(node: LogDet, w: Writer) -> Piece:
    inner = w(node.args[0])
    direct: tuple[str | Piece, ...] = ("\\det", inner) if inner.level == ATOM else ("\\det", "(", inner, ")")
    if "spd" in node.args[0].facts:
        return made(PREFIX, "\\log", *direct)
    return made(PREFIX, "\\log", "\\,", "\\lvert", *direct, "\\rvert")


def log_sum_exp(node: LogSumExp, w: Writer) -> Piece:
    return made(PREFIX, "\\log", "\\langle", "\\mathbf{1}", ",", "e^{", w(node.args[0]), "}", "\\rangle")


def sum_of_entries(node: SumAll, w: Writer) -> Piece:
    argument = node.args[0]
    inner = w(argument)
    if argument.cols is ONE:
        return made(ATOM, "\\langle", "\\mathbf{1}", ",", inner, "\\rangle")
    row = [] if argument.rows is ONE else [Piece(POWER, "\\mathbf{1}^{\\top}")]
    return joined([*row, grouped(inner, FACTOR), Piece(ATOM, "\\mathbf{1}")])


def operation(node: Applied, w: Writer) -> Piece:
    """An operation of the user's, by its template, in which {0} stands for the first argument."""
    known = OPERATIONS.get(node.name)
    if known is None:
        return applied(operator(node.name), *map(w, node.args))
    parts: list[str | Piece] = [known.latex]
    for i, argument in enumerate(node.args):
        parts = [new for part in parts for new in _filled(part, f"{{{i}}}", w(argument))]
    return made(ATOM if _CLOSED.fullmatch(known.latex) else PREFIX, *parts)


def _filled(template: str | Piece, mark: str, piece: Piece) -> list[str | Piece]:
    """The template with the piece in place of its mark."""
    if isinstance(template, Piece):
        return [template]
    first, *others = template.split(mark)
    found: list[str | Piece] = [first]
    for other in others:
        found += [piece, other]
    return [part for part in found if part]


def commutation(node: Commutation, w: Writer) -> Piece:
    m, n = map(scalar_latex, node.data)
    return made(ATOM, f"K_{{{m},{n}}}")


def kron_adjoint(node: KronAdjoint, w: Writer) -> Piece:
    return applied(operator(f"kron{node.data[0]}"), *map(w, node.args))


def unvec(node: Unvec, w: Writer) -> Piece:
    rows, cols = map(scalar_latex, (node.rows, node.cols))
    return applied(f"{operator('unvec')}_{{{rows}\\times {cols}}}", w(node.args[0]))


def singular_vector(node: SingularVector, w: Writer) -> Piece:
    return applied(operator(f"{node.data[0]}vec"), w(node.args[0]))


def eigen(name: str) -> Row:
    def row(node: Node, w: Writer) -> Piece:
        return applied(operator(f"{name}{node.data[0]}"), w(node.args[0]))
    return row


def eigenvalue(node: Node, w: Writer) -> Piece:
    return applied(f"\\lambda_{{\\{node.data[0]}}}", w(node.args[0]))


eigenvalue_in_words = eigen("eig")
"""Where lambda_max or lambda_min is a variable."""


def trace_exponential(node: Node, w: Writer) -> Piece:
    return applied(operator("tr"), applied(operator("expm"), w(node.args[0])))


CALLS: dict[type[Node], Row] = {
    **{cls: called(command) for cls, command in OPERATORS.items()},
    Norm: norm, Elementwise: elementwise, Det: determinant, LogDet: log_determinant, LogSumExp: log_sum_exp,
    SumAll: sum_of_entries, Applied: operation, Commutation: commutation, KronAdjoint: kron_adjoint,
    Unvec: unvec, SingularVector: singular_vector,
    TraceExponential: trace_exponential, Eigenvalue: eigenvalue, Eigenvector: eigen("eigvec"),
    Eigengap: eigen("eiggap"),
}
