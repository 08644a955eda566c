"""What a derivative is called, and the identity that it is read off from, in each kind and layout.

gradient      grad f, df = <grad f, dX>;  D f, df = D f dx;  vec(dF) = D F vec(dX);  f'(t), dF = F'(t) dt
numerator     df/dX, df = tr(df/dX dX)
denominator   df/dX, df = tr((df/dX)' dX);  df'/dx, df = (df'/dx)' dx
vec           dvec(F)/dvec(X)', vec(dF) = dvec(F)/dvec(X)' vec(dX)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..language.node import Node, Variable
from .reasons import Formula


@dataclass(frozen=True, slots=True)
class Frame:
    """The name on the left of the result, and the pairing that defines it; <0> is the variable."""

    name: Formula
    pairing: Formula


@dataclass(frozen=True, slots=True)
class Said:
    """The same in LaTeX and in text; <0> is the variable."""

    latex: str
    text: str

    def __add__(self, other: Said) -> Said:
        return Said(self.latex + other.latex, self.text + other.text)

    @property
    def stacked(self) -> Said:
        return Said(f"\\operatorname{{vec}}({self.latex})", f"vec({self.text})")

    @property
    def turned(self) -> Said:
        return Said(f"{self.latex}^{{\\top}}", f"{self.text}'")

    @property
    def bracketed(self) -> Said:
        return Said(f"\\Bigl({self.latex}\\Bigr)", f"({self.text})")

    @property
    def moving(self) -> Said:
        return Said(f"\\mathrm{{d}}{self.latex}", f"d{self.text}")

    def over(self, below: Said) -> Said:
        return Said(
            f"\\frac{{\\partial {self.latex}}}{{\\partial {below.latex}}}", f"d{self.text}/d{below.text}"
        )


X = Said("<0>", "<0>")
EQUAL, SPACE, TIMES = Said("=", " = "), Said("\\,", " "), Said("", " ")


@dataclass(frozen=True, slots=True)
class Case:
    """What a frame depends on: the letter, the shapes of the value and of the variable, the kind."""

    letter: Said
    value: Node
    x: Variable
    kind: str
    function: str

    @property
    def is_stacked(self) -> bool:
        return not (self.x.is_scalar or self.value.is_scalar or (self.value.is_vector and self.x.is_vector))

    @property
    def left(self) -> Said:
        return _stack(self.letter.moving, self.value) if self.is_stacked else self.letter.moving

    @property
    def right(self) -> Said:
        return _stack(X.moving, self.x) if self.is_stacked else X.moving


def frame(letter: str, value: Node, x: Variable, kind: str, function: str, layout: str = "gradient") -> Frame:
    """The frame of the derivative of `value`, written as `letter`, by x; `function` is the letter of the page."""
    case = Case(Said(letter, letter), value, x, kind, function)
    name, pairing = LAYOUTS[layout](case)
    return Frame(Formula(name.latex, name.text, (x,)), Formula(pairing.latex, pairing.text, (x,)))


def entries(letter: str, value: Node, x: Variable) -> Formula:
    """dF_ij is a sum over the entries of dX."""
    out = "ij" if not value.is_vector else "i"
    into = "klpq"[2 - len(out) :][:2] if not x.is_vector else "k"
    into = into if x.is_vector else "kl"
    rate = f"\\frac{{\\partial {letter}_{{{out}}}}}{{\\partial <0>_{{{into}}}}}"
    latex = f"\\mathrm{{d}}{letter}_{{{out}}}=\\sum_{{{into}}}{rate}\\,\\mathrm{{d}}<0>_{{{into}}}"
    i, k = ",".join(out), ",".join(into)
    return Formula(latex, f"d{letter}[{i}] = sum over {k} of d{letter}[{i}]/d<0>[{k}] d<0>[{k}]", (x,))


def along(order: int, x: Variable) -> Formula:
    """A derivative of high order is the change of the one before it along dX."""
    latex = f"\\mathrm{{d}}(\\nabla^{order - 1}f)=\\nabla^{order}f[\\mathrm{{d}}<0>]"
    return Formula(latex, f"d(D^{order - 1} f) = D^{order} f [d<0>]", (x,))


def _stack(said: Said, node: Node) -> Said:
    return said.stacked if not (node.is_scalar or node.is_vector) else said


def _gradient(case: Case) -> tuple[Said, Said]:
    name, d = _own_name(case), case.letter.moving
    if case.value.is_scalar and not case.x.is_scalar:
        inner = Said(f"\\langle{name.latex},\\mathrm{{d}}<0>\\rangle", f"<{name.text}, d<0>>")
        return name, d + EQUAL + inner
    return name, case.left + EQUAL + name + (TIMES if case.right.latex.startswith("\\op") else SPACE) + case.right


def _own_name(case: Case) -> Said:
    """grad f(x), D f(x), hess f(x), f'(t); with the variable below where its name is more than a letter."""
    f, below = case.function, is_subscripted(case.x)
    order = 2 if case.kind == "hessian" else 1
    if case.x.is_scalar:
        power = f"^{order}" if order > 1 else ""
        primes = "'" * order
        latex = f"\\frac{{\\mathrm{{d}}{power}{f}}}{{\\mathrm{{d}}<0>{power}}}" if below else f"{f}{primes}(<0>)"
        return Said(latex, f"{f}{primes}(<0>)")
    mark, word = {
        "gradient": ("\\nabla", "grad"),
        "hessian": ("\\nabla^2", "hess"),
        "jacobian": ("\\mathrm{D}", "jac"),
    }[case.kind]
    if not below:
        return Said(f"{mark}{' ' if mark[-1].isalnum() else ''}{f}(<0>)", f"{word} {f}(<0>)")
    latex = f"\\nabla_{{<0>}}^2{f}" if case.kind == "hessian" else f"{mark}_{{<0>}}{f}"
    return Said(latex, f"{word} {f}(<0>)")


