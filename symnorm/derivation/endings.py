"""What a form that is linear in dX says: J with dF = J dx, or vec(dF) = J vec(dX), or the entries of dF.

By a scalar    dF = J dt with J of the shape of F.
Vector, vector dF = J dx;  <u, dx> v = v u' dx.
Elsewhere      vec(A dX B) = (B' (x) A) vec(dX), vec(dX') = K vec(dX); entry by entry where that is not exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..engine.forward import forms_below
from ..engine.identify import right_factor
from ..engine.stacking import stacked_factor
from ..engine.tensor import Tensor
from ..engine.tensor_derive import derivative, fallback
from ..engine.tensor_matrix import vec_form
from ..errors import NoClosedForm
from ..language.build import UNIT, add, diag, hadamard, identity, is_zero, matmul, mul, ones, transpose, variable, zero
from ..language.node import (
    Add,
    Commutation,
    Differential,
    Hadamard,
    Identity,
    Kron,
    MatMul,
    Mul,
    Node,
    SumAll,
    Variable,
    Vec,
    postorder,
)
from ..language.rebuild import substitute
from ..simplify.present import present
from .display import chain, differential, moving, total
from .names import Names
from .reasons import Reason, words
from .terms import tidy
from .wording import collecting

STACKING = {Kron: "vec of a product", Commutation: "vec of a transpose"}
"""Why vec(dF) = J vec(dX), by what is in J."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The derivative, in names; the last line, its left side where that is not dF, and why it follows."""

    matrix: Node | Tensor
    form: Node | None
    reason: Reason
    left: Node | None = None


def ending(form: Node, symbol: Node, x: Variable, names: Names) -> Ending:
    """The derivative that a form in dX says, for dF of the shape of `symbol`."""
    dx = differential(x)
    if x.is_scalar:
        rate = tidy(names.apply(substitute(form, {dx: UNIT})))
        return Ending(rate, trailing(mul(rate, dx), dx) if moving(form) else form, collecting([dx]))
    if symbol.is_vector and x.is_vector:
        matrix = tidy(names.apply(_columns(form, x)))
        return Ending(matrix, applied(matrix, dx), collecting([dx]))
    return _stacked(form, symbol, x, names)


def trailing(form: Node, dt: Node) -> Node:
    """dt J as J dt, in each term."""
    if isinstance(form, Add) and moving(form):
        return total([trailing(t, dt) for t in form.args])
    if not isinstance(form, Mul) or dt not in form.args:
        return form
    rest = [f for f in form.args if f is not dt]
    made: Node = Mul._make((), (*rest, dt), form.rows, form.cols)
    return made


def applied(matrix: Node, dx: Node) -> Node:
    """J dx, scalars in front."""
    if isinstance(matrix, Identity) or is_zero(matrix):
        return dx if isinstance(matrix, Identity) else matrix
    scalars, core = (matrix.args[:-1], matrix.args[-1]) if isinstance(matrix, Mul) else ((), matrix)
    if isinstance(core, Identity):
        return mul(*scalars, dx)
    return mul(*scalars, chain([*(core.args if isinstance(core, MatMul) else (core,)), dx]))


def _columns(form: Node, x: Variable) -> Node:
    """J with form = J dx for vectors: read off in place, or through the engine where dx is inside a matrix."""
    try:
        return matrix_of(form) if moving(form) else zero(form.rows, x.rows)
    except NoClosedForm:
        given, d = _with_plain(form, x)
        return present(right_factor(given, d, forms_below([given], [d]), fallback))


def _with_plain(form: Node, x: Variable) -> tuple[Node, Variable]:
    """The form as a function of a variable in the place of dX."""
    d = variable(f"d{x.name}", x.rows, x.cols)
    return substitute(form, {differential(x): d}), d


def _stacked(form: Node, symbol: Node, x: Variable, names: Names) -> Ending:
    given, d = _with_plain(form, x)
    tensor = derivative(given, d).map(present)
    matrix = vec_form(tensor)
    matrix = stacked_factor(form) if matrix is None else matrix
    if matrix is None:
        return Ending(replace(tensor, of=symbol, by=(x,)), None, ())
    matrix = tidy(names.apply(present(matrix)))
    return Ending(matrix, applied(matrix, stacked(differential(x))), _why(matrix), stacked(differential(symbol)))


def _why(matrix: Node) -> Reason:
    kinds = {type(node) for node in postorder([matrix])}
    return words(next((said for kind, said in STACKING.items() if kind in kinds), "columns stacked"))


def stacked(node: Node) -> Node:
    """vec of a matrix; a vector is its own."""
    if node.is_vector:
        return node
    made: Node = Vec._make((), (node,), node.rows * node.cols, UNIT.rows)
    return made


def matrix_of(form: Node) -> Node:
    """M with form = M dx."""
    match form:
        case Differential():
            return identity(form.rows)
        case Add():
            return add(*(matrix_of(t) for t in form.args))
        case Hadamard():
            hot = next(f for f in form.args if moving(f))
            return matmul(diag(hadamard(*(f for f in form.args if f is not hot))), matrix_of(hot))
        case SumAll() if form.args[0].is_vector:
            return transpose(matmul(transpose(matrix_of(form.args[0])), ones(form.args[0].rows)))
        case MatMul():
            at = next(i for i, f in enumerate(form.args) if moving(f))
            left = list(form.args[:at])
            if at < len(form.args) - 1:
                turned = [transpose(f) for f in reversed(form.args[at:])]
                return _from_transposed(left, turned)
            return matmul(*left, matrix_of(form.args[at])) if left else matrix_of(form.args[at])
        case Mul():
            hot = next(f for f in form.args if moving(f))
            others = [f for f in form.args if f is not hot]
            if hot.is_scalar and not form.is_scalar:
                return mul(*others[:-1], matmul(others[-1], matrix_of(hot)))
            return mul(*others, matrix_of(hot))
    raise NoClosedForm(f"{form} is not written as a matrix times the differential")


def _from_transposed(left: list[Node], turned: list[Node]) -> Node:
    """u' dx w and dx' A u: a scalar is its own transpose."""
    if left or not (turned[0].rows == 1):
        raise NoClosedForm("a product with the differential inside is not written as a matrix times it")
    return matrix_of(matmul(*turned))

