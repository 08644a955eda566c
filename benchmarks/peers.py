"""The 30 named expressions of benchmarks/derive.py, as symnorm reads them and as the peers build them.

SymPy's and tensorgrad's spelling is the plainest one that their users write; None where the peer has no way to say it.
`k` makes the names fresh in each repetition, so that no cache serves an earlier answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

Builder = Callable[[Any], tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """One expression: `text` and `declare` for symnorm; `sympy` and `tensorgrad` give (expression, variable).
    """

    name: str
    text: str
    declare: str
    wrt: str
    sympy: Builder | None = None
    tensorgrad: Builder | None = None


class SymPyNames:
    """Fresh matrix symbols: `s.A(m, n)`."""

    def __init__(self, k: int) -> None:
        self.k = k
        self.m, self.n, self.p = sp.symbols(f"m{k} n{k} p{k}", integer=True, positive=True)

    def matrix(self, name: str, rows: Any, cols: Any) -> Any:
        return sp.MatrixSymbol(f"{name}{self.k}", rows, cols)

    def x(self, name: str = "x") -> Any:
        return self.matrix(name, self.n, 1)

    def X(self, name: str = "X") -> Any:
        return self.matrix(name, self.n, self.n)

    def A(self, name: str = "A") -> Any:
        return self.matrix(name, self.m, self.n)

    def b(self, name: str = "b") -> Any:
        return self.matrix(name, self.m, 1)


def _sum(function: Callable[[Any], Any]) -> Builder:
    """1' function(A x), by x."""
    def build(s: SymPyNames) -> tuple[Any, Any]:
        z = sp.Symbol("z")
        return sp.OneMatrix(1, s.m) * (s.A() * s.x()).applyfunc(sp.Lambda(z, function(z))), s.x()
    return build


def _residual(function: Callable[[Any], Any]) -> Builder:
    return lambda s: (function(s.A() * s.x() - s.b()), s.x())


def _of_matrix(function: Callable[[Any, Any], Any]) -> Builder:
    return lambda s: (function(s.X(), s.X("B")), s.X())


def _of_vector(function: Callable[[Any, Any, Any], Any]) -> Builder:
    return lambda s: (function(s.x(), s.X("B"), s.x("y")), s.x())


class TensorgradNames:
    """Fresh named tensors; imported by the caller, because tensorgrad needs torch."""

    def __init__(self, k: int, package: Any, functions: Any) -> None:
        self.k, self.tg, self.F = k, package, functions
        self.i, self.j = package.symbols(f"i{k} j{k}")

    def matrix(self) -> Any:
        return self.tg.Variable(f"X{self.k}", self.i, self.j)

    def named(self, name: str, *edges: str) -> Any:
        """A tensor with edges of these names, all of one size."""
        return self.tg.Variable(f"{name}{self.k}", **dict.fromkeys(edges, self.i))

    def residual(self) -> tuple[Any, Any]:
        x = self.tg.Variable(f"x{self.k}", self.j)
        return self.tg.Variable(f"A{self.k}", self.i, self.j) @ x - self.tg.Variable(f"b{self.k}", self.i), x

    def product(self) -> tuple[Any, Any]:
        x = self.tg.Variable(f"x{self.k}", self.j)
        return self.tg.Variable(f"A{self.k}", self.i, self.j) @ x, x


def _tg_residual(function: Callable[[Any, Any], Any]) -> Builder:
    def build(s: TensorgradNames) -> tuple[Any, Any]:
        r, x = s.residual()
        return function(s.F, r), x
    return build


def _tg_product(function: Callable[[Any, Any], Any]) -> Builder:
    def build(s: TensorgradNames) -> tuple[Any, Any]:
        z, x = s.product()
        return s.F.sum(function(s.F, z)), x
    return build


def _tg_matrix(s: TensorgradNames) -> tuple[Any, Any]:
    X = s.matrix()
    return s.F.frobenius2(X), X


def _tg_vector(function: Callable[[Any, Any], Any]) -> Builder:
    """function of x with the edge i."""
    def build(s: TensorgradNames) -> tuple[Any, Any]:
        x = s.named("x", "i")
        return function(s, x), x
    return build


