"""Mutants held against a claim: all of them at one sample, those that agree there at the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import SymnormError
from ..language.node import Node
from ..numeric.interpret import evaluate
from .misprints import Mutant
from .samples import Sample, Slip, close

MAX_MUTANTS = 2000
MAX_WORK = 80_000
LIKELIEST = ("missing-term", "sign", "transpose", "mean-sum", "factor", "chain-factor", "argument")


class Tried:
    """The values of f's and the gradient's own expressions at one sample, so that of a mutant only the rest is
    evaluated; and how many mutants may still be tried."""

    def __init__(self, nodes: Sequence[Node], samples: Sequence[Sample], tolerance: float) -> None:
        self.samples, self.tolerance = samples, tolerance
        self.left = min(MAX_MUTANTS, MAX_WORK // max(1, len(nodes)))
        self.known = _known(nodes, samples[0])

    def first(self, mutants: Iterable[Mutant]) -> Slip | None:
        """The first mutant that is the claim."""
        for mutant in mutants:
            self.left -= 1
            if self.left < 0:
                return None
            if self._agrees(mutant):
                return Slip(mutant.slip, mutant.where, mutant.node, mutant.used)
        return None

    def every(self, mutants: Iterable[Mutant]) -> Iterator[Slip]:
        """All mutants that are the claim."""
        for mutant in mutants:
            self.left -= 1
            if self.left < 0:
                return
            if self._agrees(mutant):
                yield Slip(mutant.slip, mutant.where, mutant.node, mutant.used)

    def _agrees(self, mutant: Mutant) -> bool:
        for i, sample in enumerate(self.samples):
            try:
                (value,) = evaluate([mutant.gradient], self.known if i == 0 else sample.values, sample.sizes)
            except SymnormError:
                return False
            wanted = sample.gradient if mutant.corrects else sample.claimed
            if np.shape(value) != np.shape(wanted) or not close(value, wanted, self.tolerance):
                return False
        return True


def likeliest(slips: Iterable[Slip | None]) -> Slip | None:
    """The first with the likeliest name, where several explain a claim."""
    found = [slip for slip in slips if slip is not None]
    rank = {name: i for i, name in enumerate(LIKELIEST)}
    return min(found, key=lambda slip: rank.get(slip.name, len(rank)), default=None)


def _known(nodes: Sequence[Node], sample: Sample) -> Mapping[Node, Any]:
    try:
        return {**dict(zip(nodes, evaluate(nodes, sample.values, sample.sizes), strict=True)), **sample.values}
    except SymnormError:
        return sample.values
