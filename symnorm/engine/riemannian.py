"""Second derivatives on curved sets: the Riemannian Hessian along V, from the gradient G and D2f[V].

sphere       P(D2f[PV]) - <X, G> PV              P(W) = W - <X, W> X
orthonormal  P(D2f[PV] - PV sym(X'G))            P(W) = W - X sym(X'W)
The last term is the curvature of the set: without it the derivative of the projected gradient is not symmetric.
Source: [AMS] ch. 5, Absil, Mahony and Trumpf 2013.
"""

from __future__ import annotations

from collections.abc import Callable

from ..language.build import HALF, UNIT, add, identity, matmul, mul, subtract, transpose
from ..language.functions import dot
from ..language.node import MatMul, Node, Variable, postorder
from ..language.rebuild import rebuild
from ..shapes import ONE
from .structured import LAWS, apply, laws_for

Product = Callable[[Node], Node]
"""The second derivative of f in a direction."""


def along(second: Product, G: Node, X: Variable, V: Node, structure: str) -> Node:
    """The Riemannian Hessian of f applied to the tangent part of V; on a linear set the projected product."""
    tangent = apply(V, X, structure)
    if structure == "orthonormal" and "symmetric" in laws_for(structure, X):
        G = LAWS["symmetric"](G, X)
    moved = second(tangent)
    if structure == "sphere":
        return subtract(apply(moved, X, structure), mul(dot(X, G), tangent))
    if structure == "orthonormal":
        inner = matmul(transpose(X), G)
        curved = matmul(tangent, mul(HALF, add(inner, transpose(inner))))
        return apply(subtract(moved, curved), X, structure)
    return apply(moved, X, structure)


def on_sphere(H: Node, g: Node, x: Variable) -> Node:
    """The matrix of the Riemannian Hessian on the unit sphere, from the Hessian and the gradient by a vector."""
    P = subtract(identity(x.rows), matmul(x, transpose(x)))
    return subtract(matmul(P, H, P), mul(dot(x, g), P))


def reduced(root: Node, X: Variable) -> Node:
    """X'X = I used in products, and x'x = 1: what holds on the set."""
    turned = transpose(X)
    done: dict[Node, Node] = {}
    for node in postorder([root]):
        made = rebuild(node, tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(made, MatMul):
            kept: list[Node] = []
            for factor in made.args:
                if factor is X and kept and kept[-1] is turned:
                    kept.pop()
                else:
                    kept.append(factor)
            if len(kept) < len(made.args):
                made = matmul(*kept) if kept else identity(X.cols) if X.cols is not ONE else UNIT
        done[node] = made
    return done[root]


CURVED = frozenset({"sphere", "orthonormal"})
