"""Runs of factors and groups of terms that have a name, replaced by it: A x inside B A x, x + y inside x + y + z.

Each pattern is kept under one of its factors or terms, so that an expression is compared only with the patterns that
share that part with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..language.build import add, matmul, negate
from ..language.node import Add, MatMul, Node, postorder
from ..language.rebuild import rebuild

Entry = tuple[int, tuple[Node, ...], Node]


class Shortening:
    """The products and sums that have a name, in the order in which they got it."""

    def __init__(self) -> None:
        self.count = 0
        self.runs: dict[Node, list[Entry]] = {}
        self.groups: dict[Node, list[Entry]] = {}

    def learn(self, meaning: Node, symbol: Node) -> None:
        """A further name."""
        self.count += 1
        if isinstance(meaning, MatMul):
            turned = tuple(f.T for f in reversed(meaning.args))
            self.runs.setdefault(meaning.args[0], []).append((2 * self.count, meaning.args, symbol))
            self.runs.setdefault(turned[0], []).append((2 * self.count + 1, turned, symbol.T))
        elif isinstance(meaning, Add):
            self.groups.setdefault(meaning.args[0], []).append((2 * self.count, meaning.args, symbol))

    def __call__(self, root: Node) -> Node:
        """The expression with names for the runs and groups in it."""
        if not self.runs and not self.groups:
            return root
        done: dict[Node, Node] = {}
        for node in postorder([root]):
            made = rebuild(node, tuple(done[a] for a in node.args)) if node.args else node
            if self.runs and isinstance(made, MatMul):
                made = self._without_runs(made)
            elif self.groups and isinstance(made, Add):
                made = self._without_groups(made)
            done[node] = made
        return done[root]

    def _without_runs(self, node: MatMul) -> Node:
        args, present = list(node.args), set(node.args)
        changed = False
        for _, run, symbol in _candidates(self.runs, present):
            if present.issuperset(run):
                changed = _replace_run(args, run, symbol) or changed
        return matmul(*args) if changed else node

    def _without_groups(self, node: Add) -> Node:
        """The first group, or its negative, with its name."""
        negated = {negate(t): t for t in node.args}
        found = [(i, g, s, False) for i, g, s in _candidates(self.groups, set(node.args))]
        found += [(i + 1, g, s, True) for i, g, s in _candidates(self.groups, negated)]
        for _, group, symbol, minus in sorted(found, key=lambda c: c[0]):
            if len(group) >= len(node.args):
                continue
            taken = {negated.get(t) for t in group} if minus else set(group)
            if taken <= set(node.args):
                return add(negate(symbol) if minus else symbol, *(t for t in node.args if t not in taken))
        return node


def _candidates(table: dict[Node, list[Entry]], parts: Iterable[Node]) -> list[Entry]:
    """The patterns that may be in what has these parts, in order."""
    return sorted((e for part in parts for e in table.get(part, ())), key=lambda e: e[0])


def _replace_run(args: list[Node], pattern: tuple[Node, ...], letter: Node) -> bool:
    k, i, changed = len(pattern), 0, False
    while i + k <= len(args):
        if all(a is b for a, b in zip(args[i : i + k], pattern, strict=True)):
            args[i : i + k] = [letter]
            changed = True
        i += 1
    return changed
