"""The scalar functions that act entry by entry, and the facts that the constructors use.

`body` is the function as SymPy knows it: its value at numbers, its LaTeX and an independent derivative for the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy


@dataclass(frozen=True, slots=True)
class Elementary:
    """A scalar function: `parity` is "odd", "even" or None; `parameters` counts what comes after the argument."""

    name: str
    body: Callable[..., Any]
    parity: str | None = None
    parameters: int = 0


def _relu(t: Any) -> Any:
    return sympy.Max(t, 0)


def _step(t: Any) -> Any:
    return sympy.Piecewise((1, t > 0), (0, True))


def _sigmoid(t: Any) -> Any:
    return 1 / (1 + sympy.exp(-t))


def _softplus(t: Any) -> Any:
    return sympy.log(1 + sympy.exp(t))


def _huber(t: Any, delta: Any) -> Any:
    return sympy.Piecewise((t**2 / 2, sympy.Abs(t) <= delta), (delta * (sympy.Abs(t) - delta / 2), True))


def _clip(t: Any, delta: Any) -> Any:
    return sympy.Max(-delta, sympy.Min(t, delta))


def _elu(t: Any, alpha: Any) -> Any:
    return sympy.Piecewise((t, t > 0), (alpha * (sympy.exp(t) - 1), True))


def _inside(t: Any, delta: Any) -> Any:
    return sympy.Piecewise((1, sympy.Abs(t) < delta), (0, True))


ELEMENTARY: dict[str, Elementary] = {
    e.name: e
    for e in (
        Elementary("exp", sympy.exp),
        Elementary("log", sympy.log),
        Elementary("sin", sympy.sin, "odd"),
        Elementary("cos", sympy.cos, "even"),
        Elementary("tan", sympy.tan, "odd"),
        Elementary("arcsin", sympy.asin, "odd"),
        Elementary("arccos", sympy.acos),
        Elementary("arctan", sympy.atan, "odd"),
        Elementary("sinh", sympy.sinh, "odd"),
        Elementary("cosh", sympy.cosh, "even"),
        Elementary("tanh", sympy.tanh, "odd"),
        Elementary("abs", sympy.Abs, "even"),
        Elementary("sign", sympy.sign, "odd"),
        Elementary("relu", _relu),
        Elementary("step", _step),
        Elementary("sigmoid", _sigmoid),
        Elementary("softplus", _softplus),
        Elementary("huber", _huber, "even", 1),
        Elementary("clip", _clip, "odd", 1),
        Elementary("inside", _inside, "even", 1),
        Elementary("elu", _elu, None, 1),
        Elementary("erf", sympy.erf, "odd"),
        Elementary("lgamma", sympy.loggamma),
        Elementary("digamma", sympy.digamma),
        Elementary("trigamma", sympy.trigamma),
    )
}
"""clip(t, d) = max(-d, min(t, d)) is the derivative of huber(t, d); inside(t, d) is 1 where |t| < d, its second."""
SPECIAL = frozenset({"erf", "lgamma", "digamma", "trigamma"})
"""Functions whose values at numbers stay unevaluated, except where they are rational."""
