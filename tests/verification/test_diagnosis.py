"""Slips of the bank of formulas.txt: told rightly or not told; functions as text and as NumPy code.

A part of the bank here; `benchmarks/verify.py --diagnosis` runs all of it.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import symnorm as sn

from .formulas import Entry, Numbers, asked, bank, diagnosed, trials

BANK = bank()


def test_the_bank_is_large_enough() -> None:
    assert len(BANK) >= 100
    assert sum(len(entry.slips) for entry in BANK) >= 500


@pytest.mark.parametrize(("mode", "part", "least"), [("formula", BANK[::6], 0.9), ("numpy", BANK[1::11], 0.85)])
def test_slips_are_named_rightly_or_not_at_all(mode: str, part: list[Entry], least: float) -> None:
    found: Counter[str] = Counter()
    for entry, claim, names, verdict in diagnosed(part, mode):
        assert verdict.status == "wrong", (entry.name, claim, verdict.explain())
        assert verdict.slip in (None, *names), (entry.name, claim, verdict.explain())
        found["named" if verdict.slip else "unnamed"] += 1
    assert found["named"] >= least * found.total(), found


@pytest.mark.parametrize("entry", BANK[::5], ids=lambda entry: entry.name)
def test_gradients_of_the_bank_are_right(entry: Entry) -> None:
    assert asked(entry, "formula")(entry.gradient)


def test_a_transpose_that_merges_no_terms_is_no_symmetry() -> None:
    verdict = sn.verify("norm2(A*X - X*A)^2", "2*A*(A*X-X*A) - 2*(A*X-X*A)*A", wrt="X", declare="A: n x n, X: n x n")
    assert verdict.slip == "transpose", verdict.explain()
    assert sn.verify("x'*A*x", "2*A*x", wrt="x", declare="A: n x n, x: n").slip == "symmetrise"


def test_terms_that_cancel_have_no_factor() -> None:
    """d(T .* (log T - 1)) = log T: 1 - 1 cancel, and what is too much is no factor of either."""
    verdict = sn.verify("sum(T.*(log(T) - vector(1)))", "log(T) + vector(1)", wrt="T", declare="T: n positive")
    assert verdict.slip in ("extra-term", "missing-term"), verdict.explain()


def test_a_half_that_is_lost_is_a_factor() -> None:
    f, g = "x'*L*x/(x'*diag(d)*x)", "(L+L')*x/(x'*diag(d)*x) - (x'*L*x)*(d.*x)/(x'*diag(d)*x)^2"
    assert sn.verify(f, g, wrt="x", declare="L: n x n, d: n positive, x: n").slip == "factor"


def test_numbers_of_a_program() -> None:
    """A number names a slip only where it says which."""
    rng = np.random.default_rng(0)
    A, b, lam = rng.normal(size=(7, 4)), rng.normal(size=7), 0.3

    def f(x):  # type: ignore[no-untyped-def]
        return np.sum((A @ x - b) ** 2) / 7 + lam / 2 * np.sum(x**2)

    def claims(*weights):  # type: ignore[no-untyped-def]
        return lambda x: weights[0] * A.T @ (A @ x - b) / 7 + weights[1] * x + weights[2]

    def slip(*weights: float) -> str | None:
        return sn.verify(f, claims(*weights), at=rng.normal(size=4)).slip

    assert slip(2, lam, 0) is None
    assert slip(14, lam, 0) == "mean-sum"
    assert slip(2, 0, 0) == "missing-term"
    assert slip(2, -lam, 0) == "sign"
    assert slip(2, 1, 0) == "chain-factor"
    assert slip(2, lam + 1, 0) == "extra-term"
    assert slip(2, 1.2345, 0) is None
    assert slip(2, lam, lam) == "extra-term"


def test_a_constant_that_is_lost_is_no_extra_term() -> None:
    rng = np.random.default_rng(1)
    c, x = 0.7, rng.normal(size=4)

    def f(x):  # type: ignore[no-untyped-def]
        return np.sum(np.exp(x)) + c * np.sum(x)

    assert sn.verify(f, lambda x: np.exp(x), at=x).slip == "missing-term"
    assert sn.verify(f, lambda x: np.exp(x) - c, at=x).slip == "sign"


def test_values_alone_do_not_tell_a_missing_term_from_another_sign() -> None:
    """f cannot be read: the rest is a multiple of x, and that is said without a name."""
    A = np.random.default_rng(2).normal(size=(4, 4))

    def f(x):  # type: ignore[no-untyped-def]
        entries = np.array(x.tolist())
        return float(entries @ A @ entries) + 0.15 * sum(t * t for t in x.tolist())

    verdict = sn.verify(f, lambda x: (A + A.T) @ x - 0.3 * x, at=[1.0, -2.0, 0.5, 0.7])
    assert (verdict.status, verdict.slip) == ("wrong", None), verdict.explain()
    assert "the derivative is the claim + 3/5 x" in verdict.reason


def test_a_sign_of_something_else_is_no_coordinate() -> None:
    entry = next(e for e in BANK if e.name == "lasso")
    numbers = Numbers(entry)
    verdict = sn.verify(numbers.f(), numbers.claim("A'*(A*x-b) + lam*sign(A'*(A*x-b))"), at=numbers.x)
    assert verdict.slip in ("argument", None), verdict.explain()


def test_trials_cover_generic_slips() -> None:
    assert {"factor", "sign"} <= {name for _, _, names in trials(BANK[:3]) for name in names}
