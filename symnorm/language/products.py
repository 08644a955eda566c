"""Matrix products: scalars in front, 1 x 1 pieces made scalars, inverses cancelled.

A product is a chain of factors; wherever the inner size is 1 the chain can be cut, and a piece between two cuts is a
scalar: a b' c d' is (b'c) a d'.
"""

from __future__ import annotations

from ..errors import ShapeError
from ..shapes import ONE, describe
from .entrywise import hadamard, mul, power
from .leaves import MINUS, as_node, commutation, constant, identity, is_zero, ones, zero
from .node import (
    Add,
    Array,
    Commutation,
    Diag,
    Hadamard,
    Identity,
    Inverse,
    Kron,
    MatMul,
    MatPower,
    Mul,
    Node,
    Ones,
    Power,
    Transpose,
)
from .reductions import sum_all
from .sums import MAX_FLAT, add

MAX_WRITTEN_POWER = 16
MERGING = frozenset({Identity, Inverse, Ones, Diag})
"""The factors that may meet their neighbours."""


def matmul(*factors: Node) -> Node:
    """The matrix product; scalar factors are allowed anywhere."""
    if len(factors) == 1:
        return as_node(factors[0])
    scalars: list[Node] = []
    chain: list[Node] = []
    for node in factors:
        _append(as_node(node), scalars, chain)
    _check(chain)
    if any(is_zero(f) for f in chain):
        return mul(*scalars, zero(chain[0].rows, chain[-1].cols))
    pieces = _cut(_cancel(chain, scalars))
    if not pieces:
        return mul(*scalars, identity(chain[0].rows)) if chain else mul(*scalars)
    inner = [p for p in pieces if p[0].rows is ONE and p[-1].cols is ONE]
    outer = [f for p in pieces if not (p[0].rows is ONE and p[-1].cols is ONE) for f in p]
    scalars.extend(_scalar_piece(p) for p in inner)
    return mul(*scalars, _chain(outer)) if outer else mul(*scalars)


def transpose(x: Node) -> Node:
    """X': scalars and symmetric matrices are their own, products turn round."""
    x = as_node(x)
    if x.is_scalar or "symmetric" in x.facts:
        return x
    found = x.memo.get("transpose")
    if found is None:
        found = _transpose(x)
        x.memo["transpose"] = found
    return found  # type: ignore[no-any-return]


def _transpose(x: Node) -> Node:
    match x:
        case Transpose():
            return x.args[0]
        case Ones():
            node: Node = Ones._make((), (), x.cols, x.rows)
            return node
        case Array():
            flipped: Node = Array._make((x.data[0].T,), (), x.cols, x.rows)
            return flipped
        case Commutation():
            return commutation(*reversed(x.data))
        case Mul():
            return mul(*x.args[:-1], transpose(x.args[-1]))
        case MatMul():
            return matmul(*(transpose(f) for f in reversed(x.args)))
        case Add() if x.rows is ONE:
            return add(*(transpose(t) for t in x.args))
        case Inverse() if isinstance(x.args[0], Transpose):
            return inverse(x.args[0].args[0])
        case Kron():
            return kron(transpose(x.args[0]), transpose(x.args[1]))
        case Hadamard() if 2 * sum(isinstance(f, Transpose) for f in x.args) >= len(x.args):
            return hadamard(*(transpose(f) for f in x.args))
    if is_zero(x):
        return zero(x.cols, x.rows)
    turned: Node = Transpose._make((), (x,), x.cols, x.rows)
    return turned


def inverse(x: Node) -> Node:
    """X^-1 of a square matrix."""
    x = as_node(x)
    if not x.is_square:
        raise ShapeError(f"only square matrices have an inverse: {x} is {describe(x.rows, x.cols)}")
    match x:
        case _ if x.is_scalar:
            return power(x, MINUS)
        case Identity():
            return x
        case Inverse():
            return x.args[0]
        case Transpose():
            return transpose(inverse(x.args[0]))
        case Mul():
            return mul(*(power(s, MINUS) for s in x.args[:-1]), inverse(x.args[-1]))
        case Diag():
            return diag(power(x.args[0], MINUS))
        case Kron():
            return kron(inverse(x.args[0]), inverse(x.args[1]))
    node: Node = Inverse._make((), (x,), x.rows, x.cols)
    return node


def matrix_power(x: Node, exponent: int) -> Node:
    """X^k of a square matrix; k is a whole number."""
    if not x.is_square:
        raise ShapeError(
            f"only square matrices have powers: {x} is {describe(x.rows, x.cols)}; entrywise powers are x.^k"
        )
    if exponent == 0:
        return identity(x.rows)
    if exponent < 0:
        return matrix_power(inverse(x), -exponent)
    if isinstance(x, Diag):
        from_entries = power(x.args[0], as_node(exponent))
        return diag(from_entries)
    if exponent <= MAX_WRITTEN_POWER:
        return matmul(*[x] * exponent)
    node: Node = MatPower._make((exponent,), (x,), x.rows, x.cols)
    return node


def diag(x: Node) -> Node:
    """The diagonal matrix of a vector."""
    x = as_node(x)
    if x.rows is ONE and not x.is_scalar:
        x = transpose(x)
    if x.is_scalar:
        return x
    match x:
        case Ones():
            return identity(x.rows)
        case Mul():
            return mul(*x.args[:-1], diag(x.args[-1]))
    if is_zero(x):
        return zero(x.rows, x.rows)
    node: Node = Diag._make((), (x,), x.rows, x.rows)
    return node


