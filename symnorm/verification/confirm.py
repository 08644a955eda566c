"""Whether a gap between claim and slope is there: looked at more closely, with other steps, and from afar.

A gap is believed only if it is there at the finest scale at which it can be seen, if it stays when f is asked at other
steps, and if f does not make up for it over a longer way.
"""

from __future__ import annotations

from itertools import islice

import numpy as np
from numpy.typing import NDArray

from symnorm.numeric.ladder import FINEST, Estimate, Kind, Line
from symnorm.verification.looks import SIDES, Look, Task

Array = NDArray[np.float64]
BARS = 4.0


def finest(line: Line, gap: float, component: int, order: int) -> int:
    """The finest level at which a slope that differs by `gap` still stands out from the noise."""
    noise = float(line.noise[component]) or 1e-300
    level = np.log2(max(gap, 5e-324) / (16 * noise)) / order
    return int(np.clip(np.floor(level), -8, FINEST))


def confirm(line: Line, promised: float, found: Estimate, component: int) -> str:
    """What a gap in a slope is at the finest scale where it shows: "real", "kink", "fine" (gone) or "unclear"."""
    gap = abs(promised - float(found.value[component]))
    level = finest(line, gap, component, 1)
    if level <= found.level:
        return "real"
    bend, before = _bend(line, level, component), _bend(line, level - 2, component)
    if bend is None or before is None:
        return _confirm_on_one_side(line, promised, gap, level, component)
    if bend > max(0.25 * gap, 0.6 * before, 4 * float(line.noise[component]) * 2.0**level):
        return "kink"
    near = line.estimate(range(level - 2, level + 1))
    if near is not None and float(near.error[component]) < 0.25 * gap < 0.5 * abs(
            promised - float(near.value[component])):
        return "real"
    near = below(line, level)
    if near is None or float(near.error[component]) > 0.5 * gap:
        return "unclear"
    return "fine" if abs(promised - float(near.value[component])) < 0.25 * gap else "real"


def _bend(line: Line, level: int, component: int) -> float | None:
    """The second difference over t: at a kink it stays as t shrinks."""
    plus, minus = line.pair(level)
    if plus is None or minus is None:
        return None
    return abs(float((plus - line.base)[component] + (minus - line.base)[component])) * 2.0**level


def _confirm_on_one_side(line: Line, promised: float, gap: float, level: int, component: int) -> str:
    """The same at the edge of the domain of f."""
    for kind in SIDES:
        side = line.estimate(range(level - 2, level + 1), kind)
        if side is None:
            continue
        value, error = float(side.value[component]), float(side.error[component])
        if error > 0.5 * gap or _grows(line, level, kind, value, error, component):
            return "unclear"
        return "fine" if abs(promised - value) < 0.25 * gap else "real"
    return "unclear"


def _grows(line: Line, level: int, kind: Kind, value: float, error: float, component: int) -> bool:
    """Whether a one-sided slope goes on growing as the steps shrink, as that of log near 0 does."""
    coarse = line.estimate(range(level - 8, level - 5), kind)
    return error > 1e-2 * abs(value) and (coarse is None or abs(value) > 4 * abs(float(coarse.value[component])))


def below(line: Line, fine: int) -> Estimate | None:
    """The best estimate that agrees with the slope at the finest level: steps shorter than the distance of a kink."""
    best = line.estimate(range(fine - 2, fine + 1))
    for level in range(fine - 1, 0, -1):
        coarser = line.estimate(range(level - 2, level + 1))
        if best is None or coarser is None or np.any(
                np.abs(coarser.value - best.value) > BARS * (coarser.error + best.error)):
            break
        best = best.better(coarser)
    return best


def second_opinion(task: Task, look: Look, component: int, allowed: float) -> bool:
    """Whether a small gap stays when the slope is measured again with other steps.

    An oscillation of f that beats with the steps, or a quantum that grows with f, makes a bar too small; the scatter of
    several measurements shows it.
    """
    assert look.found is not None
    value, gap = float(look.found.value[component]), float(look.gap()[component])
    if gap > 1e-3 * abs(value) or task.sure > 1:
        return True
    scatter = 0.0
    for factor in (0.7071, 1.2247, 0.8409, 1.0905):
        line = task.site.line(factor * look.way)
        power = factor if task.order == 1 else factor**2
        again = line.estimate(range(look.found.level - 2, look.found.level + 1), task.kind)
        if again is not None:
            scatter = max(scatter, abs(float(again.value[component]) / power - value))
    real = gap > allowed + 3 * scatter and not made_up_for(task, look, component, gap)
    task.sure += real
    return real


def made_up_for(task: Task, look: Look, component: int, gap: float) -> bool:
    """Whether a very small gap is made up for over a longer way: f(x + s d) - f(x - s d) is the integral of the claim.

    So it is where f comes out of an iteration that stops at a tolerance: its values are right and its slopes are not.
    What is not explained then falls with the length of the way; with a slip it does not.
    """
    assert look.found is not None
    if task.oracle is None or task.order == 2 or task.doubts > 0:
        return False
    if gap > 1e-4 * abs(float(look.found.value[component])):
        return False
    rests = (_unexplained(task, look.way, component, span, 0.1 * gap) for span in (2.0, 1.0, 0.5, 0.25))
    seen = list(islice((rest for rest in rests if rest is not None), 2))
    if len(seen) == 2 and seen[0] <= 0.35 * gap and seen[1] <= 0.6 * gap:
        look.ripple = np.maximum(look.ripple, look.gap())
        return True
    task.doubts += 1
    return False


def _unexplained(task: Task, way: Array, component: int, span: float, precise: float) -> float | None:
    """What the mean slope of f over +-span has more than the mean of the claim; None where that is not precise."""
    ends = task.site.at(span, way), task.site.at(-span, way)
    if ends[0] is None or ends[1] is None or task.oracle is None:
        return None
    means = []
    for count in (12, 9):
        nodes, weights = np.polynomial.legendre.leggauss(count)
        claims = [claim for s in nodes if (claim := task.oracle(task.site.x + span * s * way)) is not None]
        if len(claims) < count:
            return None
        means.append(float(weights @ np.array([claim[component] @ way for claim in claims])) / 2)
    if abs(means[0] - means[1]) > precise:
        return None
    return abs(float((ends[0] - ends[1])[component]) / (2 * span) - means[0])


def ripples_away(task: Task, look: Look) -> bool:
    """Whether what seems noise from afar is a ripple of f, and the claim is the slope of f with the ripple."""
    site = task.site
    if task.order == 2 or not np.any(site.quiet < site.noise / 64):
        return False
    line = Line(look.line.phi, site.base, site.quiet)
    for level in range(site.start + 12, site.start + 24, 3):
        found = line.estimate(range(level, level + 3))
        if found is not None and np.all(np.abs(look.promised - found.value) <= BARS * found.error
                                        + task.rtol * np.abs(found.value) + look.ripple) and np.all(
                found.error <= 1e3 * task.rtol * np.abs(found.value)):
            look.nearer(found)
            return True
    return False
