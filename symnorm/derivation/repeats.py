"""Steps that repeat, layer after layer, told once: the first time line by line, then all further times as one line."""

from __future__ import annotations

from dataclasses import replace

from .lines import Line
from .reasons import Words, words

LONGEST = 12
"""The most lines of a period."""


def told_once(lines: list[Line], most: int) -> list[Line]:
    """The lines with their longest repetitions as one line each, until there are at most `most` or none is left."""
    while len(lines) > most:
        start, period, times = _longest(lines)
        if times < 2:
            return lines
        again = lines[start + period : start + period * times]
        said = "the same steps again" if times == 2 else f"the same steps, {times - 1} more times"
        together = replace(
            again[-1],
            reason=words(said),
            rules=tuple(dict.fromkeys(r for line in again for r in line.rules)),
            folded=tuple(k for line in again for k in (*line.folded, line.kind))[:-1],
        )
        lines = [*lines[: start + period], together, *lines[start + period * times :]]
    return lines


def _longest(lines: list[Line]) -> tuple[int, int, int]:
    """Where the repetition starts that hides most lines, its period, and how many times it is there."""
    signs = [_sign(line) for line in lines]
    best, saved = (0, 1, 1), 0
    for period in range(1, min(LONGEST, len(lines) // 2) + 1):
        start = 0
        for i in range(len(lines) - period + 1):
            if i + period < len(lines) and signs[i] == signs[i + period]:
                continue
            times = (i + period - start) // period
            if period * (times - 1) - 1 > saved:
                best, saved = (start, period, times), period * (times - 1) - 1
            start = i + 1
    return best


def _sign(line: Line) -> tuple[object, ...]:
    """What is alike in lines that say the same of other letters."""
    said = tuple(p.text if isinstance(p, Words) else p.latex for p in line.reason)
    return line.kind, line.named, line.folded, tuple(r.name for r in line.rules), said
