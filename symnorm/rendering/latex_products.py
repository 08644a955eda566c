r"""Products in LaTeX: number first, one fraction in front or over the whole, factors side by side."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from ..language.build import UNIT
from ..language.node import (
    Add,
    Constant,
    Det,
    Hadamard,
    Identity,
    Inner,
    Inverse,
    Kron,
    LogDet,
    MatMul,
    MatPower,
    Mul,
    Node,
    Ones,
    Power,
    SumAll,
)
from ..shapes import ONE
from .anatomy import Term, entrywise, is_half, is_negative, runs, term
from .latex_pieces import applied, grouped, joined, made, separated, superscript
from .letters import fraction, scalar_latex
from .piece import Piece
from .precedence import ATOM, BASE, FACTOR, POWER, PREFIX, PRODUCT, SIGN
from .scalars import scalar_level
from .writer import Row, Writer

SHORT = 24
"""The longest base, in characters, whose entrywise square is written as a product with itself."""


def scalar_piece(expr: Expr) -> Piece:
    """A number or a size that is written as it stands."""
    level = ATOM if expr.is_Integer and expr >= 0 else scalar_level(expr)
    return Piece(level, scalar_latex(expr))


def constant(node: Constant, w: Writer) -> Piece:
    value = node.value
    return scalar_piece(value) if value.is_Integer or value.is_Add or value.is_Symbol else scaled(node, w)


def scaled(node: Node, w: Writer) -> Piece:
    """A product of scalars and at most one matrix."""
    found = term(node, w)
    body = term_piece(found, w)
    return made(SIGN, "-", grouped(body, PRODUCT)) if found.minus else body


def term_piece(found: Term, w: Writer) -> Piece:
    """A term without its sign."""
    if not found.divisors:
        return _with_coefficient(found, w)
    several = len(found.divisors) > 1
    lower = [_closed(base, w) if several and exponent is UNIT else scalar_power(base, exponent, w)
             for base, exponent in found.divisors]
    if found.under != ONE:
        lower.insert(0, scalar_piece(found.under))
    below = joined(_in_product(lower))
    core = found.factors[-1] if found.factors else None
    if core is not None and _stays_out(core, w):
        above = _side_by_side(found.number, found.factors[:-1], w)
        last = factor_pieces((core,), w, alone=False)
        return joined([_fraction(above, below), *last])
    return _fraction(_side_by_side(found.number, found.factors, w), below)


def _with_coefficient(found: Term, w: Writer) -> Piece:
    if found.under == ONE:
        return _side_by_side(found.number, found.factors, w)
    small = Piece(PRODUCT, fraction(scalar_latex(found.number), scalar_latex(found.under)))
    return joined([small, *factor_pieces(found.factors, w, alone=False)])


def _fraction(above: Piece, below: Piece) -> Piece:
    return made(PRODUCT, "\\frac{", above, "}{", below, "}", tallest=3)


def _stays_out(core: Node, w: Writer) -> bool:
    """Does this factor stand behind the fraction, not in its numerator?"""
    return (w.is_open(core) and isinstance(core, (Add, Identity, Ones, Inner))) or w(core).moving


def _side_by_side(number: Expr, factors: tuple[Node, ...], w: Writer) -> Piece:
    if number == ONE and factors:
        return joined(factor_pieces(factors, w, alone=len(factors) == 1))
    pieces = [scalar_piece(number)]
    if factors:
        pieces = [grouped(pieces[0], PRODUCT), *factor_pieces(factors, w, alone=False)]
    return joined(pieces)


def factor_pieces(factors: tuple[Node, ...], w: Writer, *, alone: bool) -> list[Piece]:
    """The factors of a product of scalars and at most one matrix, with the brackets they need."""
    if alone:
        return [w(factors[0])]
    chains = sum(_is_chain(f, w) for f in factors)
    pieces = []
    for i, factor in enumerate(factors):
        last = i == len(factors) - 1
        piece = w(factor)
        if last and _is_chain(factor, w) and (chains == 1 or not factor.is_scalar):
            pieces.append(piece)
        elif not last and piece.level == PREFIX:
            pieces.append(_closed(factor, w))
        else:
            pieces.append(grouped(piece, FACTOR))
    return pieces


def _is_chain(node: Node, w: Writer) -> bool:
    return isinstance(node, (MatMul, SumAll, Ones)) and w.is_open(node)


def _closed(node: Node, w: Writer) -> Piece:
    r"""det(X) and log det(X) where something follows."""
    if isinstance(node, Det) and w.is_open(node):
        return applied("\\det", w(node.args[0]))
    if isinstance(node, LogDet) and w.is_open(node) and "spd" in node.args[0].facts:
        return applied("\\log\\det", w(node.args[0]))
    return w(node)


def _in_product(pieces: list[Piece]) -> list[Piece]:
    return pieces if len(pieces) == 1 else [grouped(p, FACTOR) for p in pieces]


def power(node: Power, w: Writer) -> Piece:
    if not node.is_scalar:
        return hadamard(node, w)
    found = term(node, w)
    return term_piece(found, w) if found.divisors else scalar_power(node.args[0], node.args[1], w)


def scalar_power(base: Any, exponent: Any, w: Writer) -> Piece:
    """base^exponent of scalars; the square root as a root, but <x, x>^{1/2}."""
    if exponent is UNIT:
        return w(base)
    if is_half(exponent) and not isinstance(base, Inner):
        return made(ATOM, "\\sqrt{", w(base), "}")
    piece = _closed(base, w) if isinstance(base, Det) else w(base)
    return superscript(piece, *exponent_parts(exponent, w))


def exponent_parts(exponent: Node, w: Writer) -> tuple[str | Piece, ...]:
    """An exponent: small fractions on one line."""
    found = term(exponent, w)
    sign = "-" if found.minus else ""
    lower = [scalar_power(base, k, w) for base, k in found.divisors]
    if found.under != ONE:
        lower.insert(0, scalar_piece(found.under))
    if len(lower) == 1 and lower[0].level >= POWER and len(found.factors) <= 1:
        above = _side_by_side(found.number, found.factors, w)
        return sign, grouped(above, PRODUCT), "/", lower[0]
    piece = w(exponent)
    return (piece.head,) if piece.length == 1 else (piece,)


def matmul(node: MatMul, w: Writer) -> Piece:
    pieces = []
    for factor, count in runs(w.factors(node)):
        piece = _repeated(factor, count, w)
        pieces.append(piece if _is_chain(factor, w) else grouped(piece, FACTOR))
    return joined(pieces)


def matrix_power(node: MatPower, w: Writer) -> Piece:
    return _repeated(node.args[0], node.data[0], w)


def _repeated(factor: Node, count: int, w: Writer) -> Piece:
    if count == 1:
        return w(factor)
    if isinstance(factor, Inverse) and w.is_open(factor):
        return superscript(w(factor.args[0]), f"-{count}")
    return superscript(w(factor), str(count))


def hadamard(node: Node, w: Writer) -> Piece:
    """An entrywise product, or an entrywise power."""
    factors, divisors = entrywise(node, w)
    upper = [p for factor in factors for p in _entrywise_factor(factor, w)]
    lower = [p for base, exponent in divisors for p in _entrywise_power(base, exponent, w)]
    if not lower:
        return separated(upper, "\\odot")
    below = separated(lower, "\\odot")
    above = separated(upper, "\\odot") if upper else _ones_like(node, w)
    return made(PRODUCT, above if len(upper) > 1 else grouped(above, FACTOR), "\\oslash", grouped(below, FACTOR))


def _ones_like(node: Node, w: Writer) -> Piece:
    filled: Node = Ones._make((), (), node.rows, node.cols)
    return w(filled)


def _entrywise_factor(node: Node, w: Writer) -> list[Piece]:
    if isinstance(node, Power) and w.is_open(node):
        return _entrywise_power(node.args[0], node.args[1], w)
    return [w(node)]


def _entrywise_power(base: Any, exponent: Any, w: Writer) -> list[Piece]:
    piece = w(base)
    if exponent is UNIT:
        return [piece]
    if is_half(exponent) and (base.cols is ONE or base.rows is ONE):
        return [made(ATOM, "\\sqrt{", piece, "}")]
    if isinstance(exponent, Constant) and exponent.value == 2 and piece.length <= SHORT and piece.level >= BASE:
        return [piece, piece]
    return [made(POWER, grouped(piece, BASE), "^{\\odot ", *_bracketed_exponent(exponent, w), "}")]


def _bracketed_exponent(exponent: Node, w: Writer) -> tuple[str | Piece, ...]:
    parts = exponent_parts(exponent, w)
    plain = isinstance(exponent, Constant) and exponent.value.is_Integer and not is_negative(exponent.value)
    return parts if plain or w(exponent).level == ATOM else ("(", *parts, ")")


def kron(node: Kron, w: Writer) -> Piece:
    return separated([w(arg) for arg in node.args], "\\otimes")


ROWS: dict[type[Node], Row] = {
    Constant: constant, Mul: scaled, Power: power, MatMul: matmul, MatPower: matrix_power,
    Hadamard: hadamard, Kron: kron,
}
