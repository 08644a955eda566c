"""Compiled code against code written by hand and against automatic differentiation: ten functions.

    python benchmarks/evaluate.py [--kind gradient|hessian|hvp|bound|structured] [--sizes 10,100,1000] [--only quad,lsq]
                                  [--systems jax,torch,autograd,casadi] [--rounds 9] [--source]

Every ratio is best slice / best slice of CPU time over interleaved rounds in one process, on one thread. The
hand-written forms are what an expert writes with NumPy and SciPy: they take the same arrays as arguments, in the same
order. The other systems differentiate the function as their own users write it, compiled where they can; they join
where they are installed. For Hessians the size is the number of parameters (for the GP, of observations); `structured`
compares one factor of a Kronecker product with the dense array.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
# ruff: noqa: E402  the number of threads is read when NumPy is imported

import argparse
import itertools
import sys
from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np

sys.path.insert(0, ".")
import symnorm as sn
from benchmarks import by_hand, by_hand_second
from benchmarks.functions import CASES, Array, Case, Data
from benchmarks.systems import SYSTEMS, flat
from symnorm.language.node import Identity

SIZES = {"gradient": "10,100,1000", "hessian": "10,100,400", "hvp": "100,1000", "bound": "100,1000",
         "structured": "100,400"}
NO_PRODUCT = ("l1", "gp")
"""A zero Hessian, and one of three by three."""


def hand_of(name: str, kind: str) -> Callable[..., Any]:
    """What the ratios of a kind are to."""
    if kind in ("gradient", "bound"):
        return getattr(by_hand, f"{name}_gradient")
    return getattr(by_hand_second, f"{name}_{'product' if kind == 'hvp' else 'hessian'}")


def compiled_for(case: Case, kind: str, data: Data, way: Array) -> tuple[Callable[..., Any], tuple[Array, ...]]:
    """Our function and its arguments; for `bound` everything but the variables is bound."""
    f = sn.parse(case.text, declare=case.declare)
    named = {name: next(v for v in f.free if v.name == name) for name in data}
    wrt = [named[w] for w in case.wrt]
    values = tuple(data.values())
    if kind == "bound":
        constants = {named[name]: value for name, value in data.items() if name not in case.wrt}
        gradient = sn.gradient(f, *wrt)
        return sn.lambdify(gradient, wrt, constants=constants), tuple(data[w] for w in case.wrt)
    if kind == "hvp":
        direction = sn.variables(f"direction: {'*'.join(map(str, wrt[0].shape)).replace('*', ' x ')}")
        return sn.lambdify(sn.hvp(f, wrt[0], direction), [*named.values(), direction]), (*values, way)
    if kind == "gradient":
        results = tuple(sn.gradient(f, w) for w in wrt)
    else:
        results = tuple(sn.hessian(f, *pair) for pair in itertools.combinations_with_replacement(wrt, 2)
                        ) if len(wrt) > 1 else (sn.hessian(f, wrt[0]),)
    if kind == "structured":
        results = tuple(t.coefficient * o.node for t in results[0].terms for o in t.operands
                        if not isinstance(o.node, Identity))
    return sn.lambdify(results if len(results) > 1 else results[0], list(named.values())), values


def calls_of(name: str, n: int, kind: str, systems: list[str], show: bool) -> dict[str, Callable[[], Any]]:
    """A call of each, all with the same result; a wrong one is an error."""
    case, rng = CASES[name], np.random.default_rng(0)
    data = case.data(rng, *case.sizes(kind, n))
    way = rng.normal(size=np.shape(data[case.wrt[0]]))
    compiled, arguments = compiled_for(case, kind, data, way)
    hand, values = hand_of(name, kind), (*data.values(), *((way,) if kind == "hvp" else ()))
    calls = {"ours": lambda: compiled(*arguments), "hand": lambda: hand(*values)}
    for system in systems:
        try:
            calls[system] = SYSTEMS[system](name, case, kind, data, way)
        except NotImplementedError:
            continue
    want = flat(calls["hand"]())
    for who, call in calls.items():
        found = flat(call())
        if not (kind == "structured" and who == "ours"):
            error = np.max(np.abs(found - want)) / max(float(np.max(np.abs(want))), 1e-12)
            assert error < 1e-7, (name, kind, n, who, error)
    if show:
        print(compiled.source)
    return calls


def timed(calls: dict[str, Callable[[], Any]], rounds: int, slice_seconds: float = 0.02) -> dict[str, float]:
    """Best seconds per call of each, interleaved; before a short slice, one call brings the data to the cache."""
    repeats = {}
    for name, call in calls.items():
        call()
        start = process_time()
        call()
        repeats[name] = max(1, int(slice_seconds / max(process_time() - start, 1e-7)))
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            count = repeats[name]
            if count > 1:
                call()
            start = process_time()
            for _ in range(count):
                call()
            best[name] = min(best[name], (process_time() - start) / count)
    return best


def report(kind: str, n: int, names: list[str], rounds: int, systems: list[str], show: bool) -> None:
    """A Markdown table: microseconds by hand, and each system over hand."""
    print(f"\n| {kind}, n = {n} | by hand, us | ours / hand | {' | '.join(f'{s} / hand' for s in systems)} |")
    print("|---" * (3 + len(systems)) + "|")
    ratios: dict[str, list[float]] = {who: [] for who in ("ours", *systems)}
    against: list[float] = []
    for name in names:
        best = timed(calls_of(name, n, kind, systems, show), rounds)
        cells = []
        for who, found in ratios.items():
            ratio = best[who] / best["hand"] if who in best else None
            found += [] if ratio is None else [ratio]
            cells.append("" if ratio is None else f"{ratio:.2f}")
        against += [best["jax"] / best["ours"]] if "jax" in best else []
        print(f"| {name} | {best['hand'] * 1e6:.1f} | {' | '.join(cells)} |", flush=True)
    means = " | ".join(f"{np.exp(np.mean(np.log(r))):.2f}" if r else "" for r in ratios.values())
    print(f"| geometric mean | | {means} |")
    if against:
        print(f"\njax / ours: geometric mean {np.exp(np.mean(np.log(against))):.2f}, least {min(against):.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", default="gradient", choices=list(SIZES))
    parser.add_argument("--sizes", default="")
    parser.add_argument("--only", default="")
    parser.add_argument("--systems", default="")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--source", action="store_true")
    options = parser.parse_args()
    every = {"bound": ["quad", "lsq", "matfac"], "structured": ["matfac"]}.get(options.kind, list(CASES))
    names = [name for name in (options.only.split(",") if options.only else every)
             if not (options.kind == "hvp" and name in NO_PRODUCT)]
    systems = [name for name in options.systems.split(",") if name]
    if not set(systems) <= set(SYSTEMS):
        parser.error(f"--systems is some of {', '.join(SYSTEMS)}")
    for n in (options.sizes or SIZES[options.kind]).split(","):
        report(options.kind, int(n), names, options.rounds, systems, options.source)


if __name__ == "__main__":
    main()
