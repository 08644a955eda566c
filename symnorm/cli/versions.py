"""`--version`: symnorm, and the versions of what its answers depend on."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

import click

from symnorm.version import __version__

PACKAGES = ("sympy", "numpy", "latexify-py")


def versions() -> str:
    """One line per package; the versions are read from the installed metadata, nothing is imported."""
    lines = [f"symnorm {__version__}", f"python {platform.python_version()}"]
    return "\n".join(lines + [f"{name.removesuffix('-py')} {_version(name)}" for name in PACKAGES])


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _show(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(versions())
        ctx.exit()


def version_option(command: Any) -> Any:
    """The option `--version`."""
    return click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_show,
                        help="Show the versions of symnorm, SymPy, NumPy and latexify.")(command)
