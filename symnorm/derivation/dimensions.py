"""The shape of a derivative and its layout, in words."""

from __future__ import annotations

from ..engine.layouts import LAYOUTS
from ..engine.tensor import Tensor
from ..language.build import split, transpose, variable
from ..language.node import Inverse, MatMul, Node, Variable, postorder
from .conditions import Sentence, formula, where_it_holds
from .curvature import CurvatureNarrator
from .onward import ForwardNarrator
from .reasons import Formula, Part, Words


def layout_sentence(x: Variable, result: Node, presented: Node) -> Sentence:
    """The gradient has the shape of X."""
    if x.is_scalar:
        return Sentence((Words("The derivative is a scalar."),))
    parts: list[Part] = [Words("The gradient has the shape of "), formula(x)]
    matrix = not x.is_vector and x.cols != 1 and x.rows != 1
    if matrix and "symmetric" in x.facts:
        if "symmetric" in presented.facts or "symmetric" in result.facts:
            parts += [Words(" and is symmetric; "), Formula("\\mathrm{d}<0>", "d<0>", (x,)), Words(" need not be.")]
        else:
            parts += [
                Words(", its entries taken as independent: "),
                Formula("\\mathrm{d}<0>", "d<0>", (x,)),
                Words(" need not be symmetric."),
            ]
        return Sentence(tuple(parts))
    if (
        "sums-to-one" in x.properties
        or matrix
        and x.is_square
        and any(isinstance(n, Inverse) for n in postorder([result]))
    ):
        parts.append(Words(", its entries taken as independent"))
    elif matrix and x not in result.free:
        parts += [Words(", "), Formula("%rows\\times %cols", "%rows x %cols", (x,))]
    parts.append(Words("."))
    return Sentence(tuple(parts))


def where_curvature_holds(narrator: ForwardNarrator, x: Variable) -> Sentence:
    """Holds for every w; positive semidefinite, since the diagonal of D is positive."""
    sentence = where_it_holds(narrator, x, narrator.root)
    if not isinstance(narrator, CurvatureNarrator) or not isinstance(narrator.matrix, Node) or not x.is_vector:
        return sentence
    names, (number, matrix) = narrator.names, split(narrator.matrix)
    factors = matrix.args if isinstance(matrix, MatMul) else ()
    middle = factors[len(factors) // 2] if len(factors) % 2 else None
    turned = all(transpose(a) is b for a, b in zip(factors, reversed(factors), strict=True))
    if (
        middle in names.definitions
        and turned
        and "spd" in names.expand(middle).facts
        and number > 0
    ):
        said: tuple[Part, ...] = (
            Words("; positive semidefinite, since the diagonal of "),
            formula(middle),
            Words(" is positive."),
        )
        return Sentence((*sentence.parts[:-1], *said))
    return sentence


def layout_of_forward(narrator: ForwardNarrator, x: Variable) -> Sentence:
    """The Jacobian is m x n, a row for each entry of f; the Hessian is n x n and symmetric."""
    F, second = narrator.symbol, isinstance(narrator, CurvatureNarrator)
    if x.is_scalar and F.is_scalar:
        return Sentence((Words("The derivative is a scalar."),))
    if x.is_scalar:
        return Sentence((Words("The derivative has the shape of "), formula(F), Words(", "), _size(F), Words(".")))
    what = "The Hessian is " if second else "The Jacobian is "
    if not narrator.lines and narrator.note and isinstance(narrator.matrix, Tensor):
        said = Words("The derivative is an array with the indices of ")
        return Sentence((said, formula(x), Words(" once for each order.")))
    if isinstance(narrator.matrix, Tensor):
        return Sentence((Words("The derivative is an array of shape "), _size(F), Words(" by "), _size(x),
                         Words(".")))
    size = _size(variable("J", F.rows * F.cols, x.rows * x.cols))
    if not narrator.stacked:
        if second:
            return Sentence((Words(what), size, Words(" and symmetric.")))
        return Sentence((Words(what), size, Words(", a row for each entry of "), formula(F), Words(".")))
    parts: list[Part] = [Words(what), size, Words(", symmetric" if second else ""), Words(", columns stacked; as an "),
                         Words("array it has the shape "), _size(F), Words(" by "), _size(x)]
    if narrator.copies:
        parts += [Words("; the entries of "), formula(x), Words(" are taken as independent")]
    return Sentence((*parts, Words(".")))


def _size(node: Node) -> Formula:
    if node.is_vector:
        return Formula("%rows", "%rows", (node,))
    return Formula("%rows\\times %cols", "%rows x %cols", (node,))


def in_another_layout(name: str) -> Sentence:
    """Numerator layout: derivatives of scalars are transposed."""
    return Sentence((Words(f"{name.capitalize()} layout: {LAYOUTS[name].convention}."),))
