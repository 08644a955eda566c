"""Products with an inverse in place of solves, where a symmetric matrix is divided by often enough.

One factorisation serves all solves with a matrix. With n right-hand sides a solve takes about twice as long as the
product with the inverse, and forming the inverse about as long as a solve; so the inverse of a symmetric matrix is
formed where more than `WORTH` n columns are solved for in all, or where it is needed entry by entry anyway. Vectors are
always solved for.

The error of A^-1 B is of the same order either way: the inverse Y that LAPACK makes from L has YA - I of the order of
eps cond(A), so that YB - A^-1 B = (YA - I) A^-1 B, and rounding adds eps |Y| |B|, at most eps cond(A) |A^-1 B|. For an
inverse by LU that holds on one side only, so those stay solves.
"""

from __future__ import annotations

from collections.abc import Callable

from ..language.node import Node
from .ir import Program
from .value import Value, reachable

WORTH = 1.25
"""The inverse costs what the solves of WORTH n columns cost more than products with it; measured, n from 50 to 1000."""
FACTORS = frozenset({"cholesky", "symmetric"})
REMADE: dict[str, Callable[..., Value]] = {
    "transpose": Program.transpose, "multiply": Program.multiply, "matmul": Program.matmul,
}
"""Instructions that are written otherwise where an argument is now a transpose; those on stacks of matrices are not."""


def with_inverses(program: Program, results: list[Value], origin: dict[Value, Node]) -> list[Value]:
    """The results with such products; `origin` is kept up for factorisations that are made anew."""
    order = reachable(results)
    chosen = _chosen(order)
    if not chosen:
        return results
    made: dict[Value, Value] = {}
    for value in order:
        args = tuple(made[a] for a in value.args)
        if value.op == "solve" and value.args[0] in chosen and len(value.shape) == 2:
            inverse = program.make("inverse", args[:1], args[0].shape)
            program.symmetric.add(inverse)
            made[value] = _times(program, inverse, args[1])
        elif args == value.args:
            made[value] = value
        elif value.op in REMADE and not value.data and all(len(a.shape) <= 2 for a in args):
            made[value] = REMADE[value.op](program, *args)
        else:
            made[value] = program.make(value.op, args, value.shape, *value.data, fixed=value.fixed)
        if value in origin:
            origin[made[value]] = origin[value]
    return [made[value] for value in results]


def _chosen(order: list[Value]) -> set[Value]:
    """The factorisations whose inverses are worth forming."""
    columns: dict[Value, float] = {}
    for value in order:
        factor = value.args[0] if value.op in ("solve", "inverse") else None
        if factor is not None and factor.op in FACTORS:
            if value.op == "inverse":
                columns[factor] = float("inf")
            elif len(value.shape) == 2:
                columns[factor] = columns.get(factor, 0.0) + value.shape[1]
    return {f for f, count in columns.items() if count > WORTH * f.shape[0]}


def _times(program: Program, inverse: Value, operand: Value) -> Value:
    """A^-1 B; of B = C', the transpose of C A^-1."""
    if operand.op == "transpose":
        return program.transpose(program.matmul(operand.args[0], inverse))
    return program.matmul(inverse, operand)
