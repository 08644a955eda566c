"""An array of shape out + in as a matrix of outputs by inputs."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ..engine.tensor import Tensor


def stacked(tensor: Tensor, array: Any, order: Literal["F", "C"] = "F") -> Any:
    """The matrix of vec(F) by vec(X): "F" stacks columns, as vec does, "C" stacks rows."""
    out, axes = len(tensor.out), len(array.shape)
    rows = int(np.prod(array.shape[:out], dtype=int))
    turn = (*reversed(range(out)), *reversed(range(out, axes))) if order == "F" else tuple(range(axes))
    return np.transpose(array, turn).reshape(rows, -1)
