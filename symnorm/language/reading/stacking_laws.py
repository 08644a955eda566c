"""How each kind of syntax passes through the stacking of an index."""

from __future__ import annotations

from fractions import Fraction

from .pratt import node
from .stacking import COLUMN, SCALAR, Laws, Stacked, Stacker, applied, ones, times, turned
from .syntax import Syntax, walk
from .vocabulary import SIGNATURES


def _product(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    a, b = parts
    if tree.value == "cdot" and (a.kind == "r" or (a.kind == "c" and b.kind == "r" and self.rank(a.tree) == COLUMN)):
        return _inner(self, tree, parts)
    return self.product(tree, a, b)


def _inner(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    a, b = parts
    for arg, part in zip(tree.args, parts, strict=True):
        if part.kind == "s":
            self.parser.fail(f"{self.parser.slice(tree)!r}: {self.parser.slice(arg)} is an entry here, which has no "
                             "inner product; for rows declare their matrix", tree.start)
    flipped = {"r": "t", "t": "r"}.get(a.kind, a.kind)
    return self.product(tree, Stacked(flipped, turned(a.tree) if a.kind == "c" else a.tree), b)


def _transpose(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    part = parts[0]
    if part.kind == "s":
        entry = self.parser.slice(tree.args[0])
        self.parser.fail(f"{self.parser.slice(tree)!r}: {entry} is an entry here, which has no transpose; for rows "
                         "declare their matrix", tree.start)
    if part.kind == "o" and part.other is not None:
        return Stacked("o", part.other, part.tree)
    return part._replace(kind={"r": "t", "t": "r"}.get(part.kind, part.kind))


def _sum(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    kind = next(part.kind for part in parts if part.kind != "c")
    terms = []
    for part in parts:
        if part.kind == "c" and kind in "srt":
            flat = turned(part.tree) if kind == "r" else part.tree
            terms.append(times(part.tree, ones(tree)) if kind == "s" else times(ones(tree), flat))
        elif part.kind == kind and kind != "o":
            terms.append(part.tree)
        else:
            self.refuse(tree)
    return Stacked(kind, Syntax("sum", tree.value, tuple(terms), tree.start, tree.end))


def _divide(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    over, under = parts
    if under.kind == "c":
        return over._replace(tree=node("divide", (over.tree, under.tree)))
    alone = over.kind == "c" and self.rank(over.tree) == SCALAR and all(t.kind != "indexed" for t in walk(over.tree))
    if under.kind == "s" and (over.kind == "s" or alone):
        return Stacked("s", node("eldivide", (over.tree, under.tree)))
    if under.kind == "s":
        one = Syntax("number", Fraction(1), (), under.tree.start, under.tree.end)
        return self.product(tree, over, Stacked("s", node("eldivide", (one, under.tree))))
    return self.refuse(tree)


def _hadamard(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    a, b = parts
    if a.kind == b.kind and a.kind in "srt":
        return Stacked(a.kind, node(tree.kind, (a.tree, b.tree)))
    if tree.kind == "hadamard" and "c" in (a.kind, b.kind):
        moving, fixed = (a, b) if b.kind == "c" else (b, a)
        if moving.kind == "r" and self.rank(fixed.tree) == COLUMN:
            return Stacked("r", times(moving.tree, applied("diag", fixed.tree)))
        return self.product(tree, fixed, moving) if self.rank(fixed.tree) == SCALAR else self.refuse(tree)
    return self.refuse(tree)


def _power(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    base, exponent = parts
    if exponent.kind == "c" and (base.kind == "s" or (tree.kind == "elpower" and base.kind in "rt")):
        two = exponent.tree.kind == "number" and exponent.tree.value == 2
        if base.tree.kind == "call" and base.tree.value == "sqrt" and two:
            return Stacked("s", base.tree.args[0])
        return Stacked(base.kind, node("elpower", (base.tree, exponent.tree)))
    if base.kind == "c" and exponent.kind in "srt" and base.tree.kind == "name" and base.tree.value == "e":
        alone = node("power", (base.tree, exponent.tree))
        return Stacked(exponent.kind, alone if exponent.kind == "s" else applied("exp", exponent.tree))
    return self.refuse(tree)


def _negate(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    return parts[0]._replace(tree=node("negate", (parts[0].tree,)))


def _bars(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    return Stacked("s", applied("abs", parts[0].tree)) if parts[0].kind == "s" else self.refuse(tree)


def _norm(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    part = parts[0]
    if part.kind == "s":
        inside = self.parser.slice(tree.args[0])
        self.parser.fail(f"{self.parser.slice(tree)} has two readings: {inside} is an entry here, with the absolute "
                         f"value |{inside}|; the length of a row or a group needs the matrix declared", tree.start)
    if part.kind not in "rt":
        self.refuse(tree)
    if tree.value in (None, "2"):
        return Stacked("s", applied("sqrt", times(node("hadamard", (part.tree, part.tree)), ones(tree))))
    if tree.value == "1":
        return Stacked("s", times(applied("abs", part.tree), ones(tree)))
    return self.refuse(tree)


def _call(self: Stacker, tree: Syntax, parts: list[Stacked]) -> Stacked:
    first = parts[0]
    law = SIGNATURES[tree.value].law
    if law == "entrywise" and first.kind in "srt" and all(part.kind == "c" for part in parts[1:]):
        return Stacked(first.kind, Syntax("call", tree.value, tuple(p.tree for p in parts), tree.start, tree.end))
    if law == "largest" and len(parts) == 2 and sum(p.kind == "s" for p in parts) == 1:
        return Stacked("s", Syntax("call", tree.value, tuple(p.tree for p in parts), tree.start, tree.end))
    if tree.value == "sum" and first.kind in "rt":
        return Stacked("s", times(first.tree, ones(tree)))
    return first if tree.value == "sum" and first.kind == "s" else self.refuse(tree)


STACKING_LAWS: Laws = {
    "product": _product, "inner": _inner, "transpose": _transpose, "sum": _sum, "divide": _divide,
    "hadamard": _hadamard,
    "eldivide": _hadamard, "power": _power, "elpower": _power, "negate": _negate, "bars": _bars, "norm": _norm,
    "call": _call,
}
