"""The subdifferential at kinks: every element as one expression, with the set that its free letters run through.

f = F(x, N_1(r_1(x)), ..., N_k(r_k(x))) with F smooth and increasing in each N_i and each r_i smooth has the
subdifferential {grad_x F + sum of F_i r_i'(x)' g_i : g_i in the subdifferential of N_i at r_i(x)}, Clarke's where f is
not convex. Source: [C] Clarke 1983, 2.3.9 and 2.3.10.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..engine.sweep import sweep
from ..errors import NoClosedForm
from ..language.build import add, as_node, hadamard, value_of, variable
from ..language.functions import dot
from ..language.node import Applied, Elementwise, Node, Norm, Ones, Power, Variable, postorder
from ..language.rebuild import substitute
from ..norms.sets import SetAtKinks, set_of
from ..rules.rule import Condition
from ..simplify.present import present
from .border import like
from .calls import targets


@dataclass(frozen=True, slots=True)
class Selection:
    """The letter g stands for any subgradient of `node` (a norm, |.|, relu or max) at `at`."""

    letter: Variable
    node: Node
    at: Node
    facts: SetAtKinks

    @property
    def dual(self) -> Node | None:
        """The norm of the letter that is at most 1, where there is one."""
        return None if self.facts.dual is None else self.facts.dual(self.node, self.letter)

    @property
    def words(self) -> str:
        """Which values the letter takes."""
        bare = str(self.at)
        inner = bare if isinstance(self.at, Variable) else f"({bare})"
        index = "" if self.at.is_scalar else "_i" if self.at.is_vector else "_ij"
        said = self.facts.words.replace("{i}", index).replace("||{r}||", f"||{bare}||").replace("({r})", f"({bare})")
        return said.replace("{g}", self.letter.name).replace("{r}", inner)


@dataclass(frozen=True, slots=True)
class Subdifferential:
    """The set of all values of `element` as its letters run through their sets.

    `gradient` is the element that `sn.gradient` takes (the only one where f is differentiable); `conditions` is what
    the smooth parts need.
    """

    element: Any
    selections: tuple[Selection, ...]
    gradient: Any
    conditions: tuple[Condition, ...]

    def text(self) -> str:
        """{A'g : g_i = sign(r_i) where r_i != 0, ...}"""
        letters = f" : {'; '.join(s.words for s in self.selections)}" if self.selections else ""
        where = f" where {' and '.join(c.text for c in self.conditions)}" if self.conditions else ""
        return f"{{{self.element}{letters}}}{where}"

    __str__ = __repr__ = text

    def latex(self) -> str:
        r"""\{A^\top g : \lVert g\rVert_\infty\le 1, \langle g,Ax-b\rangle=\lVert Ax-b\rVert_1\}."""
        conditions = r",\ ".join(c for s in self.selections for c in _bounds(s))
        return rf"\{{{_tex(as_node(self.element))}{':' if conditions else ''}{conditions}\}}"


def subdifferential(f: Any, x: Any) -> Any:
    """The set of subgradients of f at x: one element with letters, and the set that each letter runs through.

    Read are functions that grow with each norm, absolute value, relu or maximum in them, whose arguments are smooth.
    Raises    NoClosedForm where a kink is inside another, or where f may fall as a norm grows.

    >>> from symnorm import variables, norm1, norm2
    >>> A, x, b = variables("A: m x n, x: n, b: m")
    >>> subdifferential(norm1(x) + norm2(A @ x - b)**2 / 2, x)
    {A.T @ (A @ x - b) + g : g_i = sign(x_i) where x_i != 0, |g_i| <= 1 where x_i = 0}
    >>> subdifferential(norm2(A @ x - b), x)
    {A.T @ g : g = (A @ x - b)/||A @ x - b|| where (A @ x - b) != 0, ||g|| <= 1 where (A @ x - b) = 0}
    """
    node = as_node(f)
    (v,) = targets(node, x)
    kinks = list(_kinks(node, v))
    names = {w.name for w in node.free}
    letters = [variable(_fresh("level", names), k.rows, k.cols, frozenset({"nonneg"}) if _is_nonneg(k) else frozenset())
               for k in kinks]
    smooth = substitute(node, dict(zip(kinks, letters, strict=True)))
    found = sweep(smooth, (v, *letters))
    back = dict(zip(letters, kinks, strict=True))
    parts, selections = [substitute(found.gradients[v], back)], []
    conditions: list[Condition] = list(found.conditions)
    for kink, level in zip(kinks, letters, strict=True):
        factor = present(substitute(found.gradients[level], back))
        _refuse_falling(node, kink, factor)
        selection = _selection(kink, names)
        held = variable("held factor", factor.rows, factor.cols)
        inner = sweep(dot(_product(held, selection.letter), selection.at), (v,))
        parts.append(substitute(inner.gradients[v], {held: factor}))
        selections.append(selection)
        conditions += inner.conditions
    gradient = present(sweep(node, (v,)).gradients[v])
    needed = tuple(Condition(c.domain, substitute(c.on, back)) for c in dict.fromkeys(conditions))
    return Subdifferential(like(f, present(add(*parts))), tuple(selections), like(f, gradient), needed)


def _kinks(f: Node, x: Variable) -> Iterable[Node]:
    """The outermost operations with a kink that depend on x; a norm only ever squared has none."""
    inside: set[Node] = set()
    nodes = [n for n in postorder([f]) if x in n.free]
    found = [n for n in nodes if set_of(n) is not None and not _only_squared(n, nodes)]
    for n in found:
        if any(m in inside for m in postorder(n.args)):
            raise NoClosedForm(f"the subdifferential of {f}: {n} has a kink inside a kink, and no rule gives the set")
        inside.add(n)
    for n in nodes:
        if isinstance(n, Elementwise) and n.name in ("sign", "step", "inside", "peak"):
            raise NoClosedForm(f"the subdifferential of {f}: {n} jumps, so there is no subgradient where it does")
    return found


def _only_squared(node: Node, nodes: list[Node]) -> bool:
    """Is this a 2-norm that stands only as a base of even powers?"""
    if not (isinstance(node, Norm) and node.name in ("2", "fro")):
        return False
    holders = [n for n in nodes if node in n.args]
    return bool(holders) and all(isinstance(h, Power) and _at_least_two(value_of(h.args[1])) for h in holders)


def _at_least_two(value: Any) -> bool:
    return value is not None and bool(value.is_number) and bool(value >= 2)


def _is_nonneg(node: Node) -> bool:
    return isinstance(node, (Norm, Applied)) or "nonneg" in node.facts


def _refuse_falling(f: Node, kink: Node, factor: Node) -> None:
    if "nonneg" in factor.facts or isinstance(factor, Ones):
        return
    raise NoClosedForm(
        f"the subdifferential of {f}: the factor {factor} of {kink} is not known to be nonnegative, and where it is "
        f"negative f falls as {kink} grows, and the set that is written here would be too large"
        + ("; declare its variables positive or nonneg" if factor.free else "")
    )


def _selection(kink: Node, names: set[str]) -> Selection:
    at = kink.args[0]
    facts = set_of(kink)
    assert facts is not None, "the kinks are those that have a set"
    letter = variable(_fresh("g" if at.is_scalar or at.is_vector else "G", names), at.rows, at.cols)
    return Selection(letter, kink, at, facts)


def _product(factor: Node, letter: Node) -> Node:
    return factor * letter if factor.is_scalar else hadamard(factor, letter)


def _fresh(wanted: str, names: set[str]) -> str:
    name, k = wanted, 0
    while name in names:
        k += 1
        name = f"{wanted}_{k}"
    names.add(name)
    return name


def _bounds(selection: Selection) -> list[str]:
    """dual(g) <= 1 and <g, r> = N(r), in LaTeX."""
    facts, g = selection.facts, selection.letter
    dual = selection.dual
    bound = rf"{_tex(dual)}\le 1" if dual is not None else facts.bound.replace("{g}", _tex(g))
    pairing = rf"\langle {_tex(g)},{_tex(selection.at)}\rangle={_tex(facts.support(selection.node))}"
    return [bound, pairing] if bound else [pairing]


def _tex(node: Node) -> str:
    written: str = node._latex(None)
    return written
