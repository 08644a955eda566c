"""Expressions as JSON, and what is refused."""

from __future__ import annotations

import json

import pytest

import symnorm as sn
from symnorm.derivation.display import differential, inner
from symnorm.errors import ReadingError
from symnorm.language import node as nodes
from symnorm.rendering import calls, latex, python, text
from symnorm.rendering.json import MAKERS, SCHEMA, from_json, to_json

A, C, W, x, b, t = sn.variables("A: m x n, C: n x n, W: n x n spd, x: n, b: m, t: scalar positive")
NODES = {name for name, cls in vars(nodes).items()
         if isinstance(cls, type) and issubclass(cls, nodes.Node) and cls is not nodes.Node}


@pytest.mark.parametrize("node", [
    A.T @ (A @ x - b), sn.sqrt(2) * x / t**2, sn.normw(x, W) + sn.huber(t, 2), C**20 @ x, sn.kron(A, C),
    sn.ones("n", "m"), sn.commutation("m", "n"), sn.logdet(W) + sn.tr(C), 2 * inner(C @ x, differential(x)),
], ids=str)
def test_round_trip(node):
    assert from_json(to_json(node)) is node


def test_sharing_is_kept():
    z = x
    for _ in range(200):
        z = z + sn.hadamard(z, C @ z)
    written = to_json(z)
    assert len(json.loads(written)["nodes"]) < 1000
    assert from_json(written) is z


def test_every_node_has_a_row_everywhere():
    assert NODES == set(MAKERS)
    for table in (text.ROWS, python.ROWS, latex.ROWS):
        assert {cls.__name__ for cls in table} == NODES
    assert calls.CALLS.keys() <= text.ROWS.keys()


@pytest.mark.parametrize(("data", "message"), [
    ("{", "not JSON"), ("[]", "schema"), ({"schema": SCHEMA, "nodes": []}, "no node"),
    ({"schema": SCHEMA, "nodes": [{"node": "Trace", "args": [0], "shape": [1, 1]}]}, "stand before"),
    ({"schema": SCHEMA, "nodes": [{"node": "os.system", "shape": [1, 1]}]}, "not a kind of node"),
    ({"schema": SCHEMA, "nodes": [{"node": "Constant", "value": "2+2", "shape": [1, 1]}]}, "not a scalar"),
    ({"schema": SCHEMA, "nodes": [{"node": "Constant", "value": ["^", 10, 10**9], "shape": [1, 1]}]}, "exponent"),
    ({"schema": SCHEMA, "nodes": [{"node": "Variable", "name": "x y", "properties": [], "shape": [1, 1]}]}, "a name"),
    ({"schema": SCHEMA, "nodes": [{"node": "Identity", "shape": [2, 3]}]}, "shape"),
])
def test_refusals(data, message):
    with pytest.raises(ReadingError, match=message):
        from_json(data)
