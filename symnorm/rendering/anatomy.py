"""How a term is taken apart for writing: sign, number, factors, divisors; the same for every printer."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer

from ..language.build import HALF, MINUS, UNIT, mul
from ..language.node import Constant, Hadamard, Mul, Node, Power
from ..shapes import ONE
from .writer import Writer

Divisor = tuple[Node, Node]


@dataclass(frozen=True, slots=True)
class Term:
    """minus? number/under * factors / divisors, the divisors as (base, exponent)."""

    minus: bool
    number: Expr
    under: Expr
    factors: tuple[Node, ...]
    divisors: tuple[Divisor, ...]

    @property
    def is_plain(self) -> bool:
        """A single factor, with nothing but a sign before it."""
        return self.number is ONE and self.under is ONE and not self.divisors and len(self.factors) == 1


def term(node: Node, writer: Writer) -> Term:
    """The parts of a term."""
    args = node.args if isinstance(node, Mul) and writer.is_open(node) else (node,)
    number: Expr = ONE
    factors, divisors = [], []
    for arg in args:
        if isinstance(arg, Constant) and writer.is_open(arg):
            number = arg.value if number is ONE else number * arg.value
            continue
        divisor = as_divisor(arg, writer) if arg.is_scalar else None
        if divisor is None:
            factors.append(arg)
        else:
            divisors.append(divisor)
    minus = is_negative(number)
    if number.is_Rational:
        over, under = (number, ONE) if number is ONE else (Integer(abs(number.p)), Integer(number.q))
    else:
        over, under = (-number if minus else number).as_numer_denom()
    return Term(minus, over, under, tuple(factors), tuple(divisors))


def entrywise(node: Node, writer: Writer) -> tuple[list[Node], list[Divisor]]:
    """The factors and divisors of an entrywise product of vectors or matrices."""
    args = node.args if isinstance(node, Hadamard) and writer.is_open(node) else (node,)
    factors, divisors = [], []
    for arg in args:
        divisor = as_divisor(arg, writer)
        if divisor is None:
            factors.append(arg)
        else:
            divisors.append(divisor)
    return factors, divisors


def as_divisor(node: Node, writer: Writer) -> Divisor | None:
    """(base, exponent) of 1/base^exponent; None for everything else."""
    if not isinstance(node, Power) or not writer.is_open(node):
        return None
    base, exponent = node.args
    if exponent is MINUS:
        return base, UNIT
    number = _leading(exponent)
    return (base, mul(MINUS, exponent)) if number is not None and is_negative(number) else None


def is_negative(number: Expr) -> bool:
    """Is a minus written in front of this number or size?"""
    if number.is_Rational:  # without asking for assumptions, which is slow on thousands of numbers
        return bool(number.p < 0)
    return bool(number.is_negative) if number.is_number else bool(number.as_coeff_Mul()[0].is_negative)


def is_half(exponent: Node) -> bool:
    return exponent is HALF


def _leading(exponent: Node) -> Expr | None:
    if isinstance(exponent, Mul):
        exponent = exponent.args[0]
    return exponent.value if isinstance(exponent, Constant) else None


def runs(factors: list[Node]) -> list[tuple[Node, int]]:
    """Equal neighbours counted: A A A x is (A, 3), (x, 1)."""
    found: list[tuple[Node, int]] = []
    for factor in factors:
        if found and found[-1][0] is factor:
            found[-1] = (factor, found[-1][1] + 1)
        else:
            found.append((factor, 1))
    return found
