"""The result in the frame: once in names, once written out (or factored) where that is short."""

from __future__ import annotations

from ..language.build import add, matmul, mul, scale, split, zero
from ..language.node import Add, Inner, Inverse, MatMul, Mul, Node, Ones, Transpose, Variable, postorder
from ..language.rebuild import rebuild
from ..simplify.cost import cost
from ..simplify.present import present
from .names import Names
from .terms import Term

FITS = 11
GAIN = 3


def final_form(terms: list[Term], x: Variable) -> Node:
    """G from the last line df = <G, dx>."""
    parts = []
    for t in terms:
        assert t.target is x
        gradient = t.form.args[0] if isinstance(t.form, Inner) else None
        scalars = mul(t.outer, t.coefficient)
        parts.append(scalars if gradient is None else mul(scalars, gradient))
    return add(*parts) if parts else zero(x.rows, x.cols)


def second_form(result: Node, names: Names, presented: Node) -> Node | None:
    """Another form for the frame: factored, or with the names written out; None where there is none that fits."""
    factored = sandwich(result)
    if factored is not None:
        return factored
    whole = frozenset(s for s in names.definitions if names.expand(s) is names.function)
    hidden = [s for s in names.definitions if s in result.free and s not in whole]
    if not hidden:
        return (
            presented
            if cost(presented) <= cost(result) - GAIN and not isinstance(_core(presented), Transpose)
            else None
        )
    for keep in (whole, _all_but_last(names)):
        if not any(s in result.free and s not in keep for s in names.definitions):
            continue
        written = names.expand(result, keep)
        if cost(written) > 4 * FITS:
            continue
        opened = spread(written)
        shown = opened if opened is not written else min((present(written), written), key=cost)
        if cost(shown) <= FITS and shown is not result:
            return shown
    return None


def _core(node: Node) -> Node:
    return node.args[-1] if isinstance(node, Mul) else node


def _all_but_last(names: Names) -> frozenset[Node]:
    """Everything but the name that was given last, and what it stands for."""
    return frozenset(list(names.definitions)[:-1])


def sandwich(node: Node) -> Node | None:
    """c (P M P - k P) as c P (M - k P^-1) P, for an inverse P."""
    scalars, core = (node.args[:-1], node.args[-1]) if isinstance(node, Mul) else ((), node)
    if not isinstance(core, Add):
        return None
    ends = {
        t.args[0]
        for t in core.args
        for t in [split(t)[1]]
        if isinstance(t, MatMul) and len(t.args) >= 3 and t.args[0] is t.args[-1] and isinstance(t.args[0], Inverse)
    }
    if len(ends) != 1:
        return None
    p = ends.pop()
    inside = []
    for t in core.args:
        number, rest = split(t)
        if rest is p:
            inside.append(scale(number, p.args[0]))
        elif isinstance(rest, MatMul) and rest.args[0] is p and rest.args[-1] is p and len(rest.args) >= 3:
            inside.append(scale(number, matmul(*rest.args[1:-1])))
        else:
            return None
    return mul(*scalars, matmul(p, add(*inside), p))


def spread(root: Node) -> Node:
    """(X - m 1') 1 as X 1 - n m: a product with ones multiplied out where ones meet ones."""
    done: dict[Node, Node] = {}
    for node in postorder([root]):
        made = rebuild(node, tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(made, MatMul) and isinstance(made.args[-1], Ones) and isinstance(made.args[-2], Add):
            opened = add(*(matmul(t, made.args[-1]) for t in made.args[-2].args))
            if isinstance(opened, Add) and any(isinstance(split(t)[1], Variable) for t in opened.args):
                made = matmul(*made.args[:-2], opened)
        done[node] = made
    return done[root]
