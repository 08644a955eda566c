"""A tensor in writing: vec and Kronecker notation where every term allows it, entries with named letters elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import cycle, islice

from ..language.build import split
from ..language.node import PRINTERS, Add, Constant, Identity, Node, Variable
from .tensor import Axis, Letter, Operand, Tensor, Term

NAMES = "ijklpqrsuvwabcdefgh"
SHORT = 24


def write(form: str, node: Node) -> str:
    """A node by the printer of that name."""
    if form not in PRINTERS:
        import_module("symnorm.wiring")
    return PRINTERS[form](node)


def names_of(tensor: Tensor) -> dict[Letter, str]:
    """A name for each letter: the indices of the result first, then those that are summed."""
    order = [k for axis in tensor.axes for k in axis]
    order += [k for k in range(len(tensor.sizes)) if k not in order]
    used = {v.name for v in (*tensor.free, *tensor.by)}
    letters = [c for c in NAMES if c not in used] or list(NAMES)
    return dict(zip(order, islice(cycle(letters), len(order)), strict=True))


def text(tensor: Tensor, form: str = "text") -> str:
    """dF[i,j]/dX[k,l] = ..., entry by entry, in the dialect of text or of Python."""
    names = names_of(tensor)

    def factor(op: Operand) -> str:
        indices = ",".join(_axis(axis, names) for axis in op.axes)
        if isinstance(op.node, Identity):
            return f"eye[{indices}]"
        written = write(form, op.node)
        return f"{written if isinstance(op.node, Variable) else f'({written})'}[{indices}]"

    def coefficient(node: Node) -> str:
        written = write(form, node)
        return f"({written})" if isinstance(node, Add) else written

    terms = [_joined(t, names, factor, coefficient, "*") for t in tensor.terms] or ["0"]
    return f"{_left(tensor, names, form)} = {_sum(terms)}"


def latex(tensor: Tensor, matrix: Node | None) -> str:
    """The tensor in LaTeX: as the matrix of vec(F) by vec(X) where there is one."""
    if matrix is not None:
        return f"{_vec_left(tensor)} = {write('latex', matrix)}"
    names = names_of(tensor)

    def factor(op: Operand) -> str:
        indices = " ".join(_axis(axis, names) for axis in op.axes)
        if isinstance(op.node, Identity):
            return rf"\delta_{{{indices}}}"
        written = write("latex", op.node)
        base = written if _is_letter(op.node) else rf"\left({written}\right)"
        return f"{base}_{{{indices}}}"

    def coefficient(node: Node) -> str:
        written = write("latex", node)
        return rf"\left({written}\right)" if isinstance(node, Add) else written

    terms = [_joined(t, names, factor, coefficient, r"\,") for t in tensor.terms] or ["0"]
    return f"{_latex_left(tensor, names)} = {_sum(terms)}"


def _axis(axis: Axis, names: dict[Letter, str]) -> str:
    found = "".join(names[k] for k in axis)
    return found if len(axis) == 1 else f"({found})"


def _is_letter(node: Node) -> bool:
    return isinstance(node, Variable) and "_" not in node.name


def _joined(
    term: Term,
    names: dict[Letter, str],
    factor: Callable[[Operand], str],
    coefficient: Callable[[Node], str],
    times: str,
) -> str:
    parts = [factor(op) for op in term.operands]
    number, rest = split(term.coefficient)
    sign = "-" if number == -1 else ""
    if number == -1 or number == 1:
        if not isinstance(rest, Constant):
            parts.insert(0, coefficient(rest))
    else:
        parts.insert(0, coefficient(term.coefficient))
    return sign + (times.join(parts) or "1")


def _sum(terms: list[str]) -> str:
    found = terms[0]
    for term in terms[1:]:
        found += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return found


def _indices(axes: tuple[Axis, ...], names: dict[Letter, str], between: str) -> str:
    return between.join(_axis(axis, names) if axis else "1" for axis in axes)


def _left(tensor: Tensor, names: dict[Letter, str], form: str) -> str:
    """dF[i,j]/dX[k,l], or d2f/dX[i,j]dX[k,l] for the second derivative of a scalar."""
    below = "".join(f"d{v.name}[{_indices(axes, names, ',')}]" if axes else f"d{v.name}" for v, axes in _below(tensor))
    order = len(_below(tensor))
    if tensor.function is not None:
        return f"d{order if order > 1 else ''}f/{below}"
    what = write(form, tensor.of)
    what = what if len(what) <= SHORT else "F"
    what = what if isinstance(tensor.of, Variable) or what == "F" else f"({what})"
    indices = f"[{_indices(tensor.out, names, ',')}]" if tensor.out else ""
    return f"d{order if order > 1 else ''}{what}{indices}/{below}"


def _latex_left(tensor: Tensor, names: dict[Letter, str]) -> str:
    below = r"\,".join(
        rf"\partial {write('latex', v)}" + (f"_{{{_indices(axes, names, ' ')}}}" if axes else "")
        for v, axes in _below(tensor)
    )
    order = len(_below(tensor))
    power = rf"^{{{order}}}" if order > 1 else ""
    if tensor.function is not None:
        return rf"\frac{{\partial{power} f}}{{{below}}}"
    what = write("latex", tensor.of) if isinstance(tensor.of, Variable) else "F"
    indices = f"_{{{_indices(tensor.out, names, ' ')}}}" if tensor.out else ""
    return rf"\frac{{\partial{power} {what}{indices}}}{{{below}}}"


def _below(tensor: Tensor) -> list[tuple[Variable, tuple[Axis, ...]]]:
    """The variables with their axes; for derivatives of a scalar the axes of the result are those of the first."""
    if tensor.function is not None:
        return list(zip(tensor.by, (tensor.out, *tensor.into), strict=True))
    return list(zip(tensor.by, tensor.into, strict=True))


def _vec_left(tensor: Tensor) -> str:
    def stacked(node: Node) -> str:
        written = write("latex", node)
        if len(node.shape) < 2:
            return written
        return (
            rf"\operatorname{{vec}} {written}"
            if isinstance(node, Variable)
            else rf"\operatorname{{vec}}\left({written}\right)"
        )

    def below(v: Variable) -> str:
        found = stacked(v)
        return rf"\partial ({found})^{{\top}}" if len(v.shape) > 1 else rf"\partial {found}^{{\top}}"

    if tensor.function is not None:
        return rf"\frac{{\partial^{{2}} f}}{{\partial {stacked(tensor.by[0])}\,{below(tensor.by[1])}}}"
    return rf"\frac{{\partial {stacked(tensor.of)}}}{{{below(tensor.by[0])}}}"
