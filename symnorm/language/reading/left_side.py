"""The left side of an equation: f(x) = and \\nabla f(x) = are passed over, any other equation is refused."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from ...errors import ReadingError
from .syntax import Token


def strip_left_side(text: str, tokens: list[Token], names: Collection[str],
                     declared: Collection[str] = ()) -> list[Token]:
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
    plain = {*names, *"(){},[]_^|", "||"}
    if not left or left[0].kind not in names or left[0].kind == "number" or not (
        all(token.kind in plain for token in left) and _is_one_name(left, declared)
    ):
        raise ReadingError("an equation: only a name or f(x) may stand on the left of the equals sign",
                           text, tokens[equals].start + 1)
    return tokens[equals + 1 :]


def without_handle(tokens: list[Token]) -> list[Token]:
    """The tokens after MATLAB's @(x, y), and before a semicolon at the end."""
    if len(tokens) > 2 and tokens[-2].kind == ";":
        tokens = [*tokens[:-2], tokens[-1]]
    if [t.kind for t in tokens[:2]] != ["@", "("]:
        return tokens
    close = next((i for i, t in enumerate(tokens) if t.kind == ")"), 0)
    names = [t.kind for t in tokens[2:close]]
    return tokens[close + 1 :] if names and set(names) <= {"name", ","} else tokens


def _is_one_name(left: list[Token], declared: Collection[str]) -> bool:
    """Is this f, f(x), \\hat\\beta, R^2, or an abbreviation such as RSS, and no product?"""
    depth, names, scripted = 0, [], False
    for token in left:
        if token.kind in ("(", "{", "["):
            depth += 1
        elif token.kind in (")", "}", "]"):
            depth -= 1
        elif depth == 0 and token.kind == "name" and not scripted:
            names.append(token)
        scripted = token.kind in ("_", "^")
    if len(names) < 2:
        return True
    touching = all(a.end == b.start for a, b in pairwise(names)) and len(left) == len(names)
    word = "".join(str(token.value) for token in names)
    return touching and len(word) > 2 and word.isupper() and not set(word) & set(declared)
