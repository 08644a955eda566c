"""Layouts: one derivative, four ways to write it as an array.

gradient      df = tr(G'dX): a gradient has the shape of its variable, a Jacobian is output by input, dF = J dx.
numerator     the transpose for scalars: df = D dx with D a row, df = tr(D dX) with D of shape X'; Jacobians m x n.
denominator   the shape of the variable first: gradients as they are, Jacobians n x m, dF = D' dx.
vec           columns stacked: vec(dF) = D vec(dX) for every shape, with vec(A dX B) = (B' (x) A) vec(dX).
Source: [MN] ch. 9 for vec; the other two are the usual names.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Misuse, NoClosedForm
from ..language.build import transpose, vec
from ..language.node import Node, Variable
from .forward import forward
from .loosen import loose
from .stacking import stacked_factor
from .tensor import Tensor
from .tensor_matrix import vec_form


@dataclass(frozen=True, slots=True)
class Layout:
    """A convention in words."""

    name: str
    convention: str
    pairing: str


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            "gradient",
            "a gradient has the shape of its variable, a Jacobian is output by input",
            "df = tr(G'dX), dF = J dx",
        ),
        Layout(
            "numerator",
            "derivatives of scalars are transposed: a row for a vector; a Jacobian is output by input",
            "df = tr(D dX), dF = D dx",
        ),
        Layout(
            "denominator",
            "the shape of the variable comes first: a Jacobian is input by output",
            "df = tr(D'dX), dF = D'dx",
        ),
        Layout("vec", "function and variable are stacked column by column", "vec(dF) = D vec(dX)"),
    )
}


def find_layout(name: object) -> Layout:
    """The layout of that name, or Misuse with those that there are."""
    found = LAYOUTS.get(name) if isinstance(name, str) else None
    if found is None:
        raise Misuse(f"layout={name!r} is not one of {', '.join(LAYOUTS)}")
    return found


def to_layout(D: Node | Tensor, F: Node, x: Variable, layout: str) -> Node | Tensor:
    """The derivative D of F by x, given in the gradient layout, in another."""
    name = find_layout(layout).name
    if name == "gradient":
        return D
    if isinstance(D, Tensor):
        matrix = _stacked(D)
        if matrix is None:
            raise NoClosedForm(
                f"the derivative of {F} by {x} is not a Kronecker expression: layout={name!r} stacks both, "
                "and only layout='gradient' keeps its indices"
            )
        return transpose(matrix) if name == "denominator" else matrix
    if F.is_scalar:
        return D if name == "denominator" else transpose(D if name == "numerator" else vec(D))
    if x.is_scalar:
        return vec(D) if name == "vec" else transpose(D) if name == "denominator" else D
    return transpose(D) if name == "denominator" else D


def _stacked(D: Tensor) -> Node | None:
    """The matrix of vec(F) by vec(X): from the einsum, or factor by factor from the differential."""
    matrix = vec_form(D)
    if matrix is not None or len(D.into) != 1 or (D.function is not None and loose(D.by)):
        return matrix
    return stacked_factor(forward(D.of, [D.by[-1]])[0])
