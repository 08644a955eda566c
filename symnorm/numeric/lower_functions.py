"""Lowering of elementwise functions, reductions and norms, in forms that neither overflow nor cancel."""

from __future__ import annotations

from collections.abc import Generator

from ..language.build import ONE, UNIT, add, diagonal, matmul, ones, trace, transpose, value_of
from ..language.node import (
    Add,
    Diag,
    DiagOf,
    Elementwise,
    Hadamard,
    Inner,
    Inverse,
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
    Trace,
    Transpose,
)
from .chains import GEMM, chain_cost
from .ir import Value
from .lower import Lower, Steps, lowers
from .lower_algebra import Squares
from .macros import NORMS, entrywise, logsumexp, peak, softmax
from .scaling import quotient
from .stable import SoftmaxOfAll, axis_total
from .structure import is_decomposed
from .sums import multiplied_out


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
            return (yield from _inner(lower, _product(above[:-1]), above[-1]))
    value = yield x
    return lower.program.total(value, lower.inside(x))


def _product(factors: list[Node]) -> Node:
    first = factors[0]
    if len(factors) == 1:
        return first
    node: Node = Hadamard._make((), tuple(factors), first.rows, first.cols)
    return node


def _inner(lower: Lower, u: Node, v: Node) -> Steps:
    a = yield u
    b = yield v
    program, shape = lower.program, lower.inside(u)
    if a.shape == b.shape == shape:
        return program.inner(a, b)
    return program.total(program.multiply(a, b), shape)


@lowers(Inner)
def inner_product(lower: Lower, node: Inner) -> Steps:
    return (yield from _inner(lower, *node.args))


@lowers(Trace)
def traced(lower: Lower, node: Trace) -> Steps:
    """tr(P Q) as the sum of P' o Q, the product turned and cut where that is cheapest."""
    x = node.args[0]
    if isinstance(x, Add) and x not in lower.memo:
        value = yield add(*(trace(t) for t in x.args))
        return value
    if isinstance(x, MatMul) and x not in lower.memo:
        pair = _best_cut(lower, x.args)
        if pair is not None:
            u, v = pair
            return (yield from _inner(lower, u if "symmetric" in v.facts else transpose(u), v))
    value = yield from lower.full(x)
    return lower.program.make("trace", (value,), ())


def _best_cut(lower: Lower, args: tuple[Node, ...]) -> tuple[Node, Node] | None:
    """The product as two halves; None where one half would be an inverse."""
    n = len(args)
    if n > 8:
        return matmul(*args[: n // 2]), matmul(*args[n // 2:])
    best: tuple[float, tuple[Node, ...], tuple[Node, ...]] | None = None
    for start in range(n):
        turned = args[start:] + args[:start]
        for length in range(1, n):
            u, v = turned[:length], turned[length:]
            if any(len(h) == 1 and not _plain(h[0]) for h in (u, v)):
                continue
            cost = sum(_half_cost(lower, h) for h in (u, v))
            cost += 0.1 * lower.size(u[0].rows) * lower.size(u[-1].cols)
            if best is None or cost < best[0]:
                best = (cost, u, v)
    return None if best is None else (matmul(*best[1]), matmul(*best[2]))


def _half_cost(lower: Lower, half: tuple[Node, ...]) -> float:
    """The cost of one factor of an inner product; a lone inverse is formed."""
    if len(half) > 1:
        product = matmul(*half)
        return multiplied_out(lower, product)[0] if isinstance(product, MatMul) else chain_cost(lower, half)
    inner = half[0].args[0] if isinstance(half[0], Transpose) else half[0]
    return GEMM * lower.size(inner.rows) ** 3 if isinstance(inner, Inverse) and not lower.occurs_alone(inner) else 0.0


def _plain(node: Node) -> bool:
    inner = node.args[0] if isinstance(node, Transpose) else node
    return type(inner).__name__ not in ("Diag", "Kron", "Ones")


@lowers(DiagOf)
def diagonal_of(lower: Lower, node: DiagOf) -> Steps:
    """The diagonal of a product as row sums of an entrywise product."""
    x, program = node.args[0], lower.program
    if isinstance(x, MatMul) and x not in lower.memo and not any(isinstance(f, Diag) for f in x.args[1:-1]):
        costs = [(_half_costs(lower, x.args, k), k) for k in range(1, len(x.args))]
        k = min(costs)[1]
        left, right = matmul(*x.args[:k]), matmul(*x.args[k:])
        if left.rows == x.rows and right.cols == x.cols and left.cols is not ONE:
            a = yield from lower.full(left)
            b = yield from lower.full(right)
            return program.make("row_dots", (a, program.transpose(b)), (a.shape[0],))
    if isinstance(x, Add) and x not in lower.memo:
        value = yield add(*(diagonal(t) for t in x.args))
        return value
    value = yield from lower.full(x)
    return program.make("diagonal", (value,), (value.shape[0],))


def _half_costs(lower: Lower, args: tuple[Node, ...], k: int) -> float:
    halves = (args[:k], args[k:])
    return sum(_half_cost(lower, h) if len(h) > 1 or _plain(h[0]) else 1e12 for h in halves)


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


