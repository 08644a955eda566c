"""Scalar functions entry by entry: d f(U) = f'(U) o dU, one row per function.

A row is the derivative as an expression in the argument (and the parameters), the set where it holds, and f' as it is
printed. Source: standard; the tests compare each row with SymPy's derivative of the function's body.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sympy import pi, sqrt

from ..domains import COSINE_NONZERO, EVERYWHERE, NO_ENTRY_AT_THRESHOLD, NO_ZERO_ENTRY, POSITIVE, WITHIN_ONE, Domain
from ..errors import NoRule
from ..language.build import (
    HALF,
    MINUS,
    UNIT,
    add,
    constant,
    elementwise,
    entrywise_power,
    hadamard,
    is_one,
    is_zero,
    mul,
    negate,
    ones,
    subtract,
    zero,
)
from ..language.node import Add, Elementwise, Node
from .rule import DIFFERENTIALS, Rule

Derivative = Callable[..., Node]


@dataclass(frozen=True, slots=True)
class Row:
    """One scalar function: f', where it holds, and f' in print."""

    derivative: Derivative
    domain: Domain
    law: str
    where: Callable[[Node], Domain] | None = None


def _one(x: Node) -> Node:
    return ones(x.rows, x.cols)


def _square(x: Node) -> Node:
    return entrywise_power(x, constant(2))


def _decayed(x: Node) -> Node:
    """e^min(t, 0)."""
    return elementwise("exp", negate(elementwise("relu", negate(x))))


def _apply(name: str) -> Derivative:
    return lambda x, *parameters: elementwise(name, x, *parameters)


def _zero(x: Node, *parameters: Node) -> Node:
    return zero(x.rows, x.cols)


ROWS: dict[str, Row] = {
    "exp": Row(_apply("exp"), EVERYWHERE, r"(e^{t})'=e^{t}"),
    "log": Row(lambda x: entrywise_power(x, MINUS), POSITIVE, r"(\log t)'=1/t"),
    "sin": Row(_apply("cos"), EVERYWHERE, r"\sin'=\cos"),
    "cos": Row(lambda x: negate(elementwise("sin", x)), EVERYWHERE, r"\cos'=-\sin"),
    "tan": Row(lambda x: add(_one(x), _square(elementwise("tan", x))), COSINE_NONZERO, r"\tan'=1+\tan^2"),
    "arcsin": Row(
        lambda x: entrywise_power(subtract(_one(x), _square(x)), negate(HALF)),
        WITHIN_ONE,
        r"\arcsin'(t)=(1-t^2)^{-1/2}",
    ),
    "arccos": Row(
        lambda x: negate(entrywise_power(subtract(_one(x), _square(x)), negate(HALF))),
        WITHIN_ONE,
        r"\arccos'(t)=-(1-t^2)^{-1/2}",
    ),
    "arctan": Row(lambda x: entrywise_power(add(_one(x), _square(x)), MINUS), EVERYWHERE, r"\arctan'(t)=1/(1+t^2)"),
    "sinh": Row(_apply("cosh"), EVERYWHERE, r"\sinh'=\cosh"),
    "cosh": Row(_apply("sinh"), EVERYWHERE, r"\cosh'=\sinh"),
    "tanh": Row(lambda x: subtract(_one(x), _square(elementwise("tanh", x))), EVERYWHERE, r"\tanh'=1-\tanh^2"),
    "abs": Row(_apply("sign"), NO_ZERO_ENTRY, r"\lvert t\rvert'=\operatorname{sign}(t)"),
    "sign": Row(_zero, NO_ZERO_ENTRY, r"\operatorname{sign}'=0"),
    "relu": Row(_apply("step"), NO_ZERO_ENTRY, r"\operatorname{relu}'=\operatorname{step}"),
    "step": Row(_zero, NO_ZERO_ENTRY, r"\operatorname{step}'=0"),
    "sigmoid": Row(
        lambda x: hadamard(elementwise("sigmoid", x), elementwise("sigmoid", negate(x))),
        EVERYWHERE,
        r"\sigma'=\sigma(1-\sigma)",
    ),
    "softplus": Row(_apply("sigmoid"), EVERYWHERE, r"(\log(1+e^{t}))'=\sigma(t)"),
    "huber": Row(_apply("clip"), EVERYWHERE, r"h_\delta'(t)=\max(-\delta,\min(t,\delta))"),
    "clip": Row(_apply("inside"), NO_ENTRY_AT_THRESHOLD, r"\operatorname{clip}_\delta'(t)=[\,\lvert t\rvert<\delta\,]"),
    "elu": Row(
        lambda x, alpha: add(mul(alpha, _decayed(x)), mul(subtract(UNIT, alpha), elementwise("step", x))),
        NO_ZERO_ENTRY,
        r"\operatorname{elu}'(t)=\alpha e^{\min(t,0)}+(1-\alpha)\operatorname{step}(t)",
        lambda node: EVERYWHERE if node.args[1] is UNIT else NO_ZERO_ENTRY,
    ),
    "erf": Row(
        lambda x: mul(constant(2 / sqrt(pi)), elementwise("exp", negate(_square(x)))),
        EVERYWHERE,
        r"\operatorname{erf}'(t)=2e^{-t^{2}}/\sqrt{\pi}",
    ),
    "lgamma": Row(_apply("digamma"), POSITIVE, r"(\log\Gamma)'=\psi"),
    "digamma": Row(_apply("trigamma"), POSITIVE, r"\psi'=\psi_{1}"),
    "inside": Row(_zero, NO_ENTRY_AT_THRESHOLD, r"[\,\lvert t\rvert<\delta\,]'=0"),
}


def elementwise_differential(row: Row, node: Node, dX: Node, *parameters: Node) -> Node:
    """f'(U) o dU; a parameter must be constant."""
    if any(not is_zero(p) for p in parameters):
        raise NoRule(f"no rule for {node} by its parameter {node.args[1]}")
    return hadamard(row.derivative(*node.args), dX)


