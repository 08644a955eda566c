"""Expressions as JSON: every node once, arguments before what holds them, so that sharing is kept.

{"schema": "symnorm.expression/1", "nodes": [
    {"node": "Variable", "name": "x", "properties": [], "shape": [["size", "n"], 1]},
    {"node": "Transpose", "args": [0], "shape": [1, ["size", "n"]]}, ...]}

The last node is the expression.

>>> from symnorm import variables
>>> A, x = variables("A: m x n, x: n")
>>> from_json(to_json(A @ x)) is A @ x
True
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sympy import Matrix

from ..derivation.display import differential, inner
from ..errors import ReadingError, SymnormError
from ..language import build
from ..language import node as nodes
from ..language.elementary import ELEMENTARY
from ..language.leaves import array, as_node, commutation
from ..language.node import Node, postorder
from ..language.operations import OPERATIONS
from ..language.reading.characters import MAX_NAME
from ..language.reading.declaration_tokens import PROPERTIES
from ..shapes import Size
from .scalar_json import scalar_from_json, scalar_to_json

SCHEMA = "symnorm.expression/1"
Maker = Callable[[Mapping[str, Any], list[Node], Size, Size], Node]


def to_json(expression: Any) -> str:
    """The expression as a JSON text."""
    return json.dumps(to_data(expression))


def to_data(expression: Any) -> dict[str, Any]:
    """The expression as lists and dictionaries, ready for json.dumps."""
    order = postorder([as_node(expression)])
    place = {node: i for i, node in enumerate(order)}
    return {"schema": SCHEMA, "nodes": [_entry(node, place) for node in order]}


def from_json(text: str | Mapping[str, Any]) -> Node:
    """The expression that `to_json` wrote; anything else is a ReadingError."""
    try:
        data = json.loads(text) if isinstance(text, str) else text
    except ValueError as problem:
        raise ReadingError(f"not JSON: {problem}") from None
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA or not isinstance(data.get("nodes"), list):
        raise ReadingError(f'an object with "schema": "{SCHEMA}" and "nodes" was expected')
    made: list[Node] = []
    for i, entry in enumerate(data["nodes"]):
        try:
            made.append(_node(entry, made))
        except ReadingError:
            raise
        except (SymnormError, KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
            raise ReadingError(f"node {i} of the JSON is not an expression: {problem}") from None
    if not made:
        raise ReadingError("the JSON holds no node")
    return made[-1]


def _entry(node: Node, place: Mapping[Node, int]) -> dict[str, Any]:
    entry: dict[str, Any] = {"node": type(node).__name__}
    if node.args:
        entry["args"] = [place[a] for a in node.args]
    if isinstance(node, nodes.Variable):
        entry |= {"name": node.name, "properties": sorted(node.properties)}
    elif isinstance(node, nodes.Constant):
        entry["value"] = scalar_to_json(node.value)
    elif isinstance(node, nodes.Array):
        entry["value"] = [[scalar_to_json(x) for x in row] for row in node.data[0].tolist()]
    elif node.data:
        entry["data"] = [d if isinstance(d, str | int) else scalar_to_json(d) for d in node.data]
    entry["shape"] = [scalar_to_json(node.rows), scalar_to_json(node.cols)]
    return entry


def _node(entry: Mapping[str, Any], made: list[Node]) -> Node:
    """The node of an entry: its constructor checks it; where the constructor rewrites, the node is kept as written."""
    kind = entry["node"]
    if kind not in MAKERS:
        raise ReadingError(f"{str(kind)[:40]!r} is not a kind of node")
    rows, cols = (scalar_from_json(s) for s in entry["shape"])
    places = entry.get("args", [])
    if not all(isinstance(i, int) and 0 <= i < len(made) for i in places):
        raise ReadingError("the arguments of a node stand before it")
    args = [made[i] for i in places]
    node = MAKERS[kind](entry, args, rows, cols)
    if (node.rows, node.cols) != (rows, cols):
        raise ReadingError(f"the shape of {node} is not {rows} x {cols}")
    cls = getattr(nodes, kind)
    if not args or (type(node) is cls and list(node.args) == args):
        return node
    data = tuple(d if isinstance(d, str) else _whole(d) for d in entry.get("data", []))
    kept: Node = cls._make(data, tuple(args), rows, cols)
    return kept


def _whole(data: Any) -> int:
    value = scalar_from_json(data)
    if not value.is_Integer:
        raise ReadingError(f"a whole number was expected, got {value}")
    return int(value)


def _variable(entry: Mapping[str, Any], args: list[Node], rows: Size, cols: Size) -> Node:
    name, properties = entry["name"], entry["properties"]
    if not (isinstance(name, str) and name.isidentifier() and len(name) <= MAX_NAME):
        raise ReadingError(f"{str(name)[:40]!r} is not a name")
    if not PROPERTIES.issuperset(properties):
        raise ReadingError(f"unknown properties in {str(properties)[:80]}; known are {', '.join(sorted(PROPERTIES))}")
    return build.variable(name, rows, cols, frozenset(properties))


def _elementwise(entry: Mapping[str, Any], args: list[Node], rows: Size, cols: Size) -> Node:
    name = entry["data"][0]
    if len(args) != 1 + ELEMENTARY[name].parameters:
        raise ReadingError(f"{name} of {len(args)} arguments")
    return build.elementwise(name, *args)


def _from(function: Callable[..., Node]) -> Maker:
    return lambda entry, args, rows, cols: function(*args)


MAKERS: dict[str, Maker] = {
    "Variable": _variable,
    "Constant": lambda e, a, m, n: build.constant(scalar_from_json(e["value"])),
    "Array": lambda e, a, m, n: array(Matrix([[scalar_from_json(x) for x in row] for row in e["value"]])),
    "Identity": lambda e, a, m, n: build.identity(m),
    "Ones": lambda e, a, m, n: build.ones(m, n),
    "Zero": lambda e, a, m, n: build.zero(m, n),
    "Add": _from(build.add), "Mul": _from(build.mul), "Power": _from(build.entrywise_power),
    "MatMul": _from(build.matmul), "Hadamard": _from(build.hadamard), "Transpose": _from(build.transpose),
    "Inverse": _from(build.inverse),
    "MatPower": lambda e, a, m, n: build.matrix_power(a[0], _whole(e["data"][0])),
    "Trace": _from(build.trace), "Det": _from(build.det), "LogDet": _from(build.logdet), "Diag": _from(build.diag),
    "DiagOf": _from(build.diagonal), "Lower": _from(build.lower), "Kron": _from(build.kron), "Vec": _from(build.vec),
    "Commutation": lambda e, a, m, n: commutation(*(scalar_from_json(s) for s in e["data"])),
    "Unvec": lambda e, a, m, n: build.unvec(a[0], m, n),
    "KronAdjoint": lambda e, a, m, n: build.kron_adjoint(e["data"][0], a[0], a[1], m, n),
    "SumAll": _from(build.sum_all), "Elementwise": _elementwise,
    "Norm": lambda e, a, m, n: build.norm_node(e["data"][0], *a),
    "LogSumExp": _from(build.logsumexp), "Softmax": _from(build.softmax), "Max": _from(build.maximum),
    "Peak": _from(build.peak), "Polar": _from(build.polar), "LeadingPair": _from(build.leading),
    "SingularVector": lambda e, a, m, n: build.singular_vector(e["data"][0], a[0]),
    "GapInverse": _from(build.gapinv), "Sylvester": _from(build.sylvester),
    "Eigenvalue": lambda e, a, m, n: build.eigenvalue(e["data"][0], a[0]),
    "Eigenvector": lambda e, a, m, n: build.eigenvector(e["data"][0], a[0]),
    "Eigengap": lambda e, a, m, n: build.eigengap(e["data"][0], a[0]),
    "TraceExponential": lambda e, a, m, n: build.trace(build.expm(a[0])),
    "PseudoInverse": _from(build.pinv), "MatrixExponential": _from(build.expm),
    "Applied": lambda e, a, m, n: OPERATIONS[e["data"][0]](*a),
    "Differential": _from(differential), "Inner": _from(inner),
}
"""How each kind of node is made again."""
