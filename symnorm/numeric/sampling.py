"""Random values for variables, inside the set that their declarations state.

Symmetric, positive definite, orthogonal, triangular, diagonal, invertible matrices; positive entries, entries in the
unit interval, probability vectors; anything else is normal. Sizes are small and different, so that a wrong transpose
shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sympy import Symbol

from ..language.node import Node, Variable, postorder
from ..shapes import Size

Array = Any
SMALL: tuple[tuple[int, ...], ...] = ((4, 3, 2, 5, 6), (2, 5, 3, 4, 7), (5, 2, 4, 3, 6))
"""Sizes for the symbols, in order of name; one row for each set of sizes."""


def sizes_for(nodes: Iterable[Node], choice: int = 0) -> dict[Symbol, int]:
    """A number for every symbolic size below the nodes; `choice` selects another set."""
    symbols = sorted({s for n in postorder(nodes) for size in _sizes_of(n) for s in size.free_symbols}, key=str)
    row = SMALL[choice % len(SMALL)]
    return {s: row[i % len(row)] for i, s in enumerate(symbols)}


def _sizes_of(node: Node) -> tuple[Any, ...]:
    inside = tuple(d for d in node.data if hasattr(d, "free_symbols"))
    return (node.rows, node.cols, *inside)


def lengths(variable: Node, sizes: Mapping[Any, int]) -> tuple[int, ...]:
    """The shape of the array of a variable."""
    return tuple(_number(s, sizes) for s in variable.shape)


def _number(size: Size, sizes: Mapping[Any, int]) -> int:
    return int(size.xreplace(dict(sizes)))


def sample(variables: Iterable[Variable], sizes: Mapping[Any, int], rng: np.random.Generator) -> dict[Variable, Array]:
    """A value for each variable: a float, a 1-D or a 2-D array; drawn in order of name, so that a seed repeats."""
    return {v: draw(v, lengths(v, sizes), rng) for v in sorted(set(variables), key=lambda v: v.name)}


def draw(variable: Variable, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """One value of the declared kind."""
    facts, properties = variable.facts, variable.properties
    if len(shape) == 2 and shape[0] == shape[1]:
        value = _square(facts | properties, shape[0], rng)
    elif "sums-to-one" in properties:
        value = _probabilities(shape, rng)
    else:
        value = _entries(facts | properties, shape, rng)
    return float(value) if not shape else value


def _entries(facts: frozenset[str], shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    if "unit-interval" in facts:
        return rng.uniform(0.1, 0.9, shape)
    if "positive" in facts or "nonneg" in facts:
        return rng.uniform(0.3, 2.0, shape)
    value = rng.standard_normal(shape)
    return value + np.where(value > 0, 0.1, -0.1)


def _probabilities(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    value = rng.uniform(0.2, 1.0, shape)
    return value / value.sum()


def _square(facts: frozenset[str], n: int, rng: np.random.Generator) -> Array:
    entries = _entries(facts, (n, n), rng)
    if "diagonal" in facts:
        return np.diag(np.abs(np.diag(entries)) + 0.3) if facts & {"psd", "spd"} else np.diag(np.diag(entries))
    if facts & {"psd", "spd"}:
        factor = entries if "nonneg" in facts else rng.standard_normal((n, n))
        return factor @ factor.T / n + (0.5 * np.eye(n) if "spd" in facts else 0.0)
    if "symmetric" in facts:
        return (entries + entries.T) / 2
    if "orthogonal" in facts:
        return np.linalg.qr(rng.standard_normal((n, n)))[0]
    if "lower" in facts or "upper" in facts:
        kept = np.tril(entries) if "lower" in facts else np.triu(entries)
        return kept + np.diag(np.sign(np.diag(kept)))
    return entries + _away_from_singular(entries) if "invertible" in facts else entries


def _away_from_singular(entries: Array) -> Array:
    """What is added so that no singular value is small."""
    u, s, v = np.linalg.svd(entries)
    return (u * np.maximum(0.4 - s, 0.0)) @ v
