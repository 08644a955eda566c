"""Wrong derivatives of functions, powers and norms, at one step of the derivation."""

from __future__ import annotations

from collections.abc import Iterator

from ..engine.sweep import Expansion
from ..language.build import constant, elementwise, entrywise_power, hadamard, mul, value_of
from ..language.node import Node, Norm, Power
from ..rendering.text import to_text

Parts = tuple[tuple[Node, Node], ...]
WrongParts = tuple[str, str, Parts, Node | None]


def wrong_derivatives(step: Expansion) -> Iterator[WrongParts]:
    """The function itself, or one less it, in place of its derivative."""
    node, argument = step.node, step.node.args[0]
    yield ("chain-factor", f"{to_text(node)} stands where its derivative belongs",
           ((argument, hadamard(node, step.adjoint)),), None)


def wrong_powers(step: Expansion) -> Iterator[WrongParts]:
    """k z^(k-1), without the k, without the z^(k-1), or with another power."""
    (argument, _), = step.parts
    exponent = value_of(step.node.args[1])
    if exponent is None or argument is not step.node.args[0]:
        return
    said = to_text(step.node)
    yield "chain-factor", f"the derivative of {said} was left out", ((argument, step.adjoint),), None
    for factor, power in ((exponent, exponent), (1, exponent), (exponent, 0), (exponent, exponent - 2)):
        found = mul(constant(factor), entrywise_power(argument, constant(power)))
        part = mul(found, step.adjoint) if argument.is_scalar else hadamard(found, step.adjoint)
        yield "chain-factor", f"{to_text(found)} stands for the derivative of {said}", ((argument, part),), None


def unscaled(step: Expansion) -> Iterator[WrongParts]:
    """The factor that a norm brings, left out; the norm and its square confused."""
    node = step.node
    norm = node if isinstance(node, Norm) else node.args[0]
    argument, said = norm.args[0], to_text(norm)
    if norm.name in ("2", "fro"):
        whole = mul(step.adjoint, argument)
        yield "chain-factor", f"the factor 1/{said} was left out", ((argument, whole),), None
        yield "chain-factor", f"{said} was taken for its square", ((argument, mul(constant(2), whole)),), None
        unit = mul(step.adjoint, Power._make((), (norm, constant(-1)), norm.rows, norm.cols), argument)
        yield "chain-factor", f"the square of {said} was taken for the norm", ((argument, unit),), None
    if norm.name == "1":
        for other in sorted(argument.free, key=lambda v: v.name):
            if other.rows == argument.rows and other.cols == argument.cols:
                part = mul(step.adjoint, elementwise("sign", other))
                where = f"sign was taken of {to_text(other)} instead of {to_text(argument)}"
                yield "argument", where, ((argument, part),), None
        where = f"{to_text(argument)} stands where its sign belongs"
        yield "argument", where, ((argument, mul(step.adjoint, argument)),), None
