"""Constants, identities, ones and zeros; a term as a number times the rest."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from math import isfinite
from numbers import Integral, Real

from sympy import Expr, ImmutableMatrix, Integer, MatrixBase, Rational, eye

from ..errors import Misuse
from ..shapes import ONE, Size, as_size
from .node import Array, Commutation, Constant, Identity, Mul, Node, Ones, Variable, Zero

READERS: list[Callable[[object], Node | None]] = []
"""Further ways to turn a foreign value (a SymPy expression) into a node: filled in by `reading`."""
MAX_DIGITS = 1000


def constant(value: Expr | int) -> Node:
    """A scalar number or size as a node."""
    expr = Integer(value) if isinstance(value, int) else value
    node: Node = Constant._make((expr,), (), ONE, ONE)
    return node


UNIT = constant(1)
NOUGHT = constant(0)
MINUS = constant(-1)
HALF = constant(Rational(1, 2))


def as_node(value: object) -> Node:
    """A node from a node, a number or a SymPy expression; text is refused."""
    if isinstance(value, Node):
        return value
    if isinstance(value, (bool, str)):
        raise Misuse(f"an expression was expected, got {value!r}: use sn.parse to read text")
    if isinstance(value, Integral):
        return constant(int(value))
    if isinstance(value, Fraction):
        return constant(Rational(value.numerator, value.denominator))
    if isinstance(value, Real) and not isinstance(value, Expr):
        if not isfinite(value):
            raise Misuse(f"a finite number was expected, got {value!r}")
        return constant(Rational(repr(float(value))))
    if isinstance(value, Expr) and value.is_number and value.is_real:
        return constant(value)
    if not READERS:
        import_module("symnorm.wiring")
    for reader in READERS:
        node = reader(value)
        if node is not None:
            return node
    raise Misuse(
        f"an expression was expected, got {type(value).__name__}: declare arrays as variables and give their "
        "values to the compiled function"
    )


def variable(
    name: str, rows: Size | int | str = 1, cols: Size | int | str = 1, properties: frozenset[str] = frozenset()
) -> Variable:
    """A variable; `properties` as in declarations."""
    node: Variable = Variable._make((name, properties), (), as_size(rows), as_size(cols))
    return node


def identity(n: Size | int | str) -> Node:
    size = as_size(n)
    return UNIT if size is ONE else Identity._make((), (), size, size)


def commutation(m: Size | int | str, n: Size | int | str) -> Node:
    """K with K vec(A) = vec(A') for A of shape m x n."""
    rows, cols = as_size(m), as_size(n)
    if rows is ONE or cols is ONE:
        return identity(rows * cols)
    node: Node = Commutation._make((rows, cols), (), rows * cols, rows * cols)
    return node


def ones(rows: Size | int | str, cols: Size | int | str = 1) -> Node:
    m, n = as_size(rows), as_size(cols)
    return UNIT if m is ONE and n is ONE else Ones._make((), (), m, n)


def zero(rows: Size | int | str = 1, cols: Size | int | str = 1) -> Node:
    m, n = as_size(rows), as_size(cols)
    return NOUGHT if m is ONE and n is ONE else Zero._make((), (), m, n)


def array(matrix: MatrixBase) -> Node:
    """A constant matrix of real numbers; zeros, ones and identities by their names."""
    first = matrix[0, 0]
    if all(entry == first for entry in matrix.flat()):
        return scale(first, ones(*matrix.shape))
    if matrix.is_square and matrix == first * eye(matrix.rows):
        return scale(first, identity(matrix.rows))
    node: Node = Array._make((ImmutableMatrix(matrix),), (), as_size(matrix.rows), as_size(matrix.cols))
    return node


def is_zero(node: Node) -> bool:
    return node is NOUGHT or isinstance(node, Zero)


def is_one(node: Node) -> bool:
    return node is UNIT or isinstance(node, Ones)


def value_of(node: Node) -> Expr | None:
    """The SymPy value of a constant, or None."""
    return node.value if isinstance(node, Constant) else None


def split(node: Node) -> tuple[Expr, Node]:
    """A term as (number, rest): 2 a X is (2, a X), 3 is (3, 1)."""
    if isinstance(node, Constant):
        return node.value, UNIT
    if isinstance(node, Mul) and isinstance(node.args[0], Constant):
        rest = node.args[1:]
        return node.args[0].value, rest[0] if len(rest) == 1 else product(rest)
    return ONE, node


def product(factors: tuple[Node, ...]) -> Node:
    """A Mul of factors that are already in canonical order."""
    last = factors[-1]
    node: Node = Mul._make((), factors, last.rows, last.cols)
    return node


def scale(number: Expr, node: Node) -> Node:
    """number * node, the number merged with the one in front."""
    own, rest = split(node)
    coefficient = number * own
    if coefficient is ONE:
        return rest
    if coefficient.is_zero or is_zero(rest):
        return zero(node.rows, node.cols)
    if rest is UNIT:
        return constant(coefficient)
    factors = rest.args if isinstance(rest, Mul) else (rest,)
    return product((constant(coefficient), *factors))
