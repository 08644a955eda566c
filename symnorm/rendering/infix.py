"""What the two text dialects share: sums, products and quotients with operators between them.

A dialect is a handful of signs; a product is written number first, as few operations as it takes: X/2, 1.5*X,
x/norm2(x), (x'*y)*x/(norm2(x)^3*norm2(y)).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr

from ..language.build import UNIT
from ..language.node import Add, Constant, Hadamard, MatMul, MatPower, Mul, Node, Ones, Power, Transpose, Variable
from ..shapes import ONE
from .anatomy import Divisor, Term, entrywise, is_half, runs, term
from .piece import Piece
from .precedence import ATOM, BASE, FACTOR, POSTFIX, POWER, PRODUCT, SIGN, SUM
from .scalars import decimal, scalar_text
from .writer import Row, Writer


@dataclass(frozen=True, slots=True)
class Dialect:
    """The signs of a text dialect. The entrywise operations are functions of the pieces, and so are ones of a value."""

    times: str
    matmul: str
    divide: str
    power: str
    transposed: str
    entrywise_product: Callable[[list[Piece], list[Piece]], Piece]
    entrywise_power: Callable[[Node, Node, Writer], Piece]
    front_divided: Callable[[Piece, Piece], Piece]
    ones: Callable[[Piece | None, Node, Writer], Piece]


def grouped(piece: Piece, least: int) -> Piece:
    """The piece, in parentheses where it holds together less than needed."""
    return piece if piece.level >= least else Piece(ATOM, "(", piece, ")")


def call(name: str, *arguments: Piece) -> Piece:
    parts: list[str | Piece] = [name, "("]
    for i, argument in enumerate(arguments):
        parts += [", ", argument] if i else [argument]
    return Piece(ATOM, *parts, ")")


def infixed(pieces: list[Piece], sign: str, least: int = FACTOR) -> Piece:
    """Operands with a sign of product rank between them."""
    if len(pieces) == 1:
        return pieces[0]
    parts: list[str | Piece] = [grouped(pieces[0], least)]
    for piece in pieces[1:]:
        parts += [sign, grouped(piece, least)]
    return Piece(PRODUCT, *parts)


def rows_of(dialect: Dialect) -> dict[type[Node], Row]:
    """The rows of a dialect for everything that is written with operators."""
    def variable(node: Variable, w: Writer) -> Piece:
        return Piece(ATOM, node.name)

    def constant(node: Constant, w: Writer) -> Piece:
        return scalar_text(node.value, dialect.power)

    def ones(node: Ones, w: Writer) -> Piece:
        return dialect.ones(None, node, w)

    def sum_of_terms(node: Add, w: Writer) -> Piece:
        parts: list[str | Piece] = []
        for i, argument in enumerate(node.args):
            found = term(argument, w)
            parts.append((" - " if found.minus else " + ") if i else ("-" if found.minus else ""))
            body = product(dialect, found, w) if found.minus else w(argument)
            parts.append(grouped(body, PRODUCT if i or found.minus else SUM))
        return Piece(SUM, *parts)

    def scaled(node: Mul, w: Writer) -> Piece:
        found = term(node, w)
        body = product(dialect, found, w)
        return Piece(SIGN, "-", grouped(body, PRODUCT)) if found.minus else body

    def power(node: Power, w: Writer) -> Piece:
        if not node.is_scalar:
            return entrywise_quotient(dialect, node, w)
        found = term(node, w)
        return product(dialect, found, w) if found.divisors else scalar_power(dialect, node.args[0], node.args[1], w)

    def matrix_product(node: MatMul, w: Writer) -> Piece:
        pieces = [raised(dialect, w(factor), count) for factor, count in runs(w.factors(node))]
        return infixed(pieces, dialect.matmul)

    def hadamard(node: Hadamard, w: Writer) -> Piece:
        return entrywise_quotient(dialect, node, w)

    def transposed(node: Transpose, w: Writer) -> Piece:
        return Piece(POSTFIX, grouped(w(node.args[0]), POSTFIX), dialect.transposed)

    def matrix_power(node: MatPower, w: Writer) -> Piece:
        return raised(dialect, w(node.args[0]), node.data[0])

    return {Variable: variable, Constant: constant, Ones: ones, Add: sum_of_terms, Mul: scaled, Power: power,
            MatMul: matrix_product, Hadamard: hadamard, Transpose: transposed, MatPower: matrix_power}


def raised(dialect: Dialect, base: Piece, count: int) -> Piece:
    return base if count == 1 else Piece(POWER, grouped(base, BASE), dialect.power, str(count))


def scalar_power(dialect: Dialect, base: Node, exponent: Node, w: Writer) -> Piece:
    """base^exponent of scalars, the square root by its name."""
    if exponent is UNIT:
        return w(base)
    if is_half(exponent):
        return call("sqrt", w(base))
    return Piece(POWER, grouped(w(base), BASE), dialect.power, grouped(w(exponent), ATOM))


def product(dialect: Dialect, found: Term, w: Writer) -> Piece:
    """A term without its sign."""
    core = found.factors[-1] if found.factors else None
    if isinstance(core, Ones) and w.is_open(core) and not found.is_plain:
        return dialect.ones(_scalars(dialect, found, found.factors[:-1], w), core, w)
    if isinstance(core, Power) and not core.is_scalar and w.is_open(core) and not found.is_plain:
        factors, divisors = entrywise(core, w)
        if not factors:
            return dialect.front_divided(_scalars(dialect, found, found.factors[:-1], w),
                                         _entrywise_divisor(dialect, divisors, w))
    return _scalars(dialect, found, found.factors, w)


def _scalars(dialect: Dialect, found: Term, factors: tuple[Node, ...], w: Writer) -> Piece:
    """number * factors / divisors."""
    number, under = found.number, found.under
    if not factors and not found.divisors:
        return scalar_text(number / under, dialect.power)
    short = decimal(number / under) if factors and number != ONE else None
    if short is not None:
        number, under = number / under, ONE
    divided = under is not ONE or bool(found.divisors)
    upper = _upper(dialect, number, short, factors, w, divided)
    lower = [scalar_power(dialect, base, exponent, w) for base, exponent in found.divisors]
    if under is not ONE:
        lower.insert(0, scalar_text(under, dialect.power))
    if not lower:
        return upper
    below = infixed(lower, dialect.times)
    return Piece(PRODUCT, grouped(upper, PRODUCT), dialect.divide, grouped(below, FACTOR))


def _upper(
    dialect: Dialect, number: Expr, short: str | None, factors: tuple[Node, ...], w: Writer, divided: bool
) -> Piece:
    pieces: list[Piece] = []
    if number == ONE and len(factors) == 1 and not divided:
        return w(factors[0])
    if number != ONE or not factors:
        pieces.append(Piece(ATOM, short) if short is not None else scalar_text(number, dialect.power))
    chains = sum(isinstance(f, MatMul) for f in factors)
    for i, factor in enumerate(factors):
        piece = w(factor)
        last = i == len(factors) - 1
        open_chain = last and isinstance(factor, MatMul) and w.is_open(factor) and (not factor.is_scalar or chains == 1)
        pieces.append(piece if open_chain else grouped(piece, FACTOR))
    return infixed(pieces, dialect.times, least=PRODUCT)


def entrywise_quotient(dialect: Dialect, node: Node, w: Writer) -> Piece:
    """An entrywise product, its reciprocal powers as divisors."""
    factors, divisors = entrywise(node, w)
    if not divisors and len(factors) == 1:
        base, exponent = factors[0].args
        return dialect.entrywise_power(base, exponent, w)
    upper = [w(factor) for factor in factors]
    lower = [_entrywise_power(dialect, base, exponent, w) for base, exponent in divisors]
    if not upper:
        return dialect.front_divided(Piece(ATOM, "1"), _entrywise_divisor(dialect, divisors, w))
    return dialect.entrywise_product(upper, lower)


def _entrywise_power(dialect: Dialect, base: Node, exponent: Node, w: Writer) -> Piece:
    return w(base) if exponent is UNIT else dialect.entrywise_power(base, exponent, w)


def _entrywise_divisor(dialect: Dialect, divisors: list[Divisor], w: Writer) -> Piece:
    lower = [_entrywise_power(dialect, base, exponent, w) for base, exponent in divisors]
    return lower[0] if len(lower) == 1 else dialect.entrywise_product(lower, [])
