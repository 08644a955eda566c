"""The shape laws of functions: what each takes, what it returns, what it refuses and the remedy."""

from __future__ import annotations

from ...shapes import ONE
from .attempt import Inference, Laws, is_matrix, is_scalar
from .literal_laws import kron_adjoint
from .problems import did_you_mean
from .sizes import SCALAR, Shape, resolve, times
from .syntax import Syntax, walk
from .vocabulary import QUOTED_NORMS, SIGNATURES


def call(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    """A function by the law of its signature."""
    return FUNCTION_LAWS[SIGNATURES[node.value].law](self, node, shapes)


def _entrywise(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    if node.value == "sqrt" and self.dialect == "latex" and is_matrix(shapes[0]):
        self.refuse(node, f"{self.slice(node)} of a matrix has two readings: write X^{{\\odot 1/2}} for the roots of "
                          "the entries; the square root of a matrix is not supported")
    for arg, shape in zip(node.args[1:], shapes[1:], strict=True):
        self.scalar(arg, shape, f"the parameter of {node.value}")
    square = is_matrix(shapes[0]) and resolve(shapes[0][0]) == resolve(shapes[0][1])
    told = self.slice(node)
    if square and node.value in ("exp", "log") and told.startswith("`\\") and "_" not in told:
        self.notes.append(f"{told} is taken entry by entry, not as a function of the matrix")
        self.by_entries.append(node)
    return shapes[0]


def _scalar(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    if node.value == "norminf" and is_matrix(shapes[0]):
        self.refuse(node,
                    f"{self.slice(node)} of a matrix has two readings: write max(abs(X)) for the largest entry, "
                    "normindinf(X) for the largest row sum")
    return SCALAR


def _spread(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    """var(x) and std(x), of which there are two: said which."""
    if is_scalar(shapes[0]):
        self.misfit(node, f"{node.value} needs several entries; {self.told(node.args[0], shapes[0])}")
    self.notes.append(f"{self.slice(node)} divides by the number N of all entries, not by N - 1")
    return SCALAR


def _scalar_with_scalar(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    self.scalar(node.args[1], shapes[1], f"the second argument of {node.value}")
    return SCALAR


def _norm(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    """norm(x), norm(x, p), norm(X, 'fro' | 'nuc' | 2)."""
    if len(shapes) == 1:
        if is_matrix(shapes[0]):
            self.notes.append(f"{self.slice(node)} is the Frobenius norm; norm(X, 2) is the spectral one")
        return SCALAR
    which = node.args[1]
    matrix = is_matrix(shapes[0])
    if which.kind == "word":
        if which.value not in QUOTED_NORMS:
            self.refuse(which,
                        f"unknown norm {which.value!r}{did_you_mean(which.value, QUOTED_NORMS)}; known are 'fro', "
                        f"'nuc', 'inf'")
        if which.value != "inf" and not matrix and not is_scalar(shapes[0]):
            self.misfit(which, f"the norm {which.value!r} is one of matrices; {self.told(node.args[0], shapes[0])}")
        matrix = matrix and which.value == "inf"
    else:
        self.scalar(which, shapes[1], "the second argument of norm")
        matrix = matrix and not (which.kind == "number" and which.value == 2)
    if matrix:
        self.refuse(node,
                    f"{self.slice(node)} of a matrix has two readings: write norm1(X) or normp(X, p) for the norm of "
                    f"the entries, normind1(X), norm(X, 2) or normindinf(X) for an induced norm")
    return SCALAR


def _latex_norm(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    r"""\|x\|, with what stands below: a matrix needs an index that tells which norm."""
    index, matrix = node.value, is_matrix(shapes[0])
    told = self.slice(node)
    if self.is_guess(node.args[0], shapes[0]):
        self.misfit(node, f"{told} of a scalar: declare what is a vector")
    if index == "p":
        if is_matrix(shapes[1]):
            if matrix:
                self.misfit(node, f"a weighted norm needs a vector; {self.told(node.args[0], shapes[0])}")
            return _weighted(self, node, shapes)
        self.scalar(node.args[1], shapes[1], "the index of a norm")
    if matrix and index is None:
        self.refuse(node,
                    rf"{told} of a matrix has two readings: write \|X\|_F for the Frobenius norm, \|X\|_2 for the "
                    rf"spectral norm")
    if matrix and index in ("1", "inf", "p"):
        self.refuse(node,
                    rf"{told} of a matrix has two readings: write \|\operatorname{{vec}}(X)\|_p for the norm of the "
                    rf"entries; of the "
                          r"induced norms only \|X\|_2 is read")
    return SCALAR


def _weighted(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    """norm_W(x) and x' W x."""
    size = self.vector(node.args[0], shapes[0], node.value if node.kind == "call" else "a weighted norm")
    if not (self.unify(shapes[1][0], size) and self.unify(shapes[1][1], size)):
        self.misfit(node.args[1], f"the weight is square and fits the vector: {self.told(node.args[0], shapes[0])}, "
                                  f"{self.told(node.args[1], shapes[1])}")
    return SCALAR


def _largest(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    """max(x) is the largest entry, max(0, x) is relu(x)."""
    if len(shapes) == 1:
        return SCALAR
    zeros = [arg.kind == "number" and arg.value == 0 for arg in node.args]
    if sum(zeros) != 1:
        self.refuse(node,
                    f"{node.value} of two arguments is read only with a zero; write relu(x - y) + y for the larger of "
                    f"x and y")
    return shapes[zeros.index(False)]


def _scalar_of_vector(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    self.vector(node.args[0], shapes[0], node.value)
    return SCALAR


def _same_vector(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    return self.vector(node.args[0], shapes[0], node.value), ONE


def _square(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    return self.square(node.args[0], shapes[0], node.value)


def _scalar_of_square(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    held = [part for part in self.by_entries if any(part is inside for inside in walk(node))]
    if held and node.value == "tr" and self.dialect == "latex":
        self.refuse(held[0], f"{self.slice(held[0])} in a trace has two readings: the {held[0].value} of each entry, "
                             f"which the text dialect writes {held[0].value}(X), or that of the matrix, which is not "
                             "read")
    self.square(node.args[0], shapes[0], node.value)
    return SCALAR


def _vector_of_square(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    return self.square(node.args[0], shapes[0], node.value)[0], ONE


def _diag(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    if is_matrix(shapes[0]):
        return self.square(node.args[0], shapes[0], "the diagonal")[0], ONE
    size = self.vector(node.args[0], shapes[0], "diag")
    return size, size


def _vec(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    return times(*shapes[0]), ONE


def _kron(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    (m, n), (p, q) = shapes
    return times(m, p), times(n, q)


def _hadamard(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    first = shapes[0]
    for arg, shape in zip(node.args, shapes, strict=True):
        if not self.same(first, shape):
            self.misfit(arg,
                        f"{node.value} needs equal shapes: {self.told(node.args[0], first)}, {self.told(arg, shape)}")
    return first


def _pair(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    """divide(x, y) and power(x, k): entry by entry, either may be a scalar."""
    left, right = shapes
    return left if is_scalar(right) else right if is_scalar(left) else _hadamard(self, node, shapes)


def _dot(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    left, right = shapes
    if not self.same(left, right):
        self.misfit(node,
                    f"the inner product needs equal shapes: {self.told(node.args[0], left)}, "
                    f"{self.told(node.args[1], right)}")
    return SCALAR


def _outer(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    a, b = (self.vector(arg, shape, "outer") for arg, shape in zip(node.args, shapes, strict=True))
    return a, b


def _turned(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    return shapes[0][1], shapes[0][0]


def _same(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    return shapes[0]


def _spectral(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    """Singular vectors, and matrices over the rows or over all entries."""
    rows, cols = shapes[0]
    if not is_matrix(shapes[0]):
        self.misfit(node, f"{node.value} needs a matrix; {self.told(node.args[0], shapes[0])}")
    size = {"leftvec": rows, "rightvec": cols, "gapinv": rows, "sylvester": times(rows, cols)}[node.value]
    return size, ONE if node.value.endswith("vec") else size


FUNCTION_LAWS: Laws = {
    "entrywise": _entrywise, "scalar": _scalar, "spread": _spread, "scalar_with_scalar": _scalar_with_scalar,
    "norm": _norm, "weighted": _weighted,
    "largest": _largest, "scalar_of_vector": _scalar_of_vector, "same_vector": _same_vector,
    "scalar_of_square": _scalar_of_square,
    "square": _square, "vector_of_square": _vector_of_square,
    "diag": _diag, "vec": _vec, "kron": _kron, "hadamard": _hadamard, "dot": _dot, "outer": _outer,
    "turned": _turned, "same": _same, "spectral": _spectral, "pair": _pair, "kron_adjoint": kron_adjoint,
}
CALL_LAWS: Laws = {"call": call, "norm": _latex_norm, "inner": _dot, "kron": _kron}
