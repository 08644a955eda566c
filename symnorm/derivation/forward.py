"""Differentials pushed down to where something happens: variables, names and operations that are not linear."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..domains import NONZERO, Domain
from ..engine.sweep import REGISTERED  # noqa: F401  every rule is known
from ..language.build import mul, transpose, zero
from ..language.node import (
    Add,
    Diag,
    DiagOf,
    Hadamard,
    Kron,
    MatMul,
    Mul,
    Node,
    Norm,
    Power,
    SumAll,
    Trace,
    Transpose,
    Unvec,
    Vec,
)
from ..rules.rule import DIFFERENTIALS, Condition, Rule
from ..simplify.cost import cost
from .display import differential
from .names import Names
from .reasons import Reason, no_zero_entry, nonzero
from .terms import Term

LINEAR = (Add, Transpose, SumAll, Diag, DiagOf, Vec, Unvec, Trace)
PRODUCTS = (MatMul, Hadamard, Kron, Mul)


@dataclass(slots=True)
class Context:
    """What the parts of one narration share."""

    names: Names
    full: bool = False
    alone: bool = False
    conditions: dict[tuple[str, int], Condition] = field(default_factory=dict)
    uses: dict[str, Node] = field(default_factory=dict)

    def require(self, domain: Domain, on: Node) -> Reason:
        """Note what a rule needs; what the reason says of it."""
        if domain is NONZERO:
            meaning = self.names.definition(on)
            on = on if vanishing(meaning) is meaning else vanishing(meaning)
        if domain.is_everywhere or not domain.implied_by.isdisjoint(on.facts):
            return ()
        self.conditions.setdefault((domain.name, on.key), Condition(domain, on))
        if domain.name == "nonzero":
            return nonzero(on)
        return no_zero_entry(on) if domain.name == "no zero entry" and cost(on) <= 2 else ()


def vanishing(node: Node) -> Node:
    """What must not be zero for a scalar not to be: x for x'x and for ||x||."""
    if isinstance(node, Norm) and node.name in ("2", "fro"):
        return node.args[0]
    if isinstance(node, Power):
        return vanishing(node.args[0])
    if isinstance(node, MatMul) and len(node.args) == 2 and transpose(node.args[0]) is node.args[1]:
        return node.args[1]
    return node


@dataclass(frozen=True, slots=True)
class Stage:
    """What a term becomes, why, and what kind of thought that is."""

    terms: tuple[Term, ...]
    reason: Reason
    kind: str
    rule: Rule | None = None
    label: str = ""


def is_linear(node: Node, names: Names) -> bool:
    """Does d pass through, to a single place in each term?"""
    if isinstance(node, LINEAR):
        return True
    return isinstance(node, PRODUCTS) and sum(names.depends(a) for a in node.args) == 1


def forward(node: Node, names: Names) -> Node:
    """d node, in the differentials of variables, names and operations that are not linear."""
    if not names.depends(node):
        return zero(node.rows, node.cols)
    if not is_linear(node, names):
        return _without_constants(node, names)
    return law(DIFFERENTIALS.find(node), node, names)


def law(rule: Rule, node: Node, names: Names) -> Node:
    """The differential of one operation by its rule, its arguments pushed forward."""
    return rule.body(node, *(forward(a, names) for a in rule.arguments_of(node)))


def _without_constants(node: Node, names: Names) -> Node:
    """d(c U) as c dU."""
    if not isinstance(node, Mul):
        return differential(node)
    cold = [f for f in node.args if not names.depends(f)]
    return mul(*cold, differential(mul(*(f for f in node.args if f not in cold)))) if cold else differential(node)
