"""Which derivative a claim is about: `kind` says it, or the shapes do.

gradient   of the shape of the variable
Jacobian   output x input; with matrices the columns are stacked: vec(dF) = J vec(dX)
Hessian    n x n for a vector of n; for a matrix m n x m n, columns stacked
HVP        the Hessian times a direction: of the shape of the variable, with one name that f does not have
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..derivation.second import hessian, hvp, jacobian
from ..engine.forward import forms_below
from ..engine.sweep import sweep
from ..errors import Misuse
from ..language.node import Node, Variable
from ..shapes import describe
from ..simplify.present import present

KINDS = {"grad": "gradient", "jac": "jacobian", "hess": "hessian"}
PRODUCTS = ("hvp", "jvp", "vjp")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim about f by a variable; `kind` is gradient, jacobian, hessian or hvp."""

    f: Node
    claim: Node
    wrt: Variable
    kind: str
    seed: int = 0


def kind_named(kind: Any) -> str | None:
    """The full name of a kind, or Misuse."""
    if kind is None:
        return None
    found = KINDS.get(kind, kind)
    if found not in (*KINDS.values(), *PRODUCTS):
        raise Misuse(f"kind is one of {', '.join((*KINDS.values(), *PRODUCTS))}, got {kind!r}")
    return str(found)


def kind_of(f: Node, claim: Node, wrt: Variable) -> str:
    """What the shape of the claim says, and a direction in it."""
    shape = (claim.rows, claim.cols)
    if not f.is_scalar:
        return "jacobian"
    if shape == (wrt.rows, wrt.cols):
        return "hvp" if direction_of(f, claim, wrt) is not None and not wrt.is_scalar else "gradient"
    size = wrt.rows * wrt.cols
    return "hessian" if not wrt.is_scalar and shape == (size, size) else "gradient"


def direction_of(f: Node, claim: Node, wrt: Variable) -> Variable | None:
    """The one variable of the claim that f does not have, when it has the shape of wrt."""
    new = [v for v in claim.free - f.free if (v.rows, v.cols) == (wrt.rows, wrt.cols)]
    return new[0] if len(new) == 1 else None


def derivative(asked: Claimed) -> Any:
    """What is claimed about: a node, or a tensor of three or four indices."""
    f, wrt = asked.f, asked.wrt
    if asked.kind == "gradient":
        return present(sweep(f, [wrt]).gradients[wrt])
    if asked.kind == "jacobian":
        return jacobian(f, wrt)
    if asked.kind in ("jvp", "vjp"):
        raise Misuse(f"a {asked.kind} is claimed by a function, claim(x, v): a formula claims a Jacobian")
    if not f.is_scalar:
        raise Misuse(f"a {asked.kind} is claimed of a scalar, and f is {describe(f.rows, f.cols)}")
    if asked.kind == "hessian":
        return hessian(f, wrt)
    direction = direction_of(f, asked.claim, wrt)
    if direction is None:
        raise Misuse(f"a Hessian times a direction needs a name of the shape of {wrt} that f does not have")
    return hvp(f, wrt, direction)


def needed(asked: Claimed) -> tuple[str, ...]:
    """The conditions under which f has that derivative."""
    f, wrt = asked.f, asked.wrt
    if not f.is_scalar:
        return tuple(c.text for c in forms_below([f], [wrt]).conditions)
    first = sweep(f, [wrt])
    found = [c.text for c in first.conditions]
    if asked.kind != "gradient":
        found += [c.text for c in forms_below([first.gradients[wrt]], [wrt]).conditions]
    return tuple(dict.fromkeys(found))
