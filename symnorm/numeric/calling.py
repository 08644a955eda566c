"""The function that the caller gets: it tests that the arguments are what the code was written for, and runs it.

The test is written out for the arguments and stands in front of the lines themselves, in one function, so that a call
costs little more than they do. When arguments of other shapes are seen the code of the function is exchanged as a
whole: a call in another thread has the test and the lines of one set of shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import OutsideDomain
from .source import Source


class Absent:
    """An argument that was not given."""

    shape = dtype = None


ABSENT = Absent()

EMPTY = """\
def compiled({parameters}**named):
    return owner.slow(({arguments}), named)
"""
TESTED = """\
def compiled({parameters}**named):
    if {test}:
        try:
{lines}
        except OutsideDomain as error:
            raise owner.explained(error) from error
    return owner.slow(({arguments}), named)
"""
ABOVE = 4
"""The line of the first of `lines` in a file."""
INDENT = " " * 12


def _written(template: str, count: int, **parts: str) -> str:
    names = [f"a{i}" for i in range(count)]
    return template.format(parameters="".join(f"{a}=ABSENT, " for a in names) + ("/, " if count else ""),
                           arguments="".join(f"{a}, " for a in names), **parts)


def entry(owner: Any, count: int) -> Callable[..., Any]:
    """The function of so many arguments before any were seen.

    `owner` has `slow(values, named)` for all calls that are not what the code is for, and `explained(error)`.
    """
    kind, array = owner.backend.kinds
    space: dict[str, Any] = {"owner": owner, "ABSENT": ABSENT, "OutsideDomain": OutsideDomain, "ndarray": array,
                             "float64": kind("float64"), "float32": kind("float32")}
    exec(_written(EMPTY, count), space)
    function: Callable[..., Any] = space["compiled"]
    return function


def tested(owner: Any, scalars: Sequence[bool], shapes: Sequence[tuple[int, ...]], dtype: str,
           lines: Sequence[str]) -> str:
    """The text of the function for arguments of given shapes and type."""
    backend = owner.backend
    tests = [(backend.scalar_test if scalar else backend.test).format(name=f"a{i}", shape=shape, dtype=dtype)
             for i, (scalar, shape) in enumerate(zip(scalars, shapes, strict=True))]
    return _written(TESTED, len(scalars), test=" and ".join([*tests, "not named"]),
                    lines="\n".join(f"{INDENT}{line}" for line in lines))


def moved(source: Source, text: str) -> Source:
    """The source of `text`, whose lines for the factorisations are those of the body of a source."""
    places = {line - source.first + ABOVE: factors for line, factors in source.factor_lines.items()}
    return Source(text, {}, places)
