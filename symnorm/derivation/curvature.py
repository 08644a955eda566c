"""The Hessian as the differential of the gradient: dg = H dx, from dg down to dx.

d diag,  a o dz = diag(a) dz;   <u, dx> v = v u' dx;   what is left is a matrix times dx.
"""

from __future__ import annotations

from ..errors import NoClosedForm
from ..language.build import add, diag, hadamard, identity, matmul, mul, ones, transpose
from ..language.node import (
    Add,
    Differential,
    Hadamard,
    MatMul,
    Mul,
    Node,
    SumAll,
    Variable,
)
from ..language.rebuild import substitute
from ..rules.rule import DIFFERENTIALS
from .display import chain, differential, differentials_in, moving
from .forward import Context, forward, is_linear, law
from .lines import Line
from .matrices import reason_of_rule
from .narrator import Narrator
from .reasons import Reason, equation, joined, words
from .result import final_form
from .terms import Term, tidy, tidy_form
from .wording import collecting

MAX_ROUNDS = 200


class CurvatureNarrator:
    """The lines from dg to H dx, for a vector x."""

    def __init__(self, f: Node, x: Variable, detail: str = "normal") -> None:
        if not x.is_vector:
            raise NoClosedForm(f"the lines of a second derivative are written for a vector; {x} is none")
        first = Narrator(f, (x,), "full" if detail == "full" else "normal")
        first.run()
        self.x, self.names, self.named = x, first.names, first.named
        self.ctx: Context = first.ctx
        self.gradient = final_form(first.terms, x)
        self.symbol = first.names.define(self.gradient, "gradient")
        self.lines: list[Line] = []
        self.before: Node = differential(self.symbol)
        self.start: list[Term] = []
        self.terms: list[Term] = []
        self.form: Node = self.before

    def run(self) -> None:
        meaning = self.names.definition(self.symbol)
        self._replace(self.symbol, meaning)
        for _ in range(MAX_ROUNDS):
            frontier = [d.args[0] for d in differentials_in(self.form) if d.args[0] not in self.names.wrt]
            if not frontier:
                break
            latest = max(frontier, key=lambda n: (self._rank(n), n.serial))
            self._replace(latest, self.names.definition(latest))
        self._collect()

    def _rank(self, node: Node) -> int:
        """Later names come first; what has no name comes before the names that it is made of."""
        order = {s: i for i, s in enumerate(self.names.definitions)}
        if node in order:
            return 2 * order[node]
        return 1 + max((2 * order[v] for v in node.free if v in order), default=-1)

    def _replace(self, node: Node, meaning: Node) -> None:
        """One differential taken apart, and entrywise factors written as a diagonal matrix."""
        names = self.names
        rule = DIFFERENTIALS.find(meaning)
        reason: Reason
        if is_linear(meaning, names):
            form = tidy_form(forward(meaning, names))
            reason = words("linear map" if not isinstance(meaning, Add) else rule.name)
            if node is not self.symbol and meaning is not node:
                reason = equation(differential(node), form)
            kind = "substitution" if node is not self.symbol else "linear"
        else:
            condition = self.ctx.require(rule.domain_of(meaning), meaning.args[0])
            form = names.apply(law(rule, meaning, names))
            reason, kind = joined(reason_of_rule(rule, condition), condition), "nonlinear"
        self._write(substitute(self.form, {differential(node): form}), reason, kind)
        self._write(self._diagonal(self.form), words("diagonal"), "identity")

    def _diagonal(self, form: Node) -> Node:
        """a o dz as D dz with D = diag(a)."""
        if not moving(form) or isinstance(form, Differential):
            return form
        if isinstance(form, Hadamard):
            hot = [f for f in form.args if moving(f)]
            if len(hot) == 1 and form.is_vector:
                rest = hadamard(*(f for f in form.args if f is not hot[0]))
                matrix = self.names.define(diag(rest), "adjoint")
                return matmul(matrix, self._diagonal(hot[0]))
        if isinstance(form, (Add, Mul, MatMul)):
            args = tuple(self._diagonal(a) for a in form.args)
            if any(a is not b for a, b in zip(args, form.args, strict=True)):
                build = {Add: add, Mul: mul, MatMul: matmul}[type(form)]
                return build(*args)
        return form

    def _collect(self) -> None:
        """H dx."""
        matrix = tidy(self.names.apply(matrix_of(self.form)))
        self.hessian = matrix
        dx = differential(self.x)
        factors = list(matrix.args) if isinstance(matrix, MatMul) else [matrix]
        if isinstance(matrix, Mul):
            core = matrix.args[-1]
            factors = list(core.args) if isinstance(core, MatMul) else [core]
            right = mul(*matrix.args[:-1], chain([*factors, dx]))
        else:
            right = chain([*factors, dx])
        self._write(right, collecting([dx]), "collect")

    def _write(self, form: Node, reason: Reason, kind: str) -> None:
        if form is self.form:
            return
        self.form = form
        self.lines.append(Line(form, reason, kind))


def matrix_of(form: Node) -> Node:
    """M with form = M dx."""
    match form:
        case Differential():
            return identity(form.rows)
        case Add():
            return add(*(matrix_of(t) for t in form.args))
        case Hadamard():
            hot = next(f for f in form.args if moving(f))
            return matmul(diag(hadamard(*(f for f in form.args if f is not hot))), matrix_of(hot))
        case SumAll():
            return transpose(matmul(transpose(matrix_of(form.args[0])), ones(form.args[0].rows)))
        case MatMul():
            at = next(i for i, f in enumerate(form.args) if moving(f))
            left = list(form.args[:at])
            if at < len(form.args) - 1:
                turned = [transpose(f) for f in reversed(form.args[at:])]
                return _from_transposed(left, turned)
            return matmul(*left, matrix_of(form.args[at])) if left else matrix_of(form.args[at])
        case Mul():
            hot = next(f for f in form.args if moving(f))
            others = [f for f in form.args if f is not hot]
            if hot.is_scalar and not form.is_scalar:
                return mul(*others[:-1], matmul(others[-1], matrix_of(hot)))
            return mul(*others, matrix_of(hot))
    raise NoClosedForm(f"{form} is not written as a matrix times the differential")


def _from_transposed(left: list[Node], turned: list[Node]) -> Node:
    """u' dx w and dx' A u: a scalar is its own transpose."""
    if left or not (turned[0].rows == 1):
        raise NoClosedForm("a product with the differential inside is not written as a matrix times it")
    return matrix_of(matmul(*turned))
