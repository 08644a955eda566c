"""Terms that become one where a matrix is taken as symmetric: A + A' is then 2 A."""

from __future__ import annotations

from collections.abc import Sequence

from ..language.leaves import variable
from ..language.node import Add, Node, Variable, postorder
from ..language.rebuild import substitute


def terms(node: Node) -> int:
    """How many terms the sums below a node have."""
    return sum(len(n.args) for n in postorder([node]) if isinstance(n, Add))


def merges(node: Node, chosen: Sequence[Variable]) -> bool:
    """Do two terms of a formula, as it is written, become one where these matrices are symmetric?"""
    return terms(substitute(node, as_symmetric(chosen))) < terms(node)


def as_symmetric(chosen: Sequence[Variable]) -> dict[Node, Node]:
    """Symmetric variables in place of free ones."""
    return {v: variable(f"{v.name}_", v.rows, v.cols, v.properties | {"symmetric"}) for v in chosen}
