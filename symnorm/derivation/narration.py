"""Which narrator tells a derivation, and its lines as they are printed: imported when the first line is asked for."""

from __future__ import annotations

from collections.abc import Callable

from .curvature import CurvatureNarrator
from .endings import stacked
from .higher import HigherNarrator
from .jacobian import JacobianNarrator
from .lines import Line
from .merge import MOST, merge
from .narrator import Narrator
from .onward import ForwardNarrator
from .step import Derivation

AnyNarrator = Narrator | ForwardNarrator

NARRATORS: dict[str, Callable[[Derivation, str], AnyNarrator]] = {
    "gradient": lambda d, detail: Narrator(d.function, (d.variable,), detail),
    "jacobian": lambda d, detail: JacobianNarrator(d.function, d.variable, detail),
    "hessian": lambda d, detail: CurvatureNarrator(d.function, d.variable, detail),
    "higher": lambda d, detail: HigherNarrator(d.function, d.variable, d.order, detail),
}


def narrated(d: Derivation, detail: str) -> AnyNarrator:
    """Names and all lines at a level of detail."""
    narrator = NARRATORS[d.kind](d, detail)
    narrator.run()
    return narrator


def computed(d: Derivation, narrator: AnyNarrator, detail: str) -> list[Line]:
    """The lines in the variables that they were computed in: entries of a symmetric one are independent."""
    as_told = d.kind == "hessian" and detail == "normal" and len(narrator.lines) <= MOST
    return narrator.lines if as_told else merge(narrator.lines, detail)


def printed(narrator: AnyNarrator, lines: list[Line]) -> list[Line]:
    return [narrator.printed(line) for line in lines] if isinstance(narrator, ForwardNarrator) else lines


__all__ = ["computed", "narrated", "printed", "stacked"]
