"""What the layers lend each other: printers and readers, put in place when they are first needed."""

from __future__ import annotations

from .derivation.border import TO_SYMPY
from .language import build  # noqa: F401  installs the operators
from .language.node import PRINTERS
from .language.reading import sympy  # noqa: F401  lets every call read SymPy expressions
from .rendering import sympy as to_sympy
from .rendering.latex import latex
from .rendering.python import shown
from .rendering.text import to_text

TO_SYMPY["like"] = to_sympy.like
PRINTERS.update({"python": shown, "text": to_text, "latex": latex})
