"""The points at which a claim is asked besides x: two around it, others where something is still unseen, and spots.

At the other points a glance along dense directions is enough: a slip in any coordinate that stands out at x shows
there. Coordinates that do not are looked along too; where a glance does not agree, or most are faint, all are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symnorm.numeric.ladder import EPS
from symnorm.verification.contract import Broken
from symnorm.verification.examine import Findings
from symnorm.verification.readings import Asked
from symnorm.verification.sampling import farther, neighbours

if TYPE_CHECKING:
    from symnorm.verification.trial import Trial

Array = NDArray[np.float64]
AROUND, SPOTS = 2, 4
CLEAR = 1e-4


def around(trial: Trial, asked: Asked, here: Findings) -> None:
    """The claim at two points around x, and at more where a coordinate is still unseen; stops at the first gap."""
    good, lost, tried = 0, 0, 0
    for y in _points(trial):
        base = trial.value(y)
        if base is None:
            continue
        claimed = asked.near(y)
        if claimed is None:
            lost += 1
            if lost >= 8 and not good:
                raise Broken("the claim raises or is not finite at points around x, where f is", "nonfinite")
            continue
        tried += 1
        found = _glance(trial, y, base, claimed, asked, here) or trial.look(y, base, claimed, asked)
        if found.status == "wrong":
            return
        good += found.status == "right" and not found.kink
        if (good >= AROUND and not _open(trial)) or tried >= AROUND + 5:
            return


def _glance(trial: Trial, y: Array, base: Array, claimed: Array, asked: Asked, here: Findings) -> Findings | None:
    """What a look along dense directions says where that is enough; else None."""
    faint = unclear(here)
    if trial.louder is None or trial.f.grain > EPS or faint is None or 2 * len(faint) > trial.x.size:
        return None
    for level in (trial.level, None) if trial.level else (None,):
        found = trial.look(y, base, claimed, asked, brief=2, level=level, also=faint)
        if found.status == "right" and not found.kink and found.resolved:
            trial.findings.append(found)
            return found
    return None


def unclear(here: Findings) -> tuple[int, ...] | None:
    """The coordinates along which no slope is seen at this point, or one far smaller than the largest; None where the
    point says nothing about the others either."""
    if here.status != "right" or here.kink or not here.resolved:
        return None
    looks = [look for look in here.looks if look.found]
    slopes = np.array([np.abs(look.found.value) for look in looks if look.found])
    largest = np.max(slopes, axis=0)
    share = np.max(slopes / np.where(largest > 0, largest, 1.0), axis=1)
    faint = {look.index for look, part in zip(looks, share, strict=True) if look.index >= 0 and part <= CLEAR}
    return tuple(sorted(faint | here.hidden))


def spots(trial: Trial, asked: Asked) -> None:
    """A few more points along dense directions only; one that does not agree is looked at in full."""
    near = neighbours(trial.rng, trial.x, trial.symmetric, wide=True, signed=trial.signed)
    for _, y in zip(range(SPOTS), near, strict=False):
        base = trial.value(y)
        claimed = asked.near(y) if base is not None else None
        if base is None or claimed is None or trial.louder is None:
            continue
        levels = (trial.level, None) if trial.level else (None,)
        if (all(trial.look(y, base, claimed, asked, brief=1, level=level).status != "right" for level in levels)
                and trial.look(y, base, claimed, asked).status == "wrong"):
            return


def more_records(trial: Trial, asked: Asked, enough: int, wide: bool = False) -> None:
    """More points for the diagnosis, which needs to see the slip more than once; `wide` ones have other signs too."""
    near = neighbours(trial.rng, trial.x, trial.symmetric, wide=wide, signed=trial.signed)
    for _, y in zip(range(8), near, strict=False):
        if len(trial.records) >= enough:
            return
        base = trial.value(y)
        claimed = asked.near(y) if base is not None else None
        if base is not None and claimed is not None:
            trial.look(y, base, claimed, asked)


def _points(trial: Trial) -> Iterator[Array]:
    near = neighbours(trial.rng, trial.x, trial.symmetric)
    first = (y for _, y in zip(range(16), near, strict=False))
    return chain(_until_enough(trial, first), farther(trial.rng, trial.x, trial.symmetric))


def _until_enough(trial: Trial, points: Iterator[Array]) -> Iterator[Array]:
    for y in points:
        if sum(found.status == "right" for found in trial.findings[1:]) >= AROUND:
            return
        yield y


def _open(trial: Trial) -> bool:
    """Whether something is still unseen at every point."""
    good = [found for found in trial.findings if found.status == "right"]
    return not good or not any(found.resolved for found in good) or bool(
        frozenset.intersection(*(found.hidden for found in good)))
