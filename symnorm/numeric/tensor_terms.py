"""The terms of a tensor as they are computed: fewer of them, fewer operands, softmax where it stands apart.

c P[i, k] Q[j, l] + c delta[i, k] Q[j, l] is c (P + I)[i, k] Q[j, l]; a matrix of ones repeats what the others give;
softmax is made by `tensor_softmax`.
"""

from __future__ import annotations

from dataclasses import replace

from ..engine.tensor import Operand, Tensor, Term, turned
from ..language.build import add, mul, negate, number
from ..language.node import Node, Ones
from .shifting import shifted_term
from .tensor_softmax import softened

MANY = 24
"""With more terms than that, none are compared with each other."""


def prepared(tensor: Tensor) -> tuple[Term, ...]:
    """The terms to compute: equal to those of the tensor in sum."""
    terms = [without_ones(shifted_term(softened(without_ones(term)))) for term in tensor.terms]
    return tuple(merged(terms)) if len(terms) <= MANY else tuple(terms)


def needed(terms: tuple[Term, ...]) -> tuple[Node, ...]:
    """What must be computed for the terms."""
    return tuple(dict.fromkeys(node for t in terms for node in (t.coefficient, *(o.node for o in t.operands))))


def without_ones(term: Term) -> Term:
    """Without matrices and vectors of ones, unless a summed letter stands there alone."""
    kept = list(term.operands)
    for op in term.operands:
        others = {k for o in kept if o is not op for k in o.letters}
        if isinstance(op.node, Ones) and op.letters & term.summed <= others:
            kept.remove(op)
    return replace(term, operands=tuple(kept))


def merged(terms: list[Term]) -> list[Term]:
    """Terms that differ in one operand, added there."""
    found = list(terms)
    i = 0
    while i < len(found):
        pairs = ((j, _added(found[i], found[j])) for j in range(i + 1, len(found)))
        hit = next(((j, total) for j, total in pairs if total is not None), None)
        if hit is None:
            i += 1
        else:
            found[i] = hit[1]
            del found[hit[0]]
    return found


def _added(a: Term, b: Term) -> Term | None:
    if a.summed != b.summed or len(a.operands) != len(b.operands):
        return None
    left, right = [oriented(o) for o in a.operands], [oriented(o) for o in b.operands]
    common = [o for o in left if o in right]
    mine, other = [o for o in left if o not in common], [o for o in right if o not in common]
    if len(mine) != 1 or len(other) != 1 or mine[0].axes != other[0].axes:
        return None
    coefficient = a.coefficient
    if b.coefficient is coefficient:
        total = add(mine[0].node, other[0].node)
    elif b.coefficient is negate(coefficient):
        total = add(mine[0].node, negate(other[0].node))
    else:
        total = add(mul(coefficient, mine[0].node), mul(b.coefficient, other[0].node))
        coefficient = number(1)
    rest = tuple(o for o in a.operands if oriented(o) in common)
    return Term(coefficient, (*rest, Operand(total, mine[0].axes)), a.summed)


def oriented(op: Operand) -> Operand:
    """A matrix with the lower letter first, so that equal ones are seen to be equal."""
    return turned(op) if len(op.axes) == 2 and op.axes[0] > op.axes[1] else op
