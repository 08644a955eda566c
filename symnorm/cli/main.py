"""The command `symnorm`: its sub-commands, its exit codes, and how it refuses.

Exit codes    0 done, or right    1 the check failed, or wrong    2 usage or unreadable input
              3 no rule    4 undecided    70 a fault of symnorm itself    130 interrupted

A sub-command's module is imported when it is called, and SymPy when a sub-command needs it: `--help` stays quick.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from symnorm.cli.refusal import Fault, Refusal
from symnorm.cli.versions import version_option
from symnorm.errors import SymnormError

COMMANDS = {
    "derive": "symnorm.cli.derive",
    "verify": "symnorm.cli.verify",
    "check": "symnorm.cli.check",
    "explain": "symnorm.cli.explain",
    "list": "symnorm.cli.listing",
}


class Commands(click.Group):
    """The group whose members are loaded by name, and whose errors never show a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except SymnormError as error:
            raise Refusal(error) from error
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(130)
        except Exception as error:
            if os.environ.get("SYMNORM_TRACEBACK"):
                raise
            raise Fault(error) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@version_option
def cli() -> None:
    """Derivatives of scalar, vector and matrix functions: in matrix notation, step by step, and checked.

    \b
    symnorm derive "1/2*norm2(A*x-b)^2" --wrt x
    symnorm derive "\\frac12\\|Ax-b\\|_2^2" --wrt x --format latex
    symnorm derive "log(det(X))" --wrt X --declare "X: n x n spd"
    symnorm verify "norm2(A*x-b)^2" --wrt x --claim "2*A'*(A*x-b)"

    Exit codes: 0 done or right, 1 the check failed or wrong, 2 usage or unreadable input, 3 no rule, 4 undecided.
    """


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="symnorm")
