"""The value of a SymPy expression at arrays, class by class: independent of how symnorm reads it.

Matrices are 2-D arrays, scalars floats; a 1 x 1 matrix counts as either.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
import sympy as sp
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.dotproduct import DotProduct
from sympy.matrices.expressions.matexpr import MatrixElement


def value(expr: Any, env: dict[Any, Any]) -> Any:
    """`env` maps names of symbols to floats and arrays, and names of sizes to ints."""

    def of(e: Any) -> Any:
        return value(e, env)

    match expr:
        case sp.Symbol() | sp.MatrixSymbol():
            found = env[expr] if expr in env else env[expr.name]
            return (
                np.reshape(found, (int(of(expr.rows)), int(of(expr.cols))))
                if isinstance(expr, sp.MatrixSymbol)
                else found
            )
        case sp.Integer():
            return int(expr)
        case sp.Number() | sp.NumberSymbol():
            return float(expr)
        case sp.MatrixBase():
            return np.array([[flat(of(e)) for e in row] for row in expr.tolist()])
        case sp.Sum():
            return _sum(expr, env)
        case sp.Indexed():
            return env[str(expr.base.label)].__getitem__(tuple(of(i) - env["start"] for i in expr.indices))
        case MatrixElement():
            return of(expr.args[0])[of(expr.args[1]), of(expr.args[2])]
        case ElementwiseApplyFunction():
            return np.vectorize(lambda t: value(expr.function.expr, {**env, expr.function.variables[0]: t}))(
                of(expr.expr)
            )
        case sp.Piecewise():
            return next(of(e) for e, condition in expr.args if condition == True or of_condition(condition, env))  # noqa: E712
        case sp.KroneckerDelta():
            return float(of(expr.args[0]) == of(expr.args[1]))
        case sp.Identity():
            return np.eye(int(of(expr.args[0])))
        case sp.OneMatrix():
            return np.ones([int(of(a)) for a in expr.args])
        case sp.ZeroMatrix():
            return np.zeros([int(of(a)) for a in expr.args])
        case sp.matrices.expressions.slice.MatrixSlice():
            return of(expr.parent)[tuple(slice(*(int(of(p)) for p in part)) for part in (expr.rowslice, expr.colslice))]
    return _of_values(expr, [of(a) for a in expr.args])


def flat(x: Any) -> float:
    return float(np.reshape(x, ()))


def of_condition(condition: Any, env: dict[Any, Any]) -> bool:
    left, right = (flat(value(a, env)) for a in condition.args)
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[condition.rel_op]


def _sum(expr: Any, env: dict[Any, Any]) -> float:
    (index, low, high), *rest = expr.limits
    body = sp.Sum(expr.function, *rest) if rest else expr.function
    return sum(value(body, {**env, index: k}) for k in range(int(value(low, env)), int(value(high, env)) + 1))


FUNCTIONS = {
    sp.exp: np.exp,
    sp.log: np.log,
    sp.sin: np.sin,
    sp.cos: np.cos,
    sp.tan: np.tan,
    sp.tanh: np.tanh,
    sp.sinh: np.sinh,
    sp.cosh: np.cosh,
    sp.atan: np.arctan,
    sp.asin: np.arcsin,
    sp.acos: np.arccos,
    sp.Abs: np.abs,
    sp.sign: np.sign,
    sp.asinh: np.arcsinh,
    sp.atanh: np.arctanh,
    sp.sec: lambda t: 1 / np.cos(t),
    sp.coth: lambda t: 1 / np.tanh(t),
    sp.Heaviside: lambda t, at=0.5: np.heaviside(t, at),
    sp.Max: lambda *a: max(map(flat, a)),
    sp.Min: lambda *a: min(map(flat, a)),
}


def _product(factors: list[Any]) -> Any:
    """Left to right; a 1 x 1 array multiplies as a number where the shapes do not fit."""

    def step(a: Any, b: Any) -> Any:
        if np.ndim(a) and np.ndim(b) and a.shape[1] == b.shape[0]:
            return a @ b
        return flat(a) * b if np.size(a) == 1 else a * flat(b)

    return reduce(step, factors)


def _of_values(expr: Any, args: list[Any]) -> Any:
    if type(expr) in FUNCTIONS:
        return FUNCTIONS[type(expr)](*args)
    match expr:
        case sp.MatAdd():
            return reduce(np.add, args)
        case sp.MatMul():
            return _product([f for a in args for f in (a if isinstance(a, list) else [a])])
        case sp.Inverse():
            return np.linalg.inv(args[0])
        case sp.MatPow():
            if args[0].shape == (1, 1):
                return args[0] ** args[1]
            if args[0].shape[0] != args[0].shape[1]:
                return [args[0]] * args[1]
            return np.linalg.matrix_power(args[0], args[1])
        case sp.Add():
            return sum(map(flat, args))
        case sp.Mul():
            return float(np.prod(list(map(flat, args))))
        case sp.Pow():
            return flat(args[0]) ** flat(args[1])
        case sp.Transpose() | sp.Adjoint():
            return args[0].T
        case sp.Trace():
            return np.trace(args[0])
        case sp.Determinant():
            return np.linalg.det(args[0])
        case DotProduct():
            return float(np.ravel(args[0]) @ np.ravel(args[1]))
        case sp.HadamardProduct():
            return reduce(np.multiply, args)
        case sp.HadamardPower():
            return np.power(np.asarray(args[0], dtype=float), args[1])
        case sp.DiagMatrix():
            return np.diag(np.ravel(args[0]))
        case DiagonalMatrix():
            return np.diag(np.diag(args[0]))
        case DiagonalOf():
            return np.diag(args[0])[:, None]
        case sp.KroneckerProduct():
            return reduce(np.kron, args)
    raise NotImplementedError(type(expr))
