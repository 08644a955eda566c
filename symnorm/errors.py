"""Everything that can go wrong, in one tree.

SymnormError
├── ReadingError (ValueError)            text, LaTeX, SymPy or code that cannot be read; `.column` is 1-based
├── ShapeError (ValueError)              sizes that do not fit; names the sub-expression and both shapes
├── OutsideDomain (ValueError)           a point, parameter or matrix outside the set where a law holds
├── NoRule (NotImplementedError)         no rule for an operation; names it
├── NoClosedForm (NotImplementedError)   the answer exists, a closed form is not known
├── NotDifferentiable (ValueError)       asked for a gradient where there is only a set
├── TooLarge (MemoryError)               a dense array that should not be made; names its bytes
├── MissingExtra (ImportError)           an optional package is not installed; names the extra
├── Misuse (TypeError)                   an argument of the wrong kind
└── Disagreement (ArithmeticError)       two things that must be equal are not; holds the worst entry
"""

from __future__ import annotations


class SymnormError(Exception):
    """The root: catch this to catch everything symnorm refuses."""


class ReadingError(SymnormError, ValueError):
    """Input that cannot be read, with the place where reading stopped.

    `column` is 1-based; `text` is the line that was read; the message shows a caret under the place.
    """

    def __init__(self, message: str, text: str = "", column: int = 1) -> None:
        self.problem, self.text, self.column = message, text, column
        super().__init__(message if not text else f"{message}\n{_caret(text, column)}")

    def __reduce__(self) -> tuple[type[ReadingError], tuple[str, str, int]]:
        return type(self), (self.problem, self.text, self.column)


def _caret(text: str, column: int, width: int = 76) -> str:
    """The part of `text` around `column`, and a line with a caret under it."""
    start = max(0, column - 1 - width // 2) if len(text) > width else 0
    window = "".join(c if c.isprintable() else "?" for c in text[start : start + width])
    return f"  {window}\n  {' ' * (column - 1 - start)}^"


class ShapeError(SymnormError, ValueError):
    """Sizes that do not fit together."""


class OutsideDomain(SymnormError, ValueError):
    """A value outside the set where the law that was asked for holds."""


class NoRule(SymnormError, NotImplementedError):
    """No rule for an operation: the message names it."""


class NoClosedForm(SymnormError, NotImplementedError):
    """The answer exists, but no closed form of it is known here."""


class NotDifferentiable(SymnormError, ValueError):
    """A derivative was asked for where there is only a set of subgradients."""


class TooLarge(SymnormError, MemoryError):
    """A derivative too large to hold as an array: the message names its bytes and what to use instead."""


class MissingExtra(SymnormError, ImportError):
    """An optional package is missing: the message names the extra that brings it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is needed for this and is not installed: pip install 'symnorm[{extra}]'")


class Misuse(SymnormError, TypeError):
    """An argument of a kind that this call does not take."""


class Disagreement(SymnormError, ArithmeticError):
    """Two things that must be equal are not.

    Holds what is needed to run it again: the worst entry, both values, the absolute and relative error, the step
    and the sample point.
    """

    def __init__(self, message: str, *, entry: object = None, values: object = None, absolute: float | None = None,
                 relative: float | None = None, step: object = None, point: object = None) -> None:
        self.entry, self.values, self.absolute, self.relative = entry, values, absolute, relative
        self.step, self.point = step, point
        super().__init__(message)
