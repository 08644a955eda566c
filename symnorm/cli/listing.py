"""`symnorm list`: the rules, or the functions that can be written."""

from __future__ import annotations

import click


@click.command("list", short_help="The rules, or the functions that can be written.")
@click.argument("what", type=click.Choice(["rules", "functions"]), default="rules")
def command(what: str) -> None:
    """List the rules (the default) or the functions, one a line."""
    from symnorm.cli.catalogue import functions, rules  # SymPy is imported here, and not for --help

    click.echo("\n".join(rules() if what == "rules" else functions()))
