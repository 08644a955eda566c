"""Which slip was made, from numbers alone.

A hypothesis says what the claim should have been, given the claim ("its negative", "twice it", "its transpose"). It is
named only if that corrected claim agrees with f in every direction at every point where the claim was compared, at two
of them with something to agree on. What several slips could have caused stays unnamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from symnorm.verification.confirm import BARS
from symnorm.verification.looks import Look

Array = NDArray[np.float64]
CLOSE = 2e-6


@dataclass(frozen=True, slots=True)
class Record:
    """One point: x (flat), the claim (m, n) and the looks at it."""

    x: Array
    claim: Array
    looks: tuple[Look, ...]
    order: int = 1

    def promised(self, claim: Array, look: Look) -> Array:
        if self.order == 1:
            return np.asarray(claim @ look.way)
        return np.atleast_1d(np.asarray(look.way @ claim @ look.way))

    def agrees(self, claim: Array, slack: float = CLOSE) -> tuple[bool, bool]:
        """Whether a corrected claim agrees in every direction, and whether some direction had anything to say."""
        telling = False
        top = max(float(np.max(np.abs(look.found.value))) for look in self.looks if look.found)
        for look in self.looks:
            if look.found is None:
                continue
            value, error = look.found.value, look.found.error
            size = np.maximum(np.abs(value), 1e-3 * top)
            if not np.all(np.abs(self.promised(claim, look) - value) <= BARS * error + slack * size):
                return False, False
            telling |= bool(np.any((error <= 1e-3 * np.abs(value)) & (np.abs(value) >= 1e-3 * top)))
        return True, telling


def diagnose(records: list[Record], shape: tuple[int, ...], out: tuple[int, ...]) -> tuple[str | None, str]:
    """The slip and its evidence, or (None, "")."""
    records = _usable(records)
    if len(records) < 2:
        return None, ""
    for hypothesis in (_factor, _unsymmetric, _transposed, _coordinate):
        slip, evidence = hypothesis(records, shape, out)
        if slip is not None:
            return slip, f"{evidence}, at {len(records)} points"
    return None, ""


def _usable(records: list[Record]) -> list[Record]:
    return [r for r in records if r.looks and all(look.found is not None for look in r.looks)]


def _proven(records: list[Record], corrected: Callable[[Record], Array]) -> bool:
    telling = 0
    for record in records:
        agrees, tells = record.agrees(corrected(record))
        if not agrees:
            return False
        telling += tells
    return telling >= 2


def _unsymmetric(records: list[Record], shape: tuple[int, ...], out: tuple[int, ...]) -> tuple[str | None, str]:
    """Every direction d'Hd agrees, so only the antisymmetric half of the Hessian is wrong."""
    if records[0].order == 2 and _proven(records, lambda r: r.claim):
        return "symmetrise", "its symmetric part agrees"
    return None, ""


def _factor(records: list[Record], shape: tuple[int, ...], out: tuple[int, ...]) -> tuple[str | None, str]:
    ratio = _ratio(records)
    if ratio is None or abs(ratio - 1) < CLOSE or not _proven(records, lambda r: r.claim / ratio):
        return None, ""
    if abs(ratio + 1) < CLOSE:
        return "sign", "the claim is the negative of the derivative"
    whole = round(ratio if abs(ratio) >= 1 else 1 / ratio)
    exact = abs((ratio if abs(ratio) >= 1 else 1 / ratio) - whole) < CLOSE * abs(whole)
    sizes = {*shape, *out, int(np.prod(shape, dtype=int)), int(np.prod(out, dtype=int))}
    evidence = f"the claim is {_said(ratio)} times the derivative"
    if exact and whole >= 3 and whole in sizes:
        evidence += f", and {whole} is a size of x"
    if exact and whole >= 5:  # 3 and 4 may be exponents
        return "mean-sum", evidence if whole in sizes else f"{evidence}, a whole number"
    return "factor", evidence


