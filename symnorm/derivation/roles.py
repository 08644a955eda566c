"""Which sub-expressions of a function get a name, and what kind of letter."""

from __future__ import annotations

from ..language.build import HALF, split
from ..language.node import (
    Add,
    Constant,
    Det,
    Elementwise,
    Hadamard,
    Inverse,
    LogDet,
    LogSumExp,
    MatMul,
    Max,
    Mul,
    Node,
    Norm,
    Power,
    Softmax,
    SumAll,
    Trace,
    Transpose,
    Variable,
    postorder,
)
from ..language.rebuild import rebuild
from ..rules.elementwise import is_log_sigmoid, softplus_argument
from ..simplify.cost import cost
from .names import Names

OWN_DERIVATIVE = frozenset({"tanh", "sigmoid", "tan"})


def name_subexpressions(f: Node, names: Names) -> Node:
    """f in names."""
    roles = roles_in(f, names)
    done: dict[Node, Node] = {}
    for node in postorder([f]):
        made = rebuild(node, tuple(done[a] for a in node.args)) if node.args else node
        made = names.apply(made) if names.replaced and not isinstance(made, Variable) else made
        role = roles.get(node)
        if role is not None and node is not f:
            if role == "residual" and any(n in names.definitions for n in made.free):
                role = "error"
            made = names.define(made, role)
        done[node] = made
    return names.apply(done[f])


def roles_in(f: Node, names: Names) -> dict[Node, str]:
    """The nodes that get a name, and what kind of letter."""
    roles: dict[Node, str] = {}
    seen: dict[Node, int] = {}
    for node in postorder([f]):
        if not names.depends(node):
            continue
        for argument in node.args:
            inside = argument.args[0] if isinstance(argument, Transpose) else argument
            seen[inside] = seen.get(inside, 0) + (0 if isinstance(node, Transpose) else 1)
        role = _role_of_argument(node)
        if role is not None:
            argument = split(_untransposed(node.args[0]))[1]
            if _worth(argument, names):
                roles.setdefault(argument, role)
    hidden = _only_in_logarithms(f)
    for node in postorder([f]):
        if node in hidden:
            continue
        if keeps(node) and names.depends(node):
            roles[node] = "probability" if is_probability(node) else "activation"
        elif seen.get(node, 0) > 1 and _repeats(node) and (names.depends(node) or isinstance(node, Add)):
            roles.setdefault(node, "scalar" if node.is_scalar else "residual" if isinstance(node, Add) else "matrix")
    return roles


def _only_in_logarithms(f: Node) -> set[Node]:
    """The sigmoids whose logarithm alone occurs: log sigma(t) has a law of its own."""
    inside: set[Node] = set()
    elsewhere: set[Node] = set()
    for node in postorder([f]):
        (inside if isinstance(node, Elementwise) and is_log_sigmoid(node) else elsewhere).update(node.args)
    return inside - elsewhere


def _untransposed(node: Node) -> Node:
    return node.args[0] if isinstance(node, Transpose) else node


def _worth(node: Node, names: Names) -> bool:
    """Is it something else than a symbol, and does it change with the variables?"""
    if isinstance(node, (Variable, Constant)) or not names.depends(node):
        return False
    return not (node.is_scalar and isinstance(node, (Norm, Trace, Det, LogDet, SumAll)) and cost(node) <= 2)


def _role_of_argument(node: Node) -> str | None:
    match node:
        case Norm():
            return "residual"
        case Elementwise() if softplus_argument(node) is None and not is_log_sigmoid(node):
            return "scalar" if node.args[0].is_scalar else "argument"
        case Power() if not node.is_scalar or node.args[1] is HALF:
            return "scalar" if node.is_scalar else "argument"
        case LogSumExp() | Softmax() | Max():
            return "argument"
        case Inverse() | Det() | LogDet():
            return "matrix"
    return None


def keeps(node: Node) -> bool:
    """A function whose derivative is written with its value."""
    if isinstance(node, Softmax):
        return True
    return isinstance(node, Elementwise) and not node.is_scalar and node.name in OWN_DERIVATIVE


def is_probability(node: Node) -> bool:
    return isinstance(node, Softmax) or (isinstance(node, Elementwise) and node.name == "sigmoid")


def _repeats(node: Node) -> bool:
    if isinstance(node, (Add, MatMul)):
        return True
    return (not node.is_scalar and isinstance(node, (Hadamard, Elementwise, Power))) or (
        isinstance(node, Mul) and not node.is_scalar and cost(node) > 2
    )
