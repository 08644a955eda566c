"""The verdict on each claim of a document, as rows of a table."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass, replace
from typing import Any

from symnorm.errors import Misuse, NoClosedForm, NoRule, ReadingError, SymnormError
from symnorm.language.leaves import variable
from symnorm.language.node import Constant, Node, Variable
from symnorm.language.reading.reader import read_text
from symnorm.language.rebuild import substitute
from symnorm.verification.clock import Clock, OutOfTime, within
from symnorm.verification.documents.claims import Definition, Found, find
from symnorm.verification.documents.pieces import pieces
from symnorm.verification.misfits import turned
from symnorm.verification.verdict import SLIPS, Verdict
from symnorm.verification.verify import verify


@dataclass(frozen=True, slots=True)
class Row:
    """One claim: where it is, what it says, right, wrong, undecided or unread, the slip, and what else is to be
    said."""

    place: str
    what: str
    status: str
    slip: str | None = None
    decided_by: str = ""
    detail: tuple[str, ...] = ()


class _Unfit(Exception):
    """A claim whose own sizes do not fit, with the shapes that f and the declarations give its names."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that was read."""

    f: Node
    claim: Node
    wrt: Variable
    notes: tuple[str, ...]


def check_text(text: str, name: str, seed: int = 0, timeout: float = 30.0) -> list[Row]:
    r"""A row for each claim of a document, in order.

    >>> [row.status for row in check_text(r"$f(x) = x^\top x$ has $\nabla f(x) = 2x$.", "note.md")]
    ['right']
    """
    return [judge(found, name, seed, timeout) for found in find(pieces(text, name))]


def judge(found: Found, name: str, seed: int, timeout: float) -> Row:
    """The row of one claim; what cannot be read is a row too."""
    cell = "" if found.cell is None else f"cell {found.cell}:"
    row = Row(f"{name}:{cell}{found.line}", found.what, "unread")
    if found.problem:
        return replace(row, detail=(found.problem,))
    try:
        return within(Clock(timeout), lambda: _decided(found, row, seed, timeout))
    except OutOfTime:
        return replace(row, status="undecided", detail=(f"no answer within {timeout:g} seconds",))
    except _Unfit as error:
        slip, said = within(Clock(timeout), lambda: _transposed(found, seed, timeout)) or ("shape", "")
        detail = (said, _said(error)) if said else (_said(error),)
        return replace(row, status="wrong", slip=slip, decided_by="contract", detail=detail)
    except (NoRule, NoClosedForm) as error:
        return replace(row, detail=(f"not supported: {_said(error)}",))
    except SymnormError as error:
        return replace(row, detail=(_said(error),))
    except Exception as error:
        return replace(row, detail=(f"a fault of symnorm: {_said(error)}",))


def _decided(found: Found, row: Row, seed: int, timeout: float) -> Row:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        claim = read(found)
        verdict = verify(claim.f, claim.claim, wrt=claim.wrt, seed=seed, timeout=timeout)
        return replace(
            row, status=verdict.status, slip=verdict.slip, decided_by=verdict.decided_by, detail=_detail(verdict, claim)
        )


def _transposed(found: Found, seed: int, timeout: float) -> tuple[str, str] | None:
    """The slip of a claim that does not fit, where one transpose makes it right."""
    assert found.f is not None
    declared = [v for v in _declared(found.declare).values() if not v.is_scalar]
    for text, said in turned(found.claim, declared, found.f.dialect != "text"):
        with contextlib.suppress(SymnormError, _Unfit):
            claim = read(replace(found, claim=text))
            if verify(claim.f, claim.claim, wrt=claim.wrt, seed=seed, timeout=timeout):
                return "transpose", f"{SLIPS['transpose']}: it is right with {said}"
    return None


def _detail(verdict: Verdict, claim: Claim) -> tuple[str, ...]:
    lines = []
    if verdict.slip:
        lines.append(SLIPS[verdict.slip] + (f": {verdict.evidence}" if verdict.evidence else ""))
    if verdict.reason and verdict.status != "right":
        lines.append(verdict.reason)
    example = verdict.counterexample
    return (*lines, *(example.lines() if example else ()), *claim.notes)


