"""NumPy: how instructions are written. Factorisations come from `symnorm.numeric.kernels`, norms from `measures`."""

from __future__ import annotations

from string import ascii_lowercase

import numpy as np

from ..reuse import COPIED
from ..value import Value
from .backend import ATOM, PRODUCT, SIGN, SUM, Backend, Form, Writer, infix, method

UFUNCS = ("exp log sin cos tan arcsin arccos arctan sinh cosh tanh abs sign sqrt log1p expm1 maximum minimum heaviside")
KERNELS = ("cholesky cholesky_solve cholesky_inverse cholesky_logdet cholesky_det lu lu_solve lu_inverse lu_logdet "
           "lu_det symmetric symmetric_solve symmetric_inverse symmetric_logdet symmetric_det "
           "triangle triangle_solve triangle_inverse triangle_logdet triangle_det")
SMALL = 10_000
"""Multiplications of a product of matrices that is small."""
MEASURES = "norm_2 norm_p or_one svd singular_values gap_inverse sylvester"


MATRIX = "eigh eigengap pinv expm"
SPECIAL = "erf lgamma digamma trigamma"


def _call(name: str, count: int = 1) -> Form:
    return Form(f"{name}({', '.join(f'{{{i}}}' for i in range(count))})")


def _expand(value: Value) -> Form:
    return method("[:, None]" if value.data[0] == 1 else "[None, :]")


def _matmul(value: Value) -> Form:
    """The method, whose calls cost less, where the product is small."""
    a, b = value.args
    one = len(a.shape) == 1 or len(b.shape) == 1
    small = value.size * a.shape[-1] <= SMALL and len(value.shape) < 3
    if one or small:
        return Form("{0}.dot({1})", ATOM, (ATOM, 0))
    return Form("{0} @ {1}", PRODUCT, (PRODUCT, SIGN))


def _inner_turned(value: Value) -> Form:
    """Of large matrices without a copy of the transpose."""
    small = value.args[0].size <= COPIED
    return Form("np.vdot({0}.T, {1})", ATOM, (ATOM, 0)) if small else Form('np.einsum("ij,ji->", {0}, {1})')


def _multiply(value: Value) -> Form:
    return Form('np.multiply({0}, {1}, order="C")') if value.data else infix("*", PRODUCT)


def _axes(value: Value) -> Form:
    """Axes in another order, then new ones where None stands."""
    order = [k for k in value.data if k is not None]
    turned = "" if order == sorted(order) else ".T" if order == [1, 0] else f".transpose{tuple(order)}"
    new = ", ".join("None" if k is None else ":" for k in value.data)
    return method(turned + (f"[{new}]" if None in value.data else ""))


def _tile(value: Value) -> Form:
    index = ", ".join([":"] * (len(value.shape) - 1) + ["None", ":"])
    return method(f"[{index}].repeat({value.data[0]}, axis=-2).reshape{value.shape}")


def _full(value: Value) -> Form:
    if value.args[0].shape:
        return Form(f"np.broadcast_to({{0}}, {value.shape})")
    name = {0.0: "zeros", 1.0: "ones"}.get(value.args[0].number)  # type: ignore[arg-type]
    if name is not None:
        return Form(f"np.{name}({value.shape}{{typed}})")
    return Form(f"np.full({value.shape}, {{0}}, dtype=np.{{dtype}})")


def diagonal_letters(places: tuple[int, ...]) -> str:
    """The subscripts that keep one axis for each number: iikk->ik."""
    names = "".join(ascii_lowercase[k] for k in places)
    return f"{names}->{''.join(sorted(set(names)))}"


def _kron(value: Value) -> Form:
    return Form(f"({{0}}[:, None, :, None] * {{1}}[None, :, None, :]).reshape{value.shape}", ATOM, (ATOM, ATOM))


def _commutation(value: Value) -> Form:
    """The rows of the identity in the order in which vec(A) becomes vec(A')."""
    m, n = value.data
    return Form(f"np.eye({m * n}, dtype=np.{{dtype}})[np.arange({m * n}).reshape({n}, {m}).T.ravel()]")


def _comparison(sign: str) -> Writer:
    def write(value: Value) -> Form:
        return Form(f"np.where({{0}} {sign} {{1}}, np.{{dtype}}(1), np.{{dtype}}(0))", ATOM, (SUM, SUM))
    return write


def _of_factor(what: str) -> Writer:
    def write(value: Value) -> Form:
        return _call(f"{value.args[0].op}_{what}")
    return write


def _solve(value: Value) -> Form:
    kind = value.args[0].op
    if kind in ("cholesky", "symmetric"):
        return Form(f"{kind}_solve({{0}}, {{1}})")
    return Form(f"{kind}_solve({{0}}, {{1}}{', transposed=True' if value.data[0] else ''})")


