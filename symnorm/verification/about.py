"""What a verdict is about, and what is worked out only when the verdict is read: the smallest counterexample, and
functions as they were written, in LaTeX beside the derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sympy import Basic

from ..engine.sweep import sweep
from ..errors import SymnormError
from ..language.node import Node, Variable
from ..language.reading.numpy import Trace
from ..rendering.latex import latex
from ..rendering.latexify import shown
from ..simplify.present import present
from .clock import Clock, OutOfTime, within
from .counterexample import Counterexample, counterexample

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
        if self.reading is None or self.kind != "gradient":
            return None
        try:
            read = within(Clock(SECONDS), self.reading)
        except OutOfTime:
            return None
        if read is None or not read.expr.is_scalar:
            return None
        wrt = read.parameters[0]
        try:
            gradient = present(sweep(read.expr, [wrt]).gradients[wrt])
        except SymnormError:
            return None
        return rf"\nabla f({latex(wrt)}) = {latex(gradient)}"

    def _once(self, key: str, work: Callable[[], Any]) -> Any:
        if key not in self.memo:
            self.memo[key] = work()
        return self.memo[key]
