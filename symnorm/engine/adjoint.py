"""The adjoints of the linear operations: from <G, L(dX)> to <L*(G), dX>.

<C, A D B> = <A' C B', D>,  <C, D'> = <C', D>,  <C, A o D> = <A o C, D>,  <c, tr D> = <c I, D>, ...
Source: standard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..errors import NoRule
from ..language.build import (
    diag,
    diagonal,
    hadamard,
    identity,
    kron,
    kron_adjoint,
    lower,
    matmul,
    mul,
    ones,
    transpose,
    unvec,
    vec,
)
from ..language.functions import dot
from ..language.node import (
    Add,
    Diag,
    DiagOf,
    Differential,
    Hadamard,
    Inner,
    Kron,
    KronAdjoint,
    Lower,
    MatMul,
    Mul,
    Node,
    SumAll,
    Trace,
    Transpose,
    Unvec,
    Vec,
)


def is_differential(node: Node) -> bool:
    """Does the expression hold a differential?"""
    known = node.memo.get("moving")
    if known is None:
        known = node.memo["moving"] = any(isinstance(v, Differential) for v in node.free)
    return bool(known)


def read_off(G: Node, form: Node) -> list[tuple[Node, Node]]:
    """The pairs (X, adjoint) with <G, form> = sum of <adjoint, dX>; `form` is linear in the differentials dX."""
    found: list[tuple[Node, Node]] = []
    stack = [(form, G)] if is_differential(form) else []
    while stack:
        node, g = stack.pop()
        if isinstance(node, Differential):
            found.append((node.args[0], g))
            continue
        step = ADJOINTS.get(type(node))
        if step is None:
            raise NoRule(f"{node} ({type(node).__name__}) is not linear in its differential")
        stack.extend(reversed([pair for pair in step(node, g) if is_differential(pair[0])]))
    return found


def _sum(node: Node, g: Node) -> Iterator[tuple[Node, Node]]:
    return ((term, g) for term in node.args)


def _scaled(node: Node, g: Node) -> Iterator[tuple[Node, Node]]:
    *scalars, core = node.args
    for i, factor in enumerate(node.args):
        if not is_differential(factor):
            continue
        others = [*node.args[:i], *node.args[i + 1 :]]
        if factor.is_scalar and not core.is_scalar:
            yield factor, mul(*others[:-1], dot(g, core))
        else:
            yield factor, mul(*others, g)


def _product(node: Node, g: Node) -> Iterator[tuple[Node, Node]]:
    for i, factor in enumerate(node.args):
        if is_differential(factor):
            left = [transpose(f) for f in reversed(node.args[:i])]
            right = [transpose(f) for f in reversed(node.args[i + 1 :])]
            yield factor, matmul(*left, g, *right)


def _hadamard(node: Node, g: Node) -> Iterator[tuple[Node, Node]]:
    for i, factor in enumerate(node.args):
        if is_differential(factor):
            yield factor, hadamard(*node.args[:i], g, *node.args[i + 1 :])


def _kron(node: Node, g: Node) -> Iterator[tuple[Node, Node]]:
    a, b = node.args
    if is_differential(a):
        yield a, kron_adjoint("left", g, b, a.rows, a.cols)
    else:
        yield b, kron_adjoint("right", g, a, b.rows, b.cols)


def _kron_adjoint(node: Node, g: Node) -> Iterator[tuple[Node, Node]]:
    inner, other = node.args
    left = node.data[0] == "left"
    if is_differential(inner):
        yield inner, kron(g, other) if left else kron(other, g)
    else:
        yield other, kron_adjoint("right" if left else "left", inner, g, other.rows, other.cols)


def _inner(node: Node, g: Node) -> Iterator[tuple[Node, Node]]:
    u, v = node.args
    yield (u, mul(g, v)) if is_differential(u) else (v, mul(g, u))


ADJOINTS: dict[type[Node], Callable[[Node, Node], Iterator[tuple[Node, Node]]]] = {
    Add: _sum,
    Mul: _scaled,
    MatMul: _product,
    Hadamard: _hadamard,
    Kron: _kron,
    KronAdjoint: _kron_adjoint,
    Inner: _inner,
    Transpose: lambda node, g: iter([(node.args[0], transpose(g))]),
    Trace: lambda node, g: iter([(node.args[0], mul(g, identity(node.args[0].rows)))]),
    SumAll: lambda node, g: iter([(node.args[0], mul(g, ones(node.args[0].rows, node.args[0].cols)))]),
    Diag: lambda node, g: iter([(node.args[0], diagonal(g))]),
    DiagOf: lambda node, g: iter([(node.args[0], diag(g))]),
    Lower: lambda node, g: iter([(node.args[0], lower(g))]),
    Vec: lambda node, g: iter([(node.args[0], unvec(g, node.args[0].rows, node.args[0].cols))]),
    Unvec: lambda node, g: iter([(node.args[0], vec(g))]),
}
