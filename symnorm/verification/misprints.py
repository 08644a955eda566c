"""Slips in a finished formula: one node of it replaced by what is easily written instead.

A product with a factor lost, turned or out of order, a sum with a term lost or of the other sign, another exponent, the
elementwise product for the matrix product, another function, a function of something else. A change below a function
(sign, sigmoid, softmax, a norm) is a wrong argument of it, whatever it is itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..errors import SymnormError
from ..language.build import add, transpose
from ..language.node import (
    Add,
    Constant,
    Eigenvalue,
    Eigenvector,
    Elementwise,
    Hadamard,
    LeadingPair,
    LogSumExp,
    MatMul,
    Max,
    Mul,
    Node,
    Norm,
    Polar,
    SingularVector,
    Softmax,
    Transpose,
    Variable,
    postorder,
)
from ..language.rebuild import rebuild
from ..rendering.text import to_text
from .errata import Wrong, wrong_nodes
from .merging import terms

MAX_POSITIONS = 200
MAX_OTHERS = 40
FUNCTIONS = (Elementwise, Softmax, LogSumExp, Norm, Max, Polar, LeadingPair, SingularVector, Eigenvalue, Eigenvector)
PRODUCTS = (MatMul, Mul, Hadamard, Transpose)
KEPT_BELOW = ("transpose", "elementwise", "axis")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong gradient: the slip in it, in words where it is, and the node of f or of the gradient that it is about.

    `used` is what the differential of that node was taken for, where the slip is at one step. A mutant that `corrects`
    is the right gradient if it is a claim with the slip undone.
    """

    slip: str
    where: str
    gradient: Node
    node: Node
    used: Node | None = None
    corrects: bool = False


def misprints(gradient: Node) -> Iterator[Mutant]:
    """One slip anywhere in the formula, the topmost first; or one of its terms transposed."""
    yield from _everywhere(gradient, wrong_nodes)
    terms = gradient.args if isinstance(gradient, Add) and gradient.is_square and not gradient.is_scalar else ()
    for i, term in enumerate(terms):
        other = add(*gradient.args[:i], transpose(term), *gradient.args[i + 1 :])
        yield Mutant("transpose", f"the term {to_text(term)} is transposed", other, term)


def surplus(claim: Node) -> Iterator[Mutant]:
    """The claim without one of its terms, or one of its factors: what is too much in it."""
    for slip, where, other, node in _shorter(claim):
        for found in _put(claim, node, other, slip, where):
            yield replace(found, corrects=True)


def _shorter(claim: Node) -> Iterator[tuple[str, str, Node, Node]]:
    plain = _outside_functions(claim)
    for node in reversed([n for n in postorder([claim]) if n.args and n in plain][-MAX_POSITIONS:]):
        for slip, where, other in wrong_nodes(node):
            if slip == "missing-term" and isinstance(node, Add):
                yield "extra-term", where.replace("is missing", "is too much"), other, node
            elif slip == "chain-factor" and where.endswith(("is missing", "are missing")):
                said = where.replace("is missing", "is too much").replace("are missing", "are too much")
                yield slip, said, other, node


def exchanged(gradient: Node, others: Iterable[Node]) -> Iterator[Mutant]:
    """Another expression of the same shape where one belongs."""
    fitting = [o for o in dict.fromkeys(others) if o.free and not isinstance(o, Constant)]

    def wrong(node: Node) -> Iterator[Wrong]:
        below = () if isinstance(node, Add) else node.args[:1] if isinstance(node, FUNCTIONS) else node.args
        for i, inside in enumerate(below):
            if isinstance(inside, Constant) or (isinstance(node, FUNCTIONS) and i):
                continue
            same = [o for o in fitting if o is not inside and o.rows == inside.rows and o.cols == inside.cols]
            for other in same[:MAX_OTHERS]:
                args = (*node.args[:i], other, *node.args[i + 1 :])
                related = inside in _factors(other) or other in _factors(inside)
                if not related and isinstance(node, PRODUCTS) and not (_is_leaf(inside) and _is_leaf(other)):
                    continue
                slip = "chain-factor" if related and not isinstance(node, FUNCTIONS) else "argument"
                yield slip, f"{to_text(other)} stands where {to_text(inside)} belongs", rebuild(node, args)

    yield from _everywhere(gradient, wrong)


def _is_leaf(node: Node) -> bool:
    return isinstance(node.args[0] if isinstance(node, Transpose) else node, Variable)


def _factors(node: Node) -> set[Node]:
    """What a product is made of."""
    found, stack = set(), [node]
    while stack:
        node = stack.pop()
        found.add(node)
        if isinstance(node, PRODUCTS):
            stack.extend(node.args)
    return found


def _everywhere(gradient: Node, wrong: object) -> Iterator[Mutant]:
    assert callable(wrong)
    nodes = [n for n in postorder([gradient]) if n.args][-MAX_POSITIONS:]
    plain = _outside_functions(gradient)
    for node in reversed(nodes):
        try:
            alternatives = list(wrong(node))
        except SymnormError:
            continue
        for slip, where, other in alternatives:
            name = slip if node in plain or slip in KEPT_BELOW else "argument"
            yield from _put(gradient, node, other, name, where)
        for parent in _parents(nodes, node):
            for slip, where, other in alternatives:
                below = isinstance(parent, FUNCTIONS) or parent not in plain
                name = "argument" if below and slip not in KEPT_BELOW else slip
                yield from _put(gradient, parent, _with_child(parent, node, other), name, where)


def _put(gradient: Node, node: Node, other: Node | None, slip: str, where: str) -> Iterator[Mutant]:
    try:
        if other is not None:
            found = replaced(gradient, node, other)
            if slip == "transpose" and terms(found) < terms(gradient):
                slip, where = "symmetrise", f"two terms are one where it is symmetric: {where}"
            yield Mutant(slip, where, found, node)
    except SymnormError:
        return


def _with_child(parent: Node, node: Node, other: Node) -> Node | None:
    try:
        return rebuild(parent, tuple(other if a is node else a for a in parent.args))
    except SymnormError:
        return None


def _parents(nodes: list[Node], node: Node) -> list[Node]:
    """Who holds the node, where it is more than one."""
    found = [n for n in nodes if node in n.args]
    return found if len(found) > 1 else []


def _outside_functions(gradient: Node) -> set[Node]:
    """The nodes that are reached without going into a function."""
    seen: set[Node] = set()
    stack = [gradient]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            if not isinstance(node, FUNCTIONS):
                stack.extend(node.args)
    return seen


def replaced(root: Node, old: Node, new: Node) -> Node:
    """`root` with one node replaced, everywhere."""
    done: dict[Node, Node] = {old: new}
    for node in postorder([root]):
        if node not in done:
            done[node] = rebuild(node, tuple(done[a] for a in node.args)) if node.args else node
    return done[root]
