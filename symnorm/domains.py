"""The sets where laws hold: a condition in words and LaTeX, the declared facts that imply it, and a sampler.

A sampler draws an array of a given shape well inside the set; it takes the random generator and the shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Sampler = Callable[[Any, tuple[int, ...]], Any]


def _any_real(rng: Any, shape: tuple[int, ...]) -> Any:
    return rng.standard_normal(shape)


def _away_from_zero(rng: Any, shape: tuple[int, ...]) -> Any:
    sample = rng.standard_normal(shape)
    return sample + (2 * (sample > 0) - 1) * 0.25


def _positive(rng: Any, shape: tuple[int, ...]) -> Any:
    return rng.uniform(0.3, 2.0, shape)


def _between(rng: Any, shape: tuple[int, ...]) -> Any:
    return rng.uniform(0.1, 0.9, shape)


def _invertible(rng: Any, shape: tuple[int, ...]) -> Any:
    sample = rng.standard_normal(shape)
    n = shape[0]
    for i in range(n):
        sample[i, i] += 2.0 * n**0.5
    return sample


@dataclass(frozen=True, slots=True)
class Domain:
    """A set. `text` and `latex` are the condition with {} for the expression; `implied_by` are facts that settle it."""

    name: str
    text: str = ""
    latex: str = ""
    implied_by: frozenset[str] = frozenset()
    sample: Sampler = _any_real

    @property
    def is_everywhere(self) -> bool:
        return not self.text


EVERYWHERE = Domain("everywhere")
NONZERO = Domain("nonzero", "{} is not 0", r"{}\neq 0", frozenset({"positive"}), _away_from_zero)
NO_ZERO_ENTRY = Domain(
    "no zero entry",
    "no entry of {} is zero",
    r"\text{{no entry of }}{}\text{{ is zero}}",
    frozenset({"positive"}),
    _away_from_zero,
)
POSITIVE = Domain(
    "positive",
    "every entry of {} is positive",
    r"\text{{every entry of }}{}\text{{ is positive}}",
    frozenset({"positive"}),
    _positive,
)
WITHIN_ONE = Domain(
    "within one",
    "every entry of {} is between -1 and 1",
    r"\text{{every entry of }}{}\text{{ is in }}(-1,1)",
    frozenset(),
    lambda rng, shape: rng.uniform(-0.9, 0.9, shape),
)
COSINE_NONZERO = Domain(
    "cosine nonzero",
    "no entry of cos({}) is zero",
    r"\text{{no entry of }}\cos({})\text{{ is zero}}",
    frozenset(),
    lambda rng, shape: rng.uniform(-1.2, 1.2, shape),
)
INVERTIBLE = Domain(
    "invertible", "{} is invertible", r"{}\text{{ is invertible}}", frozenset({"invertible"}), _invertible
)
UNIQUE_LARGEST = Domain(
    "unique largest", "the largest entry of {} is unique", r"\text{{the largest entry of }}{}\text{{ is unique}}"
)
UNIQUE_LARGEST_MAGNITUDE = Domain(
    "unique largest magnitude",
    "the largest |entry| of {} is unique",
    r"\text{{the largest }}\lvert\text{{entry}}\rvert\text{{ of }}{}\text{{ is unique}}",
)
FULL_RANK = Domain("full rank", "{} has full rank", r"{}\text{{ has full rank}}", frozenset({"invertible"}))
SIMPLE_LARGEST = Domain(
    "simple largest singular value",
    "the largest singular value of {} is simple",
    r"\text{{the largest singular value of }}{}\text{{ is simple}}",
)
SIMPLE_LARGEST_EIGENVALUE = Domain(
    "simple largest eigenvalue",
    "the largest eigenvalue of {} is simple",
    r"\text{{the largest eigenvalue of }}{}\text{{ is simple}}",
)
SIMPLE_SMALLEST_EIGENVALUE = Domain(
    "simple smallest eigenvalue",
    "the smallest eigenvalue of {} is simple",
    r"\text{{the smallest eigenvalue of }}{}\text{{ is simple}}",
)
UNIQUE_LARGEST_COLUMN = Domain(
    "unique largest column sum",
    "the largest column sum of |{}| is unique, and no entry there is zero",
    r"\text{{the largest column sum of }}\lvert {}\rvert\text{{ is unique, and no entry there is zero}}",
)
UNIQUE_LARGEST_ROW = Domain(
    "unique largest row sum",
    "the largest row sum of |{}| is unique, and no entry there is zero",
    r"\text{{the largest row sum of }}\lvert {}\rvert\text{{ is unique, and no entry there is zero}}",
)
NO_ZERO_ROW = Domain(
    "no zero row", "no row of {} is zero", r"\text{{no row of }}{}\text{{ is zero}}", frozenset({"positive"})
)
NO_ENTRY_AT_THRESHOLD = Domain(
    "no entry at the threshold",
    "no entry of |{}| is at the threshold",
    r"\text{{no entry of }}\lvert {}\rvert\text{{ is at the threshold}}",
)
