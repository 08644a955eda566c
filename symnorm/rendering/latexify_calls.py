r"""How calls of NumPy and SciPy are written.

A rule that meets a keyword or an argument it does not know writes nothing, and the function is refused:
np.linalg.norm(x, ord=1) is \lVert x\rVert_1, with axis= it is not written.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Args = Sequence[ast.expr]
Named = Mapping[str, ast.expr]


class Host(Protocol):
    """The code generator that a rule writes with."""

    def visit(self, node: ast.AST) -> str: ...

    def tight(self, node: ast.expr) -> str: ...

    def axes_of(self, node: ast.expr) -> int | None: ...

    def chain(self, factors: list[ast.expr]) -> str: ...


@dataclass(frozen=True, slots=True)
class Writer:
    """One rule: the text, or None where it does not apply, and the number of axes of the result."""

    text: Callable[[Host, Args, Named], str | None]
    result: Callable[[Host, Args, Named], int | None]

    def write(self, host: Host, args: Args, named: Named) -> str | None:
        return self.text(host, args, named)

    def axes(self, host: Host, args: Args, named: Named) -> int | None:
        return self.result(host, args, named)


def _same(host: Host, args: Args, named: Named) -> int | None:
    return host.axes_of(args[0]) if args else None


def _widest(host: Host, args: Args, named: Named) -> int | None:
    found = [host.axes_of(a) for a in args]
    known = [f for f in found if f is not None]
    return max(known) if len(known) == len(found) and known else None


def _axes(count: int | None) -> Callable[[Host, Args, Named], int | None]:
    return lambda host, args, named: count


def _pattern(pattern: str, count: int = 1, axes: Any = _same, tight: bool = False) -> Writer:
    """`pattern` with the arguments put in; no keywords."""

    def text(host: Host, args: Args, named: Named) -> str | None:
        if len(args) != count or named:
            return None
        return pattern.format(*((host.tight if tight else host.visit)(a) for a in args))

    return Writer(text, axes)


def _reduction(name: str) -> Writer:
    """A sum, mean, maximum ... of all entries or along one axis."""

    def axis_of(args: Args, named: Named) -> Any:
        if len(args) > 2 or set(named) - {"axis"} or (len(args) == 2 and named):
            return "refused"
        axis = args[1] if len(args) == 2 else named.get("axis")
        if axis is None or (isinstance(axis, ast.Constant) and axis.value is None):
            return None
        return axis.value if isinstance(axis, ast.Constant) and axis.value in (0, 1) else "refused"

    def text(host: Host, args: Args, named: Named) -> str | None:
        axis = axis_of(args, named)
        if axis == "refused":
            return None
        mark = "" if axis is None else rf"_{{\text{{axis }}{axis}}}"
        return rf"\operatorname{{{name}}}{mark}\left({host.visit(args[0])}\right)"

    def axes(host: Host, args: Args, named: Named) -> int | None:
        whole = host.axes_of(args[0]) if args else None
        return 0 if axis_of(args, named) is None else None if whole is None else max(0, whole - 1)

    return Writer(text, axes)


def _norm(host: Host, args: Args, named: Named) -> str | None:
    if not 1 <= len(args) <= 2 or set(named) - {"ord"} or (len(args) == 2 and named):
        return None
    order = args[1] if len(args) == 2 else named.get("ord")
    axes = host.axes_of(args[0])
    value = ast.unparse(order) if order is not None else "None"
    if axes is None and value != "None":
        return None
    vector = {"None": "2", "2": "2", "1": "1", "np.inf": r"\infty", "numpy.inf": r"\infty", "float('inf')": r"\infty"}
    matrix = {"None": "F", "'fro'": "F", "'nuc'": "*", "2": "2", "1": r"1 \to 1", "np.inf": r"\infty \to \infty"}
    mark = {None: {"None": ""}, 1: vector, 2: matrix}.get(axes, {}).get(value)
    if mark is None and axes == 1 and isinstance(order, (ast.Constant, ast.Name)):
        mark = host.visit(order)
    if mark is None:
        return None
    return rf"\left\lVert {host.visit(args[0])}\right\rVert" + (f"_{{{mark}}}" if mark else "")


def _chain(host: Host, args: Args, named: Named) -> str | None:
    """np.dot, np.matmul, x.dot: as with @, and a product where one is a scalar."""
    if len(args) != 2 or named:
        return None
    if 0 in (host.axes_of(args[0]), host.axes_of(args[1])):
        return f"{host.tight(args[0])} {host.tight(args[1])}"
    return host.chain(list(args))


def _chained(host: Host, args: Args, named: Named) -> int | None:
    found = [host.axes_of(a) for a in args]
    if len(found) != 2 or None in found:
        return None
    left, right = found
    assert left is not None and right is not None
    return left + right - 2 if left and right else max(left, right)


def _both_vectors(pattern: str) -> Callable[[Host, Args, Named], str | None]:
    def text(host: Host, args: Args, named: Named) -> str | None:
        if len(args) != 2 or named or [host.axes_of(a) for a in args] != [1, 1]:
            return None
        return pattern.format(*(host.tight(a) for a in args))

    return text


def _where(host: Host, args: Args, named: Named) -> str | None:
    if len(args) != 3 or named:
        return None
    condition, yes, no = (host.visit(a) for a in args)
    return (rf"\left\{{\begin{{array}}{{ll}} {yes}, & \mathrm{{if}} \ {condition} \\ {no}, & \mathrm{{otherwise}} "
            r"\end{array}\right.")


def _sized(symbol: str, axes: int | None = None) -> Writer:
    """ones, zeros, eye: the sizes are left to the context."""

    def text(host: Host, args: Args, named: Named) -> str | None:
        return symbol if len(args) == 1 and not set(named) - {"dtype"} else None

    def count(host: Host, args: Args, named: Named) -> int | None:
        return axes if axes is not None else len(args[0].elts) if args and isinstance(args[0], ast.Tuple) else 1

    return Writer(text, count)


def _transposed(host: Host, args: Args, named: Named) -> str | None:
    if len(args) != 1 or named:
        return None
    return host.visit(args[0]) if host.axes_of(args[0]) == 1 else rf"{host.tight(args[0])}^{{\top}}"


def _call(name: str) -> str:
    """A pattern of a function whose name LaTeX does not know."""
    return r"\operatorname{{" + name + r"}}\left({0}\right)"


def _command(name: str) -> str:
    return rf"\{name}\left({{0}}\right)"


_SUM, _MEAN, _PROD = _reduction("sum"), _reduction("mean"), _reduction("prod")
_MAX, _MIN = _reduction("max"), _reduction("min")
_TRACE = _pattern(_call("tr"), axes=_axes(0))
_DOT, _INSIDE = Writer(_chain, _chained), _pattern("{0}")
_ABS = _pattern(r"\left|{0}\right|")

CALLS: dict[str, Writer] = {
    **{name: _pattern(_command(name)) for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: _pattern(_call(name)) for name in ("sign", "arctan", "arcsin", "arccos", "softmax", "log2", "log10")},
    "special.softmax": _pattern(_call("softmax")),
    "sqrt": _pattern(r"\sqrt{{{0}}}"), "square": _pattern(r"{0}^{{\circ 2}}", tight=True),
    "abs": _ABS, "absolute": _ABS, "fabs": _ABS, "builtin.abs": _ABS,
    "log1p": _pattern(r"\log\left(1 + {0}\right)"), "expm1": _pattern(r"\left(\exp\left({0}\right) - 1\right)"),
    "logaddexp": _pattern(r"\log\left(e^{{{0}}} + e^{{{1}}}\right)", 2, _widest),
    "maximum": _pattern(r"\max\left({0}, {1}\right)", 2, _widest),
    "minimum": _pattern(r"\min\left({0}, {1}\right)", 2, _widest),
    "multiply": _pattern(r"{0} \odot {1}", 2, _widest, tight=True),
    "special.expit": _pattern(r"\sigma\left({0}\right)"), "expit": _pattern(r"\sigma\left({0}\right)"),
    "special.logsumexp": _pattern(_call("logsumexp"), axes=_axes(0)),
    "logsumexp": _pattern(_call("logsumexp"), axes=_axes(0)),
    "sum": _SUM, "mean": _MEAN, "prod": _PROD, "max": _MAX, "min": _MIN, "amax": _MAX, "amin": _MIN,
    "builtin.sum": _pattern(_call("sum"), axes=_axes(0)), "builtin.max": _pattern(_call("max"), axes=_axes(0)),
    "builtin.min": _pattern(_call("min"), axes=_axes(0)),
    "builtin.len": _pattern(_call("len"), axes=_axes(0)), "builtin.float": _pattern("{0}", axes=_axes(0)),
    "trace": _TRACE, "dot": _DOT, "matmul": _DOT, "transpose": Writer(_transposed, _same),
    "outer": Writer(_both_vectors(r"{0} {1}^{{\top}}"), _axes(2)),
    "inner": Writer(_both_vectors(r"{0}^{{\top}} {1}"), _axes(0)),
    "vdot": Writer(_both_vectors(r"{0}^{{\top}} {1}"), _axes(0)),
    "kron": _pattern(r"{0} \otimes {1}", 2, _widest, tight=True),
    "diag": Writer(_pattern(_call("diag")).text, lambda h, a, n: {1: 2, 2: 1}.get(_same(h, a, n) or 0)),
    "where": Writer(_where, lambda h, a, n: _widest(h, a[1:], n)),
    "eye": _sized("I", 2), "identity": _sized("I", 2), "ones": _sized(r"\mathbf{1}"), "zeros": _sized(r"\mathbf{0}"),
    "ones_like": Writer(_sized(r"\mathbf{1}").text, _same), "zeros_like": Writer(_sized(r"\mathbf{0}").text, _same),
    "asarray": _INSIDE, "array": _INSIDE, "copy": _INSIDE, "float64": _INSIDE,
    "linalg.norm": Writer(_norm, _axes(0)),
    "linalg.det": _pattern(r"\det\left({0}\right)", axes=_axes(0)),
    "linalg.inv": _pattern(r"{0}^{{-1}}", tight=True), "linalg.pinv": _pattern(r"{0}^{{+}}", tight=True),
    "linalg.solve": _pattern(r"{0}^{{-1}} {1}", 2, lambda h, a, n: h.axes_of(a[1]), tight=True),
    "linalg.matrix_power": _pattern(r"{0}^{{{1}}}", 2, tight=True),
}
METHODS: dict[str, Writer] = {
    "sum": _SUM, "mean": _MEAN, "prod": _PROD, "max": _MAX, "min": _MIN, "trace": _TRACE, "dot": _DOT,
    "transpose": Writer(_transposed, _same), "copy": _INSIDE,
}
