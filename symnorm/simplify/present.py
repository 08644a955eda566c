"""The displayed form: what a book prints.

Bottom up, each node is rebuilt from its displayed arguments and then put in its shortest form: common factors taken
out, a minus sign absorbed by a difference, X before X', a long product of transposes transposed as one. Other forms
(products multiplied out, inverses of products split, sigmoid(-z) as 1 - sigmoid(z)) are tried and kept when shorter.
"""

from __future__ import annotations

from collections.abc import Callable

from ..language.build import (
    MINUS,
    add,
    entrywise_power,
    identity,
    inverse,
    matmul,
    mul,
    negate,
    ones,
    softmax,
    split,
    value_of,
)
from ..language.node import (
    Add,
    Diag,
    DiagOf,
    Eigengap,
    Eigenvalue,
    Eigenvector,
    Elementwise,
    Hadamard,
    Inverse,
    MatMul,
    Mul,
    Node,
    Norm,
    Ones,
    Power,
    Softmax,
    Trace,
    Transpose,
    Variable,
    postorder,
)
from ..language.rebuild import rebuild
from .cost import cost
from .expand import expand
from .factor import factor_sum
from .fractions import clear_fractions
from .gather import gathered
from .lengths import one_length
from .order import in_order
from .rows import scale_entrywise

LONG_PRODUCT = 4
MAX_VARIANT_COST = 400


def present(root: Node) -> Node:
    """`root` in the form a book prints; equal in value, never longer.

    >>> from symnorm import variables
    >>> A, x = variables("A: n x n, x: n")
    >>> present(A.T @ x + A @ x)
    (A + A.T) @ x
    """
    known = root.memo.get("presented")
    if known is None:
        known = _shortest(root)
        root.memo["presented"] = known
    return known  # type: ignore[no-any-return]


def _shortest(root: Node) -> Node:
    best = _display(root)
    if root.args and cost(root) <= MAX_VARIANT_COST:
        kinds = {type(node) for node in postorder([root])}
        for variant, needed in VARIANTS:
            candidate = root if needed.isdisjoint(kinds) else variant(root)
            if candidate is not root:
                best = _shorter(best, _display(candidate), Norm in kinds)
        best = _shorter(best, best, Norm in kinds)
    best = _absorb_minus(best) if isinstance(best, Mul) else best
    return best if cost(best) <= cost(root) else root


def _shorter(best: Node, shown: Node, with_norms: bool) -> Node:
    """The shorter of two displayed forms; the second with one spelling of squared lengths too, if it has any."""
    met = one_length(shown) if with_norms else shown
    return min((best, shown, _display(met)) if met is not shown else (best, shown), key=cost)


def _display(root: Node) -> Node:
    done: dict[Node, Node] = {}
    for node in postorder([root]):
        shown = node.memo.get("displayed")
        if shown is None:
            shown = _local(rebuild(node, _arguments(node, done)))
            node.memo["displayed"] = shown
        done[node] = shown
    return done[root]


def _arguments(node: Node, done: dict[Node, Node]) -> tuple[Node, ...]:
    """The displayed arguments; what is of symmetric matrices alone keeps one whose form no longer shows that it is."""
    shown = tuple(done[a] for a in node.args)
    hidden = isinstance(node, (Eigenvalue, Eigenvector, Eigengap)) and "symmetric" not in shown[0].facts
    return node.args if hidden else shown


def _local(node: Node) -> Node:
    """One node, its arguments already displayed."""
    node = gathered(node) if isinstance(node, (MatMul, Trace, DiagOf, Power)) else node
    match node:
        case Add():
            return factor_sum(node)
        case Mul():
            return clear_fractions(node)
        case MatMul() if len(node.args) >= LONG_PRODUCT:
            return _transpose_as_one(node)
        case MatMul() if len(node.args) == 2:
            return _reciprocal_rows(node)
        case Softmax(args=(Add() as shifted,)):
            return softmax(_unshifted(shifted))
    return node


def _unshifted(node: Add) -> Node:
    """z for z - t 1: softmax does not feel a shift of all entries, which programs take out against overflow."""
    kept = [term for term in node.args if not isinstance(term.args[-1] if isinstance(term, Mul) else term, Ones)]
    return add(*kept) if kept else node


def _absorb_minus(node: Node) -> Node:
    """-2 (T - U V') V as 2 (U V' - T) V: a minus in front goes into a difference."""
    number = value_of(node.args[0])
    if number is None or not number.is_negative:
        return node
    core = node.args[-1]
    for i, factor in enumerate(core.args if isinstance(core, (MatMul, Hadamard)) else (core,)):
        if isinstance(factor, Add) and any(split(t)[0].is_negative for t in factor.args):
            flipped = in_order(negate_terms(factor))
            if isinstance(core, (MatMul, Hadamard)):
                other = rebuild(core, (*core.args[:i], flipped, *core.args[i + 1 :]))
            else:
                other = flipped
            candidate = mul(MINUS, *node.args[:-1], other)
            if cost(candidate) < cost(node):
                return candidate
    return node


