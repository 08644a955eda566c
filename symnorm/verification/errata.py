"""What may stand in place of one node of a formula, when it is written wrongly: (slip, in words, the wrong node)."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Integer, Rational

from ..errors import SymnormError
from ..language.build import (
    add,
    constant,
    elementwise,
    entrywise_power,
    hadamard,
    matmul,
    matrix_power,
    mul,
    negate,
    ones,
    scale,
    split,
    sum_all,
    transpose,
    value_of,
)
from ..language.node import (
    Add,
    Constant,
    Elementwise,
    Hadamard,
    Inverse,
    MatMul,
    MatPower,
    Mul,
    Node,
    Ones,
    Power,
    Softmax,
    SumAll,
    Transpose,
    postorder,
)
from ..language.rebuild import rebuild
from ..rendering.text import to_text
from ..rules.elementwise import derivative_of
from .scales import Scales, scales_of

Wrong = tuple[str, str, Node]
SWAPS = {
    "sin": ("cos",), "cos": ("sin",), "sinh": ("cosh",), "cosh": ("sinh",), "clip": ("sign",), "sign": ("step",),
    "step": ("relu", "sign"), "sigmoid": ("tanh", "exp", "step"), "tanh": ("sigmoid", "cosh"), "log": ("exp",),
    "exp": ("sigmoid",), "relu": ("step",), "softplus": ("sigmoid",),
}


def wrong_nodes(node: Node) -> Iterator[Wrong]:
    """What may stand in place of one node."""
    said = to_text(node)
    if isinstance(node, Transpose) and node.is_square:
        yield "transpose", f"{to_text(node.args[0])} stands where {said} belongs", node.args[0]
    elif isinstance(node, Add):
        yield from _of_sum(node)
    elif isinstance(node, Mul):
        yield from _of_scaled(node)
    elif isinstance(node, Hadamard):
        yield from _of_entrywise(node)
    elif isinstance(node, MatMul):
        yield from _of_product(node)
    elif isinstance(node, (Power, MatPower)):
        yield from _of_power(node)
    elif isinstance(node, Inverse):
        inside = node.args[0]
        yield "chain-factor", f"{to_text(inside)} stands where its inverse belongs", inside
        yield "transpose", f"{said} stands where its transpose belongs", transpose(node)
    elif isinstance(node, Elementwise):
        yield from _of_function(node)
    elif isinstance(node, Softmax):
        inside = node.args[0]
        yield "chain-factor", f"exp({to_text(inside)}) is not divided by its sum", elementwise("exp", inside)
        yield "argument", f"softmax({to_text(negate(inside))}) stands for {said}", rebuild(node, (negate(inside),))
        yield "argument", f"sigmoid stands for {said}", elementwise("sigmoid", inside)
    elif isinstance(node, SumAll) and isinstance(node.args[0], Hadamard):
        yield "missing-term", f"{said} is missing", constant(0)


def _of_sum(node: Add) -> Iterator[Wrong]:
    for i, term in enumerate(node.args):
        before, after, said = node.args[:i], node.args[i + 1 :], to_text(term)
        yield "missing-term", f"the term {said} is missing", add(*before, *after)
        yield "sign", f"the sign of the term {said} is flipped", add(*before, negate(term), *after)
        for number in (Integer(2), Rational(1, 2)):
            yield "factor", f"the term {said} has the factor {number}", add(*before, scale(number, term), *after)


def _of_scaled(node: Mul) -> Iterator[Wrong]:
    for i, factor in enumerate(node.args):
        rest = mul(*node.args[:i], *node.args[i + 1 :])
        if isinstance(factor, Constant):
            yield number_slip(factor, node), f"the factor {to_text(factor)} is missing", rest
        elif (rest.rows, rest.cols) == (node.rows, node.cols):
            yield "chain-factor", f"the factor {to_text(factor)} is missing", rest


def number_slip(factor: Node, node: Node | None = None) -> str:
    """What the loss of a factor is: of a size a mean taken for a sum, of another number a factor."""
    if not isinstance(factor, Constant):
        return "chain-factor"
    sized = bool(factor.value.free_symbols) or (
        node is not None and factor.value.is_Rational and Scales(scales_of([node]).sizes, frozenset()).is_size(
            abs(float(factor.value))))
    return "mean-sum" if sized else "factor"


def _of_entrywise(node: Hadamard) -> Iterator[Wrong]:
    factors = node.args
    for i, factor in enumerate(factors):
        before, after, said = factors[:i], factors[i + 1 :], to_text(factor)
        yield "chain-factor", f"the factor {said} is missing", hadamard(*before, *after)
        if factor.is_square:
            along = any(isinstance(n, Ones) for n in postorder([factor]))
            yield ("axis" if along else "transpose", f"{to_text(transpose(factor))} stands where {said} belongs",
                   hadamard(*before, transpose(factor), *after))
        others = hadamard(*before, *after)
        if node.is_square and not node.is_scalar:
            for left, right in ((factor, others), (others, factor)):
                yield "elementwise", f"the matrix product stands for {to_text(node)}", matmul(left, right)
        elif node.is_vector:
            yield ("elementwise", f"the product {to_text(node)} is summed",
                   mul(sum_all(node), ones(node.rows, node.cols)))
            yield ("elementwise", f"{said} is summed in {to_text(node)}", mul(sum_all(factor), others))


def _of_product(node: MatMul) -> Iterator[Wrong]:
    factors = node.args
    for i, factor in enumerate(factors):
        before, after, said = factors[:i], factors[i + 1 :], to_text(factor)
        if not (before or after):
            continue
        rest = _fitting(matmul, (*before, *after), node)
        if rest is not None:
            yield "chain-factor", f"the factor {said} is missing", rest
        if factor.is_square and transpose(factor) is not factor:
            yield ("transpose", f"{to_text(transpose(factor))} stands where {said} belongs",
                   matmul(*before, transpose(factor), *after))
        if after:
            swapped = _fitting(matmul, (*before, after[0], factor, *after[1:]), node)
            if swapped is not None:
                yield "transpose", f"{said} and {to_text(after[0])} stand in the other order", swapped
            if (factor.rows, factor.cols) == (after[0].rows, after[0].cols):
                yield ("elementwise", f"the elementwise product of {said} and {to_text(after[0])} stands for the "
                       "matrix product", matmul(*before, hadamard(factor, after[0]), *after[1:]))
        for j in range(i + 2, len(factors) + 1):
            rest = _fitting(matmul, (*before, *factors[j:]), node)
            if rest is not None:
                yield "chain-factor", f"the factors {to_text(matmul(*factors[i:j]))} are missing", rest
    if node.is_square and all(f.is_square for f in factors) and len(factors) > 1:
        yield "transpose", "each factor is transposed, in the old order", matmul(*(transpose(f) for f in factors))
        yield "elementwise", f"elementwise products stand for {to_text(node)}", hadamard(*factors)


def _fitting(combine: object, factors: tuple[Node, ...], node: Node) -> Node | None:
    """The product of the factors when it has the shape of the node."""
    assert callable(combine)
    try:
        found: Node = combine(*factors) if factors else node
    except SymnormError:
        return None
    return found if factors and (found.rows, found.cols) == (node.rows, node.cols) else None


def _of_power(node: Node) -> Iterator[Wrong]:
    base = node.args[0]
    exponent = value_of(node.args[1]) if isinstance(node, Power) else node.data[0]
    if exponent is None or not getattr(exponent, "is_number", True):
        return
    shown = Integer(exponent) if isinstance(exponent, int) else exponent
    if isinstance(node, MatPower):
        yield "elementwise", f"the entries of {to_text(base)} are raised", entrywise_power(base, constant(shown))
    for other in dict.fromkeys((shown - 1, shown + 1, Integer(1), 2 * shown, shown / 2, -shown, shown + 2, shown - 2)):
        if other in (shown, 0):
            continue
        if isinstance(node, Power):
            yield ("chain-factor", f"the exponent of {to_text(base)} is {other}, and should be {shown}",
                   entrywise_power(base, constant(other)))
        elif other.is_integer:
            yield ("chain-factor", f"the exponent of {to_text(base)} is {other}, and should be {shown}",
                   matrix_power(base, int(other)))


def _of_function(node: Elementwise) -> Iterator[Wrong]:
    inside, said, name = node.args[0], to_text(node), node.name
    yield "chain-factor", f"{said} was left out", ones(node.rows, node.cols)
    yield "argument", f"{to_text(inside)} stands where {said} belongs", inside
    if node.data == (name,) and len(node.args) == 1:
        yield "chain-factor", f"the derivative of {name} stands for {said}", derivative_of(node)
    if name == "sigmoid":
        flipped = add(ones(node.rows, node.cols), elementwise(name, negate(inside)))
        yield "sign", f"the sign in 1 - {to_text(elementwise(name, negate(inside)))} is flipped", flipped
    for other in SWAPS.get(name, ()):
        yield "chain-factor", f"{other} stands where {name} belongs, in {said}", elementwise(other, inside)
    negative = rebuild(node, (negate(inside), *node.args[1:]))
    if split(negative)[1] is not split(node)[1]:
        yield "argument", f"{to_text(negative)} stands where {said} belongs", negative
