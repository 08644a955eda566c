"""Matrix products: the order of multiplication with the real sizes, and the operations for structured factors.

A chain is cut where a size is one, Diag(v) is broadcasting, an inverse is a solve, a Kronecker product two products of
a reshaped operand. Costs are in nanoseconds, roughly: a product of matrices runs at 50 Gflop/s a multiplication and
addition, a matrix by a vector is bound by memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..language.build import HALF, transpose
from ..language.build import entrywise_power as power
from ..language.node import Add, Diag, Inverse, Kron, MatMul, Mul, Node, Ones, Sylvester, Transpose
from ..shapes import ONE
from .lower import Lower
from .solves import is_formed

GEMM, GEMV, PASS, SOLVE = 0.02, 0.1, 0.7, 0.04
"""A multiplication and addition in matrix-matrix and matrix-vector products, one pass over an entry, a step of a
solve."""
LONG = 24
"""Longer chains are ordered greedily."""


KINDS: dict[type[Node], str] = {
    Inverse: "inverse", Diag: "diag", Kron: "kron", Sylvester: "sylvester", Ones: "ones",
}


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: `kind` is dense, diag, inverse, kron, sylvester, ones; rows and cols are numbers.

    `formed`: an inverse that is at hand as a matrix.
    """

    node: Node
    kind: str
    rows: int
    cols: int
    fixed: bool
    formed: bool = False


Tree = int | tuple[Any, Any]
"""An order of multiplication: a factor by its place, or a pair."""


def factors_of(lower: Lower, nodes: tuple[Node, ...]) -> list[Factor]:
    """The factors of a chain; a matrix of ones is cut into a column and a row."""
    found = []
    for node in nodes:
        if isinstance(node, Ones) and node.cols is not ONE and node.rows is not ONE:
            column = Ones._make((), (), node.rows, ONE)
            found += [_factor(lower, column), _factor(lower, Ones._make((), (), ONE, node.cols))]
        else:
            found.append(_factor(lower, node))
    return found


def _factor(lower: Lower, node: Node) -> Factor:
    inner = node.args[0] if isinstance(node, Transpose) else node
    kind = KINDS.get(type(inner), "dense")
    if kind == "kron" and any(a.cols is ONE or a.rows is ONE for a in inner.args):
        kind = "dense"
    formed = kind == "inverse" and is_formed(lower, node)
    return Factor(node, kind, lower.size(node.rows), lower.size(node.cols), lower.is_fixed(node), formed)


def order(factors: list[Factor], known: Iterable[tuple[Node, ...]] = ()) -> tuple[float, Tree]:
    """The cheapest order of multiplication and its cost; products that are known cost nothing."""
    n = len(factors)
    if n > LONG:
        return _greedy(factors)
    known = {*known, *_heads(factors)}
    best: dict[tuple[int, int], tuple[float, Tree]] = {(i, i): (0.0, i) for i in range(n)}
    fixed = [0, *(int(f.fixed) for f in factors)]
    for i in range(1, n + 1):
        fixed[i] += fixed[i - 1]
    for span in range(1, n):
        for i in range(n - span):
            j = i + span
            free = fixed[j + 1] - fixed[i] == span + 1 or (known and tuple(f.node for f in factors[i:j + 1]) in known)
            found: tuple[float, Tree] | None = None
            for k in range(i, j):
                left, right = best[i, k], best[k + 1, j]
                cost = left[0] + right[0] + _cost(factors, i, k, j, left[0])
                if found is None or cost < found[0]:
                    found = (cost, (left[1], right[1]))
            assert found is not None
            best[i, j] = (0.0, found[1]) if free else found
    return best[0, n - 1]