def _numerator(case: Case) -> tuple[Said, Said]:
    if case.is_stacked:
        return _vec(case)
    name = case.letter.over(X)
    if case.value.is_scalar and not (case.x.is_scalar or case.x.is_vector):
        inside = name + SPACE + X.moving
        return name, case.letter.moving + EQUAL + Said(f"\\operatorname{{tr}}\\Bigl({inside.latex}\\Bigr)",
                                                       f"tr(({name.text}) {X.moving.text})")
    return name, case.letter.moving + EQUAL + _quotient(name) + SPACE + X.moving


def _denominator(case: Case) -> tuple[Said, Said]:
    if case.is_stacked:
        name = _stack(case.letter, case.value).turned.over(_stack(X, case.x))
        return name, case.left + EQUAL + name.bracketed.turned + case.right
    if case.value.is_scalar:
        name = case.letter.over(X)
        if case.x.is_scalar:
            return name, case.letter.moving + EQUAL + _quotient(name) + SPACE + X.moving
        turned = name.bracketed.turned
        if case.x.is_vector:
            return name, case.letter.moving + EQUAL + turned + SPACE + X.moving
        inside = Said(f"\\operatorname{{tr}}\\biggl({turned.latex}\\mathrm{{d}}<0>\\biggr)", f"tr({turned.text} d<0>)")
        return name, case.letter.moving + EQUAL + inside
    name = case.letter.turned.over(X)
    if case.x.is_scalar:
        return name, case.letter.moving.turned + EQUAL + _quotient(name) + SPACE + X.moving
    return name, case.letter.moving + EQUAL + name.bracketed.turned + SPACE + X.moving


def _vec(case: Case) -> tuple[Said, Said]:
    below = X if case.x.is_scalar else _stack(X, case.x).turned
    name = _stack(case.letter, case.value).over(below)
    left, right = _stack(case.letter.moving, case.value), _stack(X.moving, case.x)
    return name, left + EQUAL + _quotient(name) + SPACE + right


def _quotient(name: Said) -> Said:
    """A quotient as a factor: in brackets in text."""
    return replace(name, text=f"({name.text})")


LAYOUTS = {"gradient": _gradient, "numerator": _numerator, "denominator": _denominator, "vec": _vec}


def is_subscripted(x: Variable) -> bool:
    """Is the derivative written with the variable below? Where the name is more than a Latin letter."""
    return not re.fullmatch(r"[A-Za-z]", x.name)
