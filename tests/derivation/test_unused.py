"""By a variable that f does not hold: 0 of its shape, said in words; a name alone is typed by its letter, aloud."""

from __future__ import annotations

import warnings

import pytest

import symnorm as sn

x, Q = sn.variables("x: n, Q: p x q")
F = sn.norm2(x) ** 2


def test_a_declared_variable_gives_zero_of_its_shape() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert str(sn.gradient(F, Q)) == "zeros(p, q)"
        d = sn.derive(F, Q)
    assert d.assumptions == ("The function does not depend on Q. Holds for every Q.",)
    assert "The function does not depend on Q." in d.text()
    assert d.check().passed


@pytest.mark.parametrize(("name", "zero", "said"), [
    ("z", "zeros(m)", "z is taken as a vector of m, by its name"),
    ("c", "0", "c is taken as a scalar, by its name"), ("sigma", "0", "sigma is taken as a scalar, by its name"),
    ("Z", "zeros(p, m)", "Z is taken as a p x m matrix, by its name"),
])
def test_an_undeclared_name_is_typed_aloud(name: str, zero: str, said: str) -> None:
    with pytest.warns(UserWarning, match=said) as caught:
        assert str(sn.gradient(F, name)) == zero
    assert caught[0].filename == __file__
    d = sn.derive(F, name)
    assert d.assumptions[0].endswith(said)


@pytest.mark.parametrize("name", ["__import__('os')", "x'", "a b", "", "λ" * 70])
def test_names_are_names(name: str) -> None:
    with pytest.raises(sn.Misuse, match="letters, digits and underscores"):
        sn.gradient(F, name)
