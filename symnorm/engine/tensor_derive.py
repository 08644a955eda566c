"""Derivatives as tensors: by one variable, and again.

D F[out, in] is the linear form of dF, read letter by letter; a further derivative goes through the operands one at a
time.
"""

from __future__ import annotations

from dataclasses import replace

from ..errors import NoClosedForm
from ..language.build import UNIT, identity, matmul
from ..language.node import Node, Variable
from ..shapes import ONE
from .forward import Forms, forms_below
from .identify import RightFactors
from .sweep import differential
from .tensor import Axis, Tensor, Term, axes_of, both, collected, operand
from .tensor_eliminate import eliminate
from .tensor_matrix import matrix_of
from .tensor_read import Reader, Terms, delta, times


def derivative(F: Node, x: Variable, forms: Forms | None = None) -> Tensor:
    """The derivative of F by x: an array with the axes of F, then those of x."""
    found = forms_below([F], [x]) if forms is None else forms
    reader = Reader(_no_leaf)
    out, into = axes_of(F, reader.letter), axes_of(x, reader.letter)
    reader.leaf = _leaf(reader, found, x, into)
    terms = _read(reader, differential(F), out)
    return _finished(Tensor(F, (x,), out, (into,), (), tuple(terms), found.conditions), reader)


def again(tensor: Tensor, x: Variable) -> Tensor:
    """The derivative of a tensor by x: its axes, then those of x."""
    forms = forms_below(tensor.nodes, [x])
    reader = Reader(_no_leaf, list(tensor.sizes))
    into = axes_of(x, reader.letter)
    reader.leaf = _leaf(reader, forms, x, into)
    terms: Terms = []
    for term in tensor.terms:
        terms += _of_term(reader, term, x)
    conditions = (*tensor.conditions, *(c for c in forms.conditions if c not in tensor.conditions))
    return _finished(
        replace(tensor, by=(*tensor.by, x), into=(*tensor.into, into), terms=tuple(terms), conditions=conditions),
        reader,
    )


def as_tensor(J: Node, F: Node, x: Variable) -> Tensor:
    """A Jacobian of a vector by a vector in matrix notation, as a tensor."""
    reader = Reader(_no_leaf)
    out, into = axes_of(F, reader.letter), axes_of(x, reader.letter)
    rows, cols = (both(out)[0], both(into)[0])
    return _finished(Tensor(F, (x,), out, (into,), (), (reader.opaque(J, rows, cols),)), reader)


def fallback(factors: RightFactors, form: Node, v: Node | None) -> Node:
    """The right factor of a form (of L v for a vector v) by way of its einsum."""
    reader = Reader(_no_leaf)
    i, k = reader.letter(form.rows if v is not None or form.cols is ONE else form.cols), reader.letter(factors.width)
    reader.leaf = _leaf(reader, factors.forms, factors.x, (k,), factors)
    if v is None:
        terms = reader.read(form, i, ()) if form.cols is ONE else reader.read(form, (), i)
    else:
        q = reader.letter(form.cols)
        terms = times(reader.read(form, i, q), [reader.opaque(v, q, ())], q)
    reduced = collected(eliminate(t, reader.sizes) for t in reader.finished(terms))
    found = matrix_of(reduced, reader.resolved(i), reader.resolved(k), reader.sizes)
    if found is None:
        raise NoClosedForm(f"no matrix notation is known for the derivative by {factors.x} through {form}")
    return found


def _read(reader: Reader, form: Node, out: tuple[Axis, ...]) -> Terms:
    rows, cols = both(out)
    try:
        return reader.read(form, rows, cols)
    except RecursionError:
        raise NoClosedForm(
            "the expression is too deep for its derivative to be written out: ask for jvp or vjp"
        ) from None


def _leaf(reader: Reader, forms: Forms, x: Variable, into: tuple[Axis, ...], factors: RightFactors | None = None):  # type: ignore[no-untyped-def]
    """What d node is in letters: deltas for x itself, the rule of any other node, its J where that is known."""

    def leaf(node: Node, rows: Axis, cols: Axis) -> Terms:
        if node is x:
            in_rows, in_cols = both(into)
            return [Term(UNIT, (*delta(identity(x.rows), rows, in_rows), *delta(identity(x.cols), cols, in_cols)))]
        if node not in forms.forms:
            return []
        if factors is not None and node in factors.known:
            return [Term(UNIT, (operand(factors.known[node], rows + cols, into[0]),))]
        return reader.read(forms.forms[node], rows, cols)

    return leaf


def _no_leaf(node: Node, rows: Axis, cols: Axis) -> Terms:
    raise NoClosedForm(f"the differential of {node} is not known here")


def _of_term(reader: Reader, term: Term, x: Variable) -> Terms:
    """The product rule over the coefficient and the operands."""
    rest = Term(UNIT, term.operands, term.summed)
    found: Terms = []
    if x in term.coefficient.free:
        found += times([rest], reader.read(differential(term.coefficient), (), ()))
    for i, op in enumerate(term.operands):
        if x in op.node.free:
            others = Term(term.coefficient, (*term.operands[:i], *term.operands[i + 1 :]), term.summed)
            rows, cols = both(op.axes)
            found += times([others], reader.read(differential(op.node), rows, cols))
    return found


def _finished(tensor: Tensor, reader: Reader) -> Tensor:
    """Split letters replaced by their groups, summed letters taken out, like terms added."""
    sizes = tuple(reader.sizes)
    terms = collected(eliminate(t, sizes) for t in reader.finished(tensor.terms))
    out = tuple(reader.resolved(a) for a in tensor.out)
    into = tuple(tuple(reader.resolved(a) for a in axes) for axes in tensor.into)
    return replace(tensor, out=out, into=into, sizes=sizes, terms=terms)


__all__ = ["again", "as_tensor", "derivative", "fallback", "matmul"]
