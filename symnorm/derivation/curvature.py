"""The Hessian as the differential of the gradient: dg = H dx, from dg down to dx."""

from __future__ import annotations

from ..engine.loosen import loose, loosened
from ..language.build import split, variable
from ..language.node import Inverse, Node, Transpose, Variable
from .narrator import Narrator
from .onward import ForwardNarrator
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


def _is_plain(gradient: Node) -> bool:
    """Is it too short for its letter to be used inside the Hessian? X^-T there would be half a letter."""
    core = split(gradient)[1]
    return isinstance(core.args[0] if isinstance(core, Transpose) else core, (Variable, Inverse))
