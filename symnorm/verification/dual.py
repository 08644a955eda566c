"""Expressions evaluated with dual numbers in a field: one row per operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Integer

from ..errors import NoClosedForm
from ..language.build import value_of
from ..language.node import (
    Add,
    Array,
    Constant,
    Det,
    Diag,
    DiagOf,
    Elementwise,
    Hadamard,
    Identity,
    Inner,
    Inverse,
    Kron,
    KronAdjoint,
    LogDet,
    LogSumExp,
    MatMul,
    MatPower,
    Mul,
    Node,
    Norm,
    Ones,
    Power,
    Softmax,
    SumAll,
    Trace,
    Transpose,
    Unvec,
    Vec,
    Zero,
)
from ..rules.elementwise import derivative_of
from .field import Dual, Field, invert, root

Sizes = Mapping[Any, int]


class Evaluation:
    """One expression graph at one point: the values and duals of its nodes."""

    def __init__(self, field: Field, point: Mapping[Node, Dual], sizes: Sizes) -> None:
        self.field, self.p, self.sizes = field, field.p, sizes
        self.done: dict[Node, Dual] = dict(point)

    def __call__(self, node: Node) -> Dual:
        for part in self._missing(node):
            row = ROWS.get(type(part))
            if row is None:
                raise NoClosedForm(f"{type(part).__name__} has no exact value in a field")
            value, dual = row(self, part)
            self.done[part] = value % self.p, dual % self.p
        return self.done[node]

    def _missing(self, node: Node) -> list[Node]:
        """What has to be evaluated, arguments first; nothing below a node that has a value."""
        seen: set[Node] = set()
        stack = [node]
        while stack:
            part = stack.pop()
            if part not in seen and part not in self.done:
                seen.add(part)
                stack.extend(part.args)
        return sorted(seen, key=lambda n: n.serial)

    def size(self, size: Any) -> int:
        return int(size.xreplace(dict(self.sizes)))

    def full(self, node: Node, number: int) -> Any:
        array = np.empty((self.size(node.rows), self.size(node.cols)), dtype=object)
        array.fill(number)
        return array

    def still(self, node: Node, value: Any) -> Dual:
        return value, self.full(node, 0)

    def args(self, node: Node) -> list[Dual]:
        return [self.done[a] for a in node.args]


def _constant(e: Evaluation, node: Node) -> Dual:
    return e.still(
        node, e.full(node, e.field.number(node.data[0].xreplace({s: Integer(n) for s, n in e.sizes.items()})))
    )


def _eye(e: Evaluation, node: Node) -> Dual:
    value = e.full(node, 0)
    for i in range(len(value)):
        value[i, i] = 1
    return e.still(node, value)


def _array(e: Evaluation, node: Node) -> Dual:
    value = e.full(node, 0)
    for i, row in enumerate(node.data[0].tolist()):
        for j, entry in enumerate(row):
            value[i, j] = e.field.number(entry)
    return e.still(node, value)


def _leibniz(e: Evaluation, node: Node, product: Callable[[Any, Any], Any]) -> Dual:
    value, dual = e.args(node)[0]
    for b, db in e.args(node)[1:]:
        value, dual = product(value, b) % e.p, (product(dual, b) + product(value, db)) % e.p
    return value, dual


def _linear(function: Callable[[Any], Any]) -> Callable[[Evaluation, Node], Dual]:
    def row(e: Evaluation, node: Node) -> Dual:
        value, dual = e.args(node)[0]
        return function(value), function(dual)

    return row


def _inverse_of(e: Evaluation, a: Any) -> Any:
    return invert(a, e.p)[0]


def _inverse(e: Evaluation, node: Node) -> Dual:
    a, da = e.args(node)[0]
    value = _inverse_of(e, a)
    return value, -(value @ da % e.p) @ value


def _det(e: Evaluation, node: Node) -> Dual:
    a, da = e.args(node)[0]
    inverse, determinant = invert(a, e.p)
    return _scalar(determinant), _scalar(determinant * int(np.trace(inverse @ da)))


def _matrix_power(e: Evaluation, node: Node) -> Dual:
    a, da = e.args(node)[0]
    value, dual = a, da
    for _ in range(int(node.data[0]) - 1):
        value, dual = value @ a % e.p, (dual @ a + value @ da) % e.p
    return value, dual


def _scalar(value: int) -> Any:
    array = np.empty((1, 1), dtype=object)
    array[0, 0] = value
    return array


def _power(e: Evaluation, node: Node) -> Dual:
    a, da = e.args(node)[0]
    k = value_of(node.args[1])
    if k is None or not k.is_Rational or k.q not in (1, 2):
        raise NoClosedForm(f"{node.args[1]} is not a whole or half exponent: the exact mode cannot use it")
    if k.q == 2:
        a, da = _roots(e, a, da)
    value = e.field.each(lambda t: pow(t, int(k.p), e.p), a)
    slope = e.field.each(lambda t: int(k.p) * pow(t, int(k.p) - 1, e.p), a)
    return value, slope * da


def _roots(e: Evaluation, a: Any, da: Any) -> Dual:
    s = e.field.each(lambda t: root(t, e.p), a)
    return s, da * e.field.each(lambda t: pow(2 * t, -1, e.p), s)


def _elementwise(e: Evaluation, node: Node) -> Dual:
    name = str(node.data[0])
    a, da = e.args(node)[0]
    sign = e.field.each(e.field.sign, a)
    if name == "sign":
        return e.still(node, sign)
    if name == "abs":
        return a * sign, da * sign
    parameters = tuple(int(v[0, 0]) for v, _ in e.args(node)[1:])
    value = e.field.each(lambda t: e.field.function(name, t, parameters), a)
    if name == "exp":
        value = e.field.each(lambda t: _exponential(e.field, t), a)
    return value, (_slope(e, node, value) * da if da.any() else e.full(node, 0))


def _slope(e: Evaluation, node: Node, value: Any) -> Any:
    """f' at the argument, which may use the value of f itself."""
    known = {a: e.still(a, e.done[a][0]) for a in node.args}
    return Evaluation(e.field, {**known, node: e.still(node, value)}, e.sizes)(derivative_of(node))[0]


