"""The left side of an equation: f(x) = and \\nabla f(x) = are passed over, any other equation is refused."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import ReadingError
from .syntax import Token


def strip_left_side(text: str, tokens: list[Token], names: Iterable[str]) -> list[Token]:
    """The tokens after `f(x) =`; an equation with anything but a name or a call on its left is refused."""
    depth, equals = 0, -1
    for i, token in enumerate(tokens):
        if token.kind in ("(", "{", "["):
            depth += 1
        elif token.kind in (")", "}", "]"):
            depth -= 1
        elif token.kind == "=" and depth == 0:
            if equals >= 0:
                raise ReadingError("two equals signs: one expression is read at a time", text, token.start + 1)
            equals = i
    if equals < 0:
        return tokens
    left = tokens[:equals]
    plain = set(names)
    if not left or left[0].kind not in plain or not all(t.kind in plain or t.kind in set("(){},[]_^") for t in left):
        raise ReadingError("an equation: only a name or f(x) may stand on the left of the equals sign",
                           text, tokens[equals].start + 1)
    return tokens[equals + 1 :]
