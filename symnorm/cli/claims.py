"""What `symnorm verify` does: formulas are decided here, functions of a file in a process of their own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

import symnorm as sn
from symnorm.cli.refusal import CHECK_FAILED, UNDECIDED, UNREADABLE
from symnorm.cli.source import is_python, read_source
from symnorm.cli.terminal import show
from symnorm.errors import Misuse

REQUEST, ANSWER, SLACK = "request.json", "verdict.json", 10
SCHEMA = "symnorm.verify/1"
CODES = {"right": 0, "wrong": CHECK_FAILED, "undecided": UNDECIDED}


@dataclass(frozen=True, slots=True)
class Claim:
    """The arguments of one call; `f` and `claim` are formulas or FILE.py:NAME."""

    f: str
    claim: str
    wrt: str | None
    declare: str | None
    at: str | None
    shape: str | None
    seed: int
    timeout: float
    where: str | None = None
    kind: str | None = None


def run(claim: Claim, as_json: bool) -> int:
    """Decide and print; the exit code."""
    files = [text for text in (claim.f, claim.claim, claim.at or "") if is_python(text)]
    verdict = _in_child(claim) if files else decide(read_source(claim.f), read_source(claim.claim), claim, None)
    if "refusal" in verdict:
        raise sn.Misuse(verdict["refusal"]) if verdict["code"] == UNREADABLE else sn.NoRule(verdict["refusal"])
    if as_json:
        click.echo(json.dumps({"schema": SCHEMA, **verdict}, indent=2))
    else:
        show(verdict["explanation"])
    return CODES[verdict["status"]]


def decide(f: Any, claim: Any, request: Claim, at: Any) -> dict[str, Any]:
    """The verdict as a dictionary, with its explanation in words."""
    found = sn.verify(f, claim, wrt=request.wrt, at=at, declare=request.declare, seed=request.seed,
                      timeout=request.timeout, where=request.where, kind=request.kind)
    document: dict[str, Any] = json.loads(found.to_json())
    return document | {"explanation": found.explain()}


def _in_child(claim: Claim) -> dict[str, Any]:
    """The verdict of a process that executes the files; a limit that it hits leaves the claim undecided.

    It has a session of its own, which ends with it: what the files start does not outlive the verdict.
    """
    limit = claim.timeout + SLACK
    with tempfile.TemporaryDirectory(prefix="symnorm-") as folder:
        (Path(folder) / REQUEST).write_text(json.dumps(asdict(claim)), encoding="utf-8")
        command = [sys.executable, "-m", "symnorm.cli.child", folder]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=2, start_new_session=True)
        try:
            code: int | None = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)
        answer = Path(folder) / ANSWER
        if answer.is_file() and (text := answer.read_text(encoding="utf-8")).endswith("}"):
            verdict: dict[str, Any] = json.loads(text)
            return verdict
    if code is None:
        return undecided(f"the files did not answer within {limit:.0f} seconds")
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return undecided(f"the process that executes the files {how}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def undecided(reason: str) -> dict[str, Any]:
    """The verdict when a file hits a limit."""
    return {"status": "undecided", "decided_by": "contract", "reason": reason,
            "explanation": f"undecided (decided by: contract): {reason}"}


def point_of(shape: str, seed: int, declare: str | None = None) -> Any:
    """A random point: "x=5" is a vector, "X=3x2" a matrix; positive or symmetric where that is declared of anything.

    >>> point_of("X=3x2", 0).shape
    (3, 2)
    >>> [x.shape for x in point_of("W=3x2, v=2", 0).values()]
    [(3, 2), (2,)]
    """
    import numpy as np  # only here

    parts = [part.rpartition("=") for part in shape.split(",")]
    rng = np.random.default_rng(seed)
    points = {name.strip(): _random_array(size, shape, rng, declare) for name, _, size in parts}
    if len(points) < len(parts) or (len(parts) > 1 and "" in points):
        raise Misuse(f"--shape names an argument twice, or not at all: {shape!r}")
    return points if len(parts) > 1 else next(iter(points.values()))


def _random_array(size: str, shape: str, rng: Any, declare: str | None) -> Any:
    import numpy as np  # only here

    sizes = size.lower().replace("*", "x").split("x")
    if not all(size.strip().isdecimal() and 0 < int(size) <= 10**6 for size in sizes) or len(sizes) > 2:
        raise Misuse(f"--shape is a size like x=5, or X=3x2, got {shape!r}")
    x = rng.standard_normal([int(size) for size in sizes])
    words = set((declare or "").replace(",", " ").split())
    if words & {"positive", "nonneg", "unit-interval", "sums-to-one"}:
        x = np.exp(-np.abs(x))
    if words & {"symmetric", "spd", "psd"} and x.ndim == 2 and len(x) == len(x.T):
        x = x @ x.T / len(x) + np.eye(len(x)) if words & {"spd", "psd"} else x + x.T
    return x

