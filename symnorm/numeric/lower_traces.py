"""Lowering of traces and diagonals of products: as sums of products of entries of two halves."""

from __future__ import annotations

from ..language.build import ONE, add, diagonal, matmul, trace, transpose
from ..language.node import Add, Diag, DiagOf, Inverse, MatMul, Node, Trace, Transpose
from .chains import GEMM, chain_cost
from .lower import Lower, Steps, lowers
from .lower_functions import inner_of
from .sums import multiplied_out
from .traces import opened_trace


@lowers(Trace)
def traced(lower: Lower, node: Trace) -> Steps:
    """tr(P Q) as the sum of P' o Q, the product turned and cut where that is cheapest.

    Of several terms, traces come first: scalars use the products that they leave.
    """
    x = node.args[0]
    if isinstance(x, Add) and x not in lower.memo:
        value = yield add(*(trace(t) for t in x.args))
        return value
    if isinstance(x, MatMul) and x not in lower.memo:
        terms = opened_trace(node)
        for term in terms:
            value = yield term
        if terms:
            value = yield add(*terms)
            return value
        pair = _best_cut(lower, x.args)
        if pair is not None:
            u, v = pair
            return (yield from inner_of(lower, u if "symmetric" in v.facts else transpose(u), v))
    value = yield from lower.full(x)
    return lower.program.make("trace", (value,), ())


def _best_cut(lower: Lower, args: tuple[Node, ...]) -> tuple[Node, Node] | None:
    """The product as two halves; None where one half would be an inverse."""
    n = len(args)
    if n > 8:
        return matmul(*args[: n // 2]), matmul(*args[n // 2:])
    best: tuple[tuple[float, int], tuple[Node, ...], tuple[Node, ...]] | None = None
    for start in range(n):
        turned = args[start:] + args[:start]
        for length in range(1, n):
            u, v = turned[:length], turned[length:]
            if any(len(h) == 1 and not _plain(h[0]) for h in (u, v)):
                continue
            cost = sum(_half_cost(lower, h) for h in ((u,) if _are_equal(u, v) else (u, v)))
            cost += 0.1 * lower.size(u[0].rows) * lower.size(u[-1].cols)
            rank = (cost, abs(len(u) - len(v)))
            if best is None or rank < best[0]:
                best = (rank, u, v)
    return None if best is None else (matmul(*best[1]), matmul(*best[2]))


def _are_equal(u: tuple[Node, ...], v: tuple[Node, ...]) -> bool:
    return u == v or u == tuple(transpose(f) for f in reversed(v))


def _half_cost(lower: Lower, half: tuple[Node, ...]) -> float:
    """The cost of one factor of an inner product; an inverse that nothing stands next to is formed."""
    inner = [f.args[0] if isinstance(f, Transpose) else f for f in half]
    formed = all(isinstance(f, Inverse) for f in inner) and not any(
        lower.occurs_alone(f) or f.args[0] in lower.formed for f in inner)
    cost = GEMM * lower.size(inner[0].rows) ** 3 if formed else 0.0
    if len(half) > 1:
        product = matmul(*half)
        cost += multiplied_out(lower, product)[0] if isinstance(product, MatMul) else chain_cost(lower, half)
    return cost


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
