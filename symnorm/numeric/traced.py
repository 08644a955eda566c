"""Tracing, and the comparison that ends it: the expression and the function must agree in numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..errors import ReadingError, SymnormError
from ..language.node import Node, Variable
from ..language.reading.numpy import Trace, trace
from .interpret import evaluate
from .sampling import draw, lengths, sizes_for

POINTS = 3
RTOL = 1e-9


def from_numpy(function: Callable[..., Any], declare: Any = None) -> Node:
    """The expression that a NumPy function computes, of its parameters and of the arrays it captures.

    Shapes    parameters as in `declare`; captured arrays as they are, under their own names.
    Raises    ReadingError where the function does what has no rule, or where it and the expression disagree.

    >>> import numpy as np
    >>> def f(x, A, b):
    ...     return 0.5 * np.linalg.norm(A @ x - b)**2
    >>> from_numpy(f, declare="A: m x n, x: n, b: m")
    norm2(A @ x - b)**2 / 2
    """
    found = trace(function, declare)
    compare(function, found)
    return found.expr


def compare(function: Callable[..., Any], found: Trace, seed: int = 0) -> None:
    """Call the function at random points, at two sets of sizes, and refuse the trace where it disagrees."""
    rng = np.random.default_rng(seed)
    resolved = 0
    for choice in range(2):
        sizes = {**sizes_for([found.expr, *found.parameters], choice), **_fixed(found)}
        for _ in range(POINTS):
            values = {v: draw(v, lengths(v, sizes), rng) for v in found.parameters}
            resolved += _agree(function, found, values, sizes)
        if not any(s.free_symbols for v in found.parameters for s in (v.rows, v.cols)):
            break
    if not resolved:
        raise ReadingError(
            "no point was found where the traced function is finite, so the reading could not be compared with it"
        )


def _fixed(found: Trace) -> dict[Any, int]:
    """The sizes that captured arrays settle."""
    fixed: dict[Any, int] = {}
    for v, value in found.captured.items():
        fixed.update({s: n for s, n in zip(v.shape, np.shape(value), strict=False) if s.is_Symbol})
    return fixed


def _agree(function: Callable[..., Any], found: Trace, values: Mapping[Variable, Any], sizes: Mapping[Any, int]) -> int:
    arguments = {v.name: np.array(value) if np.ndim(value) else value for v, value in values.items()}
    with np.errstate(all="ignore"):
        try:
            want = np.asarray(function(**arguments), float)
            (got,) = evaluate([found.expr], {**found.captured, **values}, sizes)
        except (SymnormError, np.linalg.LinAlgError):
            return 0
        except Exception as error:
            raise ReadingError(
                f"the function raised {type(error).__name__} when it was called with arrays: {error}"
            ) from error
    if not np.all(np.isfinite(want)):
        return 0
    if np.size(want) != np.size(got) or not np.allclose(
        np.ravel(got), np.ravel(want), rtol=RTOL, atol=RTOL * np.max(np.abs(want), initial=1e-12)
    ):
        raise ReadingError(
            f"the function and what was read of it disagree: {np.ravel(want)[:3]} against {np.ravel(got)[:3]}, "
            f"read as {found.expr}; it may depend on more than its arguments, or on a maximum along an axis (read only "
            f"where it cancels)"
        )
    return 1
