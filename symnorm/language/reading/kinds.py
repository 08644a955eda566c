"""What an undeclared name stands for: scalar, vector or matrix.

By its first letter: a-g scalars, h-z vectors, A-Z matrices; small Greek letters scalars. Exponents are scalars whatever
their letter. What is a scalar by its letter becomes a vector where only that fits, as b does in A*x - b, and a Greek
letter also where it is transposed or stands alone in a norm; in LaTeX, where nobody transposes a scalar, so does a
Latin one, and x^\\top b makes b a vector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from .characters import SMALL_GREEK
from .syntax import Syntax, walk

Kinds = dict[str, tuple[str, str]]
"""name -> (kind, why)"""
_OF_VECTORS = frozenset({"norm", "norm1", "norm2", "norminf", "normp", "normw", "sum", "logsumexp", "softmax", "diag",
                         "max", "quad"})


def kind_by_letter(name: str) -> str:
    """
    >>> kind_by_letter("x_0"), kind_by_letter("Sigma"), kind_by_letter("c"), kind_by_letter("lambda")
    ('vector', 'matrix', 'scalar', 'scalar')
    """
    letter = name.lstrip("_")[:1]
    if letter.isupper():
        return "matrix"
    return "scalar" if letter <= "g" or is_greek(name) else "vector"


def is_greek(name: str) -> bool:
    return name.partition("_")[0].rstrip("0123456789") in SMALL_GREEK


def kinds_of(root: Syntax, known: frozenset[str], bold: Iterable[str] = (), dialect: str = "text") -> Kinds:
    """The kind of every name in the tree that is not known, in order of appearance."""
    heavy = frozenset(bold)
    found: Kinds = {}
    for node in walk(root):
        if node.kind == "name":
            name = node.value
            if name not in known and name not in found:
                by_type = name in heavy and name[:1].islower()
                found[name] = ("vector", "bold or with an index") if by_type else (kind_by_letter(name), "by name")
            continue
        for inner, kind, why in _contexts(node, dialect):
            name = inner.value
            if name in known:
                continue
            typed = kind == "scalar" or is_greek(name) or (dialect == "latex" and kind_by_letter(name) == "scalar")
            if typed and found.get(name, ("", "by name"))[1] == "by name":
                found[name] = (kind, why)
    return found


def _contexts(node: Syntax, dialect: str) -> list[tuple[Syntax, str, str]]:
    """The names of which this node tells the kind."""
    if node.kind == "inner" and node.value is None and dialect == "latex":
        return [(arg, "vector", "in an inner product") for arg in node.args if arg.kind == "name"]
    found = _context(node)
    return [] if found is None else [found]


def _context(node: Syntax) -> tuple[Syntax, str, str] | None:
    kind, args = node.kind, node.args
    if kind in ("power", "elpower") and args[1].kind == "name" and args[0].value != "e":
        return args[1], "scalar", "an exponent"
    if kind == "call" and node.value == "normp" and args[1].kind == "name":
        return args[1], "scalar", "an exponent"
    if kind == "norm" and node.value == "p" and args[1].kind == "name" and args[1].value[:1].islower():
        return args[1], "scalar", "an exponent"
    of_vectors = kind in ("transpose", "norm") or (kind == "call" and node.value in _OF_VECTORS)
    if of_vectors and args[0].kind == "name":
        return args[0], "vector", "transposed" if kind == "transpose" else "the argument of a norm or sum"
    return None


def alternatives(kinds: Kinds, most: int = 5) -> Iterator[Kinds]:
    """The same kinds with some scalars read as vectors, as A*x - b means a vector b: one name, then two, ..."""
    flexible = [name for name, (kind, why) in kinds.items() if kind == "scalar" and why == "by name"]
    flexible = sorted(flexible, key=is_greek)[:most]
    for count in range(1, len(flexible) + 1):
        for names in combinations(flexible, count):
            yield {**kinds, **dict.fromkeys(names, ("vector", "only a vector fits"))}


def single_changes(kinds: Kinds) -> Iterator[tuple[str, Kinds]]:
    """One name read as something else: to propose a declaration after a failure."""
    if len(kinds) > 12:
        return
    for name, (kind, _) in kinds.items():
        for other in ("scalar", "vector", "matrix"):
            if other != kind:
                yield f"{name} as a {other}", {**kinds, name: (other, "")}
