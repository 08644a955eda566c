"""Which derivative a claim is about: the shapes tell. The gradient of a scalar has the shape of its variable; a Hessian
is n x n for a vector of n and mn x mn for an m x n matrix, a Jacobian pq x mn: columns are stacked, as vec does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..derivation.second import hessian, jacobian
from ..engine.forward import forms_below
from ..engine.sweep import sweep
from ..engine.tensor import Tensor
from ..engine.tensor_matrix import vec_form
from ..language.node import Node, Variable
from ..numeric.interpret import evaluate
from ..simplify.present import present


def is_hessian(f: Node, claim: Node, wrt: Variable) -> bool:
    """Has a claim about a scalar f the shape of a Hessian?"""
    size = wrt.rows * wrt.cols
    return f.is_scalar and not wrt.is_scalar and claim.rows == size and claim.cols == size


def derivative(f: Node, claim: Node, wrt: Variable) -> Node | Tensor:
    """What is claimed about, in matrix notation where there is one."""
    if f.is_scalar and not is_hessian(f, claim, wrt):
        return present(sweep(f, [wrt]).gradients[wrt])
    found: Node | Tensor = hessian(f, wrt) if f.is_scalar else jacobian(f, wrt)
    if isinstance(found, Tensor):
        matrix = vec_form(found)
        return found if matrix is None else present(matrix)
    return found


def needed(f: Node, claim: Node, wrt: Variable) -> tuple[str, ...]:
    """The conditions under which f has that derivative."""
    if not f.is_scalar:
        return tuple(c.text for c in forms_below([f], [wrt]).conditions)
    first = sweep(f, [wrt])
    found = [c.text for c in first.conditions]
    if is_hessian(f, claim, wrt):
        found += [c.text for c in forms_below([first.gradients[wrt]], [wrt]).conditions]
    return tuple(dict.fromkeys(found))


def stacked_shape(truth: Node | Tensor) -> tuple[Any, Any]:
    """Rows and columns of a derivative as a matrix."""
    if isinstance(truth, Node):
        return truth.rows, truth.cols
    size = truth.by[-1].rows * truth.by[-1].cols
    return (size if truth.function is not None else truth.of.rows * truth.of.cols), size


def numbers(truth: Node | Tensor, values: Mapping[Any, Any], sizes: Mapping[Any, int]) -> Any:
    """The derivative at a point, as an array of at most two axes."""
    if isinstance(truth, Node):
        return np.asarray(evaluate([truth], dict(values), sizes)[0], float)
    dense = truth.dense({v: a for v, a in values.items() if v in truth.free or v in truth.by}, sizes=sizes)
    rows = len(truth.out)
    order = [*reversed(range(rows)), *reversed(range(rows, dense.ndim))]
    return dense.transpose(order).reshape(int(np.prod(dense.shape[:rows])), -1)


def by_rows(matrix: Any, shape: tuple[int, ...]) -> Any:
    """A Hessian whose variable has its columns stacked, with the rows stacked instead."""
    order = np.arange(matrix.shape[0]).reshape(shape, order="F").ravel()
    return matrix[np.ix_(order, order)]
