"""Random expressions over all operations: the text for symnorm, and a NumPy evaluation that does not use symnorm.

A row of OPERATIONS says which shapes an operation takes and gives, how it is written, and what NumPy computes. Shapes
are tuples of size letters: () a scalar, ("n",) a vector, ("m", "n") a matrix; p and q in a row stand for any two sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import erf, inf, lgamma
from typing import Any

import numpy as np

Shape = tuple[str, ...]
Choose = Callable[[Sequence[Any]], Any]
"""What draws one element: `random.Random(seed).choice`, or a Hypothesis draw."""

DECLARE = ("t: scalar, u: scalar positive, x: n, y: n, z: m, w: m, A: m x n, B: n x n, C: m x m, S: n x n symmetric, "
           "P: n x n spd")
VARIABLES: dict[str, Shape] = {
    "t": (), "u": (), "x": ("n",), "y": ("n",), "z": ("m",), "w": ("m",), "A": ("m", "n"), "B": ("n", "n"),
    "C": ("m", "m"), "S": ("n", "n"), "P": ("n", "n"),
}
SYMMETRIC = frozenset("SP")


@dataclass(frozen=True, slots=True)
class Operation:
    """One row: `text` is a format string of the arguments' texts; `value` a function of the arguments' values."""

    result: Shape
    takes: tuple[Shape, ...]
    text: str
    value: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Tree:
    """An expression: an operation on trees, or the name of a variable or a number."""

    head: Operation | str
    args: tuple[Tree, ...] = ()

    def text(self) -> str:
        if isinstance(self.head, str):
            return self.head
        return self.head.text.format(*(arg.text() for arg in self.args))

    def value(self, env: Mapping[str, Any]) -> Any:
        if isinstance(self.head, str):
            return env[self.head] if self.head in env else float(self.head)
        return self.head.value(*(arg.value(env) for arg in self.args))

    def largest(self, env: Mapping[str, Any]) -> float:
        """The largest absolute value on the way: 1e26 (1 - tanh(60)^2) is a matter of rounding, not of derivatives."""
        below = [arg.largest(env) for arg in self.args]
        return max(float(np.max(np.abs(self.value(env)), initial=0.0)), *below, 0.0)

    def variables(self) -> set[str]:
        if isinstance(self.head, str):
            return {self.head} & VARIABLES.keys()
        return set().union(*(arg.variables() for arg in self.args))


S: Shape = ()
P: Shape = ("p",)
Q: Shape = ("q",)
PQ: Shape = ("p", "q")
PP: Shape = ("p", "p")


def _logsumexp(v: Any) -> Any:
    top = np.max(v)
    return top + np.log(np.sum(np.exp(v - top)))


def _softmax(v: Any) -> Any:
    e = np.exp(v - np.max(v))
    return e / np.sum(e)


def _huber(v: Any) -> Any:
    return np.where(np.abs(v) <= 1, v**2 / 2, np.abs(v) - 0.5)


SCALAR_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp({0})": np.exp, "log(1+{0}^2)": lambda a: np.log(1 + a**2), "sin({0})": np.sin, "cos({0})": np.cos,
    "tan({0}/3)": lambda a: np.tan(a / 3), "arcsin(tanh({0}))": lambda a: np.arcsin(np.tanh(a)),
    "arccos(tanh({0})/2)": lambda a: np.arccos(np.tanh(a) / 2), "arctan({0})": np.arctan, "sinh({0})": np.sinh,
    "cosh({0})": np.cosh, "tanh({0})": np.tanh, "sqrt(1+{0}^2)": lambda a: np.sqrt(1 + a**2), "abs({0})": np.abs,
    "relu({0})": lambda a: np.maximum(a, 0), "sign({0})": np.sign, "sigmoid({0})": lambda a: 1 / (1 + np.exp(-a)),
}
ENTRYWISE_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp({0})": np.exp, "log(exp({0}))": lambda a: np.log(np.exp(a)), "sin({0})": np.sin, "cos({0})": np.cos,
    "arctan({0})": np.arctan, "sinh({0})": np.sinh, "cosh({0})": np.cosh, "tanh({0})": np.tanh, "tan(tanh({0}))":
    lambda a: np.tan(np.tanh(a)), "sqrt(exp({0}))": lambda a: np.sqrt(np.exp(a)), "abs({0})": np.abs,
    "arcsin(tanh({0}))": lambda a: np.arcsin(np.tanh(a)), "arccos(tanh({0}))": lambda a: np.arccos(np.tanh(a)),
    "relu({0})": lambda a: np.maximum(a, 0), "sign({0})": np.sign, "sigmoid({0})": lambda a: 1 / (1 + np.exp(-a)),
    "({0}).^2": lambda a: a**2, "({0}).^3": lambda a: a**3, "exp({0}).^(1/2)": lambda a: np.exp(a / 2),
}


def _log_gamma(t: float) -> float:
    """math.lgamma, infinite where it raises."""
    return lgamma(t) if 0 < t < 1e300 else inf


_erf, _lgamma = np.vectorize(erf, otypes=[float]), np.vectorize(_log_gamma, otypes=[float])
NAMED_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "erf({0})": _erf, "gelu({0})": lambda a: a * (1 + _erf(a / np.sqrt(2))) / 2, "expm1({0})": np.expm1,
    "silu({0})": lambda a: a / (1 + np.exp(-a)), "leakyrelu({0}, 0.2)": lambda a: np.where(a > 0, a, 0.2 * a),
    "elu({0})": lambda a: np.where(a > 0, a, np.expm1(a)), "elu({0}, 2)": lambda a: np.where(a > 0, a, 2 * np.expm1(a)),
    "log1p(exp({0}))": lambda a: np.logaddexp(0, a), "logcosh({0})": lambda a: np.logaddexp(a, -a) - np.log(2),
    "lgamma(exp({0}))": lambda a: _lgamma(np.exp(a)),
}
SCALAR_FUNCTIONS |= NAMED_FUNCTIONS
ENTRYWISE_FUNCTIONS |= NAMED_FUNCTIONS


def _spectral(kind: str) -> Callable[[Any], Any]:
    return lambda X: np.linalg.norm(X, kind if kind == "nuc" else 2)


def _scalars() -> Iterator[Operation]:
    yield Operation(S, (S, S), "({0} + {1})", lambda a, b: a + b)
    yield Operation(S, (S, S), "({0} - {1})", lambda a, b: a - b)
    yield Operation(S, (S, S), "({0})*({1})", lambda a, b: a * b)
    yield Operation(S, (S, S), "({0})/(1+({1})^2)", lambda a, b: a / (1 + b**2))
    yield Operation(S, (S,), "({0})^2", lambda a: a**2)
    yield Operation(S, (S,), "-({0})", lambda a: -a)
    for text, value in SCALAR_FUNCTIONS.items():
        yield Operation(S, (S,), text.replace("{0}", "({0})"), value)
    yield Operation(S, (P, P), "({0})'*({1})", np.dot)
    yield Operation(S, (P, P), "dot({0}, {1})", np.dot)
    yield Operation(S, (P, PQ, Q), "({0})'*({1})*({2})", lambda a, M, b: a @ M @ b)
    yield Operation(S, (P, PP), "quad({0}, {1})", lambda a, M: a @ M @ a)
    yield Operation(S, (P,), "sum({0})", np.sum)
    yield Operation(S, (PQ,), "sum({0})", np.sum)
    yield Operation(S, (P,), "norm2({0})", np.linalg.norm)
    yield Operation(S, (P,), "norm2({0})^2", lambda a: a @ a)
    yield Operation(S, (P,), "norm1({0})", lambda a: np.sum(np.abs(a)))
    yield Operation(S, (P,), "norminf({0})", lambda a: np.max(np.abs(a)))
    yield Operation(S, (P,), "norm({0}, 3)", lambda a: np.sum(np.abs(a) ** 3) ** (1 / 3))
    yield Operation(S, (P,), "normp({0}, 3/2)", lambda a: np.sum(np.abs(a) ** 1.5) ** (2 / 3))
    yield Operation(S, (P,), "logsumexp({0})", _logsumexp)
    yield Operation(S, (P,), "max({0})", np.max)
    yield Operation(S, (P,), "sum(huber({0}))", lambda a: np.sum(_huber(a)))
    yield Operation(S, (PQ,), "norm2({0})", np.linalg.norm)
    yield Operation(S, (PQ,), "norm1({0})", lambda X: np.sum(np.abs(X)))
    yield Operation(S, (PQ,), "normnuc({0})", _spectral("nuc"))
    yield Operation(S, (PQ,), "normspec({0})", _spectral("spec"))
    yield Operation(S, (PQ,), "norm21({0})", lambda X: np.sum(np.linalg.norm(X, axis=1)))
    yield Operation(S, (PQ,), "normind1({0})", lambda X: np.linalg.norm(X, 1))
    yield Operation(S, (PQ,), "normindinf({0})", lambda X: np.linalg.norm(X, np.inf))
    for shape in (P, PQ):
        yield Operation(S, (shape,), "mean({0})", np.mean)
        yield Operation(S, (shape,), "var({0})", np.var)
        yield Operation(S, (shape,), "sqrt(1+std({0})^2)", lambda X: np.sqrt(1 + np.var(X)))
    yield Operation(S, (PP,), "eigmax(({0}) + ({0})')", lambda X: np.linalg.eigvalsh(X + X.T)[-1])
    yield Operation(S, (PP,), "eigmin(({0}) + ({0})')", lambda X: np.linalg.eigvalsh(X + X.T)[0])
    yield Operation(S, (PP,), "tr({0})", np.trace)
    yield Operation(S, (PP,), "det({0})", np.linalg.det)
    yield Operation(S, (PP,), "logdet({0})", lambda X: np.linalg.slogdet(X)[1])
    yield Operation(S, (PQ, PQ), "tr(({0})'*({1}))", lambda X, Y: np.sum(X * Y))
    yield Operation(S, (PQ, PQ), "vec({0})'*vec({1})", lambda X, Y: np.sum(X * Y))
    yield Operation(S, (PP, PP), "tr(kron({0}, {1}))", lambda X, Y: np.trace(X) * np.trace(Y))
    yield Operation(S, (PQ, PP), "norm2(kron({0}, {1}))", lambda X, Y: np.linalg.norm(X) * np.linalg.norm(Y))


def _arrays() -> Iterator[Operation]:
    for shape in (P, PQ):
        yield Operation(shape, (shape, shape), "({0} + {1})", lambda a, b: a + b)
        yield Operation(shape, (shape, shape), "({0} - {1})", lambda a, b: a - b)
        yield Operation(shape, (S, shape), "({0})*({1})", lambda a, b: a * b)
        yield Operation(shape, (shape, S), "({0})/(1+({1})^2)", lambda a, b: a / (1 + b**2))
        yield Operation(shape, (shape, shape), "({0}).*({1})", lambda a, b: a * b)
        yield Operation(shape, (shape, shape), "hadamard({0}, {1})", lambda a, b: a * b)
        yield Operation(shape, (shape, shape), "({0})./exp({1})", lambda a, b: a / np.exp(b))
        yield Operation(shape, (shape,), "-({0})", lambda a: -a)
        for text, value in ENTRYWISE_FUNCTIONS.items():
            yield Operation(shape, (shape,), text.replace("({0})", "{0}").replace("{0}", "({0})"), value)
    yield Operation(P, (PQ, Q), "({0})*({1})", lambda M, v: M @ v)
    yield Operation(P, (("q", "p"), Q), "({0})'*({1})", lambda M, v: M.T @ v)
    yield Operation(P, (P,), "softmax({0})", _softmax)
    yield Operation(P, (P,), "softmin({0})", lambda a: _softmax(-a))
    yield Operation(P, (PP,), "diag({0})", np.diag)
    yield Operation(PQ, (PP, PQ), "({0})*({1})", lambda X, Y: X @ Y)
    yield Operation(PQ, (PQ, ("q", "q")), "({0})*({1})", lambda X, Y: X @ Y)
    yield Operation(PQ, (("q", "p"),), "({0})'", lambda X: X.T)
    yield Operation(PQ, (P, Q), "({0})*({1})'", np.outer)
    yield Operation(PQ, (("q", "p"),), "pinv({0})", np.linalg.pinv)
    yield Operation(PP, (PQ, PQ), "({0})*({1})'", lambda X, Y: X @ Y.T)
    yield Operation(PP, (P,), "diag({0})", np.diag)
    yield Operation(PP, (PP,), "inv({0})", np.linalg.inv)
    yield Operation(PP, (PP,), "({0} + eye(p))", lambda X: X + np.eye(len(X)))
    yield Operation(PP, (PP,), "({0})^2", lambda X: X @ X)


def _fill(shape: Shape, sizes: Mapping[str, str]) -> Shape:
    return tuple(sizes[letter] for letter in shape)


def _instances() -> dict[Shape, list[Operation]]:
    """Every row at every choice of its sizes, by the shape of its result."""
    table: dict[Shape, dict[Any, Operation]] = {}
    for row, p, q in product([*_scalars(), *_arrays()], "mn", "mn"):
        sizes = {"p": p, "q": q}
        made = Operation(_fill(row.result, sizes), tuple(_fill(shape, sizes) for shape in row.takes),
                         row.text.replace("eye(p)", f"eye({p})"), row.value)
        table.setdefault(made.result, {})[made.takes, made.text] = made
    return {shape: list(rows.values()) for shape, rows in table.items()}


OPERATIONS = _instances()
_LEAVES: dict[Shape, list[str]] = {
    shape: [name for name, other in VARIABLES.items() if other == shape] for shape in OPERATIONS
}
_LEAVES[()] += ["2", "3"]


def draw(choose: Choose, shape: Shape = (), depth: int = 5) -> Tree:
    """A random expression of that shape with at most `depth` operations on top of each other."""
    leaves = _LEAVES[shape]
    if leaves and (depth <= 0 or choose(range(10)) < (0 if depth > 3 else 3)):
        return Tree(choose(leaves))
    rows = OPERATIONS[shape] if depth > 1 or leaves else _closing(shape)
    row = choose(rows)
    return Tree(row, tuple(draw(choose, takes, depth - 1) for takes in row.takes))


def _closing(shape: Shape) -> list[Operation]:
    """The rows that need leaves alone, for a shape of which there is no variable."""
    return [row for row in OPERATIONS[shape] if all(_LEAVES[takes] for takes in row.takes)]


def sample(rng: np.random.Generator, sizes: Mapping[str, int], scale: float = 1.0) -> dict[str, Any]:
    """A value for each variable, inside its declared domain."""
    env: dict[str, Any] = {}
    for name, shape in VARIABLES.items():
        value = scale * rng.standard_normal([sizes[letter] for letter in shape])
        if name in SYMMETRIC:
            value = (value + value.T) / 2 if name == "S" else value @ value.T + scale * np.eye(len(value))
        env[name] = value if shape else float(np.abs(value) + 0.1 if name == "u" else value)
    return env