def negate_terms(node: Add) -> Node:
    """Each term of a sum with its sign changed."""
    return add(*(negate(t) for t in node.args))


def _transpose_as_one(node: Node) -> Node:
    """A' B' C' D' as (D C B A)'."""
    if all(isinstance(f, Transpose) for f in node.args):
        inner = matmul(*(f.args[0] for f in reversed(node.args)))
        outer: Node = Transpose._make((), (inner,), node.rows, node.cols)
        return outer
    return node


def _reciprocal_rows(node: Node) -> Node:
    """(1./v) 1' as 1./(v 1'), and 1 1' as the matrix of ones."""
    column, row = node.args
    if isinstance(column, Ones) and isinstance(row, Ones):
        return ones(node.rows, node.cols)
    if column.is_vector and isinstance(row, Ones) and isinstance(column, Power):
        exponent = value_of(column.args[1])
        if exponent is not None and exponent.is_negative:
            upright = entrywise_power(column, MINUS)
            return entrywise_power(matmul(upright, row), MINUS)
    return node


def _split_inverses(root: Node) -> Node:
    """(A B)^-1 = B^-1 A^-1 for square A and B."""
    done: dict[Node, Node] = {}
    changed = False
    for node in postorder([root]):
        args = tuple(done[a] for a in node.args)
        if isinstance(node, Inverse) and isinstance(args[0], MatMul) and all(f.is_square for f in args[0].args):
            done[node] = matmul(*(inverse(f) for f in reversed(args[0].args)))
            changed = True
        else:
            done[node] = rebuild(node, args) if args else node
    return done[root] if changed else root


def _open_products(root: Node) -> Node:
    """Inverses of products split, then multiplied out."""
    opened = _split_inverses(root)
    return root if opened is root else expand(opened)


def _use_orthogonality(root: Node) -> Node:
    """Q^-1 = Q' and Q'Q = I for orthogonal Q: in results alone, since the entries of Q are free while it is derived
    by."""
    if not any("orthogonal" in v.facts for v in root.free):
        return root
    done: dict[Node, Node] = {}
    for node in postorder([root]):
        made = rebuild(node, tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(made, Inverse) and "orthogonal" in made.args[0].facts:
            made = made.args[0].T
        if isinstance(made, MatMul):
            kept = _orthogonal_pairs(made.args)
            made = matmul(*kept) if kept else identity(made.rows)
        done[node] = made
    return done[root]


def _orthogonal_pairs(factors: tuple[Node, ...]) -> list[Node]:
    """The factors without neighbours Q'Q and QQ'."""
    kept: list[Node] = []
    for factor in factors:
        if kept and factor.is_square and "orthogonal" in factor.facts and kept[-1].T is factor:
            kept.pop()
        else:
            kept.append(factor)
    return kept


def _open_sigmoids(root: Node) -> Node:
    """sigmoid(-z) = 1 - sigmoid(z), multiplied out."""
    done: dict[Node, Node] = {}
    changed = False
    for node in postorder([root]):
        args = tuple(done[a] for a in node.args)
        if isinstance(node, Elementwise) and node.name == "sigmoid" and split(args[0])[0].is_negative:
            positive = rebuild(node, (negate(args[0]),))
            done[node] = Add._make((), (ones(node.rows, node.cols), negate(positive)), node.rows, node.cols)
            changed = True
        else:
            done[node] = rebuild(node, args) if args else node
    return expand(done[root]) if changed else root


def _multiplied_out(root: Node) -> Node:
    """Products distributed over sums; `root` itself where it has one sum and no term of it gets shorter in its place:
    to factor the terms could only lead back.
    """
    opened = expand(root)
    sums = [node for node in postorder([root]) if isinstance(node, Add)]
    if len(sums) != 1 or opened is root or not isinstance(opened, Add) or len(opened.args) != len(sums[0].args):
        return opened
    around = cost(root) - cost(sums[0])
    same = sum(map(cost, opened.args)) >= sum(map(cost, sums[0].args)) + around * len(opened.args)
    return root if same else opened


VARIANTS: tuple[tuple[Callable[[Node], Node], frozenset[type[Node]]], ...] = (
    (_use_orthogonality, frozenset({Variable})),
    (_split_inverses, frozenset({Inverse})),
    (_open_products, frozenset({Inverse})),
    (_open_sigmoids, frozenset({Elementwise})),
    (scale_entrywise, frozenset({Diag, DiagOf})),
    (_multiplied_out, frozenset({Add})),
)
"""Other forms of an expression, with the kinds of nodes without which there is none."""
