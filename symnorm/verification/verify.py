"""Is a claimed derivative right? The kinds of f and claim decide who answers.

Two callables are compared by their values alone (blackbox); a slip is looked for by reading f (formulas).
"""

from __future__ import annotations

from typing import Any

from symnorm.errors import Misuse
from symnorm.verification import blackbox, formulas
from symnorm.verification.verdict import Verdict

_SYMMETRIC = ("symmetric", "spd", "psd")
_SIGNED = ("positive", "nonneg", "unit-interval", "sums-to-one")


def verify(
    f: Any,
    claim: Any,
    wrt: Any = None,
    at: Any = None,
    declare: Any = None,
    seed: int = 0,
    timeout: float = 30.0,
    where: Any = None,
) -> Verdict:
    """The verdict on a claimed gradient, Jacobian or Hessian of f.

    f and the claim are formulas (an expression, SymPy, text, LaTeX) or functions, in any combination. Callables f(x)
    and claim(x) are compared at `at` and at points around it; which derivative is meant follows from the shapes. The
    same seed gives the same verdict to the last bit. A matrix that `declare` calls symmetric is only changed
    symmetrically, and entries that it calls positive keep their sign. `where` defines letters of a claimed formula:
    "u = leftvec(X); s = normspec(X)", or a dictionary.
    Raises    Misuse when an argument is of the wrong kind; never for what f or claim do.

    >>> print(verify(lambda x: x @ x, lambda x: x, at=[1.0, 2.0, -1.5]).slip)
    factor
    >>> print(verify("norm1(x - A*x)", "A'*sign(x - A*x) - sign(x - A*x)", wrt="x").slip)
    sign
    """
    if not timeout > 0:
        raise Misuse(f"timeout is a positive number of seconds, not {timeout!r}")
    if formulas.is_formula(f) or formulas.is_formula(claim):
        return formulas.verify_formulas(formulas.Case(f, claim, wrt, at, declare, seed, timeout, where))
    if not (callable(f) and callable(claim)):
        raise Misuse(f"verify takes two functions of x, and was given {type(f).__name__} and {type(claim).__name__}")
    if at is None:
        raise Misuse("verify needs at=x, the point around which two functions are compared")
    words = set(str(declare or "").replace(",", " ").split())
    verdict = blackbox.compare(
        f,
        claim,
        at,
        symmetric=not words.isdisjoint(_SYMMETRIC),
        signed=not words.isdisjoint(_SIGNED),
        seed=seed,
        timeout=timeout,
    )
    return formulas.with_slip(verdict, f, claim, declare, at, seed)
