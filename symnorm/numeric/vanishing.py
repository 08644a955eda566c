"""Quotients r/||r|| in compiled code: where the norm is 0 the numerator is too, and the value is 0, the subgradient of
least norm. The divisor is then 1.

Only what is seen to vanish with the norm is so divided; 1/||x|| stays infinite at 0.
"""

from __future__ import annotations

from sympy import Rational

from ..language.build import matmul, negate, power, transpose, value_of
from ..language.kinks import GUARDED
from ..language.node import (
    Add,
    Diag,
    DiagOf,
    Elementwise,
    Hadamard,
    Kron,
    MatMul,
    Mul,
    Node,
    Norm,
    Ones,
    Power,
    SumAll,
    Trace,
    Transpose,
)
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
    return [_guarded(f, above) if _is_symbolic(f) else f for f in above], [_guarded(d, above) for d in below]


def _is_symbolic(factor: Node) -> bool:
    """||x||^(1 - p), which may be a divisor."""
    return isinstance(factor, Power) and isinstance(factor.args[0], Norm) and value_of(factor.args[1]) is None


def _guarded(divisor: Node, above: list[Node]) -> Node:
    base, exponent = divisor.args if isinstance(divisor, Power) else (divisor, None)
    if isinstance(base, Norm) and base.name in GUARDED and not _is_square(base, exponent):
        vanishing = base.args[0]
    else:
        found = next((r for r in (_row_norm(divisor), _under_root(divisor)) if r is not None), None)
        if found is None:
            return divisor
        base, exponent, vanishing = divisor, None, found
    others = [factor for factor in above if factor is not divisor]
    if not all(any(_vanishes(f, zero) for f in others for zero in case) for case in _cases(vanishing)):
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


def _under_root(divisor: Node) -> Node | None:
    """q of sqrt(q), for a scalar."""
    if not (isinstance(divisor, Power) and divisor.is_scalar and value_of(divisor.args[1]) == Rational(1, 2)):
        return None
    return divisor.args[0]


def _cases(r: Node) -> list[list[Node]]:
    """Where r is 0, all nodes of one of these lists are: a Kronecker product is 0 where one of its factors is."""
    if isinstance(r, Kron):
        return [[r, *case] for factor in r.args for case in _cases(factor)]
    forced = _forced(r)
    return [[r]] if forced is None else [[r, *case] for case in _cases(forced)]


def _forced(r: Node) -> Node | None:
    """What is 0 where r is: x for x.^2, x'x, x x', x'Wx, w.*x and sums of those, with w > 0 and W positive definite."""
    match r:
        case Transpose(args=(x,)) | Elementwise(name="abs", args=(x,)):
            return x
        case SumAll(args=(x,)) if "nonneg" in x.facts:
            return x
        case Power(args=(x, exponent)) if getattr(value_of(exponent), "is_positive", False):
            return x
        case Mul() | Hadamard():
            rest = [f for f in r.args if "positive" not in f.facts and not _is_number(f)]
            return rest[0] if len(rest) == 1 else None
        case Trace(args=(MatMul(args=(left, x)),)) | MatMul(args=(left, x)) if left.T is x:
            return x
        case MatMul(args=(left, W, x)) if left.T is x and "spd" in W.facts:
            return x
        case MatMul() if len(r.args) % 2 == 0:
            half = matmul(*r.args[len(r.args) // 2 :])
            return half if r.is_scalar and matmul(*r.args[: len(r.args) // 2]) is transpose(half) else None
    return None


def _is_number(node: Node) -> bool:
    value = value_of(node)
    return value is not None and not value.is_zero


def _vanishes(node: Node, r: Node) -> bool:
    """Whether the node is 0 wherever r is, as seen from its form."""
    if node is r or isinstance(node, Add) and isinstance(r, Add) and set(node.args) == {negate(t) for t in r.args}:
        return True
    if isinstance(node, MatMul) and isinstance(r, MatMul) and _holds(node.args, r.args):
        return True
    if isinstance(node, (Transpose, MatMul, Hadamard, Mul, Trace, SumAll, Diag, DiagOf, Kron, Norm)):
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
