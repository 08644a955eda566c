"""Variables from declarations."""

from __future__ import annotations

from .build import variable
from .node import Variable
from .reading.declarations import read_declarations


def variables(text: str) -> Variable | tuple[Variable, ...]:
    """The declared variables, in order; a single one alone.

    "A: m x n, S: n x n symmetric, x: n, v: m*p, y: 3, t: scalar positive". Properties: positive, nonneg, unit-interval,
    symmetric, psd, spd, diagonal, triangular, upper-triangular, invertible, orthogonal, sums-to-one.

    >>> A, x = variables("A: m x n, x: n")
    >>> (A @ x).shape
    (m,)
    """
    declared = tuple(variable(d.name, d.rows, d.cols, d.properties) for d in read_declarations(text))
    return declared[0] if len(declared) == 1 else declared
