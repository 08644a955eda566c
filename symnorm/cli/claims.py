"""What `symnorm verify` does: formulas are decided here, functions of a file in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

import click

import symnorm as sn
from symnorm.cli.refusal import CHECK_FAILED, UNDECIDED, UNREADABLE
from symnorm.cli.source import is_python, read_source
from symnorm.errors import Misuse

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


def run(claim: Claim, as_json: bool) -> int:
    """Decide and print; the exit code."""
    files = [text for text in (claim.f, claim.claim, claim.at or "") if is_python(text)]
    verdict = _in_child(claim) if files else decide(read_source(claim.f), read_source(claim.claim), claim, None)
    if "refusal" in verdict:
        raise sn.Misuse(verdict["refusal"]) if verdict["code"] == UNREADABLE else sn.NoRule(verdict["refusal"])
    click.echo(json.dumps({"schema": SCHEMA, **verdict}, indent=2) if as_json else verdict["explanation"])
    return CODES[verdict["status"]]


def decide(f: Any, claim: Any, request: Claim, at: Any) -> dict[str, Any]:
    """The verdict as a dictionary, with its explanation in words."""
    found = sn.verify(f, claim, wrt=request.wrt, at=at, declare=request.declare, seed=request.seed,
                      timeout=request.timeout, where=request.where)
    document: dict[str, Any] = json.loads(found.to_json())
    return document | {"explanation": found.explain()}


def _in_child(claim: Claim) -> dict[str, Any]:
    """The verdict of a process that executes the files; a limit that it hits leaves the claim undecided."""
    command = [sys.executable, "-m", "symnorm.cli.child"]
    limit = claim.timeout + 20
    try:
        done = subprocess.run(command, input=json.dumps(asdict(claim)), stdout=subprocess.PIPE, text=True,
                              timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return _undecided(f"the files did not answer within {limit:.0f} seconds")
    last = done.stdout.splitlines()[-1:] or [""]
    if done.returncode or not last[0].startswith("{"):
        return _undecided(f"the process that executes the files ended with code {done.returncode}")
    verdict: dict[str, Any] = json.loads(last[0])
    return verdict


def _undecided(reason: str) -> dict[str, Any]:
    return {"status": "undecided", "decided_by": "contract", "reason": reason,
            "explanation": f"undecided (decided by: contract): {reason}"}


def point_of(shape: str, seed: int) -> Any:
    """A random point: "x=5" is a vector, "X=3x2" a matrix.

    >>> point_of("X=3x2", 0).shape
    (3, 2)
    """
    import numpy as np  # only here

    sizes = shape.rpartition("=")[2].lower().replace("*", "x").split("x")
    if not all(size.strip().isdecimal() and 0 < int(size) <= 10**6 for size in sizes) or len(sizes) > 2:
        raise Misuse(f"--shape is a size like x=5, or X=3x2, got {shape!r}")
    return np.random.default_rng(seed).standard_normal([int(size) for size in sizes])

