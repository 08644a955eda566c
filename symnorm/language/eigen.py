"""Eigenvalues and eigenvectors of symmetric matrices, the pseudo-inverse, the matrix exponential.

eigmax(S) and eigmin(S) are the outermost eigenvalues s of S, eigvecmax(S) and eigvecmin(S) unit eigenvectors of
them, and eiggapmax(S), eiggapmin(S) are (s I - S)^+. Of a matrix that is not symmetric they mean its symmetric part.
"""

from __future__ import annotations

from typing import Any

from ..errors import OutsideDomain, ShapeError
from ..shapes import ONE, describe
from .entrywise import elementwise, mul, power
from .leaves import MINUS, UNIT, as_node, constant, identity, is_zero, split
from .node import Diag, Eigengap, Eigenvalue, Eigenvector, Identity, MatrixExponential, Node, PseudoInverse, Transpose
from .products import diag, inverse, transpose
from .reductions import norm_node

OTHER = {"max": "min", "min": "max"}


def eigmax(x: Any) -> Node:
    """The largest eigenvalue of a symmetric matrix."""
    return eigenvalue("max", _symmetric("eigmax", x))


def eigmin(x: Any) -> Node:
    """The smallest eigenvalue of a symmetric matrix."""
    return eigenvalue("min", _symmetric("eigmin", x))


def eigvecmax(x: Any) -> Node:
    """A unit eigenvector of the largest eigenvalue of a symmetric matrix."""
    return eigenvector("max", _symmetric("eigvecmax", x))


def eigvecmin(x: Any) -> Node:
    """A unit eigenvector of the smallest eigenvalue of a symmetric matrix."""
    return eigenvector("min", _symmetric("eigvecmin", x))


def eiggapmax(x: Any) -> Node:
    """(s I - S)^+ for the largest eigenvalue s of a symmetric matrix S."""
    return eigengap("max", _symmetric("eiggapmax", x))


def eiggapmin(x: Any) -> Node:
    """(s I - S)^+ for the smallest eigenvalue s of a symmetric matrix S."""
    return eigengap("min", _symmetric("eiggapmin", x))


def eigenvalue(side: str, x: Node) -> Node:
    """The largest or smallest eigenvalue of the symmetric part: numbers in front come out."""
    side, number, core = _number_out(side, x)
    made: Node = UNIT if isinstance(core, Identity) else Eigenvalue._make((side,), (core,), ONE, ONE)
    return mul(constant(number), made)


def eigenvector(side: str, x: Node) -> Node:
    """A unit eigenvector of the largest or smallest eigenvalue of the symmetric part."""
    side, _, core = _number_out(side, x)
    made: Node = Eigenvector._make((side,), (core,), core.rows, ONE)
    return made


def eigengap(side: str, x: Node) -> Node:
    """(s I - X)^+ for the largest or smallest eigenvalue s of the symmetric part X."""
    side, number, core = _number_out(side, x)
    made: Node = Eigengap._make((side,), (core,), core.rows, core.rows)
    return mul(constant(1 / number), made)


def _number_out(side: str, x: Node) -> tuple[str, Any, Node]:
    """A number in front, which turns the order when it is negative; the transpose has the same symmetric part."""
    number, core = split(x)
    if not number.is_number or number.is_zero:
        number, core = ONE, x
    return OTHER[side] if number.is_negative else side, number, core.args[0] if isinstance(core, Transpose) else core


def _symmetric(what: str, x: Any) -> Node:
    node = as_node(x)
    if not node.is_square or node.is_scalar:
        raise ShapeError(f"{what} needs a square matrix, got {node} ({describe(node.rows, node.cols)})")
    if "symmetric" not in node.facts:
        raise OutsideDomain(
            f"{what} is for symmetric matrices, and {node} is not known to be one: declare it symmetric, or write "
            f"{what}(({node} + ({node}).T)/2) for that of its symmetric part"
        )
    return node


def pinv(x: Any) -> Node:
    """The Moore-Penrose inverse X^+."""
    node = as_node(x)
    if node.is_scalar or "invertible" in node.facts:
        return inverse(node)
    if node.cols is ONE or node.rows is ONE:
        return mul(power(norm_node("2", node), constant(-2)), transpose(node))
    if isinstance(node, Transpose):
        return transpose(pinv(node.args[0]))
    if isinstance(node, PseudoInverse):
        return node.args[0]
    if is_zero(node):
        return transpose(node)
    number, core = split(node)
    if number.is_number and number is not ONE:
        return mul(power(constant(number), MINUS), pinv(core))
    made: Node = PseudoInverse._make((), (node,), node.cols, node.rows)
    return made


def expm(x: Any) -> Node:
    """The exponential of a square matrix, I + X + XX/2 + ...; `exp` is entry by entry."""
    node = as_node(x)
    if not node.is_square:
        raise ShapeError(f"expm needs a square matrix, got {node} ({describe(node.rows, node.cols)})")
    if node.is_scalar:
        return elementwise("exp", node)
    if is_zero(node):
        return identity(node.rows)
    if isinstance(node, Transpose):
        return transpose(expm(node.args[0]))
    number, core = split(node)
    if isinstance(core, Diag):
        return diag(elementwise("exp", mul(constant(number), core.args[0])))
    made: Node = MatrixExponential._make((), (node,), node.rows, node.cols)
    return made


EIGEN = (eigmax, eigmin, eigvecmax, eigvecmin, eiggapmax, eiggapmin, pinv, expm)
"""What text knows."""