for _name, _row in ROWS.items():
    DIFFERENTIALS.add(
        Rule(
            "elementwise",
            Elementwise,
            _name,
            _row.law,
            _row.domain,
            "standard",
            partial(elementwise_differential, _row),
            where=_row.where,
        )
    )


def derivative_of(node: Node) -> Node:
    """f' at the argument of an elementwise node."""
    return ROWS[str(node.data[0])].derivative(*node.args)


def softplus_argument(node: Node) -> Node | None:
    """The t of log(1 + e^t)."""
    inside = node.args[0]
    if node.data[0] != "log" or not isinstance(inside, Add) or len(inside.args) != 2:
        return None
    for one, other in (inside.args, inside.args[::-1]):
        if is_one(one) and isinstance(other, Elementwise) and other.name == "exp":
            return other.args[0]
    return None


def _is_softplus(node: Node) -> bool:
    return softplus_argument(node) is not None


def _inside(node: Node) -> tuple[Node, ...]:
    return node.args[0].args[0].args if is_one(node.args[0].args[1]) else node.args[0].args[1].args


def _softplus(node: Node, dX: Node) -> Node:
    return hadamard(elementwise("sigmoid", _inside(node)[0]), dX)


DIFFERENTIALS.composition(
    Elementwise,
    _is_softplus,
    Rule(
        "elementwise",
        Elementwise,
        "log(1+exp)",
        ROWS["softplus"].law,
        EVERYWHERE,
        "standard",
        _softplus,
        arguments=_inside,
    ),
)


def is_log_sigmoid(node: Node) -> bool:
    """Is it log sigma(t)?"""
    inside = node.args[0]
    return node.data[0] == "log" and isinstance(inside, Elementwise) and inside.name == "sigmoid"


def _log_sigmoid(node: Node, dX: Node) -> Node:
    return hadamard(elementwise("sigmoid", negate(node.args[0].args[0])), dX)


DIFFERENTIALS.composition(
    Elementwise,
    is_log_sigmoid,
    Rule(
        "elementwise",
        Elementwise,
        "log(sigmoid)",
        r"(\log\sigma(t))'=\sigma(-t)",
        EVERYWHERE,
        "standard",
        _log_sigmoid,
        arguments=lambda node: node.args[0].args,
    ),
)
