"""The line of the derivation that a slip is about: "line 2: dr = A*dx was used as A'*dx"."""

from __future__ import annotations

from ..derivation.narrate import derivation
from ..derivation.step import Derivation, Step
from ..errors import SymnormError
from ..language.node import Constant, Differential, Node, Variable, postorder
from ..rendering.text import to_text
from .samples import Slip

MAX_NODES = 400
SAID = {
    "factor", "sign", "transposed-result", "transpose", "symmetrise", "missing-term", "extra-term", "chain-factor",
    "elementwise", "argument", "axis", "mean-sum",
}


def located(slip: Slip, f: Node, wrt: Variable) -> str:
    """The evidence of a slip, with the line of the derivation of the gradient that it is about."""
    if slip.name not in SAID or not f.is_scalar or len(postorder([f])) > MAX_NODES:
        return slip.evidence
    try:
        found = line_of(derivation(f, [wrt]), slip)
    except SymnormError:
        return slip.evidence
    if found is None:
        return slip.evidence
    number, step = found
    if slip.used is not None and " = " in step.reason:
        return f"line {number}: {step.reason} was used as {to_text(slip.used)}"
    return f"line {number}, {step.reason}: {slip.evidence}"


def line_of(page: Derivation, slip: Slip) -> tuple[int, Step] | None:
    """Where d(node) is taken apart, or the node is new, or the lost number goes; else the last line."""
    steps = list(enumerate(page.steps, 1))
    if slip.ratio:
        return next((s for s in steps if _brings(s[1], slip.ratio)), None)
    if slip.node is not None:
        names = page.narration().names
        known = set(postorder([page.function]))
        for number, step in steps:
            before, after = (postorder([names.expand(m) for m in _moving(e)]) for e in (step.before, step.after))
            if slip.node in before and slip.node not in after:
                return number, step
        for number, step in steps:
            if slip.node not in known and slip.node in postorder([names.expand(step.after)]):
                return number, step
    return steps[-1] if steps else None


def _moving(node: Node) -> frozenset[Node]:
    """What stands under a d."""
    return frozenset(n.args[0] for n in postorder([node]) if isinstance(n, Differential))


def _brings(step: Step, ratio: float) -> bool:
    """Does a number c or 1/c come or go between two lines? For c = -1 it is a sign."""
    changed = _numbers(step.before) ^ _numbers(step.after)
    return any(abs(c - ratio) < 1e-9 or abs(c * ratio - 1) < 1e-9 for c in changed)


def _numbers(node: Node) -> frozenset[float]:
    return frozenset(float(n.value) for n in postorder([node]) if isinstance(n, Constant) and n.value.is_number)
