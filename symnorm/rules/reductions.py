"""Log-sum-exp, softmax, the largest entry.

d log<1, e^u> = <softmax(u), du>,  d softmax(u) = s o du - s <s, du> with s = softmax(u),  d max(u) = <peak(u), du>.
Source: standard.
"""

from __future__ import annotations

from ..domains import UNIQUE_LARGEST
from ..language.build import hadamard, matmul, mul, peak, softmax, subtract, transpose, zero
from ..language.functions import dot
from ..language.node import LogSumExp, Max, Node, Peak, Softmax
from .rule import DIFFERENTIALS


@DIFFERENTIALS.rule(
    LogSumExp,
    name="log-sum-exp",
    law=r"\mathrm{d}\log\langle\mathbf{1},e^{u}\rangle=\langle\operatorname{softmax}(u),\mathrm{d}u\rangle",
)
def log_sum_exp(node: Node, dx: Node) -> Node:
    return dot(softmax(node.args[0]), dx)


@DIFFERENTIALS.rule(Softmax, name="softmax", law=r"\mathrm{d}s=s\odot\mathrm{d}u-\langle s,\mathrm{d}u\rangle s")
def softmax_rule(node: Node, dx: Node) -> Node:
    return subtract(hadamard(node, dx), mul(matmul(transpose(node), dx), node))


@DIFFERENTIALS.rule(
    Max, domain=UNIQUE_LARGEST, law=r"\mathrm{d}\max(u)=\mathrm{d}u_k\text{ with }u_k=\max(u)", name="largest entry"
)
def largest_entry(node: Node, dX: Node) -> Node:
    return dot(peak(node.args[0]), dX)


@DIFFERENTIALS.rule(Peak, domain=UNIQUE_LARGEST, law=r"\mathrm{d}\operatorname{peak}(u)=0", name="piecewise constant")
def piecewise_constant(node: Node, dX: Node) -> Node:
    return zero(node.rows, node.cols)
