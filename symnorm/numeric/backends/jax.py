"""JAX: the forms of NumPy in `jax.numpy`, nothing in place, factorisations from `jax_kernels`; runs under `jax.jit`."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ..value import Value
from .backend import ATOM, PRODUCT, SIGN, SUM, Backend, Form, Writer, on_diagonal
from .numpy import FORMS as NUMPY_FORMS
from .numpy import KERNELS, MATRIX, MEASURES, SPECIAL


def _translated(form: Form | Writer) -> Form | Writer:
    if isinstance(form, Form):
        return Form(form.pattern.replace("np.", "jnp."), form.level, form.needs)
    writer = form

    def write(value: Value) -> Form:
        found = writer(value)
        return Form(found.pattern.replace("np.", "jnp."), found.level, found.needs)
    return write


def _add_diagonal(value: Value) -> Form:
    n = value.shape[0]
    if value.args[1].shape:
        return Form("{0} + jnp.diag({1})", SUM, (SUM, 0))
    return Form(f"{{0}} + {{1}} * jnp.eye({n}, dtype=jnp.{{dtype}})", SUM, (SUM, ATOM))


def array(value: Any) -> Any:
    """The value as an array of JAX; integers become floats."""
    found = jnp.asarray(value)
    return found if jnp.issubdtype(found.dtype, jnp.floating) else found.astype(float)


FORMS: dict[str, Form | Writer] = {name: _translated(form) for name, form in NUMPY_FORMS.items()}
FORMS |= {"or_one": Form("or_one({0})"), "matmul": Form("{0} @ {1}", PRODUCT, (PRODUCT, SIGN)),
          "add_diagonal": _add_diagonal, "on_diagonal": on_diagonal("jnp.eye({n}, dtype=jnp.{{dtype}})"),
           "packed": Form("{0}", 0)}

JAX = Backend("jax", "import jax.numpy as jnp", FORMS,
              dict.fromkeys(f"{KERNELS} {MEASURES} {SPECIAL} {MATRIX}".split(), "symnorm.numeric.backends.jax_kernels"),
              test='getattr({name}, "shape", None) == {shape} and {name}.dtype == {dtype}',
              scalar_test='getattr({name}, "shape", None) == ()', kinds=(np.dtype, None), array=array)
