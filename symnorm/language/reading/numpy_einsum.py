"""Einstein sums that are matrix algebra: operands are joined pairwise until one is left."""

from __future__ import annotations

from ..build import diagonal, hadamard, matmul, mul, ones, sum_all, trace, transpose
from ..node import Node
from .traced import Traced, refused

Operand = tuple[str, Node]


def contracted(subscripts: str, operands: list[Traced]) -> Traced:
    """The value of an einsum over 1-D and 2-D operands."""
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if "->" not in subscripts:
        letters = [c for c in "".join(terms) if "".join(terms).count(c) == 1]
        output = "".join(sorted(letters))
    if (
        len(terms) != len(operands)
        or any(len(t) != o.ndim for t, o in zip(terms, operands, strict=False))
        or len(output) > 2
    ):
        raise refused(f"einsum {subscripts!r} of these operands")
    rest: list[Operand] = [(t, o.node) for t, o in zip(terms, operands, strict=True)]
    while len(rest) > 1:
        rest = _join(rest, output, subscripts)
    return _final(*rest[0], output, subscripts)


def _join(rest: list[Operand], output: str, subscripts: str) -> list[Operand]:
    """The first pair with a common letter as one operand."""
    for i in range(len(rest)):
        for j in range(i + 1, len(rest)):
            others = [rest[k] for k in range(len(rest)) if k not in (i, j)]
            needed = set(output).union(*(set(t) for t, _ in others))
            made = _pair(rest[i], rest[j], needed)
            if made is not None:
                return [*others[:i], made, *others[i:]]
    raise refused(f"einsum {subscripts!r}", "write it with @, * and sums")


def _pair(a: Operand, b: Operand, needed: set[str]) -> Operand | None:
    (s, x), (t, y) = a, b
    if not s or not t:
        return (s + t, mul(x, y))
    shared = [c for c in s if c in t]
    if len(set(s)) < len(s) or len(set(t)) < len(t):
        return None
    if len(s) == len(t) == 1:
        if s == t:
            return (s, hadamard(x, y)) if s in needed else ("", matmul(transpose(x), y))
        return (s + t, matmul(x, transpose(y)))
    if len(shared) == 2:
        return (s, hadamard(x, y if s == t else transpose(y)))
    if len(shared) != 1 or shared[0] in needed:
        return None
    c = shared[0]
    left = x if len(s) == 2 and s[-1] == c else transpose(x)
    right = y if t[0] == c else transpose(y)
    made = matmul(left, right)
    letters = s.replace(c, "") + t.replace(c, "")
    return (letters, transpose(made)) if len(s) == 1 and len(t) == 2 else (letters, made)


def _final(letters: str, node: Node, output: str, subscripts: str) -> Traced:
    if letters == output:
        return Traced(node, len(output))
    if len(letters) == 2 and letters == output[::-1]:
        return Traced(transpose(node), 2)
    if len(letters) == 2 and letters[0] == letters[1]:
        return Traced(trace(node), 0) if not output else Traced(diagonal(node), 1)
    if not output:
        return Traced(sum_all(node), 0)
    if len(letters) == 2 and len(output) == 1:
        return Traced(
            matmul(node, ones(node.cols)) if letters[0] == output else matmul(transpose(node), ones(node.rows)), 1
        )
    raise refused(f"einsum {subscripts!r}", "write it with @, * and sums")
