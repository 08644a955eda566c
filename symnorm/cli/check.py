"""`symnorm check`: every claim about a derivative that documents make."""

from __future__ import annotations

import click


@click.command("check", short_help="Verify the claims of Markdown, LaTeX and notebooks.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--strict", is_flag=True, help="Exit 4 also when a claim could not be read, or none was found.")
@click.option("--json", "as_json", is_flag=True, help="The table as one JSON document.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True, help="Seconds per claim.")
def command(files: tuple[str, ...], strict: bool, as_json: bool, seed: int, timeout: float) -> None:
    """Find the claims about derivatives in FILEs (.md, .tex, .ipynb), and verify each.

    A claim is a formula \\nabla_x f = ..., \\nabla f(x) = ... or \\frac{\\partial f}{\\partial X} = ..., with
    f(x) = ... before it; or a line of a block:

    \b
    ```symnorm
    declare: A: m x n, x: n, b: m
    f: norm2(A*x-b)^2
    wrt: x
    claim: 2*A'*(A*x-b)
    ```

    Sizes and properties are declared in comments, <!-- symnorm: S: n x n symmetric --> or % symnorm: S: n x n
    symmetric. What cannot be read is listed, and nothing in a document is executed.

    Exit codes: 0 no claim is wrong, 1 some are wrong, 2 usage or an unreadable file, 4 some are undecided.
    """
    from symnorm.cli.table import Request, run  # SymPy is imported here, and not for --help

    raise SystemExit(run(Request(files, strict, as_json, seed, timeout)))
