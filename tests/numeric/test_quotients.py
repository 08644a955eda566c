"""Random expressions of exp(Z), its row and column sums and quotients of them, against the interpreter."""

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest

import symnorm as sn
from symnorm.language import build
from symnorm.language.node import Node
from symnorm.numeric.compile import lambdify, variables_of
from symnorm.numeric.interpret import evaluate

Z, M, N, v, w, S = sn.variables("Z: n x n, M: n x n, N: n x n, v: n, w: n, S: n x n symmetric")
ONE, ROW = sn.ones("n"), sn.ones("n").T


def total(rng: random.Random, e: Node) -> Node:
    """Sums along rows or columns, spread over a matrix."""
    return rng.choice([e @ ONE @ ROW, ONE @ (ROW @ e), e @ ONE @ ROW @ N])


def draw(rng: random.Random, depth: int, e: Node) -> Node:
    if depth == 0:
        return rng.choice([e, e.T, total(rng, e), M, N.T, total(rng, e).T, sn.diag(v) @ e, (e @ ONE) @ w.T])
    a, b = draw(rng, depth - 1, e), draw(rng, depth - 1, e)
    below = build.elementwise_power(total(rng, e), build.number(rng.choice([1, 1, 2, 3])))
    return rng.choice([
        sn.hadamard(a, b), a + b, a - 2 * b, a @ b, sn.hadamard(a, b) @ ONE @ ROW, a.T,
        build.elementwise_divide(a, below), build.elementwise_divide(a, below),
        sn.hadamard(a, build.elementwise_power(e @ ONE, build.number(-1)) @ ROW),
    ])


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_the_interpreter(seed: int) -> None:
    choice, rng = random.Random(seed), np.random.default_rng(seed)
    values = {x: rng.normal(size=(4, 4) if x.shape[1:] else 4) for x in (Z, M, N, v, w, S)}
    values[S] = values[S] + values[S].T
    for grown in (sn.exp(Z), sn.exp(Z.T), sn.exp(S), sn.exp(M @ Z), sn.exp(sn.diag(v) @ Z)):
        e = draw(choice, 3, grown)
        given = {x: values[x] for x in variables_of([e])}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            want = evaluate([e], given, {"n": 4})[0]
            found = lambdify(e, list(given), sizes={"n": 4})(*given.values())
        if np.all(np.isfinite(want)):
            np.testing.assert_allclose(found, want, rtol=1e-8, atol=1e-9 * np.max(np.abs(want)))