def _heads(factors: list[Factor]) -> list[tuple[Node, ...]]:
    """The first factors of a quadratic form u'B' M B u that are the transpose of its last ones: computed once."""
    nodes = [f.node for f in factors]
    found: list[tuple[Node, ...]] = []
    if nodes[0].rows is ONE and nodes[-1].cols is ONE:
        for count in range(1, len(nodes) // 2 + 1):
            if transpose(nodes[count - 1]) is not nodes[-count]:
                break
            found.append(tuple(nodes[:count]))
    return found[1:]


def _cost(factors: list[Factor], i: int, k: int, j: int, left: float) -> float:
    """The cost of the last product of the span i..j, cut after k."""
    m, inner, n = factors[i].rows, factors[k].cols, factors[j].cols
    if i == k and j == k + 1 and factors[i].kind == factors[j].kind == "ones":
        return PASS * m * n
    if i == k and factors[k].kind != "dense":
        return applied(factors[k].kind, factors[k], m, n)
    if j == k + 1 and factors[j].kind != "dense":
        return applied(factors[j].kind, factors[j], n, m)
    cost = dense_cost(m, inner, n)
    if mirrored(factors, i, k, j) and m > 1:
        return cost / 2 - left
    return cost


def dense_cost(m: int, inner: int, n: int) -> float:
    if m == 1 or n == 1 or inner == 1:
        return GEMV * m * inner * n
    return GEMM * m * inner * n + GEMV * m * n


def applied(kind: str, factor: Factor, n: int, count: int) -> float:
    """The cost of a structured factor applied to `count` columns."""
    if kind == "diag":
        return PASS * n * count
    if kind == "ones":
        return GEMV * max(factor.rows, factor.cols) * count if n == 1 else 0.0
    if kind == "inverse":
        return dense_cost(n, n, count) if factor.formed else SOLVE * n * n * count + GEMV * n * n
    return GEMV * (factor.rows * factor.cols) ** 0.75 * count


def mirrored(factors: list[Factor], i: int, k: int, j: int) -> bool:
    """Is the right half of a span the transpose of its left half?"""
    if factors[k].node.cols is ONE:
        return False
    return k - i == j - k - 1 and all(transpose(factors[i + t].node) is factors[j - t].node for t in range(k - i + 1))


def _greedy(factors: list[Factor]) -> tuple[float, Tree]:
    """The cheapest neighbours first."""
    parts: list[tuple[Tree, int, int]] = [(i, f.rows, f.cols) for i, f in enumerate(factors)]
    total = 0.0
    while len(parts) > 1:
        costs = [dense_cost(a[1], a[2], b[2]) for a, b in pairwise(parts)]
        at = costs.index(min(costs))
        total += costs[at]
        parts[at:at + 2] = [((parts[at][0], parts[at + 1][0]), parts[at][1], parts[at + 1][2])]
    return total, parts[0][0]


def chain_cost(lower: Lower, nodes: tuple[Node, ...], depth: int = 2) -> float:
    """The cost of a product, with what it costs to form those of its factors that are sums."""
    factors = factors_of(lower, nodes)
    return order(factors, lower.known)[0] + sum(forming_cost(lower, f.node, depth) for f in factors)


def forming_cost(lower: Lower, node: Node, depth: int) -> float:
    """The cost of having a factor as an array, shared between its uses; none where it is needed anyway."""
    inner = node.args[0] if isinstance(node, Transpose) else node
    if isinstance(inner, Inverse):
        return 0.0
    if depth == 0 or lower.is_fixed(node) or not isinstance(inner, (Add, MatMul, Mul)):
        return 0.0
    uses = _uses(lower, inner)
    if uses is None:
        return 0.0
    if isinstance(inner, MatMul):
        return chain_cost(lower, inner.args, depth - 1) / uses
    entries = lower.size(inner.rows) * lower.size(inner.cols)
    dense = entries > max(lower.size(inner.rows), lower.size(inner.cols))
    passes = (PASS if dense else GEMV) * entries * len(inner.args)
    return (passes + sum(forming_cost(lower, a, depth - 1) for a in inner.args)) / uses


def _uses(lower: Lower, node: Node) -> int | None:
    """How many products use a node; None where something else needs it too."""
    if node in lower.wanted:
        return None
    count = 0
    stack = list(lower.parents.get(node, ()))
    while stack:
        parent = stack.pop()
        if isinstance(parent, Transpose):
            stack.extend(lower.parents.get(parent, ()))
        elif isinstance(parent, MatMul):
            count += 1
        else:
            return None
    return max(count, 1)


def rooted(lower: Lower, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """X' diag(d) X with d >= 0 as Z'Z, Z = diag(sqrt(d)) X, where that is cheaper."""
    for i, node in enumerate(nodes):
        if not (isinstance(node, Diag) and "nonneg" in node.args[0].facts and 0 < i < len(nodes) - 1):
            continue
        if transpose(nodes[i - 1]) is nodes[i + 1] and nodes[i + 1].cols is not ONE:
            root = Diag._make((), (power(node.args[0], HALF),), node.rows, node.cols)
            split = (*nodes[:i], root, root, *nodes[i + 1:])
            before, after = (order(factors_of(lower, c), lower.known)[0] for c in (nodes, split))
            if after < before:
                return split
    return nodes


def ends(tree: Tree) -> tuple[int, int]:
    first = last = tree
    while not isinstance(first, int):
        first = first[0]
    while not isinstance(last, int):
        last = last[1]
    return first, last


def parts(tree: Tree) -> list[Tree]:
    found: list[Tree] = []
    stack = [tree]
    while stack:
        here = stack.pop()
        found.append(here)
        if not isinstance(here, int):
            stack.extend(here)
    return found[::-1]
