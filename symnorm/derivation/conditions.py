"""Where a derivation holds, in words: the conditions of the rules and the assumptions that were used."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.node import Elementwise, Inverse, Node, Norm, Variable, postorder
from ..rules.rule import Condition
from ..simplify.cost import cost
from .forward import Context
from .kinks import kink_set, sides
from .narrator import Narrator
from .onward import ForwardNarrator
from .reasons import Formula, Part, Words

SHORT = 5


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words and formulas; a formula with `display` stands on a line of its own."""

    parts: tuple[Part, ...]


def where_it_holds(narrator: Narrator | ForwardNarrator, x: Variable, result: Node) -> Sentence:
    """Holds for every x; uses that A is symmetric."""
    ctx = narrator.ctx
    conditions = _without_weaker(list(ctx.conditions.values()))
    parts: list[Part] = []
    own = _own_property(x) if _needs_own(narrator, x) else ""
    kink = kink_set(narrator, x, result) if isinstance(narrator, Narrator) else []
    if conditions:
        parts.append(Words("Holds where "))
        said = [_said(condition, narrator) for condition in conditions]
        if "exponent" in ctx.uses:
            said.append([Formula("<0>>1", "<0> > 1", (ctx.uses["exponent"],))])
        for i, one in enumerate(said):
            parts += [*([Words(" and " if i == len(said) - 1 else ", ")] if i else []), *one]
    elif own:
        parts += [Words("Holds where "), formula(x), Words(f" is {own}")]
    else:
        above = x.is_scalar and "positive" in x.facts
        parts += [Words("Holds for every "), Formula("<0>>0", "<0> > 0", (x,)) if above else formula(x)]
        if "square" in ctx.uses:
            parts += [Words(" and every square "), formula(ctx.uses["square"])]
    parts += kink if kink and isinstance(kink[0], Words) and not kink[0].text.startswith("; otherwise") else []
    uses = _uses(ctx)
    if uses:
        parts += [Words("; uses that "), *uses]
    if kink and isinstance(kink[0], Words) and kink[0].text.startswith("; otherwise"):
        parts += kink
    else:
        parts.append(Words("."))
    return Sentence(tuple(parts))


def constant_in(x: Variable, holds: Sentence) -> Sentence:
    """The same, of a function that does not depend on x."""
    return Sentence((Words("The function does not depend on "), formula(x), Words(". "), *holds.parts))


def _without_weaker(conditions: list[Condition]) -> list[Condition]:
    """Where no entry of u is zero, u is not zero, and |u| and the norms of u are positive."""
    strict = {c.on for c in conditions if c.domain.name in ("no zero entry", "positive")}
    there = strict | {c.on for c in conditions if c.domain.name == "nonzero"}
    return [c for c in conditions if not (
        (c.domain.name == "nonzero" and c.on in strict)
        or (c.domain.name in ("positive", "no zero entry") and _is_magnitude(c.on) and c.on.args[0] in strict)
        or (c.domain.name == "positive" and isinstance(c.on, Norm) and c.on.args[0] in there))]


def _is_magnitude(node: Node) -> bool:
    return isinstance(node, Norm) or (isinstance(node, Elementwise) and node.name == "abs")


def formula(node: Node) -> Formula:
    return Formula("<0>", "<0>", (node,))


def _own_property(x: Variable) -> str:
    for name, said in (
        ("spd", "symmetric positive definite"),
        ("psd", "symmetric positive semidefinite"),
        ("symmetric", "symmetric"),
        ("orthogonal", "orthogonal"),
        ("invertible", "invertible"),
    ):
        if name in x.properties:
            return said
    return ""


def _needs_own(narrator: Narrator | ForwardNarrator, x: Variable) -> bool:
    return (
        any(isinstance(n, Inverse) for line in narrator.lines for n in postorder([line.right]))
        or "symmetric" in x.facts
    )


def _uses(ctx: Context) -> list[Part]:
    parts: list[Part] = []
    symmetric = [v for k, v in ctx.uses.items() if k not in ("square", "exponent") and not k.startswith("sum of ")]
    if symmetric:
        for i, v in enumerate(symmetric):
            parts += [Words(" and " if i == len(symmetric) - 1 else ", "), formula(v)] if i else [formula(v)]
        parts.append(Words(" is symmetric" if len(symmetric) == 1 else " are symmetric"))
    for key, v in ctx.uses.items():
        if key.startswith("sum of "):
            parts += [
                *([Words(" and that ")] if parts else []),
                Words("the entries of "),
                formula(v),
                Words(" add up to 1"),
            ]
    return parts


PHRASES = {
    "no zero entry": ("no entry of ", " is zero"),
    "positive": ("every entry of ", " is positive"),
    "within one": ("every entry of ", " is between -1 and 1"),
    "cosine nonzero": ("no entry of the cosine of ", " is zero"),
    "invertible": ("", " is invertible"),
    "unique largest": ("the largest entry of ", " is unique"),
    "unique largest magnitude": ("the largest magnitude in ", " is unique"),
    "full rank": ("", " has full rank"),
    "simple largest singular value": ("the largest singular value of ", " is simple"),
    "simple largest eigenvalue": ("the largest eigenvalue of ", " is simple"),
    "simple smallest eigenvalue": ("the smallest eigenvalue of ", " is simple"),
    "unique largest column sum": ("the largest column of ", " in 1-norm is unique and has no zero entry"),
    "unique largest row sum": ("the largest row of ", " in 1-norm is unique and has no zero entry"),
    "no zero row": ("no row of ", " is zero"),
    "no entry at the threshold": ("no entry of ", " is at the threshold"),
}


def _said(condition: Condition, narrator: Narrator | ForwardNarrator) -> list[Part]:
    """A condition in words, about the expression where that is short and about its name where it is not."""
    names, node = narrator.names, condition.on
    written = names.expand(node)
    shown = written if cost(written) <= SHORT else node
    if condition.domain.name == "nonzero":
        return [_unequal(names.definition(node) if cost(written) <= SHORT else node, names.expand)]
    if condition.domain.name == "no zero entry":
        shown = node
    if node.is_scalar and condition.domain.name in ("positive", "no zero entry"):
        latex = "<0>>0" if condition.domain.name == "positive" else "<0>\\neq 0"
        return [Formula(latex, latex.replace("\\neq", "!=").replace(">0", " > 0"), (shown,))]
    before, after = PHRASES.get(condition.domain.name, ("", ""))
    found: list[Part] = [Words(before)] if before else []
    return [*found, formula(shown), Words(after)]


def _unequal(node: Node, expand: object) -> Formula:
    left, right = sides(node)
    if right is None:
        return Formula("<0>\\neq 0", "<0> != 0", (expand(left),))  # type: ignore[operator]
    return Formula("<0>\\neq <1>", "<0> != <1>", (expand(left), expand(right)))  # type: ignore[operator]
