"""How many slips a gradient checker lets through, and how many right gradients it refuses: symnorm and its peers.

    python benchmarks/verify.py --seeds 5          symnorm alone, on the bank in tests/verification
    python benchmarks/verify.py --seeds 2 --peers  every installed peer as well, at its default settings
    python benchmarks/verify.py --diagnosis        how many slips symnorm names, and how many with a wrong name

The peers that give a number instead of a verdict get a threshold: scipy's check_grad 1e-6 (relative to the gradient),
numdifftools allclose(1e-5, 1e-8). Peers differentiate NumPy functions here, wrapped with the claim as their gradient.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from symnorm.verification.blackbox import compare
from tests.verification.bank import BUILDERS, variants
from tests.verification.formulas import bank, diagnosed
from tests.verification.stress import KINKS, STRESS, TRAPS, stress_variants

Checker = Callable[[Any, Any, Any], str]


def symnorm(f: Any, g: Any, x: Any) -> str:
    return compare(f, g, x).status


def scipy_check_grad(f: Any, g: Any, x: Any) -> str:
    from scipy.optimize import check_grad
    shape = np.shape(x)
    error = check_grad(lambda v: f(v.reshape(shape)), lambda v: np.ravel(g(v.reshape(shape))), np.ravel(x))
    size = max(1.0, float(np.linalg.norm(np.asarray(g(x)))))
    return "right" if error < 1e-6 * size else "wrong"


def numdifftools(f: Any, g: Any, x: Any) -> str:
    import numdifftools as nd
    shape = np.shape(x)
    found = nd.Gradient(lambda v: f(np.reshape(v, shape)))(np.ravel(x))
    return "right" if np.allclose(np.ravel(g(x)), found, rtol=1e-5, atol=1e-8) else "wrong"


def autograd(f: Any, g: Any, x: Any) -> str:
    from autograd.extend import defvjp, primitive
    from autograd.test_util import check_grads
    wrapped = primitive(lambda v: float(f(v)))
    defvjp(wrapped, lambda ans, v: lambda u: u * g(v))
    np.random.seed(0)
    check = check_grads(wrapped, modes=["rev"], order=1)
    return "right" if _quiet(lambda: check(np.array(x, dtype=float))) else "wrong"


def torch_gradcheck(f: Any, g: Any, x: Any) -> str:
    import torch

    class Wrapped(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, v: Any) -> Any:
            ctx.save_for_backward(v)
            return torch.tensor(float(f(v.detach().numpy().copy())), dtype=torch.float64)

        @staticmethod
        def backward(ctx: Any, u: Any) -> Any:
            (v,) = ctx.saved_tensors
            return u * torch.tensor(np.array(g(v.detach().numpy().copy()), dtype=float))

    point = torch.tensor(np.array(x, dtype=float), requires_grad=True)
    return "right" if _quiet(lambda: torch.autograd.gradcheck(Wrapped.apply, (point,))) else "wrong"


def jax_check_grads(f: Any, g: Any, x: Any) -> str:
    import jax
    from jax.test_util import check_grads
    jax.config.update("jax_enable_x64", True)
    x = np.array(x, dtype=float)

    @jax.custom_vjp
    def wrapped(v: Any) -> Any:
        return jax.pure_callback(lambda w: np.float64(f(np.array(w))), jax.ShapeDtypeStruct((), np.float64), v)

    def backward(v: Any, u: Any) -> Any:
        shape = jax.ShapeDtypeStruct(x.shape, np.float64)
        return (u * jax.pure_callback(lambda w: np.array(g(np.array(w)), dtype=float), shape, v),)

    wrapped.defvjp(lambda v: (wrapped(v), v), backward)
    return "right" if _quiet(lambda: check_grads(wrapped, (x,), order=1, modes=["rev"])) else "wrong"


def _quiet(check: Callable[[], Any]) -> bool:
    try:
        return check() is not False
    except Exception:
        return False


PEERS: dict[str, tuple[str, Checker]] = {
    "scipy check_grad < 1e-6": ("scipy", scipy_check_grad), "numdifftools": ("numdifftools", numdifftools),
    "autograd check_grads": ("autograd", autograd), "torch gradcheck": ("torch", torch_gradcheck),
    "jax check_grads (x64)": ("jax", jax_check_grads)}


def trials(seeds: range) -> Iterator[tuple[str, str, str, Any, Any, Any]]:
    """(group, name, "right" or "wrong", f, claim, x) for scalar f with gradients; symnorm alone sees the rest."""
    for seed in seeds:
        def draw(name: str, seed: int = seed) -> np.random.Generator:
            return np.random.default_rng([seed, sum(map(ord, name))])

        for name, build in BUILDERS.items():
            c = build(draw(name))
            yield "ordinary", name, "right", c.f, c.g, c.x
            for key, (claim, _) in variants(c).items():
                yield ("1e-5" if key == "tiny" else "ordinary"), f"{name}/{key}", "wrong", c.f, claim, c.x
        for name, build in STRESS.items():
            rng = draw(name)
            c = build(rng)
            yield "stress", name, "right", c.f, c.g, c.x
            for key, claim in stress_variants(c, rng).items():
                yield "stress", f"{name}/{key}", "wrong", c.f, claim, c.x
        for name, build_kink in KINKS.items():
            f, x, right, wrong = build_kink(draw(name))
            for truth, claims in (("right", right), ("wrong", wrong)):
                for key, claim in claims.items():
                    yield "kinks", f"{name}/{key}", truth, f, claim, x
        for name, build_trap in TRAPS.items():
            f, g, wrong_one, x = build_trap(draw(name))
            yield "special points", name, "right", f, g, x
            yield "special points", name, "wrong", f, wrong_one, x


def scalar(f: Any, claim: Any, x: Any) -> bool:
    """Whether peers can be asked: one output, and a gradient of the shape of x."""
    return np.ndim(f(x)) == 0 and np.shape(claim(np.array(x, dtype=float))) == np.shape(x)


def run(checkers: dict[str, Checker], seeds: range, verbose: bool) -> None:
    counts: dict[str, Counter[tuple[str, str, str]]] = {name: Counter() for name in checkers}
    spent: dict[str, list[float]] = {name: [] for name in checkers}
    for group, case, truth, f, claim, x in trials(seeds):
        for name, check in checkers.items():
            if name != "symnorm" and not scalar(f, claim, x):
                continue
            start = time.perf_counter()
            try:
                status = check(f, claim, x)
            except Exception:
                status = "wrong"
            spent[name].append(time.perf_counter() - start)
            counts[name][group, truth, status] += 1
            if verbose and name == "symnorm" and status != truth:
                print(f"# {group} {case}: {truth} -> {status}", file=sys.stderr)
    report(counts, spent)


def report(counts: dict[str, Counter[tuple[str, str, str]]], spent: dict[str, list[float]]) -> None:
    groups = ["ordinary", "1e-5", "stress", "kinks", "special points"]
    print("| checker | " + " | ".join(groups) + " | ms |\n|---|" + "---|" * (len(groups) + 1))
    for name, count in counts.items():
        cells = []
        for group in groups:
            right = sum(count[group, "right", s] for s in ("right", "wrong", "undecided"))
            wrong = sum(count[group, "wrong", s] for s in ("right", "wrong", "undecided"))
            cell = f"refused {count[group, 'right', 'wrong']}/{right}, " if right else ""
            cell += f"passed {count[group, 'wrong', 'right']}/{wrong}"
            open_ = count[group, "right", "undecided"] + count[group, "wrong", "undecided"]
            cells.append(cell + (f", undecided {open_}" if open_ else ""))
        print(f"| {name} | " + " | ".join(cells) + f" | {1e3 * float(np.median(spent[name])):.1f} |")


def diagnosis(seeds: range, verbose: bool) -> None:
    """Of the slips of tests/verification/formulas.txt: named rightly, not named, named wrongly."""
    print("| f and claim | slips | named | no name | wrong name | passed |\n|---|---|---|---|---|---|")
    for mode in ("formula", "numpy"):
        count: Counter[str] = Counter()
        for seed in seeds:
            for entry, claim, names, verdict in diagnosed(bank(), mode, seed - seeds.start):
                kind = "passed" if verdict.status == "right" else "none" if verdict.slip is None else (
                    "named" if verdict.slip in names else "wrong")
                count[kind] += 1
                if verbose and kind in ("wrong", "passed"):
                    print(f"# {entry.name}: {claim}: {verdict.slip}, {verdict.evidence}", file=sys.stderr)
        shares = [f"{count[kind]} ({count[kind] / count.total():.1%})" for kind in ("named", "none", "wrong", "passed")]
        print(f"| {mode} | {count.total()} | " + " | ".join(shares) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2, help="how many seeds")
    parser.add_argument("--first", type=int, default=1000, help="the first of them")
    parser.add_argument("--peers", action="store_true", help="run the installed peers too")
    parser.add_argument("--diagnosis", action="store_true", help="the names of slips instead")
    parser.add_argument("-v", "--verbose", action="store_true", help="list what symnorm did not decide rightly")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    checkers: dict[str, Checker] = {"symnorm": symnorm}
    if options.diagnosis:
        diagnosis(range(options.first, options.first + options.seeds), options.verbose)
        return
    if options.peers:
        import importlib.util
        checkers |= {name: check for name, (module, check) in PEERS.items() if importlib.util.find_spec(module)}
    run(checkers, range(options.first, options.first + options.seeds), options.verbose)


if __name__ == "__main__":
    main()
