"""What a backend is: how each instruction is written, and what it may do in place.

A form is a pattern and its precedence: 1 sums, 2 products, 3 signs and powers, 4 calls and names. In a pattern, {0} is
an argument and the precedence that it needs stands in `needs`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..value import Value

SUM, PRODUCT, SIGN, ATOM = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern for the text of an instruction, its precedence, and what its arguments must have at least."""

    pattern: str
    level: int = ATOM
    needs: tuple[int, ...] = (0, 0, 0)


Writer = Callable[[Value], Form]


@dataclass(frozen=True, slots=True)
class Backend:
    """`forms` by instruction: a form, or a function of the value that gives one.

    `imports` says where the functions come from that a pattern calls; `copy` is how a result becomes an array of its
    own; `array` turns an argument into an array of the backend (None: NumPy).
    """

    name: str
    header: str
    forms: dict[str, Form | Writer]
    imports: dict[str, str] = field(default_factory=dict)
    in_place: bool = False
    float_scalars: bool = False
    copy: str = ""
    array: Callable[[Any], Any] | None = None
    test: str = "{name}.shape == {shape}"
    scalar_test: str = "type({name}) is float"
    kinds: tuple[Callable[[str], Any], Any] = (str, None)


def infix(sign: str, level: int, right: int | None = None) -> Form:
    return Form(f"{{0}} {sign} {{1}}", level, (level, level + 1 if right is None else right))


def method(text: str) -> Form:
    return Form(f"{{0}}{text}", ATOM, (ATOM, 0))


def on_diagonal(eye: str) -> Writer:
    """For targets that write nothing in place: the array plus a block times the deltas that put it on its diagonal."""
    def write(value: Value) -> Form:
        full, places, negative = value.data
        axes = [[":" if j in (i, k) else "None" for j in range(len(full))] for i, k in enumerate(places) if i != k]
        sizes = [full[i] for i, k in enumerate(places) if i != k]
        new = ", ".join("None" if k != i else ":" for i, k in enumerate(places))
        block = f"{{1}}[{new}]" if value.args[1].shape else "{1}"
        text = " * ".join([block, *(f"{eye.format(n=n)}[{', '.join(a)}]" for n, a in zip(sizes, axes, strict=True))])
        text = text if value.shape == full else f"({text}).reshape{value.shape}"
        return Form(f"{{0}} {'-' if negative else '+'} {text}", SUM, (SUM, ATOM))
    return write
