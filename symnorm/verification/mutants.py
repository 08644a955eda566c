"""Slips, made on purpose: what the gradient would be if one step of the derivation had been done wrong.

Two kinds: a slip at one step of the reverse sweep, carried through to the result, and a slip in the finished formula.
Each mutant says in words where it went wrong; a claim that equals one of them has that slip.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sympy import Integer, Rational

from ..engine.adjoint import read_off
from ..engine.sweep import Expansion, differential_of, pull, sweep
from ..errors import SymnormError
from ..language.build import UNIT, add, constant, elementwise, hadamard, matmul, mul, negate, scale, split, transpose
from ..language.node import (
    Add,
    Elementwise,
    Hadamard,
    Inverse,
    MatMul,
    Mul,
    Node,
    Norm,
    Power,
    Transpose,
    Variable,
    postorder,
)
from ..language.rebuild import rebuild
from ..rules.elementwise import derivative_of

MAX_STEPS = 40
MAX_POSITIONS = 200


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong gradient: the slip in it, and where it is."""

    slip: str
    where: str
    gradient: Node


def mutants(f: Node, wrt: Variable, gradient: Node) -> Iterator[Mutant]:
    """The wrong gradients that one slip leads to, the likeliest slips first."""
    seen = {gradient.key}
    for mutant in (*_of_steps(f, wrt), *_of_formula(gradient)):
        if mutant.gradient.key not in seen and mutant.gradient.rows == wrt.rows and mutant.gradient.cols == wrt.cols:
            seen.add(mutant.gradient.key)
            yield mutant


def _of_steps(f: Node, wrt: Variable) -> Iterator[Mutant]:
    steps = sweep(f, [wrt]).expansions
    if len(steps) > MAX_STEPS:
        return
    for i, step in enumerate(steps):
        for slip, where, parts in _wrong_parts(step):
            try:
                found = pull([(f, UNIT)], [wrt], lambda k, e, i=i, p=parts: replace(e, parts=p) if k == i else e)[0]  # type: ignore[misc]
            except SymnormError:
                continue
            yield Mutant(slip, f"step {i + 1}, {step.rule.name}: {where}", found[wrt])


Parts = tuple[tuple[Node, Node], ...]


def _wrong_parts(step: Expansion) -> Iterator[tuple[str, str, Parts]]:
    """What may be written instead of the contributions of one step."""
    parts, node = step.parts, step.node
    if isinstance(node, MatMul):
        yield from _transposed_factors(step)
    if isinstance(node, Elementwise) and len(parts) == 1:
        argument = parts[0][0]
        yield "chain-factor", f"the derivative of {node.name} was left out", ((argument, step.adjoint),)
        yield from _wrong_arguments(step)
    if isinstance(node, Norm) or (isinstance(node, Power) and isinstance(node.args[0], Norm)):
        yield from _unscaled(step)
    if isinstance(node, Inverse):
        ((argument, part),) = parts
        yield "sign", "the minus of d(X^-1) was lost", ((argument, negate(part)),)
        yield "transpose", "the inverse stands where its transpose belongs", ((argument, transpose(part)),)
    for i, (argument, part) in enumerate(parts):
        others = parts[:i] + parts[i + 1 :]
        if others:
            yield "missing-term", f"the term of d({argument}) was left out", others
            yield (
                "sign",
                f"the sign of the term of d({argument}) was flipped",
                (*parts[:i], (argument, negate(part)), *parts[i + 1 :]),
            )
        for number in (Integer(2), Rational(1, 2)):
            yield (
                "factor",
                f"the term of d({argument}) has the factor {number}",
                (*parts[:i], (argument, scale(number, part)), *parts[i + 1 :]),
            )


def _transposed_factors(step: Expansion) -> Iterator[tuple[str, str, Parts]]:
    """A dx used as A' dx, for each square factor."""
    factors = step.node.args
    for i, factor in enumerate(factors):
        if not factor.is_square or "symmetric" in factor.facts:
            continue
        turned = matmul(*factors[:i], transpose(factor), *factors[i + 1 :])
        parts = _parts_through(turned, step)
        if parts:
            yield "transpose", f"{factor} was used as {transpose(factor)}", parts


def _parts_through(other: Node, step: Expansion) -> Parts:
    """The contributions as if the node had been `other`: the same arguments, the adjoints of the altered product."""
    wanted = {argument for argument, _ in step.parts}
    free = frozenset(v for argument in wanted for v in argument.free)
    try:
        _, form = differential_of(other, free)
        found = tuple((a, p) for a, p in read_off(step.adjoint, form) if a in wanted)
    except SymnormError:
        return ()
    return found


