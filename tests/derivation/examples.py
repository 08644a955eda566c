"""The derivations that the tests look at: the sources of derivations/, and one expression a line in expressions.txt."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import symnorm as sn

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SOURCES = sorted((ROOT / "derivations" / "sources").glob("*.toml"))
GOLDENS = sorted((ROOT / "tests" / "goldens" / "derivations").glob("*.tex"))
EXPRESSIONS = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (HERE / "expressions.txt").read_text(encoding="utf-8").splitlines()
]
JACOBIANS = [
    ("softmax(x)", "x: n", "x"),
    ("tanh(W*x+b)", "W: m x n, x: n, b: m", "x"),
    ("W*tanh(V*x)", "W: m x k, V: k x n, x: n", "x"),
    ("x/norm2(x)", "x: n", "x"),
    ("norm2(x)*x", "x: n", "x"),
    ("x", "x: n", "x"),
    ("a*x", "a: scalar, x: n", "x"),
    ("b", "b: m, x: n", "x"),
    ("inv(diag(x)+A)*b", "A: n x n, x: n, b: n", "x"),
    ("diag(x)*A*x", "A: n x n, x: n", "x"),
    ("(x'*A*x)*x", "A: n x n, x: n", "x"),
    ("A*x*x'", "A: m x n, x: n", "x"),
    ("diag(x)*A", "A: m x n, x: m", "x"),
    ("x'*A", "A: m x n, x: m", "x"),
    ("inv(X)", "X: n x n", "X"),
    ("inv(X'*X+eye)", "X: m x n", "X"),
    ("X'*X", "X: m x n", "X"),
    ("X'", "X: m x n", "X"),
    ("X*a", "X: m x n, a: n", "X"),
    ("X+inv(X)", "X: n x n", "X"),
    ("exp(X)", "X: m x n", "X"),
    ("X.*X", "X: m x n", "X"),
    ("softmax(X*a)", "X: m x n, a: n", "X"),
    ("det(X)*X", "X: n x n", "X"),
    ("A*X*B*X'", "A: m x n, X: n x p, B: p x p", "X"),
    ("B'*(S.*(A*X))", "A: m x n, X: n x p, B: m x q, S: m x p", "X"),
    ("inv(S)*A*S", "A: n x n, S: n x n spd", "S"),
    ("kron(X,A)", "X: m x n, A: p x q", "X"),
    ("diag(X*A)", "X: m x n, A: n x m", "X"),
    ("t*A", "t: scalar, A: m x n", "t"),
    ("inv(A+t*B)", "t: scalar, A: n x n, B: n x n", "t"),
    ("exp(t*x)", "t: scalar, x: n", "t"),
]
HESSIANS = [
    ("x'*A*x", "A: n x n, x: n", "x"),
    ("a'*x", "a: n, x: n", "x"),
    ("x'*x/2", "x: n", "x"),
    ("norm2(x)", "x: n", "x"),
    ("sum(log(vector(1)+exp(X*w)))-y'*(X*w)", "X: m x n, w: n, y: m", "w"),
    ("exp(t)", "t: scalar", "t"),
    ("t^3+a*t", "t: scalar, a: scalar", "t"),
    ("logdet(t*A+B)", "A: n x n, B: n x n, t: scalar", "t"),
    ("logdet(X)", "X: n x n", "X"),
    ("logdet(S)", "S: n x n spd", "S"),
    ("det(X)", "X: n x n", "X"),
    ("norm2(X)", "X: m x n", "X"),
    ("norm2(T-U*V')^2", "T: m x n, U: m x k, V: n x k", "U"),
    ("tr(X'*A*X*B)", "X: m x n, A: m x m, B: n x n", "X"),
    ("tr(S*A*S)", "S: n x n symmetric, A: n x n", "S"),
    ("tr(inv(X)*A)", "X: n x n, A: n x n", "X"),
    ("sum(exp(A*X))", "A: m x n, X: n x p", "X"),
    ("logsumexp(X*a)", "X: m x n, a: n", "X"),
    ("-n/2*logdet(S)-1/2*tr(R'*inv(S)*R)", "R: d x n, S: d x d spd", "S"),
    ("det(S)^(1/n)", "S: n x n spd", "S"),
    ("normw(x, W)", "x: n, W: n x n spd", "W"),
    ("y'*expm(t*A)*x", "t: scalar, A: n x n, x: n, y: n", "t"),
    ("1/2*norm2(W2*tanh(W1*X)-Y)^2", "W1: h x d, W2: c x h, X: d x n, Y: c x n", "W1"),
]
DETAILS = ("brief", "normal", "full")


@cache
def derived(expression: str, declare: str, wrt: str, order: int = 1) -> Any:
    """The derivation of an expression."""
    f = sn.parse(expression, declare=declare)
    return sn.derive(f, wrt=next((v for v in f.free if v.name == wrt), wrt), order=order)


def source(name: str) -> Any:
    """The derivation of a file in derivations/sources."""
    given = tomllib.loads((ROOT / "derivations" / "sources" / f"{name}.toml").read_text(encoding="utf-8"))
    return derived(given["expression"], given["declare"], given["wrt"], given.get("order", 1))
