"""Forward accumulation: the differential of an expression, argument by argument, each shared node once.

dF = L(dx) is linear in dx: with dx a placeholder it is the full differential, with dx = v the directional derivative
(jvp), with dt = 1 for a scalar t the derivative by t itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from ..errors import ShapeError
from ..language.build import is_zero, zero
from ..language.node import Differential, Node, Variable
from ..rules.rule import DIFFERENTIALS, Condition, Rule
from ..shapes import describe
from .sweep import conditions_of, differential, differential_of


@dataclass(frozen=True, slots=True)
class Forms:
    """The nodes between an expression and its variables: each with its rule and its differential in those of its
    arguments.

    Arguments come before the nodes that hold them; the variables themselves are not listed.
    """

    wrt: frozenset[Variable]
    rules: Mapping[Node, Rule]
    forms: Mapping[Node, Node]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the rules need, those of the outermost node first."""
        return conditions_of((rule, node) for node, rule in reversed(list(self.rules.items())))


def forms_below(roots: Iterable[Node], wrt: Iterable[Variable]) -> Forms:
    """The local differentials of every node that the roots depend on, on the way to the variables."""
    variables = frozenset(wrt)
    found: dict[Node, tuple[Rule, Node]] = {}
    order: list[tuple[int, Node]] = []
    waiting: set[Node] = set()

    def reach(node: Node) -> None:
        if node not in waiting and not variables.isdisjoint(node.free) and not isinstance(node, Variable):
            waiting.add(node)
            heappush(order, (-node.serial, node))

    for root in roots:
        reach(root)
    while order:
        _, node = heappop(order)
        found[node] = differential_of(node, variables)
        for leaf in found[node][1].free:
            if isinstance(leaf, Differential):
                reach(leaf.args[0])
    ascending = sorted(found, key=lambda n: n.serial)
    return Forms(variables, {n: found[n][0] for n in ascending}, {n: found[n][1] for n in ascending})


def push(F: Node, seeds: Mapping[Variable, Node]) -> tuple[Node, tuple[Condition, ...]]:
    """dF for the given dx of each variable, and the conditions of the rules that were used."""
    for x, seed in seeds.items():
        if seed.rows != x.rows or seed.cols != x.cols:
            raise ShapeError(
                f"the direction {seed} ({describe(seed.rows, seed.cols)}) is not of the shape of {x} "
                f"({describe(x.rows, x.cols)})"
            )
    done: dict[Node, Node] = dict(seeds)
    variables = frozenset(seeds)
    used: list[tuple[Rule, Node]] = []
    for node in _dependent(F, variables):
        rule = DIFFERENTIALS.find(node)
        used.append((rule, node))
        arguments = rule.arguments_of(node)
        done[node] = rule.body(node, *(done[a] if a in done else zero(a.rows, a.cols) for a in arguments))
    return done.get(F, zero(F.rows, F.cols)), conditions_of(reversed(used))


def forward(F: Node, wrt: Iterable[Variable]) -> tuple[Node, tuple[Condition, ...]]:
    """The differential of F, linear in dx for each variable, and the conditions of the rules that were used.

    >>> from symnorm import variables
    >>> A, x = variables("A: n x n, x: n")
    >>> forward(x.T @ A @ x, [x])[1]
    ()
    """
    return push(F, {x: differential(x) for x in wrt})


def _dependent(F: Node, wrt: frozenset[Variable]) -> list[Node]:
    """The nodes whose differentials are needed, arguments first."""
    seen: set[Node] = set()
    stack = [F]
    while stack:
        node = stack.pop()
        if node in seen or wrt.isdisjoint(node.free) or isinstance(node, Variable):
            continue
        seen.add(node)
        stack.extend(DIFFERENTIALS.find(node).arguments_of(node))
    return sorted(seen, key=lambda n: n.serial)


__all__ = ["Forms", "forms_below", "forward", "is_zero", "push"]
