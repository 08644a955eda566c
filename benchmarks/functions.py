"""The ten functions of benchmarks/evaluate.py: as symnorm reads them, as autodiff reads them, and their data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
Data = dict[str, Array]
Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One function: `text`, `declare` and `wrt` for symnorm, `value(xp, *arrays)` for autodiff.

    `data(rng, *sizes)` draws its arguments in call order. `square(n)` are the sizes for n rows and columns, `small[p]`
    those at which the Hessian has p rows (three for the GP, whatever n is).
    """

    text: str
    declare: str
    wrt: tuple[str, ...]
    data: Callable[..., Data]
    value: Callable[..., Array]
    square: Callable[[int], Sizes]
    small: dict[int, Sizes]

    def sizes(self, kind: str, n: int) -> Sizes:
        return self.small.get(n, self.square(n)) if kind in ("hessian", "structured") else self.square(n)


def quad_data(rng: Any, n: int) -> Data:
    return {"A": rng.normal(size=(n, n)), "x": rng.normal(size=n)}


def lsq_data(rng: Any, m: int, n: int) -> Data:
    return {"A": rng.normal(size=(m, n)), "x": rng.normal(size=n), "b": rng.normal(size=m)}


def logreg_data(rng: Any, m: int, n: int) -> Data:
    return {"X": rng.normal(size=(m, n)), "w": rng.normal(size=n) / n**0.5, "y": rng.choice([-1.0, 1.0], size=m)}


def matfac_data(rng: Any, m: int, n: int, k: int) -> Data:
    return {"T": rng.normal(size=(m, n)), "U": rng.normal(size=(m, k)), "V": rng.normal(size=(n, k))}


def net_data(rng: Any, h: int, n: int, m: int) -> Data:
    return {"W": rng.normal(size=(h, n)) / n**0.5, "X": rng.normal(size=(n, m)), "V": rng.normal(size=(5, h)) / h**0.5,
            "Y": rng.normal(size=(5, m))}


def logdet_data(rng: Any, m: int, n: int) -> Data:
    return {"X": rng.normal(size=(m, n))}


def gp_data(rng: Any, n: int) -> Data:
    z = rng.uniform(0, 5, n)
    return {"D": (z[:, None] - z[None, :]) ** 2, "y": np.sin(z) + 0.1 * rng.normal(size=n), "s": 1.3, "t": 0.7,
            "u": 0.2}


def smce_data(rng: Any, m: int, n: int, k: int) -> Data:
    return {"X": rng.normal(size=(m, n)), "W": rng.normal(size=(n, k)) / n**0.5, "Y": np.eye(k)[rng.integers(0, k, m)]}


def gnll_data(rng: Any, m: int, n: int) -> Data:
    x = rng.normal(size=(2 * n, n))
    return {"S": x.T @ x / n + np.eye(n), "X": rng.normal(size=(m, n))}


def quad(xp: Any, A: Array, x: Array) -> Array:
    return x @ (A @ x)


def lsq(xp: Any, A: Array, x: Array, b: Array) -> Array:
    return ((A @ x - b) ** 2).sum()


def l1(xp: Any, A: Array, x: Array) -> Array:
    return xp.abs(x - A @ x).sum()


def logreg(xp: Any, X: Array, w: Array, y: Array) -> Array:
    z = -y * (X @ w)
    return xp.logaddexp(0 * z, z).sum()


def matfac(xp: Any, T: Array, U: Array, V: Array) -> Array:
    return ((T - U @ V.T) ** 2).sum()


def net(xp: Any, W: Array, X: Array, V: Array, Y: Array) -> Array:
    return 0.5 * ((V @ xp.tanh(W @ X) - Y) ** 2).sum()


def logdet(xp: Any, X: Array) -> Array:
    return xp.linalg.slogdet(X.T @ X + xp.eye(X.shape[1]))[1]


def gp(xp: Any, D: Array, y: Array, s: Array, t: Array, u: Array) -> Array:
    k = s * xp.exp(-t * D) + u * xp.eye(len(y))
    return 0.5 * y @ xp.linalg.solve(k, y) + 0.5 * xp.linalg.slogdet(k)[1]


def smce(xp: Any, X: Array, W: Array, Y: Array) -> Array:
    z = X @ W
    return xp.log(xp.exp(z).sum(1)).sum() - (Y * z).sum()


def gnll(xp: Any, S: Array, X: Array) -> Array:
    return 0.5 * len(X) * xp.linalg.slogdet(S)[1] + 0.5 * (xp.linalg.solve(S, X.T) * X.T).sum()

def tall(n: int) -> Sizes:
    return 2 * n, n


CASES = {
    "quad": Case("x'*A*x", "A: n x n, x: n", ("x",), quad_data, quad, lambda n: (n,), {}),
    "lsq": Case("norm2(A*x - b)^2", "A: m x n, x: n, b: m", ("x",), lsq_data, lsq, tall, {}),
    "l1": Case("norm1(x - A*x)", "A: n x n, x: n", ("x",), quad_data, l1, lambda n: (n,), {}),
    "logreg": Case("sum(log(vector(1) + exp(-y.*(X*w))))", "X: m x n, w: n, y: m", ("w",), logreg_data, logreg,
                   tall, {}),
    "matfac": Case("norm2(T - U*V')^2", "T: m x n, U: m x k, V: n x k", ("U",), matfac_data, matfac,
                   lambda n: (n, n, min(10, n)), {10: (5, 5, 2), 100: (20, 20, 5), 400: (40, 40, 10)}),
    "net": Case("1/2*norm2(V*tanh(W*X) - Y)^2", "W: h x n, X: n x m, V: q x h, Y: q x m", ("W",), net_data, net,
                lambda n: (n, n, n), {10: (5, 2, 4), 100: (10, 10, 20), 400: (20, 20, 40)}),
    "logdet": Case("logdet(X'*X + eye)", "X: m x n", ("X",), logdet_data, logdet, tall,
                   {10: (5, 2), 100: (20, 5), 400: (40, 10)}),
    "gp": Case("1/2*y'*inv(s*exp(-t*D) + u*eye)*y + 1/2*logdet(s*exp(-t*D) + u*eye)",
               "D: n x n symmetric, y: n, s: scalar positive, t: scalar positive, u: scalar positive", ("s", "t", "u"),
               gp_data, gp, lambda n: (n,), {}),
    "smce": Case("sum(log(exp(X*W)*vector(1))) - tr(Y'*X*W)", "X: m x n, W: n x k, Y: m x k", ("W",), smce_data, smce,
                 lambda n: (2 * n, n, 10), {10: (10, 5, 2), 100: (40, 20, 5), 400: (80, 40, 10)}),
    "gnll": Case("1/2*m*logdet(S) + 1/2*tr(inv(S)*X'*X)", "S: n x n spd, X: m x n", ("S",), gnll_data, gnll, tall,
                 {10: (6, 3), 100: (20, 10), 400: (40, 20)}),
}
