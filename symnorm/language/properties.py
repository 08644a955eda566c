"""What is known of a node, inferred once when it is made.

Facts about square matrices: symmetric, psd, spd, diagonal, lower, upper, orthogonal, invertible.
Facts about entries (scalars, vectors, matrices): positive (all > 0), nonneg (all >= 0).
A fact that is absent is unknown, never false.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .node import Node

NONE: frozenset[str] = frozenset()
SIGNED = frozenset({"positive", "nonneg"})
KEPT_BY_PRODUCTS = frozenset({"positive", "nonneg", "lower", "upper", "diagonal", "orthogonal", "invertible"})
KEPT_BY_SCALARS = frozenset({"symmetric", "diagonal", "lower", "upper"})
ENTRYWISE_POSITIVE = frozenset({"exp", "cosh", "sigmoid", "softplus", "trigamma"})
ENTRYWISE_NONNEG = frozenset({"abs", "relu", "step", "huber"})
IMPLIED: dict[str, tuple[str, ...]] = {
    "positive": ("nonneg",),
    "unit-interval": ("nonneg",),
    "sums-to-one": ("nonneg",),
    "psd": ("symmetric",),
    "spd": ("symmetric", "psd", "invertible"),
    "diagonal": ("symmetric", "lower", "upper"),
    "triangular": ("lower",),
    "upper-triangular": ("upper",),
    "orthogonal": ("invertible",),
}
"""What a declared property says besides itself."""


def declared(properties: frozenset[str]) -> frozenset[str]:
    """The facts that a declaration states."""
    return properties.union(*(IMPLIED.get(p, ()) for p in properties)) if properties else NONE


def infer(node: Node) -> frozenset[str]:
    """The facts about a node, from its class and the facts about its arguments."""
    rule = INFERENCE.get(type(node).__name__)
    return rule(node) if rule is not None else NONE


def _variable(node: Any) -> frozenset[str]:
    return declared(node.data[1])


def _constant(node: Any) -> frozenset[str]:
    value = node.data[0]
    if value.is_positive:
        return SIGNED
    return frozenset({"nonneg"}) if value.is_nonnegative else NONE


def _add(node: Any) -> frozenset[str]:
    facts = [a.facts for a in node.args]
    common = facts[0].intersection(*facts[1:]) & {"symmetric", "psd", "diagonal", "lower", "upper", "nonneg"}
    found = set(common)
    if "nonneg" in common and any("positive" in f for f in facts):
        found.add("positive")
    if "psd" in common and any("spd" in f for f in facts):
        found |= {"spd", "invertible"}
    if node.is_square and not node.is_scalar and "symmetric" not in found and _pairs_up(node.args):
        found.add("symmetric")
    return frozenset(found)


def _pairs_up(terms: tuple[Any, ...]) -> bool:
    """Is the sum its own transpose: does each term that is not symmetric meet its transpose, equally often?"""
    open_terms = [u for t in terms if "symmetric" not in t.facts for u in _opened(t)]
    keys = Counter(t.key for t in open_terms)
    return all("symmetric" in t.facts or keys[t.T.key] == keys[t.key] for t in open_terms)


def _opened(term: Any) -> list[Any]:
    """(A + B)' as A' and B', which is how A + B + (A + B)' comes."""
    if type(term).__name__ == "Transpose" and type(term.args[0]).__name__ == "Add":
        return [part.T for part in term.args[0].args]
    return list(term.args) if type(term).__name__ == "Add" else [term]


def _mul(node: Any) -> frozenset[str]:
    *scalars, core = node.args
    facts = core.facts
    signs = SIGNED.intersection(*[s.facts for s in scalars])
    found = (facts & KEPT_BY_SCALARS) | (facts & signs)
    if "nonneg" in signs and "psd" in facts:
        found |= {"psd"}
    return found | (facts & {"spd", "invertible"}) if "positive" in signs else found


def _power(node: Any) -> frozenset[str]:
    base, exponent = node.args
    if "positive" in base.facts:
        return SIGNED | (base.facts & {"symmetric"})
    symmetric = base.facts & {"symmetric"}
    value = getattr(exponent, "value", None)
    even = value is not None and value.is_integer and (value / 2).is_integer
    return symmetric | {"nonneg"} if even or "nonneg" in base.facts else symmetric


def _matmul(node: Any) -> frozenset[str]:
    args = node.args
    found = set(args[0].facts.intersection(*[a.facts for a in args[1:]]) & KEPT_BY_PRODUCTS)
    if args[0].rows is args[-1].cols or node.is_square:
        half = len(args) // 2
        if all(args[i].T is args[-1 - i] for i in range(half)):
            middle = args[half] if len(args) % 2 else None
            if middle is None or "symmetric" in middle.facts:
                found.add("symmetric")
            if middle is None or "psd" in middle.facts:
                found |= {"psd", "nonneg"} if node.is_scalar else {"psd"}
            if "psd" in found and "invertible" in found:
                found.add("spd")
    return frozenset(found)


def _hadamard(node: Any) -> frozenset[str]:
    facts = [a.facts for a in node.args]
    common = facts[0].intersection(*facts[1:]) & {"symmetric", "psd", "positive", "nonneg"}
    kept = frozenset().union(*facts) & {"diagonal", "lower", "upper"}
    return common | kept


def _transpose(node: Any) -> frozenset[str]:
    inner = node.args[0].facts
    swapped = {{"lower": "upper", "upper": "lower"}.get(f, f) for f in inner}
    return frozenset(swapped)


def _inverse(node: Any) -> frozenset[str]:
    inner = node.args[0].facts
    kept = inner & {"symmetric", "spd", "diagonal", "lower", "upper", "orthogonal"}
    return kept | ({"psd", "invertible"} if "psd" in inner else {"invertible"})


def _diag(node: Any) -> frozenset[str]:
    inner = node.args[0].facts
    found = {"diagonal", "symmetric", "lower", "upper"}
    if "nonneg" in inner:
        found |= {"psd", "nonneg"}
    if "positive" in inner:
        found |= {"spd", "invertible"}
    return frozenset(found)


def _lower(node: Any) -> frozenset[str]:
    return (node.args[0].facts & SIGNED - {"positive"}) | {"lower"}


def _kron(node: Any) -> frozenset[str]:
    left, right = (a.facts for a in node.args)
    shared = {"symmetric", "psd", "spd", "diagonal", "lower", "upper", "orthogonal", "invertible", "nonneg", "positive"}
    return left & right & shared


def _elementwise(node: Any) -> frozenset[str]:
    symmetric = node.args[0].facts & {"symmetric"}
    if node.name in ENTRYWISE_POSITIVE:
        return SIGNED | symmetric
    return symmetric | {"nonneg"} if node.name in ENTRYWISE_NONNEG else symmetric


def _trace_like(node: Any) -> frozenset[str]:
    inner = node.args[0].facts
    if "spd" in inner:
        return SIGNED
    return frozenset({"nonneg"}) if "psd" in inner or "nonneg" in inner else NONE


def _eigenvalue(node: Any) -> frozenset[str]:
    inner = node.args[0].facts
    return SIGNED if "spd" in inner else frozenset({"nonneg"}) if "psd" in inner else NONE


def _exponential(node: Any) -> frozenset[str]:
    inner = node.args[0].facts
    spd = {"psd", "spd"} if "symmetric" in inner else NONE
    return frozenset({"invertible"} | (inner & {"symmetric", "diagonal", "lower", "upper"}) | spd)


def _entries(node: Any) -> frozenset[str]:
    return node.args[0].facts & SIGNED  # type: ignore[no-any-return]


def _array(node: Any) -> frozenset[str]:
    matrix = node.data[0]
    found = set()
    if all(entry.is_nonnegative for entry in matrix.flat()):
        found.add("nonneg")
        if all(entry.is_positive for entry in matrix.flat()):
            found.add("positive")
    if node.is_square:
        found |= {
            fact
            for fact, holds in (
                ("symmetric", matrix.is_symmetric()),
                ("diagonal", matrix.is_diagonal()),
                ("lower", matrix.is_lower),
                ("upper", matrix.is_upper),
            )
            if holds
        }
    return frozenset(found)


def _always(*facts: str) -> Callable[[Any], frozenset[str]]:
    found = frozenset(facts)
    return lambda node: found


INFERENCE: dict[str, Callable[[Any], frozenset[str]]] = {
    "Variable": _variable,
    "Constant": _constant,
    "Add": _add,
    "Mul": _mul,
    "Power": _power,
    "MatMul": _matmul,
    "Hadamard": _hadamard,
    "Transpose": _transpose,
    "Inverse": _inverse,
    "Diag": _diag,
    "Kron": _kron,
    "Lower": _lower,
    "Elementwise": _elementwise,
    "Trace": _trace_like,
    "Det": lambda n: SIGNED if "spd" in n.args[0].facts else NONE,
    "SumAll": _entries,
    "DiagOf": _trace_like,
    "Vec": _entries,
    "Unvec": _entries,
    "Max": _entries,
    "Identity": _always("symmetric", "psd", "spd", "diagonal", "lower", "upper", "orthogonal", "invertible", "nonneg"),
    "Commutation": _always("orthogonal", "invertible", "nonneg"),
    "Array": _array,
    "Ones": lambda n: SIGNED | ({"symmetric", "psd"} if n.is_square else NONE),
    "Zero": lambda n: frozenset(
        {"nonneg"} | ({"symmetric", "psd", "diagonal", "lower", "upper"} if n.is_square else NONE)
    ),
    "Norm": _always("nonneg"),
    "Eigenvalue": _eigenvalue,
    "Eigengap": lambda n: frozenset({"symmetric", "psd"} if n.data[0] == "max" else {"symmetric"}),
    "PseudoInverse": lambda n: n.args[0].facts & {"symmetric", "psd", "diagonal"},
    "TraceExponential": lambda n: SIGNED if "symmetric" in n.args[0].facts else NONE,
    "MatrixExponential": _exponential,
    "GapInverse": _always("symmetric", "psd"),
    "Sylvester": _always("symmetric", "psd", "spd", "invertible"),
    "Softmax": _always("positive", "nonneg", "sums-to-one"),
    "Peak": _always("nonneg"),
}
