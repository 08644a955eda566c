"""The bank of formulas.txt: functions of the field, as text and as NumPy code, with slips that have fair names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import symnorm as sn
from symnorm.language.node import Variable
from symnorm.numeric.interpret import evaluate
from symnorm.numeric.sampling import sample
from symnorm.verification.verdict import Verdict
from symnorm.verification.writing import read

SIZES = {"n": 4, "m": 6, "k": 3, "p": 5}


@dataclass
class Entry:
    """One function: its text, its NumPy code, its gradient, and {claim: names that a referee would accept}."""

    name: str
    wrt: str
    declare: str
    f: str = ""
    code: str = ""
    gradient: str = ""
    slips: dict[str, frozenset[str]] = field(default_factory=dict)


def bank() -> list[Entry]:
    entries: list[Entry] = []
    for line in Path(__file__).with_suffix(".txt").read_text().splitlines():
        kind, rest = line[:2], line[2:].strip()
        if kind == "f ":
            entries[-1].f = rest
        elif kind == "n ":
            entries[-1].code = "" if rest == "-" else rest
        elif kind == "g ":
            entries[-1].gradient = rest
        elif kind == "- ":
            claim, names = rest.split("|")
            entries[-1].slips[claim.strip()] = frozenset(names.split())
        elif line and not line.startswith("#"):
            entries.append(Entry(*(part.strip() for part in line.split("|"))))
    return entries


def generic(entry: Entry, turn: int) -> dict[str, frozenset[str]]:
    """A constant factor, in turn."""
    words, names = (("2*({})", "factor"), ("-({})", "sign"), ("1/2*({})", "factor"))[turn % 3]
    return {words.format(entry.gradient): frozenset([names, "missing-term"] if names == "factor" else [names])}


@dataclass
class Numbers:
    """An entry at one set of values: f as a NumPy function, the point, and claims as functions of it."""

    entry: Entry
    seed: int = 0

    def __post_init__(self) -> None:
        entry = self.entry
        node = sn.parse(entry.f, entry.declare)
        declared = sn.variables(entry.declare)
        self.variables: dict[str, Variable] = {v.name: v for v in declared} if isinstance(declared, tuple) else {
            declared.name: declared}
        every: set[Any] = {*self.variables.values(), *node.free}
        symbols = {s for v in every for s in (*v.rows.free_symbols, *v.cols.free_symbols)}
        self.sizes = {s: SIZES[str(s)] for s in symbols}
        found = sample(every, self.sizes, np.random.default_rng([self.seed, *map(ord, entry.name)]))
        self.values = {v.name: value for v, value in found.items()}
        self.x = self.values[entry.wrt]

    def f(self) -> Any:
        """The NumPy function, holding its data under their names."""
        scope: dict[str, Any] = {"np": np, **{n: v for n, v in self.values.items() if n != self.entry.wrt}}
        exec(f"def f({self.entry.wrt}):\n    return {self.entry.code}\n", scope)  # code of ours, from the bank
        return scope["f"]

    def claim(self, text: str) -> Any:
        """A claim as a function of the point."""
        wrt = self.variables[self.entry.wrt]
        node = read(text, None, self.variables, ((wrt.rows, wrt.cols),))
        values = {v: self.values[v.name] for v in node.free if v is not wrt}
        return lambda x: evaluate([node], {**values, wrt: x}, self.sizes)[0]


def trials(entries: list[Entry]) -> Iterator[tuple[Entry, str, frozenset[str]]]:
    for turn, entry in enumerate(entries):
        for claim, names in (entry.slips | generic(entry, turn)).items():
            yield entry, claim, names


def asked(entry: Entry, mode: str, seed: int = 0) -> Callable[[str], Verdict]:
    """What is said about a claim: f as text and the claim too ("formula"), or both as NumPy functions ("numpy")."""
    if mode == "formula":
        return lambda claim: sn.verify(entry.f, claim, wrt=entry.wrt, declare=entry.declare, seed=seed)
    numbers = Numbers(entry, seed)
    f = numbers.f()
    own = next(d.strip() for d in entry.declare.split(",") if d.strip().startswith(entry.wrt + ":"))
    declare = own if any(word in own for word in ("positive", "symmetric", "spd")) else None
    return lambda claim: sn.verify(f, numbers.claim(claim), at=numbers.x, declare=declare, seed=seed)


def diagnosed(entries: list[Entry], mode: str, seed: int = 0) -> Iterator[tuple[Entry, str, frozenset[str], Verdict]]:
    """Every slip with its fair names and the verdict."""
    for entry, claim, names in trials(entries):
        if mode == "formula" or entry.code:
            yield entry, claim, names, asked(entry, mode, seed)(claim)
