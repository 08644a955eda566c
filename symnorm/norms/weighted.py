"""The norm of an inner product: ||u||_W = sqrt(u' W u) for symmetric positive definite W.

d||u||_W = (<W u, du> + <u u', dW>/2)/||u||_W.
"""

from __future__ import annotations

from ..domains import NONZERO
from ..language.build import HALF, MINUS, add, entrywise_power, matmul, mul, norm_node, transpose
from ..language.node import Node
from .norm import NormFacts, declare_norm


def _weighted(x: Node, w: Node) -> Node:
    symmetric = w if "symmetric" in w.facts else mul(HALF, add(w, transpose(w)))
    return mul(entrywise_power(norm_node("w", x, w), MINUS), matmul(symmetric, x))


def _by_weight(x: Node, w: Node) -> Node:
    return mul(HALF, entrywise_power(norm_node("w", x, w), MINUS), matmul(x, transpose(x)))


declare_norm(
    NormFacts(
        "w",
        "weighted norm",
        r"\mathrm{d}\lVert u\rVert_W=\frac{1}{\lVert u\rVert_W}\bigl(\langle Wu,\mathrm{d}u\rangle"
        r"+\tfrac12\langle uu^{\top},\mathrm{d}W\rangle\bigr)",
        "w",
        _weighted,
        NONZERO,
        weighted=True,
        by_parameter=_by_weight,
    )
)
