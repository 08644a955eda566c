"""The differential of a vector or matrix pushed down to dX, one thought a line: dF = ... = J dx.

Where the Narrator moves an inner product off what is known, here nothing is moved: the latest node under a d is taken
apart where it stands, until only the variable moves; what is left is read off by `endings`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..engine.loosen import tightened
from ..engine.tensor import Tensor
from ..errors import NoClosedForm
from ..language.build import add, diag, hadamard, is_zero, matmul, mul
from ..language.node import Add, Differential, Hadamard, MatMul, Mul, Node, Variable, postorder
from ..language.rebuild import substitute
from ..rules.rule import DIFFERENTIALS
from ..simplify.cost import cost
from .display import differential, differentials_in, moving
from .endings import Ending, applied, ending, matrix_of, trailing
from .forward import Context, forward, is_linear, law
from .lines import Line
from .matrices import d_of, reason_of_rule
from .names import Names
from .reasons import Reason, joined, substitution, words
from .signs import spread_signs
from .terms import tidy, tidy_form
from .wording import collecting

MAX_ROUNDS = 200
REPEATED = 2
"""The fewest operations of a repeated factor that gets a name."""


class ForwardNarrator:
    """The lines from dF to a form in dX alone, and the derivative that is read off from it.

    `named` is the function of the page in names, `root` what is differentiated and `symbol` its letter; diagonals of
    more than `shortest` operations get a name. `note` says what the root is where it is not the function of the page.
    """

    def __init__(
        self, named: Node, root: Node, symbol: Variable, x: Variable, ctx: Context, shortest: int = 0
    ) -> None:
        self.named, self.root, self.symbol, self.x = named, root, symbol, x
        self.ctx: Context = ctx
        self.names: Names = ctx.names
        self.shortest = shortest
        self.lines: list[Line] = []
        self.before: Node = differential(symbol)
        self.form: Node = self.before
        self.matrix: Node | Tensor = root
        self.stacked = False
        self.copies: Mapping[Variable, Variable] = {}
        self.note = ""

    def run(self) -> None:
        if self.names.depends(self.root):
            self._replace(self.symbol, self.root)
        else:
            self._write(forward(self.root, self.names), words("constant"), "linear")
        for _ in range(MAX_ROUNDS):
            frontier = [d.args[0] for d in differentials_in(self.form) if d.args[0] not in self.names.wrt]
            if not frontier:
                break
            latest = max(frontier, key=lambda n: (self._rank(n), self.names.height(n)))
            self._gather(latest)
            self._replace(latest, self.names.definition(latest))
        self._close(ending(self.form, self.symbol, self.x, self.names))

    def printed(self, line: Line) -> Line:
        """The line in the variables as they were declared."""
        return line.map(lambda node: tightened(node, self.copies)) if self.copies else line

    def tightened(self, found: Node | Tensor) -> Node | Tensor:
        """An expression in the variables as they were declared."""
        if not self.copies:
            return found
        if isinstance(found, Node):
            return tightened(found, self.copies)
        return found.map(lambda node: tightened(node, self.copies))

    def _rank(self, node: Node) -> int:
        """Later names come first; what has no name comes before the names that it is made of."""
        order = {s: i for i, s in enumerate(self.names.definitions)}
        if node in order:
            return 2 * order[node]
        return 1 + max((2 * order[v] for v in node.free if v in order), default=-1)

    def _replace(self, node: Node, meaning: Node) -> None:
        """One differential taken apart, and entrywise factors written as a diagonal matrix."""
        if meaning in self.names.wrt:
            self._write(substitute(self.form, {differential(node): differential(meaning)}), words("identity"), "linear")
            return
        names, rule = self.names, DIFFERENTIALS.find(meaning)
        reason: Reason
        if self.ctx.full and isinstance(meaning, Add) and is_linear(meaning, names):
            form = add(*(d_of(part, self.ctx) for part in meaning.args if names.depends(part)))
            reason, kind = words(rule.name), "linear"
        elif is_linear(meaning, names):
            form = tidy_form(forward(meaning, names))
            reason = words("linear map" if not isinstance(meaning, Add) else rule.name)
            if node is not self.symbol and meaning is not node:
                reason = substitution(differential(node), form)
            kind = "substitution" if node is not self.symbol else "linear"
        else:
            condition = self.ctx.require(rule.domain_of(meaning), meaning.args[0])
            form = self._repeated(names.apply(law(rule, meaning, names)))
            reason, kind = joined(reason_of_rule(rule, condition), condition), "nonlinear"
        self._write(spread_signs(substitute(self.form, {differential(node): form})), reason, kind)
        if not self.x.is_scalar:
            self._write(self._diagonal(self.form), words("diagonal"), "identity")

    def _gather(self, node: Node) -> None:
        """U dz + V dz as (U + V) dz before dz is taken apart, so that a line doubles with no layer of a network."""
        dz = differential(node)
        if not (node.is_vector and self.symbol.is_vector) or differentials_in(self.form) != [dz]:
            return
        if occurrences(self.form, dz) < 2 or self.x.is_scalar:
            return
        try:
            matrix = tidy(self.names.apply(matrix_of(self.form)))
        except NoClosedForm:
            return
        self._write(applied(matrix, dz), collecting([dz]), "collect")

    def _repeated(self, form: Node) -> Node:
        """H o dZ with a name for H, when H is a matrix that the line holds already."""
        if not isinstance(form, Hadamard) or form.is_vector:
            return form
        factor = hadamard(*(f for f in form.args if not moving(f)))
        if cost(factor) < REPEATED or factor not in set(postorder([self.form])):
            return form
        self.names.define(factor, "adjoint")
        self.form = self.names.apply(self.form)
        self.lines = [line.map(self.names.apply) for line in self.lines]
        return self.names.apply(form)

    def _diagonal(self, form: Node) -> Node:
        """a o dz as D dz with D = diag(a)."""
        if not moving(form) or isinstance(form, Differential):
            return form
        if isinstance(form, Hadamard):
            hot = [f for f in form.args if moving(f)]
            if len(hot) == 1 and form.is_vector:
                matrix = diag(hadamard(*(f for f in form.args if f is not hot[0])))
                if cost(matrix) > self.shortest and not isinstance(matrix.args[0], Variable):
                    matrix = self.names.define(matrix, "adjoint")
                return matmul(self.names.apply(matrix), self._diagonal(hot[0]))
        if isinstance(form, (Add, Mul, MatMul)):
            args = tuple(self._diagonal(a) for a in form.args)
            if any(a is not b for a, b in zip(args, form.args, strict=True)):
                build = {Add: add, Mul: mul, MatMul: matmul}[type(form)]
                return build(*args)
        return form

    def _close(self, found: Ending) -> None:
        """J dx, or vec(dF) = J vec(dX)."""
        self.matrix, self.stacked = found.matrix, found.left is not None
        if found.form is None or is_zero(self.form):
            return
        if self.x.is_scalar and len(self.lines) > 1 and self.lines[-1].kind == "substitution":
            last = self.lines.pop()
            self.form = self.lines[-1].right
            self._write(found.form, last.reason, last.kind)
        else:
            self._write(found.form, found.reason, "collect", found.left)

    def _write(self, form: Node, reason: Reason, kind: str, left: Node | None = None) -> None:
        if form is self.form:
            return
        self.form = form
        shown = trailing(form, differential(self.x)) if self.x.is_scalar else form
        if not self.lines or self.lines[-1].right is not shown:
            self.lines.append(Line(shown, reason, kind, left=left))


def occurrences(form: Node, dz: Node) -> int:
    """How many times dz is written in a form, at most two."""
    if form is dz:
        return 1
    found = 0
    for argument in form.args if moving(form) and not isinstance(form, Differential) else ():
        found += occurrences(argument, dz)
        if found > 1:
            break
    return found
