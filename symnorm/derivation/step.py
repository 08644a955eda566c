"""Lines, steps and the derivation, as values. The views of a derivation are lent by the rendering layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.layouts import find_layout, to_layout
from ..engine.tensor import Tensor
from ..errors import Misuse
from ..language.node import Node, Variable
from ..rules.rule import Condition, Rule
from .border import like
from .lines import Line
from .names import Names

if TYPE_CHECKING:
    from .narration import AnyNarrator

SHOWN = 200
"""The most characters of a result in the short form of a derivation."""
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


@dataclass(slots=True, repr=False)
class Derivation:
    """The derivative of a function by one variable, with the steps that lead there.

    `kind` is "gradient" (of a scalar), "jacobian" (of a vector or matrix), "hessian", or "higher" from order 3 on;
    `base` is the derivative in the gradient layout, `result` the same in the layout that it is `written` in.
    """

    function: Node
    variable: Variable
    base: Node | Tensor
    kind: str = "gradient"
    written: str = "gradient"
    notes: tuple[str, ...] = ()
    order: int = 1
    given: Any = None
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def result(self) -> Any:
        """The derivative, in the layout of this derivation; in SymPy's classes where the function was given in them."""
        return like(self.given, self.derived)

    @property
    def derived(self) -> Node | Tensor:
        """The derivative as an expression, or as a tensor where it has more than two indices."""
        value = self.variable if self.kind == "hessian" else self.function
        return to_layout(self.base, value, self.variable, self.written)

    def to_layout(self, layout: str) -> Derivation:
        """The same derivation, its result written as "gradient", "numerator", "denominator" or "vec" has it."""
        found = replace(self, written=find_layout(layout).name)
        found.derived  # noqa: B018  a layout that does not exist for the result is refused here
        return found

    def narration(self, detail: str = "normal") -> AnyNarrator:
        """Names and all lines at a level of detail."""
        if detail not in DETAILS:
            raise Misuse(f"detail is one of {', '.join(DETAILS)}, got {detail!r}")
        if detail not in self.memo:
            self.memo[detail] = _telling().narrated(self, detail)
        found: AnyNarrator = self.memo[detail]
        return found

    def lines(self, detail: str = "normal") -> list[Line]:
        """The lines that are printed."""
        found: list[Line] = _telling().printed(self.narration(detail), self.computed(detail))
        return found

    def computed(self, detail: str = "normal") -> list[Line]:
        """The lines in the variables that they were computed in: entries of a symmetric one are independent."""
        found: list[Line] = _telling().computed(self, self.narration(detail), detail)
        return found

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.steps_at("normal")

    def steps_at(self, detail: str) -> tuple[Step, ...]:
        """Each line but the first follows from the one before; the first from df."""
        start = self.narration(detail).before
        found = []
        for line in self.lines(detail):
            start = start if line.left is None else _telling().stacked(start)
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

    def svg(self, detail: str = "normal", style: str = "differential") -> str:
        return str(view("svg")(self, detail))

    def to_json(self, detail: str = "normal") -> dict[str, Any]:
        found: dict[str, Any] = view("json")(self, detail)
        return found

    def to_file(self, path: str | Path, detail: str = "normal") -> Path:
        """Write .tex, .pdf, .html, .svg, .md, .json or .txt, by the ending of the name."""
        return Path(view("file")(self, Path(path), detail))

    def check(self, points: int = 3, seed: int = 0, detail: str = "normal") -> Any:
        """Every line against the directional derivative of f."""
        return view("check")(self, points=points, seed=seed, detail=detail)

    def _text(self) -> str:
        return self.text()

    def _latex(self, printer: object = None) -> str:
        return self.latex()

    def __repr__(self) -> str:
        found = str(self.derived)
        shown = found if len(found) <= SHOWN else f"{found[:SHOWN]} ..."
        return f"<{self.kind} of {self.function} by {self.variable}: {shown}>"

    def _repr_latex_(self) -> str:
        return self.latex()

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _repr_html_(self) -> str:
        return self.html()

    def __str__(self) -> str:
        return self.text()


def _telling() -> Any:
    """What writes lines: a gradient alone does not need it."""
    return import_module("symnorm.derivation.narration")


def view(name: str) -> Callable[..., Any]:
    """A view by name."""
    if name not in VIEWS:
        import_module("symnorm.wiring_views")
    return VIEWS[name]


__all__ = ["DETAILS", "VIEWS", "Derivation", "Line", "Names", "Rule", "Step", "view"]
