"""Lines, steps and the derivation, as values. The views of a derivation are lent by the rendering layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import Misuse
from ..language.node import Node, Variable
from ..rules.rule import Condition, Rule
from .curvature import CurvatureNarrator
from .lines import Line
from .merge import merge
from .names import Names
from .narrator import Narrator

DETAILS = ("brief", "normal", "full")
VIEWS: dict[str, Callable[..., Any]] = {}
"""Text, LaTeX, Markdown, HTML, JSON, files and the check of a derivation: filled in by `symnorm.wiring_views`."""


@dataclass(frozen=True, slots=True)
class Step:
    """From one line to the next: the rule with its law, what was folded in, and the condition it brought.

    `before` and `after` are expressions in which d(X) stands for the differential of X.
    """

    before: Node
    after: Node
    line: Line

    @property
    def rule(self) -> str:
        """The name that the page prints."""
        return str(view("reason")(self.line.reason)) if self.line.rule is None else self.line.rule.name

    @property
    def reason(self) -> str:
        return str(view("reason")(self.line.reason))

    @property
    def law(self) -> str:
        return self.line.rule.law if self.line.rule is not None else ""

    @property
    def source(self) -> str:
        return self.line.rule.source if self.line.rule is not None else ""

    @property
    def folded(self) -> tuple[str, ...]:
        return self.line.folded


@dataclass(slots=True)
class Derivation:
    """The gradient of f by one variable (or its Hessian, by `kind`), with the steps that lead there."""

    function: Node
    variable: Variable
    result: Node
    kind: str = "gradient"
    notes: tuple[str, ...] = ()
    memo: dict[str, Any] = field(default_factory=dict)

    def narration(self, detail: str = "normal") -> Narrator | CurvatureNarrator:
        """Names and all lines at a level of detail."""
        if detail not in DETAILS:
            raise Misuse(f"detail is one of {', '.join(DETAILS)}, got {detail!r}")
        if detail not in self.memo:
            narrator: Narrator | CurvatureNarrator = (
                CurvatureNarrator(self.function, self.variable, detail)
                if self.kind == "hessian"
                else Narrator(self.function, (self.variable,), detail)
            )
            narrator.run()
            self.memo[detail] = narrator
        found: Narrator | CurvatureNarrator = self.memo[detail]
        return found

    def lines(self, detail: str = "normal") -> list[Line]:
        """The lines that are printed."""
        lines = self.narration(detail).lines
        return lines if self.kind == "hessian" and detail != "brief" else merge(lines, detail)

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.steps_at("normal")

    def steps_at(self, detail: str) -> tuple[Step, ...]:
        """Each line but the first follows from the one before; the first from df."""
        start = self.narration(detail).before
        found = []
        for line in self.lines(detail):
            found.append(Step(start, line.right, line))
            start = line.right
        return tuple(found)

    @property
    def names(self) -> dict[Variable, Node]:
        """What the letters of the page stand for."""
        return dict(self.narration().names.definitions)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Where it holds: what the rules needed."""
        return tuple(self.narration().ctx.conditions.values())

    @property
    def assumptions(self) -> tuple[str, ...]:
        return tuple(view("assumptions")(self))

    @property
    def layout(self) -> str:
        return str(view("layout")(self))

    def text(self, detail: str = "normal", style: str = "differential") -> str:
        return str(view("text")(self, detail))

    def latex(self, detail: str = "normal", style: str = "differential") -> str:
        return str(view("latex")(self, detail))

    def markdown(self, detail: str = "normal", style: str = "differential") -> str:
        return str(view("markdown")(self, detail))

    def html(self, detail: str = "normal", style: str = "differential") -> str:
        return str(view("html")(self, detail))

    def to_json(self, detail: str = "normal") -> dict[str, Any]:
        found: dict[str, Any] = view("json")(self, detail)
        return found

    def to_file(self, path: str | Path, detail: str = "normal") -> Path:
        """Write .tex, .pdf, .html, .md, .json or .txt, by the ending of the name."""
        return Path(view("file")(self, Path(path), detail))

    def check(self, points: int = 3, seed: int = 0, detail: str = "normal") -> Any:
        """Every line against the directional derivative of f."""
        return view("check")(self, points=points, seed=seed, detail=detail)

    def _repr_latex_(self) -> str:
        return self.latex()

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _repr_html_(self) -> str:
        return self.html()

    def __str__(self) -> str:
        return self.text()


def view(name: str) -> Callable[..., Any]:
    """A view by name."""
    if name not in VIEWS:
        import_module("symnorm.wiring_views")
    return VIEWS[name]


__all__ = ["DETAILS", "VIEWS", "Derivation", "Line", "Names", "Rule", "Step", "view"]
