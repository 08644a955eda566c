"""The gradient by a structured variable, from the gradient G whose entries are independent.

symmetric    (G + G')/2          the gradient within the symmetric matrices
entries      G + G' - I o G      the derivative by each entry of the triangle, the other triangle moving along
diagonal     I o G               the gradient within the diagonal matrices
triangular   tril(G)             the gradient within the lower triangular matrices (triu for the upper ones)
sphere       G - <x, G> x        the Riemannian gradient on the unit sphere
orthonormal  G - X sym(X'G)      the Riemannian gradient on the matrices with X'X = I
What is declared of X holds too: the entries of a diagonal or triangular X are those that it has, and on a sphere a
symmetric X stays symmetric. A structure that only a smaller set than declared could follow is refused.
Source: [PP] 2.8 for entries, arXiv 1911.06491 for symmetric, [AMS] ch. 3 for the manifolds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import Misuse, ShapeError
from ..language.build import HALF, add, diag, diagonal, lower, matmul, mul, subtract, transpose
from ..language.functions import dot
from ..language.node import Node, Variable
from ..shapes import describe


@dataclass(frozen=True, slots=True)
class Structure:
    """What a derivative by a structured variable means: for each kind of variable the laws, in turn."""

    name: str
    meaning: str
    laws: Mapping[str, tuple[str, ...]]
    square: bool = False


def _symmetric(G: Node, X: Variable) -> Node:
    return G if "symmetric" in G.facts else mul(HALF, add(G, transpose(G)))


def _entries(G: Node, X: Variable) -> Node:
    return subtract(add(G, transpose(G)), diag(diagonal(G)))


def _diagonal(G: Node, X: Variable) -> Node:
    return diag(diagonal(G))


def _lower(G: Node, X: Variable) -> Node:
    return lower(G)


def _upper(G: Node, X: Variable) -> Node:
    return transpose(lower(transpose(G)))


def _sphere(G: Node, X: Variable) -> Node:
    return subtract(G, mul(dot(X, G), X))


def _orthonormal(G: Node, X: Variable) -> Node:
    inner = matmul(transpose(X), G)
    return subtract(G, matmul(X, mul(HALF, add(inner, transpose(inner)))))


LAWS: dict[str, Callable[[Node, Variable], Node]] = {
    "symmetric": _symmetric,
    "entries": _entries,
    "diagonal": _diagonal,
    "lower": _lower,
    "upper": _upper,
    "sphere": _sphere,
    "orthonormal": _orthonormal,
}
KINDS = ("general", "symmetric", "diagonal", "lower triangular", "upper triangular", "orthogonal")
TRIANGULAR = {"lower triangular": ("lower",), "upper triangular": ("upper",)}
DIAGONAL = {"diagonal": ("diagonal",)}


STRUCTURES: dict[str, Structure] = {
    s.name: s
    for s in (
        Structure(
            "free",
            "Every entry is independent: df = tr(G'dX) for any dX. Good for descent and for the chain rule, also at a "
            "symmetric point.",
            dict.fromkeys(KINDS, ()),
        ),
        Structure(
            "symmetric",
            "The gradient within the symmetric matrices: df = tr(G'dX) for symmetric dX. Good for descent that "
            "stays symmetric.",
            {"general": ("symmetric",), "symmetric": ("symmetric",)} | DIAGONAL,
            square=True,
        ),
        Structure(
            "entries",
            "The derivative by each entry of the triangle, its mirror moving along (The Matrix Cookbook); of a "
            "diagonal or triangular matrix, by each entry that it has. Good for solving for a stationary point entry "
            "by entry; for a symmetric matrix it is not the direction of steepest ascent.",
            {"general": ("entries",), "symmetric": ("entries",)} | DIAGONAL | TRIANGULAR,
            square=True,
        ),
        Structure(
            "diagonal",
            "The gradient within the diagonal matrices. Good for descent over the diagonal entries alone.",
            dict.fromkeys(KINDS[:-1], ("diagonal",)),
            square=True,
        ),
        Structure(
            "triangular",
            "The gradient within the triangular matrices. Good for descent over Cholesky factors.",
            {"general": ("lower",)} | DIAGONAL | TRIANGULAR,
            square=True,
        ),
        Structure(
            "sphere",
            "The Riemannian gradient at a point with norm2(x) = 1: tangent to the sphere. Good for descent with "
            "renormalisation after each step.",
            {"general": ("sphere",), "symmetric": ("symmetric", "sphere")}
            | {kind: (*laws, "sphere") for kind, laws in (DIAGONAL | TRIANGULAR).items()},
        ),
        Structure(
            "orthonormal",
            "The Riemannian gradient at a point with X'X = I, in the metric tr(G'dX): tangent to the Stiefel "
            "manifold. Good for descent with re-orthonormalisation after each step.",
            {
                "general": ("orthonormal",),
                "orthogonal": ("orthonormal",),
                "symmetric": ("symmetric", "orthonormal"),
                "symmetric orthogonal": ("symmetric", "orthonormal"),
            },
        ),
    )
}


def find_structure(name: object) -> Structure:
    """The structure of that name, or Misuse with those that there are."""
    found = STRUCTURES.get(name) if isinstance(name, str) else None
    if found is None:
        raise Misuse(f"structure={name!r} is not one of {', '.join(STRUCTURES)}")
    return found


def kind_of(X: Variable) -> str:
    """What is declared of a variable, as the first word of KINDS that says it."""
    triangles = [side for side in ("lower", "upper") if side in X.facts]
    if "diagonal" in X.facts or len(triangles) + ("symmetric" in X.facts) > 1:
        kind = "diagonal"
    else:
        kind = "symmetric" if "symmetric" in X.facts else "".join(f"{side} triangular" for side in triangles)
    return f"{kind} orthogonal".strip() if "orthogonal" in X.facts else kind or "general"


def laws_for(structure: str, X: Variable) -> tuple[str, ...]:
    """The laws that a structure means for X, with what is declared of X."""
    found = find_structure(structure)
    if found.square and not X.is_square:
        raise ShapeError(f"structure={structure!r} is said of square matrices: {X} is {describe(X.rows, X.cols)}")
    kind = kind_of(X)
    if found.name == "free":
        return ()
    if kind not in found.laws:
        others = ", ".join(repr(s.name) for s in STRUCTURES.values() if kind in s.laws or s.name == "free")
        raise Misuse(f"structure={structure!r} leaves the {kind} matrices, where {X} was declared: ask for {others}")
    return found.laws[kind]


def apply(G: Node, X: Variable, structure: str = "free") -> Node:
    """The gradient by X under a structure, from the gradient G with independent entries."""
    for law in laws_for(structure, X):
        G = LAWS[law](G, X)
    return G
