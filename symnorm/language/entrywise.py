"""Products and powers entry by entry: scalars commute, and so do the factors of a Hadamard product.

One algebra serves both: a product is a number and a list of (base, exponent); equal bases meet, exp(a u) counts as
exp(u) to the a, |u| sign(u) = u, e^u sigmoid(-u) = sigmoid(u).
"""

from __future__ import annotations

from sympy import Expr, Integer

from ..errors import ShapeError
from ..shapes import ONE, describe
from .elementary import ELEMENTARY, SPECIAL
from .identities import Factors, absorb
from .leaves import UNIT, as_node, constant, is_zero, ones, product, scale, split, value_of, zero
from .node import Add, Constant, Elementwise, Hadamard, Identity, Mul, Node, Ones, Power, Softmax, SumAll, Transpose
from .sums import MAX_FLAT, add, negate, used_by


def mul(*factors: Node) -> Node:
    """The product of scalars and at most one matrix."""
    if len(factors) == 1:
        return as_node(factors[0])
    if len(factors) == 2 and isinstance(factors[0], Constant) and isinstance(factors[1], Node):
        if not isinstance(factors[1], Mul) or len(factors[1].args) <= MAX_FLAT:
            return scale(factors[0].value, factors[1])
    number, scalars, core = _gather([as_node(f) for f in factors])
    number, kept = _meet(number, scalars)
    if core is not None:
        kept, core = _softmax(kept, core)
    shape = core if core is not None else UNIT
    if number.is_zero or (core is not None and is_zero(core)):
        return zero(shape.rows, shape.cols)
    parts = [*kept, *(() if core is None else (core,))]
    if number is not ONE or not parts:
        parts.insert(0, constant(number))
    return parts[0] if len(parts) == 1 else product(tuple(parts))


def hadamard(*factors: Node) -> Node:
    """The entrywise product of nodes of equal shape."""
    nodes = [as_node(f) for f in factors]
    first = nodes[0]
    for node in nodes[1:]:
        if (node.rows is not first.rows and node.rows != first.rows) or (
            node.cols is not first.cols and node.cols != first.cols
        ):
            raise ShapeError(
                f"the entrywise product needs equal shapes: {first} is {describe(first.rows, first.cols)}, "
                f"{node} is {describe(node.rows, node.cols)}"
            )
    if first.is_scalar:
        return mul(*nodes)
    if all(isinstance(n, Transpose) for n in nodes):
        inner = hadamard(*(n.args[0] for n in nodes))
        return inner.T
    scalars, cores = _peel(nodes)
    number, kept = _meet(ONE, cores)
    if any(is_zero(n) for n in kept) or number.is_zero:
        return zero(first.rows, first.cols)
    kept = [n for n in kept if not isinstance(n, Ones)]
    if not kept:
        core = ones(first.rows, first.cols)
    else:
        core = kept[0] if len(kept) == 1 else Hadamard._make((), tuple(kept), first.rows, first.cols)
    return mul(constant(number), *scalars, core)


def power(base: Node, exponent: Node) -> Node:
    """Each entry of base to the (scalar) exponent."""
    base, exponent = as_node(base), as_node(exponent)
    value = value_of(exponent)
    if value is not None:
        found = _constant_power(base, value, exponent)
        if found is not None:
            return found
    elif isinstance(base, Power) and "positive" in base.args[0].facts:
        return power(base.args[0], mul(base.args[1], exponent))
    elif isinstance(base, Constant) and base is UNIT or base is constant(Integer(0)) or isinstance(base, Ones):
        return base
    node: Node = Power._make((), (base, exponent), base.rows, base.cols)
    return node


def elementwise(name: str, argument: Node, *parameters: Node) -> Node:
    """The scalar function `name` at each entry."""
    x = as_node(argument)
    if isinstance(x, Transpose):
        return elementwise(name, x.args[0], *parameters).T
    known = _simpler(name, x, parameters)
    if known is not None:
        return known
    node: Node = Elementwise._make((name,), (x, *(as_node(p) for p in parameters)), x.rows, x.cols)
    return node


def _gather(nodes: list[Node]) -> tuple[Expr, list[Node], Node | None]:
    """The number, the scalar factors and the core of a product, nested products opened."""
    number: Expr = ONE
    scalars: list[Node] = []
    core: Node | None = None
    for node in nodes:
        short = isinstance(node, Mul) and len(node.args) <= MAX_FLAT
        for factor in node.args if short else (node,):
            if isinstance(factor, Constant):
                number = number * factor.value
            elif factor.is_scalar:
                scalars.append(factor)
            elif core is None:
                core = factor
            else:
                raise ShapeError(f"{core} and {factor} are both matrices: use the matrix or the entrywise product")
    return number, scalars, core


def _peel(nodes: list[Node]) -> tuple[list[Node], list[Node]]:
    """The scalar factors and the matrix factors of an entrywise product."""
    scalars: list[Node] = []
    cores: list[Node] = []
    for i, node in enumerate(nodes):
        if isinstance(node, Mul):
            scalars.extend(node.args[:-1])
            node = node.args[-1]
        others = nodes[:i] + nodes[i + 1 :]
        if isinstance(node, Hadamard) and len(node.args) <= MAX_FLAT and not used_by(node, others):
            cores.extend(node.args)
        else:
            cores.append(node)
    return scalars, cores


def _base(factor: Node) -> tuple[Node, Node]:
    """A factor as (base, exponent)."""
    if isinstance(factor, Power):
        return factor.args
    if isinstance(factor, Elementwise) and factor.name == "exp":
        number, core = split(factor.args[0])
        if core is not UNIT:
            return elementwise("exp", core), constant(number)
    return factor, UNIT


