"""What `symnorm check` does: the claims of each file, a line each, and an exit code for continuous integration."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from symnorm.cli.refusal import CHECK_FAILED, UNDECIDED
from symnorm.cli.terminal import show
from symnorm.errors import Misuse
from symnorm.verification.documents.judge import Row, check_text
from symnorm.verification.documents.pieces import LIMIT

SCHEMA = "symnorm.check/1"
STATES = ("right", "wrong", "undecided", "unread")


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of one call."""

    files: tuple[str, ...]
    strict: bool
    as_json: bool
    seed: int
    timeout: float


def run(request: Request) -> int:
    """Verify, print, and return the exit code."""
    texts = [(_text(Path(name)), name) for name in request.files]
    rows = [row for text, name in texts for row in check_text(text, name, request.seed, request.timeout)]
    counts = Counter(row.status for row in rows)
    code = exit_code(counts, request.strict)
    if request.as_json:
        click.echo(
            json.dumps(
                {
                    "schema": SCHEMA,
                    "claims": [asdict(row) for row in rows],
                    "counts": {state: counts[state] for state in STATES},
                    "exit_code": code,
                },
                indent=2,
            )
        )
    else:
        show("\n".join(table(rows)))
    return code


def exit_code(counts: Counter[str], strict: bool) -> int:
    """1 before 4; what could not be read counts when `strict`.

    >>> exit_code(Counter(right=3, unread=1), strict=False), exit_code(Counter(right=3, unread=1), strict=True)
    (0, 4)
    """
    if counts["wrong"]:
        return CHECK_FAILED
    return UNDECIDED if counts["undecided"] or (strict and (counts["unread"] or not counts)) else 0


def table(rows: list[Row]) -> Iterator[str]:
    """A line per claim, what is to be said about it below, and the counts."""
    wide = max((len(row.place) for row in rows), default=0)
    for row in rows:
        how = row.slip or (row.decided_by if row.status == "right" else "")
        yield f"{row.place:{wide}}  {row.status:9}  {how:17}  {row.what}"
        if row.status != "right":
            yield from (f"{'':{wide}}    {line}" for line in row.detail)
    counts = Counter(row.status for row in rows)
    said = ", ".join(
        f"{counts[state]} {'could not be read' if state == 'unread' else state}" for state in STATES if counts[state]
    )
    yield f"{len(rows)} claim{'s' * (len(rows) != 1)}{': ' + said if said else ' found'}"


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMIT + 1)
        if len(data) > LIMIT:
            raise Misuse(f"{path} holds more than {LIMIT:,} bytes")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise Misuse(f"cannot read the file {str(path)!r}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Misuse(f"{path} is not UTF-8 text: byte {error.start + 1} is {data[error.start]:#04x}") from error