def _exponential(field: Field, t: int) -> int:
    """An unknown function with exp(0) = 1 and exp(-t) = 1/exp(t)."""
    if t == 0:
        return 1
    if t > field.p // 2:
        return pow(field.function("exp", field.p - t), -1, field.p)
    return field.function("exp", t)


def _norm(e: Evaluation, node: Node) -> Dual:
    name = str(node.data[0])
    a, da = e.args(node)[0]
    if name == "1":
        sign = e.field.each(e.field.sign, a)
        return _scalar(int((a * sign).sum())), _scalar(int((da * sign).sum()))
    if name not in ("2", "fro", "w"):
        raise NoClosedForm(f"the {name}-norm has no exact value in a field")
    w, dw = e.args(node)[1] if name == "w" else (None, None)
    square, slope = (a * a).sum(), 2 * (a * da).sum()
    if w is not None:
        square = int((a.T @ w @ a)[0, 0])
        slope = int((da.T @ w @ a + a.T @ w @ da + a.T @ dw @ a)[0, 0])
    s = root(int(square) % e.p, e.p)
    return _scalar(s), _scalar(int(slope) * pow(2 * s, -1, e.p))


def _softmax(e: Evaluation, node: Node) -> Dual:
    x, dx = e.args(node)[0]
    exps = e.field.each(lambda t: _exponential(e.field, t), x)
    value = exps * pow(int(exps.sum()) % e.p, -1, e.p) % e.p
    return value, value * dx - value * int((value * dx).sum())


def _opaque(name: str, slope: Callable[[Evaluation, Dual], Any]) -> Callable[[Evaluation, Node], Dual]:
    """A scalar function of a whole matrix: an unknown value with a known derivative."""

    def row(e: Evaluation, node: Node) -> Dual:
        a, da = e.args(node)[0]
        value = e.field.function(name, 0, tuple(int(t) for t in a.flat))
        return _scalar(value), _scalar(int(slope(e, (a, da))))

    return row


def _log_det_slope(e: Evaluation, pair: Dual) -> int:
    return int(np.trace(_inverse_of(e, pair[0]) @ pair[1])) if pair[1].any() else 0


def _log_sum_exp_slope(e: Evaluation, pair: Dual) -> int:
    exps = e.field.each(lambda t: _exponential(e.field, t), pair[0])
    return int((exps * pair[1]).sum()) * pow(int(exps.sum()) % e.p, -1, e.p)


def _diag(a: Any) -> Any:
    value = np.zeros((len(a), len(a)), dtype=object)
    value[range(len(a)), range(len(a))] = a[:, 0]
    return value


def _kron_adjoint(e: Evaluation, node: Node) -> Dual:
    rows, cols = e.size(node.rows), e.size(node.cols)

    def contract(g: Any, other: Any) -> Any:
        m, n = other.shape
        if node.data[0] == "left":
            return np.einsum("iajb,ab->ij", g.reshape(rows, m, cols, n), other)
        return np.einsum("aibj,ab->ij", g.reshape(m, rows, n, cols), other)

    (g, dg), (other, dother) = e.args(node)
    return contract(g, other), contract(dg, other) + contract(g, dother)


ROWS: dict[type[Node], Callable[[Evaluation, Node], Dual]] = {
    Constant: _constant,
    Identity: _eye,
    Array: _array,
    Ones: lambda e, n: e.still(n, e.full(n, 1)),
    Zero: lambda e, n: e.still(n, e.full(n, 0)),
    Add: lambda e, n: (sum(v for v, _ in e.args(n)), sum(d for _, d in e.args(n))),
    Mul: lambda e, n: _leibniz(e, n, np.multiply),
    Hadamard: lambda e, n: _leibniz(e, n, np.multiply),
    MatMul: lambda e, n: _leibniz(e, n, np.matmul),
    Kron: lambda e, n: _leibniz(e, n, np.kron),
    Inner: lambda e, n: _leibniz(e, n, lambda a, b: _scalar(int((a * b).sum()))),
    Transpose: _linear(lambda a: a.T),
    Trace: _linear(lambda a: _scalar(int(np.trace(a)))),
    SumAll: _linear(lambda a: _scalar(int(a.sum()))),
    Diag: _linear(_diag),
    DiagOf: _linear(lambda a: a.diagonal().reshape(-1, 1)),
    Vec: _linear(lambda a: a.T.reshape(-1, 1)),
    Unvec: lambda e, n: tuple(a.reshape(e.size(n.cols), e.size(n.rows)).T for a in e.args(n)[0]),  # type: ignore[dict-item]
    Inverse: _inverse,
    Det: _det,
    MatPower: _matrix_power,
    Power: _power,
    Elementwise: _elementwise,
    Norm: _norm,
    Softmax: _softmax,
    KronAdjoint: _kron_adjoint,
    LogDet: _opaque("logdet", _log_det_slope),
    LogSumExp: _opaque("logsumexp", _log_sum_exp_slope),
}
