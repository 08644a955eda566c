"""What an index runs through, stacked: scalars s_i into a vector, columns r_i into the rows of a matrix.

Kinds: c does not depend on the index; s is a scalar, its tree the vector of all; r is a column and t its transpose, the
tree being the matrix R whose rows they are; o is the outer product r q', of trees R and Q; p is a scalar times a fixed
row or column, which waits for what follows, so that s (c r) is read for (s c) r. So t c is R c, t r is
(R .* Q) 1, and the sum of r q' is R' Q.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from ...shapes import ONE
from .kinds import kind_by_letter
from .pratt import Parser, node
from .problems import NotStacked
from .syntax import Syntax, fold
from .vocabulary import SIGNATURES

Laws = dict[str, Callable[["Stacker", Syntax, "list[Stacked]"], "Stacked"]]
Rank = tuple[bool, bool]
"""Whether there is one row, one column."""
SCALAR, COLUMN, ROW, MATRIX = (True, True), (False, True), (True, False), (False, False)


class Stacked(NamedTuple):
    """A kind and its tree; `other` is the second matrix of an outer product, or what a scalar waits to multiply."""

    kind: str
    tree: Syntax
    other: Syntax | None = None


def ones(like: Syntax) -> Syntax:
    return Syntax("literal", ("ones", ()), (), like.start, like.end)


def times(left: Syntax, right: Syntax) -> Syntax:
    return node("product", (left, right), "*")


def turned(tree: Syntax) -> Syntax:
    return tree.args[0] if tree.kind == "transpose" else node("transpose", (tree,))


def rows_of_squares(tree: Syntax) -> Syntax | None:
    """The R of (R .* R) 1, the squares of the lengths of its rows."""
    inner = tree.args[0] if tree.kind == "product" else tree
    if inner.kind == "hadamard" and inner is not tree:
        left, right = inner.args
        return left if left is right else None
    if inner.kind == "elpower" and inner is not tree and inner.args[1].kind == "number" and inner.args[1].value == 2:
        return inner.args[0]
    return None


def root_of(tree: Syntax) -> Syntax | None:
    """The t of a square root, in either spelling."""
    if tree.kind == "call" and tree.value == "sqrt":
        return tree.args[0]
    half = tree.kind == "elpower" and tree.args[1].kind == "divide" and [
        t.value for t in tree.args[1].args if t.kind == "number"] == [1, 2]
    return tree.args[0] if half else None


def applied(function: str, *args: Syntax) -> Syntax:
    return node("call", args, function)


def column(matrix: Syntax, vector: Syntax) -> Syntax:
    """matrix * vector; diag(s) R v as s .* (R v)."""
    if matrix.kind == "product" and matrix.args[0].kind == "call" and matrix.args[0].value == "diag":
        return node("hadamard", (matrix.args[0].args[0], times(matrix.args[1], vector)))
    return times(matrix, vector)


@dataclass(frozen=True, slots=True)
class Stacker:
    """Stacks a body over one index."""

    parser: Parser
    index: str
    limit: Syntax | None
    laws: Laws

    def visit(self, tree: Syntax, parts: list[Stacked]) -> Stacked:
        if tree.kind != "product":
            parts = [self.settled(part) for part in parts]
        if tree.kind == "indexed":
            return self.leaf(tree) if parts[0].kind == "c" else self.refuse(tree)
        if all(part.kind == "c" for part in parts):
            return Stacked("c", tree if not parts else _rebuilt(tree, parts))
        method = self.laws.get(tree.kind)
        if method is None:
            self.refuse(tree)
        return method(self, tree, parts)

    def settled(self, part: Stacked) -> Stacked:
        """s c, a scalar times a column or a row, as the rows of a matrix."""
        if part.kind != "p" or part.other is None:
            return part
        rank = self.rank(part.other)
        if rank == MATRIX:
            self.refuse(part.other)
        return Stacked("r", times(part.tree, turned(part.other))) if rank == COLUMN else Stacked(
            "t", times(part.tree, part.other))

    def refuse(self, tree: Syntax) -> NoReturn:
        raise NotStacked(f"{self.parser.slice(tree)!r} is not read inside a sum over {self.index}: write the sum with "
                         f"vectors and matrices", self.parser.text, tree.column)

    def leaf(self, tree: Syntax) -> Stacked:
        """An entry or a row."""
        base, indices = tree.args[0], tree.value
        if self.index not in indices:
            return Stacked("c", tree)
        matrix = self.is_matrix(base)
        if len(indices) == 1:
            if self.limit is not None:
                base = Syntax("sized", self.limit, (base,), base.start, base.end)
            return Stacked("r" if matrix else "s", base)
        first, second = indices
        if first == second:
            return Stacked("s", applied("diag", base))
        base, other = (turned(base), second) if first == self.index else (base, first)
        if self.limit is not None:
            base = turned(Syntax("sized", self.limit, (turned(base),), base.start, base.end))
        return Stacked("s", Syntax("indexed", (other,), (base,), tree.start, tree.end))

    def is_matrix(self, base: Syntax) -> bool:
        if base.kind in ("transpose", "sized"):
            return True
        if base.kind != "name":
            return self.rank(base) == MATRIX
        variable = self.parser.variables.get(base.value)
        return variable.cols is not ONE if variable is not None else base.value[:1].isupper()

    def rank(self, tree: Syntax) -> Rank:
        """The rough shape of a tree that does not depend on the index."""
        return fold(tree, self._rank)

    def _rank(self, tree: Syntax, parts: list[Rank]) -> Rank:
        if tree.kind == "name":
            variable = self.parser.variables.get(tree.value)
            if variable is not None:
                return variable.rows is ONE, variable.cols is ONE
            bold = tree.value in self.parser.bold and tree.value[:1].islower()
            kind = "vector" if bold else kind_by_letter(tree.value)
            return {"scalar": SCALAR, "vector": COLUMN, "matrix": MATRIX}[kind]
        if tree.kind == "indexed":
            return COLUMN if len(tree.value) == 1 and self.is_matrix(tree.args[0]) else SCALAR
        if tree.kind == "literal":
            return COLUMN if tree.value[0] != "eye" and len(tree.value[1]) < 2 else MATRIX
        if tree.kind == "matrix":
            return tree.value[0] == 1, tree.value[1] == 1
        if tree.kind in ("product", "hadamard", "eldivide", "power", "elpower"):
            left, right = parts
            plain = right if left == SCALAR else left
            return plain if SCALAR in parts or tree.kind != "product" else (left[0], right[1])
        if tree.kind == "transpose":
            return parts[0][1], parts[0][0]
        if tree.kind == "call":
            return _rank_of_call(SIGNATURES[tree.value].law, parts)
        if tree.kind in ("number", "norm", "inner", "bars"):
            return SCALAR
        return parts[0] if parts else SCALAR

    def product(self, tree: Syntax, a: Stacked, b: Stacked) -> Stacked:
        for pending, other in ((a, b), (b, a)):
            if pending.kind == "p" and pending.other is not None:
                if other.kind == "s":
                    return pending._replace(tree=node("hadamard", (a.tree, b.tree)))
                held = Stacked("c", pending.other)
                rest = self.product(tree, held, other) if pending is a else self.product(tree, other, held)
                return self.product(tree, Stacked("s", pending.tree), rest)
        pair = a.kind + b.kind
        if pair == "cc":
            return Stacked("c", times(a.tree, b.tree))
        if pair == "ss":
            return Stacked("s", node("hadamard", (a.tree, b.tree)))
        if pair == "tr":
            return Stacked("s", times(node("hadamard", (a.tree, b.tree)), ones(tree)))
        if pair == "rt":
            return Stacked("o", a.tree, b.tree)
        if "s" in pair and "c" not in pair:
            scalar, rest = (a, b) if a.kind == "s" else (b, a)
            return rest._replace(tree=times(applied("diag", scalar.tree), rest.tree))
        if pair[0] == "c":
            return self.constant_left(tree, a.tree, b)
        if pair[1] == "c":
            return self.constant_right(tree, a, b.tree)
        return self.refuse(tree)

    def constant_left(self, tree: Syntax, c: Syntax, x: Stacked) -> Stacked:
        rank = self.rank(c)
        if rank == SCALAR:
            return x._replace(tree=times(c, x.tree))
        if x.kind == "s" and rank != MATRIX:
            return Stacked("p", x.tree, c)
        if x.kind == "r":
            return Stacked("s", column(x.tree, turned(c))) if rank == ROW else Stacked("r", times(x.tree, turned(c)))
        if x.kind == "t" and rank == COLUMN:
            return Stacked("o", times(ones(tree), turned(c)), x.tree)
        if x.kind == "o":
            return x._replace(tree=times(x.tree, turned(c)))
        return self.refuse(tree)

    def constant_right(self, tree: Syntax, x: Stacked, c: Syntax) -> Stacked:
        rank = self.rank(c)
        if rank == SCALAR or x.kind == "s":
            return self.constant_left(tree, c, x)
        if x.kind == "t":
            return Stacked("s", column(x.tree, c)) if rank == COLUMN else Stacked("t", times(x.tree, c))
        if x.kind == "r" and rank == ROW:
            return Stacked("o", x.tree, times(ones(tree), c))
        if x.kind == "o" and x.other is not None:
            return x._replace(other=times(x.other, c))
        return self.refuse(tree)


def _rank_of_call(law: str, parts: list[Rank]) -> Rank:
    if law == "diag":
        return COLUMN if parts[0] == MATRIX else MATRIX
    if law in ("vec", "vector_of_square"):
        return COLUMN
    if law in ("kron", "outer"):
        return MATRIX
    if law == "hadamard" or (law == "largest" and len(parts) > 1):
        return next((part for part in parts if part != SCALAR), SCALAR)
    if law == "turned":
        return parts[0][1], parts[0][0]
    return parts[0] if law in ("entrywise", "square", "same_vector", "same", "pair") else SCALAR


def _rebuilt(tree: Syntax, parts: list[Stacked]) -> Syntax:
    args = tuple(part.tree for part in parts)
    return tree if all(a is b for a, b in zip(args, tree.args, strict=True)) else Syntax(tree.kind, tree.value, args,
                                                                                         tree.start, tree.end)
