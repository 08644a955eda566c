"""Names for sub-expressions: r = Ax - b, z = Xw, p = sigma(z).

A name is a variable of its own with a definition in terms of earlier names, so that a derivation is computed in names.
What gets one: the argument of a norm or of a nonlinear function that is not a bare symbol, the value of a function
whose derivative is written with it, and what occurs twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..engine.adjoint import is_differential
from ..language.build import elementwise, negate, ones, split, subtract, variable
from ..language.node import (
    Constant,
    Differential,
    Elementwise,
    Node,
    Variable,
    postorder,
)
from ..language.rebuild import substitute
from .shortening import Shortening

LETTERS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "residual": (("tau",), ("r", "q", "u"), ("R", "Q", "N")),
    "error": (("tau",), ("e", "r", "q"), ("E", "R", "Q")),
    "argument": (("tau",), ("z", "v", "u"), ("Z", "V", "M")),
    "activation": (("eta",), ("h", "a", "k"), ("H", "A", "K")),
    "probability": (("pi",), ("p", "q"), ("P", "Q")),
    "matrix": (("tau",), ("m", "k"), ("M", "K", "N", "G")),
    "sign": (("epsilon",), ("s", "t"), ("S", "T")),
    "scalar": (("alpha", "beta", "gamma", "eta", "tau", "kappa", "theta"), ("v",), ("V",)),
    "ratio": (("rho", "kappa"), ("v",), ("V",)),
    "log": (("ell", "lambda"), ("v",), ("V",)),
    "adjoint": (("delta",), ("u", "v", "t"), ("D", "G", "K")),
    "scatter": (("sigma",), ("s",), ("S", "C", "K", "M")),
    "gradient": (("g",), ("g", "q"), ("G", "Q")),
    "function": (("f", "F", "g", "phi"), ("f",), ("F",)),
}
KEPT = ("symmetric", "psd", "spd", "positive", "nonneg", "invertible", "diagonal", "lower", "upper", "orthogonal")


class Names:
    """The names of one derivation, in order of dependence."""

    def __init__(self, f: Node, wrt: Iterable[Variable]) -> None:
        self.wrt = frozenset(wrt)
        self.definitions: dict[Variable, Node] = {}
        self.written: dict[Node, Node] = {}
        self.replaced: dict[Node, Node] = {}
        self.shortening = Shortening()
        self.heights: dict[Node, int] = {}
        self.used: Counter[str] = Counter()
        self.moving: set[Node] = set(self.wrt)
        self.taken = _letters_of(f) | {v.name for v in self.wrt}
        self.function = f

    def depends(self, node: Node) -> bool:
        """Does the node change with the variables?"""
        if not self.moving.isdisjoint(node.free):
            return True
        return is_differential(node) and any(
            isinstance(v, Differential) and self.depends(v.args[0]) for v in node.free
        )

    def define(self, node: Node, role: str, letter: str | None = None) -> Node:
        """A name for the node; the node itself where it is a bare symbol or has a name."""
        node = self.apply(node)
        if isinstance(node, Variable):
            return node
        core = split(node)[1]
        if core is not node and isinstance(core, Variable):
            return node
        name = letter or self._free(role, node)
        kept = KEPT if node.is_square and not node.is_scalar else ("positive", "nonneg")
        facts = frozenset(k for k in kept if k in node.facts)
        symbol = variable(name, node.rows, node.cols, facts)
        self.taken.add(name)
        self.definitions[symbol] = node
        self.written[symbol] = substitute(node, self.written)
        self.replaced[node] = symbol
        self.shortening.learn(node, symbol)
        if self.depends(node):
            self.moving.add(symbol)
        if isinstance(node, Elementwise) and node.name == "sigmoid":
            self.replaced[elementwise("sigmoid", negate(node.args[0]))] = subtract(ones(node.rows, node.cols), symbol)
        return symbol

    def apply(self, node: Node) -> Node:
        """The node written in names."""
        return self.shortening(substitute(node, self.replaced)) if self.replaced else node

    def definition(self, node: Node) -> Node:
        """What a name stands for; a node without a name stands for itself."""
        return self.definitions.get(node, node) if isinstance(node, Variable) else node

    def below(self, nodes: Iterable[Node]) -> set[Node]:
        """Those of the nodes that another one depends on."""
        given = set(nodes)
        lowest = min(self.height(n) for n in given)
        found: set[Node] = set()
        seen: set[Node] = set()
        stack = [part for node in given for part in self._parts(node)]
        while stack:
            top = stack.pop()
            if top in seen or self.height(top) < lowest:
                continue
            seen.add(top)
            if top in given:
                found.add(top)
            stack.extend(self._parts(top))
        return found

    def height(self, node: Node) -> int:
        """The longest way down from the node to what does not change, through what the names stand for."""
        stack = [node]
        while stack:
            top = stack[-1]
            unknown = [p for p in self._parts(top) if p not in self.heights]
            if unknown and top not in self.heights:
                stack.extend(unknown)
                continue
            self.heights.setdefault(top, 1 + max((self.heights[p] for p in self._parts(top)), default=-1))
            stack.pop()
        return self.heights[node]

    def _parts(self, node: Node) -> list[Node]:
        """What the node is made of and what changes with the variables."""
        meaning = self.definitions.get(node) if isinstance(node, Variable) else None
        return [meaning] if meaning is not None else [a for a in node.args if self.depends(a)]

    def expand(self, node: Node, keep: frozenset[Node] = frozenset()) -> Node:
        """The node without names."""
        if not keep:
            return substitute(node, self.written) if self.written else node
        for symbol, meaning in reversed(self.definitions.items()):
            if symbol not in keep and symbol in node.free:
                node = substitute(node, {symbol: meaning})
        return node

    def _free(self, role: str, node: Node) -> str:
        kind = 0 if node.is_scalar else 1 if node.is_vector else 2
        letters = LETTERS[role][kind]
        for letter in letters[:3]:
            if letter not in self.taken and not (letter == "e" and _uses_exp(node)):
                return letter
        self.used[letters[0]] += 1
        while f"{letters[0]}_{self.used[letters[0]]}" in self.taken:
            self.used[letters[0]] += 1
        return f"{letters[0]}_{self.used[letters[0]]}"


def _uses_exp(node: Node) -> bool:
    return any(isinstance(n, Elementwise) and n.name == "exp" for n in postorder([node]))


def _letters_of(f: Node) -> set[str]:
    """The names of variables and sizes."""
    found: set[str] = set()
    for node in postorder([f]):
        found |= {str(s) for s in node.rows.free_symbols | node.cols.free_symbols}
        if isinstance(node, Variable):
            found.add(node.name)
        elif isinstance(node, Constant):
            found |= {str(s) for s in node.value.free_symbols}
    return found


def function_letter(names: Names) -> str:
    """The letter of the function: f, unless a variable has that name."""
    return next((c for c in LETTERS["function"][0] if c not in names.taken), "f")