def read(found: Found) -> Claim:
    """The formulas of a claim as nodes, with the names that are defined before put in."""
    assert found.f is not None
    declare = _declared(found.declare)
    wrt_name = _name(found.wrt) if found.wrt else None
    helpers = _helpers(found.names, declare, wrt_name)
    known = {**declare, **{v.name: v for v, _ in helpers.values()}}
    f = _text(found.f.text, known, found.f.dialect, "f")
    wrt = _variable(f, helpers, wrt_name, declare)
    f = _scalar_reading(f, wrt, found.f, known)
    known = {**known, **{v.name: v for v in f.free}, wrt.name: wrt}
    claim = _claim(found.claim, known, found.f.dialect)
    used: dict[Node, str] = {}
    f, claim = (_expanded(node, helpers, used) for node in (f, claim))
    if wrt not in f.free:
        raise Misuse(f"f does not depend on {wrt.name}")
    notes = (f"with {', '.join(used.values())}",) if used else ()
    _ordered(found.order, wrt, claim)
    return Claim(f, claim, wrt, notes)


def _ordered(order: int, wrt: Variable, claim: Node) -> None:
    if order == 2 and not (wrt.is_scalar or (claim.rows, claim.cols) == (wrt.rows, wrt.rows)):
        raise Misuse(
            f"a second derivative by {wrt.name} is {wrt.rows} x {wrt.rows}, and the claim {claim.rows} x {claim.cols}"
        )


def _scalar_reading(f: Node, wrt: Variable, text: Definition, known: dict[str, Variable]) -> Node:
    """x'b of an undeclared b, which its letter makes a scalar: a vector where that makes f a scalar."""
    if f.is_scalar:
        return f
    for v in sorted(f.free, key=lambda v: v.name):
        if v.is_scalar and v.name not in known:
            vector = {**known, wrt.name: wrt, v.name: variable(v.name, wrt.rows, 1)}
            try:
                found = read_text(text.text, declare=vector, dialect=text.dialect).expr
            except SymnormError:
                continue
            if found.is_scalar:
                return found
    return f


def _declared(declare: str) -> dict[str, Variable]:
    """The declarations; a later one of the same name counts."""
    found: dict[str, Variable] = {}
    for part in (p.strip() for p in declare.split(",") if p.strip()):
        found.update({v.name: v for v in read_text("1", declare=part).variables})
    return found


def _text(text: str, known: dict[str, Variable], dialect: str | None, who: str) -> Node:
    try:
        return read_text(text, declare=known, dialect=dialect).expr
    except ReadingError as error:
        raise ReadingError(
            f"{who} cannot be read: {error.problem} (column {error.column} of {text.strip()[:80]!r})"
        ) from error


def _claim(text: str, known: dict[str, Variable], dialect: str | None) -> Node:
    """The claim; one that can be read, but not with the shapes that its names have, is wrong."""
    try:
        return _text(text, known, dialect, "the claim")
    except ReadingError as error:
        try:
            read_text(text, dialect=dialect)
        except SymnormError:
            raise error from None
        raise _Unfit(error.problem) from error


def _name(text: str) -> str:
    expr = read_text(text, dialect="latex").expr
    if not isinstance(expr, Variable):
        raise Misuse(f"{text} is not a variable")
    return str(expr.name)


Helpers = dict[str, tuple[Variable, Node]]


def _helpers(names: tuple[Definition, ...], declare: dict[str, Variable], wrt: str | None) -> Helpers:
    """Names that are defined, such as r = Ax - b, as variables with their meanings."""
    found: Helpers = {}
    for definition in names:
        try:
            name = _name(definition.name)
            known = {**declare, **{v.name: v for v, _ in found.values()}}
            known.pop(name, None)
            meaning = read_text(definition.text, declare=known, dialect=definition.dialect).expr
        except Exception:
            continue
        if name != wrt and not isinstance(meaning, (Constant, Variable)):
            meaning = _expanded(meaning, found, {})
            found[name] = (variable(name, meaning.rows, meaning.cols), meaning)
    return found


def _expanded(node: Node, helpers: Helpers, used: dict[Node, str]) -> Node:
    inside = {v: meaning for v, meaning in helpers.values() if v in node.free}
    used.update({v: f"{v.name} = {meaning}" for v, meaning in inside.items()})
    return substitute(node, inside) if inside else node


def _variable(f: Node, helpers: Helpers, name: str | None, declare: dict[str, Variable]) -> Variable:
    """The variable of that name below f; the only one where no name is given."""
    full = _expanded(f, helpers, {})
    if name is None:
        if len(full.free) != 1:
            names = ", ".join(sorted(v.name for v in full.free)) or "none"
            raise Misuse(f"it does not say by which variable: \\nabla_x; f has {names}")
        return next(iter(full.free))  # type: ignore[no-any-return]
    for v in full.free:
        if v.name == name:
            return v  # type: ignore[no-any-return]
    raise Misuse(
        f"f does not depend on {name}: it has {', '.join(sorted(v.name for v in full.free)) or 'no variables'}"
    )


def _said(error: BaseException) -> str:
    text: Any = " ".join(str(error).split())
    return text[:300] or type(error).__name__
