"""One attempt to find the shape of every sub-expression, and the words in which it fails.

The laws themselves are in `operator_laws` and `function_laws`: each unifies sizes and answers with a shape, or refuses
and quotes the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from sympy import Integer

from ...errors import ReadingError
from ...shapes import ONE, Size, size_symbol
from .problems import ReadingShapeError, quoted
from .sizes import Shape, Solver, Term, resolve, words
from .syntax import Syntax, fold, walk

REMEDIES = {
    "text": {"turned inverse": "inv({0})'", "turn": "{0}'", "inner": "{0}'*{1}",
             "outer": "{0}*{1}'", "entries": "{0}.*{1}", "ratio": "{0}./{1}",
             "elpower": "{0}.^{1}", "ones": "{0}*vector(1)", "filled": "{0}*matrix(1)", "diagonal": "{0}*eye",
             "solve": "{0}*inv({1})", "exp": "exp({0})", "abs": "abs({0})", "length": "norm2({0})",
             "softmax": "exp({0})./(exp({0})*matrix(1))", "logsumexp": "log(exp({0})*vector(1))"},
    "latex": {"turned inverse": r"{0}^{{-\top}}", "turn": r"{0}^\top", "inner": r"{0}^\top {1}",
              "outer": r"{0} {1}^\top", "entries": r"{0} \odot {1}",
              "ratio": r"{0} \oslash {1}", "elpower": r"{0}^{{\odot {1}}}", "ones": r"{0} \mathbf 1",
              "filled": r"{0} \mathbf 1 \mathbf 1^\top", "diagonal": "{0} I", "solve": r"{0} {1}^{{-1}}",
              "exp": r"\exp({0})",
              "abs": r"\operatorname{{abs}}({0})", "length": r"\|{0}\|_2",
              "softmax": r"\exp({0}) \oslash (\exp({0}) \mathbf 1 \mathbf 1^\top)",
              "logsumexp": r"\log(\exp({0}) \mathbf 1)"},
}
"""How a remedy is written in each dialect."""
BY_ROWS = frozenset({"softmax", "logsumexp"})
"""Functions of a vector that are often meant for every row of a matrix."""
_CALLS = BY_ROWS | {"exp", "abs", "length"}
_CLOSED = frozenset({"name", "number", "literal", "matrix", "call", "norm", "transpose", "bars"})
Law = Callable[["Inference", Syntax, list[Shape]], Shape]
Laws = dict[str, Law]


@dataclass
class Inference:
    """One attempt: the shapes of names, the equations, and what was decided on the way."""

    text: str
    laws: Laws
    names: dict[str, Shape]
    sizes: frozenset[str]
    dialect: str = "text"
    solver: Solver = field(default_factory=Solver)
    literals: dict[Syntax, Shape] = field(default_factory=dict)
    turned: set[Syntax] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    guessed: frozenset[str] = frozenset()
    """Names that are scalars by their letter alone, in LaTeX."""
    by_entries: list[Syntax] = field(default_factory=list)
    """Logarithms and exponentials of square matrices."""
    inner: frozenset[Syntax] = frozenset()
    """Products that further factors follow."""

    def run(self, root: Syntax) -> Shape:
        if self.guessed:
            self.inner = frozenset(node.args[0] for node in walk(root) if node.kind == "product")
        shape = fold(root, self.visit)
        stuck = self.solver.finish()
        if stuck is not None:
            sizes = " and ".join(words((term, ONE)).removeprefix("vector of ") for term in stuck)
            raise ReadingShapeError(f"the sizes {sizes} must be equal, which does not settle them: declare the "
                                    f"variables",
                                    self.text, root.column)
        return shape

    def visit(self, node: Syntax, shapes: list[Shape]) -> Shape:
        return self.laws[node.kind](self, node, shapes)

    def slice(self, node: Syntax) -> str:
        return f"`{quoted(self.text[node.start : node.end], 50)}`"

    def spelled(self, remedy: str, *parts: Syntax) -> str:
        """A remedy, written with pieces of the text; sums and the like in parentheses."""
        pieces = []
        for part in parts:
            piece = self.slice(part)[1:-1]
            closed = part.grouped or part.kind in _CLOSED
            alone = remedy in _CALLS or closed
            pieces.append(piece if alone else f"({piece})")
        return REMEDIES[self.dialect][remedy].format(*pieces)

    def refuse(self, node: Syntax, message: str) -> NoReturn:
        raise ReadingError(message, self.text, node.column)

    def misfit(self, node: Syntax, message: str) -> NoReturn:
        raise ReadingShapeError(message, self.text, node.column)

    def told(self, node: Syntax, shape: Shape) -> str:
        return f"{self.slice(node)} is {_article(words(shape))}"

    def unify(self, left: Term, right: Term) -> bool:
        return self.solver.unify(left, right)

    def same(self, left: Shape, right: Shape) -> bool:
        return self.unify(left[0], right[0]) and self.unify(left[1], right[1])

    def square(self, node: Syntax, shape: Shape, what: str) -> Shape:
        if not is_scalar(shape) and not self.unify(*shape):
            self.misfit(node, f"{what} needs a square matrix; {self.told(node, shape)}")
        return shape

    def vector(self, node: Syntax, shape: Shape, what: str) -> Term:
        """The length of a column or a row."""
        rows, cols = resolve(shape[0]), resolve(shape[1])
        if cols is ONE and rows is not ONE:
            return rows
        if rows is ONE and cols is not ONE:
            return cols
        by_rows = f"; for each row of it write {self.spelled(what, node)}" if what in BY_ROWS else ""
        return self.misfit(node, f"{what} needs a vector; {self.told(node, shape)}{by_rows}")

    def is_guess(self, node: Syntax, shape: Shape) -> bool:
        """Is this a scalar because of a letter alone?"""
        return is_scalar(shape) and bool(self.guessed) and any(
            part.kind == "name" and part.value in self.guessed for part in walk(node))

    def scalar(self, node: Syntax, shape: Shape, what: str) -> None:
        if not is_scalar(shape):
            self.misfit(node, f"{what} is a scalar; {self.told(node, shape)}")

    def size(self, tree: Syntax) -> Size:
        """A size written as an argument: eye(n), ones(2*n, 3)."""
        def visit(node: Syntax, parts: list[Size]) -> Size:
            if node.kind == "number" and node.value.denominator == 1 and 0 < node.value.numerator < 10**9:
                return Integer(node.value.numerator)
            if node.kind == "name" and node.value not in self.names:
                return size_symbol(node.value)
            if node.kind == "product":
                return parts[0] * parts[1]
            if node.kind == "power" and isinstance(parts[1], Integer) and parts[1] <= 8:
                return parts[0] ** parts[1]
            if node.kind == "sum":
                return sum((p if s == "+" else -p for p, s in zip(parts, node.value, strict=True)), Integer(0))
            return self.refuse(node, f"{self.slice(node)} is not a size: sizes are whole numbers and names of sizes")
        if tree.end - tree.start > 200:
            self.refuse(tree, "this size is too long")
        return fold(tree, visit)


def is_scalar(shape: Shape) -> bool:
    return resolve(shape[0]) is ONE and resolve(shape[1]) is ONE


def is_vector(shape: Shape) -> bool:
    return resolve(shape[1]) is ONE and resolve(shape[0]) is not ONE


def is_matrix(shape: Shape) -> bool:
    return resolve(shape[0]) is not ONE and resolve(shape[1]) is not ONE


def _article(word: str) -> str:
    return word if word[:1].isdigit() or " x " in word else f"a {word}"
