"""The checker on its bank: right gradients pass, every slip is caught, and a slip that is named is named rightly.

One seed here; `benchmarks/verify.py` runs many.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from symnorm.numeric.differences import gradient
from symnorm.verification.blackbox import compare as verify
from symnorm.verification.clock import Clock
from symnorm.verification.contract import Function
from symnorm.verification.site import Site

from .bank import BUILDERS, variants
from .stress import KINKS, STRESS, TRAPS, stress_variants

SEED = 2024
# A claim that is a constant times the gradient is a factor, whatever was forgotten to make it one.
ALSO = {("factor", "chain-factor"), ("factor", "mean-sum"), ("mean-sum", "factor"), ("missing-term", "sign"),
        ("factor", "missing-term"), ("sign", "chain-factor")}


# A third of the generic slips for each case, another third for the next: all of them many times over the bank.
ROTATED = ("twice", "half", "minus", "mean", "percent", "tiny")


def draw(name):
    return np.random.default_rng([SEED, sum(map(ord, name))])


def test_the_bank_is_large_enough():
    assert len(BUILDERS) >= 60
    for name, build in BUILDERS.items():
        assert len(variants(build(draw(name)))) >= 6, name


@pytest.mark.parametrize("name", BUILDERS)
def test_gradients_of_the_bank_agree_with_other_methods(name):
    c = BUILDERS[name](draw(name))
    if np.ndim(c.f(c.x)) or c.g(c.x).shape != np.shape(c.x):
        return
    if c.analytic:
        x = np.array(c.x, dtype=complex)
        found = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[index] = 1e-30j
            found[index] = c.f(x + step).imag * 1e30
        assert np.allclose(found, c.g(c.x), rtol=1e-10, atol=1e-12)
    else:
        found, error = gradient(c.f, c.x)
        assert np.all(np.abs(found - c.g(c.x)) <= 4 * error + 1e-9)


@pytest.mark.parametrize("name", BUILDERS)
def test_ordinary_slips_are_caught_and_named(name):
    c = BUILDERS[name](draw(name))
    v = verify(c.f, c.g, at=c.x)
    assert v.status == "right", v.explain()
    assert v.error is not None
    assert v.error < 1e-6
    turn = list(BUILDERS).index(name)
    for key, (claim, label) in variants(c).items():
        if key in ROTATED and (ROTATED.index(key) + turn) % 3:
            continue
        v = verify(c.f, claim, at=c.x)
        assert v.status == "wrong", (key, v.explain())
        assert v.slip in (None, label) or (v.slip, label) in ALSO, (key, v.explain())


@pytest.mark.parametrize("name", STRESS)
def test_stress(name):
    rng = draw(name)
    c = STRESS[name](rng)
    found = Counter({verify(c.f, c.g, at=c.x).status: 1})
    assert not found["wrong"]
    for key, claim in stress_variants(c, rng).items():
        if key in ("twice", "zero") and len(name) % 2:
            continue
        v = verify(c.f, claim, at=c.x)
        assert v.status != "right", (key, v.explain())
        assert v.status == "wrong" or v.reason


def test_a_wave_that_hides_at_another_point_is_noise_there_too():
    for seed in (3005, 3007, 3013):
        c = STRESS["noise_middle"](np.random.default_rng([seed, sum(map(ord, "noise_middle"))]))
        assert verify(c.f, c.g, at=c.x).status == "right"


def test_evaluations():
    """About 20 calls of f for each coordinate of small functions."""
    calls = []
    for name in list(BUILDERS)[::3]:
        c, count = BUILDERS[name](draw(name)), Counter()
        if 4 <= np.size(c.x) <= 64 and np.ndim(c.f(c.x)) == 0 and c.g(c.x).shape == np.shape(c.x):
            verify(lambda x, c=c, count=count: count.update("f") or c.f(x), c.g, at=c.x)
            calls.append(count["f"] / np.size(c.x))
    assert np.mean(calls) < 22, calls


@pytest.mark.parametrize("name", ["log_sum_exp", "softmax_entropy", "p_norm", "one_norm_residual", "spectral_norm"])
def test_smooth_functions_are_not_quantised(name):
    """Values of a function without steps are multiples of one by chance only: no noise far above rounding."""
    c = BUILDERS[name](np.random.default_rng([1000, sum(map(ord, name))]))
    f = Function(c.f, "f", np.shape(c.x), Clock(30.0))
    site = Site(f, c.x.ravel(), f.first(c.x), np.random.default_rng(0))
    assert site.loudness() is not None


@pytest.mark.parametrize("name", KINKS)
def test_kinks(name):
    f, x, right, wrong = KINKS[name](draw(name))
    for key, claim in right.items():
        v = verify(f, claim, at=x)
        assert v.status == "right", (key, v.explain())
    for key, claim in wrong.items():
        v = verify(f, claim, at=x)
        assert v.status == "wrong", (key, v.explain())


@pytest.mark.parametrize("name", TRAPS)
def test_special_points(name):
    f, right, wrong, x = TRAPS[name](draw(name))
    assert verify(f, right, at=x)
    v = verify(f, wrong, at=x)
    assert v.status == "wrong", v.explain()


def test_kinks_of_nonconvex_functions_stay_open():
    f = lambda x: -np.abs(x).sum()  # noqa: E731
    x = np.array([0.0, 1.0, -2.0])
    v = verify(f, lambda x: -np.sign(x), at=x)
    assert v.status == "undecided"
    assert "slopes are -1 and 1" in v.reason
    assert verify(f, lambda x: -3 * np.sign(x) + 3 * (x == 0), at=x).status == "wrong"
    outside = verify(f, lambda x: np.where(x == 0, 1.5, -np.sign(x)), at=x)
    assert outside.status == "wrong", outside.explain()


def test_small_relative_errors_are_caught():
    missed = 0
    for name in list(BUILDERS)[::4]:
        c = BUILDERS[name](draw(name))
        missed += verify(c.f, lambda x, c=c: (1 - 5e-6) * c.g(x), at=c.x).status != "wrong"
    assert missed == 0


def test_nothing_passes_where_the_claim_is_nan():
    for name in ("least_squares", "log_sum_exp", "trace_quadratic"):
        c = BUILDERS[name](draw(name))
        for keep in (0.0, 0.5):
            def claim(x, c=c, keep=keep):
                g = np.array(c.g(x), dtype=float)
                return np.where(np.arange(g.size).reshape(g.shape) < keep * g.size, g, np.nan)
            assert verify(c.f, claim, at=c.x).slip == "nonfinite"

        def only_here(x, c=c):
            return c.g(x) if np.array_equal(x, c.x) else np.full(np.shape(x), np.nan)
        assert verify(c.f, only_here, at=c.x).status == "wrong"
