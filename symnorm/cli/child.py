"""The process in which `symnorm verify` executes a user's file: limits first, then the file, then one line of JSON.

What the file prints goes to standard error; standard output holds the verdict alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

from symnorm.cli.claims import Claim, decide, point_of
from symnorm.cli.refusal import exit_code
from symnorm.cli.source import is_python, read_source
from symnorm.errors import Misuse, SymnormError

MEMORY = 8 << 30


def main() -> None:
    """Read a claim from standard input, write the verdict."""
    claim = Claim(**json.loads(sys.stdin.readline()))
    _limit(claim.timeout)
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    with contextlib.redirect_stdout(sys.stderr):
        try:
            verdict = _verdict(claim)
        except SymnormError as error:
            verdict = {"refusal": str(error), "code": exit_code(error)}
    out.write(json.dumps(verdict) + "\n")
    out.close()


def _limit(seconds: float) -> None:
    """Limits on processor time and memory, where the system has them."""
    try:
        import resource
    except ImportError:
        return
    cores = os.cpu_count() or 1
    for what, value in ((resource.RLIMIT_CPU, int(cores * (seconds + 20))), (resource.RLIMIT_AS, MEMORY)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (value, resource.getrlimit(what)[1]))


def _verdict(claim: Claim) -> dict[str, Any]:
    loaded: dict[str, dict[str, Any]] = {}
    f, grad = (_value(text, loaded) if is_python(text) else read_source(text) for text in (claim.f, claim.claim))
    at = None
    if claim.at is not None:
        at = _value(claim.at, loaded)
        at = at() if callable(at) else at
    elif claim.shape is not None:
        at = point_of(claim.shape, claim.seed)
    else:
        raise Misuse("functions are compared around a point: give --at FILE.py:POINT, or --shape x=5")
    return decide(f, grad, claim, at)


def _value(text: str, loaded: dict[str, dict[str, Any]]) -> Any:
    """NAME of FILE.py:NAME; each file is executed once."""
    path, _, name = text.rpartition(":")
    if not is_python(text):
        raise Misuse(f"{text!r} is not FILE.py:NAME")
    if path not in loaded:
        sys.path.insert(0, str(Path(path).resolve().parent))
        try:
            loaded[path] = runpy.run_path(path)
        except Exception as error:
            raise Misuse(f"{path} cannot be executed: {type(error).__name__}: {error}") from error
    if name not in loaded[path]:
        names = ", ".join(sorted(n for n in loaded[path] if not n.startswith("_"))) or "nothing"
        raise Misuse(f"{path} has no {name!r}; it defines {names[:200]}")
    return loaded[path][name]


if __name__ == "__main__":
    main()
