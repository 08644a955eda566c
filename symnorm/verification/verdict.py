"""What is known about a claim: right, wrong or undecided, how that was decided, and where the slip is."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Status = Literal["right", "wrong", "undecided"]

SLIPS: dict[str, str] = {
    "factor": "a constant factor is off",
    "sign": "the sign is flipped",
    "transposed-result": "the result is transposed",
    "transpose": "a matrix stands where its transpose belongs",
    "symmetrise": "it holds only if a matrix is symmetric",
    "missing-term": "a term is missing",
    "extra-term": "there is a term too many",
    "chain-factor": "a factor of the chain rule is missing",
    "elementwise": "an elementwise and a matrix operation are confused",
    "argument": "a function is taken of the wrong argument",
    "axis": "a sum or mean runs over the wrong axis",
    "coordinate": "one coordinate is wrong",
    "mean-sum": "a mean and a sum are confused",
    "layout": "the entries are right and arranged in another layout",
    "shape": "the shape is wrong",
    "nonfinite": "it is not finite where the function is",
    "mutates": "it writes into its argument",
    "not-repeatable": "it gives different answers at the same point",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One point at which the claim was compared: its coordinates, the outcome and what limited it."""

    x: Any
    status: Status
    error: float | None
    note: str = ""


class Subject(Protocol):
    """What a verdict is about, asked when the verdict is read."""

    def counterexample(self) -> Any: ...

    def written(self) -> dict[str, str]: ...

    def derivation(self) -> Any: ...

    def marked(self, evidence: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer about a claim. True in a condition only when the claim is right.

    `error` is the relative error that was found (wrong) or the one that would have been seen (right); None where
    nothing was measured. `slip` is a key of SLIPS, or None where nothing proves one. `counterexample` has the smallest
    numbers found at which a wrong claim fails.
    """

    status: Status
    decided_by: str
    error: float | None = None
    slip: str | None = None
    points: tuple[Point, ...] = ()
    assumptions: tuple[str, ...] = ()
    reason: str = ""
    evidence: str = ""
    about: Subject | None = field(default=None, compare=False, repr=False)

    @property
    def counterexample(self) -> Any:
        """Small numbers at which the claim and the derivative differ, to be checked by hand; None without any."""
        return self.about.counterexample() if self.about is not None and self.status == "wrong" else None

    @property
    def derivation(self) -> Any:
        """Our own derivation of the gradient, where f is a formula or can be read as one; else None."""
        return self.about.derivation() if self.about is not None else None

    def with_about(self, about: Subject) -> Verdict:
        return replace(self, about=about)

    def assuming(self, text: str) -> Verdict:
        return replace(self, assumptions=(*self.assumptions, text))

    def __bool__(self) -> bool:
        return self.status == "right"

    def explain(self) -> str:
        """The verdict in words, one fact a line."""
        lines = [f"{self.status} (decided by: {self.decided_by})" + (f": {self.reason}" if self.reason else "")]
        if self.slip:
            lines.append(f"slip: {self.slip}, {SLIPS[self.slip]}" + (f" ({self.evidence})" if self.evidence else ""))
        lines += self.about.marked(self.evidence) if self.about is not None and self.status == "wrong" else []
        if self.error is not None:
            found = "resolved to" if self.status == "right" else "relative error"
            lines.append(f"{found} {self.error:.1e}")
        example = self.counterexample
        lines += example.lines() if example is not None else []
        lines += [f"at {_short(p.x)}: {p.status}" + (f", {p.note}" if p.note else "") for p in self.points]
        lines += [f"assumed: {text}" for text in self.assumptions]
        if self.about is not None:
            lines += [f"{name}: {text}" for name, text in self.about.written().items()]
        return "\n".join(lines)

    def to_json(self) -> str:
        """The verdict as JSON text; the same call with the same seed gives the same text."""
        found = asdict(replace(self, about=None))
        example = self.counterexample
        found["counterexample"] = None if example is None else asdict(example)
        found["written"] = self.about.written() if self.about is not None else {}
        del found["about"]
        return json.dumps(found, allow_nan=False)

    def __str__(self) -> str:
        return self.explain()


def _short(x: Any, width: int = 60) -> str:
    text = _digits(x)
    return text if len(text) <= width else text[: width - 3] + "..."


def _digits(x: Any) -> str:
    return "(" + ", ".join(map(_digits, x)) + ")" if isinstance(x, tuple) else f"{x:.5g}"


def finite(error: float) -> float | None:
    """A number that JSON can hold, or None."""
    return float(error) if np.isfinite(error) else None


def frozen(x: NDArray[np.float64]) -> Any:
    """The entries of an array as nested tuples."""

    def deep(value: Any) -> Any:
        return tuple(map(deep, value)) if isinstance(value, list) else value

    return deep(x.tolist())


def entry(index: int, shape: tuple[int, ...]) -> str:
    """The place of a flat index in an array, as a reader writes it."""
    place = np.unravel_index(index, shape) if shape else ()
    return str(tuple(map(int, place))) if len(place) != 1 else str(index)
