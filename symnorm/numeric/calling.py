"""The function that the caller gets: it tests that the arguments are what the code was written for, and runs it.

The test is written out for the number of arguments, so that a call costs a fraction of a microsecond more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import OutsideDomain


class Absent:
    """An argument that was not given."""

    shape = dtype = None


ABSENT = Absent()

TEMPLATE = """\
def make(owner, ABSENT, OutsideDomain, {kinds}):
    dtype = {shapes}None
    def run(*values):
        return owner.slow(values, {{}})
    def select(code, type_, shapes):
        nonlocal run, dtype{nonlocals}
        run, dtype = code, kind(type_)
        {unpack} = shapes
    def compiled({parameters}**named):
        try:
            if {test}:
                return run({arguments})
        except OutsideDomain as error:
            raise owner.explained(error) from error
        return owner.slow(({arguments}{comma}), named)
    return compiled, select
"""


def entry(owner: Any, scalars: Sequence[bool]) -> tuple[Callable[..., Any], Callable[..., None]]:
    """The function, and what tells it which code to try first, for arguments of which type and shapes.

    `owner` has `slow(values, named)` for all other calls, and `explained(error)`.
    """
    n = len(scalars)
    names = [f"a{i}" for i in range(n)]
    shapes = [f"s{i}" for i in range(n)]
    tests = [owner.backend.scalar_test if scalar else owner.backend.test for scalar in scalars]
    text = TEMPLATE.format(
        kinds="kind, ndarray", shapes="".join(f"{s} = " for s in shapes), nonlocals="".join(f", {s}" for s in shapes),
        unpack=f"({', '.join(shapes)}{',' if n == 1 else ''})" if n else "_",
        parameters="".join(f"{a}=ABSENT, " for a in names) + ("/, " if n else ""),
        test=" and ".join([*(t.format(name=a, shape=s) for t, a, s in zip(tests, names, shapes, strict=True)),
                           "not named"]),
        arguments=", ".join(names), comma="," if n == 1 else "")
    space: dict[str, Any] = {}
    exec(text, space)
    kind, array = owner.backend.kinds
    function, select = space["make"](owner, ABSENT, OutsideDomain, kind, array)
    return function, select
