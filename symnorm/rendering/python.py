"""Expressions as Python that can be pasted after `from symnorm import *`: A.T @ (A @ x - b), hadamard(x, y), eye(n).

>>> from symnorm import variables
>>> A, x, b = variables("A: m x n, x: n, b: m")
>>> to_python(A.T @ (A @ x - b))
'A.T @ (A @ x - b)'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..language.build import value_of
from ..language.node import Array, Identity, Inner, Node, Unvec, Zero
from ..shapes import ONE
from .anatomy import is_half
from .calls import CALLS
from .infix import Dialect, call, infixed, rows_of
from .piece import MAX_CHARACTERS, Piece, flatten
from .precedence import ATOM, POSTFIX, PRODUCT
from .scalars import listed, scalar_text
from .writer import Row, Writer, with_transposes, written


def _product(upper: list[Piece], lower: list[Piece]) -> Piece:
    front = upper[0] if len(upper) == 1 else call("hadamard", *upper)
    if not lower:
        return front
    return call("divide", front, lower[0] if len(lower) == 1 else call("hadamard", *lower))


def _power(base: Node, exponent: Node, w: Writer) -> Piece:
    if is_half(exponent):
        return call("sqrt", w(base))
    if value_of(exponent) == 2:
        return call("square", w(base))
    return call("power", w(base), w(exponent))


def _front_divided(front: Piece, below: Piece) -> Piece:
    return call("divide", front, below)


def _sizes(name: str, node: Node) -> Piece:
    sizes = [node.rows] if node.cols is ONE else [node.rows, node.cols]
    return call(name, *(scalar_text(size, "**") for size in sizes))


def _ones(value: Piece | None, node: Node, w: Writer) -> Piece:
    found = _sizes("ones", node)
    return found if value is None else infixed([value, found], " * ", least=PRODUCT)


def _zero(node: Zero, w: Writer) -> Piece:
    return _sizes("zeros", node)


def _array(node: Array, w: Writer) -> Piece:
    rows = listed(node.data[0].tolist(), ", ", "], [", lambda entry: scalar_text(entry, "**"))
    return Piece(ATOM, "array([[", *rows, "]])")


def _identity(node: Identity, w: Writer) -> Piece:
    return call("eye", scalar_text(node.rows, "**"))


def _inner(node: Inner, w: Writer) -> Piece:
    return call("dot", *map(w, node.args))


def _unvec(node: Unvec, w: Writer) -> Piece:
    return call("unvec", w(node.args[0]), scalar_text(node.rows, "**"), scalar_text(node.cols, "**"))


DIALECT = Dialect(times=" * ", matmul=" @ ", divide=" / ", power="**", transposed=".T", entrywise_product=_product,
                  entrywise_power=_power, front_divided=_front_divided, ones=_ones)
ROWS: dict[type[Node], Row] = {
    **rows_of(DIALECT), **CALLS, Zero: _zero, Identity: _identity, Array: _array, Inner: _inner, Unvec: _unvec,
}
_PLAIN = Writer("python", ROWS)


def to_python(expression: Any, names: Mapping[Node, str] | None = None) -> str:
    """The expression as Python; `names` gives the letters of named sub-expressions."""
    if not names:
        return written(expression, "_python", lambda node: _PLAIN)
    letters = {node: Piece(ATOM, name) for node, name in names.items()}
    letters = with_transposes(letters, lambda piece: Piece(POSTFIX, piece, ".T"))
    return written(expression, "_python", lambda node: Writer("python", ROWS, letters))


def shown(node: Node) -> str:
    """What `str` says: the expression as Python, or what is too long about it (so that messages can always be made)."""
    piece = _PLAIN(node)
    if piece.length <= MAX_CHARACTERS:
        return flatten(piece)
    return f"<{type(node).__name__} of shape {node.shape}, too long to write out>"
