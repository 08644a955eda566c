"""How long a derivation takes: python benchmarks/derive.py [--repeat 5]

Parse + derive + LaTeX of the result, on 30 named expressions, against the construction and `.diff` of SymPy and, where
it is installed, construction and simplified gradient of tensorgrad: in one process, interleaved, with fresh names in
every repetition. "none" is no answer: an error, a wrong 0, or an unevaluated derivative. Then growth with the number of
layers, terms and factors, and the import time. Read ratios, not times.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import math
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import sympy

import symnorm as sn

sys.path.insert(0, ".")
from benchmarks.peers import CASES, Case, SymPyNames, TensorgradNames

LENGTHS = (10, 20, 40, 80, 160, 320)
SLOW, ENOUGH = 5_000.0, 500.0
"""Milliseconds after which a length is the last one; in all, after which a length is not repeated further."""
FRESH = itertools.count(1000)


def clock(work: Callable[[], Any]) -> float:
    """Milliseconds, or NaN where there is no answer: an error, or SymPy's 0 or unevaluated Derivative."""
    start = time.perf_counter()
    try:
        answer = work()
    except Exception:
        return math.nan
    elapsed = 1e3 * (time.perf_counter() - start)
    return math.nan if isinstance(answer, (sympy.Derivative, sympy.ZeroMatrix)) or answer == 0 else elapsed


def renamed(text: str, names: list[str], k: int) -> str:
    return re.sub(r"\b(" + "|".join(names) + r")\b", rf"\g<1>{k}", text)


def ours(case: Case, k: int) -> Callable[[], Any]:
    names = re.findall(r"(\w+)\s*:", case.declare)
    text, wrt = renamed(case.text, names, k), f"{case.wrt}{k}"
    declare = re.sub(r"(\w+)(?=\s*:)", rf"\g<1>{k}", case.declare)
    return lambda: sn.latex(sn.derive(sn.parse(text, declare=declare), wrt=wrt).result)


def by_sympy(case: Case, k: int) -> Callable[[], Any] | None:
    if case.sympy is None:
        return None
    build = case.sympy

    def work() -> Any:
        f, x = build(SymPyNames(k))
        return f.diff(x)
    return work


def by_tensorgrad(case: Case, k: int) -> Callable[[], Any] | None:
    if case.tensorgrad is None or importlib.util.find_spec("tensorgrad") is None:
        return None
    package, functions = importlib.import_module("tensorgrad"), importlib.import_module("tensorgrad.functions")
    build = case.tensorgrad

    def work() -> Any:
        f, x = build(TensorgradNames(k, package, functions))
        return f.grad(x).full_simplify()
    return work


SYSTEMS = {"symnorm": ours, "sympy": by_sympy, "tensorgrad": by_tensorgrad}


def expressions(repeat: int) -> list[tuple[str, dict[str, float]]]:
    """The best time of each system on each expression; the first round warms up and is thrown away."""
    rows = []
    for case in CASES:
        times: dict[str, list[float]] = {}
        for k in range(repeat + 1):
            for system, make in SYSTEMS.items():
                work = make(case, k)
                if work is not None:
                    times.setdefault(system, []).append(clock(work))
        rows.append((case.name, {system: min(found[1:]) for system, found in times.items()}))
    return rows


def tanh_chain(length: int, k: int) -> tuple[Any, Any]:
    x = sn.variables(f"x{k}: n")
    layer = x
    for i in range(length):
        layer = sn.tanh(sn.variables(f"W{i}: n x n") @ layer)
    return sn.sum(layer), x


def residual_chain(length: int, k: int) -> tuple[Any, Any]:
    x = sn.variables(f"x{k}: n")
    layer = x
    for i in range(length):
        layer = layer + sn.tanh(sn.variables(f"W{i}: n x n") @ layer)
    return sn.sum(layer), x


