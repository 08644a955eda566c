"""Everyday names as variables, everywhere: text, derivation, LaTeX, code, JSON; and never in generated source."""

from __future__ import annotations

import inspect
import json
import re

import numpy as np
import pytest

import symnorm as sn

NAMES = ["lambda", "np", "N", "S", "E", "I", "T", "pi", "e", "d", "f", "None", "import", "v0", "self", "__class__",
         "x_0", "W_1", "y_hat", "sigma", "def", "class", "True", "print", "eval", "exec", "os", "out", "x", "K", "L",
         "array", "inf", "oo", "zoo", "Q", "C", "O", "gamma", "beta", "zeta", "Symbol", "Integer", "sum", "exp", "log",
         "tr", "norm", "max", "eye", "vector", "dx", "jnp", "torch", "math", "i", "j", "alpha_old", "loss", "_", "__",
         "t1", "s0", "a0", "Abs", "re", "im", "diag"]


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_of_this_name(name: str) -> None:
    declare = f"A1: m1 x n1, {name}: n1, b1: m1"
    f = sn.parse(f"norm2(A1*{name} - b1)^2/2", declare)
    derivation = sn.derive(f, name)
    assert sn.to_text(derivation.result) == f"A1'*(A1*{name} - b1)"
    assert derivation.check().passed
    for expr in (f, derivation.result):
        assert sn.parse(sn.to_text(expr), declare) is expr
        assert sn.parse(str(expr), declare) is expr
        assert sn.parse(sn.latex(expr), declare, dialect="latex") is expr
        assert sn.from_json(json.loads(json.dumps(sn.to_json(expr)))) is expr
    for detail in ("brief", "normal", "full"):
        assert derivation.text(detail)
        assert derivation.latex(detail)
    variables = sn.variables(declare)
    A, x, b = np.eye(3, 2), np.ones(2), np.zeros(3)
    gradient = sn.lambdify(derivation.result, args=list(variables))
    assert gradient(A, x, b) == pytest.approx(A.T @ (A @ x - b))
    assert gradient(**{"A1": A, name: x, "b1": b}) == pytest.approx(A.T @ (A @ x - b))


@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
def test_names_stay_out_of_generated_source(backend: str) -> None:
    pytest.importorskip(backend)
    weird = "zzqWeird_name"
    f = sn.parse(f"norm2(A_q*{weird})^2 + tr(S_q)", f"A_q: m x n, {weird}: n, S_q: n x n")
    function = sn.lambdify(sn.gradient(f, weird), backend=backend)
    source = inspect.getsource(function)
    assert weird not in source
    assert not re.search(r"\bA_q\b|\bS_q\b", source)
    assert weird not in function.__name__
    assert weird not in (function.__doc__ or "")


@pytest.mark.parametrize("name", ["lambda", "N", "E", "I", "T", "pi", "e", "sigma", "S"])
def test_a_scalar_and_a_matrix_of_this_name(name: str) -> None:
    scalar = f"{name}: scalar positive, u9: n9"
    f = sn.parse(f"{name}*norm2(u9)^2 + log({name})", scalar)
    assert str(sn.gradient(f, name)) == f"norm2(u9)**2 + 1 / {name}"
    assert sn.parse(sn.latex(f), scalar, dialect="latex") is f
    square = f"{name}: n9 x n9, u9: n9"
    g = sn.parse(f"u9'*{name}*u9 + tr({name}'*{name})", square)
    assert sn.derive(g, name).check().passed
    assert sn.parse(sn.latex(g), square, dialect="latex") is g


@pytest.mark.parametrize("name", ["x'", "x y", "x{0}", "x\\", 'x"', "x;y", "λ́", "x\u202e", "1x", "", "a.b", "x-y"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(sn.SymnormError):
        sn.variables(f"{name}: n")
