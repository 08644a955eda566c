"""The order of the terms of a sum in print: X before X', a term with a plus first, A' + B' as (A + B)'."""

from __future__ import annotations

from ..language.build import add, split
from ..language.node import Add, Node, Transpose
from .cost import cost


def in_order(node: Node) -> Node:
    """The same sum in the order of a book; the terms are otherwise in the author's order."""
    if not isinstance(node, Add):
        return node
    terms = list(node.args)
    _plain_before_transposed(terms)
    _plus_first(terms)
    ordered: Node = Add._make((), tuple(terms), node.rows, node.cols)
    return _transposed_as_one(ordered) if node.is_square and not node.is_scalar else ordered


def _plain_before_transposed(terms: list[Node]) -> None:
    places = {t: i for i, t in enumerate(terms)}
    for i, term in enumerate(terms):
        j = places.get(term.args[0], -1) if isinstance(term, Transpose) else -1
        if j > i:
            terms[i], terms[j] = terms[j], terms[i]


def _plus_first(terms: list[Node]) -> None:
    if split(terms[0])[0].is_negative:
        first = next((i for i, t in enumerate(terms) if not split(t)[0].is_negative), 0)
        terms.insert(0, terms.pop(first))


def transposes(terms: list[Node]) -> bool:
    """Are these transposes and symmetric matrices, at least one a transpose?"""
    turned = [isinstance(t, Transpose) for t in terms]
    return any(turned) and all(is_so or "symmetric" in t.facts for is_so, t in zip(turned, terms, strict=True))


def _transposed_as_one(node: Node) -> Node:
    """I - A' as (I - A)', where that is no longer."""
    if transposes([split(t)[1] for t in node.args]):
        inner = in_order(add(*(t.T for t in node.args)))
        outer: Node = Transpose._make((), (inner,), node.rows, node.cols)
        return outer if cost(outer) <= cost(node) else node
    return node
