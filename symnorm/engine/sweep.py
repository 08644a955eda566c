"""The reverse sweep: df = sum over the frontier of <adjoint, d node>, at every moment.

The node that was made last is taken from the frontier and replaced by its arguments, through its rule and the adjoints
of the linear operations; equal nodes meet. What is left at the end is <G, dx>, and G is the gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

from ..errors import ShapeError
from ..language.build import UNIT, add, zero
from ..language.node import Differential, Node, Variable
from ..norms import all as norms
from ..rules import all as families
from ..rules.rule import DIFFERENTIALS, Condition, Rule
from ..shapes import describe
from .adjoint import read_off

REGISTERED = (families, norms)


@dataclass(frozen=True, slots=True)
class Expansion:
    """One node taken from the frontier: <adjoint, d node> became the sum over `parts` of <part, d argument>."""

    node: Node
    adjoint: Node
    rule: Rule
    form: Node
    parts: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """The gradient of f by each variable, and the expansions that led there."""

    function: Node
    gradients: dict[Variable, Node]
    expansions: tuple[Expansion, ...]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the rules that were used need, each once, in order of use."""
        return conditions_of((e.rule, e.node) for e in self.expansions)


def differential(x: Node) -> Node:
    """dX as a placeholder."""
    node: Node = Differential._make((), (x,), x.rows, x.cols)
    return node


def differential_of(node: Node, wrt: frozenset[Variable]) -> tuple[Rule, Node]:
    """The rule of a node and its differential, linear in the differentials of its arguments."""
    rule = DIFFERENTIALS.find(node)
    placeholders = [
        zero(a.rows, a.cols) if wrt.isdisjoint(a.free) else differential(a) for a in rule.arguments_of(node)
    ]
    return rule, rule.body(node, *placeholders)


def sweep(f: Node, wrt: Iterable[Variable]) -> Sweep:
    """The gradients of a scalar f by several variables at once."""
    if not f.is_scalar:
        raise ShapeError(f"the gradient is of a scalar; {f} is {describe(f.rows, f.cols)}: ask for the jacobian")
    gradients, expansions = pull([(f, UNIT)], wrt)
    return Sweep(f, gradients, expansions)


def pull(
    pairs: Iterable[tuple[Node, Node]],
    wrt: Iterable[Variable],
    alter: Callable[[int, Expansion], Expansion] | None = None,
) -> tuple[dict[Variable, Node], tuple[Expansion, ...]]:
    """The G with sum of <adjoint, d node> over the pairs = sum of <G, dx> over the variables, and the way there.

    `alter` may replace an expansion, which is how a slip at one step is carried through to the result.
    """
    variables = frozenset(wrt)
    waiting: Waiting = {}
    order: list[tuple[int, Node]] = []
    given = tuple(pairs)
    places = _places([node for node, _ in given])
    for node, adjoint in given:
        _reach(node, (-1, adjoint), variables, waiting, order)
    gradients: dict[Variable, Node] = {v: zero(v.rows, v.cols) for v in variables}
    expansions: list[Expansion] = []
    for node, adjoint in _latest_first(waiting, order):
        if isinstance(node, Variable):
            gradients[node] = adjoint
            continue
        rule, form = differential_of(node, variables)
        step = Expansion(node, adjoint, rule, form, tuple(read_off(adjoint, form)))
        expansions.append(step if alter is None else alter(len(expansions), step))
        for argument, part in expansions[-1].parts:
            _reach(argument, (places.get(node, len(places)), part), variables, waiting, order)
    return gradients, tuple(expansions)


def conditions_of(used: Iterable[tuple[Rule, Node]]) -> tuple[Condition, ...]:
    """The conditions of the rules used, without those that the declarations settle."""
    found: dict[tuple[str, int], Condition] = {}
    for rule, node in used:
        domain = rule.domain_of(node)
        if domain.is_everywhere or not node.args:
            continue
        on = node.args[0]
        if domain.implied_by.isdisjoint(on.facts):
            found.setdefault((domain.name, on.key), Condition(domain, on))
    return tuple(found.values())


Waiting = dict[Node, list[tuple[int, Node]]]
"""Contributions to the adjoint of a node, each with the place of where it comes from in the author's formula."""


def _places(roots: list[Node]) -> dict[Node, int]:
    """Where each node first stands when the formula is read from left to right: an order that no history changes."""
    places: dict[Node, int] = {}
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node not in places:
            places[node] = len(places)
            stack.extend(reversed(node.args))
    return places


def _reach(
    node: Node,
    contribution: tuple[int, Node],
    wrt: frozenset[Variable],
    waiting: Waiting,
    order: list[tuple[int, Node]],
) -> None:
    if wrt.isdisjoint(node.free):
        return
    if node in waiting:
        waiting[node].append(contribution)
    else:
        waiting[node] = [contribution]
        heappush(order, (-node.serial, node))


def _latest_first(waiting: Waiting, order: list[tuple[int, Node]]) -> Iterator[tuple[Node, Node]]:
    """The nodes, the last made first, with the sum of their contributions in the author's order."""
    while order:
        _, node = heappop(order)
        yield node, add(*(part for _, part in sorted(waiting.pop(node), key=lambda c: c[0])))
