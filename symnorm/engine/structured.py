"""The gradient by a structured variable, from the gradient G whose entries are independent.

symmetric    (G + G')/2          the gradient within the symmetric matrices
entries      G + G' - I o G      the derivative by each entry of the triangle, the other triangle moving along
diagonal     I o G               the gradient within the diagonal matrices
triangular   tril(G)             the gradient within the lower triangular matrices (triu for the upper ones)
sphere       G - <x, G> x        the Riemannian gradient on the unit sphere
orthonormal  G - X sym(X'G)      the Riemannian gradient on the matrices with X'X = I
Source: [PP] 2.8 for entries, arXiv 1911.06491 for symmetric, [AMS] ch. 3 for the manifolds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import Misuse, ShapeError
from ..language.build import HALF, add, diag, diagonal, lower, matmul, mul, subtract, transpose
from ..language.functions import dot
from ..language.node import Node, Variable
from ..shapes import describe


@dataclass(frozen=True, slots=True)
class Structure:
    """What a derivative by a structured variable means: `project` makes it from the free gradient and X."""

    name: str
    meaning: str
    project: Callable[[Node, Variable], Node]
    square: bool = False


def _symmetric(G: Node, X: Variable) -> Node:
    return G if "symmetric" in G.facts else mul(HALF, add(G, transpose(G)))


def _entries(G: Node, X: Variable) -> Node:
    return subtract(add(G, transpose(G)), diag(diagonal(G)))


def _diagonal(G: Node, X: Variable) -> Node:
    return diag(diagonal(G))


def _triangular(G: Node, X: Variable) -> Node:
    return transpose(lower(transpose(G))) if "upper" in X.facts and "lower" not in X.facts else lower(G)


def _sphere(G: Node, X: Variable) -> Node:
    return subtract(G, mul(dot(X, G), X))


def _orthonormal(G: Node, X: Variable) -> Node:
    inner = matmul(transpose(X), G)
    return subtract(G, matmul(X, mul(HALF, add(inner, transpose(inner)))))


STRUCTURES: dict[str, Structure] = {
    s.name: s
    for s in (
        Structure(
            "free",
            "Every entry is independent: df = tr(G'dX) for any dX. Good for descent and for the chain rule, also at a "
            "symmetric point.",
            lambda G, X: G,
        ),
        Structure(
            "symmetric",
            "The gradient within the symmetric matrices: df = tr(G'dX) for symmetric dX. Good for descent that "
            "stays symmetric.",
            _symmetric,
            square=True,
        ),
        Structure(
            "entries",
            "The derivative by each entry of the triangle, its mirror moving along (The Matrix Cookbook). Good for "
            "solving for a stationary point entry by entry; it is not the direction of steepest ascent.",
            _entries,
            square=True,
        ),
        Structure(
            "diagonal",
            "The gradient within the diagonal matrices. Good for descent over the diagonal entries alone.",
            _diagonal,
            square=True,
        ),
        Structure(
            "triangular",
            "The gradient within the triangular matrices. Good for descent over Cholesky factors.",
            _triangular,
            square=True,
        ),
        Structure(
            "sphere",
            "The Riemannian gradient at a point with norm2(x) = 1: tangent to the sphere. Good for descent with "
            "renormalisation after each step.",
            _sphere,
        ),
        Structure(
            "orthonormal",
            "The Riemannian gradient at a point with X'X = I, in the metric tr(G'dX): tangent to the Stiefel "
            "manifold. Good for descent with re-orthonormalisation after each step.",
            _orthonormal,
        ),
    )
}


def find_structure(name: object) -> Structure:
    """The structure of that name, or Misuse with those that there are."""
    found = STRUCTURES.get(name) if isinstance(name, str) else None
    if found is None:
        raise Misuse(f"structure={name!r} is not one of {', '.join(STRUCTURES)}")
    return found


def apply(G: Node, X: Variable, structure: str = "free") -> Node:
    """The gradient by X under a structure, from the gradient G with independent entries."""
    found = find_structure(structure)
    if found.square and not X.is_square:
        raise ShapeError(f"structure={structure!r} is said of square matrices: {X} is {describe(X.rows, X.cols)}")
    return found.project(G, X)