FORMS: dict[str, Form | Writer] = {
    "add": infix("+", SUM), "subtract": infix("-", SUM), "multiply": _multiply, "divide": infix("/", PRODUCT),
    "matmul": _matmul, "negate": Form("-{0}", SIGN, (SIGN,)),
    "power": Form("{0} ** {1}", SIGN, (ATOM, ATOM)), "square": _call("np.square"),
    "transpose": method(".T"), "row": method("[0]"), "as_row": method("[None, :]"), "expand": _expand,
    "axes": _axes, "repeat": lambda v: method(f".repeat({v.data[0]}, axis=-1)"), "tile": _tile,
    "contiguous": _call("np.ascontiguousarray"), "packed": Form('np.array({0}, order="C")'),
    "reshape": lambda v: method(f".reshape({', '.join(map(str, v.shape)) or '()'})"),
    "full": _full, "eye": lambda v: Form(f"np.eye({v.shape[0]}, dtype=np.{{dtype}})"),
    "array": lambda v: Form(f"np.array({v.data[0]!r}, dtype=np.{{dtype}})"),
    "diag": _call("np.diag"), "tril": _call("np.tril"), "commutation": _commutation,
    "diagonal": method(".diagonal()"), "trace": method(".trace()"),
    "sum": method(".sum()"), "axis_sum": lambda v: method(f".sum(axis={v.data[0]})"),
    "max": method(".max()"), "axis_max": lambda v: method(f".max(axis={v.data[0]})"),
    "inner": _call("np.vdot", 2), "inner_turned": _inner_turned,
    "row_dots": Form('np.einsum("ij,ij->i", {0}, {1})'),
    "diagonals": lambda v: Form(f'np.einsum("{diagonal_letters(v.data[0])}", {{0}})'),
    "einsum": lambda v: Form(f'np.einsum("{v.data[0]}", {{0}}, {{1}})'),
    "kron": _kron, "matrix_power": lambda v: Form(f"np.linalg.matrix_power({{0}}, {v.data[0]})"),
    "equal": _comparison("=="), "less": _comparison("<"), "largest_exponent": Form("{largest}"),
    "triangle": lambda v: Form(f"triangle({{0}}, lower={v.data[0]})"),
    "cholesky": _call("cholesky"), "lu": _call("lu"), "symmetric": _call("symmetric"),
    "norm_2": _call("norm_2"), "norm_p": _call("norm_p", 2),
    "or_one": lambda v: _call("or_one") if v.shape else Form("({0} or 1.0)", ATOM),
    "solve": _solve, "inverse": _of_factor("inverse"), "logdet": _of_factor("logdet"), "det": _of_factor("det"),
    "svd": _call("svd"), "singular": _call("singular_values"),
    "polar": Form("{0}[0] @ {0}[2]", PRODUCT, (ATOM,)),
    "leading": Form("{0}[0][:, :1] * {0}[2][0]", PRODUCT, (ATOM,)),
    "first_left": method("[0][:, 0]"), "first_right": method("[2][0]"), "sylvester": _call("sylvester", 2),
    "gap_inverse": lambda v: Form(f"gap_inverse({{0}}, {{1}}{', of_transpose=True' if v.data[0] else ''})"),
    "eigh": _call("eigh"), "pinv": _call("pinv"), "expm": _call("expm"),
    "eigenvalue": lambda v: method(f"[0][{v.data[0]}]"), "eigenvector": lambda v: method(f"[1][:, {v.data[0]}]"),
    "eigengap": lambda v: Form(f"eigengap({{0}}, {v.data[0]})"),
    **{name: Form(f"{name}({{0}})") for name in SPECIAL.split()},
    "sum_singular": lambda v: method("[1].sum()" if v.args[0].op == "svd" else ".sum()"),
    "first_singular": lambda v: method("[1][0]" if v.args[0].op == "svd" else "[0]"),
    "applied": lambda v: _call(v.data[1], len(v.args)),
}
FORMS |= {name: _call(f"np.{name}", 2 if name in ("maximum", "minimum", "heaviside") else 1) for name in UFUNCS.split()}

NUMPY = Backend("numpy", "import numpy as np", FORMS, dict.fromkeys(KERNELS.split(), "symnorm.numeric.kernels")
                | dict.fromkeys(MEASURES.split(), "symnorm.numeric.measures")
                | dict.fromkeys(MATRIX.split(), "symnorm.numeric.matrix_functions")
                | dict.fromkeys(SPECIAL.split(), "symnorm.numeric.special"),
                in_place=True, float_scalars=True, copy=".copy()",
                test="type({name}) is ndarray and {name}.dtype is {dtype} and {name}.shape == {shape}",
                kinds=(np.dtype, np.ndarray))
