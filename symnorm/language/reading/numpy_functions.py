"""What NumPy's functions do to traced values; every keyword is handled or refused by Python itself."""

from __future__ import annotations

from math import inf
from typing import Any, NamedTuple

from ...shapes import ONE
from .. import functions as fn
from ..build import (
    constant,
    diag,
    diagonal,
    entrywise_power,
    kron,
    matmul,
    matrix_power,
    ones,
    sum_all,
    transpose,
    zero,
)
from ..composed import var as spread
from ..eigen import pinv
from .broadcast import flat, reshaped
from .numpy_einsum import contracted
from .numpy_ufuncs import minus, over, plus, product, times
from .traced import FUNCTIONS, UFUNCS, Traced, refused, traced


class SignLogDet(NamedTuple):
    """What slogdet returns."""

    sign: Any
    logabsdet: Traced


def total(
    x: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **others: Any
) -> Traced:
    value = traced(x)
    if out is not None or others:
        raise refused("np.sum with out=, where= or initial=")
    return _along(value, axis, keepdims)


def _along(value: Traced, axis: Any, keepdims: bool) -> Traced:
    """The sum over an axis, by products with ones."""
    node = value.node
    if axis in ((0, 1), (1, 0), (-1, -2), (-2, -1)) and value.ndim == 2:
        axis = None
    if axis is None or (value.ndim == 1 and axis in (0, -1)) or value.ndim == 0:
        return Traced(sum_all(node), value.ndim if keepdims else 0)
    if value.ndim != 2 or axis not in (0, 1, -1, -2):
        raise refused(f"axis={axis!r} of an array with {value.ndim} dimensions")
    if axis in (0, -2):
        column = matmul(transpose(node), ones(node.rows))
        return Traced(transpose(column), 2) if keepdims else Traced(column, 1)
    return Traced(matmul(node, ones(node.cols)), 2 if keepdims else 1)


