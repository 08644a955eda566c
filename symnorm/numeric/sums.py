"""Sums inside products: multiplied out where that is cheaper."""

from __future__ import annotations

from ..language.build import add, matmul, transpose
from ..language.node import Add, Identity, MatMul, Mul, Node, Transpose
from ..shapes import ONE
from .chains import GEMV, LONG, chain_cost
from .lower import Lower, is_row

LARGE = 1 << 17
"""Entries of a matrix that does not stay in the cache of a core."""


def multiplied_out(lower: Lower, chain: MatMul) -> tuple[float, Node | None]:
    """The cost of a chain, and the sum that it is with one factor multiplied out, where that is cheaper."""
    cost, found = chain_cost(lower, chain.args), None
    if len(chain.args) > LONG:
        return cost, None
    least = cost * 0.95
    for i, factor in enumerate(chain.args):
        terms = _sum_inside(factor)
        if lower.is_fixed(factor) and terms and _is_read_anyway(lower, chain, factor):
            return cost, add(*(matmul(*chain.args[:i], t, *chain.args[i + 1:]) for t in terms))
        if not terms or lower.is_fixed(factor) or (not lower.gram and (factor.cols is ONE or is_row(factor))):
            continue
        split = [matmul(*chain.args[:i], t, *chain.args[i + 1:]) for t in terms]
        total = sum(_term_cost(lower, t) for t in split)
        if total < least:
            cost, least, found = total, total, add(*split)
    return cost, found


def _is_read_anyway(lower: Lower, chain: MatMul, factor: Node) -> bool:
    """Is a bound sum, applied to a vector, of the identity and a large matrix that another product reads in each call?

    Then two large matrices would be read where one is enough.
    """
    if lower.size(factor.rows) * lower.size(factor.cols) < LARGE or not (is_row(chain) or chain.cols is ONE):
        return False
    inner = factor.args[0] if isinstance(factor, Transpose) else factor
    cores = [t.args[-1] if isinstance(t, Mul) else t for t in inner.args]
    rest = [c for c in cores if not isinstance(c, Identity)]
    return len(rest) == 1 < len(cores) and any(
        isinstance(p, MatMul) and not lower.is_fixed(p) for p in lower.parents.get(rest[0], ()))


def _term_cost(lower: Lower, term: Node) -> float:
    core = term.args[-1] if isinstance(term, Mul) else term
    entries = 1.0 if term.is_scalar else lower.size(core.rows) * lower.size(core.cols)
    if lower.is_fixed(term):
        return GEMV * entries
    return (chain_cost(lower, core.args) if isinstance(core, MatMul) else 0.0) + GEMV * entries


def _sum_inside(factor: Node) -> tuple[Node, ...]:
    inner = factor.args[0] if isinstance(factor, Transpose) else factor
    if not isinstance(inner, Add) or len(inner.args) > 4:
        return ()
    return inner.args if inner is factor else tuple(transpose(t) for t in inner.args)
