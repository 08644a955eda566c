"""`symnorm explain`: one rule with its law, where it holds, and its source."""

from __future__ import annotations

import click


@click.command("explain", short_help="One rule: its law, where it holds, its source.")
@click.argument("rule")
def command(rule: str) -> None:
    """Show the law of RULE, where it holds, and where it comes from (`symnorm list rules` has the names)."""
    from symnorm.cli.catalogue import explain  # SymPy is imported here, and not for --help

    click.echo(explain(rule))