def _ratio(records: list[Record]) -> float | None:
    """Claim over slope in the direction that is known best."""
    best, ratio = np.inf, None
    for record in records:
        for look in record.looks:
            assert look.found is not None
            value = np.abs(look.found.value)
            for k in np.flatnonzero((value > 0) & (np.abs(look.promised) > 0)):
                bar = float(look.found.error[k] / value[k])
                if bar < best:
                    best, ratio = bar, float(look.promised[k] / look.found.value[k])
    return ratio if best < CLOSE else None


def _said(ratio: float) -> str:
    near = Fraction(ratio).limit_denominator(24)
    return str(near) if abs(float(near) - ratio) < CLOSE * abs(ratio) and near.numerator <= 999 else f"{ratio:.7g}"


def _transposed(records: list[Record], shape: tuple[int, ...], out: tuple[int, ...]) -> tuple[str | None, str]:
    order = records[0].order
    if order == 1 and len(shape) == 2 and shape[0] == shape[1] and int(np.prod(out, dtype=int)) == 1:
        if _proven(records, lambda r: r.claim.reshape(shape).T.reshape(1, -1)):
            return "transposed-result", "its transpose agrees"
    elif (order == 1 and records[0].claim.shape[0] == records[0].claim.shape[1] > 1
          and _proven(records, lambda r: r.claim.T)):
        return "transposed-result", "its transpose agrees"
    return None, ""


def _coordinate(records: list[Record], shape: tuple[int, ...], out: tuple[int, ...]) -> tuple[str | None, str]:
    size = records[0].x.size
    if records[0].order != 1 or records[0].claim.shape[0] != 1 or size < 3:
        return None, ""
    off = {look.index for r in records for look in r.looks if look.index >= 0 and _wrong(look)}
    if len(off) != 1:
        return None, ""
    index = off.pop()

    def corrected(record: Record) -> Array:
        claim = record.claim.copy()
        for look in record.looks:
            if look.index == index and look.found is not None:
                claim[0, index] = look.found.value[0] / look.way[index]
        return claim

    off_at = sum(any(look.index == index and _wrong(look) for look in r.looks) for r in records)
    if off_at < 2 or not _proven(records, corrected):
        return None, ""
    place = np.unravel_index(index, shape)
    return "coordinate", f"entry {tuple(map(int, place)) if len(place) > 1 else index} is wrong and the others agree"


def _wrong(look: Look) -> bool:
    assert look.found is not None
    return bool(np.any(look.gap() > BARS * look.found.error + CLOSE * np.abs(look.found.value)))


def remainder(records: list[Record]) -> str:
    """What the derivative has more than the claim, where that is a multiple of x or sign(x); "" elsewhere.

    No name for it: a term may be missing, or stand there with another sign or factor.
    """
    records = _usable(records)
    if len(records) < 2 or records[0].order != 1 or records[0].claim.shape[0] != 1 or records[0].x.size < 2:
        return ""
    mixed = all(np.any(r.x > 0) and np.any(r.x < 0) for r in records)
    candidates: Iterable[tuple[str, Callable[[Array], Array]]] = [
        ("x", lambda x: x), *([("sign(x)", np.sign)] if mixed else [])]
    for name, term in candidates:
        weight = _weight(records, term)
        if weight is not None and _proven(records, lambda r, t=term, w=weight: r.claim + w * t(r.x)):  # type: ignore[misc]
            return f"the derivative is the claim + {_said(weight)} {name}"
    return ""


def _weight(records: list[Record], term: Callable[[Array], Array]) -> float | None:
    """(slope - promised) / <term, d> in the direction where that is known best."""
    best, weight = np.inf, None
    for record in records:
        for look in record.looks:
            assert look.found is not None
            along = float(term(record.x) @ look.way)
            rest = float(look.found.value[0] - look.promised[0])
            if along != 0.0 and rest != 0.0 and float(look.found.error[0]) / abs(rest) < best:
                best, weight = float(look.found.error[0]) / abs(rest), rest / along
    return weight if best < CLOSE else None
