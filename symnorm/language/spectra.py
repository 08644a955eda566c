"""What singular value decompositions X = U S V' give, as operations on X.

polar(X) = U V',  leading(X) = u v' with u = leftvec(X), v = rightvec(X) of the largest singular value,
gapinv(X) = (||X||_2^2 I - X X')^+,  sylvester(X) vec(F) = vec(W) with (XX')^(1/2) W + W (X'X)^(1/2) = F.
None of them depends on which decomposition is taken, apart from the common sign of u and v.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr

from ..errors import ShapeError
from ..shapes import ONE, describe
from .entrywise import elementwise, mul, power
from .leaves import MINUS, as_node, constant, split
from .node import GapInverse, LeadingPair, Node, Polar, SingularVector, Sylvester
from .reductions import norm_node


def polar(x: Any) -> Node:
    """U V' of the thin singular value decomposition X = U S V'."""
    node = as_node(x)
    if node.rows is ONE or node.cols is ONE:
        return _direction(node)
    made: Node = Polar._make((), (node,), node.rows, node.cols)
    return made


def leading(x: Any) -> Node:
    """u v' of the largest singular value."""
    node = as_node(x)
    if node.rows is ONE or node.cols is ONE:
        return _direction(node)
    made: Node = LeadingPair._make((), (node,), node.rows, node.cols)
    return made


def leftvec(x: Any) -> Node:
    """The left singular vector u of the largest singular value; with v = rightvec(X) it has X v = ||X||_2 u."""
    return singular_vector("left", x)


def rightvec(x: Any) -> Node:
    """The right singular vector v of the largest singular value; with u = leftvec(X) it has X'u = ||X||_2 v."""
    return singular_vector("right", x)


def singular_vector(side: str, x: Any) -> Node:
    """u or v of the largest singular value."""
    node = _matrix(f"{side}vec", x)
    made: Node = SingularVector._make((side,), (node,), node.rows if side == "left" else node.cols, ONE)
    return made


def gapinv(x: Any) -> Node:
    """(||X||_2^2 I - X X')^+, whose null space is spanned by u_1 when the largest singular value is simple."""
    number, core = _number_out(_matrix("gapinv", x))
    made: Node = GapInverse._make((), (core,), core.rows, core.rows)
    return mul(constant(number**-2), made)


def sylvester(x: Any) -> Node:
    """The inverse of kron(eye, (XX')^(1/2)) + kron((X'X)^(1/2), eye), which a Sylvester equation asks for."""
    number, core = _number_out(_matrix("sylvester", x))
    size = core.rows * core.cols
    made: Node = Sylvester._make((), (core,), size, size)
    return mul(constant(abs(number) ** -1), made)


def _direction(x: Node) -> Node:
    """x / ||x||, which a vector has for U V'."""
    return elementwise("sign", x) if x.is_scalar else mul(power(norm_node("2", x), MINUS), x)


def _matrix(what: str, x: Any) -> Node:
    node = as_node(x)
    if node.rows is ONE or node.cols is ONE:
        raise ShapeError(f"{what} needs a matrix, got {node} ({describe(node.rows, node.cols)})")
    return node


def _number_out(x: Node) -> tuple[Expr, Node]:
    """A number in front, and the rest."""
    number, core = split(x)
    return (number, core) if number.is_number and not number.is_zero else (ONE, x)
