"""A written expression: a rope of strings, so that a deep or shared expression costs its size and not its length.

A piece knows how tightly it holds together (`level`), how it begins and ends, and how long it is; the text is put
together once, at the end, and only when its length is reasonable.
"""

from __future__ import annotations

from ..errors import NoClosedForm

MAX_CHARACTERS = 200_000


class Piece:
    """Parts (strings and pieces) and a precedence level.

    `head` and `tail` are the first and the last string; `moving` says that a differential or an inner product is in it,
    `trailing` that it ends in a bare differential. `opening` and `closing` are the sizes of the grouping brackets at
    its ends, `tallest` that of the largest in it, or the size that what is in it asks for (0: none).
    """

    __slots__ = ("closing", "head", "length", "level", "moving", "opening", "parts", "tail", "tallest", "trailing")

    length: int
    moving: bool
    opening: int
    closing: int
    tallest: int

    def __init__(self, level: int, *parts: str | Piece, moving: bool = False, trailing: bool = False,
                 bracket: int = 0, tallest: int = 0) -> None:
        self.level, self.parts, self.trailing = level, parts, trailing
        first, last = parts[0], parts[-1]
        self.head: str = first if isinstance(first, str) else first.head
        self.tail: str = last if isinstance(last, str) else last.tail
        self.opening = bracket or (0 if isinstance(first, str) else first.opening)
        self.closing = bracket or (0 if isinstance(last, str) else last.closing)
        length, tallest = 0, max(bracket, tallest)
        for part in parts:
            if isinstance(part, str):
                length += len(part)
            else:
                length += part.length
                moving = moving or part.moving
                tallest = max(tallest, part.tallest)
        self.length, self.moving, self.tallest = length, moving, tallest


def flatten(piece: Piece) -> str:
    """The text of a piece.

    >>> flatten(Piece(0, "a", Piece(0, "+", "b")))
    'a+b'
    """
    if piece.length > MAX_CHARACTERS:
        count = str(piece.length) if piece.length < 10**15 else "more than 10^15"
        raise NoClosedForm(f"written out, this expression has {count} characters, more than {MAX_CHARACTERS}: "
                           "its parts are used many times over; write a derivation of it with d.text() or d.latex(), "
                           "which name the sub-expressions")
    found: list[str] = []
    stack: list[str | Piece] = [piece]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            found.append(part)
        else:
            stack.extend(reversed(part.parts))
    return "".join(found)
