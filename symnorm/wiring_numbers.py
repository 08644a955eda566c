"""What the numeric layer lends to tensors: their arrays and their operators."""

from __future__ import annotations

from .engine.tensor import NUMBERS
from .numeric.tensors import numbers, operator

NUMBERS.update({"numbers": numbers, "operator": operator})