def sum_of_terms(length: int, k: int) -> tuple[Any, Any]:
    x = sn.variables(f"x{k}: n")
    terms = [sn.norm2(sn.variables(f"A{i}: m x n") @ x - sn.variables(f"b{i}: m")) ** 2 for i in range(length)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total, x


def product_of_factors(length: int, k: int) -> tuple[Any, Any]:
    x, y = sn.variables(f"x{k}: n, y: n")
    product = x.T
    for i in range(length):
        product = product @ sn.variables(f"Q{i}: n x n")
    return product @ y, x


FAMILIES = {"tanh chain": tanh_chain, "residual chain": residual_chain, "sum of terms": sum_of_terms,
            "product of factors": product_of_factors}


WORK: dict[str, Callable[[Any, Any], Any]] = {
    "gradient": lambda f, x: sn.gradient(f, x),
    "page": lambda f, x: sn.derive(f, wrt=x).latex(),
}


def growth(repeat: int) -> list[tuple[str, list[float], float]]:
    """The gradient, and its whole page in LaTeX, by length, with the exponent fitted to the last four lengths."""
    rows = []
    for name, family in FAMILIES.items():
        lengths = LENGTHS if "chain" in name else (*LENGTHS[:-1], 400)
        for what, work in WORK.items():
            times: list[float] = []
            for length in lengths:
                times.append(_best(family, work, length, repeat))
                if not times[-1] < SLOW:
                    break
            done = [t for t in times if t < math.inf][-4:]
            rows.append((f"{name}, {what}", times, exponent(lengths[len(times) - len(done):len(times)], done)))
    return rows


def _best(family: Callable[[int, int], tuple[Any, Any]], work: Callable[[Any, Any], Any], length: int,
          repeat: int) -> float:
    best, spent = math.inf, 0.0
    for k in range(5 * repeat):
        if k >= repeat and spent > ENOUGH:
            break
        f, x = family(length, next(FRESH))
        signal.alarm(30)
        took = clock(lambda f=f, x=x: work(f, x))
        signal.alarm(0)
        if math.isnan(took):
            return math.nan
        best, spent = min(best, took), spent + took
        if k == 0 and took > SLOW:
            break
    return best


def _ring(*_: object) -> None:
    raise TimeoutError("over 30 s")


def exponent(lengths: tuple[int, ...], times: list[float]) -> float:
    """The slope of a straight line through the logarithms."""
    if len(times) < 2:
        return math.nan
    xs, ys = [math.log(v) for v in lengths], [math.log(v) for v in times]
    mx, my = statistics.fmean(xs), statistics.fmean(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / sum((x - mx) ** 2 for x in xs)


def import_times(repeat: int) -> dict[str, float]:
    """Seconds of a fresh interpreter, best of several, interleaved."""
    codes = {"bare": "pass", "sympy": "import sympy", "symnorm": "import symnorm",
             "symnorm, first derivation's modules": "import symnorm; symnorm.derive; symnorm.parse"}
    best = dict.fromkeys(codes, math.inf)
    for _ in range(repeat):
        for name, code in codes.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    print(f"SymPy {sympy.__version__}, Python {sys.version.split()[0]}, best of {options.repeat}, milliseconds\n")
    rows = expressions(options.repeat)
    print(f"{'expression':30} {'symnorm':>9} {'SymPy':>9} {'ratio':>7} {'tensorgrad':>11} {'ratio':>7}")
    for name, times in rows:
        print(f"{name:30} {times['symnorm']:9.2f} {_peer(times, 'sympy')} {_peer(times, 'tensorgrad', 11)}")
    if importlib.util.find_spec("tensorgrad") is None:
        print("tensorgrad is not installed here: pip install tensorgrad torch")
    for peer in ("sympy", "tensorgrad"):
        ratios = [t[peer] / t["symnorm"] for _, t in rows if not math.isnan(t.get(peer, math.nan) / t["symnorm"])]
        if ratios:
            print(f"{peer} / symnorm: median {statistics.median(ratios):.1f}, smallest {min(ratios):.1f}, "
                  f"largest {max(ratios):.1f}, on {len(ratios)} expressions")
    signal.signal(signal.SIGALRM, _ring)
    print(f"\nby length {LENGTHS} (400 for sums and products), exponent of the last four; nan: refused, or over 30 s")
    for name, times, slope in growth(min(options.repeat, 3)):
        print(f"{name:30} " + " ".join(f"{t:9.2f}" for t in times) + f"   {slope:5.2f}", flush=True)
    best = import_times(options.repeat)
    print("\nimport, seconds: " + ", ".join(f"{name} {value:.3f}" for name, value in best.items()))


def _peer(times: dict[str, float], peer: str, width: int = 9) -> str:
    if peer not in times:
        return f"{'-':>{width}} {'-':>7}"
    if math.isnan(times[peer]):
        return f"{'none':>{width}} {'-':>7}"
    return f"{times[peer]:{width}.2f} {times[peer] / times['symnorm']:7.1f}"


if __name__ == "__main__":
    main()
