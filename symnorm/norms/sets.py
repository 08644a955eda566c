"""What a kink does: the set of subgradients of each norm, and of |t|, relu and max, in words.

A norm's set is {g : dual(g) <= 1, <g, r> = norm(r)}; the words say it entry by entry. {g} stands for the subgradient,
{r} for the argument, {i} for an index. An operation without an entry here has no kink, or no set that is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..language.build import UNIT, inverse, multiply, norm_node, power, subtract, sum_all, transpose
from ..language.node import Applied, Eigenvalue, Elementwise, Max, Node, Norm

_SIGNS = "{g}{i} = sign({r}{i}) where {r}{i} != 0, |{g}{i}| <= 1 where {r}{i} = 0"
_UNIT = "{g} = {r}/||{r}|| where {r} != 0, ||{g}|| <= 1 where {r} = 0"


def _itself(node: Node) -> Node:
    return node


@dataclass(frozen=True, slots=True)
class SetAtKinks:
    """The g with dual(g) <= 1, or within `bound` (LaTeX), and <g, r> = support(node); `words` say it entry by entry."""

    words: str
    dual: Callable[[Node, Node], Node] | None = None
    bound: str = ""
    support: Callable[[Node], Node] = _itself


def _named(name: str) -> Callable[[Node, Node], Node]:
    return lambda node, g: norm_node(name, g)


def _conjugate(node: Node, g: Node) -> Node:
    p = node.args[1]
    return norm_node("p", g, multiply(p, power(subtract(p, UNIT), multiply(UNIT, -UNIT))))


def _inverse_weight(node: Node, g: Node) -> Node:
    weight = node.args[1]
    symmetric = weight if "symmetric" in weight.facts else (weight + transpose(weight)) / 2
    return norm_node("w", g, inverse(symmetric))


SETS: dict[tuple[type[Node], str | None], SetAtKinks] = {
    (Norm, "1"): SetAtKinks(_SIGNS, _named("inf")),
    (Norm, "2"): SetAtKinks(_UNIT, _named("2")),
    (Norm, "fro"): SetAtKinks(_UNIT, _named("fro")),
    (Norm, "inf"): SetAtKinks(
        "{g} is a convex combination of the sign({r}{i}) e{i} with |{r}{i}| largest where {r} != 0, ||{g}||_1 <= 1 "
        "where {r} = 0", _named("1")),
    (Norm, "p"): SetAtKinks("{g} is the gradient of the p-norm where {r} != 0, and any with dual norm <= 1 where "
                            "{r} = 0", _conjugate),
    (Norm, "nuc"): SetAtKinks(
        "{g} = UV' + W with U'W = 0, WV = 0 and spectral norm of W at most 1, where {r} = USV' with the positive "
        "singular values in S", _named("spec")),
    (Norm, "spec"): SetAtKinks(
        "{g} is a convex combination of uv' over the pairs of singular vectors of the largest singular value where "
        "{r} != 0, nuclear norm of {g} <= 1 where {r} = 0", _named("nuc")),
    (Norm, "w"): SetAtKinks("{g} = W{r}/||{r}||_W where {r} != 0, dual norm of {g} <= 1 where {r} = 0",
                            _inverse_weight),
    (Norm, "21"): SetAtKinks("row i of {g} is {r}_i/||{r}_i|| where row i of {r} is not 0, of 2-norm at most 1 where "
                             "it is 0", bound=r"\max_i\lVert {g}_{i,:}\rVert_2\le 1"),
    (Norm, "ind1"): SetAtKinks(
        "{g}_ij = w_j s_ij with s_ij = sign({r}_ij) where {r}_ij != 0, |s_ij| <= 1 where {r}_ij = 0, and weights "
        "w >= 0 with sum 1 that are 0 where column j of |{r}| does not have the largest sum",
        bound=r"\sum_j\max_i\lvert {g}_{i,j}\rvert\le 1"),
    (Norm, "indinf"): SetAtKinks(
        "{g}_ij = w_i s_ij with s_ij = sign({r}_ij) where {r}_ij != 0, |s_ij| <= 1 where {r}_ij = 0, and weights "
        "w >= 0 with sum 1 that are 0 where row i of |{r}| does not have the largest sum",
        bound=r"\sum_i\max_j\lvert {g}_{i,j}\rvert\le 1"),
    (Eigenvalue, "max"): SetAtKinks(
        "{g} is a convex combination of vv' over the unit eigenvectors v of the largest eigenvalue of {r}",
        bound=r"{g}\succeq 0,\ \operatorname{tr}({g})=1"),
    (Eigenvalue, "min"): SetAtKinks(
        "{g} is a convex combination of vv' over the unit eigenvectors v of the smallest eigenvalue of {r}",
        bound=r"{g}\succeq 0,\ \operatorname{tr}({g})=1"),
    (Elementwise, "abs"): SetAtKinks(_SIGNS, _named("inf"), support=sum_all),
    (Elementwise, "relu"): SetAtKinks("{g}{i} = 1 where {r}{i} > 0, {g}{i} = 0 where {r}{i} < 0, 0 <= {g}{i} <= 1 "
                                      "where {r}{i} = 0", bound=r"0\le {g}\le 1", support=sum_all),
    (Max, None): SetAtKinks("{g} >= 0, the entries of {g} add up to 1, and {g}{i} = 0 where {r}{i} is not the "
                            "largest entry", bound=r"{g}\ge 0,\ \langle\mathbf{1},{g}\rangle=1"),
}


def set_of(node: Node) -> SetAtKinks | None:
    """The set of a node with a kink, or None."""
    name = node.data[0] if isinstance(node, (Norm, Elementwise, Eigenvalue, Applied)) else None
    return SETS.get((type(node), name))
