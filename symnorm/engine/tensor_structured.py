"""Derivatives of matrix functions by a structured variable: the gradient laws of `structured`, on a pair of indices.

symmetric    (D[k, l] + D[l, k])/2          entries      D[k, l] + D[l, k] - delta[k, l] D[k, l]
diagonal     delta[k, l] D[k, l]            lower, upper D[k, l] for l <= k, for k <= l
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ..errors import NoClosedForm, ShapeError
from ..language.build import HALF, identity, lower, mul, negate, ones
from ..language.node import Node, Variable
from ..shapes import Size, describe
from .structured import find_structure, laws_for
from .tensor import Axis, Letter, Operand, Tensor, Term, collected, renamed
from .tensor_eliminate import eliminate

Terms = Iterable[Term]


def structured_axes(tensor: Tensor, by: Mapping[int, Variable], structure: str) -> Tensor:
    """The derivative within a structure; place 0 is the axes of the function, place 1 those of the variable."""
    name = find_structure(structure).name
    if name not in LINEAR:
        raise NoClosedForm(
            f"structure={name!r} is for gradients and Hessians of scalars: the derivative of a vector or matrix on a "
            "curved set is that of its entries, one by one; vjp weighs them"
        )
    for place, x in by.items():
        if not x.is_square or x.is_scalar:
            raise ShapeError(f"structure={name!r} is said of square matrices: {x} is {describe(x.rows, x.cols)}")
        (k,), (m,) = _single(tensor.out if place == 0 else tensor.into[0], x)
        for law in laws_for(name, x):
            terms = LAWS[law](tensor.terms, k, m, tensor.sizes[k])
            tensor = replace(tensor, terms=collected(eliminate(t, tensor.sizes) for t in terms))
    return tensor


def _single(axes: tuple[Axis, ...], x: Variable) -> tuple[Axis, Axis]:
    if len(axes) != 2 or any(len(axis) != 1 for axis in axes):
        raise NoClosedForm(f"the indices of {x} are cut by vec or kron: a structured derivative is not known here")
    return axes[0], axes[1]


def _swapped(term: Term, k: Letter, m: Letter) -> Term:
    return renamed(term, {k: (m,), m: (k,)})


def _scaled(term: Term, factor: Callable[[Node], Node]) -> Term:
    return replace(term, coefficient=factor(term.coefficient))


def _with(term: Term, node: Node, k: Letter, m: Letter) -> Term:
    return replace(term, operands=(*term.operands, Operand(node, ((k,), (m,)))))


def _symmetric(terms: Terms, k: Letter, m: Letter, size: Size) -> list[Term]:
    both = [t for term in terms for t in (term, _swapped(term, k, m))]
    return [_scaled(t, lambda c: mul(HALF, c)) for t in both]


def _entries(terms: Terms, k: Letter, m: Letter, size: Size) -> list[Term]:
    eye = identity(size)
    return [t for term in terms for t in (term, _swapped(term, k, m), _scaled(_with(term, eye, k, m), negate))]


def _diagonal(terms: Terms, k: Letter, m: Letter, size: Size) -> list[Term]:
    return [_with(term, identity(size), k, m) for term in terms]


def _lower(terms: Terms, k: Letter, m: Letter, size: Size) -> list[Term]:
    mask = lower(ones(size, size))
    return [_with(term, mask, k, m) for term in terms]


def _upper(terms: Terms, k: Letter, m: Letter, size: Size) -> list[Term]:
    return _lower(terms, m, k, size)


LINEAR = frozenset({"free", "symmetric", "entries", "diagonal", "triangular"})
LAWS: dict[str, Callable[[Terms, Letter, Letter, Size], list[Term]]] = {
    "symmetric": _symmetric,
    "entries": _entries,
    "diagonal": _diagonal,
    "lower": _lower,
    "upper": _upper,
}
