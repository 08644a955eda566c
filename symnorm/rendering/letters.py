"""Names and scalars in LaTeX: Sigma is \\Sigma, x_0 is x_0, y_hat is \\hat y, loss is \\mathrm{loss}; sizes, numbers.

What LaTeX cannot show in a way that reads back (x1, a_b_c) is set upright, underscores escaped.
"""

from __future__ import annotations

import re
from functools import lru_cache

import sympy
from sympy import Expr

_GREEK = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell varepsilon vartheta varphi
"""
GREEK = frozenset(_GREEK.split())
ACCENTS = frozenset({"hat", "bar", "tilde", "dot"})
_SIMPLE = re.compile(r"[A-Za-z]|" + "|".join(sorted(GREEK, key=len, reverse=True)))
_INDEX = re.compile(r"[A-Za-z]+|[0-9]+")


@lru_cache(maxsize=4096)
def letter(name: str) -> str:
    """The LaTeX of a name.

    >>> letter("W_1"), letter("beta_hat"), letter("x_10"), letter("loss")
    ('W_1', '\\\\hat\\\\beta', 'x_{10}', '\\\\mathrm{loss}')
    """
    base, *marks = name.split("_")
    if not _SIMPLE.fullmatch(base) or len(marks) > 2 or not all(_INDEX.fullmatch(m) for m in marks):
        return upright(name)
    accent = marks.pop(0) if marks and marks[0] in ACCENTS else None
    if len(marks) > 1:
        return upright(name)
    symbol = f"\\{base}" if len(base) > 1 else base
    if accent:
        symbol = f"\\{accent}{symbol}" if len(base) > 1 else f"\\{accent} {symbol}"
    return symbol + "".join(f"_{_index(mark)}" for mark in marks)


def upright(name: str) -> str:
    r"""The name as it is, upright: \mathrm{a\_b}."""
    return "\\mathrm{" + name.replace("_", "\\_") + "}"


def _index(mark: str) -> str:
    if len(mark) == 1:
        return mark
    if mark in GREEK:
        return f"{{\\{mark}}}"
    return f"{{{mark}}}" if mark.isdigit() else f"{{{upright(mark)}}}"


def fraction(over: str, under: str) -> str:
    r"""A number as a small fraction: \tfrac12, \tfrac{n}{2}."""
    if len(over) == 1 == len(under) and over.isdigit() and under.isdigit():
        return f"\\tfrac{over}{under}"
    return f"\\tfrac{{{over}}}{{{under}}}"


def scalar_latex(expr: Expr) -> str:
    """A number or a size."""
    if expr.is_Integer:
        return str(expr.p)
    if expr.is_Rational:
        return ("-" if expr < 0 else "") + fraction(str(abs(expr.p)), str(expr.q))
    if expr.is_Symbol:
        return letter(expr.name)
    names = {s: letter(s.name) for s in expr.free_symbols}
    found = str(sympy.latex(expr, symbol_names=names))
    return found.replace("\\left(", "(").replace(" \\right)", ")").replace("\\right)", ")")
