"""The exact tier: a gradient claim decided by random evaluation with dual numbers modulo random primes.

At random integer points X and directions V, <claim(X), V> is compared with the derivative of f along V, computed by
dual numbers and not by our rules. For rational functions a mismatch is a proof that the claim is wrong, and agreement
leaves an error of at most degree/p for each trial (Schwartz and Zippel). With functions such as exp, treated as
unknown functions with their derivatives, agreement still is a proof of that kind; a mismatch then decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from ..errors import NoClosedForm
from ..language.node import Elementwise, LogDet, LogSumExp, Node, Norm, Power, Softmax, Variable, postorder
from ..shapes import Size
from .dual import Evaluation
from .field import Dual, Field, NoRoot, random_prime

TRIALS = 3
MAX_REDRAWS = 60
SIZES = (3, 4, 2, 5)
DEGREE_LIMIT = 10_000
_UNKNOWN = (Elementwise, LogDet, LogSumExp, Softmax)


@dataclass(frozen=True, slots=True)
class Exact:
    """`agrees`, whether that is a proof in its direction, and the bound on the error of agreement."""

    agrees: bool
    decides: bool
    bound: float


def compare(f: Node, claim: Node, wrt: Variable, seed: int = 0) -> Exact:
    """Does <claim, V> equal the derivative of f along V, in exact arithmetic?

    Raises    NoClosedForm where f or the claim has an operation or a property without exact values.
    """
    rng = Random(seed)
    for _ in range(TRIALS):
        left, right = _trial(f, claim, wrt, rng)
        if left != right:
            return Exact(False, _is_decided((f, claim)), 0.0)
    return Exact(True, True, (DEGREE_LIMIT / 2.0**60) ** TRIALS)


def _trial(f: Node, claim: Node, wrt: Variable, rng: Random) -> tuple[int, int]:
    for _ in range(MAX_REDRAWS):
        p = random_prime(rng)
        field = Field(p, rng)
        sizes = _sizes((f, claim))
        point = {v: _draw(v, v is wrt, field, sizes) for v in sorted(f.free | claim.free, key=lambda v: v.name)}
        try:
            evaluation = Evaluation(field, point, sizes)
            derivative = int(evaluation(f)[1][0, 0])
            inner = int((evaluation(claim)[0] * point[wrt][1]).sum())
        except (ZeroDivisionError, NoRoot, ValueError):
            continue
        return derivative % p, inner % p
    raise NoClosedForm(f"no point was found where {f} has an exact value")


def _draw(v: Variable, moves: bool, field: Field, sizes: dict[Size, int]) -> Dual:
    shape = tuple(int(s.xreplace(sizes)) for s in (v.rows, v.cols))
    if "orthogonal" in v.facts or "sums-to-one" in v.properties:
        raise NoClosedForm(f"{v} is declared {', '.join(sorted(v.properties))}: the exact mode draws no such values")
    value, dual = (
        np.array([[field.rng.randrange(field.p) for _ in range(shape[1])] for _ in range(shape[0])], dtype=object)
        for _ in range(2)
    )
    if "diagonal" in v.facts:
        value = value * np.eye(shape[0], dtype=int)
    elif "symmetric" in v.facts:
        value = value + value.T
    elif "lower" in v.facts or "upper" in v.facts:
        value = np.tril(value) if "lower" in v.facts else np.triu(value)
    return value % field.p, (dual if moves else dual * 0) % field.p


def _sizes(nodes: Sequence[Node]) -> dict[Size, int]:
    symbols = sorted({s for n in postorder(nodes) for size in (n.rows, n.cols) for s in size.free_symbols}, key=str)
    return {s: SIZES[i % len(SIZES)] for i, s in enumerate(symbols)}


def _is_decided(nodes: Sequence[Node]) -> bool:
    """Is a mismatch a proof: nothing is only modelled, and at most one square root was chosen?

    A polynomial identity with one root s of an irreducible square holds for both signs of s or for neither; between two
    roots the signs could be chosen inconsistently.
    """
    below = postorder(nodes)
    roots = {n.key for n in below if isinstance(n, Norm) or (isinstance(n, Power) and not _whole(n))}
    signs = any(isinstance(n, Norm) and n.name not in ("2", "fro", "w") for n in below)
    return len(roots) <= 1 and not signs and not any(isinstance(n, _UNKNOWN) for n in below)


def _whole(node: Node) -> bool:
    value = getattr(node.args[1], "value", None)
    return value is not None and bool(value.is_integer)
