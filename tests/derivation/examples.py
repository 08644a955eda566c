"""The derivations that the tests look at: the sources of derivations/, and one expression a line in expressions.txt."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import symnorm as sn

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SOURCES = sorted((ROOT / "derivations" / "sources").glob("*.toml"))
GOLDENS = sorted((ROOT / "tests" / "goldens" / "derivations").glob("*.tex"))
EXPRESSIONS = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (HERE / "expressions.txt").read_text(encoding="utf-8").splitlines()
]
DETAILS = ("brief", "normal", "full")


@cache
def derived(expression: str, declare: str, wrt: str) -> Any:
    """The derivation of an expression."""
    return sn.derive(sn.parse(expression, declare=declare), wrt=wrt)


def source(name: str) -> Any:
    """The derivation of a file in derivations/sources."""
    given = tomllib.loads((ROOT / "derivations" / "sources" / f"{name}.toml").read_text(encoding="utf-8"))
    return derived(given["expression"], given["declare"], given["wrt"])
