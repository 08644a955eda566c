"""The narration: from df to <G, dX>, one thought a line.

The right side is a sum of terms over the frontier of the reverse sweep; the latest node of the frontier is taken apart,
what stands around a differential is moved off, equal differentials are collected, until only the variables move.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..errors import NoClosedForm
from ..language.build import UNIT, transpose
from ..language.node import Add, Hadamard, Inner, MatMul, Node, Trace, Transpose, Variable, postorder
from ..simplify.cost import cost
from .adjoints import adjoint_reason, is_pulled, pull, symmetric_used, turned
from .display import chain, differential, differentials_in, inner
from .forms import note_symmetric
from .forward import Context, Stage
from .linear import linear_terms
from .lines import Line
from .matrices import node_stages
from .names import Names
from .reasons import Formula, Reason, Words, equation, joined, words
from .roles import name_subexpressions
from .scalars import scalar_stages
from .terms import Term, assemble, collect
from .wording import adjoint_of_forms, collecting, merged_equal, only_hadamard, said_together, side_by_side

MAX_LINES = 20_000
LONG = 4
TWICE = 3
"""The length from which an adjoint that is written twice has a name."""
HUGE = 16


class Narrator:
    """The lines of one derivation, being written."""

    def __init__(self, f: Node, wrt: Iterable[Variable], detail: str = "normal") -> None:
        self.names = Names(f, wrt)
        self.named = name_subexpressions(f, self.names)
        self.ctx = Context(self.names, detail == "full")
        self.lines: list[Line] = []
        self.terms = linear_terms(UNIT, self.named, self.ctx)
        self.start = list(self.terms)
        self.reason: Reason = ()
        self.before = assemble(self.terms)
        self.ctx.alone = len(self.terms) == 1 and detail != "brief"

    def run(self) -> list[Line]:
        while True:
            if len(self.lines) > MAX_LINES:
                raise NoClosedForm(f"the derivation has more than {MAX_LINES} lines")
            ready = self._ready()
            if not ready:
                break
            self._expand(ready)
        self._move_off()
        return self.lines

    def _frontier(self) -> dict[Node, list[int]]:
        """What is under a d and not a variable, and in which terms."""
        found: dict[Node, list[int]] = {}
        for i, t in enumerate(self.terms):
            for leaf in differentials_in(t.form):
                node = leaf.args[0]
                if node not in self.names.wrt:
                    found.setdefault(node, []).append(i)
        return found

    def _ready(self) -> dict[Node, list[int]]:
        """The nodes of the frontier that no other one depends on."""
        frontier = self._frontier()
        waiting = self.names.below(frontier) if len(frontier) > 1 else set()
        return {n: terms for n, terms in frontier.items() if n not in waiting}

    def _expand(self, ready: dict[Node, list[int]]) -> None:
        """One round: the ready nodes taken apart, side by side where the reasons fit on a line."""
        plans: dict[int, list[Stage]] = {}
        for node, places in ready.items():
            for i in places:
                if i in plans:
                    continue
                t = self.terms[i]
                plans[i] = (
                    scalar_stages(t, node, self.ctx)
                    if node.is_scalar and t.form is differential(node)
                    else node_stages(t, node, self.ctx)
                )
        self._play(side_by_side(plans))
        self._settle()
        self.ctx.alone = False

    def _play(self, plans: dict[int, list[Stage]]) -> None:
        """Stages in step: the k-th stage of every plan on one line."""
        current: list[list[Term]] = [[t] for t in self.terms]
        for k in range(max(len(stages) for stages in plans.values())):
            used = [stages[k] for i, stages in sorted(plans.items()) if k < len(stages)]
            for i, stages in plans.items():
                if k < len(stages):
                    current[i] = list(stages[k].terms)
            terms = [t for group in current for t in group]
            kinds = [s.kind for s in used]
            kind = "nonlinear" if "nonlinear" in kinds else kinds[0]
            reason = said_together(used)
            if self.ctx.full and not self.lines and len(used) > 1 and kind == "linear":
                reason = joined(words("sum rule"), reason)
            self._write(terms, reason, kind, used)
        self.terms = [t for group in current for t in group]

    def _settle(self) -> None:
        """Adjoints of the inner products that are not over variables yet, then collect."""
        before = self.terms
        if any(isinstance(t.form, Inner) and not is_pulled(t) for t in before):
            reason = adjoint_reason(before)
            after = [
                p
                for t in before
                for p in (pull(t, self.ctx) if isinstance(t.form, Inner) and not is_pulled(t) else [t])
            ]
            kind = "hadamard" if only_hadamard(reason) else "adjoint"
            for t in before:
                if isinstance(t.form, Inner) and not is_pulled(t):
                    for v in symmetric_used([t], self.ctx):
                        note_symmetric(v, self.ctx)
            known = len(self.names.definitions)
            if kind == "hadamard":
                after = [self._short(t) for t in after]
            self._write(after, reason, kind, named=len(self.names.definitions) > known)
        self._collect()

    def _short(self, t: Term) -> Term:
        """<D, dZ> with a name for a long entrywise product, when there is more to come."""
        if not isinstance(t.form, Inner) or t.target is None or t.target in self.names.wrt:
            return t
        g = t.form.args[0]
        if not isinstance(g, Hadamard) or cost(g) < LONG:
            return t
        return Term(t.coefficient, inner(self.names.define(g, "adjoint"), t.form.args[1]), t.outer)

    def _named_if_huge(self, t: Term) -> Term:
        """A name for an adjoint that would make every further line long."""
        if not isinstance(t.form, Inner) or t.target is None or cost(t.form.args[0]) < HUGE:
            return t
        return Term(t.coefficient, inner(self.names.define(t.form.args[0], "adjoint"), t.form.args[1]), t.outer)

    def _named_if_split(self, t: Term) -> Term:
        """<g, dr> with a name for a long g that is written several times, because r is a sum."""
        if not isinstance(t.form, Inner) or t.target is None or cost(t.form.args[0]) < TWICE:
            return t
        meaning = self.names.definition(t.target)
        if not isinstance(meaning, Add) or sum(self._stays(part) for part in meaning.args) < 2:
            return t
        return Term(t.coefficient, inner(self.names.define(t.form.args[0], "adjoint"), t.form.args[1]), t.outer)

    def _stays(self, part: Node) -> bool:
        """Is the differential of a term of a sum that of a variable or of a name?"""
        return isinstance(part, Variable) and self.names.depends(part)

    def _scatter(self, t: Term) -> Term:
        """S = R R' of a constant R, inside a longer product."""
        if not isinstance(t.form, Inner) or not isinstance(t.form.args[0], MatMul) or len(t.form.args[0].args) < 4:
            return t
        factors = t.form.args[0].args
        for a, b in zip(factors, factors[1:], strict=False):
            if isinstance(a, Variable) and transpose(a) is b and a is not b and not self.names.depends(a):
                self.names.define(chain([a, b]), "scatter")
        return Term(t.coefficient, inner(self.names.apply(t.form.args[0]), t.form.args[1]), t.outer)

    def _collect(self) -> None:
        after = collect(self.terms)
        if len(after) > 1:
            after = [self._named_if_huge(t) for t in after]
        after = [self._named_if_split(t) for t in after]
        if len(after) < len(self.terms):
            counted = Counter(t.target for t in self.terms if t.target is not None)
            targets = dict.fromkeys(t.target for t in after)
            shown = [differential(x) for x in targets if x is not None and counted[x] > 1]
            self._write(after, collecting(shown), "collect")

    def _move_off(self) -> None:
        """Traces and quadratic forms, at last."""
        if all(is_pulled(t) for t in self.terms):
            self._collect()
            return
        rotated = [turned(t) or t for t in self.terms]
        symmetric = symmetric_used(self.terms, self.ctx)
        cyclic = any(a is not b for a, b in zip(rotated, self.terms, strict=True))
        if cyclic and len(self.terms) == 1:
            self._write(rotated, words("cyclic trace"), "cyclic")
            cyclic = False
        traces = any(isinstance(t.form, Trace) for t in self.terms)
        name = "cyclic trace" if cyclic else "trace as inner product" if traces else "adjoint"
        before = [t for t in self.terms if not is_pulled(t)]
        after = [p for t in self.terms for p in ([t] if is_pulled(t) else pull(t, self.ctx))]
        reason = words(name)
        if symmetric and (cyclic or not traces):
            reason = joined(reason, (Formula("<0>", "<0>", (symmetric[0],)), Words(" symmetric")))
        elif name == "adjoint":
            reason = adjoint_of_forms(before)
        for v in symmetric:
            note_symmetric(v, self.ctx)
        after = [self._scatter(t) for t in after]
        self.terms = after
        merged = collect(after)
        if len(merged) == 1 and len({t.form for t in after}) == 1:
            after = merged
        if self.ctx.full and name == "trace as inner product" and len(after) == 1:
            self._transposed_whole(after[0])
        self._write(after, self.reason or reason, "adjoint" if name == "adjoint" else "inner")
        self._collect()

    def _transposed_whole(self, t: Term) -> None:
        """<(BA)', dX>, before the factors are transposed."""
        trace = self.lines[-1].right
        inside = next((n.args[0] for n in postorder([trace]) if isinstance(n, Trace)), None)
        if (
            not isinstance(inside, MatMul)
            or len(inside.args) < 3
            or not isinstance(t.form, Inner)
            or inside.args[-1] is not t.form.args[1]
        ):
            return
        product = chain(list(inside.args[:-1]))
        turned: Node = Transpose._make((), (product,), product.cols, product.rows)
        self._write(
            [Term(t.coefficient, inner(turned, t.form.args[1]), t.outer)], words("trace as inner product"), "inner"
        )
        self.reason = (
            equation(turned, t.form.args[0])
            if len(inside.args) == 3
            else (Formula("(UV)^{\\top}=V^{\\top}U^{\\top}", "(UV)' = V'U'", flush=True),)
        )

    def _write(
        self, terms: list[Term], reason: Reason, kind: str, stages: Iterable[Stage] = (), named: bool = False
    ) -> None:
        terms = merged_equal(terms)
        right = assemble(terms)
        rules = tuple(dict.fromkeys(s.rule for s in stages if s.rule is not None))
        if not self.lines or self.lines[-1].right is not right:
            self.lines.append(Line(right, reason, kind, rules[0] if rules else None, rules, named=named))
        self.terms = terms