def _tg_square(function: Callable[[Any, Any], Any]) -> Builder:
    """function of X with the edges i and j."""
    def build(s: TensorgradNames) -> tuple[Any, Any]:
        X = s.named("X", "i", "j")
        return function(s, X), X
    return build


def _tg_quadratic(s: TensorgradNames, x: Any) -> Any:
    return x @ s.named("B", "i", "j") @ x.rename(i="j")


def _tg_weighted(s: TensorgradNames, x: Any) -> Any:
    r = s.named("A", "m", "i") @ x - s.named("b", "m")
    return r @ s.named("W", "m", "k") @ r.rename(m="k")


HALF = sp.Rational(1, 2)
LS, SQ, SYM = "A: m x n, x: n, b: m", "B: n x n, x: n, y: n", "B: n x n symmetric, x: n"
MM, ALL = "X: n x n, B: n x n", "X: m x n, A: p x m, B: n x p"

CASES: tuple[Case, ...] = (
    Case("half squared norm", "1/2*norm2(x)^2", "x: n", "x", lambda s: (s.x().T * s.x() / 2, s.x()),
         _tg_vector(lambda s, x: s.F.frobenius2(x) / 2)),
    Case("2-norm", "norm2(x)", "x: n", "x", lambda s: ((s.x().T * s.x()) ** HALF, s.x()),
         _tg_vector(lambda s, x: s.F.sqrt(s.F.frobenius2(x)))),
    Case("least squares", "norm2(A*x-b)^2", LS, "x", _residual(lambda r: r.T * r),
         _tg_residual(lambda F, r: F.frobenius2(r))),
    Case("norm of a residual", "norm2(A*x-b)", LS, "x", _residual(lambda r: (r.T * r) ** HALF),
         _tg_residual(lambda F, r: F.sqrt(F.frobenius2(r)))),
    Case("1-norm of a residual", "norm1(A*x-b)", LS, "x",
         _residual(lambda r: sp.OneMatrix(1, r.rows) * r.applyfunc(sp.Abs)),
         _tg_residual(lambda F, r: F.sum(F.abs(r)))),
    Case("x - A x in the 1-norm", "norm1(x-B*x)", SQ, "x",
         _of_vector(lambda x, B, y: sp.OneMatrix(1, x.rows) * (x - B * x).applyfunc(sp.Abs))),
    Case("ridge regression", "norm2(A*x-b)^2 + t*norm2(x)^2", LS + ", t: scalar", "x",
         lambda s: ((s.A() * s.x() - s.b()).T * (s.A() * s.x() - s.b()) + sp.Symbol("t") * s.x().T * s.x(), s.x()),
         _tg_vector(lambda s, x: s.F.frobenius2(s.named("A", "m", "i") @ x - s.named("b", "m"))
                    + s.named("t") * s.F.frobenius2(x))),
    Case("weighted least squares", "(A*x-b)'*W*(A*x-b)", LS + ", W: m x m", "x",
         lambda s: ((s.A() * s.x() - s.b()).T * s.matrix("W", s.m, s.m) * (s.A() * s.x() - s.b()), s.x()),
         _tg_vector(_tg_weighted)),
    Case("quadratic form", "x'*B*x", SQ, "x", _of_vector(lambda x, B, y: x.T * B * x),
         _tg_vector(_tg_quadratic)),
    Case("quadratic form plus linear", "1/2*x'*B*x - y'*x", SQ, "x",
         _of_vector(lambda x, B, y: x.T * B * x / 2 - y.T * x),
         _tg_vector(lambda s, x: _tg_quadratic(s, x) / 2 - s.named("y", "i") @ x)),
    Case("Rayleigh quotient", "(x'*B*x)/(x'*x)", SYM, "x", _of_vector(lambda x, B, y: x.T * B * x * (x.T * x) ** -1),
         _tg_vector(lambda s, x: _tg_quadratic(s, x) / s.F.frobenius2(x))),
    Case("bilinear form squared", "(x'*B*y)^2", SQ, "x", _of_vector(lambda x, B, y: x.T * B * y * x.T * B * y),
         _tg_vector(lambda s, x: s.F.pow(x @ s.named("B", "i", "j") @ s.named("y", "j"), 2))),
    Case("p-norm", "norm(x, 3)", "x: n", "x"),
    Case("logistic loss", "sum(log(vector(1)+exp(A*x)))", LS, "x", _sum(lambda z: sp.log(1 + sp.exp(z))),
         _tg_product(lambda F, z: F.log(1 + F.exp(z)))),
    Case("one tanh layer", "sum(tanh(A*x))", LS, "x", _sum(sp.tanh), _tg_product(lambda F, z: F.tanh(z))),
    Case("squared sines", "sum(sin(A*x).^2)", LS, "x", _sum(lambda z: sp.sin(z) ** 2)),
    Case("log-sum-exp", "logsumexp(A*x-b)", LS, "x"),
    Case("entropy", "-x'*log(x)", "x: n positive", "x", _of_vector(lambda x, B, y: -x.T * x.applyfunc(sp.log)),
         _tg_vector(lambda s, x: -s.F.sum(x * s.F.log(x)))),
    Case("Huber loss", "sum(huber(A*x-b))", LS, "x"),
    Case("Frobenius norm squared", "norm2(X)^2", "X: m x n", "X",
         _of_matrix(lambda X, B: sp.Trace(X.T * X)), _tg_matrix),
    Case("Frobenius norm", "norm2(X)", "X: m x n", "X", _of_matrix(lambda X, B: sp.sqrt(sp.Trace(X.T * X)))),
    Case("linear trace", "tr(A*X*B)", ALL, "X",
         lambda s: (sp.Trace(s.matrix("A", s.p, s.m) * s.A("X") * s.matrix("B", s.n, s.p)), s.A("X")),
         _tg_square(lambda s, X: s.named("A", "k", "i") @ X @ s.named("B", "j", "k"))),
    Case("quadratic trace", "tr(X'*B*X)", MM, "X", _of_matrix(lambda X, B: sp.Trace(X.T * B * X)),
         _tg_square(lambda s, X: X @ s.named("B", "i", "k") @ X.rename(i="k"))),
    Case("matrix least squares", "norm2(B*X-C)^2", MM + ", C: n x n", "X",
         lambda s: (sp.Trace((s.X("B") * s.X() - s.X("C")).T * (s.X("B") * s.X() - s.X("C"))), s.X()),
         _tg_square(lambda s, X: s.F.frobenius2(s.named("B", "k", "i") @ X - s.named("C", "k", "j")))),
    Case("matrix factorisation", "1/2*norm2(X*V'-T)^2", "X: m x p, V: n x p, T: m x n", "X",
         lambda s: (sp.Trace((s.matrix("X", s.m, s.p) * s.matrix("V", s.n, s.p).T - s.A("T")).T
                             * (s.matrix("X", s.m, s.p) * s.matrix("V", s.n, s.p).T - s.A("T"))) / 2,
                    s.matrix("X", s.m, s.p)),
         _tg_square(lambda s, X: s.F.frobenius2(X @ s.named("V", "k", "j") - s.named("T", "i", "k")) / 2)),
    Case("log-determinant", "log(det(X))", "X: n x n spd", "X", _of_matrix(lambda X, B: sp.log(sp.Determinant(X)))),
    Case("determinant", "det(X)", "X: n x n invertible", "X", _of_matrix(lambda X, B: sp.Determinant(X))),
    Case("quadratic form of an inverse", "y'*inv(X)*y", "X: n x n invertible, y: n", "X",
         lambda s: (s.x("y").T * s.X().I * s.x("y"), s.X())),
    Case("trace of an inverse", "tr(inv(X)*B)", MM, "X", _of_matrix(lambda X, B: sp.Trace(X.I * B))),
    Case("Gaussian likelihood", "logdet(X) + y'*inv(X)*y", "X: n x n spd, y: n", "X",
         lambda s: (sp.log(sp.Determinant(s.X())) + s.x("y").T * s.X().I * s.x("y"), s.X())),
)
