"""The Jacobian as the differential of the function: dF = J dx, from dF down to dx."""

from __future__ import annotations

from ..language.build import variable
from ..language.node import Elementwise, Node, Variable
from .forward import Context
from .names import Names
from .onward import ForwardNarrator
from .roles import is_probability, keeps, name_subexpressions

LETTERS = {"scalar": "fgh", "vector": "fgh", "matrix": "FGH"}
SHORT = 6
"""Diagonals of at most so many operations are not named."""


class JacobianNarrator(ForwardNarrator):
    """The lines from dF to J dx, J dt or J vec(dX), for a vector or matrix function F."""

    def __init__(self, F: Node, x: Variable, detail: str = "normal") -> None:
        names = Names(F, (x,))
        kind = "scalar" if F.is_scalar else "vector" if F.is_vector else "matrix"
        letter = next((c for c in LETTERS[kind] if c not in names.taken), f"{LETTERS[kind][0]}_0")
        names.taken.add(letter)
        named = name_subexpressions(F, names)
        ctx = Context(names, detail == "full")
        super().__init__(named, named, variable(letter, F.rows, F.cols), x, ctx, SHORT)
        if keeps(F) or (isinstance(F, Elementwise) and F.name == "exp"):
            names.define(named, "probability" if is_probability(F) else "activation")
