r"""Expressions in LaTeX, as a book sets them: A^{\top}(Ax-b), \frac{x}{\lVert x\rVert_2}; amsmath and amssymb alone.

>>> from symnorm import variables
>>> A, x, b = variables("A: m x n, x: n, b: m")
>>> print(latex(A.T @ (A @ x - b)))
A^{\top}(Ax-b)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..language.build import as_node
from ..language.node import (
    Add,
    Array,
    Differential,
    Eigenvalue,
    Elementwise,
    Identity,
    Inner,
    Inverse,
    Node,
    Ones,
    Transpose,
    Variable,
    Zero,
)
from ..shapes import ONE, Size
from . import latex_products
from .anatomy import term
from .anchors import floating
from .latex_calls import CALLS, eigenvalue_in_words, elementwise_in_words
from .latex_pieces import DIFFERENTIAL, applied, bracketed, grouped, index, made, operator, superscript
from .latex_products import term_piece
from .letters import letter, scalar_latex
from .piece import Piece
from .precedence import ATOM, POWER, PRODUCT, SUM
from .scalars import listed
from .writer import Row, Writer, with_transposes, written


def _variable(node: Variable, w: Writer) -> Piece:
    return Piece(ATOM, letter(node.name))


def _identity(node: Identity, w: Writer) -> Piece:
    return made(ATOM, "I", *_size(node.rows, node in w.floating))


def _identity_in_words(node: Identity, w: Writer) -> Piece:
    return applied(operator("diag"), made(ATOM, "\\mathbf{1}", *_size(node.rows, node in w.floating)))


def _ones(node: Ones, w: Writer) -> Piece:
    loose = node in w.floating
    if node.cols is ONE:
        return made(ATOM, "\\mathbf{1}", *_size(node.rows, loose))
    if node.rows is ONE:
        return made(POWER, "\\mathbf{1}", *_size(node.cols, loose), "^{\\top}")
    return made(PRODUCT, "\\mathbf{1}", *_size(node.rows, True), "\\mathbf{1}", *_size(node.cols, True), "^{\\top}")


def _size(size: Size, shown: bool) -> tuple[str | Piece, ...]:
    return index(scalar_latex(size)) if shown else ()


def _array(node: Array, w: Writer) -> Piece:
    rows = listed(node.data[0].tolist(), " & ", " \\\\ ", scalar_latex)
    return Piece(ATOM, "\\begin{bmatrix} ", *rows, " \\end{bmatrix}")


def _zero(node: Zero, w: Writer) -> Piece:
    if node.cols is ONE:
        return made(ATOM, "0", *_size(node.rows, True))
    return Piece(ATOM, f"0_{{{scalar_latex(node.rows)}\\times {scalar_latex(node.cols)}}}")


def _add(node: Add, w: Writer) -> Piece:
    parts: list[str | Piece] = []
    for i, argument in enumerate(node.args):
        found = term(argument, w)
        if found.minus or i:
            parts.append("-" if found.minus else "+")
        body = term_piece(found, w) if found.minus else w(argument)
        parts.append(grouped(body, PRODUCT) if i or found.minus else body)
    return made(SUM, *parts)


def _transpose(node: Transpose, w: Writer) -> Piece:
    inner = node.args[0]
    if isinstance(inner, Inverse) and w.is_open(inner):
        return superscript(w(inner.args[0]), "-\\top")
    return superscript(w(inner), "\\top")


def _inverse(node: Inverse, w: Writer) -> Piece:
    return superscript(w(node.args[0]), "-1")


def _differential(node: Differential, w: Writer) -> Piece:
    inner = w(node.args[0])
    direct = inner.level == ATOM or inner.tail in ("\\rangle", "\\rvert")
    return made(ATOM, DIFFERENTIAL, inner if direct else bracketed(inner), moving=True, trailing=True)


def _inner(node: Inner, w: Writer) -> Piece:
    return made(ATOM, "\\langle", w(node.args[0]), ",", w(node.args[1]), "\\rangle", moving=True)


ROWS: dict[type[Node], Row] = {
    **latex_products.ROWS, **CALLS, Variable: _variable, Identity: _identity, Ones: _ones, Zero: _zero,
    Array: _array, Add: _add, Transpose: _transpose, Inverse: _inverse, Differential: _differential, Inner: _inner,
}
_IN_WORDS: dict[str, dict[type[Node], Row]] = {
    "sigma": {Elementwise: elementwise_in_words}, "e": {Elementwise: elementwise_in_words},
    "I": {Identity: _identity_in_words},
    **{f"lambda_{side}": {Eigenvalue: eigenvalue_in_words} for side in ("max", "min")},
}
"""Variables whose letter means something else, and the rows that then say that something in another way."""
_PLAIN = Writer("latex", ROWS)


def latex(expression: Any, names: Mapping[Node, str] | None = None) -> str:
    r"""The expression in LaTeX; `names` gives the LaTeX of named sub-expressions: {A@x - b: "r"}."""
    if not isinstance(expression, Node) and hasattr(expression, "_latex"):
        return str(expression._latex(None))
    node = as_node(expression)
    return written(node, "_latex", lambda root: writer(root, names))


def writer(root: Node, names: Mapping[Node, str] | None = None) -> Writer:
    """A writer for the expression `root`; beside variables sigma, e or I, the usual meaning is in words."""
    taken = sorted(_IN_WORDS.keys() & {getattr(v, "name", "") for v in root.free})
    letters = {node: Piece(ATOM, text) for node, text in (names or {}).items()}
    letters = with_transposes(letters, lambda piece: superscript(piece, "\\top"))
    loose = floating(root, letters)
    if taken:
        rows = {**ROWS, **{cls: row for name in taken for cls, row in _IN_WORDS[name].items()}}
        return Writer(f"latex beside {taken}", rows, letters, loose)
    return Writer("latex", ROWS, letters, loose) if letters or loose else _PLAIN