def _meet(number: Expr, factors: list[Node]) -> tuple[Expr, list[Node]]:
    """Equal bases brought together."""
    if len(factors) < 2:
        return number, factors
    found: Factors = {}
    for factor in factors:
        base, exponent = _base(factor)
        seen = found.get(base.key)
        found[base.key] = (base, exponent if seen is None else add(seen[1], exponent))
    absorb(found, elementwise)
    kept = []
    for base, exponent in found.values():
        factor = power(base, exponent)
        if isinstance(factor, Constant):
            number = number * factor.value
        elif isinstance(factor, Mul) and isinstance(factor.args[0], Constant) and factor.is_scalar:
            number = number * factor.args[0].value
            kept.extend(factor.args[1:])
        elif not isinstance(factor, Ones):
            kept.append(factor)
    return number, kept or ([ones(factors[0].rows, factors[0].cols)] if not factors[0].is_scalar else [])


def _softmax(scalars: list[Node], core: Node) -> tuple[list[Node], Node]:
    """exp(x) / sum(exp(x)) of a vector is softmax(x)."""
    if not (core.is_vector and isinstance(core, Elementwise) and core.name == "exp"):
        return scalars, core
    for i, factor in enumerate(scalars):
        if isinstance(factor, Power) and isinstance(factor.args[0], SumAll) and factor.args[0].args[0] is core:
            if value_of(factor.args[1]) == -ONE:
                found: Node = Softmax._make((), core.args, core.rows, core.cols)
                return scalars[:i] + scalars[i + 1 :], found
    return scalars, core


def _constant_power(base: Node, value: Expr, exponent: Node) -> Node | None:
    """Powers with a number as exponent that have a simpler form; None where there is none."""
    if value is ONE:
        return base
    if value.is_zero:
        return ones(base.rows, base.cols)
    if isinstance(base, (Ones, Identity)) and (isinstance(base, Ones) or value.is_positive):
        return base
    if isinstance(base, Constant):
        found = base.value**value
        return constant(found) if found.is_real and found.is_finite else None
    if is_zero(base) and value.is_positive:
        return base
    if isinstance(base, Power):
        inner, own = base.args
        return _power_of_power(inner, own, value)
    if isinstance(base, Mul):
        return _power_of_product(base, value, exponent)
    if isinstance(base, Elementwise):
        if base.name == "exp":
            return elementwise("exp", mul(exponent, base.args[0]))
        if base.name == "abs" and (value / 2).is_integer:
            return power(base.args[0], exponent)
    if isinstance(base, Transpose):
        return power(base.args[0], exponent).T
    if isinstance(base, Hadamard) and value.is_integer and value.is_negative and any(map(_is_reciprocal, base.args)):
        return hadamard(*(power(f, exponent) for f in base.args))
    return _reciprocal_sigmoid(base) if value == -ONE else None


def _is_reciprocal(factor: Node) -> bool:
    return isinstance(factor, Power) and split(factor.args[1])[0].is_negative is True


def _power_of_power(inner: Node, own: Node, value: Expr) -> Node | None:
    exponent = value_of(own)
    together = mul(own, constant(value))
    if value.is_integer or "nonneg" in inner.facts:
        return power(inner, together)
    if exponent is not None and (exponent / 2).is_integer:
        return power(elementwise("abs", inner), together)
    return None


def _power_of_product(base: Mul, value: Expr, exponent: Node) -> Node | None:
    if value.is_integer or all("nonneg" in f.facts for f in base.args[:-1]):
        return mul(*(power(f, exponent) for f in base.args))
    number, rest = split(base)
    if number.is_positive and number is not ONE:
        return mul(constant(number**value), power(rest, exponent))
    return None


def _reciprocal_sigmoid(base: Node) -> Node | None:
    """1 / (1 + e^u) is sigmoid(-u)."""
    if isinstance(base, Add) and len(base.args) == 2:
        for one, other in (base.args, base.args[::-1]):
            if (one is UNIT or isinstance(one, Ones)) and isinstance(other, Elementwise) and other.name == "exp":
                return elementwise("sigmoid", negate(other.args[0]))
    return None


def _simpler(name: str, x: Node, parameters: tuple[Node, ...]) -> Node | None:
    """Values at constants, inverse pairs, odd and even functions."""
    function = ELEMENTARY[name]
    number, core = split(x)
    if core is UNIT or isinstance(core, Ones):
        if number.is_number and all(isinstance(p, Constant) for p in parameters):
            value = function.body(number, *(value_of(p) for p in parameters))
            if value.is_real and value.is_finite and (value.is_Rational or name not in SPECIAL):
                return mul(constant(value), core)
        return None
    if isinstance(x, Elementwise) and (name, x.name) in (("exp", "log"), ("log", "exp")):
        return x.args[0]
    if name in ("abs", "relu") and "nonneg" in x.facts:
        return x
    if name == "sign" and "positive" in x.facts:
        return ones(x.rows, x.cols)
    if name in ("abs", "sign") and isinstance(x, Mul) and number is not ONE and number.is_number:
        factor = abs(number) if name == "abs" else (ONE if number.is_positive else -ONE)
        return scale(factor, elementwise(name, core))
    if name == "abs" and isinstance(x, Elementwise) and x.name == "abs":
        return x
    if function.parity is not None and number.is_negative and name not in ("abs", "sign"):
        mirrored = elementwise(name, negate(x), *parameters)
        return mirrored if function.parity == "even" else negate(mirrored)
    return None
