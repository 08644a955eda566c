"""The views of a derivation, put in place when the first one is asked for."""

from __future__ import annotations

from . import wiring  # noqa: F401  printers and readers
from .derivation import step
from .numeric.check import check
from .rendering.views import VIEWS

step.VIEWS.update(VIEWS)
step.VIEWS["check"] = check
