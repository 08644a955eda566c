"""The process in which `symnorm verify` executes a user's file: limits first, then the file, then the verdict.

The claim and the verdict are files in a folder of their own; what the file prints goes to standard error.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

from symnorm.cli.claims import ANSWER, REQUEST, Claim, decide, point_of, undecided
from symnorm.cli.refusal import exit_code
from symnorm.cli.source import is_python, read_source
from symnorm.errors import Misuse, SymnormError
from symnorm.verification.clock import Clock, OutOfTime, within

MEMORY, FILES, TASKS = 8 << 30, 1 << 30, 256


def main() -> None:
    """Read a claim from the folder that is given, write the verdict there."""
    folder = Path(sys.argv[1])
    claim = Claim(**json.loads((folder / REQUEST).read_text(encoding="utf-8")))
    _limit(claim.timeout)
    try:
        verdict = _verdict(claim)
    except SymnormError as error:
        verdict = {"refusal": str(error), "code": exit_code(error)}
    except OutOfTime:
        verdict = undecided(f"the files were not executed within {claim.timeout:g} seconds")
    except MemoryError:
        verdict = undecided("the files need more memory than they are given")
    part = folder / f"{ANSWER}.part"
    part.write_text(json.dumps(verdict), encoding="utf-8")
    part.rename(folder / ANSWER)
    os._exit(0)


def _limit(seconds: float) -> None:
    """Limits on processor time, memory, files and processes, where the system has them."""
    try:
        import resource
    except ImportError:
        return
    cores = os.cpu_count() or 1
    limits = {"CPU": int(cores * (seconds + 20)), "AS": MEMORY, "FSIZE": FILES, "CORE": 0, "NPROC": _running() + TASKS}
    for name, value in limits.items():
        what = getattr(resource, f"RLIMIT_{name}", None)
        if what is not None:
            with contextlib.suppress(ValueError, OSError):
                hard = resource.getrlimit(what)[1]
                resource.setrlimit(what, (value if hard < 0 else min(value, hard), hard))


def _running() -> int:
    """How many tasks the user has: the limit on processes counts them all."""
    own = os.getuid() if hasattr(os, "getuid") else -1
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            count += len(list((folder / "task").iterdir())) if folder.stat().st_uid == own else 0
    return count


def _verdict(claim: Claim) -> dict[str, Any]:
    loaded: dict[str, dict[str, Any]] = {}
    f, grad = (_value(text, loaded, claim) if is_python(text) else read_source(text) for text in (claim.f, claim.claim))
    at = None
    if claim.at is not None:
        at = _value(claim.at, loaded, claim)
        at = at() if callable(at) else at
    elif claim.shape is not None:
        at = point_of(claim.shape, claim.seed, claim.declare)
    elif callable(f) and callable(grad):
        raise Misuse("functions are compared around a point: give --at FILE.py:POINT, or --shape x=5")
    return decide(f, grad, claim, at)


def _executed(path: str, seconds: float) -> dict[str, Any]:
    """The names that a file defines; it is given as long as the comparison."""
    sys.path.insert(0, str(Path(path).resolve().parent))
    try:
        return within(Clock(seconds), lambda: runpy.run_path(path))
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:
        raise Misuse(f"{path} cannot be executed: {type(error).__name__}: {error}") from error


def _value(text: str, loaded: dict[str, dict[str, Any]], claim: Claim) -> Any:
    """NAME of FILE.py:NAME; each file is executed once."""
    path, _, name = text.rpartition(":")
    if not is_python(text):
        raise Misuse(f"{text!r} is not FILE.py:NAME")
    if path not in loaded:
        loaded[path] = _executed(path, claim.timeout)
    if name not in loaded[path]:
        names = ", ".join(sorted(n for n in loaded[path] if not n.startswith("_"))) or "nothing"
        raise Misuse(f"{path} has no {name!r}; it defines {names[:200]}")
    return loaded[path][name]


if __name__ == "__main__":
    main()
