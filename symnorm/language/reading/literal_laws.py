"""The shape laws of literals: ones, identities, constant matrices, and functions that are given sizes."""

from __future__ import annotations

from sympy import Integer

from ...shapes import ONE
from .attempt import Inference, Laws
from .sizes import Shape, Term, Unknown, times, words
from .syntax import Syntax


def literal(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    """eye, vector(c), matrix(c), ones, zeros: sizes as arguments, or from the context."""
    function, trees = node.value
    given: list[Term] = [self.size(tree) for tree in trees]
    if function in ("commutation", "unvec"):
        return _with_sizes(self, node, shapes, given)
    if shapes:
        self.scalar(node.args[0], shapes[0], f"the value of {function}")
    rows = given[0] if given else Unknown(f"size of {function}")
    if function == "eye":
        cols = rows
    elif function == "vector" or (function in ("ones", "zeros") and len(given) < 2):
        cols = ONE
        if function != "vector" and given and self.dialect == "text":
            self.notes.append(f"{self.slice(node)[1:-1]} is a vector of {words((rows, ONE)).split()[-1]}, as in NumPy")
    else:
        cols = given[1] if len(given) > 1 else rows if given else Unknown(f"columns of {function}")
    self.literals[node] = (rows, cols)
    return rows, cols


def _with_sizes(self: Inference, node: Syntax, shapes: list[Shape], given: list[Term]) -> Shape:
    """commutation(m, n), mn x mn, and unvec(v, m, n), m x n from a vector of mn."""
    rows, cols = given
    self.literals[node] = (rows, cols)
    length = times(rows, cols)
    if not shapes:
        return length, length
    if not self.unify(self.vector(node.args[0], shapes[0], "unvec"), length):
        self.misfit(node, f"unvec to {rows} x {cols} takes a vector of {length}; {self.told(node.args[0], shapes[0])}")
    return rows, cols


def matrix(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    """A constant matrix: entries are scalars."""
    for entry, shape in zip(node.args, shapes, strict=True):
        self.scalar(entry, shape, "an entry of a matrix")
    rows, cols = node.value
    return Integer(rows), Integer(cols)


def kron_adjoint(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    """kron_left(G, B) and kron_right(G, A): the other factor of a Kronecker product of the shape of G."""
    (rows, cols), (p, q) = shapes
    m, n = Unknown(f"rows of {node.value}"), Unknown(f"columns of {node.value}")
    whole = self.unify(times(m, p), rows) and self.unify(times(n, q), cols)
    if not whole:
        self.misfit(node, f"{node.value} needs a matrix that consists of blocks: {self.told(node.args[0], shapes[0])}, "
                          f"{self.told(node.args[1], shapes[1])}")
    return m, n


LITERAL_LAWS: Laws = {"literal": literal, "matrix": matrix}
