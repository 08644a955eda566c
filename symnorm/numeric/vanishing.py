"""Quotients r/||r|| in compiled code: where the norm is 0 the numerator is too, and the value is 0, the subgradient of
least norm. The divisor is then 1.

Only what is seen to vanish with the norm is so divided; 1/||x|| stays infinite at 0.
"""

from __future__ import annotations

from sympy import Rational

from ..language.build import matmul, negate, power, transpose, value_of
from ..language.kinks import GUARDED
from ..language.node import Add, Elementwise, Hadamard, MatMul, Mul, Node, Norm, Ones, Power, Trace, Transpose
from .lower import Lower, Steps, lowers
from .scaling import Quotient


class OrOne(Node):
    """A value, and 1 where it is 0."""

    __slots__ = ()


@lowers(OrOne)
def or_one(lower: Lower, node: OrOne) -> Steps:
    value = yield node.args[0]
    return lower.program.make("or_one", (value,), value.shape)


def guarded(above: list[Node], below: list[Node]) -> Quotient:
    """The quotient, with divisors that are not 0 where the numerator vanishes with them."""
    return above, [_guarded(divisor, above) for divisor in below]


def _guarded(divisor: Node, above: list[Node]) -> Node:
    base, exponent = divisor.args if isinstance(divisor, Power) else (divisor, None)
    if isinstance(base, Norm) and base.name in GUARDED and not _is_square(base, exponent):
        vanishing = base.args[0]
    else:
        found = next((r for r in (_row_norm(divisor), _root_of_square(divisor)) if r is not None), None)
        if found is None:
            return divisor
        base, exponent, vanishing = divisor, None, found
    if not any(_vanishes(factor, vanishing) for factor in above):
        return divisor
    safe: Node = OrOne._make((), (base,), base.rows, base.cols)
    return safe if exponent is None else power(safe, exponent)


def _is_square(norm: Node, exponent: Node | None) -> bool:
    """An even power of a 2-norm, which is a sum of squares: no quotient by it has a limit at 0."""
    value = None if exponent is None else value_of(exponent)
    return value is not None and bool(value.is_even) and norm.name in ("2", "fro")  # type: ignore[attr-defined]


def _row_norm(divisor: Node) -> Node | None:
    """R of sqrt(R.^2 1) 1', the norms of the rows of R."""
    spread = isinstance(divisor, MatMul) and isinstance(divisor.args[-1], Ones)
    column = matmul(*divisor.args[:-1]) if spread else divisor
    if not (isinstance(column, Power) and isinstance(column.args[0], MatMul)):
        return None
    if value_of(column.args[1]) != Rational(1, 2):
        return None
    squares, *rest = column.args[0].args
    if len(rest) == 1 and isinstance(rest[0], Ones) and isinstance(squares, Power) and value_of(squares.args[1]) == 2:
        return squares.args[0]
    return None


def _root_of_square(divisor: Node) -> Node | None:
    """r of sqrt(r'r) and sqrt(tr(r'r))."""
    if not (isinstance(divisor, Power) and divisor.is_scalar and value_of(divisor.args[1]) == Rational(1, 2)):
        return None
    (square,) = divisor.args[0].args if isinstance(divisor.args[0], Trace) else divisor.args[:1]
    if not (isinstance(square, MatMul) and len(square.args) % 2 == 0):
        return None
    half = matmul(*square.args[len(square.args) // 2 :])
    if matmul(*square.args[: len(square.args) // 2]) is not transpose(half):
        return None
    return half.args[0] if isinstance(half, Transpose) else half


def _vanishes(node: Node, r: Node) -> bool:
    """Whether the node is 0 wherever r is, as seen from its form."""
    if node is r or isinstance(node, Add) and isinstance(r, Add) and set(node.args) == {negate(t) for t in r.args}:
        return True
    if isinstance(node, MatMul) and isinstance(r, MatMul) and _holds(node.args, r.args):
        return True
    if isinstance(node, (Transpose, MatMul, Hadamard, Mul)):
        return any(_vanishes(a, r) for a in node.args)
    if isinstance(node, Elementwise):
        return node.name in ("abs", "sign") and _vanishes(node.args[0], r)
    if isinstance(node, Power):
        value = value_of(node.args[1])
        return value is not None and bool(value.is_positive) and _vanishes(node.args[0], r)
    return isinstance(node, Add) and all(_vanishes(a, r) for a in node.args)


def _holds(factors: tuple[Node, ...], some: tuple[Node, ...]) -> bool:
    """Does a product hold another one, factor by factor?"""
    return any(factors[i : i + len(some)] == some for i in range(len(factors) - len(some) + 1))
