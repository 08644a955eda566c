"""Entries made independent: a symmetric variable as a general one, and back.

Where X' = X was used to shorten a gradient, a second derivative of that gradient by X would not be the one with
independent entries. So the derivatives are taken by a copy of X without structure, and the structure is put back into
the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..language.build import variable
from ..language.node import Node, Variable
from ..language.rebuild import substitute

KEPT = frozenset({"positive", "nonneg", "unit-interval", "invertible", "sums-to-one"})


def loose(variables: Iterable[Variable]) -> dict[Variable, Variable]:
    """For each variable with structure, its copy without."""
    found = {}
    for x in variables:
        properties = (x.properties | (x.facts & {"invertible"})) & KEPT
        if properties != x.properties:
            found[x] = variable(x.name, x.rows, x.cols, frozenset(properties))
    return found


def loosened(f: Node, copies: Mapping[Variable, Variable]) -> Node:
    """f in the copies."""
    return substitute(f, copies) if copies else f


def tightened(node: Node, copies: Mapping[Variable, Variable]) -> Node:
    """A result in the variables again."""
    return substitute(node, {copy: x for x, copy in copies.items()}) if copies else node
