"""Levels of detail: which lines of a narration are printed.

full    every line
normal  lines that only use linearity join the line that follows; an entrywise factor joins the collecting
brief   each rule that is not linear with its substitution, and the last line
"""

from __future__ import annotations

from dataclasses import replace

from ..language.node import Trace, postorder
from .lines import Line
from .reasons import Formula, Reason, joined, length, words
from .repeats import told_once

CLOSING = frozenset({"adjoint", "collect", "inner", "cyclic", "hadamard"})
MOVED = frozenset({"adjoint", "inner", "cyclic"})
BRIEF, MOST = 3, 7
MAX_REASON = 34


def merge(lines: list[Line], detail: str) -> list[Line]:
    """The lines that are printed at a level of detail."""
    if detail == "full":
        return _folded(lines, _identities)
    normal = _folded(_folded(lines, _identities), _normally)
    return _squeezed(normal) if detail == "normal" else _brief(normal)


def _squeezed(lines: list[Line]) -> list[Line]:
    """More than seven lines: collecting joins the line above, substitutions the adjoint below; repetitions are told
    once; then entrywise factors and adjoints join the rule that brought them."""
    for rule in (_collected, _moved_at_once):
        if len(lines) > MOST:
            lines = _folded(lines, rule)
    shown = told_once(lines, MOST)
    for rule in (_entrywise, _spread):
        if len(shown) > MOST:
            lines = _folded(lines, rule)
            shown = told_once(lines, MOST)
    return shown


def _collected(first: Line, second: Line) -> Line | None:
    if second.kind != "collect" or first.kind not in ("nonlinear", "adjoint", "inner"):
        return None
    both = joined(first.reason, second.reason)
    return fold(first, second, both if length(both) <= MAX_REASON else first.reason)


def _moved_at_once(first: Line, second: Line) -> Line | None:
    moved = second.kind == "adjoint" or (second.kind == "collect" and "adjoint" in second.folded)
    if first.kind == "substitution" and moved and not second.named:
        return fold(first, second, second.reason)
    return None


def _entrywise(first: Line, second: Line) -> Line | None:
    if first.kind == "nonlinear" and second.kind == "hadamard":
        return replace(fold(first, second, first.reason), kind="nonlinear")
    return None


def _spread(first: Line, second: Line) -> Line | None:
    """<g, du + dv> = <g, du> + <g, dv>, with the rule that takes du apart."""
    if first.kind in ("linear", "adjoint") and second.kind in ("nonlinear", "adjoint"):
        return fold(first, second, second.reason)
    return None


def _folded(lines: list[Line], rule: object) -> list[Line]:
    """Neighbours joined where the rule says so."""
    found: list[Line] = []
    for line in lines:
        together = rule(found[-1], line) if found else None  # type: ignore[operator]
        if together is None:
            found.append(line)
        else:
            found[-1] = together
    return found


def fold(first: Line, second: Line, reason: Reason) -> Line:
    """Two lines as one: the second, with what the first did folded in."""
    rules = tuple(dict.fromkeys(first.rules + second.rules))
    return replace(
        second,
        reason=reason,
        rules=rules,
        folded=(*first.folded, first.kind, *second.folded),
        rule=second.rule or first.rule,
    )


def _identities(first: Line, second: Line) -> Line | None:
    if first.kind == "linear" and second.kind == "identity" and not _traces(first):
        return fold(first, second, second.reason)
    return None


def _normally(first: Line, second: Line) -> Line | None:
    if first.kind == "linear" and second.kind == "nonlinear" and not _traces(first) and not _assumes(first.reason):
        return fold(first, second, second.reason)
    if first.kind == "hadamard" and second.kind == "collect":
        return fold(first, second, joined(first.reason, second.reason))
    return None


def _traces(line: Line) -> bool:
    return any(isinstance(n, Trace) for n in postorder([line.right]))


def _assumes(reason: Reason) -> tuple[Formula, ...]:
    return tuple(p for p in reason if isinstance(p, Formula) and "=1" in p.latex)


def _brief(lines: list[Line]) -> list[Line]:
    if len(lines) < 2:
        return lines
    end = len(lines)
    while end > 1 and lines[end - 1].kind in CLOSING:
        end -= 1
    groups = _groups(lines[:end])
    closing = lines[end:]
    if groups and groups[-1][-1].kind == "substitution" and any(l.kind == "hadamard" and l.named for l in groups[-1]):
        closing = [groups[-1].pop(), *closing]
    if closing and len(groups) >= 2 and all(l.kind == "collect" for l in closing):
        groups[-1].extend(closing)
        closing = []
    found = [_as_one(g) for g in groups]
    if closing:
        found.append(_closed(closing))
    if len(found) > BRIEF:
        middle = found[1:-1]
        together = middle[0]
        for line in middle[1:]:
            together = fold(together, line, words("chain rule"))
        found = [found[0], together, found[-1]]
    return found


def _groups(lines: list[Line]) -> list[list[Line]]:
    """A new group with each line that is not linear; what comes before the first one belongs to it."""
    groups: list[list[Line]] = []
    open_start = True
    for line in lines:
        starts = line.kind == "nonlinear"
        if not groups or (starts and not open_start):
            groups.append([])
        groups[-1].append(line)
        open_start = open_start and not starts if len(groups) == 1 else False
    return groups


def _as_one(group: list[Line]) -> Line:
    """One line for a group: the reasons of its rules, and what it assumed."""
    told = [l.reason for l in group if l.kind in ("nonlinear", "unfold")] or [group[-1].reason]
    moved = [l.reason for l in group if l.kind in MOVED]
    assumed = [(p,) for l in group for p in (_assumes(l.reason) if l.kind == "linear" else ())]
    reason = joined(*told, *moved, *assumed)
    together = group[0]
    for line in group[1:]:
        together = fold(together, line, reason)
    return replace(together, reason=reason, kind="nonlinear")


def _closed(closing: list[Line]) -> Line:
    together = closing[0]
    for line in closing[1:]:
        together = fold(together, line, line.reason)
    return together
