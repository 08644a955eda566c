"""Expressions as objects of SymPy, so that its subs, doit, lambdify and printers go on working.

    x'Ax         (x.T*A*x)[0, 0]                      ||r||_2      sqrt((r.T*r)[0, 0])
    sum(X)       (OneMatrix*X*OneMatrix)[0, 0]        ||X||_F      sqrt(Trace(X.T*X))
    f(x)         ElementwiseApplyFunction             log |det X|  log(Abs(Determinant(X)))

Vectors are n x 1. The [0, 0] of a product is left unevaluated: SymPy compiles it, which it does not do with a trace.
A scaled
sum stays factored. What is known of a matrix (symmetric, positive definite, ...) has no place in SymPy and is dropped.
Norms of singular values, stacked columns and their like have no counterpart, and are refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sympy import (
    Abs,
    Add,
    Basic,
    Determinant,
    DiagMatrix,
    Dummy,
    Eq,
    Expr,
    HadamardPower,
    Identity,
    ImmutableMatrix,
    Inverse,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    Max,
    Mul,
    OneMatrix,
    Piecewise,
    Pow,
    Trace,
    Transpose,
    ZeroMatrix,
    default_sort_key,
    exp,
    log,
    sqrt,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagonalOf
from sympy.matrices.expressions.hadamard import HadamardProduct, canonicalize
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matexpr import MatrixElement

from ..engine.tensor import Tensor
from ..errors import NoRule
from ..language import node as nodes
from ..language.elementary import ELEMENTARY
from ..language.node import Node, postorder
from ..language.reading.foreign import is_sympy
from .sympy_symbols import Originals
from .sympy_tensor import tensor_to_sympy

BOUND = Dummy("t")
"""The bound variable of every function of entries: one symbol, so that equal expressions are equal."""

Row = Callable[[Any, list[Any], Originals], Any]


def to_sympy(expression: Any, like: Iterable[Any] = ()) -> Any:
    """The expression in SymPy's own classes; `like` holds SymPy expressions whose symbols are used again.

    Raises    NoRule for what SymPy cannot express.

    >>> from symnorm import norm, variables
    >>> A, x, b = variables("A: m x n, x: n, b: m")
    >>> to_sympy(A.T @ (A @ x - b) / norm(x))
    1/sqrt((x.T*x)[0, 0])*A.T*(A*x - b)
    """
    if isinstance(expression, (tuple, list)):
        return type(expression)(to_sympy(e, like) for e in expression)
    if isinstance(expression, Tensor):
        written, originals = _written(expression.nodes, like)
        sized = replace(expression, sizes=tuple(map(originals.size, expression.sizes)))
        return tensor_to_sympy(sized, written)
    return _written([expression], like)[0][expression] if isinstance(expression, Node) else expression


def _written(roots: Iterable[Node], like: Iterable[Any]) -> tuple[dict[Node, Any], Originals]:
    """Every node below the roots in SymPy's classes."""
    originals = Originals(roots, like)
    memo: dict[Node, Any] = {}
    for node in postorder(roots):
        row = ROWS.get(type(node))
        if row is None:
            raise NoRule(f"SymPy has no counterpart of {type(node).__name__}: {node} cannot be written in its classes")
        memo[node] = row(node, [memo[a] for a in node.args], originals)
    return memo, originals


def like(originals: Any, result: Any) -> Any:
    """The result in SymPy's classes when one of the originals is SymPy's, else as it is."""
    given = [o for o in (originals if isinstance(originals, (tuple, list)) else (originals,)) if is_sympy(o)]
    return to_sympy(result, given) if given else result


def entry(product: Any) -> Expr:
    """The scalar in a 1 x 1 product, unevaluated."""
    return MatrixElement(product, 0, 0)


def chain(*factors: Any) -> Any:
    """A product in one level, numbers in front."""
    flat = [f for factor in factors for f in (factor.args if isinstance(factor, MatMul) else (factor,))]
    scalars = [f for f in flat if not hasattr(f, "shape")]
    matrices = [f for f in flat if hasattr(f, "shape")]
    number = Mul(*scalars)
    if number != 1:
        matrices.insert(0, number)
    return matrices[0] if len(matrices) == 1 else MatMul(*matrices)


def total(matrix: Any) -> Expr:
    """The sum of the entries."""
    rows, cols = matrix.shape
    left = (OneMatrix(1, rows),) if rows != 1 else ()
    return entry(chain(*left, matrix, *((OneMatrix(cols, 1),) if cols != 1 else ())))


def mapped(matrix: Any, body: Callable[..., Expr], *parameters: Expr) -> Any:
    return ElementwiseApplyFunction(Lambda((BOUND,), body(BOUND, *parameters)), matrix)


def _mul(node: Any, args: list[Any], originals: Originals) -> Any:
    return Mul(*args) if node.is_scalar else chain(*args)


def _add(node: Any, args: list[Any], originals: Originals) -> Any:
    return Add(*args) if node.is_scalar else MatAdd(*(sorted(args, key=default_sort_key) if _small(args) else args))


