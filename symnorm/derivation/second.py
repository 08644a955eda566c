"""The public calls beyond the gradient: jacobian, hessian, and their products with a direction.

A derivative with at most two indices is an expression; with three or four it is a `Tensor`, an array of shape out + in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..engine.forward import forms_below, push
from ..engine.identify import right_factor
from ..engine.layouts import find_layout, to_layout
from ..engine.loosen import loose, loosened, tightened
from ..engine.riemannian import CURVED, on_sphere
from ..engine.structured import apply, find_structure
from ..engine.sweep import pull, sweep
from ..engine.tensor import RENDERINGS, Tensor
from ..engine.tensor_derive import again, derivative, fallback
from ..engine.tensor_matrix import vec_form
from ..engine.tensor_print import latex as tensor_latex
from ..engine.tensor_print import text as tensor_text
from ..engine.tensor_structured import structured_axes
from ..errors import Misuse, NoClosedForm, ShapeError
from ..language.build import UNIT, as_node, variable
from ..language.node import Node, Variable
from ..shapes import ONE, describe
from ..simplify.present import present
from .along import along
from .border import like
from .calls import is_several, targets

Result = Node | Tensor


def jacobian(F: Any, wrt: Any, *, layout: str = "gradient", structure: str = "free") -> Any:
    """The derivative of a scalar, vector or matrix function: J with dF = J dx, of shape out + in.

    Shapes    a vector of m by a vector of n gives m x n; by a scalar the shape of F; a scalar by anything its gradient;
              everything else a `Tensor` of three or four indices, in Kronecker form where there is one.
    Raises    NoRule when an operation has no differential; NoClosedForm when a layout does not exist for the result.

    >>> from symnorm import variables, exp
    >>> A, x = variables("A: m x n, x: n")
    >>> jacobian(A @ exp(x), x)
    A @ diag(exp(x))
    """
    node = as_node(F)
    find_layout(layout)
    results = tuple(like(F, to_layout(_jacobian(node, x, structure), node, x, layout)) for x in targets(node, wrt))
    return results if is_several(wrt) else results[0]


def hessian(f: Any, x: Any, y: Any = None, *, layout: str = "gradient", structure: str = "free") -> Any:
    """The second derivative of a scalar f by x, or by x and then y: an array of shape x + y.

    Shapes    n x n for a vector of n, a scalar for a scalar, a `Tensor` of shape X + X for a matrix.
    Raises    ShapeError when f is not a scalar.

    >>> from symnorm import variables, norm
    >>> A, x, b = variables("A: m x n, x: n, b: m")
    >>> hessian(norm(A @ x - b)**2, x)
    2 * A.T @ A
    """
    node = _scalar(f, "Hessian")
    find_layout(layout)
    if is_several(x):
        if y is not None:
            raise Misuse("a mixed second derivative is by two variables: hessian(f, x, y)")
        chosen = targets(node, x)
        return tuple(tuple(like(f, _hessian(node, a, b, structure)) for b in chosen) for a in chosen)
    (first,), (second,) = targets(node, x), targets(node, x if y is None else y)
    return like(f, to_layout(_hessian(node, first, second, structure), first, second, layout))


def hvp(f: Any, wrt: Any, v: Any, *, structure: str = "free") -> Any:
    """The Hessian of a scalar f applied to a direction: of the shape of the variable, without the Hessian.

    On the sphere and on orthonormal columns it is the Riemannian Hessian, applied to the tangent part of the direction.

    >>> from symnorm import variables
    >>> A, x, v = variables("A: n x n, x: n, v: n")
    >>> hvp(x.T @ A @ x, x, v)
    (A + A.T) @ v
    """
    node = _scalar(f, "Hessian")
    (x,) = targets(node, wrt)
    direction = _direction(v, x, "the direction")
    return like(f, along(node, x, direction, structure))


def jvp(F: Any, wrt: Any, v: Any) -> Any:
    """The derivative of F in a direction: of the shape of F. Several variables take as many directions.

    >>> from symnorm import variables, exp
    >>> A, x, v = variables("A: m x n, x: n, v: n")
    >>> jvp(A @ exp(x), x, v)
    A @ hadamard(exp(x), v)
    """
    node = as_node(F)
    chosen = targets(node, wrt)
    directions = tuple(v) if is_several(wrt) and is_several(v) else (v,)
    if len(directions) != len(chosen):
        raise Misuse(f"{len(chosen)} variables need as many directions, got {len(directions)}")
    seeds = {x: _direction(d, x, "the direction") for x, d in zip(chosen, directions, strict=True)}
    return like(F, present(push(node, seeds)[0]))


def vjp(F: Any, wrt: Any, u: Any) -> Any:
    """The gradient of <u, F> for a constant u of the shape of F: of the shape of the variable.

    >>> from symnorm import variables, exp
    >>> A, x, u = variables("A: m x n, x: n, u: m")
    >>> vjp(A @ exp(x), x, u)
    hadamard(exp(x), A.T @ u)
    """
    node = as_node(F)
    chosen = targets(node, wrt)
    found, _ = pull([(node, _direction(u, node, "the weight"))], chosen)
    results = tuple(like(F, present(found[x])) for x in chosen)
    return results if is_several(wrt) else results[0]


def nth_derivative(f: Node, x: Variable, order: int) -> Result:
    """The derivative of a scalar f of a given order by one variable: an array of shape x + x + ... (order times)."""
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise Misuse(f"the order of a derivative is a whole number from 1 on, got {order!r}")
    if order == 1:
        return _jacobian(f, x, "free")
    if order == 2 and f.is_scalar:
        return _hessian(f, x, x, "free")
    if x.is_scalar:
        for _ in range(order):
            f = _by_scalar(f, x)
        return f
    copies = loose([x])
    free = copies.get(x, x)
    start = loosened(f, copies)
    if f.is_scalar:
        gradient = present(sweep(start, [free]).gradients[free])
        found = derivative(gradient, free).map(present)
        found = _of_function(found, f, (free, free))
        order -= 1
    else:
        found = derivative(start, free).map(present)
    for _ in range(order - 1):
        found = again(found, free).map(present)
    return _restored(found, copies)


def _jacobian(F: Node, x: Variable, structure: str) -> Result:
    """The derivative in the gradient layout."""
    if F.is_scalar:
        return present(apply(present(sweep(F, [x]).gradients[x]), x, structure))
    if find_structure(structure).name != "free":
        return structured_axes(derivative(F, x).map(present), {1: x}, structure)
    if x.is_scalar:
        return _by_scalar(F, x)
    if F.cols is ONE and x.cols is ONE:
        return _vector_by_vector(F, x)
    return derivative(F, x).map(present)


def _by_scalar(F: Node, t: Variable) -> Node:
    return present(push(F, {t: UNIT})[0])


def _vector_by_vector(F: Node, x: Variable) -> Result:
    forms = forms_below([F], [x])
    try:
        return present(right_factor(F, x, forms, fallback))
    except NoClosedForm:
        tensor = derivative(F, x, forms).map(present)
        matrix = vec_form(tensor)
        return tensor if matrix is None else present(matrix)


def _hessian(f: Node, x: Variable, y: Variable, structure: str) -> Result:
    """The derivative by y of the gradient by x."""
    if structure in CURVED:
        return _riemannian(f, x, y, structure)
    copies = loose({x, y})
    first, second = copies.get(x, x), copies.get(y, y)
    gradient = present(sweep(loosened(f, copies), [first]).gradients[first])
    if find_structure(structure).name != "free":
        tensor = _of_function(derivative(gradient, second).map(present), f, (first, second))
        return _restored(structured_axes(tensor, {0: x, 1: y}, structure), copies)
    found = _jacobian(gradient, second, structure)
    if isinstance(found, Tensor):
        return _restored(_of_function(found, f, (first, second)), copies)
    return present(tightened(found, copies)) if copies else found


def _riemannian(f: Node, x: Variable, y: Variable, structure: str) -> Result:
    """The Hessian on a curved set: a matrix for a vector on the sphere, else read off its product with a direction."""
    if x is not y:
        raise NoClosedForm(f"structure={structure!r} is for the second derivative by one variable, got {x} and {y}")
    if structure == "sphere" and x.is_vector:
        H = _hessian(f, x, x, "free")
        if isinstance(H, Node):
            return present(on_sphere(H, present(sweep(f, [x]).gradients[x]), x))
    v = variable(f"d{x.name}", x.rows, x.cols)
    found = _jacobian(along(f, x, v, structure), v, "free")
    return _of_function(found, f, (x, x)) if isinstance(found, Tensor) else found


def _of_function(tensor: Tensor, f: Node, by: tuple[Variable, ...]) -> Tensor:
    return replace(tensor, function=f, by=by)


def _restored(tensor: Tensor, copies: Mapping[Variable, Variable]) -> Tensor:
    """A tensor in the variables with their structure."""
    if not copies:
        return tensor
    back = {copy: x for x, copy in copies.items()}
    found = tensor.map(lambda node: present(tightened(node, copies)))
    return replace(found, of=tightened(tensor.of, copies), by=tuple(back.get(v, v) for v in tensor.by))


def _scalar(f: Any, what: str) -> Node:
    node = as_node(f)
    if not node.is_scalar:
        raise ShapeError(f"the {what} is of a scalar; {node} is {describe(node.rows, node.cols)}: ask for the jacobian")
    return node


def _direction(value: Any, like_: Node, what: str) -> Node:
    node = as_node(value)
    if node.rows != like_.rows or node.cols != like_.cols:
        raise ShapeError(f"{what} {node} ({describe(node.rows, node.cols)}) is not of the shape of {like_} "
                         f"({describe(like_.rows, like_.cols)})")
    return node


def _latex(tensor: Tensor) -> str:
    matrix = vec_form(tensor)
    return tensor_latex(tensor, None if matrix is None else present(matrix))


RENDERINGS.update({"text": tensor_text, "latex": _latex})
