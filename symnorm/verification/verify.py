"""Is a claimed derivative right? The kinds of f and claim decide who answers.

Two callables are compared by their values alone (blackbox); a slip is looked for by reading f (formulas).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symnorm.errors import Misuse
from symnorm.verification.formulas import Case, two_functions, verify_formulas
from symnorm.verification.meant import kind_named
from symnorm.verification.several import arguments, verify_each
from symnorm.verification.verdict import Verdict
from symnorm.verification.writing import is_formula


def verify(
    f: Any,
    claim: Any,
    wrt: Any = None,
    at: Any = None,
    declare: Any = None,
    seed: int = 0,
    timeout: float = 30.0,
    where: Any = None,
    kind: str | None = None,
) -> Verdict:
    """The verdict on a claimed gradient, Jacobian or Hessian of f.

    f and the claim are formulas (an expression, SymPy, text, LaTeX) or functions, in any combination. Callables f(x)
    and claim(x) are compared at `at` and at points around it; which derivative is meant follows from the shapes. The
    same seed gives the same verdict to the last bit. A matrix that `declare` calls symmetric is only changed
    symmetrically, and entries that it calls positive keep their sign. `where` defines letters of a claimed formula:
    "u = leftvec(X); s = normspec(X)", or a dictionary. `kind` names the derivative:
    "gradient", "jacobian", "hessian", or a product with a second argument, "hvp", "jvp", "vjp" (of two functions; a
    formula claims an hvp with one name more than f has). A matrix that is claimed about a derivative by a matrix stacks
    columns. Of f(W, v) with at=(W, v), or a dictionary, the claim returns one derivative for each argument, or the one
    by `wrt`.
    Raises    Misuse when an argument is of the wrong kind; never for what f or claim do.

    >>> print(verify(lambda x: x @ x, lambda x: x, at=[1.0, 2.0, -1.5]).slip)
    factor
    >>> print(verify("norm1(x - A*x)", "A'*sign(x - A*x) - sign(x - A*x)", wrt="x").slip)
    sign
    >>> bool(verify(lambda x: (x**3).sum(), lambda x, v: 6 * x * v, at=[1.0, 2.0, -1.5], kind="hvp"))
    True
    """
    if not timeout > 0:
        raise Misuse(f"timeout is a positive number of seconds, not {timeout!r}")
    at = np.asarray(at.detach().cpu()) if hasattr(at, "detach") else at
    case = Case(f, claim, wrt, at, declare, seed, timeout, where, kind_named(kind))
    if is_formula(f) or is_formula(claim):
        return verify_formulas(case)
    if not (callable(f) and callable(claim)):
        raise Misuse(f"verify takes two functions of x, and was given {type(f).__name__} and {type(claim).__name__}")
    if at is None:
        raise Misuse("verify needs at=x, the point around which two functions are compared")
    facts = frozenset(str(declare or "").replace(",", " ").split())
    given = arguments(f, at)
    return verify_each(case, given, facts) if given else two_functions(case, facts)