def _small(args: list[Any], limit: int = 1_000) -> bool:
    """Can these be sorted as SymPy does it, which walks them as trees?"""
    seen, stack = 0, list(args)
    while stack and seen < limit:
        seen += 1
        stack.extend(stack.pop().args)
    return not stack


def _power(node: Any, args: list[Any], originals: Originals) -> Any:
    return Pow(*args) if node.is_scalar else HadamardPower(*args)


def _matmul(node: Any, args: list[Any], originals: Originals) -> Any:
    product = chain(*args)
    return entry(product) if node.is_scalar else product


def _elementwise(node: Any, args: list[Any], originals: Originals) -> Any:
    body = ELEMENTARY[node.name].body
    return body(*args) if node.is_scalar else mapped(args[0], body, *args[1:])


def _entries(matrix: Any, name: str) -> list[Expr]:
    if not all(s.is_Integer for s in matrix.shape):
        raise NoRule(
            f"SymPy has no {name} of {matrix.shape[0]} x {matrix.shape[1]} entries: it is written for known sizes only"
        )
    rows, cols = (int(s) for s in matrix.shape)
    return [matrix[i, j] for i in range(rows) for j in range(cols)]


def _peak(node: Any, args: list[Any], originals: Originals) -> Any:
    """1 at the largest entry, shared at ties."""
    entries = _entries(args[0], "place of the largest entry")
    largest = Max(*entries)
    hits = [Piecewise((1, Eq(e, largest)), (0, True)) for e in entries]
    return ImmutableMatrix(*(int(s) for s in args[0].shape), [h / Add(*hits) for h in hits])


def _norm(node: Any, args: list[Any], originals: Originals) -> Any:
    x = args[0]
    match node.name:
        case "1":
            return total(mapped(x, Abs))
        case "2":
            return sqrt(entry(chain(Transpose(x), x)) if x.shape[1] == 1 else entry(chain(x, Transpose(x))))
        case "fro":
            return sqrt(Trace(chain(Transpose(x), x)))
        case "p":
            return total(mapped(x, lambda t: Abs(t) ** args[1])) ** (1 / args[1])
        case "w":
            return sqrt(entry(chain(Transpose(x), args[1], x)))
        case "inf":
            return Max(*(Abs(e) for e in _entries(x, "largest absolute value")))
        case "21":
            return total(mapped(DiagonalOf(chain(x, Transpose(x))), sqrt))
    raise NoRule(f"SymPy has no counterpart of {node}: the norm {node.name!r} cannot be written in its classes")


def _diagonal_of(matrix: Any, size: Any) -> Any:
    """DiagonalOf needs sizes of SymPy's own, which products with explicit matrices do not have."""
    if all(isinstance(s, Basic) for s in matrix.shape):
        return DiagonalOf(matrix)
    return chain(HadamardProduct(matrix, Identity(size)), OneMatrix(size, 1))


def _logsumexp(node: Any, args: list[Any], originals: Originals) -> Any:
    return log(total(mapped(args[0], exp)))


def _softmax(node: Any, args: list[Any], originals: Originals) -> Any:
    weights = mapped(args[0], exp)
    return chain(1 / total(weights), weights)


ROWS: dict[type[Node], Row] = {
    nodes.Variable: lambda node, args, o: o.variable(node),
    nodes.Constant: lambda node, args, o: o.size(node.value),
    nodes.Identity: lambda node, args, o: Identity(o.size(node.rows)),
    nodes.Ones: lambda node, args, o: OneMatrix(o.size(node.rows), o.size(node.cols)),
    nodes.Zero: lambda node, args, o: ZeroMatrix(o.size(node.rows), o.size(node.cols)),
    nodes.Array: lambda node, args, o: node.data[0],
    nodes.Add: _add,
    nodes.Mul: _mul,
    nodes.Power: _power,
    nodes.MatMul: _matmul,
    nodes.Hadamard: lambda node, args, o: canonicalize(HadamardProduct(*args)),
    nodes.Transpose: lambda node, args, o: Transpose(args[0]),
    nodes.Inverse: lambda node, args, o: Inverse(args[0]),
    nodes.MatPower: lambda node, args, o: MatPow(args[0], node.data[0]),
    nodes.Trace: lambda node, args, o: Trace(args[0]),
    nodes.Det: lambda node, args, o: Determinant(args[0]),
    nodes.LogDet: lambda node, args, o: log(Abs(Determinant(args[0]))),
    nodes.Diag: lambda node, args, o: DiagMatrix(args[0]),
    nodes.DiagOf: lambda node, args, o: _diagonal_of(args[0], o.size(node.rows)),
    nodes.Kron: lambda node, args, o: KroneckerProduct(*args),
    nodes.SumAll: lambda node, args, o: total(args[0]),
    nodes.Inner: lambda node, args, o: Trace(chain(Transpose(args[0]), args[1])),
    nodes.Max: lambda node, args, o: Max(*_entries(args[0], "largest entry")),
    nodes.Elementwise: _elementwise,
    nodes.Norm: _norm,
    nodes.LogSumExp: _logsumexp,
    nodes.Softmax: _softmax,
    nodes.Peak: _peak,
}
