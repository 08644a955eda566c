"""What was seen at one point, and the slip that explains it: the values that the diagnosis passes around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..language.node import Node, Variable


@dataclass(frozen=True, slots=True)
class Sample:
    """One point: the values, the sizes, what was claimed there and what is true there."""

    values: Mapping[Variable, Any]
    sizes: Mapping[Any, int]
    claimed: Any
    gradient: Any


@dataclass(frozen=True, slots=True)
class Slip:
    """The name of a slip, what shows it, and where it is: a node of f or of the derivative, and what d of it was
    taken for; the `ratio` of a claim that is a constant times the derivative."""

    name: str
    evidence: str
    node: Node | None = None
    used: Node | None = None
    ratio: float | None = None


def close(a: Any, b: Any, tolerance: float) -> bool:
    """Do two arrays agree, relative to their largest entry?"""
    scale = max(float(np.max(np.abs(a), initial=0.0)), float(np.max(np.abs(b), initial=0.0)))
    return bool(np.max(np.abs(np.asarray(a) - b), initial=0.0) <= tolerance * scale)
