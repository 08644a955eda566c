"""Slips, made on purpose: what the gradient would be if one step of the derivation had been done wrong.

Three kinds: a slip at one step of the reverse sweep, carried through to the result; a slip in the finished formula
(`misprints`); the right gradient of a function that is slightly another. Each mutant says in words where it went wrong;
a claim that equals one of them has that slip.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from sympy import Integer, Rational

from ..engine.adjoint import read_off
from ..engine.sweep import Expansion, differential_of, pull, sweep
from ..errors import SymnormError
from ..language.build import (
    UNIT,
    add,
    elementwise,
    hadamard,
    matmul,
    negate,
    scale,
    transpose,
)
from ..language.node import (
    Add,
    Elementwise,
    Hadamard,
    Inverse,
    MatMul,
    Mul,
    Node,
    Norm,
    Ones,
    Power,
    Variable,
    postorder,
)
from ..rendering.text import to_text
from ..rules.elementwise import derivative_of
from ..simplify.expand import expand
from .derivative_slips import Parts, WrongParts, unscaled, wrong_derivatives, wrong_powers
from .errata import number_slip
from .misprints import Mutant, exchanged, misprints, replaced

MAX_STEPS = 40
MAX_FUNCTIONS = 40


def mutants(f: Node, wrt: Variable, gradient: Node) -> Iterator[Mutant]:
    """The wrong gradients that one slip leads to in the formula or in f, the likeliest slips first."""
    seen = {gradient.key}
    forms = dict.fromkeys((gradient, *_as_swept(f, wrt), expand(gradient)))
    for mutant in chain(*map(misprints, forms), _of_functions(f, wrt), _of_exchange(f, gradient)):
        found = mutant.gradient
        if found.key not in seen and (found.rows, found.cols) == (gradient.rows, gradient.cols):
            seen.add(found.key)
            yield mutant


def _as_swept(f: Node, wrt: Variable) -> tuple[Node, ...]:
    """The gradient as the chain rule leaves it."""
    return (sweep(f, [wrt]).gradients[wrt],) if f.is_scalar else ()


def _of_exchange(f: Node, gradient: Node) -> Iterator[Mutant]:
    """Another expression of f or of the gradient in place of one."""
    return exchanged(gradient, (*sorted(f.free, key=lambda v: v.name), *postorder([f]), *postorder([gradient])))


def _of_functions(f: Node, wrt: Variable) -> Iterator[Mutant]:
    """The gradient of f with one term lost or of the other sign, or one matrix transposed."""
    for slip, where, node, other in list(_wrong_functions(f, wrt))[:MAX_FUNCTIONS]:
        try:
            altered = replaced(f, node, other)
            if altered.is_scalar:
                yield Mutant(slip, where, sweep(altered, [wrt]).gradients[wrt], node)
        except SymnormError:
            continue


def _wrong_functions(f: Node, wrt: Variable) -> Iterator[tuple[str, str, Node, Node]]:
    for node in postorder([f]):
        if isinstance(node, Add):
            for i, term in enumerate(node.args):
                before, after, said = node.args[:i], node.args[i + 1 :], to_text(term)
                yield "missing-term", f"the term {said} of f is missing", node, add(*before, *after)
                yield "sign", f"the sign of the term {said} of f is flipped", node, add(*before, negate(term), *after)
        elif isinstance(node, MatMul) and any(isinstance(factor, Ones) for factor in node.args):
            for i, factor in enumerate(node.args):
                if factor.is_square and wrt in factor.free:
                    other = matmul(*node.args[:i], transpose(factor), *node.args[i + 1 :])
                    yield "axis", f"{to_text(node)} was taken along the other axis", node, other
        elif isinstance(node, Variable) and node is not wrt and node.is_square and transpose(node) is not node:
            yield "transpose", f"{node.name} was used as {node.name}' everywhere", node, transpose(node)


def of_steps(f: Node, wrt: Variable) -> Iterator[Mutant]:
    """What one slip at one step of the reverse sweep leads to."""
    if not f.is_scalar:
        return
    steps = sweep(f, [wrt]).expansions
    if len(steps) > MAX_STEPS:
        return
    for i, step in enumerate(steps):
        for slip, where, parts, used in _wrong_parts(step):
            try:
                found = pull([(f, UNIT)], [wrt], lambda k, e, i=i, p=parts: replace(e, parts=p) if k == i else e)[0]  # type: ignore[misc]
            except SymnormError:
                continue
            yield Mutant(slip, where, found[wrt], step.node, used)


def _wrong_parts(step: Expansion) -> Iterator[WrongParts]:
    """What may be written instead of the contributions of one step."""
    parts, node = step.parts, step.node
    if isinstance(node, MatMul):
        yield from _transposed_factors(step)
    if isinstance(node, Elementwise) and len(parts) == 1:
        argument = parts[0][0]
        yield "chain-factor", f"the derivative of {node.name} was left out", ((argument, step.adjoint),), None
        yield from _wrong_arguments(step)
        yield from wrong_derivatives(step)
    if isinstance(node, Power) and len(parts) == 1:
        yield from wrong_powers(step)
    if isinstance(node, Norm) or (isinstance(node, Power) and isinstance(node.args[0], Norm)):
        yield from unscaled(step)
    if isinstance(node, Inverse):
        ((argument, part),) = parts
        yield "sign", "the minus of d(X^-1) was lost", ((argument, negate(part)),), None
        yield "transpose", "the inverse stands where its transpose belongs", ((argument, transpose(part)),), None
        yield "chain-factor", "the inverses around d(X^-1) were left out", ((argument, negate(step.adjoint)),), None
        yield "chain-factor", "d(X^-1) was taken for dX", ((argument, step.adjoint),), None
        for side in (matmul(step.adjoint, transpose(node)), matmul(transpose(node), step.adjoint)):
            yield "chain-factor", "one inverse around d(X^-1) was left out", ((argument, negate(side)),), None
    for i, (argument, part) in enumerate(parts):
        if isinstance(node, (Hadamard, Mul)) and (part.rows, part.cols) == (step.adjoint.rows, step.adjoint.cols):
            without = (*parts[:i], (argument, step.adjoint), *parts[i + 1 :])
            beside = [a for a in node.args if a is not argument]
            slip = number_slip(beside[0], node) if len(beside) == 1 else "chain-factor"
            yield slip, f"the factors beside d({to_text(argument)}) were left out", without, None
        others, said = parts[:i] + parts[i + 1 :], f"the term of d({to_text(argument)})"
        if others:
            flipped = (*parts[:i], (argument, negate(part)), *parts[i + 1 :])
            if any(_twins((argument, part), other) for other in others):
                yield "factor", f"{said} was left out, which is one half", others, None
            else:
                yield "missing-term", f"{said} was left out", others, None
                yield "sign", f"the sign of {said} was flipped", flipped, None
        for number in (Integer(2), Rational(1, 2)):
            scaled = (*parts[:i], (argument, scale(number, part)), *parts[i + 1 :])
            yield "factor", f"{said} has the factor {number}", scaled, None


def _twins(one: tuple[Node, Node], other: tuple[Node, Node]) -> bool:
    """x and x' in x'x: each brings one half."""
    (a, p), (b, q) = one, other
    return (a.key == b.key and p.key == q.key) or (a.key == transpose(b).key and p.key == transpose(q).key)


def _transposed_factors(step: Expansion) -> Iterator[WrongParts]:
    """A dx used as A' dx, for each square factor."""
    factors = step.node.args
    for i, factor in enumerate(factors):
        if not factor.is_square or "symmetric" in factor.facts:
            continue
        turned = matmul(*factors[:i], transpose(factor), *factors[i + 1 :])
        parts, form = _parts_through(turned, step)
        if parts:
            yield "transpose", f"{to_text(factor)} was used as {to_text(transpose(factor))}", parts, form


