"""PyTorch: how instructions are written there; gradients flow through, results are tensors."""

from __future__ import annotations

from typing import Any

import torch

from ..value import Value
from .backend import ATOM, PRODUCT, SIGN, SUM, Backend, Form, Writer, method, on_diagonal
from .numpy import FORMS as NUMPY_FORMS
from .numpy import KERNELS, MATRIX, MEASURES, SPECIAL, UFUNCS, diagonal_letters

OWN = "maximum minimum heaviside"


def _full(value: Value) -> Form:
    if value.args[0].shape:
        return Form(f"torch.broadcast_to({{0}}, {value.shape})")
    if value.args[0].number is not None:
        return Form(f"torch.full({value.shape}, {{0}}, dtype=torch.{{dtype}}, device={{device}})")
    return Form(f"{{0}}.expand{value.shape}", ATOM, (ATOM,))


def _add_diagonal(value: Value) -> Form:
    if value.args[1].shape:
        return Form("{0} + torch.diag({1})", SUM, (SUM, 0))
    eye = f"torch.eye({value.shape[0]}, dtype=torch.{{dtype}}, device={{device}})"
    return Form(f"{{0}} + {{1}} * {eye}", SUM, (SUM, ATOM))


def _axes(value: Value) -> Form:
    order = [k for k in value.data if k is not None]
    turned = "" if order == sorted(order) else f".permute{tuple(order)}"
    new = ", ".join("None" if k is None else ":" for k in value.data)
    return method(turned + (f"[{new}]" if None in value.data else ""))


def array(value: Any) -> Any:
    """The value as a tensor; numbers and integers become float64."""
    if isinstance(value, torch.Tensor):
        return value if value.is_floating_point() else value.to(torch.float64)
    found = torch.as_tensor(value, dtype=torch.float64 if isinstance(value, (int, float, list, tuple)) else None)
    return found if found.is_floating_point() else found.to(torch.float64)


FORMS: dict[str, Form | Writer] = NUMPY_FORMS | {name: Form(f"torch.{name}({{0}})") for name in UFUNCS.split()} | {
    name: Form(f"{name}({{0}}, {{1}})") for name in OWN.split()} | {
    "or_one": Form("or_one({0})"),
    "full": _full, "matmul": Form("{0} @ {1}", PRODUCT, (PRODUCT, SIGN)), "square": Form("{0} ** 2", SIGN, (ATOM,)),
    "axes": _axes, "packed": Form("{0}", 0),
    "on_diagonal": on_diagonal("torch.eye({n}, dtype=torch.{{dtype}}, device={{device}})"),
    "add_diagonal": _add_diagonal, "diag": Form("torch.diag({0})"),
    "eye": lambda v: Form(f"torch.eye({v.shape[0]}, dtype=torch.{{dtype}}, device={{device}})"),
    "array": lambda v: Form(f"torch.tensor({v.data[0]!r}, dtype=torch.{{dtype}}, device={{device}})"),
    "axis_max": lambda v: method(f".amax(dim={v.data[0]})"),
    "inner": Form("({0} * {1}).sum()", ATOM, (PRODUCT, PRODUCT + 1)),
    "inner_turned": Form('torch.einsum("ij,ji->", {0}, {1})'), "row_dots": Form('torch.einsum("ij,ij->i", {0}, {1})'),
    "diagonals": lambda v: Form(f'torch.einsum("{diagonal_letters(v.data[0])}", {{0}})'),
    "einsum": lambda v: Form(f'torch.einsum("{v.data[0]}", {{0}}, {{1}})'),
    "matrix_power": lambda v: Form(f"torch.linalg.matrix_power({{0}}, {v.data[0]})"),
    "equal": Form("({0} == {1}).to(torch.{dtype})", ATOM, (SUM, SUM)),
    "less": Form("({0} < {1}).to(torch.{dtype})", ATOM, (SUM, SUM)),
    "svd": Form("torch.linalg.svd({0}, full_matrices=False)"), "singular": Form("torch.linalg.svdvals({0})"),
}

TORCH = Backend("torch", "import torch", FORMS,
                dict.fromkeys(f"{KERNELS} {MEASURES} {OWN} {SPECIAL} {MATRIX}".split(),
                              "symnorm.numeric.backends.torch_kernels"),
                test='getattr({name}, "shape", None) == {shape} and {name}.dtype is {dtype}',
                scalar_test='getattr({name}, "shape", None) == () and {name}.dtype is {dtype}',
                kinds=(lambda name: getattr(torch, name), None), copy=".clone()", array=array)
