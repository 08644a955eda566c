"""Induced norms: the largest absolute column sum (1 to 1) and row sum (infinity to infinity).

d||X||_1,ind = <sign(x_j), dx_j> for the column j with the largest sum; ||X||_inf,ind = ||X'||_1,ind.
Source: [HJ] 5.6 (Horn and Johnson, Matrix Analysis).
"""

from __future__ import annotations

from ..domains import UNIQUE_LARGEST_COLUMN, UNIQUE_LARGEST_ROW
from ..language.build import elementwise, hadamard, matmul, ones, peak, transpose
from ..language.node import Node
from .norm import NormFacts, declare_norm


def _column(x: Node) -> Node:
    """At ties: shared evenly; at zero entries: sign(0) = 0."""
    sums = matmul(transpose(elementwise("abs", x)), ones(x.rows))
    return hadamard(elementwise("sign", x), matmul(ones(x.rows), transpose(peak(sums))))


def _row(x: Node) -> Node:
    """At ties: shared evenly; at zero entries: sign(0) = 0."""
    return transpose(_column(transpose(x)))


declare_norm(
    NormFacts(
        "ind1",
        "largest column sum",
        r"\mathrm{d}\lVert X\rVert_{1,\mathrm{ind}}=\langle\operatorname{sign}(x_j),\mathrm{d}x_j\rangle,"
        r"\ \lVert x_j\rVert_1=\lVert X\rVert_{1,\mathrm{ind}}",
        "sum of the column maxima",
        _column,
        UNIQUE_LARGEST_COLUMN,
    )
)
declare_norm(
    NormFacts(
        "indinf",
        "largest row sum",
        r"\mathrm{d}\lVert X\rVert_{\infty,\mathrm{ind}}=\langle\operatorname{sign}(x_i),\mathrm{d}x_i\rangle"
        r"\text{ for the row with }\lVert x_i\rVert_1=\lVert X\rVert_{\infty,\mathrm{ind}}",
        "sum of the row maxima",
        _row,
        UNIQUE_LARGEST_ROW,
    )
)
