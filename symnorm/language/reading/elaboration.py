"""From a syntax tree whose shapes are known to expression nodes.

Each kind of syntax calls one constructor of `build` or one function of `functions`; nothing is computed here except
the size of the numbers, which is checked before SymPy raises anything to a power.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sympy import E, Expr, Integer, Matrix, Rational, pi

from ...errors import ReadingError, ShapeError, SymnormError
from ...shapes import size_symbol
from .. import build
from ..functions import FUNCTIONS
from ..node import Constant, Det, Differential, Elementwise, Node, SumAll
from .inference import Shapes
from .problems import ReadingShapeError
from .syntax import Syntax, fold

MAX_BITS = 20_000
MAX_EXPONENT_BITS = 64


@dataclass(frozen=True, slots=True)
class Elaboration:
    """What the names mean, and the text for messages."""

    text: str
    shapes: Shapes
    names: Mapping[str, Node]

    def run(self, root: Syntax) -> Node:
        return fold(root, self.visit)

    def visit(self, node: Syntax, parts: list[Node]) -> Node:
        try:
            return MAKERS[node.kind](self, node, parts)
        except ReadingError:
            raise
        except SymnormError as problem:
            kind = ReadingShapeError if isinstance(problem, ShapeError) else ReadingError
            raise kind(str(problem), self.text, node.column) from problem


def _number(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    return build.constant(Rational(node.value.numerator, node.value.denominator))


def _word(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    return build.UNIT


def _name(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    name = node.value
    found = self.names.get(name)
    if found is not None:
        return found
    if node in self.shapes.literals:
        return build.identity(self.shapes.literals[node][0])
    constants: dict[str, Expr] = {"pi": pi, "e": E}
    return build.constant(constants[name] if name in constants else size_symbol(name))


def _literal(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    rows, cols = self.shapes.literals[node]
    function = node.value[0]
    if function in ("commutation", "unvec"):
        return FUNCTIONS[function](*parts, rows, cols)
    if function == "eye":
        return build.identity(rows)
    if function == "zeros":
        return build.zero(rows, cols)
    ones = build.ones(rows, cols)
    return build.multiply(parts[0], ones) if parts else ones


def _matrix(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    values = [build.value_of(part) for part in parts]
    for entry, value in zip(node.args, values, strict=True):
        if value is None or not (value.is_number and value.is_real):
            raise ReadingError("the entries of a constant matrix are real numbers; declare matrices that hold letters "
                               "as variables", self.text, entry.column)
    return build.array(Matrix(*node.value, values))


def _sum(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    return build.add(*(part if sign == "+" else build.negate(part) for part,
                       sign in zip(parts, node.value, strict=True)))


def _product(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    left, right = parts
    return build.multiply(build.transpose(left) if node in self.shapes.turned else left, right)


def _divide(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    if build.is_zero(parts[1]):
        raise ReadingError("division by zero", self.text, node.args[1].column)
    return build.divide(*parts)


def _hadamard(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    return build.elementwise_multiply(*parts)


def _eldivide(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    if build.is_zero(parts[1]):
        raise ReadingError("division by zero", self.text, node.args[1].column)
    return build.elementwise_divide(*parts)


def _power(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    if node in self.shapes.turned:
        return build.transpose(parts[0])
    base = node.args[0]
    if base.kind == "name" and base.value == "e" and "e" not in self.names:
        return build.elementwise("exp", parts[1])
    _check_numbers(self, node, parts)
    return build.power(*parts)


def _elpower(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    _check_numbers(self, node, parts)
    return build.elementwise_power(*parts)


def _check_numbers(self: Elaboration, node: Syntax, parts: list[Node]) -> None:
    """Refuse powers of numbers whose value would not fit, before anything computes them."""
    base, exponent = build.split(parts[0])[0], build.value_of(parts[1])
    if not isinstance(exponent, Rational):
        return
    size = abs(exponent)
    if size.p.bit_length() > MAX_EXPONENT_BITS or size.q.bit_length() > MAX_EXPONENT_BITS:
        raise ReadingError("this exponent is too large", self.text, node.args[1].column)
    if isinstance(base, Rational) and abs(base) != 1:
        bits = max(base.p.bit_length(), base.q.bit_length())
        if bits * int(size) > MAX_BITS:
            raise ReadingError("this power is too large a number", self.text, node.column)
    if base.is_zero and isinstance(parts[0], Constant) and exponent < 0:
        raise ReadingError("division by zero", self.text, node.column)


def _negate(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    return build.negate(parts[0])


def _transpose(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    return build.transpose(parts[0])


def _bars(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    return build.elementwise("abs", parts[0]) if parts[0].is_scalar else build.det(parts[0])


def _call(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    name = node.value
    if name == "log":
        return _log(parts[0])
    if name == "norm" and len(parts) == 2:
        kind = node.args[1]
        return FUNCTIONS["norm"](parts[0], kind.value if kind.kind == "word" else parts[1])
    if name in ("max", "min") and len(parts) == 2:
        other = parts[1 if node.args[0].kind == "number" and node.args[0].value == 0 else 0]
        return build.elementwise("relu",
                                 other) if name == "max" else build.negate(build.elementwise("relu",
                                                                                             build.negate(other)))
    if name == "transpose":
        return build.transpose(parts[0])
    if name in ("clip", "inside"):
        return build.elementwise(name, *parts)
    return FUNCTIONS[name](*parts)


def _log(argument: Node) -> Node:
    """log(|det X|) is logdet(X), and so is log(det X) where it exists; log(sum(exp(x))) is logsumexp(x)."""
    if isinstance(argument, SumAll):
        summand = argument.args[0]
        if isinstance(summand, Elementwise) and summand.name == "exp" and summand.is_vector:
            return build.logsumexp(summand.args[0])
    inner = argument.args[0] if isinstance(argument, Elementwise) and argument.name == "abs" else argument
    return build.logdet(inner.args[0]) if isinstance(inner, Det) else build.elementwise("log", argument)


def _norm(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    """A norm from LaTeX: the index decides."""
    index, operand = node.value, parts[0]
    if index == "entries 1":
        return FUNCTIONS["norm1"](operand)
    if index == "p":
        return FUNCTIONS["normp" if parts[1].is_scalar else "normw"](operand, parts[1])
    matrix = not (operand.is_scalar or operand.is_vector or operand.rows == Integer(1))
    names = {None: "norm2", "1": "norm1", "2": "normspec" if matrix else "norm2", "inf": "norminf", "fro": "norm2",
             "nuc": "normnuc", "ind1": "normind1", "indinf": "normindinf",
             "spec": "normspec"}
    return FUNCTIONS[names[index]](operand)


def _inner(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    return FUNCTIONS["dot"](*parts)


def _kron(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    return build.kron(*parts)


def _sized(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    return parts[0]


def _differential(self: Elaboration, node: Syntax, parts: list[Node]) -> Node:
    inner = parts[0]
    made: Node = Differential._make((), (inner,), inner.rows, inner.cols)
    return made


MAKERS: dict[str, Callable[[Elaboration, Syntax, list[Node]], Node]] = {
    "number": _number, "word": _word, "name": _name, "literal": _literal, "matrix": _matrix,
    "sum": _sum, "product": _product,
    "divide": _divide, "hadamard": _hadamard, "eldivide": _eldivide, "power": _power, "elpower": _elpower,
    "negate": _negate,
    "transpose": _transpose, "bars": _bars, "call": _call, "norm": _norm, "inner": _inner, "kron": _kron,
    "sized": _sized, "differential": _differential,
}