def mean(x: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Traced:
    value = traced(x)
    if out is not None:
        raise refused("np.mean with out=")
    node = value.node
    count = node.rows * node.cols if axis is None or value.ndim < 2 else node.rows if axis in (0, -2) else node.cols
    return over(_along(value, axis, keepdims), Traced(constant(count), 0))


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Traced:
    value = traced(x)
    if axis is not None:
        if ord not in (None, 2) or value.ndim != 2 or axis not in (0, 1, -1, -2):
            return refuse_norm(ord, axis)
        squares = Traced(entrywise_power(value.node, constant(2)), 2)
        return UFUNCS["sqrt"](_along(squares, axis, keepdims))
    if keepdims:
        return refuse_norm(ord, axis)
    if value.ndim == 2 and ord not in (None, "fro", "nuc", 1, 2, inf):
        return refuse_norm(ord, axis)
    if value.ndim == 2:
        by_name = {"nuc": fn.normnuc, 2: fn.normspec, 1: fn.normind1, inf: fn.normindinf}
        return Traced(by_name.get(ord, fn.norm2)(value.node), 0)
    if isinstance(ord, str):
        return refuse_norm(ord, axis)
    return Traced(fn.norm(value.node, ord), 0)


def refuse_norm(ord: Any, axis: Any) -> Traced:
    raise refused(
        f"np.linalg.norm with ord={ord!r}, axis={axis!r}",
        "known are ord=None, 1, 2, inf, p of vectors and "
        "None, 'fro', 'nuc', 1, 2, inf of matrices, and the 2-norms along one axis",
    )


def largest(x: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Traced:
    """The largest entry. Along an axis of a matrix it is read as 0, which is right where it is a shift that cancels, as
    in a stabilised log-sum-exp; where it does not, the comparison that ends the reading refuses it."""
    value = traced(x)
    if out is not None:
        raise refused("np.max with out=")
    if axis is not None and value.ndim == 2:
        return _along(Traced(zero(value.node.rows, value.node.cols), 2), axis, keepdims)
    if axis is not None and not (value.ndim == 1 and axis in (0, -1)):
        raise refused(f"np.max with axis={axis!r} of an array with {value.ndim} dimensions")
    return Traced(fn.max(value.node), value.ndim if keepdims else 0)


def smallest(x: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Traced:
    return UFUNCS["negative"](largest(UFUNCS["negative"](x), axis, out, keepdims))


def dot(a: Any, b: Any) -> Traced:
    left, right = traced(a), traced(b)
    return product(left, right) if left.ndim and right.ndim else times(left, right)


def inner_of_all(a: Any, b: Any) -> Traced:
    return total(times(flat(traced(a)), flat(traced(b))))


def outer(a: Any, b: Any) -> Traced:
    return Traced(matmul(flat(traced(a)).node, transpose(flat(traced(b)).node)), 2)


def trace_of(x: Any) -> Traced:
    return Traced(fn.tr(_matrix(x)), 0)


def diag_of(x: Any) -> Traced:
    value = traced(x)
    return Traced(diag(value.node), 2) if value.ndim == 1 else Traced(diagonal(value.node), 1)


def solve(a: Any, b: Any) -> Traced:
    return product(Traced(fn.inv(_matrix(a)), 2), b)


def slogdet(a: Any) -> SignLogDet:
    return SignLogDet(None, Traced(fn.logdet(_matrix(a)), 0))


def power_of_matrix(a: Any, n: int) -> Traced:
    return Traced(matrix_power(_matrix(a), int(n)), 2)


def multi_dot(arrays: Any) -> Traced:
    found = traced(arrays[0])
    for other in arrays[1:]:
        found = product(found, other)
    return found


def kronecker(a: Any, b: Any) -> Traced:
    return Traced(kron(_matrix(a), _matrix(b)), 2)


def variance(x: Any, axis: Any = None, ddof: int = 0) -> Traced:
    value = traced(x)
    if axis is not None and value.ndim != 1:
        raise refused("np.var along an axis of a matrix")
    return Traced(spread(value.node, int(ddof)), 0)


def deviation(x: Any, axis: Any = None, ddof: int = 0) -> Traced:
    return UFUNCS["sqrt"](variance(x, axis, ddof))


def clipped(x: Any, a_min: Any = None, a_max: Any = None, **others: Any) -> Traced:
    low, high = others.pop("min", a_min), others.pop("max", a_max)
    if others:
        raise refused(f"np.clip with {', '.join(others)}=")
    found = traced(x)
    found = found if low is None else UFUNCS["maximum"](found, low)
    return found if high is None else UFUNCS["minimum"](found, high)


def item(x: Traced, key: Any) -> Traced:
    """x[:, None], x[None, :], x[:], x[...]: new axes only."""
    keys = key if isinstance(key, tuple) else (key,)
    if all(k is Ellipsis or k == slice(None) for k in keys):
        return x
    if x.ndim == 1 and keys == (slice(None), None):
        return Traced(x.node, 2)
    if x.ndim == 1 and keys in ((None, slice(None)), (None,)):
        return Traced(transpose(x.node), 2)
    if x.node.is_scalar and all(k in (0, ()) for k in keys):
        return Traced(x.node, 0)
    raise refused("indexing", "only new axes (x[:, None]) and whole slices are known")


def einsum(subscripts: str, *operands: Any, **options: Any) -> Traced:
    """The sums over one or two arrays that are products of matrices, traces and entrywise products."""
    options.pop("optimize", None)
    if options or not isinstance(subscripts, str):
        raise refused("np.einsum with these arguments")
    return contracted(subscripts, [traced(o) for o in operands])


def logsumexp(a: Any, axis: Any = None, keepdims: bool = False) -> Traced:
    value = traced(a)
    if value.ndim == 1 and axis in (None, 0, -1):
        return Traced(fn.logsumexp(value.node), 1 if keepdims else 0)
    return UFUNCS["log"](total(UFUNCS["exp"](value), axis, keepdims=keepdims))


def softmax(x: Any, axis: Any = None) -> Traced:
    value = traced(x)
    if value.ndim == 1 and axis in (None, 0, -1):
        return Traced(fn.softmax(value.node), 1)
    exps = UFUNCS["exp"](value)
    return over(exps, total(exps, axis, keepdims=axis is not None))


def log_softmax(x: Any, axis: Any = None) -> Traced:
    value = traced(x)
    return minus(value, logsumexp(value, axis, keepdims=axis is not None and value.ndim == 2))


def _matrix(x: Any) -> Any:
    value = traced(x)
    if value.ndim != 2:
        raise refused(f"a function of matrices, given {value.ndim} dimensions")
    return value.node


def _flat(x: Any, *shape: Any) -> Traced:
    return flat(traced(x))


def _reshape(x: Any, *shape: Any, order: str = "C", **others: Any) -> Traced:
    if order != "C" or others:
        raise refused("reshape with order= or copy=")
    given = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
    return reshaped(traced(x), tuple(given))


def _squeezed(x: Any) -> Traced:
    value = traced(x)
    if value.node.is_scalar:
        return Traced(value.node, 0)
    if value.ndim == 2 and value.node.cols is ONE:
        return Traced(value.node, 1)
    return Traced(transpose(value.node), 1) if value.ndim == 2 and value.node.rows is ONE else value


FUNCTIONS.update(
    {
        "sum": total,
        "mean": mean,
        "max": largest,
        "amax": largest,
        "min": smallest,
        "amin": smallest,
        "dot": dot,
        "var": variance,
        "std": deviation,
        "inner": dot,
        "vdot": inner_of_all,
        "vecdot": dot,
        "outer": outer,
        "trace": trace_of,
        "diag": diag_of,
        "diagonal": diag_of,
        "kron": kronecker,
        "transpose": lambda a: UFUNCS["transpose"](a),
        "matrix_transpose": lambda a: UFUNCS["transpose"](a),
        "ravel": _flat,
        "reshape": _reshape,
        "squeeze": _squeezed,
        "clip": clipped,
        "einsum": einsum,
        "copy": traced,
        "linalg.norm": norm,
        "linalg.vector_norm": lambda x: norm(flat(traced(x))),
        "linalg.matrix_norm": lambda x, ord="fro": norm(x, ord),
        "linalg.det": lambda a: Traced(fn.det(_matrix(a)), 0),
        "linalg.inv": lambda a: Traced(fn.inv(_matrix(a)), 2),
        "linalg.pinv": lambda a: Traced(pinv(_matrix(a)), 2),
        "linalg.solve": solve,
        "linalg.slogdet": slogdet,
        "linalg.matrix_power": power_of_matrix,
        "linalg.multi_dot": multi_dot,
        "linalg.trace": trace_of,
        "linalg.outer": outer,
        "linalg.vecdot": dot,
        "linalg.matmul": product,
        "linalg.diagonal": diag_of,
        "linalg.matrix_transpose": lambda a: UFUNCS["transpose"](a),
        "matvec": product,
        "absolute": lambda x: UFUNCS["absolute"](x),
        "real": traced,
        "ascontiguousarray": traced,
        "asarray": lambda a, dtype=None: traced(a),
        "__getitem__": item,
        "add": plus,
    }
)
SCIPY = {"logsumexp": logsumexp, "softmax": softmax, "log_softmax": log_softmax, "expit": lambda x: UFUNCS["expit"](x)}
