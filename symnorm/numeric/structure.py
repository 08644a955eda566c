"""Lowering of diagonals, vec, Kronecker products, singular values, and operations that a user declared."""

from __future__ import annotations

from ..language.build import identity, transpose
from ..language.node import (
    Applied,
    Commutation,
    Diag,
    GapInverse,
    Kron,
    KronAdjoint,
    LeadingPair,
    Node,
    Polar,
    SingularVector,
    Sylvester,
    Transpose,
    Unvec,
    Vec,
)
from ..language.node import Lower as Triangle
from .lower import Lower, Steps, is_row, lowers
from .value import Value


@lowers(Diag)
def diagonal_matrix(lower: Lower, node: Diag) -> Steps:
    v = yield from lower.full(node.args[0])
    return lower.program.make("diag", (v,), (v.shape[0], v.shape[0]))


@lowers(Triangle)
def lower_triangle(lower: Lower, node: Triangle) -> Steps:
    x = yield from lower.full(node.args[0])
    return lower.program.make("tril", (x,), x.shape)


@lowers(Commutation)
def commutation(lower: Lower, node: Commutation) -> Steps:
    yield from ()
    m, n = (lower.size(size) for size in node.data)
    return lower.program.make("commutation", (), (m * n, m * n), m, n, fixed=True)


@lowers(Vec)
def stacked(lower: Lower, node: Vec) -> Steps:
    x = yield node.args[0]
    if not x.shape:
        return x
    x = lower.program.full(x, lower.inside(node.args[0]))
    return lower.program.make("reshape", (lower.program.transpose(x),), (x.shape[0] * x.shape[1],))


@lowers(Unvec)
def cut(lower: Lower, node: Unvec) -> Steps:
    v = yield from lower.full(node.args[0])
    m, n = lower.shape(node)
    return lower.program.transpose(lower.program.make("reshape", (v,), (n, m)))


@lowers(Kron)
def kronecker(lower: Lower, node: Kron) -> Steps:
    """By broadcasting over four axes."""
    program = lower.program
    values = []
    for arg in node.args:
        value = yield from lower.full(arg)
        shape = (lower.size(arg.rows), lower.size(arg.cols))
        values.append(value if value.shape == shape else program.make("reshape", (value,), shape))
    (m, n), (p, q) = values[0].shape, values[1].shape
    found = program.make("kron", tuple(values), (m * p, n * q))
    inside = lower.inside(node)
    return found if found.shape == inside else program.make("reshape", (found,), inside)


def apply_kron(lower: Lower, node: Node, operand: Value) -> Steps:
    """kron(A, B) X as two products: entry (i, k) of the result for one column is sum a_ij b_kl x_jl."""
    program = lower.program
    turned = isinstance(node, Transpose)
    pair: list[Value] = []
    for arg in (node.args[0] if turned else node).args:
        value = yield from lower.full(arg)
        pair.append(program.transpose(value) if turned else value)
    a, b = pair
    (m, n), (p, q) = a.shape, b.shape
    count = operand.shape[1:]
    if not count:
        square = program.make("reshape", (operand,), (n, q))
        return program.make("reshape", (program.matmul(program.matmul(a, square), program.transpose(b)),), (m * p,))
    cube = program.make("reshape", (operand,), (n, q, *count))
    inner = program.make("matmul", (b, cube), (n, p, *count))
    flat = program.make("reshape", (inner,), (n, p * count[0]))
    return program.make("reshape", (program.matmul(a, flat),), (m * p, *count))


@lowers(KronAdjoint)
def kronecker_adjoint(lower: Lower, node: KronAdjoint) -> Steps:
    """The factor of a Kronecker product paired with G: one contraction of G, cut into blocks."""
    program = lower.program
    g = yield from lower.full(node.args[0])
    other = yield from lower.full(node.args[1])
    shape = (lower.size(node.rows), lower.size(node.cols))
    p, q = lower.size(node.args[1].rows), lower.size(node.args[1].cols)
    left = node.data[0] == "left"
    four = (shape[0], p, shape[1], q) if left else (p, shape[0], q, shape[1])
    blocks = program.make("reshape", (g,), four)
    factor = other if other.shape == (p, q) else program.make("reshape", (other,), (p, q))
    found = program.make("einsum", (blocks, factor), shape, "ikjl,kl->ij" if left else "ikjl,ij->kl")
    inside = lower.inside(node)
    return found if inside == shape else program.make("reshape", (found,), inside)


@lowers(Polar, LeadingPair)
def singular_pairs(lower: Lower, node: Node) -> Steps:
    """U V' and u_1 v_1' from the thin singular value decomposition."""
    factor = yield from decomposed(lower, node.args[0])
    return lower.program.make("polar" if isinstance(node, Polar) else "leading", (factor,), factor.shape)


def decomposed(lower: Lower, x: Node) -> Steps:
    """The thin singular value decomposition of a matrix."""
    value = yield from lower.full(x)
    factor = lower.program.make("svd", (value,), value.shape)
    lower.origin.setdefault(factor, x)
    return factor


def is_decomposed(lower: Lower, x: Node) -> bool:
    """Does something ask for the singular vectors of x?"""
    users = [p for node in (x, transpose(x)) for p in lower.parents.get(node, ())]
    return any(isinstance(p, (Polar, LeadingPair, SingularVector, GapInverse, Sylvester)) for p in users)


@lowers(SingularVector)
def singular_vector(lower: Lower, node: SingularVector) -> Steps:
    factor = yield from decomposed(lower, node.args[0])
    return lower.program.make(f"first_{node.data[0]}", (factor,), lower.inside(node))


@lowers(GapInverse)
def gap_inverse(lower: Lower, node: GapInverse) -> Steps:
    """That of X' from the decomposition of X."""
    x = node.args[0]
    of_transpose = isinstance(x, Transpose)
    factor = yield from decomposed(lower, x.args[0] if of_transpose else x)
    eye = yield identity(node.rows)
    return lower.program.make("gap_inverse", (factor, eye), eye.shape, of_transpose)


@lowers(Sylvester)
def sylvester_matrix(lower: Lower, node: Sylvester) -> Steps:
    eye = yield identity(node.rows)
    return (yield from apply_sylvester(lower, node, eye))


def apply_sylvester(lower: Lower, node: Node, operand: Value) -> Steps:
    """The solutions for the columns of the operand, without the matrix."""
    factor = yield from decomposed(lower, node.args[0])
    return lower.program.make("sylvester", (factor, operand), operand.shape)


@lowers(Applied)
def applied(lower: Lower, node: Applied) -> Steps:
    """The value that the declaration of the operation gives."""
    values = []
    for arg in node.args:
        value = yield from lower.full(arg)
        values.append(lower.program.make("as_row", (value,), lower.shape(arg)) if is_row(arg) else value)
    found = lower.program.make("applied", tuple(values), lower.shape(node), node.name)
    return lower.program.make("row", (found,), found.shape[1:]) if is_row(node) else found
