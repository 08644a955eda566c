"""Every rule against central differences, at a point of its own domain; every adjoint against its form."""

from __future__ import annotations

import numpy as np
import pytest

from symnorm.engine.adjoint import read_off
from symnorm.engine.sweep import DIFFERENTIALS, differential, differential_of
from symnorm.language import build
from symnorm.language import functions as sn
from symnorm.language.build import variable
from symnorm.language.eigen import EIGEN, eigmax, expm, pinv
from symnorm.language.node import Inner, MatPower, Node
from symnorm.numeric.interpret import evaluate
from symnorm.rules.elementwise import ROWS
from symnorm.shapes import size_symbol

SIZES = {"m": 4, "n": 3, "p": 2}
X, S, V = variable("X", "n", "n"), variable("S", "n", "n"), variable("V", "m", "n")
x, y, v = variable("x", "n"), variable("y", "n"), variable("v", 12)
T = variable("T", "n", "n", frozenset({"symmetric"}))
B, t = variable("B", "p", "m"), variable("t")

EXAMPLES: list[Node] = [
    X + S.T,
    build.mul(t, V),
    V.T @ B.T,
    sn.hadamard(x, y),
    x.T,
    V.T,
    sn.inv(X),
    sn.tr(X),
    sn.det(X),
    sn.logdet(X),
    sn.diag(x),
    sn.diag(X),
    sn.kron(B, V),
    sn.vec(V),
    build.unvec(v, build.as_node(4).value, build.as_node(3).value),
    sn.sum(V),
    sn.logsumexp(x),
    sn.softmax(x),
    sn.max(x),
    sn.peak(x),
    build.entrywise_power(x, build.as_node(3)),
    build.entrywise_power(x, build.as_node(-2)),
    t**3,
    sn.norm2(x) ** 2,
    sn.norm2(V) ** 3,
    build.kron_adjoint(
        "left", variable("G", 8, 9), variable("Q", 2, 3), build.as_node(4).value, build.as_node(3).value
    ),
    build.kron_adjoint(
        "right", variable("G", 8, 9), variable("Q", 4, 3), build.as_node(2).value, build.as_node(3).value
    ),
    MatPower._make((3,), (X,), X.rows, X.cols),
    Inner._make((), (V, V), build.as_node(1).value, build.as_node(1).value),
    build.lower(X),
    sn.norm1(x),
    sn.norm2(x),
    sn.norm2(V),
    sn.norminf(x),
    sn.normp(x, 3),
    sn.normp(x, 2.5),
    sn.normp(V, 4),
    sn.normnuc(V),
    sn.normspec(V),
    sn.polar(V),
    sn.polar(V.T),
    sn.leading(V),
    sn.leftvec(V),
    sn.rightvec(V),
    sn.gapinv(V),
    sn.gapinv(V.T),
    sn.sylvester(V),
    *(function(T) for function in EIGEN[:6]),
    eigmax(V.T @ V),
    pinv(V),
    pinv(V.T),
    sn.tr(expm(X)),
    sn.normw(x, variable("W", "n", "n", frozenset({"spd"}))),
    sn.norm21(V),
    sn.normind1(V),
    sn.normindinf(V),
    *(
        build.elementwise(name, x, *([build.as_node(0.4)] if name in ("huber", "clip", "inside", "elu") else []))
        for name in ROWS
    ),
]


def lengths(node: Node) -> tuple[int, ...]:
    return tuple(int(s.xreplace({size_symbol(k): v for k, v in SIZES.items()})) for s in node.shape)


def draw(node: Node, rng: np.random.Generator) -> dict[Node, np.ndarray]:
    """A point of the domain of the rule of `node`."""
    rule = DIFFERENTIALS.find(node)
    sample = rule.domain_of(node).sample
    values = {}
    for variable_ in node.free:
        shape = lengths(variable_)
        values[variable_] = np.asarray(sample(rng, shape)) if shape else float(rng.uniform(0.5, 2))
        if "spd" in variable_.facts:
            values[variable_] = values[variable_] @ values[variable_].T + np.eye(shape[0])
    return values


def directional(node: Node, values: dict, direction: dict, h: float = 1e-5) -> np.ndarray:
    """(node(x + h v) - node(x - h v)) / 2h, extrapolated once."""

    def central(step: float) -> np.ndarray:
        plus, minus = ({k: values[k] + s * step * direction[k] for k in values} for s in (1, -1))
        return (np.asarray(evaluate([node], plus, SIZES)[0]) - np.asarray(evaluate([node], minus, SIZES)[0])) / (
            2 * step
        )

    return (4 * central(h) - central(2 * h)) / 3


def moving(node: Node) -> frozenset:
    """The variables that a rule differentiates by: not the parameters of a norm."""
    names = {"W"} if type(node).__name__ == "Norm" else set()
    return frozenset(v for v in node.free if v.name not in names)


@pytest.mark.parametrize("node", EXAMPLES, ids=lambda n: f"{type(n).__name__}-{n.data[0] if n.data else ''}")
def test_rule_agrees_with_differences(node: Node) -> None:
    rng = np.random.default_rng(abs(hash(type(node).__name__)) % 1000)
    values, wrt = draw(node, rng), moving(node)
    direction = {k: rng.standard_normal(np.shape(a)) if k in wrt else np.zeros(np.shape(a)) for k, a in values.items()}
    rule, form = differential_of(node, wrt)
    known = dict(values)
    for argument in rule.arguments_of(node):
        if not wrt.isdisjoint(argument.free):
            known[differential(argument)] = (
                directional(argument, values, direction) if argument.args else direction[argument]
            )
    got = np.asarray(evaluate([form], known, SIZES)[0])
    want = directional(node, values, direction)
    assert got.shape == want.shape
    assert np.max(np.abs(got - want)) <= 1e-7 * max(1.0, np.max(np.abs(want)))


@pytest.mark.parametrize("node", EXAMPLES, ids=lambda n: f"{type(n).__name__}-{n.data[0] if n.data else ''}")
def test_adjoint_agrees_with_form(node: Node) -> None:
    rng = np.random.default_rng(7)
    values, wrt = draw(node, rng), moving(node)
    _, form = differential_of(node, wrt)
    weight = variable("Weight", node.rows, node.cols)
    values[weight] = rng.standard_normal(lengths(node))
    known = dict(values)
    for d in form.free:
        if d.args:
            known[d] = rng.standard_normal(lengths(d))
    left = np.sum(np.asarray(values[weight]) * evaluate([form], known, SIZES)[0])
    right = 0.0
    for argument, adjoint in read_off(weight, form):
        right += np.sum(np.asarray(evaluate([adjoint], values, SIZES)[0]) * known[differential(argument)])
    assert abs(left - right) <= 1e-10 * max(1.0, abs(left))


def test_every_rule_has_an_example() -> None:
    covered = {id(DIFFERENTIALS.find(node)) for node in EXAMPLES}
    missing = [r for r in DIFFERENTIALS.rules.values() if id(r) not in covered and r.source != "declared by the user"]
    assert not missing, [f"{r.node.__name__} {r.of}" for r in missing]
