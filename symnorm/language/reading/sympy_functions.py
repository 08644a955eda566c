"""Scalar functions of SymPy as functions of entries: what each is called here, or what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy
from sympy import Basic, Expr

from ...errors import NoRule
from .. import build
from ..node import Add, Det, Elementwise, Mul, Node, Ones, Power, SumAll
from .sympy_contract import contract
from .sympy_norms import tidy
from .sympy_tensors import Tensor, add, apply, power

HALF = Tensor(build.HALF)
MINUS = Tensor(build.MINUS)
UNIT = Tensor(build.UNIT)

SAME: dict[type[Basic], str] = {
    sympy.exp: "exp",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tan: "tan",
    sympy.asin: "arcsin",
    sympy.acos: "arccos",
    sympy.atan: "arctan",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    sympy.Abs: "abs",
    sympy.sign: "sign",
    sympy.erf: "erf",
    sympy.loggamma: "lgamma",
    sympy.digamma: "digamma",
    sympy.trigamma: "trigamma",
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
    return (
        build.add(*terms)
        if any(isinstance(f, (Det, Power, Elementwise)) for f in factors)
        and any(isinstance(n, Det) for f in factors for n in (f, *f.args))
        else None
    )


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


def error_complement(x: Tensor) -> Tensor:
    return minus(UNIT, apply("erf", x))


COMPOSED: dict[type[Basic], Callable[[Tensor], Tensor]] = {
    sympy.log: logarithm,
    sympy.Heaviside: heaviside,
    sympy.erfc: error_complement,
    sympy.conjugate: same,
    sympy.re: same,
    sympy.sec: lambda x: reciprocal(apply("cos", x)),
    sympy.csc: lambda x: reciprocal(apply("sin", x)),
    sympy.cot: lambda x: contract([apply("cos", x), reciprocal(apply("sin", x))]),
    sympy.sech: lambda x: reciprocal(apply("cosh", x)),
    sympy.csch: lambda x: reciprocal(apply("sinh", x)),
    sympy.coth: lambda x: reciprocal(apply("tanh", x)),
    sympy.asinh: lambda x: apply("log", add([x, power(add([power(x, Tensor(build.constant(2))), UNIT]), HALF)])),
    sympy.atanh: lambda x: scaled(
        sympy.Rational(1, 2), minus(apply("log", add([UNIT, x])), apply("log", minus(UNIT, x)))
    ),
}
"""Functions written with others."""


def function(kind: type[Basic], arguments: Sequence[Tensor]) -> Tensor:
    """f(arguments) for a SymPy function class."""
    if kind is sympy.Max:
        return maximum(arguments)
    if kind is sympy.Min:
        return minimum(arguments)
    if kind is sympy.polygamma and arguments[0].node in (build.NOUGHT, build.UNIT):
        return apply("digamma" if arguments[0].node is build.NOUGHT else "trigamma", arguments[1])
    if len(arguments) == 1 or kind is sympy.Heaviside:
        if kind in SAME:
            return tidy(apply(SAME[kind], arguments[0]))
        if kind in COMPOSED:
            return COMPOSED[kind](arguments[0])
    raise NoRule(f"the SymPy function {kind.__name__} has no counterpart here")
