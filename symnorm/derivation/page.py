"""The page as a value: statement with declarations, names, chain, result, where it holds, layout. Views print it."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.layouts import to_layout
from ..engine.tensor import Tensor
from ..errors import NoClosedForm
from ..language.build import transpose
from ..language.node import Node, Variable, postorder
from ..simplify.cost import cost
from .conditions import Sentence, constant_in, where_it_holds
from .declared import Declaration, declarations, sums_to_one
from .dimensions import in_another_layout, layout_of_forward, layout_sentence, where_curvature_holds
from .frames import Frame, along, entries, frame
from .lines import Line
from .names import Names, function_letter
from .onward import ForwardNarrator
from .result import final_form, second_form
from .step import Derivation

LONG = 80
"""The most operations of a function that is stated without names."""
@dataclass(frozen=True, slots=True)
class Page:
    """Everything that is printed, in order. Expressions are nodes; d(X) is a differential."""

    letter: str
    function: Node
    in_names: Node
    variable: Variable
    left: Node | None
    declarations: tuple[Declaration, ...]
    sums_to_one: tuple[Variable, ...]
    names: tuple[tuple[Variable, Node, bool], ...]
    lines: tuple[Line, ...]
    result: Node | Tensor
    expanded: Node | None
    holds: Sentence
    layout: Sentence
    frame: Frame
    kind: str = "gradient"
    note: str = ""

    @property
    def is_long(self) -> bool:
        """Is the function stated in names, because it is long when it is written out?"""
        return bool(self.names) and cost(self.function) > LONG


def build_page(derivation: Derivation, detail: str = "normal") -> Page:
    """The page of a derivation at a level of detail."""
    narrator = derivation.narration(detail)
    if isinstance(narrator, ForwardNarrator):
        return _forward_page(derivation, narrator, detail)
    names, f, x, layout = narrator.names, derivation.function, derivation.variable, derivation.written
    lines, letter = tuple(derivation.lines(detail)), function_letter(names)
    gradient, plain = final_form(narrator.terms, x), _matrix(derivation.base)
    expanded, holds = second_form(gradient, names, plain), where_it_holds(narrator, x, gradient)
    result = _matrix(to_layout(gradient, f, x, layout))
    return Page(
        letter,
        f,
        narrator.named,
        x,
        None,
        declarations(f, x),
        sums_to_one(f, x),
        _shown_names(names, lines, (result, narrator.named), f),
        lines,
        result,
        None if expanded is None else _matrix(to_layout(expanded, f, x, layout)),
        holds if x in f.free else constant_in(x, holds),
        layout_sentence(x, gradient, plain) if layout == "gradient" else in_another_layout(layout),
        frame(letter, f, x, "gradient", letter, layout),
    )


def _forward_page(derivation: Derivation, narrator: ForwardNarrator, detail: str) -> Page:
    """The page of dF = J dx, or of dg = H dx; the gradient g is the last of the names."""
    names, f, x, layout = narrator.names, derivation.function, derivation.variable, derivation.written
    symbol, note = narrator.symbol, narrator.note
    lines = tuple(derivation.lines(detail))
    indexed = isinstance(narrator.matrix, Tensor) and (layout != "gradient" or not lines)
    result = derivation.derived if indexed else _written(narrator, layout)
    shown = _shown_names(names, lines, (*_nodes(result), narrator.named, *([narrator.root] if note else [])), f)
    last = ((symbol, narrator.root, False),) if note and lines else ()
    holds = where_curvature_holds(narrator, x)
    return Page(
        function_letter(names) if note else symbol.name,
        f,
        narrator.named,
        x,
        symbol,
        declarations(f, x),
        sums_to_one(f, x),
        tuple(_tightened(n, narrator) for n in (*(n for n in shown if n[0] is not symbol), *last)),
        lines,
        result,
        None if note or isinstance(result, Tensor) else _written_out(result, names),
        holds if x in f.free else constant_in(x, holds),
        layout_of_forward(narrator, x) if layout == "gradient" else in_another_layout(layout),
        _frame(derivation, narrator, result),
        derivation.kind,
        note,
    )


def _frame(derivation: Derivation, narrator: ForwardNarrator, result: Node | Tensor) -> Frame:
    symbol, x = narrator.symbol, derivation.variable
    hessian = derivation.kind == "hessian"
    kind, letter = ("hessian", function_letter(narrator.names)) if hessian else ("jacobian", symbol.name)
    framed = frame(symbol.name, symbol, x, kind, letter, derivation.written)
    if isinstance(result, Node):
        return framed
    once = len(result.into) == 1 or bool(narrator.lines)
    return Frame(framed.name, entries(symbol.name, symbol, x) if once else along(derivation.order, x))


def _written_out(result: Node, names: Names) -> Node | None:
    """The result without names, where that fits; half of the names would say nothing new."""
    found = second_form(result, names, result)
    kept = {s for s, meaning in names.definitions.items() if names.expand(meaning) is not names.function}
    return found if found is None or kept.isdisjoint(found.free) else None


def _written(narrator: ForwardNarrator, layout: str) -> Node | Tensor:
    """The derivative in names, in a layout."""
    if narrator.stacked and isinstance(narrator.matrix, Node):
        found: Node | Tensor = transpose(narrator.matrix) if layout == "denominator" else narrator.matrix
    else:
        found = to_layout(narrator.matrix, narrator.symbol, narrator.x, layout)
    return narrator.tightened(found)


def _matrix(result: Node | Tensor) -> Node:
    """A derivative that has at most two indices."""
    if isinstance(result, Tensor):
        raise NoClosedForm(f"{result} has more than two indices")
    return result


def _nodes(result: Node | Tensor) -> tuple[Node, ...]:
    return (result,) if isinstance(result, Node) else result.nodes


def _tightened(
    name: tuple[Variable, Node, bool], narrator: ForwardNarrator
) -> tuple[Variable, Node, bool]:
    """A name in the variables as they were declared."""
    symbol, meaning, whole = name
    return symbol, _matrix(narrator.tightened(meaning)), whole


def _shown_names(
    names: Names, lines: tuple[Line, ...], others: tuple[Node, ...], f: Node
) -> tuple[tuple[Variable, Node, bool], ...]:
    """The names that the page uses, in order of dependence; the flag says that it is the value of f."""
    used = {v for node in (*(line.right for line in lines), *others) for v in node.free}
    known = set(names.definitions)
    for node in postorder(line.right for line in lines):
        used |= known.intersection(node.args)
    for part in (p for line in lines for p in line.reason):
        for node in getattr(part, "nodes", ()):
            used |= {n for n in postorder([node]) if isinstance(n, Variable)}
    for symbol, meaning in reversed(names.definitions.items()):
        if symbol in used:
            used |= meaning.free
    return tuple((s, m, names.expand(m) is f) for s, m in names.definitions.items() if s in used)
