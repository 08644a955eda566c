"""Generated code: its lines, what it imports, and which factorisation stands on which line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .value import Value

Line = tuple[str, tuple[Value, ...]]
"""A line, and the factorisations that it makes or uses."""


@dataclass
class Source:
    """The text of a module that defines `compiled`, or `bind` where there is bound data.

    `lines` are those of the body of `compiled`, of which the first is line `first` of the text.
    """

    text: str
    imports: dict[str, str]
    factor_lines: dict[int, tuple[Value, ...]] = field(default_factory=dict)
    operations: list[str] = field(default_factory=list)
    lines: tuple[str, ...] = ()
    first: int = 0


@dataclass
class Block:
    """The lines of one function."""

    lines: list[Line] = field(default_factory=list)


def written(texts: list[str], form: Any) -> str:
    """Results as they are returned: `form` is the place of the one result, or a tuple of places and such tuples."""
    if isinstance(form, int):
        return texts[form]
    parts = [t if isinstance(f, int) else f"({t})" for f in form for t in (written(texts, f),)]
    return ", ".join(parts) + ("," if len(parts) == 1 else "")


def assembled(header: str, imports: dict[str, str], name: str, arguments: int, bound: int,
              prelude: Block, body: Block) -> list[Line]:
    """The lines of the module: imports, the function, and around it what is computed once from bound data."""
    lines: list[Line] = [(header, ())]
    homes: dict[str, list[str]] = {}
    for kernel, home in imports.items():
        homes.setdefault(home, []).append(kernel)
    lines += [(f"from {home} import {', '.join(sorted(kernels))}", ()) for home, kernels in homes.items()]
    lines += [("", ()), ("", ())]
    parameters = ", ".join(f"a{i}" for i in range(arguments))
    inner: list[Line] = [(f"def {name}({parameters}):", ()), *((f"    {t}", v) for t, v in body.lines)]
    if not bound:
        return lines + inner
    lines.append((f"def bind({', '.join(f'c{i}' for i in range(bound))}):", ()))
    lines += [(f"    {t}", v) for t, v in [*prelude.lines, *inner]]
    lines.append((f"    return {name}", ()))
    return lines
