"""The second derivative in a direction, within a structure of the variable."""

from __future__ import annotations

from ..engine import riemannian
from ..engine.forward import push
from ..engine.loosen import loose, loosened, tightened
from ..engine.structured import find_structure
from ..engine.sweep import sweep
from ..language.node import Node, Variable
from ..simplify.expand import expand
from ..simplify.present import present


def along(f: Node, x: Variable, direction: Node, structure: str) -> Node:
    """D2f[direction], or what it is within the structure."""
    copies = loose([x])
    free = copies.get(x, x)
    gradient = present(sweep(loosened(f, copies), [free]).gradients[free])

    def product(v: Node) -> Node:
        return tightened(push(gradient, {free: v})[0], copies)

    if find_structure(structure).name == "free":
        return present(product(direction))
    found = riemannian.along(product, tightened(gradient, copies), x, direction, structure)
    return present(riemannian.reduced(expand(found), x) if structure == "orthonormal" or x.is_vector else found)
