"""`symnorm derive`: the derivative of an expression, with its steps and a check."""

from __future__ import annotations

import click

FORMATS = ("text", "latex", "markdown", "json")


@click.command("derive", context_settings={"ignore_unknown_options": True}, short_help="The derivative of EXPR.")
@click.argument("expr", metavar="EXPR")
@click.option("--wrt", required=True, metavar="x[,y]", help="The variable, or several with commas.")
@click.option("--declare", "declarations", multiple=True, metavar="TEXT",
              help='Sizes and properties: "A: m x n, S: n x n symmetric, t: scalar positive".')
@click.option("--dialect", type=click.Choice(["text", "latex"]), help="How to read EXPR; recognised when left out.")
@click.option("--kind", type=click.Choice(["grad", "jac", "hess", "diff"]),
              help="Gradient, Jacobian, Hessian or differential; by the shape of EXPR when left out.")
@click.option("--order", type=click.IntRange(1, 6), help="First, second, ... derivative.")
@click.option("--layout", type=click.Choice(["gradient", "numerator", "denominator", "vec"]), default="gradient",
              show_default=True, help="How the derivative is written as an array (docs/layouts.md).")
@click.option("--detail", type=click.Choice(["brief", "normal", "full"]), default="normal", show_default=True,
              help="How many lines the derivation has.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True,
              help="What is written to standard output.")
@click.option("-o", "--output", metavar="FILE",
              help="Write the page to FILE too: .tex, .pdf, .html, .svg, .md, .txt or .json; a file for each variable.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--no-check", is_flag=True, help="Leave out the numerical check of each line.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The seed of the check.")
def command(expr: str, wrt: str, declarations: tuple[str, ...], dialect: str | None, kind: str | None,
            order: int | None, detail: str, form: str, output: str | None, as_json: bool, no_check: bool, seed: int,
            layout: str) -> None:
    """Derive EXPR, show the steps, and check each of them with numbers.

    EXPR is the expression, or @FILE, or the name of a .txt or .tex file, or - for standard input. It may be
    MATLAB-like (1/2*norm2(A*x-b)^2), Python-like (norm(A @ x - b)**2/2) or LaTeX (\\frac12\\|Ax-b\\|_2^2). Names that
    are not declared are scalars from a to g, vectors from h to z, and matrices from A to Z; sizes are inferred.

    Exit codes: 0 done, 1 the check failed, 2 usage or unreadable input, 3 no rule, 4 undecided.
    """
    from symnorm.cli.page import Request, run  # SymPy is imported here, and not for --help

    request = Request(expr, wrt, ", ".join(declarations) or None, dialect, kind, order, detail,
                      "json" if as_json else form, not no_check, seed, layout, output)
    raise SystemExit(run(request))
