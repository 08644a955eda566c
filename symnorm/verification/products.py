"""Claims of products: H v, J v and J'u as functions of two arguments, turned into the matrix that they multiply by.

    hvp(x, v)   the Hessian times v        v and the result have the shape of x
    jvp(x, v)   the Jacobian times v       v has the shape of x, the result that of f(x)
    vjp(x, u)   u times the Jacobian       u has the shape of f(x), the result that of x

Such a claim is linear in its second argument; asked along each unit vector it gives the matrix, which is then compared
as any Jacobian or Hessian is. Beyond `WIDE` entries of x, f and the claim are compared along a random subspace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnorm.verification.contract import Broken, Function, numbers
from symnorm.verification.sampling import scales

Array = NDArray[np.float64]
Shape = tuple[int, ...]
PRODUCTS = {"hvp": "hessian", "jvp": "jacobian", "vjp": "jacobian"}
KINDS = ("gradient", "jacobian", "hessian", *PRODUCTS)
WIDE, SUBSPACE = 64, 24


@dataclass(frozen=True, slots=True)
class Product:
    """A claimed product as a function of x alone: the matrix, shape out + into or into + into."""

    fun: Callable[[Any, Any], Any]
    kind: str
    f: Function

    def __call__(self, x: Any) -> Array:
        into, out = self.f.shape, self.f.out
        given, result = (out, into) if self.kind == "vjp" else (into, into if self.kind == "hvp" else out)
        units = np.eye(prod(given)).reshape(-1, *given)
        rows = [self.times(x, unit, result) for unit in units]
        self._linear(x, units, rows, result)
        if self.kind == "vjp":
            return np.array(rows).reshape(out + into)
        return np.moveaxis(np.array(rows).reshape(prod(given), *result), 0, -1).reshape(result + into)

    def times(self, x: Any, v: Array, shape: Shape) -> Array:
        """The claim along v, its shape checked; a scalar goes in as a float."""
        point, way = (np.array(a) if np.ndim(a) else float(a) for a in (x, v))
        value, _ = numbers(self.fun(point, way), "the claim")
        if np.any(point != x) or np.any(way != v):
            raise Broken("the claim writes into its argument", "mutates")
        if value.shape != shape and not (value.size == prod(shape) == 1):
            raise Broken(f"the claim along a vector of shape {np.shape(v)} has shape {value.shape}; it must be {shape}",
                         "shape")
        return value.reshape(shape)

    def _linear(self, x: Any, units: Array, rows: list[Array], shape: Shape) -> None:
        """A product is linear in its vector: the sum of all columns is the product with the sum of all units."""
        weights = np.where(np.arange(len(units)) % 2, -0.75, 1.5)
        mixed = np.asarray(np.tensordot(weights, units, 1))
        want = np.asarray(np.tensordot(weights, np.array(rows), 1)).reshape(shape)
        found = self.times(x, mixed, shape)
        size = np.asarray(np.tensordot(np.abs(weights), np.abs(np.array(rows)), 1)).reshape(shape)
        grain = 1e-6 if np.all(found.astype(np.float32) == found) else 1e-9
        if not np.all(np.abs(found - want) <= grain * np.maximum(size, np.max(size, initial=0.0) * 1e-3)):
            raise Broken("the claim is not linear in its second argument")


def narrowed(f: Callable[[Any], Any], claim: Callable[[Any, Any], Any], kind: str, x: Array,
             seed: int) -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any], Array]:
    """f, the claim and the point on a random subspace x + B z, for an x with many entries: B'HB, JB and B'J'u."""
    rng = np.random.default_rng([seed, x.size])
    basis = rng.choice([-1.0, 1.0], size=(x.size, SUBSPACE)) * scales(x.ravel())[:, None] / 4
    basis *= rng.random(basis.shape) < 0.5

    def at(z: Array) -> Array:
        return x + (basis @ z).reshape(x.shape)

    def product(z: Array, v: Array) -> Array:
        value = claim(at(z), v if kind == "vjp" else (basis @ v).reshape(x.shape))
        if kind == "jvp":
            return value
        flat, _ = numbers(value, "the claim")
        if flat.shape != x.shape:
            raise Broken(f"the claim has shape {flat.shape}; it must be {x.shape}", "shape")
        return np.asarray(basis.T @ flat.ravel())

    return lambda z: f(at(z)), product, np.zeros(SUBSPACE)
