"""Functions of all entries at once: sums, log-sum-exp, softmax, the largest entry, norms."""

from __future__ import annotations

from sympy import Expr

from ..errors import ShapeError
from ..shapes import ONE, describe
from .entrywise import elementwise, mul
from .leaves import NOUGHT, as_node, constant, is_zero, split
from .node import (
    Add,
    Diag,
    Identity,
    LogSumExp,
    Max,
    Mul,
    Node,
    Norm,
    Ones,
    Peak,
    Softmax,
    SumAll,
    Transpose,
)
from .sums import add

TURNED = {"ind1": "indinf", "indinf": "ind1"}
"""Norms that change their name when the matrix is transposed."""


def sum_all(x: Node) -> Node:
    """The sum of the entries."""
    x = as_node(x)
    if x.is_scalar:
        return x
    if isinstance(x, Ones):
        return constant(x.rows * x.cols)
    if isinstance(x, Identity):
        return constant(x.rows)
    if is_zero(x):
        return NOUGHT
    if isinstance(x, (Transpose, Diag)):
        return sum_all(x.args[0])
    scalars, core = _scalars(x)
    if scalars:
        return mul(*scalars, sum_all(core))
    if "sums-to-one" in x.facts:
        return constant(ONE)
    if isinstance(x, Add) and any(isinstance(_scalars(t)[1], Ones) for t in x.args):
        return add(*(sum_all(t) for t in x.args))
    node: Node = SumAll._make((), (x,), ONE, ONE)
    return node


def _scalars(x: Node) -> tuple[tuple[Node, ...], Node]:
    return (x.args[:-1], x.args[-1]) if isinstance(x, Mul) else ((), x)


def logsumexp(x: Node) -> Node:
    x = vector("logsumexp", as_node(x))
    node: Node = LogSumExp._make((), (x,), ONE, ONE)
    return node


def softmax(x: Node) -> Node:
    x = vector("softmax", as_node(x))
    node: Node = Softmax._make((), (x,), x.rows, x.cols)
    return node


def maximum(x: Node) -> Node:
    x = as_node(x)
    node: Node = x if x.is_scalar else Max._make((), (x,), ONE, ONE)
    return node


def peak(x: Node) -> Node:
    node: Node = Peak._make((), (x,), x.rows, x.cols)
    return node


def vector(what: str, x: Node) -> Node:
    """x as a column; anything else is refused."""
    if x.is_vector:
        return x
    if x.rows is ONE and not x.is_scalar:
        return x.T
    raise ShapeError(f"{what} needs a vector, got {x} ({describe(x.rows, x.cols)})")


def norm_node(name: str, x: Node, *parameters: Node) -> Node:
    """The norm `name` of x: numbers in front come out, transposes and signs do not matter."""
    x = as_node(x)
    if x.is_scalar and name != "w":
        return elementwise("abs", x)
    if is_zero(x):
        return NOUGHT
    number, core = split(x)
    if number is not ONE and number.is_number:
        return mul(constant(_absolute(number)), norm_node(name, core, *parameters))
    if isinstance(x, Transpose) and name not in ("21", "2inf"):
        return norm_node(TURNED.get(name, name), x.args[0], *parameters)
    node: Node = Norm._make((name,), (x, *parameters), ONE, ONE)
    return node


def _absolute(number: Expr) -> Expr:
    return abs(number)
