"""What the layers lend each other: printers and readers, put in place when they are first needed."""

from __future__ import annotations

from .language import build  # noqa: F401  installs the operators
from .language.node import PRINTERS
from .language.reading import sympy  # noqa: F401  lets every call read SymPy expressions
from .rendering.latex import latex
from .rendering.python import shown
from .rendering.text import to_text

PRINTERS.update({"python": shown, "text": to_text, "latex": latex})