def _wrong_arguments(step: Expansion) -> Iterator[tuple[str, str, Parts]]:
    """sign(x) for sign(r): the derivative taken of another expression of the same shape."""
    node = step.node
    argument = node.args[0]
    for other in postorder([argument]):
        if other is not argument and other.rows == argument.rows and other.cols == argument.cols and other.args != ():
            yield from _with_argument(step, other)
    for variable in sorted(argument.free, key=lambda v: v.name):
        if variable.rows == argument.rows and variable.cols == argument.cols:
            yield from _with_argument(step, variable)


def _with_argument(step: Expansion, other: Node) -> Iterator[tuple[str, str, Parts]]:
    node = step.node
    wrong = elementwise(str(node.data[0]), other, *node.args[1:])
    if isinstance(wrong, Elementwise):
        part = hadamard(derivative_of(wrong), step.adjoint)
        yield "argument", f"the derivative was taken of {other} instead of {node.args[0]}", ((node.args[0], part),)


def _unscaled(step: Expansion) -> Iterator[tuple[str, str, Parts]]:
    """The factor that a norm brings, left out; the norm and its square confused."""
    node = step.node
    norm = node if isinstance(node, Norm) else node.args[0]
    argument = norm.args[0]
    if norm.name in ("2", "fro"):
        whole = mul(step.adjoint, argument)
        yield "chain-factor", f"the factor 1/{norm} was left out", ((argument, whole),)
        yield "chain-factor", f"{norm} was taken for its square", ((argument, mul(constant(2), whole)),)
        unit = mul(step.adjoint, Power._make((), (norm, constant(-1)), norm.rows, norm.cols), argument)
        yield "chain-factor", f"the square of {norm} was taken for the norm", ((argument, unit),)
    if norm.name == "1":
        for other in sorted(argument.free, key=lambda v: v.name):
            if other.rows == argument.rows and other.cols == argument.cols:
                yield (
                    "argument",
                    f"sign was taken of {other} instead of {argument}",
                    ((argument, mul(step.adjoint, elementwise("sign", other))),),
                )
        yield "argument", f"{argument} stands where its sign belongs", ((argument, mul(step.adjoint, argument)),)


def _of_formula(gradient: Node) -> Iterator[Mutant]:
    """One slip anywhere in the formula."""
    nodes = [n for n in postorder([gradient]) if n.args]
    for node in reversed(nodes[-MAX_POSITIONS:]):
        for slip, where, other in _wrong_nodes(node):
            try:
                found = _replaced(gradient, node, other)
            except SymnormError:
                continue
            yield Mutant(slip, where, found)


def _wrong_nodes(node: Node) -> Iterator[tuple[str, str, Node]]:
    if isinstance(node, Transpose) and node.is_square:
        yield "transpose", f"{node.args[0]} stands where {node} belongs", node.args[0]
    if isinstance(node, Add):
        for i, term in enumerate(node.args):
            rest = node.args[:i] + node.args[i + 1 :]
            yield "missing-term", f"the term {term} is missing", add(*rest)
            yield (
                "sign",
                f"the sign of the term {term} is flipped",
                add(*node.args[:i], negate(term), *node.args[i + 1 :]),
            )
            for number in (Integer(2), Rational(1, 2)):
                yield (
                    "factor",
                    f"the term {term} has the factor {number}",
                    add(*node.args[:i], scale(number, term), *node.args[i + 1 :]),
                )
    if isinstance(node, (Hadamard, Mul)):
        for i, factor in enumerate(node.args):
            rest = node.args[:i] + node.args[i + 1 :]
            if split(factor)[1] is UNIT or not rest or rest[-1].rows != node.rows:
                continue
            yield (
                "chain-factor",
                f"the factor {factor} is missing",
                (hadamard if isinstance(node, Hadamard) else mul)(*rest),
            )
    if isinstance(node, MatMul):
        for i, factor in enumerate(node.args):
            rest = node.args[:i] + node.args[i + 1 :]
            if factor.is_square and rest:
                yield "chain-factor", f"the factor {factor} is missing", matmul(*rest)
                yield (
                    "transpose",
                    f"{transpose(factor)} stands where {factor} belongs",
                    matmul(*node.args[:i], transpose(factor), *node.args[i + 1 :]),
                )


def _replaced(root: Node, old: Node, new: Node) -> Node:
    done: dict[Node, Node] = {old: new}
    for node in postorder([root]):
        if node not in done:
            done[node] = rebuild(node, tuple(done[a] for a in node.args)) if node.args else node
    return done[root]
