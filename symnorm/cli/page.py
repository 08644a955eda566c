"""What `symnorm derive` does and shows: read, derive, check, print."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import symnorm as sn
from symnorm.cli.refusal import CHECK_FAILED, UNDECIDED
from symnorm.cli.source import read_source
from symnorm.cli.terminal import show
from symnorm.errors import Misuse
from symnorm.language.reading import Reading, read_text

SCHEMA = "symnorm.derive/1"
_KINDS = {"grad": 1, "jac": 1, "diff": 1, "hess": 2}


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of one call."""

    expr: str
    wrt: str
    declare: str | None
    dialect: str | None
    kind: str | None
    order: int | None
    detail: str
    form: str
    check: bool
    seed: int
    layout: str = "gradient"
    output: str | None = None

    @property
    def names(self) -> list[str]:
        """The variables, in the order in which they were asked for."""
        names = [name.strip() for name in self.wrt.split(",") if name.strip()]
        odd = [name for name in names if not name.replace("_", "").isalnum()]
        if odd or not names:
            what = f"{odd[0]!r} is not the name of a variable" if odd else "--wrt names no variable"
            raise Misuse(f"{what}: write --wrt x, or --wrt x,y")
        return names

    @property
    def derivative_order(self) -> int:
        """1, 2, ..., from --kind and --order, which must not contradict each other."""
        wanted = _KINDS.get(self.kind or "", self.order or 1)
        if self.order not in (None, wanted):
            raise Misuse(f"--kind {self.kind} is a derivative of order {wanted}, and --order says {self.order}")
        return wanted


@dataclass(frozen=True, slots=True)
class Answer:
    """One derivation and, unless --no-check was given, its check."""

    derivation: Any
    report: Any

    @property
    def exit_code(self) -> int:
        if self.report is None or self.report.passed:
            return 0
        return UNDECIDED if self.report.worst is None else CHECK_FAILED


def run(request: Request) -> int:
    """Derive and print; the exit code."""
    reading = read_text(read_source(request.expr), request.declare, request.dialect)
    answers = [_answer(request, reading, name) for name in request.names]
    if request.form == "json":
        click.echo(json.dumps(_document(request, reading, answers), indent=2))
    else:
        _print(request, reading, answers)
    if request.output is not None:
        _write(request, request.output, answers)
    return max(answer.exit_code for answer in answers)


def _answer(request: Request, reading: Reading, name: str) -> Answer:
    wrt = next((v for v in reading.variables if v.name == name), name)
    if request.kind == "grad" and not reading.expr.is_scalar:
        raise Misuse(f"--kind grad is for a scalar; {reading.expr} is none: leave it out, or say --kind jac")
    derivation = sn.derive(reading.expr, wrt=wrt, order=request.derivative_order, layout=request.layout)
    occurs = derivation.variable in reading.expr.free
    return Answer(derivation, derivation.check(seed=request.seed) if request.check and occurs else None)


def _print(request: Request, reading: Reading, answers: list[Answer]) -> None:
    """The page on standard output; beside a LaTeX or Markdown page, what was read and the check go to stderr."""
    aside = request.form != "text"
    show(_read_as(reading), err=aside)
    for answer in answers:
        if not aside:
            click.echo()
        variable = answer.derivation.variable
        if variable not in reading.expr.free:
            typed = "".join(f"; {note.partition('; ')[2]}" for note in getattr(answer.derivation, "notes", ()))
            show(f"note       f does not depend on {variable}: the derivative is zero{typed}", err=aside)
        show(getattr(answer.derivation, request.form)(detail=request.detail))
        if answer.report is not None:
            show(("" if aside else "\n") + f"checked    {answer.report}", err=aside)


def _write(request: Request, output: str, answers: list[Answer]) -> None:
    """One file for each variable: page.pdf, or page-x.pdf and page-y.pdf."""
    target = Path(output)
    for answer in answers:
        own = target if len(answers) == 1 else target.with_stem(f"{target.stem}-{answer.derivation.variable.name}")
        try:
            answer.derivation.to_file(own, detail=request.detail)
        except OSError as error:
            raise Misuse(f"{own} cannot be written: {error.strerror}") from error
        show(f"written    {own}", err=request.form != "text")


def _read_as(reading: Reading) -> str:
    lines = [f"read as    {sn.to_text(reading.expr)}"]
    for label, notes in (("inferred", reading.inferred), ("assumed", reading.assumptions)):
        lines += [f"{label:10} {'; '.join(notes)}"] if notes else []
    return "\n".join(lines)


def _declared(variable: Any) -> str:
    size = "scalar" if variable.is_scalar else " x ".join(map(str, variable.shape))
    return f"{variable.name}: {' '.join([size, *sorted(variable.properties)])}"


def _document(request: Request, reading: Reading, answers: list[Answer]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "version": sn.__version__,
        "read": {"text": sn.to_text(reading.expr), "variables": list(map(_declared, reading.variables)),
                 "inferred": list(map(str, reading.inferred)), "assumptions": list(map(str, reading.assumptions))},
        "derivations": [_entry(answer, request) for answer in answers],
        "seed": request.seed,
        "exit_code": max(answer.exit_code for answer in answers),
    }


def _entry(answer: Answer, request: Request) -> dict[str, Any]:
    document = answer.derivation.to_json(request.detail)
    entry: dict[str, Any] = json.loads(document) if isinstance(document, str) else dict(document)
    report = answer.report
    entry["check"] = None if report is None else {"passed": report.passed, "worst": report.worst, "text": str(report)}
    return entry
