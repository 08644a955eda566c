"""`Norm`: a norm of one's own, in one declaration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..domains import NONZERO, Domain
from ..language.functions import dot
from ..language.node import Applied, Node
from ..rules.user import rule
from .sets import SETS, SetAtKinks


class Norm:
    """A norm: its value on arrays, a subgradient, and how it is written. Called on an expression it is its norm.

    `value` takes an array; `subgradient` takes an expression and returns one of the same shape, the gradient wherever
    the norm is differentiable (`smooth` says where: away from zero, unless told otherwise). `dual` takes an expression
    to its dual norm, for `subdifferential`. `latex` is a template with {0} for the argument. The norm can then be
    derived, printed, read back, checked and compiled.

    >>> import numpy as np, symnorm as sn
    >>> tall = sn.Norm("tall", value=lambda x: np.sqrt(4 * (x * x).sum()),
    ...                subgradient=lambda x: 2 * x / sn.norm2(x), dual=lambda g: sn.norm2(g) / 2)
    >>> A, x, b = sn.variables("A: m x n, x: n, b: m")
    >>> sn.gradient(tall(A @ x - b), x)
    2 * A.T @ (A @ x - b) / norm2(A @ x - b)
    >>> sn.derive(tall(A @ x - b), x).check().passed
    True
    """

    def __init__(self, name: str, *, value: Callable[[Any], Any], subgradient: Callable[[Node], Node],
                 dual: Callable[[Node], Node] | None = None, smooth: Domain = NONZERO, latex: str | None = None,
                 law: str = "", source: str = "declared by the user") -> None:
        self.name, self.value, self.subgradient, self.dual = name, value, subgradient, dual
        below = rf"\mathrm{{{name.replace('_', ' ')}}}"
        self.operation = rule(
            name, value=value, differential=lambda x, dx: dot(subgradient(x), dx), shape="scalar", domain=smooth,
            latex=latex or rf"\lVert {{0}}\rVert_{{{below}}}", source=source,
            law=law or rf"\mathrm{{d}}\lVert u\rVert_{{{below}}}=\langle g,\mathrm{{d}}u\rangle",
        )
        SETS[Applied, name] = SetAtKinks(
            f"the dual norm of {{g}} is at most 1 and <{{g}}, {{r}}> = {name}({{r}})",
            None if dual is None else lambda node, g: dual(g),
        )

    def __call__(self, x: Any) -> Node:
        """The norm of x."""
        return self.operation(x)

    def __repr__(self) -> str:
        return f"Norm({self.name!r})"