def _parts_through(other: Node, step: Expansion) -> tuple[Parts, Node | None]:
    """The contributions as if the node had been `other`: the same arguments, the adjoints of the altered product."""
    wanted = {argument for argument, _ in step.parts}
    free = frozenset(v for argument in wanted for v in argument.free)
    try:
        _, form = differential_of(other, free)
        return tuple((a, p) for a, p in read_off(step.adjoint, form) if a in wanted), form
    except SymnormError:
        return (), None


def _wrong_arguments(step: Expansion) -> Iterator[WrongParts]:
    """sign(x) for sign(r): the derivative taken of another expression of the same shape."""
    argument = step.node.args[0]
    for other in postorder([argument]):
        if other is not argument and other.rows == argument.rows and other.cols == argument.cols and other.args != ():
            yield from _with_argument(step, other)
    if not argument.is_scalar:
        yield from _with_argument(step, negate(argument))
    for variable in sorted(argument.free, key=lambda v: v.name):
        if variable.rows == argument.rows and variable.cols == argument.cols:
            yield from _with_argument(step, variable)


def _with_argument(step: Expansion, other: Node) -> Iterator[WrongParts]:
    node = step.node
    wrong = elementwise(str(node.data[0]), other, *node.args[1:])
    if isinstance(wrong, Elementwise):
        part = hadamard(derivative_of(wrong), step.adjoint)
        where = f"the derivative was taken of {to_text(other)} instead of {to_text(node.args[0])}"
        yield "argument", where, ((node.args[0], part),), None
