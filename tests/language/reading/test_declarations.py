"""Declarations: shapes, properties, and the words that are nearly right."""

from __future__ import annotations

import pytest
from sympy import Symbol

from symnorm.errors import ReadingError
from symnorm.language.reading.declarations import read_declarations

m, n, p = (Symbol(name, integer=True, positive=True) for name in "mnp")


@pytest.mark.parametrize(("text", "shape"), {
    "A: m x n": (m, n), "A: (m, n)": (m, n), "A in R^{m x n}": (m, n), "A: m by n": (m, n), "A: 3x4": (3, 4),
    "A: 2n x 3": (2 * n, 3),
    "x: n": (n, 1), "x: (n,)": (n, 1), "x: n x 1": (n, 1), "x: R^n": (n, 1), "v: m*p": (m * p, 1),
    "v: n + 1": (n + 1, 1),
    "y: 3": (3, 1), "r: 1 x n": (1, n), "t: scalar": (1, 1), "t: 1": (1, 1), "t in R": (1, 1), "t: ()": (1, 1),
    "x: (m + 1)*n": ((m + 1) * n, 1),
}.items())
def test_shapes(text: str, shape: tuple[object, object]) -> None:
    (found,) = read_declarations(text)
    assert (found.rows, found.cols) == shape


def test_several() -> None:
    found = read_declarations("A, B: m x n; S: n x n symmetric, t: scalar positive, λ: scalar unit-interval")
    assert [(d.name, sorted(d.properties)) for d in found] == [
        ("A", []), ("B", []), ("S", ["symmetric"]), ("t", ["positive"]), ("lambda", ["unit-interval"])]


@pytest.mark.parametrize(("text", "column", "words"), [
    ("A: n x n sym", 10, "did you mean symmetric?"),
    ("A: n x n positive definite", 10, "is written spd"),
    ("A: n x n symetric", 10, "did you mean symmetric?"),
    ("A: m x n spd", 10, "said of square matrices; this one is m x n"),
    ("A m x n", 3, "expected a colon"),
    ("x: n, x: m", 7, "declared twice"),
    ("m: scalar, A: m x n", 15, "a variable and used as a size"),
    ("x: n - n", 4, "positive whole number"),
    ("x:", 3, "expected a shape"),
    ("t: scalar sums-to-one", 11, "said of vectors"),
])
def test_refused(text: str, column: int, words: str) -> None:
    with pytest.raises(ReadingError) as problem:
        read_declarations(text)
    assert words in str(problem.value)
    assert problem.value.column == column
