"""The Hessian as the differential of the gradient: dg = H dx, from dg down to dx."""

from __future__ import annotations

from ..domains import NONZERO
from ..engine.loosen import loose, loosened
from ..language.build import MINUS, add, entrywise_power, matmul, mul, split, transpose, value_of, variable
from ..language.node import Inverse, Mul, Node, Power, Transpose, Variable
from ..language.rebuild import substitute
from .display import differential
from .matrices import d_of
from .narrator import Narrator
from .onward import ForwardNarrator
from .reasons import equation, joined, words
from .result import final_form


class CurvatureNarrator(ForwardNarrator):
    """The lines from dg to H dx; by a matrix to vec(dG) = H vec(dX).

    The gradient is that by a variable with independent entries: X' = X is put back into the lines when they are
    printed.
    """

    def __init__(self, f: Node, x: Variable, detail: str = "normal") -> None:
        copies = loose([x])
        free = copies.get(x, x)
        first = Narrator(loosened(f, copies), (free,), "full" if detail == "full" else "normal")
        first.run()
        names = first.names
        gradient = final_form(first.terms, free)
        given = gradient if _is_plain(gradient) else names.define(gradient, "gradient")
        letter = next(c for c in (*("gqu" if x.is_scalar or x.is_vector else "GQK"), "g_0") if c not in names.taken)
        own = isinstance(given, Variable) and given in names.definitions
        symbol = given if isinstance(given, Variable) and own else variable(letter, x.rows, x.cols)
        super().__init__(first.named, names.definition(given), symbol, free, first.ctx)
        self.copies, self.note = copies, "the gradient"
        self.rates = _rates(loosened(f, copies), self)

    def _replace(self, node: Node, meaning: Node) -> None:
        """As elsewhere; but the differential of a multiple of f is known, and a gradient written with one is a quotient
        that need not be multiplied out: dg = (dN - dbeta g)/beta for g = N/beta.
        """
        with_f = node is self.symbol and not self.rates.keys().isdisjoint(meaning.free)
        below = _below(meaning, self) if with_f else None
        if node in self.rates:
            known = mul(self.rates[node], matmul(transpose(self.symbol), differential(self.x)))
            form = substitute(self.form, {differential(node): known})
            self._write(form, equation(differential(node), known), "substitution")
        elif below is not None:
            names, beta = self.names, below.args[0]
            condition = self.ctx.require(NONZERO, names.definition(beta))
            cold = mul(*(k for k in meaning.args if not names.depends(k)))
            above = mul(*(k for k in meaning.args if names.depends(k) and k is not below))
            shrunk = mul(MINUS, differential(beta), self.symbol)
            form = mul(below, add(mul(cold, d_of(above, self.ctx)), shrunk))
            self._write(form, joined(words("quotient rule"), condition), "nonlinear")
        else:
            super()._replace(node, meaning)


def _rates(f: Node, narrator: CurvatureNarrator) -> dict[Node, Node]:
    """The names of constant multiples of f, with the multiple: d name = c <g, dx> for name = c f."""
    names, found = narrator.names, {}
    if narrator.x.is_vector and narrator.symbol in names.definitions:
        for name in names.definitions:
            c = mul(names.expand(name), entrywise_power(f, MINUS)) if name.is_scalar else name
            if c.is_scalar and not names.depends(c):
                found[name] = c
    return found


def _below(gradient: Node, narrator: CurvatureNarrator) -> Node | None:
    """1/beta, where the gradient is a quotient by one beta that moves."""
    found = [k for k in gradient.args if isinstance(k, Power) and k.is_scalar and narrator.names.depends(k)]
    return found[0] if isinstance(gradient, Mul) and len(found) == 1 and value_of(found[0].args[1]) == -1 else None


def _is_plain(gradient: Node) -> bool:
    """Is it too short for its letter to be used inside the Hessian? X^-T there would be half a letter."""
    core = split(gradient)[1]
    return isinstance(core.args[0] if isinstance(core, Transpose) else core, (Variable, Inverse))
