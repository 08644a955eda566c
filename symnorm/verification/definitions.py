"""Letters that a claim uses and defines beside it: "u = leftvec(X); v = rightvec(X); sigma = normspec(X)"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import Misuse
from ..language.build import variable
from ..language.node import Node, Variable
from ..language.rebuild import substitute

Reader = Callable[[Any, Mapping[str, Variable]], Node]


def read_with(value: Any, where: Any, known: Mapping[str, Variable], read: Reader) -> Node:
    """A claim with its letters replaced by what they stand for; a definition may use those before it."""
    letters: dict[str, Variable] = {}
    meanings: dict[Node, Node] = {}
    for name, text in _pairs(where):
        if name in known or name in letters:
            raise Misuse(f"where= defines {name}, which has a meaning already")
        meaning = substitute(read(text, {**known, **letters}), meanings)
        letters[name] = variable(name, meaning.rows, meaning.cols)
        meanings[letters[name]] = meaning
    return substitute(read(value, {**known, **letters}), meanings)


def _pairs(where: Any) -> list[tuple[str, Any]]:
    if isinstance(where, Mapping):
        return [(str(name), meaning) for name, meaning in where.items()]
    found = []
    for part in str(where or "").split(";"):
        name, sign, meaning = part.partition("=")
        if part.strip():
            if not sign or not name.strip().isidentifier():
                raise Misuse(f'where= is a list of definitions like "u = leftvec(X); s = normspec(X)", got {part!r}')
            found.append((name.strip(), meaning.strip()))
    return found
