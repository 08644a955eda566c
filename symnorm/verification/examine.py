"""One point: the slopes of f in many directions against those that the claim promises.

In each direction the claim is off by gap = |<claim, d> - f'(x; d)|, and the slope is known up to its bar. The claim is
refuted where the gap is significant at the finest scale at which it can be seen; it is borne out where no gap is, and
every bar is small compared with that slope, with its change over the scale of x, or with the largest slope.
Tolerances belong to one direction and come from its noise.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from symnorm.numeric.ladder import FINEST, Line
from symnorm.verification.confirm import BARS, below, confirm, finest, ripples_away, second_opinion
from symnorm.verification.looks import Look, Task, look_around
from symnorm.verification.site import Site

Array = NDArray[np.float64]
NOISY = 1e-4


@dataclass(slots=True)
class Findings:
    """What one point says about the claim; `looks` are kept for the diagnosis."""

    site: Site
    status: str
    error: float
    note: str = ""
    looks: list[Look] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()
    resolved: bool = True
    kink: bool = False


def bends(task: Task, look: Look) -> str:
    """"kink" where the second difference of f over t stays as t shrinks; "near" where it stays and then vanishes.

    Near a kink the slope is taken again below its distance.
    """
    line, found = look.line, look.found
    if found is None or task.order == 2:
        return ""
    level = min(found.level, FINEST - 3)
    if not _stays(line, level):
        return ""
    ahead, behind, steps, used = line.table(range(level - 2, level + 1))
    if len(used) < 3:
        return ""
    bend: Array = np.abs(ahead + behind - 2 * line.base) / steps
    size = np.max(np.abs(ahead - behind) / steps, axis=0) + bend[0]
    suspect = (bend[2] > 0.7 * bend[0]) & (bend[2] > 16 * line.noise / steps[2]) & (bend[2] > 1e-6 * size)
    seen = ""
    for component in np.flatnonzero(suspect):
        fine = max(level, finest(line, float(bend[2][component]), int(component), 1))
        plus, minus = line.pair(fine)
        if plus is None or minus is None:
            continue
        if abs(float((plus + minus - 2 * line.base)[component])) * 2.0**fine > 0.5 * float(bend[2][component]):
            return "kink"
        seen = "near"
        look.nearer(below(line, fine))
    return seen


def _stays(line: Line, level: int) -> bool:
    """Whether the second difference over t may stay, judged by two steps; at a smooth point it halves."""
    ahead, behind, steps, used = line.table(range(level - 1, level + 1))
    if len(used) < 2:
        return True
    bend: Array = np.abs(ahead + behind - 2 * line.base) / steps
    return bool(np.any((bend[1] > 0.6 * bend[0]) & (bend[1] > 16 * line.noise / steps[1])))


def judge(task: Task) -> Findings:
    """The claim at one point: right, wrong, undecided, or at a kink (status "kink", to be looked at further)."""
    looks = look_around(task)
    blind = [look for look in looks if look.found is None]
    if blind:
        return Findings(task.site, "undecided", np.inf, "f has no values on either side of the point", looks)
    kinked = any(bends(task, look) == "kink" for look in looks)
    worst, note = "right", ""
    for look in sorted(looks, key=lambda look: look.index < 0):
        look.outcome, why = compare(task, look)
        if _RANK[look.outcome] > _RANK[worst]:
            worst, note = look.outcome, why
    if kinked:
        worst = "kink"
    return _weigh(task, looks, worst, note)


_RANK = {"right": 0, "fine": 1, "undecided": 2, "wrong": 3, "kink": 4}


def compare(task: Task, look: Look) -> tuple[str, str]:
    """One direction: its outcome and the reason for one that is not right."""
    found = look.found
    assert found is not None
    gap = look.gap()
    allowed = BARS * found.error + task.rtol * np.abs(found.value) + look.ripple
    outcome, note = "right", ""
    for component in np.flatnonzero(~(gap <= allowed)):
        promised = float(look.promised[component])
        seen = confirm(look.line, promised, found, int(component)) if task.order == 1 else "real"
        if seen == "fine":
            off = abs(promised - float(found.value[component]))
            look.nearer(below(look.line, finest(look.line, off, int(component), 1)))
        if seen == "real" and not second_opinion(task, look, int(component), float(allowed[component])):
            seen = "fine" if gap[component] <= look.ripple[component] else "unclear"
        if seen != "fine" and ripples_away(task, look):
            return "right", ""
        kind = {"real": "wrong", "kink": "kink", "fine": "fine", "unclear": "undecided"}[seen]
        if _RANK[kind] > _RANK[outcome]:
            outcome = kind
            note = _said(look, int(component), promised)
    return outcome, note


def _said(look: Look, component: int, promised: float) -> str:
    """The slope that was found and the one that was promised, in words."""
    assert look.found is not None
    value, place = float(look.found.value[component]), f" of output {component}" if look.promised.size > 1 else ""
    if look.index >= 0 and np.count_nonzero(look.way) == 1:
        unit = float(look.way[look.index])
        value, promised = value / unit**look.order, promised / unit**look.order
        return f"the derivative{place} by entry {look.index} is {value:.6g}, the claim says {promised:.6g}"
    return f"along a random direction the slope{place} is {value:.6g}, the claim says {promised:.6g}"


def _weigh(task: Task, looks: list[Look], worst: str, note: str) -> Findings:
    """Status and error of the point, and the coordinates whose slope drowns in the noise there."""
    values = np.array([np.abs(look.found.value) for look in looks if look.found])
    bars = np.array([look.found.error + look.ripple for look in looks if look.found])
    spread = np.array([look.found.spread for look in looks if look.found])
    promised = np.array([np.abs(look.promised) for look in looks])
    top = values.max(axis=0)
    still = np.array([look.line.inert() for look in looks])
    zero = promised <= 4 * 2.0**-52 * top
    still |= (values == 0) & (bars < 1e-280)
    precise = np.where(task.site.noisy(), max(task.rtol, NOISY), task.rtol)
    seen = (bars <= 1e-2 * values) & (bars <= precise * np.maximum(np.maximum(values, spread), top))
    seen |= zero & (still | (bars <= precise * np.maximum(top, spread)))
    loose = (bars <= 1e3 * task.rtol * np.maximum(np.maximum(values, spread), top)) | (zero & still)
    hidden = frozenset(look.index for look, ok in zip(looks, seen, strict=True) if look.index >= 0 and not ok.all())
    size = np.maximum(top, promised.max(axis=0))
    gaps = np.array([look.gap() for look in looks])
    known = np.min(np.where(values > 0, bars / np.maximum(values, 1e-300), np.inf), axis=0) <= precise
    resolved = bool(np.all(known | np.all(zero & still, axis=0)))
    safe = np.where(size > 0, size, 1.0)
    if worst == "wrong":
        return Findings(task.site, "wrong", float(np.max(gaps / safe)), note, looks, hidden, resolved)
    error = float(np.max(np.minimum(bars / safe, 1.0)))
    if worst in ("right", "fine") and not loose.all():
        return Findings(task.site, "undecided", error,
                        f"the error bar of the slope is {error:.1e} of its size: f is too noisy or too flat here",
                        looks, hidden, resolved)
    status = "right" if worst == "fine" else worst
    return Findings(task.site, status, error, note if worst != "right" else "", looks, hidden, resolved,
                    kink=worst == "kink")


def both_halves(hessian: Array, found: Findings) -> Findings:
    """A Hessian is symmetric: its other half is a claim too."""
    scale = found.site.scale
    scaled = hessian * np.outer(scale, scale)
    gap = float(np.max(np.abs(scaled - scaled.T)))
    size = float(np.max(np.abs(scaled)))
    if gap > 1e-6 * size:
        return replace(found, status="wrong", error=gap / size, note="a Hessian is symmetric, and this one is not")
    return found
