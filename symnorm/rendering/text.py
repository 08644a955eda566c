"""Expressions in the MATLAB-like dialect: A'*(A*x - b), x.*y, x./norm2(x), inv(X)', vector(1), eye.

Ones and identities are written without sizes where the reader infers them from the context.

>>> from symnorm import variables
>>> A, x, b = variables("A: m x n, x: n, b: m")
>>> to_text(A.T @ (A @ x - b))
"A'*(A*x - b)"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..language.node import Array, Identity, Inner, Node, Unvec, Zero
from ..shapes import ONE
from .anatomy import is_half
from .anchors import floating
from .calls import CALLS
from .infix import Dialect, call, grouped, rows_of
from .piece import Piece
from .precedence import ATOM, BASE, FACTOR, POSTFIX, POWER, PRODUCT
from .scalars import listed, scalar_text
from .writer import Row, Writer, with_transposes, written


def _product(upper: list[Piece], lower: list[Piece]) -> Piece:
    parts: list[str | Piece] = [grouped(upper[0], FACTOR)]
    for sign, pieces in ((".*", upper[1:]), ("./", lower)):
        for piece in pieces:
            parts += [sign, grouped(piece, FACTOR)]
    return Piece(PRODUCT, *parts)


def _power(base: Node, exponent: Node, w: Writer) -> Piece:
    if is_half(exponent):
        return call("sqrt", w(base))
    return Piece(POWER, grouped(w(base), BASE), ".^", grouped(w(exponent), ATOM))


def _front_divided(front: Piece, below: Piece) -> Piece:
    return Piece(PRODUCT, grouped(front, PRODUCT), "./", grouped(below, FACTOR))


def _filled(value: Piece | str, node: Node, w: Writer) -> Piece:
    """vector(1), matrix(1), with sizes where nothing else tells them."""
    matrix = node.rows is not ONE and node.cols is not ONE
    sizes = [size for size in (node.rows, node.cols) if size is not ONE] if node in w.floating else []
    filled = call("matrix" if matrix else "vector", Piece(ATOM, value), *(scalar_text(size, "^") for size in sizes))
    return Piece(POSTFIX, filled, "'") if node.rows is ONE else filled


def _ones(value: Piece | None, node: Node, w: Writer) -> Piece:
    return _filled("1" if value is None else value, node, w)


def _zero(node: Zero, w: Writer) -> Piece:
    return _filled("0", node, w)


def _array(node: Array, w: Writer) -> Piece:
    """[1, 2; 3, 4]; a row as the transpose of a column, because [1, 2] would be a vector to many."""
    row = node.rows is ONE
    entries = node.data[0].T if row else node.data[0]
    listing = listed(entries.tolist(), ", ", "; ", lambda entry: scalar_text(entry, "^"))
    return Piece(POSTFIX if row else ATOM, "[", *listing, "]'" if row else "]")


def _identity(node: Identity, w: Writer) -> Piece:
    return call("eye", scalar_text(node.rows, "^")) if node in w.floating else Piece(ATOM, "eye")


def _sized_identity(node: Identity, w: Writer) -> Piece:
    return call("eye", scalar_text(node.rows, "^"))


def _inner(node: Inner, w: Writer) -> Piece:
    return Piece(ATOM, "<", w(node.args[0]), ", ", w(node.args[1]), ">")


def _unvec(node: Unvec, w: Writer) -> Piece:
    return call("unvec", w(node.args[0]), *(scalar_text(size, "^") for size in (node.rows, node.cols)))


DIALECT = Dialect(times="*", matmul="*", divide="/", power="^", transposed="'", entrywise_product=_product,
                  entrywise_power=_power, front_divided=_front_divided, ones=_ones)
ROWS: dict[type[Node], Row] = {
    **rows_of(DIALECT), **CALLS, Zero: _zero, Identity: _identity, Array: _array, Inner: _inner, Unvec: _unvec,
}
_PLAIN = Writer("text", ROWS)


def to_text(expression: Any, names: Mapping[Node, str] | None = None) -> str:
    """The expression in the MATLAB-like dialect; `names` gives the letters of named sub-expressions."""
    if not isinstance(expression, Node) and hasattr(expression, "_text"):
        return str(expression._text())
    return written(expression, "_text", lambda node: writer(node, names))


def writer(root: Node, names: Mapping[Node, str] | None = None) -> Writer:
    """A writer for the expression `root`, in which letters stand for some nodes."""
    letters = {node: Piece(ATOM, name) for node, name in (names or {}).items()}
    letters = with_transposes(letters, lambda piece: Piece(POSTFIX, piece, "'"))
    loose = floating(root, letters)
    if any(getattr(v, "name", "") == "eye" for v in root.free):
        return Writer("text beside eye", {**ROWS, Identity: _sized_identity}, letters, loose)
    return Writer("text", ROWS, letters, loose) if letters or loose else _PLAIN
