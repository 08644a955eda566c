"""`symnorm verify`: is a claimed derivative right, and if not, where is the slip?"""

from __future__ import annotations

import click

KINDS = ("grad", "gradient", "jac", "jacobian", "hess", "hessian", "hvp", "jvp", "vjp")


@click.command("verify", context_settings={"ignore_unknown_options": True}, short_help="Is a claimed derivative right?")
@click.argument("expr", metavar="EXPR|FILE.py:F")
@click.argument("grad", metavar="[FILE.py:GRAD]", required=False)
@click.option("--wrt", metavar="x", help="The variable of a formula.")
@click.option("--claim", metavar="TEXT", help="The claimed derivative, a formula.")
@click.option("--declare", "declarations", multiple=True, metavar="TEXT",
              help='Sizes and properties: "A: m x n, x: n".')
@click.option("--where", "definitions", multiple=True, metavar="TEXT",
              help='Letters of the claim: "u = leftvec(X)".')
@click.option("--kind", type=click.Choice(KINDS), help="Which derivative is claimed; by the shapes when left out.")
@click.option("--at", metavar="FILE.py:POINT", help="The point around which functions are compared.")
@click.option("--shape", "shapes", multiple=True, metavar="x=5",
              help="A random point of this shape: x=5, or X=3x2; for each argument of f(W, v): W=3x2, v=2.")
@click.option("--json", "as_json", is_flag=True, help="The verdict as one JSON document.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True, help="Seconds.")
def command(expr: str, grad: str | None, wrt: str | None, claim: str | None, declarations: tuple[str, ...],
            definitions: tuple[str, ...], kind: str | None, at: str | None, shapes: tuple[str, ...], as_json: bool,
            seed: int, timeout: float) -> None:
    """Decide whether a claimed derivative is right.

    \b
    symnorm verify "norm2(A*x-b)^2" --wrt x --claim "2*A'*(A*x-b)"
    symnorm verify "x'*A*x" --wrt x --kind hessian --claim "A + A'"
    symnorm verify loss.py:f loss.py:grad --shape x=5
    symnorm verify loss.py:f --claim "A'*(A*x-b)" --shape x=5

    A formula is text or LaTeX, @FILE, or - for standard input. FILE.py:NAME is a function (or, for --at, an array) in
    a Python file. THE FILE IS EXECUTED, in a process of its own with limits on time and memory, and with your rights.

    Functions are shown as they are written, in LaTeX, beside the derivative. A wrong claim comes with the smallest
    counterexample that was found.

    Exit codes: 0 right, 1 wrong, 2 usage or unreadable input, 3 not supported, 4 undecided.
    """
    from symnorm.cli.claims import Claim, run  # SymPy is imported here, and not for --help

    if (grad is None) == (claim is None):
        raise click.UsageError("Give one claim: --claim 'FORMULA', or FILE.py:GRAD as the second argument.")
    request = Claim(expr, grad or claim or "", wrt, ", ".join(declarations) or None, at,
                    ", ".join(shapes) or None, seed, timeout, "; ".join(definitions) or None, kind)
    raise SystemExit(run(request, as_json))
