"""Lowering of elementwise functions, reductions and norms, in forms that neither overflow nor cancel."""

from __future__ import annotations

from collections.abc import Generator

from ..language.build import ONE, UNIT, add, matmul, ones, transpose, value_of
from ..language.node import (
    Add,
    Elementwise,
    Hadamard,
    Inner,
    LogSumExp,
    MatMul,
    Max,
    Node,
    Norm,
    Ones,
    Peak,
    Power,
    Softmax,
    SumAll,
    Transpose,
)
from .lower import Lower, Steps, lowers
from .lower_algebra import Squares
from .macros import NORMS, entrywise, logsumexp, peak, softmax
from .scaling import quotient
from .stable import SoftmaxOfAll, axis_total
from .structure import is_decomposed
from .value import Value


@lowers(Elementwise)
def entrywise_function(lower: Lower, node: Elementwise) -> Steps:
    if node.name == "log":
        stable = yield from _stable_log(lower, node.args[0])
        if stable is not None:
            return stable
    values = []
    for arg in node.args:
        value = yield arg
        values.append(value)
    return entrywise(lower.program, node.name, *values)


def _stable_log(lower: Lower, x: Node) -> Generator[Node, Value, Value | None]:
    """The logarithm of 1 + z, 1 + exp(z), cosh(z), sum(exp(z)) and exp(Z) 1 without overflow or cancellation; None for
    other arguments."""
    program = lower.program
    if isinstance(x, Elementwise) and x.name == "cosh":
        z = yield x.args[0]
        return entrywise(program, "logcosh", z)
    if isinstance(x, Add):
        rest = [t for t in x.args if not (t is UNIT or isinstance(t, Ones))]
        if len(rest) == 1 and isinstance(rest[0], Elementwise) and rest[0].name == "exp" and len(x.args) == 2:
            z = yield rest[0].args[0]
            return entrywise(program, "softplus", z)
        if rest and len(rest) == len(x.args) - 1 and lower.used_once(x):
            z = yield add(*rest)
            return program.call("log1p", z)
    if isinstance(x, SumAll) and isinstance(x.args[0], Elementwise) and x.args[0].name == "exp":
        z = yield from lower.full(x.args[0].args[0])
        return logsumexp(program, z, None)
    inner = x.args[0] if isinstance(x, Transpose) else x
    if isinstance(inner, MatMul) and len(inner.args) == 2:
        for factor in inner.args:
            grown = factor.args[0] if isinstance(factor, Transpose) else factor
            if isinstance(grown, Elementwise) and grown.name == "exp":
                axis = axis_total(inner, grown)
                if axis is not None:
                    z = yield from lower.full(grown.args[0])
                    return logsumexp(program, z, axis)
    return None


@lowers(LogSumExp)
def log_sum_exp(lower: Lower, node: LogSumExp) -> Steps:
    z = yield from lower.full(node.args[0])
    return logsumexp(lower.program, z, None)


@lowers(Softmax, SoftmaxOfAll)
def softmax_of(lower: Lower, node: Node) -> Steps:
    z = yield from lower.full(node.args[0])
    return softmax(lower.program, z, None)


@lowers(Max)
def maximum(lower: Lower, node: Max) -> Steps:
    x = yield node.args[0]
    return lower.program.make("max", (x,), ()) if x.shape else x


@lowers(Peak)
def peak_of(lower: Lower, node: Peak) -> Steps:
    x = yield from lower.full(node.args[0])
    return peak(lower.program, x)


@lowers(SumAll)
def total(lower: Lower, node: SumAll) -> Steps:
    """Sums of products as inner products."""
    x = node.args[0]
    if isinstance(x, MatMul) and lower.used_once(x) and x.cols is not ONE and x.rows is not ONE:
        value = yield matmul(transpose(ones(x.rows)), x, ones(x.cols))
        return value
    if isinstance(x, Power) and lower.used_once(x) and value_of(x.args[1]) == 2 * ONE:
        squares: Node = Squares._make((), (x.args[0],), ONE, ONE)
        value = yield squares
        return value
    if isinstance(x, Hadamard) and lower.used_once(x):
        above, below = quotient(x.args)
        if not below and len(above) >= 2:
            return (yield from inner_of(lower, _product(above[:-1]), above[-1]))
    value = yield x
    return lower.program.total(value, lower.inside(x))


def _product(factors: list[Node]) -> Node:
    first = factors[0]
    if len(factors) == 1:
        return first
    node: Node = Hadamard._make((), tuple(factors), first.rows, first.cols)
    return node


def inner_of(lower: Lower, u: Node, v: Node) -> Steps:
    a = yield u
    b = yield v
    program, shape = lower.program, lower.inside(u)
    if a.shape == b.shape == shape:
        return program.inner(a, b)
    return program.total(program.multiply(a, b), shape)


@lowers(Inner)
def inner_product(lower: Lower, node: Inner) -> Steps:
    return (yield from inner_of(lower, *node.args))


@lowers(Norm)
def norm(lower: Lower, node: Norm) -> Steps:
    x = node.args[0]
    program = lower.program
    if node.name in ("nuc", "spec"):
        value = yield from lower.full(x)
        factor = program.make("svd" if is_decomposed(lower, x) else "singular", (value,), value.shape)
        lower.origin.setdefault(factor, x)
        return program.make("sum_singular" if node.name == "nuc" else "first_singular", (factor,), ())
    if node.name == "w":
        form = yield _quadratic(x, node.args[1])
        return program.call("sqrt", form)
    if node.name == "1":
        return program.total(program.call("abs", (yield x)), lower.inside(x))
    value = yield from lower.full(x)
    if node.name == "p":
        exponent = yield node.args[1]
        return program.make("norm_p", (value, exponent), ())
    return NORMS[node.name](program, value)


def _quadratic(x: Node, weight: Node) -> Node:
    return matmul(transpose(x), weight, x)


