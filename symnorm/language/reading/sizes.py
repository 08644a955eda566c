"""Sizes while they are being inferred: known ones, unknown ones, and products of both, solved by union-find.

A known size is a SymPy expression and is rigid: m and n never become equal, nor does n become 3. An unknown one belongs
to a name that nobody declared or to a literal such as eye; it takes any size but 1, so that shapes decide what is a
scalar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any, TypeAlias

from sympy import Expr, Mul, cancel, fraction, sstr

from ...shapes import ONE, Size, describe, size_symbol


@dataclass(slots=True, eq=False)
class Unknown:
    """A size to be found; `found` is another term once it is known. The label stands for it in messages."""

    label: str
    found: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A product of sizes of which one at least is unknown."""

    factors: tuple[Any, ...]


Term: TypeAlias = Any
"""A SymPy expression, an Unknown or a Product (SymPy is untyped, so a union would be Any as well)."""
Shape = tuple[Term, Term]
SCALAR: Shape = (ONE, ONE)


def resolve(term: Term) -> Term:
    """The term with what is known filled in, at the top."""
    while type(term) is Unknown and term.found is not None:
        found = term.found
        if type(found) is Unknown and found.found is not None:
            term.found = found.found  # halves the path, so that long chains stay cheap
        term = found
    if type(term) is Product:
        return times(*term.factors)
    return term


def times(*terms: Term) -> Term:
    """The product of sizes, known as soon as all factors are."""
    factors: list[Term] = []
    for term in map(resolve, terms):
        factors.extend(term.factors if type(term) is Product else (term,))
    known = [f for f in factors if isinstance(f, Expr)]
    rest = [f for f in factors if not isinstance(f, Expr)]
    size = Mul(*known)
    if not rest:
        return size
    if size == ONE and len(rest) == 1:
        return rest[0]
    return Product((*(() if size == ONE else (size,)), *rest))


@dataclass(slots=True)
class Solver:
    """The equations between sizes: solved at once where possible, else kept for the end."""

    later: list[tuple[Term, Term]] = field(default_factory=list)

    def unify(self, left: Term, right: Term) -> bool:
        """Make two sizes equal; False if they cannot be."""
        if left is right:
            return True
        left, right = resolve(left), resolve(right)
        if left is right:
            return True
        if type(left) is Unknown:
            return self.bind(left, right)
        if type(right) is Unknown:
            return self.bind(right, left)
        if type(left) is Product or type(right) is Product:
            return self.match(left, right)
        return bool(left == right)

    def bind(self, unknown: Unknown, term: Term) -> bool:
        if term is ONE:
            return False
        if type(term) is Product and any(f is unknown for f in term.factors):
            return False
        unknown.found = term
        return True

    def match(self, left: Term, right: Term) -> bool:
        """Products: common factors cancel, one unknown left over is found, anything else waits."""
        one, other = _factors(left), _factors(right)
        for factor in list(one):
            twin = next((f for f in other if f is factor or (isinstance(f, Expr) and isinstance(factor, Expr)
                                                             and f == factor)), None)
            if twin is not None:
                one.remove(factor)
                other.remove(twin)
        if not one and not other:
            return True
        if not one or not other:
            return False
        for mine, his in ((one, other), (other, one)):
            rest = [f for f in mine if type(f) is not Unknown]
            if len(mine) - len(rest) == 1 and not (rest and any(type(f) is Unknown for f in his)):
                unknown = next(f for f in mine if type(f) is Unknown)
                quotient = times(*his) / Mul(*rest) if rest else times(*his)
                whole = not rest or fraction(cancel(quotient))[1] == ONE
                return self.bind(unknown, quotient) if whole else False
        if all(isinstance(f, Expr) for f in (*one, *other)):
            return bool(Mul(*one) == Mul(*other))
        self.later.append((left, right))
        return True

    def finish(self) -> tuple[Term, Term] | None:
        """Try the postponed equations again; one that has no single solution is returned."""
        for _ in range(len(self.later) + 1):
            waiting, self.later = self.later, []
            for left, right in waiting:
                if not self.unify(left, right):
                    return left, right
            if not self.later:
                return None
            if len(self.later) == len(waiting):
                return self.later[0]
        return None


def _factors(term: Term) -> list[Term]:
    if type(term) is Product:
        return list(term.factors)
    return [base for arg in Mul.make_args(term) for base in _repeated(arg)]


def _repeated(factor: Term) -> list[Term]:
    """n^2 as n, n."""
    base, exponent = factor.as_base_exp()
    return [base] * int(exponent) if exponent.is_Integer and 0 < exponent <= 8 else [factor]


def settle(terms: Iterable[Term], taken: set[str], letters: str = "mnpkqr") -> None:
    """Give every unknown among the terms a readable name that is not taken: m, n, ..., m1, n1, ..."""
    names = (letter + suffix for suffix in chain([""], map(str, count(1))) for letter in letters)
    for term in terms:
        term = resolve(term)
        for factor in term.factors if type(term) is Product else (term,):
            if type(factor) is Unknown:
                factor.found = size_symbol(next(name for name in names if name not in taken))


def words(shape: Shape) -> str:
    """A shape in words, unknown sizes as question marks or by their owner's name.

    >>> words((ONE, ONE))
    'scalar'
    """
    rows, cols = resolve(shape[0]), resolve(shape[1])
    if isinstance(rows, Expr) and isinstance(cols, Expr):
        return describe(rows, cols)
    if cols is ONE:
        return f"vector of {_word(rows)}"
    return f"row of {_word(cols)}" if rows is ONE else f"{_word(rows)} x {_word(cols)}"


def _word(term: Term) -> str:
    term = resolve(term)
    if type(term) is Unknown:
        return term.label
    if type(term) is Product:
        return "*".join(_word(f) for f in term.factors)
    return str(sstr(term))


def final(term: Term) -> Size:
    """The size of a settled term."""
    found = resolve(term)
    assert isinstance(found, Expr), "the size is settled before it is asked for"
    return found
