"""Compiled code against code written by hand and against automatic differentiation: ten functions.

    python benchmarks/evaluate.py [--kind gradient|hessian|bound] [--sizes 10,100,1000] [--only quad,lsq] [--rounds 9]
                                  [--systems jax,torch,autograd] [--source]

Every ratio is best slice / best slice of CPU time over interleaved rounds in one process, on one thread. The
hand-written forms are what an expert writes with NumPy and SciPy: they take the same arrays as arguments, in the same
order. The other systems differentiate the function as their own users write it, compiled where they can; they join
where they are installed.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
# ruff: noqa: E402  the number of threads is read when NumPy is imported

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from time import process_time as perf_counter
from typing import Any

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs

import symnorm as sn

Array = Any


@dataclass
class Case:
    """One function: its text, its declarations, its data, and the hand-written gradient and Hessian."""

    name: str
    text: str
    declare: str
    wrt: tuple[str, ...]
    data: Callable[[int, Any], dict[str, Array]]
    gradient: Callable[..., Array]
    hessian: Callable[..., Array] | None = None
    value: Callable[..., Array] | None = None
    hessian_size: Callable[[int], int] = field(default=lambda n: n)


def quad_data(n: int, rng: Any) -> dict[str, Array]:
    return {"A": rng.normal(size=(n, n)), "x": rng.normal(size=n)}


def lsq_data(n: int, rng: Any) -> dict[str, Array]:
    return {"A": rng.normal(size=(2 * n, n)), "x": rng.normal(size=n), "b": rng.normal(size=2 * n)}


def logreg_data(n: int, rng: Any) -> dict[str, Array]:
    return {"X": rng.normal(size=(2 * n, n)), "w": rng.normal(size=n) / n**0.5,
    "y": rng.choice([-1.0, 1.0], size=2 * n)}


def matfac_data(n: int, rng: Any) -> dict[str, Array]:
    k = min(10, n)
    return {"T": rng.normal(size=(n, n)), "U": rng.normal(size=(n, k)), "V": rng.normal(size=(n, k))}


def net_data(n: int, rng: Any) -> dict[str, Array]:
    return {"W": rng.normal(size=(n, n)) / n**0.5, "X": rng.normal(size=(n, n)), "V": rng.normal(size=(5, n)) / n**0.5,
            "Y": rng.normal(size=(5, n))}


def logdet_data(n: int, rng: Any) -> dict[str, Array]:
    return {"X": rng.normal(size=(2 * n, n))}


def gp_data(n: int, rng: Any) -> dict[str, Array]:
    z = rng.uniform(0, 5, n)
    return {"D": (z[:, None] - z[None, :]) ** 2, "y": np.sin(z) + 0.1 * rng.normal(size=n), "s": 1.3, "t": 0.7,
    "u": 0.2}


def smce_data(n: int, rng: Any) -> dict[str, Array]:
    return {"X": rng.normal(size=(2 * n, n)), "W": rng.normal(size=(n, 10)) / n**0.5,
            "Y": np.eye(10)[rng.integers(0, 10, 2 * n)]}


def gnll_data(n: int, rng: Any) -> dict[str, Array]:
    x = rng.normal(size=(2 * n, n))
    return {"S": x.T @ x / n + np.eye(n), "X": rng.normal(size=(2 * n, n))}


def sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(np.minimum(-z, 709.0)))


def quad_gradient(A: Array, x: Array) -> Array:
    return A @ x + x @ A


def lsq_gradient(A: Array, x: Array, b: Array) -> Array:
    r = A @ x
    r -= b
    r *= 2.0
    return r @ A


def l1_gradient(A: Array, x: Array) -> Array:
    s = np.sign(x - A @ x)
    return s - s @ A


def logreg_gradient(X: Array, w: Array, y: Array) -> Array:
    z = X @ w
    z *= y
    np.minimum(z, 709.0, out=z)
    np.exp(z, out=z)
    z += 1.0
    np.divide(y, z, out=z)
    np.negative(z, out=z)
    return z @ X


def matfac_gradient(T: Array, U: Array, V: Array) -> Array:
    return 2.0 * (U @ (V.T @ V) - T @ V)


def net_gradient(W: Array, X: Array, V: Array, Y: Array) -> Array:
    h = W @ X
    np.tanh(h, out=h)
    r = V @ h
    r -= Y
    g = V.T @ r
    h *= h
    np.subtract(1.0, h, out=h)
    g *= h
    return g @ X.T


def _cholesky(s: Array) -> Array:
    factor, info = dpotrf(s.T, lower=1, clean=0)
    assert info == 0
    return factor


def _inverse(factor: Array) -> Array:
    inverse = dpotri(factor, lower=1)[0]
    lower = np.tril(inverse)
    return lower + np.tril(lower, -1).T


def logdet_gradient(X: Array) -> Array:
    s = X.T @ X
    s.flat[:: len(s) + 1] += 1.0
    return 2.0 * (X @ _inverse(_cholesky(s)))


def gp_gradient(D: Array, y: Array, s: float, t: float, u: float) -> Array:
    e = np.exp(-t * D)
    k = s * e
    k.flat[:: len(k) + 1] += u
    factor = _cholesky(k)
    a = dpotrs(factor, y, lower=1)[0]
    inverse = _inverse(factor)
    inverse -= a[:, None] * a
    by_s = 0.5 * np.vdot(inverse, e)
    e *= D
    return by_s, -0.5 * s * np.vdot(inverse, e), 0.5 * inverse.trace()


def smce_gradient(X: Array, W: Array, Y: Array) -> Array:
    z = X @ W
    z -= z.max(axis=1)[:, None]
    np.exp(z, out=z)
    z /= z.sum(axis=1)[:, None]
    z -= Y
    return X.T @ z


def gnll_gradient(S: Array, X: Array) -> Array:
    factor = _cholesky(S)
    inverse = _inverse(factor)
    b = X @ inverse
    g = b.T @ b
    g *= -0.5
    inverse *= 0.5 * len(X)
    g += inverse
    return g


def quad_hessian(A: Array, x: Array) -> Array:
    return A + A.T


def lsq_hessian(A: Array, x: Array, b: Array) -> Array:
    return 2.0 * (A.T @ A)


def logreg_hessian(X: Array, w: Array, y: Array) -> Array:
    p = sigmoid(X @ w)
    z = np.sqrt(p * (1.0 - p))[:, None] * X
    return z.T @ z


def l1_hessian(A: Array, x: Array) -> Array:
    return np.zeros((len(x), len(x)))


CASES = [
    Case("quad", "x'*A*x", "A: n x n, x: n", ("x",), quad_data, quad_gradient, quad_hessian),
    Case("lsq", "norm2(A*x - b)^2", "A: m x n, x: n, b: m", ("x",), lsq_data, lsq_gradient, lsq_hessian),
    Case("l1", "norm1(x - A*x)", "A: n x n, x: n", ("x",), quad_data, l1_gradient, l1_hessian),
    Case("logreg", "sum(log(vector(1) + exp(-y.*(X*w))))", "X: m x n, w: n, y: m", ("w",), logreg_data, logreg_gradient,
         logreg_hessian),
    Case("matfac", "norm2(T - U*V')^2", "T: m x n, U: m x k, V: n x k", ("U",), matfac_data, matfac_gradient),
    Case("net", "1/2*norm2(V*tanh(W*X) - Y)^2", "W: h x n, X: n x m, V: q x h, Y: q x m", ("W",), net_data,
    net_gradient),
    Case("logdet", "logdet(X'*X + eye)", "X: m x n", ("X",), logdet_data, logdet_gradient),
    Case("gp", "1/2*y'*inv(s*exp(-t*D) + u*eye)*y + 1/2*logdet(s*exp(-t*D) + u*eye)",
         "D: n x n symmetric, y: n, s: scalar positive, t: scalar positive, u: scalar positive", ("s", "t", "u"),
         gp_data,
         gp_gradient),
    Case("smce", "sum(log(exp(X*W)*vector(1))) - tr(Y'*X*W)", "X: m x n, W: n x k, Y: m x k", ("W",), smce_data,
    smce_gradient),
    Case("gnll", "1/2*m*logdet(S) + 1/2*tr(inv(S)*X'*X)", "S: n x n spd, X: m x n", ("S",), gnll_data, gnll_gradient),
]


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


VALUES = {f.__name__: f for f in (quad, lsq, l1, logreg, matfac, net, logdet, gp, smce, gnll)}


def jax_call(case: Case, kind: str, data: dict[str, Array]) -> Callable[[], Any]:
    import jax

    jax.config.update("jax_enable_x64", True)
    places = tuple(list(data).index(w) for w in case.wrt)
    values = [jax.numpy.asarray(a) for a in data.values()]
    transform = jax.grad if kind == "gradient" else jax.hessian
    compiled = jax.jit(transform(lambda *a: VALUES[case.name](jax.numpy, *a), places if len(places) > 1 else places[0]))
    return lambda: jax.block_until_ready(compiled(*values))


def torch_call(case: Case, kind: str, data: dict[str, Array]) -> Callable[[], Any]:
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    values = [torch.tensor(a) for a in data.values()]
    places = tuple(list(data).index(w) for w in case.wrt)
    function = VALUES[case.name]
    if kind == "hessian":
        return lambda: torch.func.hessian(lambda *a: function(torch, *a), argnums=places[0])(*values)
    for i in places:
        values[i].requires_grad_(True)
    return lambda: torch.autograd.grad(function(torch, *values), [values[i] for i in places])


def autograd_call(case: Case, kind: str, data: dict[str, Array]) -> Callable[[], Any]:
    import autograd
    import autograd.numpy as anp

    places = tuple(list(data).index(w) for w in case.wrt)
    values = list(data.values())
    function = VALUES[case.name]
    if kind == "hessian":
        derive = autograd.hessian(lambda *a: function(anp, *a), places[0])
    else:
        derive = autograd.grad(lambda *a: function(anp, *a), places if len(places) > 1 else places[0])
    return lambda: derive(*values)


SYSTEMS = {"jax": jax_call, "torch": torch_call, "autograd": autograd_call}


def timed(calls: dict[str, Callable[[], Any]], rounds: int, slice_seconds: float = 0.02) -> dict[str, float]:
    """Best seconds per call of each, interleaved."""
    repeats = {}
    for name, call in calls.items():
        call()
        start = perf_counter()
        call()
        repeats[name] = max(1, int(slice_seconds / max(perf_counter() - start, 1e-7)))
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            count = repeats[name]
            start = perf_counter()
            for _ in range(count):
                call()
            best[name] = min(best[name], (perf_counter() - start) / count)
    return best


def compiled_for(case: Case, kind: str, data: dict[str, Array]) -> tuple[Callable[..., Any], tuple[Array, ...]]:
    """Our function and its arguments; for `bound` everything but the variables is bound."""
    f = sn.parse(case.text, declare=case.declare)
    named = {name: next(v for v in f.free if v.name == name) for name in data}
    if kind == "hessian":
        result = sn.hessian(f, *case.wrt)
    else:
        result = tuple(sn.gradient(f, w) for w in case.wrt)
        result = result if len(result) > 1 else result[0]
    if kind == "bound":
        constants = {named[name]: value for name, value in data.items() if name not in case.wrt}
        return sn.lambdify(result, [named[w] for w in case.wrt], constants=constants), tuple(data[w] for w in case.wrt)
    return sn.lambdify(result, list(named.values())), tuple(data.values())


def compare(case: Case, n: int, kind: str, rounds: int, systems: list[str], show: bool) -> dict[str, float]:
    """Seconds of a call of each; a wrong result is an error."""
    data = case.data(n, np.random.default_rng(0))
    hand = case.hessian if kind == "hessian" else case.gradient
    assert hand is not None
    compiled, arguments = compiled_for(case, kind, data)
    values = tuple(data.values())
    calls: dict[str, Callable[[], Any]] = {"ours": lambda: compiled(*arguments), "hand": lambda: hand(*values)}
    want = calls["hand"]()
    calls |= {name: SYSTEMS[name](case, kind, data) for name in systems}
    for name, call in calls.items():
        error = difference(call(), want)
        assert error < 1e-7, (case.name, kind, n, name, error)
    if show:
        print(compiled.source)
    return timed(calls, rounds)


def difference(found: Any, want: Any) -> float:
    several = isinstance(want, tuple)
    pairs = zip(found, want, strict=True) if several else [(found[0] if isinstance(found, tuple) else found, want)]
    errors = []
    for a, b in pairs:
        a = np.asarray(a.detach() if hasattr(a, "detach") else a)
        errors.append(float(np.max(np.abs(a - b)) / max(float(np.max(np.abs(b))), 1e-12)))
    return max(errors)


def report(kind: str, sizes: list[int], cases: list[Case], rounds: int, systems: list[str], show: bool) -> None:
    """A Markdown table: microseconds by hand, and each system over hand."""
    for n in sizes:
        print(f"\n| {kind}, n = {n} | by hand, us | ours / hand | {' | '.join(f'{s} / hand' for s in systems)} |")
        print("|---" * (3 + len(systems)) + "|")
        ratios: dict[str, list[float]] = {}
        for case in cases:
            best = compare(case, n, kind, rounds, systems, show)
            row = {name: best[name] / best["hand"] for name in ("ours", *systems)}
            for name, ratio in row.items():
                ratios.setdefault(name, []).append(ratio)
            cells = " | ".join(f"{r:.2f}" for r in row.values())
            print(f"| {case.name} | {best['hand'] * 1e6:.1f} | {cells} |", flush=True)
        print(f"| geometric mean | | {' | '.join(f'{np.exp(np.mean(np.log(r))):.2f}' for r in ratios.values())} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", default="gradient", choices=["gradient", "hessian", "bound"])
    parser.add_argument("--sizes", default="10,100,1000")
    parser.add_argument("--only", default="")
    parser.add_argument("--systems", default="")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--source", action="store_true")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else [c.name for c in CASES]
    cases = [c for c in CASES if c.name in names and (options.kind != "hessian" or c.hessian)]
    systems = [name for name in options.systems.split(",") if name]
    report(options.kind, [int(n) for n in options.sizes.split(",")], cases, options.rounds, systems, options.source)


if __name__ == "__main__":
    main()
