"""What a verdict is about, and what is worked out only when the verdict is read: the smallest counterexample, and
functions as they were written, in LaTeX beside the derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sympy import Basic

from ..derivation.narrate import derivation
from ..derivation.step import Derivation
from ..errors import SymnormError
from ..language.node import Node, Variable
from ..language.reading.numpy import Trace
from ..rendering.latex import latex
from ..rendering.latexify import shown
from .clock import Clock, OutOfTime, within
from .counterexample import Counterexample, counterexample
from .marked import marked

SECONDS = 2.0


@dataclass(slots=True)
class About:
    """The function and the claim as they came; `node` and `formula` where they are formulas or could be read as such,
    `truth` the derivative where it is known, `found` a counterexample that was met on the way, `axes` those of x,
    `reading` what f can be read as."""

    f: Any
    claim: Any
    node: Node | None = None
    formula: Node | None = None
    wrt: Variable | None = None
    truth: Any = None
    kind: str = "gradient"
    seed: int = 0
    found: Counterexample | None = None
    axes: int | None = None
    reading: Callable[[], Trace | None] | None = None
    memo: dict[str, Any] = field(default_factory=dict)

    def counterexample(self) -> Counterexample | None:
        """The smallest numbers at which claim and derivative differ, or None."""
        f, claim, wrt = self.node, self.formula, self.wrt
        if self.found is not None or f is None or claim is None or wrt is None:
            return self.found
        truth = None if self.kind == "gradient" else self.truth
        return self._once("counterexample", lambda: counterexample(f, claim, wrt, self.seed, truth))

    def derivation(self) -> Derivation | None:
        """Our derivation of the gradient, where f is a formula or can be read as one."""
        return self._once("derivation", self._derivation)

    def marked(self, evidence: str) -> list[str]:
        """Our derivation with a mark at the line that the evidence names."""
        found = self.derivation() if evidence.startswith("line ") else None
        return marked(found, evidence) if found is not None else []

    def _derivation(self) -> Derivation | None:
        f, wrt = self.node, self.wrt
        if f is None or wrt is None:
            read = self._read()
            f, wrt = (None, None) if read is None else (read.expr, read.parameters[0])
        if f is None or wrt is None or not f.is_scalar or self.kind != "gradient":
            return None
        try:
            return derivation(f, [wrt])
        except SymnormError:
            return None

    def written(self) -> dict[str, str]:
        """Functions of the caller's as LaTeX, or why not; and the derivative beside them."""
        return self._once("written", self._written)

    def _written(self) -> dict[str, str]:
        found = {f"your {who}": shown(value, self.axes) for who, value in (("f", self.f), ("claim", self.claim))
                 if callable(value) and not isinstance(value, Basic)}
        found = {who: text for who, text in found.items() if text}
        derived = self._derived() if found else None
        if derived is not None:
            found["derived"] = derived
        return found

    def _derived(self) -> str | None:
        """Our own gradient in LaTeX, where f can be read."""
        found = self.derivation()
        return None if found is None else rf"\nabla f({latex(found.variable)}) = {latex(found.derived)}"

    def _read(self) -> Trace | None:
        if self.reading is None:
            return None
        try:
            return within(Clock(SECONDS), self.reading)
        except OutOfTime:
            return None

    def _once(self, key: str, work: Callable[[], Any]) -> Any:
        if key not in self.memo:
            self.memo[key] = work()
        return self.memo[key]
