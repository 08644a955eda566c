"""The shape laws of operators."""

from __future__ import annotations

from typing import NoReturn

from ...shapes import ONE
from .attempt import Inference, Laws, is_matrix, is_scalar, is_vector
from .sizes import SCALAR, Shape, Unknown, resolve
from .syntax import Syntax


def _number(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    return SCALAR


def _string(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    return self.refuse(node, "a quoted word is read only as the second argument of norm")


def _name(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    name = node.value
    known = self.names.get(name)
    if known is not None:
        return known
    if name in ("eye", "I") and name not in self.sizes:
        size = Unknown(f"size of {name}")
        self.literals[node] = (size, size)
        return size, size
    return SCALAR


def _sum(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    first = shapes[0]
    plain = is_scalar(first)
    for term, shape in zip(node.args, shapes, strict=True):
        if is_scalar(shape) is not plain:
            _mixed(self, node, term, shape, first)
        if not plain and not self.same(first, shape):
            self.misfit(term, f"the terms of a sum need equal shapes: {self.told(node.args[0], first)}, "
                              f"{self.told(term, shape)}")
    return first


def _mixed(self: Inference, node: Syntax, term: Syntax, shape: Shape, first: Shape) -> NoReturn:
    """A scalar plus something else: which literal makes it fit."""
    small, large, whole = (node.args[0], term, shape) if is_scalar(first) else (term, node.args[0], first)
    if is_vector(whole):
        remedy = self.spelled("ones", small)
    else:
        remedy = (f"{self.spelled('filled', small)} for every entry or {self.spelled('diagonal', small)} for the "
                  "diagonal")
    self.misfit(term,
                f"{self.told(small, SCALAR)} and {self.told(large, whole)}: a sum needs equal shapes; write {remedy}")


def _product(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    left, right = shapes
    if node not in self.inner and any(_guess_beside_a_row(self, node, which, shapes) for which in (0, 1)):
        self.misfit(node, f"the product {self.slice(node)} would be a row times a scalar: declare what is a vector")
    if is_scalar(left):
        return right
    if is_scalar(right):
        return left
    if node.value == "cdot" and is_vector(left) and is_vector(right) and self.unify(left[0], right[0]):
        self.turned.add(node)
        return SCALAR
    if self.unify(left[1], right[0]):
        return left[0], right[1]
    a, b = node.args
    if is_vector(left) and is_vector(right):
        entries = f"{self.spelled('entries', a, b)} for entries, " if self.unify(left[0], right[0]) else ""
        remedy = (f"write {self.spelled('inner', a, b)} for the inner product, {entries}"
                  f"{self.spelled('outer', a, b)} for the outer one")
    elif is_vector(left):
        remedy = f"write {self.spelled('inner', a, b)}"
    else:
        remedy = "the inner sizes must be equal"
        remedy += f"; write {self.spelled('entries', a, b)} for the entrywise product" if self.same(left, right) else ""
    return self.misfit(node,
                       f"the product {self.slice(node)} does not fit: {self.told(a, left)}, {self.told(b, right)}; "
                       f"{remedy}")


def _guess_beside_a_row(self: Inference, node: Syntax, which: int, shapes: list[Shape]) -> bool:
    r"""x^\top b and b x^\top, where b is a scalar by its letter alone."""
    rows, cols = (resolve(size) for size in shapes[1 - which])
    return rows is ONE and cols is not ONE and self.is_guess(node.args[which], shapes[which])


def _divide(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    if not is_scalar(shapes[1]):
        inverse = f" or {self.spelled('solve', *node.args)}" if is_matrix(shapes[1]) else ""
        self.misfit(node.args[1], f"a divisor is a scalar; {self.told(node.args[1], shapes[1])}; write "
                                  f"{self.spelled('ratio', *node.args)} to divide entry by entry{inverse}")
    return shapes[0]


def _entrywise(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    left, right = shapes
    if is_scalar(left) or is_scalar(right):
        return right if is_scalar(left) else left
    if not self.same(left, right):
        self.misfit(node, f"entry by entry, both sides need equal shapes: {self.told(node.args[0], left)}, "
                          f"{self.told(node.args[1], right)}")
    return left


def _power(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    base, exponent = shapes
    b, k = node.args
    if b.kind == "name" and b.value == "e" and "e" not in self.names:
        if is_matrix(exponent):
            self.refuse(node,
                        f"{self.slice(node)} of a matrix has two readings: write {self.spelled('exp', k)} entry by "
                        f"entry; "
                              "the matrix exponential is expm")
        return exponent
    letter_t = k.kind == "name" and k.value in ("t", "T")
    if not is_scalar(exponent):
        if letter_t and k.value == "T":
            self.turned.add(node)
            return base[1], base[0]
        if not (letter_t and not is_scalar(base)):
            self.misfit(k,
                        f"exponents are scalars; {self.told(k, exponent)}; write {self.spelled('elpower', b, k)} for "
                        f"powers "
                           "entry by entry")
    if is_scalar(base):
        return SCALAR
    if letter_t:
        self.refuse(node, f"{self.slice(node)} has two readings: write {self.spelled('turn', b)} for the transpose, "
                          f"{self.spelled('elpower', b, k)} for the power entry by entry")
    return _matrix_power(self, node, base)


def _matrix_power(self: Inference, node: Syntax, base: Shape) -> Shape:
    b, k = node.args
    whole = _whole(k)
    entrywise = f"write {self.spelled('elpower', b, k)} for powers entry by entry"
    if not is_matrix(base):
        inner = f", {self.spelled('inner', b, b)} for the inner product" if whole == 2 else ""
        self.misfit(node, f"{self.told(b, base)}, which has no power: {entrywise}{inner}")
    if not self.unify(*base):
        self.misfit(node, f"only square matrices have powers; {self.told(b, base)}; {entrywise}")
    if k.kind == "negate" and k.args[0].kind == "name" and k.args[0].value in ("t", "T"):
        self.refuse(node, f"{self.slice(node)} has two readings: write {self.spelled('turned inverse', b)} for the "
                          f"transpose of the inverse, {self.spelled('elpower', b, k)} for powers entry by entry")
    if whole is None:
        self.refuse(k, f"the power of a matrix needs a whole number as exponent; {entrywise}")
    if abs(whole) > 1000:
        self.refuse(k, "the power of a matrix goes to 1000")
    return base


def _whole(tree: Syntax) -> int | None:
    """The value of a whole number with signs."""
    factor = 1
    while tree.kind == "negate":
        tree, factor = tree.args[0], -factor
    return factor * tree.value.numerator if tree.kind == "number" and tree.value.denominator == 1 else None


def _negate(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    return shapes[0]


def _transpose(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    turned = node.args[0]
    if turned.kind == "number" and turned.value == 1 and self.dialect == "text":
        self.refuse(node, f"{self.slice(node)} has two readings: write vector(1)' for the row of ones, 1 for the "
                          "number")
    number = turned.kind == "name" and turned.value in ("e", "pi") and turned.value not in self.names
    if number and self.dialect == "latex":
        self.refuse(node, f"{self.slice(node)}: {self.slice(turned)} is a number unless it is declared, and numbers "
                          "have no transpose")
    return shapes[0][1], shapes[0][0]


def _bars(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    if is_scalar(shapes[0]):
        return SCALAR
    x = node.args[0]
    if not is_matrix(shapes[0]):
        self.refuse(node,
                    f"{self.slice(node)} of a vector has two readings: write {self.spelled('length', x)} for its "
                    f"length, "
                          f"{self.spelled('abs', x)} for the absolute values of its entries")
    self.square(x, shapes[0], f"a determinant (for absolute values write {self.spelled('abs', x)})")
    return SCALAR


def _sized(self: Inference, node: Syntax, shapes: list[Shape]) -> Shape:
    size = self.size(node.value)
    if not self.unify(shapes[0][0], size):
        self.misfit(node, f"the sum runs to {size}, but {self.told(node.args[0], shapes[0])}")
    return shapes[0]


OPERATOR_LAWS: Laws = {
    "number": _number, "string": _string, "word": _number, "name": _name, "sum": _sum,
    "product": _product,
    "divide": _divide, "hadamard": _entrywise, "eldivide": _entrywise, "elpower": _entrywise, "power": _power,
    "negate": _negate, "transpose": _transpose, "bars": _bars, "sized": _sized, "differential": _negate,
}
