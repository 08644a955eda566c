"""A norm of one's own, in one declaration: derived, printed, read back, checked, compiled, and its set at kinks."""

from __future__ import annotations

import numpy as np
import pytest

import symnorm as sn

A, x, b = sn.variables("A: m x n, x: n, b: m")


@pytest.fixture(scope="module")
def ordered() -> sn.Norm:
    """The mean of the 1-norm and the 2-norm: subgradient and dual by hand."""
    return sn.Norm(
        "mixed", value=lambda u: (np.abs(u).sum() + np.sqrt((u * u).sum())) / 2,
        subgradient=lambda u: (sn.sign(u) + u / sn.norm2(u)) / 2, law=r"\mathrm{d}N(u)=\langle g,\mathrm{d}u\rangle",
    )


def test_derived_and_checked(ordered: sn.Norm) -> None:
    d = sn.derive(ordered(A @ x - b), x)
    assert d.check().passed
    assert "mixed" in d.text()


def test_printed_and_read_back(ordered: sn.Norm) -> None:
    f = 2 * ordered(A @ x - b) ** 2
    assert sn.latex(f) == r"2\lVert Ax-b\rVert_{\mathrm{mixed}}^2"
    for text in (sn.to_text(f), str(f), sn.latex(f)):
        assert sn.parse(text, "A: m x n, x: n, b: m") is f


def test_compiled(ordered: sn.Norm) -> None:
    value = sn.lambdify(ordered(x))(np.array([3.0, -4.0]))
    assert value == pytest.approx(6)


def test_the_set_at_kinks(ordered: sn.Norm) -> None:
    assert str(sn.subdifferential(ordered(x), x)) == (
        "{g : the dual norm of g is at most 1 and <g, x> = mixed(x)}")


def test_a_second_declaration_is_refused(ordered: sn.Norm) -> None:
    with pytest.raises(sn.Misuse, match="mixed already"):
        sn.Norm("mixed", value=np.sum, subgradient=sn.sign)
