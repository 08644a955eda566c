"""What the layers lend each other: printers and readers, put in place when they are first needed."""

from __future__ import annotations

from .language import build  # noqa: F401  installs the operators
