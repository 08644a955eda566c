"""The functions that users call. Each takes expressions (or numbers) and returns an expression.

Norms of a matrix: `norm2` is Frobenius and `norm1` entrywise, as on matrixcalculus.org; `norm(X, 2)` is spectral, as in
NumPy. Elementwise functions take scalars, vectors and matrices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr, Matrix, MatrixBase, cancel, fraction, oo

from ..errors import Misuse, OutsideDomain, ShapeError
from ..shapes import ONE, Size, as_size, describe
from . import build
from .build import as_node
from .composed import COMPOSED
from .eigen import EIGEN
from .node import Node
from .spectra import gapinv, leading, leftvec, polar, rightvec, sylvester


def norm(x: Any, p: Any = None) -> Node:
    """The p-norm of a vector (default 2); of a matrix "fro" (default), "nuc" or 2 (spectral).

    >>> from symnorm import variables
    >>> A, x, b = variables("A: m x n, x: n, b: m")
    >>> norm(A @ x - b)
    norm2(A @ x - b)
    """
    node = as_node(x)
    if p is None or p == "fro":
        return norm2(node)
    if p == "nuc":
        return normnuc(node)
    if p == oo or p == "inf" or (isinstance(p, float) and p == float("inf")):
        return norminf(node)
    if node.is_scalar or node.is_vector or node.rows is ONE:
        return normp(node, p)
    if as_node(p) is as_node(2):
        return normspec(node)
    raise OutsideDomain(
        f"norm({node}, {p}) of a matrix: NumPy means an induced norm, others the entrywise one; "
        f"write norm1(X) or normp(X, {p}) for the entrywise norm, "
        f"normspec(X), normind1(X) or normindinf(X) for an induced one"
    )


def norm1(x: Any) -> Node:
    """The sum of absolute values of the entries."""
    return build.norm_node("1", x)


def norm2(x: Any) -> Node:
    """The 2-norm of a vector, the Frobenius norm of a matrix."""
    node = as_node(x)
    return build.norm_node("2" if node.cols is ONE or node.rows is ONE else "fro", node)


def norminf(x: Any) -> Node:
    """The largest absolute value of a vector."""
    node = as_node(x)
    if not (node.cols is ONE or node.rows is ONE):
        raise ShapeError(
            f"norminf({node}) of a matrix: NumPy means the largest row sum; "
            "write normindinf(X) for it, max(abs(X)) for the largest entry"
        )
    return build.norm_node("inf", node)


def normp(x: Any, p: Any) -> Node:
    """(sum of |x_i|^p)^(1/p), entrywise for matrices; p >= 1."""
    node, exponent = as_node(x), as_node(p)
    value = build.value_of(exponent)
    if value is not None:
        if value is oo:
            return norminf(node)
        if not value >= 1:
            raise OutsideDomain(f"normp needs p >= 1, got p = {value}: below 1 the triangle inequality fails")
        if value == 1:
            return norm1(node)
        if value == 2:
            return norm2(node)
    if not exponent.is_scalar:
        raise ShapeError(f"the p of normp is a scalar, got {exponent} ({describe(exponent.rows, exponent.cols)})")
    return build.norm_node("p", node, exponent)


def normnuc(x: Any) -> Node:
    """The nuclear norm: the sum of the singular values."""
    return _of_matrix("nuc", x)


def normspec(x: Any) -> Node:
    """The spectral norm: the largest singular value."""
    return _of_matrix("spec", x)


def normw(x: Any, w: Any) -> Node:
    """sqrt(x' W x) for a symmetric positive definite W."""
    node, weight = build.vector("normw", as_node(x)), as_node(w)
    if weight.rows != node.rows or weight.cols != node.rows:
        raise ShapeError(
            f"normw needs a square weight of the size of x: x is {describe(node.rows, node.cols)}, "
            f"the weight {weight} is {describe(weight.rows, weight.cols)}"
        )
    return build.norm_node("w", node, weight)


def norm21(x: Any) -> Node:
    """The sum of the 2-norms of the rows."""
    return build.norm_node("21", x)


def normind1(x: Any) -> Node:
    """The largest absolute column sum: the norm that the 1-norm induces, numpy.linalg.norm(X, 1)."""
    node = as_node(x)
    return norm1(node) if node.cols is ONE else norminf(node) if node.rows is ONE else build.norm_node("ind1", node)


def normindinf(x: Any) -> Node:
    """The largest absolute row sum: the norm that the maximum norm induces, numpy.linalg.norm(X, inf)."""
    return normind1(build.transpose(as_node(x)))


def _of_matrix(name: str, x: Any) -> Node:
    node = as_node(x)
    vector = node.cols is ONE or node.rows is ONE
    return build.norm_node("2" if vector else name, node)


def tr(x: Any) -> Node:
    """The trace."""
    return build.trace(x)


def det(x: Any) -> Node:
    """The determinant."""
    return build.det(x)


def logdet(x: Any) -> Node:
    """log |det X|."""
    return build.logdet(x)


def inv(x: Any) -> Node:
    """The inverse."""
    return build.inverse(x)


def diag(x: Any) -> Node:
    """The diagonal matrix of a vector, the diagonal of a matrix."""
    node = as_node(x)
    return build.diag(node) if node.cols is ONE or node.rows is ONE else build.diagonal(node)


def vec(x: Any) -> Node:
    """The columns, stacked."""
    return build.vec(x)


def tril(x: Any) -> Node:
    """A square matrix with zeros above the diagonal."""
    return build.lower(as_node(x))


def unvec(v: Any, rows: Any, cols: Any) -> Node:
    """The rows x cols matrix whose stacked columns are v."""
    return build.unvec(as_node(v), as_size(rows), as_size(cols))


def commutation(m: Any, n: Any) -> Node:
    """The permutation K with K vec(A) = vec(A') for A of shape m x n."""
    return build.commutation(m, n)


def kron(a: Any, b: Any) -> Node:
    """The Kronecker product."""
    return build.kron(a, b)


def kron_left(g: Any, b: Any) -> Node:
    """The P with <G, kron(A, B)> = <P, A> for every A: entry (i, j) is <block (i, j) of G, B>."""
    return _kron_adjoint("left", g, b)


def kron_right(g: Any, a: Any) -> Node:
    """The P with <G, kron(A, B)> = <P, B> for every B: the sum of a_ij times block (i, j) of G."""
    return _kron_adjoint("right", g, a)


def _kron_adjoint(side: str, g: Any, other: Any) -> Node:
    whole, factor = as_node(g), as_node(other)
    rows, cols = cancel(whole.rows / factor.rows), cancel(whole.cols / factor.cols)
    if any(fraction(size)[1] != 1 for size in (rows, cols)):
        raise ShapeError(
            f"kron_{side} needs a matrix that consists of blocks: {whole} is {describe(whole.rows, whole.cols)}, "
            f"{factor} is {describe(factor.rows, factor.cols)}"
        )
    return build.kron_adjoint(side, whole, factor, rows, cols)


def hadamard(*factors: Any) -> Node:
    """The entrywise product."""
    return build.hadamard(*factors)


def divide(a: Any, b: Any) -> Node:
    """a divided by b, entry by entry; either may be a scalar."""
    return build.elementwise_divide(a, b)


def power(x: Any, k: Any) -> Node:
    """Each entry of x to the power k."""
    return build.elementwise_power(x, k)


def sum(x: Any) -> Node:
    """The sum of all entries."""
    return build.sum_all(x)


def dot(a: Any, b: Any) -> Node:
    """The inner product: a'b for vectors, tr(A'B) for matrices."""
    left, right = as_node(a), as_node(b)
    if left.rows != right.rows or left.cols != right.cols:
        raise ShapeError(
            f"the inner product needs equal shapes: {left} is {describe(left.rows, left.cols)}, "
            f"{right} is {describe(right.rows, right.cols)}"
        )
    return build.trace(build.multiply(build.transpose(left), right))


def quad(x: Any, a: Any) -> Node:
    """x' A x."""
    node = build.vector("quad", as_node(x))
    return build.multiply(build.multiply(build.transpose(node), as_node(a)), node)


def outer(a: Any, b: Any) -> Node:
    """a b'."""
    return build.multiply(build.vector("outer", as_node(a)), build.transpose(build.vector("outer", as_node(b))))


def logsumexp(x: Any) -> Node:
    """log(sum(exp(x))) of a vector."""
    return build.logsumexp(x)


def softmax(x: Any) -> Node:
    """exp(x)/sum(exp(x)) of a vector."""
    return build.softmax(x)


def max(x: Any) -> Node:
    """The largest entry."""
    return build.maximum(x)


def min(x: Any) -> Node:
    """The smallest entry."""
    return build.negate(build.maximum(build.negate(as_node(x))))


def huber(x: Any, delta: Any = 1) -> Node:
    """t^2/2 where |t| <= delta, delta (|t| - delta/2) elsewhere, entry by entry."""
    threshold = as_node(delta)
    if not threshold.is_scalar:
        raise ShapeError(f"the threshold of huber is a scalar, got {threshold}")
    return build.elementwise("huber", x, threshold)


def elu(x: Any, alpha: Any = 1) -> Node:
    """t where t > 0, alpha (e^t - 1) elsewhere, entry by entry."""
    scale = as_node(alpha)
    if not scale.is_scalar:
        raise ShapeError(f"the alpha of elu is a scalar, got {scale}")
    return build.elementwise("elu", x, scale)


def clip(x: Any, delta: Any) -> Node:
    """max(-delta, min(t, delta)), entry by entry."""
    return build.elementwise("clip", x, as_node(delta))


def inside(x: Any, delta: Any) -> Node:
    """1 where |t| < delta, else 0, entry by entry."""
    return build.elementwise("inside", x, as_node(delta))


def sqrt(x: Any) -> Node:
    """The square root, entry by entry."""
    return build.entrywise_power(as_node(x), build.HALF)


def square(x: Any) -> Node:
    """The square, entry by entry."""
    return build.entrywise_power(as_node(x), build.constant(2))


def eye(n: Any) -> Node:
    """The identity matrix."""
    return build.identity(n)


def ones(rows: Any, cols: Any = 1) -> Node:
    """All ones: a vector, or a matrix."""
    return build.ones(rows, cols)


def zeros(rows: Any, cols: Any = 1) -> Node:
    """All zeros."""
    return build.zero(rows, cols)


def array(rows: Any) -> Node:
    """A constant matrix or vector from its rows, a NumPy array or a SymPy matrix of numbers; numbers are taken as
    written.

    >>> array([[1, 2], [3, 4]])
    array([[1, 2], [3, 4]])
    """
    return build.array(_numbers(rows))


def _numbers(rows: Any) -> Matrix:
    if isinstance(rows, MatrixBase):
        found = rows
    else:
        listed = rows.tolist() if hasattr(rows, "tolist") else list(rows)
        found = Matrix(
            [[build.value_of(as_node(e)) for e in (row if isinstance(row, (list, tuple)) else [row])] for row in listed]
        )
    if not all(isinstance(e, Expr) and e.is_real and e.is_number for e in found.flat()) or 0 in found.shape:
        raise Misuse("array takes rows of real numbers; declare matrices that hold letters as variables")
    return found


def vector(value: Any, size: Size | int | str) -> Node:
    """The vector with all entries `value`."""
    return build.mul(as_node(value), build.ones(size))


def matrix(value: Any, rows: Size | int | str, cols: Size | int | str) -> Node:
    """The matrix with all entries `value`."""
    return build.mul(as_node(value), build.ones(rows, cols))


def peak(x: Any) -> Node:
    """1 at the largest entry, 0 elsewhere; shared evenly at ties."""
    return build.peak(as_node(x))


def _entrywise(name: str, doc: str) -> Callable[[Any], Node]:
    def function(x: Any) -> Node:
        return build.elementwise(name, x)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


exp = _entrywise("exp", "e^t, entry by entry.")
log = _entrywise("log", "The natural logarithm, entry by entry.")
sin = _entrywise("sin", "The sine, entry by entry.")
cos = _entrywise("cos", "The cosine, entry by entry.")
tan = _entrywise("tan", "The tangent, entry by entry.")
arcsin = _entrywise("arcsin", "The inverse sine, entry by entry.")
arccos = _entrywise("arccos", "The inverse cosine, entry by entry.")
arctan = _entrywise("arctan", "The inverse tangent, entry by entry.")
sinh = _entrywise("sinh", "The hyperbolic sine, entry by entry.")
cosh = _entrywise("cosh", "The hyperbolic cosine, entry by entry.")
tanh = _entrywise("tanh", "The hyperbolic tangent, entry by entry.")
abs = _entrywise("abs", "The absolute value, entry by entry.")
sign = _entrywise("sign", "The sign, entry by entry; sign(0) = 0.")
relu = _entrywise("relu", "max(t, 0), entry by entry.")
step = _entrywise("step", "1 where t > 0, else 0, entry by entry.")
sigmoid = _entrywise("sigmoid", "1/(1 + e^-t), entry by entry.")
softplus = _entrywise("softplus", "log(1 + e^t), entry by entry.")
erf = _entrywise("erf", "The error function, entry by entry.")
lgamma = _entrywise("lgamma", "The logarithm of the gamma function, entry by entry.")
digamma = _entrywise("digamma", "The derivative of lgamma, entry by entry.")
trigamma = _entrywise("trigamma", "The derivative of digamma, entry by entry.")

FUNCTIONS: dict[str, Callable[..., Node]] = {
    f.__name__: f
    for f in (
        norm,
        norm1,
        norm2,
        norminf,
        normp,
        normnuc,
        normspec,
        normw,
        norm21,
        normind1,
        normindinf,
        tr,
        det,
        logdet,
        inv,
        diag,
        tril,
        vec,
        kron,
        kron_left,
        kron_right,
        commutation,
        hadamard,
        sum,
        dot,
        quad,
        outer,
        logsumexp,
        softmax,
        max,
        min,
        huber,
        sqrt,
        square,
        eye,
        ones,
        zeros,
        vector,
        matrix,
        polar,
        leading,
        leftvec,
        rightvec,
        gapinv,
        sylvester,
        peak,
        exp,
        log,
        sin,
        cos,
        tan,
        arcsin,
        arccos,
        arctan,
        sinh,
        cosh,
        tanh,
        abs,
        sign,
        relu,
        step,
        sigmoid,
        softplus,
        erf,
        elu,
        lgamma,
        digamma,
        trigamma,
        *COMPOSED,
        *EIGEN,
        divide,
        power,
        unvec,
        clip,
        inside,
    )
}
"""Every function by the name that text uses."""
