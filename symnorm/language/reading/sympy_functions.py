"""Scalar functions of SymPy as functions of entries: what each is called here, or what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy
from sympy import Basic, Expr, Piecewise
from sympy.core.relational import Relational

from ...errors import NoRule
from .. import build
from ..elementary import ELEMENTARY
from ..node import Add, Constant, Det, DiagOf, Elementwise, MatMul, Mul, Node, Norm, Ones, Power, SumAll, Trace
from .sympy_tensors import Tensor, add, apply, contract, power

HALF = Tensor(build.HALF)
MINUS = Tensor(build.MINUS)
UNIT = Tensor(build.UNIT)

SAME: dict[type[Basic], str] = {
    sympy.exp: "exp", sympy.sin: "sin", sympy.cos: "cos", sympy.tan: "tan", sympy.asin: "arcsin",
    sympy.acos: "arccos", sympy.atan: "arctan", sympy.sinh: "sinh", sympy.cosh: "cosh", sympy.tanh: "tanh",
    sympy.Abs: "abs", sympy.sign: "sign",
}
"""Functions with a counterpart of the same meaning."""


def reciprocal(x: Tensor) -> Tensor:
    return power(x, MINUS)


def scaled(number: int | Expr, x: Tensor) -> Tensor:
    return contract([Tensor(build.as_node(number)), x])


def minus(a: Tensor, b: Tensor) -> Tensor:
    return add([a, scaled(-1, b)])


def logarithm(x: Tensor) -> Tensor:
    """log x: of a determinant, of a product of determinants, of 1 + e^t and of a sum of exponentials by name."""
    node = x.node
    if node.is_scalar:
        found = _logdet(node)
        if found is not None:
            return Tensor(found)
        if isinstance(node, SumAll) and isinstance(node.args[0], Elementwise) and node.args[0].name == "exp":
            inside = node.args[0].args[0]
            if inside.is_vector:
                return Tensor(build.logsumexp(inside))
    if isinstance(node, Add) and len(node.args) == 2:
        for one, other in (node.args, node.args[::-1]):
            if (one is build.UNIT or isinstance(one, Ones)) and isinstance(other, Elementwise) and other.name == "exp":
                return Tensor(build.elementwise("softplus", other.args[0]), x.axes)
    return apply("log", x)


def _logdet(node: Node) -> Node | None:
    """log of a product of powers of determinants and positive numbers."""
    factors = node.args if isinstance(node, Mul) else (node,)
    terms = []
    for factor in factors:
        if isinstance(factor, Elementwise) and factor.name == "abs":
            factor = factor.args[0]
        base, exponent = factor.args if isinstance(factor, Power) else (factor, build.UNIT)
        if isinstance(base, Det):
            terms.append(build.mul(exponent, build.logdet(base.args[0])))
        elif "positive" in base.facts:
            terms.append(build.mul(exponent, build.elementwise("log", base)))
        else:
            return None
    return build.add(*terms) if any(isinstance(f, (Det, Power, Elementwise)) for f in factors) and any(
        isinstance(n, Det) for f in factors for n in (f, *f.args)) else None


def maximum(parts: Sequence[Tensor]) -> Tensor:
    """max(a, b, ...) as a + relu(b - a), with 0 first."""
    ordered = sorted(parts, key=lambda p: p.node is not build.NOUGHT)
    result = ordered[0]
    for part in ordered[1:]:
        gain = apply("relu", minus(part, result))
        result = gain if result.node is build.NOUGHT else add([result, gain])
    return result


def minimum(parts: Sequence[Tensor]) -> Tensor:
    return scaled(-1, maximum([scaled(-1, p) for p in parts]))


def heaviside(x: Tensor) -> Tensor:
    return scaled(sympy.Rational(1, 2), add([UNIT, apply("sign", x)]))


def same(x: Tensor) -> Tensor:
    """Variables are real: conjugates and real parts change nothing."""
    return x


COMPOSED: dict[type[Basic], Callable[[Tensor], Tensor]] = {
    sympy.log: logarithm, sympy.Heaviside: heaviside, sympy.conjugate: same, sympy.re: same,
    sympy.sec: lambda x: reciprocal(apply("cos", x)), sympy.csc: lambda x: reciprocal(apply("sin", x)),
    sympy.cot: lambda x: contract([apply("cos", x), reciprocal(apply("sin", x))]),
    sympy.sech: lambda x: reciprocal(apply("cosh", x)), sympy.csch: lambda x: reciprocal(apply("sinh", x)),
    sympy.coth: lambda x: reciprocal(apply("tanh", x)),
    sympy.asinh: lambda x: apply("log", add([x, power(add([power(x, Tensor(build.constant(2))), UNIT]), HALF)])),
    sympy.atanh: lambda x: scaled(sympy.Rational(1, 2), minus(apply("log", add([UNIT, x])), apply("log", minus(UNIT, x)))),
}
"""Functions written with others."""


def function(kind: type[Basic], arguments: Sequence[Tensor]) -> Tensor:
    """f(arguments) for a SymPy function class."""
    if kind is sympy.Max:
        return maximum(arguments)
    if kind is sympy.Min:
        return minimum(arguments)
    if len(arguments) == 1 or kind is sympy.Heaviside:
        if kind in SAME:
            return tidy(apply(SAME[kind], arguments[0]))
        if kind in COMPOSED:
            return COMPOSED[kind](arguments[0])
    raise NoRule(f"the SymPy function {kind.__name__} has no counterpart here")


def raised(base: Tensor, exponent: Tensor) -> Tensor:
    """base^exponent; a root of a sum of squares is a norm."""
    value = build.value_of(exponent.node)
    if value is not None and value.is_Rational and value.q > 1 and base.node.is_scalar:
        found = _root(base.node, value)
        if found is not None:
            return Tensor(found, base.axes)
    return power(base, exponent)


def _root(node: Node, exponent: Expr) -> Node | None:
    number, rest = build.split(node)
    norm, degree = square_of(rest), 2
    if norm is None or exponent.q != 2:
        norm, degree = power_sum(rest), exponent.q
    if norm is None or not number.is_positive or (isinstance(norm, Norm) and norm.name == "p" and norm.args[1] is not build.constant(degree)):
        return None
    return build.mul(build.constant(number**exponent), build.entrywise_power(norm, build.constant(degree * exponent)))


def square_of(node: Node) -> Node | None:
    """The norm whose square this is: of r'r, tr(R'R), sum(R.^2)."""
    if isinstance(node, MatMul):
        half = _mirrored(node.args)
    elif isinstance(node, Trace) and isinstance(node.args[0], MatMul):
        half = _mirrored(node.args[0].args)
    elif isinstance(node, SumAll) and isinstance(node.args[0], Power) and build.value_of(node.args[0].args[1]) == 2:
        half = node.args[0].args[0]
    else:
        return None
    if half is None:
        return None
    return build.norm_node("2" if half.is_vector or half.rows == 1 else "fro", half)


def power_sum(node: Node) -> Node | None:
    """The p-norm whose p-th power this is: of sum(|r|^p)."""
    if not (isinstance(node, SumAll) and isinstance(node.args[0], Power)):
        return None
    base, exponent = node.args[0].args
    p = build.value_of(exponent)
    if p is None or not (p.is_Integer and p > 2):
        return None
    if isinstance(base, Elementwise) and base.name == "abs":
        base = base.args[0]
    elif p % 2:
        return None
    return build.norm_node("p", base, exponent)


def _mirrored(factors: Sequence[Node]) -> Node | None:
    half = len(factors) // 2
    if len(factors) % 2 or any(factors[i] is not build.transpose(factors[-1 - i]) for i in range(half)):
        return None
    return build.matmul(*factors[half:])


def tidy(tensor: Tensor) -> Tensor:
    """A sum of absolute values as a norm."""
    node = tensor.node
    if isinstance(node, SumAll) and isinstance(node.args[0], Elementwise) and node.args[0].name == "abs":
        return Tensor(build.norm_node("1", node.args[0].args[0]), tensor.axes)
    if isinstance(node, SumAll) and isinstance(node.args[0], Power) and build.value_of(node.args[0].args[1]) == HALF.node.value:
        rows = _rows_of_squares(node.args[0].args[0])
        if rows is not None:
            return Tensor(build.norm_node("21", rows), tensor.axes)
    if isinstance(node, Mul) and any(isinstance(f, SumAll) for f in node.args):
        return Tensor(build.mul(*(tidy(Tensor(f)).node for f in node.args)), tensor.axes)
    if isinstance(node, Elementwise) and node.name == "abs" and isinstance(node.args[0], Norm):
        return Tensor(node.args[0], tensor.axes)
    return tensor


def _rows_of_squares(node: Node) -> Node | None:
    """The matrix whose rows have these squared lengths: X.^2 1 or diag(X X')."""
    if isinstance(node, MatMul) and len(node.args) == 2 and isinstance(node.args[1], Ones) and isinstance(node.args[0], Power):
        base, exponent = node.args[0].args
        return base if build.value_of(exponent) == 2 else None
    if isinstance(node, DiagOf) and isinstance(node.args[0], MatMul):
        return build.transpose(found) if (found := _mirrored(node.args[0].args)) is not None else None
    return None


def pieces(expr: Piecewise) -> tuple[Expr, Expr, Expr, bool]:
    """(t, value where t > 0, value elsewhere, whether 0 itself belongs to the first) of a function in two pieces."""
    (first, condition), *rest = expr.args
    if len(rest) != 1 or not isinstance(condition, Relational) or not (
            rest[0][1] == True or rest[0][1] == condition.negated):  # noqa: E712  SymPy's true
        raise NoRule(f"{expr}: only functions in two pieces are read, (value, t > 0) and (other, True)")
    second = rest[0][0]
    t = condition.gts - condition.lts if hasattr(condition, "gts") else None
    if t is None:
        raise NoRule(f"{expr}: only pieces cut by an inequality are read")
    strict = bool(condition.is_Relational and condition.rel_op in ("<", ">"))
    if condition.gts == 0:
        return -t, second, first, strict
    return t, first, second, not strict


def huber_threshold(expr: Piecewise) -> tuple[Expr, Expr] | None:
    """(t, delta) of Huber's function in SymPy's spelling."""
    (_, condition), *rest = expr.args
    if len(rest) == 1 and isinstance(condition, Relational) and hasattr(condition, "lts"):
        size, delta = condition.lts, condition.gts
        if isinstance(size, sympy.Abs):
            t = size.args[0]
            wanted = ELEMENTARY["huber"].body(t, delta)
            if all(sympy.expand(a[0] - b[0]) == 0 for a, b in zip(expr.args, wanted.args, strict=True)):
                return t, delta
    return None


__all__ = ["Constant", "function", "huber_threshold", "logarithm", "maximum", "pieces", "raised", "same", "square_of", "tidy"]
