"""Names for sub-expressions: r = Ax - b, z = Xw, p = sigma(z).

A name is a variable of its own with a definition in terms of earlier names, so that a derivation is computed in names.
What gets one: the argument of a norm or of a nonlinear function that is not a bare symbol, the value of a function
whose derivative is written with it, and what occurs twice.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..language.build import add, elementwise, matmul, negate, ones, split, subtract, variable
from ..language.node import (
    Add,
    Constant,
    Differential,
    Elementwise,
    MatMul,
    Node,
    Variable,
    postorder,
)
from ..language.rebuild import rebuild, substitute

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
        self.moving: set[Node] = set(self.wrt)
        self.taken = _letters_of(f) | {v.name for v in self.wrt}
        self.function = f

    def depends(self, node: Node) -> bool:
        """Does the node change with the variables?"""
        return any(v in self.moving or (isinstance(v, Differential) and self.depends(v.args[0])) for v in node.free)

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
        if self.depends(node):
            self.moving.add(symbol)
        if isinstance(node, Elementwise) and node.name == "sigmoid":
            self.replaced[elementwise("sigmoid", negate(node.args[0]))] = subtract(ones(node.rows, node.cols), symbol)
        return symbol

    def apply(self, node: Node) -> Node:
        """The node written in names."""
        return shortened(substitute(node, self.replaced), self.replaced) if self.replaced else node

    def definition(self, node: Node) -> Node:
        """What a name stands for; a node without a name stands for itself."""
        return self.definitions.get(node, node) if isinstance(node, Variable) else node

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
        i = 1
        while f"{letters[0]}_{i}" in self.taken:
            i += 1
        return f"{letters[0]}_{i}"


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


def shortened(root: Node, table: dict[Node, Node]) -> Node:
    """Runs of factors, and groups of terms, that have a name."""
    products = [(p.args, s) for p, s in table.items() if isinstance(p, MatMul)]
    sums = [(p, s) for p, s in table.items() if isinstance(p, Add)]
    if not products and not sums:
        return root
    done: dict[Node, Node] = {}
    for node in postorder([root]):
        made = rebuild(node, tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(made, MatMul):
            made = _runs(made, products)
        elif isinstance(made, Add):
            made = _subsums(made, sums)
        done[node] = made
    return done[root]


def _runs(node: MatMul, products: list[tuple[tuple[Node, ...], Node]]) -> Node:
    args = list(node.args)
    present = set(args)
    changed = False
    for run, symbol in products:
        straight, turned = all(f in present for f in run), all(f.T in present for f in run)
        if straight:
            changed = _replace_run(args, run, symbol) or changed
        if turned:
            changed = _replace_run(args, tuple(f.T for f in reversed(run)), symbol.T) or changed
    return matmul(*args) if changed else node


def _replace_run(args: list[Node], pattern: tuple[Node, ...], letter: Node) -> bool:
    k, i, changed = len(pattern), 0, False
    while i + k <= len(args):
        if all(a is b for a, b in zip(args[i : i + k], pattern, strict=True)):
            args[i : i + k] = [letter]
            changed = True
        i += 1
    return changed


def _subsums(node: Add, sums: list[tuple[Node, Node]]) -> Node:
    terms = set(node.args)
    turned = {negate(t) for t in node.args}
    for pattern, symbol in sums:
        if pattern is node or len(pattern.args) >= len(node.args):
            continue
        if all(t in terms for t in pattern.args):
            return add(symbol, *(t for t in node.args if t not in pattern.args))
        if all(t in turned for t in pattern.args):
            return add(negate(symbol), *(t for t in node.args if negate(t) not in pattern.args))
    return node


def function_letter(names: Names) -> str:
    """The letter of the function: f, unless a variable has that name."""
    return next((c for c in LETTERS["function"][0] if c not in names.taken), "f")
