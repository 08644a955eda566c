"""A norm: four facts in, everything else out.

A norm states `dual`, `subgradient` and where it is differentiable; its value and projection are numeric facts.
From them: the subdifferential {g : dual(g) <= 1, <g, x> = norm(x)} and the differential <subgradient(x), dx>.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..domains import Domain
from ..errors import Misuse, NoRule
from ..language.build import add, is_zero, zero
from ..language.functions import dot
from ..language.node import Node, Norm
from ..rules.rule import DIFFERENTIALS, Rule


@dataclass(frozen=True, slots=True)
class NormFacts:
    """One norm: its name in steps, its law, the norm dual to it, a subgradient, and where that is the gradient.

    `by_parameter` is the gradient by the second argument, where there is one.
    """

    name: str
    printed: str
    law: str
    dual: str
    subgradient: Callable[..., Node]
    smooth: Domain
    parameter_dual: Callable[[Node], Node] | None = None
    weighted: bool = False
    by_parameter: Callable[[Node, Node], Node] | None = None


NORMS: dict[str, NormFacts] = {}


def declare_norm(facts: NormFacts) -> NormFacts:
    """Make a norm known: its differential becomes a rule."""
    if facts.name in NORMS:
        raise Misuse(f"there is a norm called {facts.name} already")
    NORMS[facts.name] = facts

    def differential(node: Node, dX: Node, *parameters: Node) -> Node:
        slope = zero() if is_zero(dX) else dot(facts.subgradient(*node.args), dX)
        if all(map(is_zero, parameters)):
            return slope
        if facts.by_parameter is None:
            raise NoRule(f"no rule for {node} by its parameter {node.args[1]}")
        return add(slope, dot(facts.by_parameter(*node.args), parameters[0]))

    DIFFERENTIALS.add(Rule(facts.printed, Norm, facts.name, facts.law, facts.smooth, "standard", differential))
    return facts
