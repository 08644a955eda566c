"""How the command line says no: a sentence on stderr and an exit code, never a traceback."""

from __future__ import annotations

from typing import IO, Any

import click

from symnorm.errors import Disagreement, NoClosedForm, NoRule, NotDifferentiable, SymnormError

CHECK_FAILED, UNREADABLE, NO_RULE, UNDECIDED, FAULT = 1, 2, 3, 4, 70

_CODES: list[tuple[type[SymnormError], int]] = [
    (Disagreement, CHECK_FAILED),
    (NoRule, NO_RULE),
    (NoClosedForm, NO_RULE),
    (NotDifferentiable, NO_RULE),
]


def exit_code(error: SymnormError) -> int:
    """The exit code of an error of our own tree.

    >>> from symnorm.errors import ReadingError
    >>> exit_code(ReadingError("a name was expected")), exit_code(NoRule("no rule for Rot"))
    (2, 3)
    """
    return next((code for kind, code in _CODES if isinstance(error, kind)), UNREADABLE)


class Refusal(click.ClickException):
    """An error of our own tree: its message as it stands, and its exit code."""

    def __init__(self, error: SymnormError) -> None:
        super().__init__(str(error))
        self.error = error

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        return exit_code(self.error)

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"error: {self.message}", file=file, err=True)


class Fault(click.ClickException):
    """Any other exception: a fault of symnorm, said in one line."""

    exit_code = FAULT

    def __init__(self, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}"[:500])

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"error: a fault of symnorm itself: {self.message}\n"
                   "SYMNORM_TRACEBACK=1 shows where; please report it with the expression.", file=file, err=True)
