"""Numbers for the tests of second order: samples, and differences of the interpreter's values."""

from __future__ import annotations

from typing import Any

import numpy as np

import symnorm as sn
from symnorm.language.node import Node, Variable
from symnorm.numeric.interpret import evaluate
from symnorm.shapes import size_symbol

SIZES = {"m": 4, "n": 3, "p": 2}
KNOWN = {size_symbol(name): number for name, number in SIZES.items()}


def point(declare: str, seed: int = 0) -> dict[Variable, Any]:
    """A value for each declared variable, inside its declared set."""
    rng = np.random.default_rng(seed)
    variables = sn.variables(declare)
    found: dict[Variable, Any] = {}
    for v in variables if isinstance(variables, tuple) else (variables,):
        shape = tuple(int(s.subs(KNOWN)) for s in v.shape)
        value = rng.standard_normal(shape) if shape else float(rng.uniform(0.5, 1.5))
        if "invertible" in v.properties:
            value = value + 3 * np.eye(shape[0])
        if "symmetric" in v.facts:
            value = value @ value.T + np.eye(shape[0])
        found[v] = np.abs(value) + 0.2 if "positive" in v.facts else value
    return found


def named(values: dict[Variable, Any]) -> dict[str, Any]:
    return {v.name: value for v, value in values.items()}


def value_at(node: Node, values: dict[Variable, Any]) -> np.ndarray:
    return np.asarray(evaluate([node], values, SIZES)[0])


def differences(node: Node, x: Variable, values: dict[Variable, Any], h: float = 1e-4) -> np.ndarray:
    """The derivative of an expression by x, entry by entry: an array of shape out + in."""
    at = np.asarray(values[x], dtype=float)
    columns = []
    for index in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[index] = 1.0

        def central(size: float, step: np.ndarray = step) -> np.ndarray:
            plus, minus = ({**values, x: at + s * size * step if at.shape else float(at + s * size)} for s in (1, -1))
            return (value_at(node, plus) - value_at(node, minus)) / (2 * size)

        columns.append((4 * central(h) - central(2 * h)) / 3)
    return np.stack(columns, axis=-1).reshape(columns[0].shape + at.shape)
