"""A rule: the differential of an operation, as one declaration.

A rule states a node class (with the name of the function or norm, where the class has several), the law as it is
printed, the set where it holds, its source, and a body. The body receives the node and the differential of each
argument (zero for an argument that is constant) and returns the differential of the node, linear in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..domains import EVERYWHERE, Domain
from ..errors import Misuse, NoRule
from ..language.node import Node

Body = Callable[..., Node]
Key = tuple[type[Node], str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """The differential of one operation; `name` is what the steps print."""

    name: str
    node: type[Node]
    of: str | None
    law: str
    domain: Domain
    source: str
    body: Body
    linear: bool = False
    where: Callable[[Node], Domain] | None = None
    arguments: Callable[[Node], tuple[Node, ...]] | None = None

    def arguments_of(self, node: Node) -> tuple[Node, ...]:
        """The nodes whose differentials the body takes: the arguments, or further down for a law of a composition."""
        return node.args if self.arguments is None else self.arguments(node)

    def domain_of(self, node: Node) -> Domain:
        """The set where the law holds for this node: some depend on a parameter."""
        return self.domain if self.where is None else self.where(node)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a rule needed of an expression."""

    domain: Domain
    on: Node

    @property
    def text(self) -> str:
        return self.domain.text.format(self.on)


@dataclass(slots=True)
class Registry:
    """The rules by node class and name. A second rule for the same operation is refused."""

    rules: dict[Key, Rule] = field(default_factory=dict)
    compositions: dict[type[Node], list[tuple[Callable[[Node], bool], Rule]]] = field(default_factory=dict)

    def rule(
        self,
        node: type[Node],
        *,
        law: str,
        of: str | None = None,
        name: str | None = None,
        domain: Domain = EVERYWHERE,
        source: str = "standard",
        linear: bool = False,
        where: Callable[[Node], Domain] | None = None,
    ) -> Callable[[Body], Body]:
        """Register the decorated body as the rule of `node`."""

        def register(body: Body) -> Body:
            printed = name or body.__name__.replace("_", " ")
            self.add(Rule(printed, node, of, law, domain, source, body, linear, where))
            return body

        return register

    def add(self, rule: Rule) -> None:
        if not (isinstance(rule.node, type) and issubclass(rule.node, Node)):
            raise Misuse(f"a rule is registered for a node class, got {rule.node!r}")
        key = (rule.node, rule.of)
        if key in self.rules:
            raise Misuse(f"there is a rule for {rule.node.__name__}{f' {rule.of}' if rule.of else ''} already")
        self.rules[key] = rule

    def composition(self, node: type[Node], when: Callable[[Node], bool], rule: Rule) -> None:
        """A law of a composition, such as the square of a norm: it comes before the rule of the outer operation."""
        self.compositions.setdefault(node, []).append((when, rule))

    def find(self, node: Node) -> Rule:
        """The rule of a node, or NoRule."""
        kind = type(node)
        for when, rule_of_composition in self.compositions.get(kind, ()):
            if when(node):
                return rule_of_composition
        rule = self.rules.get((kind, None))
        if rule is None and node.data:
            rule = self.rules.get((kind, node.data[0])) if isinstance(node.data[0], str) else None
        if rule is None:
            raise NoRule(f"no rule for the differential of {node} ({kind.__name__})")
        return rule


DIFFERENTIALS = Registry()