def kron(a: Node, b: Node) -> Node:
    """The Kronecker product."""
    a, b = as_node(a), as_node(b)
    if a.is_scalar or b.is_scalar:
        return mul(a, b)
    if isinstance(a, Mul) or isinstance(b, Mul):
        front = [f for x in (a, b) if isinstance(x, Mul) for f in x.args[:-1]]
        return mul(*front, kron(*(x.args[-1] if isinstance(x, Mul) else x for x in (a, b))))
    if isinstance(a, Identity) and isinstance(b, Identity):
        return identity(a.rows * b.rows)
    if is_zero(a) or is_zero(b):
        return zero(a.rows * b.rows, a.cols * b.cols)
    node: Node = Kron._make((), (a, b), a.rows * b.rows, a.cols * b.cols)
    return node


def _append(node: Node, scalars: list[Node], chain: list[Node]) -> None:
    """The scalar factors and the matrix factors of one factor of a product."""
    if node.is_scalar:
        scalars.append(node)
        return
    if isinstance(node, Mul):
        scalars.extend(node.args[:-1])
        node = node.args[-1]
    if isinstance(node, MatMul) and len(node.args) <= MAX_FLAT:
        chain.extend(node.args)
    else:
        chain.append(node)


def _check(chain: list[Node]) -> None:
    for a, b in zip(chain, chain[1:], strict=False):
        if a.cols is not b.rows and a.cols != b.rows:
            hint = ""
            if a.is_vector and b.is_vector:
                hint = (
                    f"; write {a}'*{b} for the inner product, {a}.*{b} entry by entry, {a}*{b}' for the outer product"
                )
            raise ShapeError(
                f"cannot multiply {a} ({describe(a.rows, a.cols)}) by {b} ({describe(b.rows, b.cols)}){hint}"
            )


def _cancel(chain: list[Node], scalars: list[Node]) -> list[Node]:
    """Identities dropped, X^-1 X cancelled, diag(v) x as an entrywise product."""
    if not any(type(n.args[0] if isinstance(n, Transpose) else n) in MERGING for n in chain):
        return chain
    done: list[Node] = []
    for node in chain:
        if isinstance(node, Identity):
            continue
        if done and _undoes(done[-1], node):
            done.pop()
            continue
        if done and isinstance(done[-1], Ones) and isinstance(node, Ones) and node.rows is not ONE:
            scalars.append(constant(node.rows))
            node = ones(done.pop().rows, node.cols)
        merged = _diagonals(done[-1], node) if done else None
        if merged is not None:
            done.pop()
            if isinstance(merged, Mul):
                scalars.extend(merged.args[:-1])
            node = merged.args[-1] if isinstance(merged, Mul) else merged
        if not isinstance(node, Identity):
            done.append(node)
    return _cancel_products(done)


def _cancel_products(chain: list[Node]) -> list[Node]:
    """(A B)^-1 A B and A B (A B)^-1 cancelled."""
    for i, node in enumerate(chain):
        turned = isinstance(node, Transpose)
        inner = node.args[0] if turned else node
        if not (isinstance(inner, Inverse) and isinstance(inner.args[0], MatMul)):
            continue
        product = inner.args[0].args if not turned else tuple(transpose(f) for f in reversed(inner.args[0].args))
        k = len(product)
        if tuple(chain[i + 1 : i + 1 + k]) == product:
            return _cancel_products(chain[:i] + chain[i + 1 + k :])
        if i >= k and tuple(chain[i - k : i]) == product:
            return _cancel_products(chain[: i - k] + chain[i + 1 :])
    return chain


def _diagonals(a: Node, b: Node) -> Node | None:
    """diag(v) x = v .* x, x' diag(v) = (x .* v)', diag(u) diag(v) = diag(u .* v)."""
    if isinstance(a, Diag) and isinstance(b, Diag):
        return diag(hadamard(a.args[0], b.args[0]))
    if isinstance(a, Diag) and b.is_vector:
        return hadamard(a.args[0], b)
    if isinstance(b, Diag) and a.rows is ONE:
        return transpose(hadamard(transpose(a), b.args[0]))
    return None


def _undoes(a: Node, b: Node) -> bool:
    if isinstance(a, Inverse) and a.args[0] is b or isinstance(b, Inverse) and b.args[0] is a:
        return True
    return isinstance(a, Transpose) and isinstance(b, Transpose) and _undoes(b.args[0], a.args[0])


def _cut(chain: list[Node]) -> list[list[Node]]:
    pieces: list[list[Node]] = []
    for node in chain:
        if pieces and node.rows is not ONE:
            pieces[-1].append(node)
        else:
            pieces.append([node])
    return pieces


def _scalar_piece(piece: list[Node]) -> Node:
    """A chain from a row to a column, as a scalar: 1'x is a sum, x'x stays a product."""
    if isinstance(piece[0], Ones) and len(piece) > 1:
        return sum_all(_chain(piece[1:]))
    if isinstance(piece[-1], Ones) and len(piece) > 1:
        return sum_all(_chain(piece[:-1]))
    if len(piece) == 2:
        return _inner_product(*piece)
    return _chain(piece)


def _inner_product(row: Node, column: Node) -> Node:
    """u'v; entries that cancel make it a sum: (u ./ v)'v = sum(u)."""
    left = transpose(row)
    if any(isinstance(f, (Hadamard, Power)) for f in (left, column)):
        together = hadamard(left, column)
        if _factors(together) < max(_factors(left), _factors(column)):
            return sum_all(together)
    return _chain([row, column])


def _factors(x: Node) -> int:
    core = x.args[-1] if isinstance(x, Mul) else x
    return len(core.args) if isinstance(core, Hadamard) else 0 if isinstance(core, Ones) else 1


def _chain(factors: list[Node]) -> Node:
    if len(factors) == 1:
        return factors[0]
    node: Node = MatMul._make((), tuple(factors), factors[0].rows, factors[-1].cols)
    return node
