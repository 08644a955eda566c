"""Equal functions at several entries as one function of a vector: exp(x[0, 0]) + exp(x[1, 0]) is sum(exp(x)).

The arguments of a family are put in the order of an index that each of them holds once, marked with a unit vector
each, and read together as one polynomial; the function is then applied to the vector (or matrix) that comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from sympy import Add, Dummy, Expr, Integer, Max, Min, Mul, Piecewise, Pow, Sum, Symbol, expand
from sympy.matrices.expressions.matexpr import MatrixElement

from ...errors import NoRule, SymnormError
from .. import build
from . import sympy_functions as functions
from .sympy_monomials import Build, Factor, Poly, Source, monomial, plus, signature, times
from .sympy_names import subtrees
from .sympy_patterns import WEIGHTS, Unmatched, read_polynomial
from .sympy_pieces import huber_threshold, opened, pieces
from .sympy_reader import Reader, closed, short, unreadable
from .sympy_sums import summation_of
from .sympy_tensors import Tensor

T = Dummy("t")
ROW, COLUMN = Dummy("row"), Dummy("column")
MAX_POWER = 12


class Expander:
    """Scalars as polynomials in sources; `squares` says whether (a + b)^2 is kept as a function of a + b."""

    def __init__(self, reader: Reader, level: int, squares: bool) -> None:
        self.reader, self.level, self.squares = reader, level, squares
        self.sources: dict[Expr, Source] = {}
        self.atoms: dict[Expr, Factor] = {}
        self.opened: dict[Expr, Expr] = {}

    def polynomials(self, exprs: Sequence[Expr]) -> list[Poly]:
        groups: dict[Any, list[tuple[Expr, Expr, Build]]] = {}
        for atom in dict.fromkeys(a for e in exprs for a in self._atoms_of(e)):
            if atom not in self.atoms:
                head = self._head(atom)
                if head is None:
                    self.atoms[atom] = (Source(self._alone(atom)), ())
                else:
                    key, argument, make = head
                    groups.setdefault(key, []).append((atom, argument, make))
        for members in groups.values():
            self._assign(members)
        return [self._expand(e) for e in exprs]

    def tensor(self, expr: Expr) -> Tensor:
        return read_polynomial(self.polynomials([expr])[0], self.level)

    def _atoms_of(self, expr: Expr) -> Iterator[Expr]:
        stack = [expr]
        while stack:
            e = stack.pop()
            if not self.reader.has_entries(e) or isinstance(e, MatrixElement):
                continue
            if isinstance(e, (Add, Mul)):
                stack.extend(e.args)
            elif self._is_power(e):
                stack.append(e.base)
            elif isinstance(e, Piecewise) and self._head_of_pieces(e) is None:
                self.opened[e] = opened(e)
                stack.append(self.opened[e])
            else:
                yield e

    def _is_power(self, e: Expr) -> bool:
        if not (isinstance(e, Pow) and isinstance(e.exp, Integer) and 2 <= e.exp <= MAX_POWER):
            return False
        return not (self.squares and isinstance(e.base, Add))

    def _head(self, atom: Expr) -> tuple[Any, Expr, Build] | None:
        """(what is applied, to what, how) of a function of one argument that holds entries."""
        if isinstance(atom, Piecewise):
            return self._head_of_pieces(atom)
        varying = [i for i, a in enumerate(atom.args) if self.reader.has_entries(a)]
        if isinstance(atom, Sum) or len(varying) != 1:
            return None
        (place,) = varying
        body = atom.func(*(T if i == place else a for i, a in enumerate(atom.args)))
        return body, atom.args[place], lambda x: self.reader.within({T: x}).read(body)

    def _head_of_pieces(self, atom: Piecewise) -> tuple[Any, Expr, Build] | None:
        """As a function of what decides between the pieces; solved for one entry where that is rearranged."""
        known = huber_threshold(atom)
        t = pieces(atom)[0] if known is None else known[0]
        inside = {e for e in subtrees(atom) if isinstance(e, MatrixElement)}
        ways = (
            *((e, atom.xreplace({e: T})) for e in inside if len(inside) == 1),
            (t, atom.xreplace({t: T})),
            (-t, atom.xreplace({-t: T})),
            (t, _solved(atom, t)),
        )
        for candidate, body in ways:
            if not self.reader.has_entries(body):
                return body, candidate, lambda x, body=body: self.reader.within({T: x}).read(body)
        return None

    def _alone(self, atom: Expr) -> Tensor:
        if isinstance(atom, Sum):
            return summation_of(self.reader, atom)
        if isinstance(atom, (Max, Min)):
            return self._largest(atom)
        if not all(self.reader.has_entries(a) for a in atom.args):
            raise unreadable(atom)
        return functions.function(atom.func, [self.tensor(a) for a in atom.args])

    def _largest(self, atom: Expr) -> Tensor:
        """The largest entry of a vector, or of a few scalars in turn."""
        sign = 1 if isinstance(atom, Max) else -1
        polys = self.polynomials(atom.args) if all(self.reader.has_entries(a) for a in atom.args) else []
        for order, sizes in _orders(polys, False):
            try:
                vector = self.together(polys, order, sizes)
            except SymnormError:
                continue
            extreme = build.maximum(functions.scaled(sign, vector).node)
            return functions.scaled(sign, Tensor(extreme))
        parts = [self.tensor(a) if self.reader.has_entries(a) else self.reader.read(a) for a in atom.args]
        return functions.maximum(parts) if sign == 1 else functions.minimum(parts)

    def _assign(self, members: list[tuple[Expr, Expr, Build]]) -> None:
        polys = self.polynomials([argument for _, argument, _ in members])
        classes: dict[Any, list[int]] = {}
        for i, poly in enumerate(polys):
            classes.setdefault(frozenset(signature(m) for m in poly), []).append(i)
        if self.level >= WEIGHTS and len(members) > 1 and len(classes) > 1:
            classes = {None: list(range(len(members)))}
        for positions in classes.values():
            self._assign_class([members[i] for i in positions], [polys[i] for i in positions])

    def _assign_class(self, members: list[tuple[Expr, Expr, Build]], polys: list[Poly]) -> None:
        make = members[0][2]
        for order, sizes in _orders(polys, self.level >= WEIGHTS) if len(polys) > 1 else ():
            try:
                found = make(self.together(polys, order, sizes))
            except SymnormError:
                continue
            source = Source(Tensor(found.node if found.axes[0] is ROW else build.transpose(found.node)), sizes)
            for (atom, _, _), at in zip(members, order, strict=True):
                self.atoms[atom] = (source, at)
            return
        for (atom, _, _), poly in zip(members, polys, strict=True):
            self.atoms[atom] = (Source(make(read_polynomial(poly, self.level))), ())

    def together(
        self,
        polys: Sequence[Poly],
        order: Sequence[tuple[int, ...]],
        sizes: Sequence[Expr],
        axes: tuple[Symbol, ...] = (ROW, COLUMN),
    ) -> Tensor:
        """The polynomials as one vector or matrix with the indices ROW and COLUMN."""
        axes = axes[: len(sizes)]
        markers = [Source(Tensor(build.ones(size)), [size], marker=True) for size in sizes]
        whole: Poly = {}
        for poly, at in zip(polys, order, strict=True):
            marks = [(m, (k,)) for m, k in zip(markers, at, strict=True)]
            whole = plus(whole, {monomial((*mono, *marks)): c for mono, c in poly.items()})
        found = read_polynomial(whole, self.level, dict(zip(markers, axes, strict=True)))
        if set(found.axes) != set(axes):
            raise Unmatched("the entries of a family do not form a vector")
        return found

    def _expand(self, expr: Expr) -> Poly:
        if expr.is_number:
            return {(): expr} if expr != 0 else {}
        if expr in self.opened:
            return self._expand(self.opened[expr])
        if expr in self.atoms:
            return {(self.atoms[expr],): Integer(1)}
        if not self.reader.has_entries(expr):
            return {((self._scalar(expr), ()),): Integer(1)}
        if isinstance(expr, MatrixElement):
            return {(self._entry(expr),): Integer(1)}
        if isinstance(expr, Add):
            result: Poly = {}
            for arg in expr.args:
                for mono, coefficient in self._expand(arg).items():
                    result[mono] = result.get(mono, Integer(0)) + coefficient
            return {mono: coefficient for mono, coefficient in result.items() if coefficient != 0}
        result = {(): Integer(1)}
        for arg in expr.args if isinstance(expr, Mul) else [expr.base] * int(expr.exp):
            result = times(result, self._expand(arg))
        return result

    def _scalar(self, expr: Expr) -> Source:
        if expr not in self.sources:
            self.sources[expr] = Source(self.reader.read(expr))
        return self.sources[expr]

    def _entry(self, expr: Expr) -> Factor:
        parent, *indices = expr.args
        if parent not in self.sources:
            node = closed(self.reader.read(parent), parent)
            sizes = [s for s in (node.rows, node.cols) if s != 1]
            self.sources[parent] = Source(Tensor(build.transpose(node) if node.rows == 1 else node), sizes)
        slots = []
        for index, size in zip(indices, parent.shape, strict=True):
            if size == 1:
                continue
            if not isinstance(index, (Integer, Symbol)):
                raise NoRule(f"{short(expr)}: indices are whole numbers or the index of a sum")
            slots.append(int(index) if isinstance(index, Integer) else index)
        return self.sources[parent], tuple(slots)


def _solved(expr: Expr, t: Expr) -> Expr:
    """The expression in terms of t, which is solved for an entry that it holds with a number in front."""
    for entry in (e for e in subtrees(t) if isinstance(e, MatrixElement)):
        slope = t.coeff(entry)
        rest = (t - slope * entry).expand()
        if slope.is_number and slope != 0 and not rest.has(entry):
            return expand(expr.xreplace({entry: (T - rest) / slope}))
    return expr


def _orders(polys: Sequence[Poly], free: bool) -> Iterator[tuple[list[tuple[int, ...]], list[Expr]]]:
    """The ways to number the polynomials by one or two indices that each of them holds in one value."""
    single = list(_single_valued(polys))
    for values, size in single:
        if len(set(values)) == len(polys) == size:
            yield [(v,) for v in values], [size]
    for (rows, m), (cols, n) in product(single, repeat=2):
        if m * n == len(polys) and len(set(zip(rows, cols, strict=True))) == len(polys):
            yield list(zip(rows, cols, strict=True)), [m, n]
    if free and polys:
        yield [(k,) for k in range(len(polys))], [Integer(len(polys))]


def _single_valued(polys: Sequence[Poly]) -> Iterable[tuple[list[int], Expr]]:
    """The values of each (source, axis) that has just one number in each polynomial."""
    found: dict[tuple[Source, int], list[set[Any]]] = {}
    for k, poly in enumerate(polys):
        for source, slots in (f for mono in poly for f in mono):
            for axis, slot in enumerate(slots):
                found.setdefault((source, axis), [set() for _ in polys])[k].add(slot)
    seen = set()
    for (source, axis), values in found.items():
        if all(len(v) == 1 and isinstance(next(iter(v)), int) for v in values):
            numbers = [next(iter(v)) for v in values]
            if (tuple(numbers), source.sizes[axis]) not in seen:
                seen.add((tuple(numbers), source.sizes[axis]))
                yield numbers, source.sizes[axis]
