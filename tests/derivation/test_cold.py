"""What the first gradient of a process imports: neither other ways in nor pages nor second derivatives."""

from __future__ import annotations

import subprocess
import sys

FIRST = """
import sys
import symnorm as sn
f = sn.parse("1/2*norm2(A*x - b)^2", declare="A: m x n, x: n, b: m")
print(sn.latex(sn.derive(f, "x").result), sn.latex(sn.gradient(f, "x")))
print(*sorted(m for m in sys.modules))
"""
LATER = ("numpy", "scipy", "sympy.combinatorics", "symnorm.language.reading.latex", "symnorm.language.reading.sympy",
         "symnorm.derivation.narrator", "symnorm.derivation.second", "symnorm.engine.tensor_derive", "symnorm.numeric",
         "symnorm.verification")


def test_the_first_gradient_imports_what_it_needs() -> None:
    shown = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True).stdout
    latex, modules = shown.strip().split("\n")
    assert "A^{" in latex
    assert not set(LATER) & set(modules.split())


def test_check_and_compiled_code_import_scipy_only_for_what_needs_it() -> None:
    used = "assert sn.derive(f, 'x').check()\nsn.lambdify(sn.gradient(f, 'x'))\n"
    code = FIRST.replace("print(*sorted", used + "print(*sorted")
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "numpy" in shown.split()
    assert "scipy" not in shown.split()
