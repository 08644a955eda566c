r"""LaTeX as people type it: \frac12\|Ax-b\|_2^2, \operatorname{tr}(X^\top A X), \log\det X, \mathbf 1^\top x.

Juxtaposition is a product; where it would leave two readings, as in a/2b, the formula is refused.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from ..node import Variable
from .latex_bars import bar_after, bars, indexed_norm
from .latex_commands import COLON, OVER, colon, frac, macro, over, sqrt
from .latex_fonts import FONTS
from .latex_functions import eigenvalue, function_call, positive_part, sigma
from .latex_indices import superscript
from .latex_names import note_loose_row, refuse_applied, refuse_lone_index, refuse_other_readings
from .latex_scripts import between_sizes, joined, sizes, subscript
from .latex_sums import entries, indexed, total
from .latex_tokens import Lexer
from .latex_words import ORNATE
from .left_side import strip_left_side
from .literals import environment
from .pratt import (
    POWER,
    PRODUCT,
    SCRIPT,
    SUM,
    TIGHT,
    Continue,
    Grammar,
    Parse,
    Parser,
    add,
    arguments,
    inner_product,
    node,
    postfix,
    sign,
)
from .stacking import MATRIX, Stacker
from .syntax import Syntax, Token

_CLOSING = {"(": ")", "[": "]", "\\{": "\\}", "{": "}"}
_LEFT_SIDE = ("name", "number", "nabla", "partial", "frac", "differential", "function")


def parse_latex(text: str, declared: frozenset[str] = frozenset(),
                variables: Mapping[str, Variable] | None = None, by_rows: frozenset[str] = frozenset()) -> Parser:
    """A parser over LaTeX, ready to `parse()`; the text was `checked`."""
    lexer = Lexer(text, declared, fonts=FONTS)
    tokens = strip_left_side(text, lexer.run(), _LEFT_SIDE, declared)
    return Parser(text, tokens, GRAMMAR, declared, bold=lexer.bold, variables=variables or {}, by_rows=by_rows,
                  ornate=frozenset(name.rstrip("_") for name, font in lexer.spellings.items() if font in ORNATE))


def _number(parser: Parser, token: Token, power: int) -> Syntax | Parse:
    following = parser.peek
    if token.value in (0, 1) and power < SCRIPT:
        after = parser.tokens[min(parser.position + 1, len(parser.tokens) - 1)]
        if following.kind == "_" or (following.kind == "^" and after.kind == "top"):
            return _literal(parser, replace_kind(token), power)
    return Syntax("number", token.value, (), token.start, token.end)


def replace_kind(token: Token) -> Token:
    return Token("literal", "ones" if token.value == 1 else "zeros", token.start, token.end)


def _literal(parser: Parser, token: Token, power: int) -> Parse:
    r"""\mathbf 1, \mathbf 1_n, 0_{m \times n}."""
    trees, end = yield from sizes(parser)
    return Syntax("literal", (token.value, trees), (), token.start, end)


def _identity(parser: Parser, token: Token) -> Parse:
    trees, end = yield from sizes(parser)
    return Syntax("literal", ("eye", trees), (), token.start, end)


def _commutation(parser: Parser, token: Token) -> Parse:
    r"""K_{m,n}, where m and n are sizes: the commutation matrix."""
    parser.position += 2
    trees = yield from arguments(parser, token, "}")
    end = parser.tokens[parser.position - 1].end
    parser.assume(f"{parser.text[token.start : end]} is the commutation matrix, with K vec(A) = vec(A')")
    return Syntax("literal", ("commutation", tuple(trees)), (), token.start, end)


def _name(parser: Parser, token: Token, power: int) -> Syntax | Parse:
    name, end = token.value, token.end
    if power >= SCRIPT:
        if name in parser.bound:
            refuse_lone_index(parser, token)
        return Syntax("name", name, (), token.start, end)
    parts: list[str] = []
    if parser.peek.kind == "_":
        if name == "I" and name not in parser.declared:
            return _identity(parser, token)
        if name == "K" and name not in parser.declared and between_sizes(parser):
            return _commutation(parser, token)
        parts, end = subscript(parser)
        if any(part in parser.bound for part in parts):
            return indexed(parser, token, parts, end)
        if ":" in parts:
            parser.fail("rows, columns and parts of a variable are read only in sums over their index", token.start)
        if token.value in parser.bold:
            parser.bold.add(joined(name, parts))
        name = joined(name, parts)
    elif name in parser.bound:
        refuse_lone_index(parser, token)
    opened = parser.peek
    refuse_other_readings(parser, token, name, parts)
    note_loose_row(parser, token, name, parts)
    if opened.kind in ("(", "["):
        if token.value == "sigma" and name not in parser.declared and parts in ([], ["max"]):
            return sigma(parser, token, opened, bool(parts))
        if token.value == "lambda" and name not in parser.declared and parts in (["max"], ["min"]):
            return eigenvalue(parser, token, opened, parts[0])
        if parts and parts[-1] in ("max", "min"):
            parser.fail(f"{parser.slice(token)} with the index {parts[-1]} of a matrix: eigenvalues are "
                        r"\lambda_{\max}(S), \lambda_{\min}(S), the largest singular value is \|X\|_2", token.start)
        refuse_applied(parser, token, name, parts)
    return Syntax("name", name, (), token.start, end)


def _group(parser: Parser, token: Token, power: int) -> Parse:
    held, parser.open_bars = parser.open_bars, []
    inner = yield parser.expression(0)
    close = parser.expect(_CLOSING[token.kind], f"a closing {_CLOSING[token.kind]}", token)
    parser.open_bars = held
    return replace(inner, start=token.start, end=close.end, grouped=True)


def _operator_of_derivative(parser: Parser, token: Token, power: int) -> NoReturn:
    parser.fail("derivatives are not read inside a formula: give the function alone, and the variable as wrt",
                token.start)


def _differential(parser: Parser, token: Token, power: int) -> Parse:
    r"""\mathrm{d}x, \mathrm{d}X^\top (the transpose of dX), \mathrm{d}(Ax), \mathrm{d}\|r\|_2^2."""
    following = parser.peek
    if following.kind != "name":
        inner = yield parser.expression(TIGHT)
        return Syntax("differential", None, (inner,), token.start, inner.end)
    parser.position += 1
    name, end = following.value, following.end
    if parser.peek.kind == "_" and power < SCRIPT:
        parts, end = subscript(parser)
        if any(part in parser.bound for part in parts):
            entry = indexed(parser, following, parts, end)
            return replace(entry, args=(Syntax("differential", None, entry.args, token.start, end),))
        name = joined(name, parts)
    if f"d{name}" in parser.declared:
        return Syntax("name", f"d{name}", (), token.start, end)
    inner = Syntax("name", name, (), following.start, end)
    return Syntax("differential", None, (inner,), token.start, end)


def _side_by_side(parser: Parser, left: Syntax, token: Token) -> Parse:
    """Two operands with nothing between them: a product, where only one reading exists."""
    if left.kind == "divide" and not left.grouped:
        over, under = (parser.slice(arg) for arg in left.args)
        if not all(arg.kind == "number" for arg in left.args) or token.kind in ("name", "number"):
            parser.fail(rf"{over}/{under} followed by a factor has two readings: write \frac{{{over}}}{{{under}}} in "
                        rf"front of it, or "
                        rf"{over}/({under} ...)", token.start)
        parser.assume(f"{over}/{under} in front of a factor multiplies it")
    if token.kind == "number" and left.kind == "number" and not left.grouped:
        parser.fail("an operator is missing between two numbers", token.start)
    if token.kind == "number" and left.kind == "name" and left.end == token.start:
        shown, digits = parser.slice(left), parser.slice(token)
        parser.fail(f"{shown}{digits} has two readings: write {shown}_{{{digits}}} for a name, {digits}{shown} for a "
                    f"product", token.start)
    right = yield parser.expression(PRODUCT)
    return node("product", (left, right), "")


def _script_below(parser: Parser, left: Syntax, token: Token) -> Syntax | Parse:
    r"""(Ax - b)_i inside a sum over i; {\|x\|}_1, {X}_{:,i} and \langle A,B\rangle_F."""
    parser.position -= 1
    if left.kind == "norm" and left.value is None and len(left.args) == 1:
        return indexed_norm(parser, left)
    plus = positive_part(parser, left)
    if plus is not None:
        return plus
    parts, end = subscript(parser)
    if left.kind == "inner" and left.value is None and parts in (["F"], ["2"]):
        return replace(left, end=end)
    if left.kind == "name":
        name = Token("name", left.value, left.start, left.end)
        if any(part in parser.bound for part in parts):
            return indexed(parser, name, parts, end)
        return replace(left, value=joined(left.value, parts), end=end, grouped=False)
    if not any(part in parser.bound for part in parts) or not left.grouped:
        parser.fail("a subscript belongs to a name or a norm; entries of expressions are read inside sums over their "
                    "index", token.start)
    return entries(parser, left, parts, token.start, end)


def _dot(parser: Parser, left: Syntax, token: Token) -> Parse:
    r"""x \cdot y; what follows a matrix belongs to it: x \cdot Ay is the inner product of x and Ay."""
    right = yield parser.expression(PRODUCT)
    ranks = Stacker(parser, "", None, {})
    while parser.peek.kind in GRAMMAR.begins and ranks.rank(right) == MATRIX:
        factor = yield parser.expression(PRODUCT)
        right = node("product", (right, factor), "")
    return node("product", (left, right), "cdot")


def _operator(kind: str, value: Any) -> Continue:
    def further(parser: Parser, left: Syntax, token: Token) -> Generator[Any, Any, Syntax]:
        right = yield parser.expression(PRODUCT)
        return node(kind, (left, right), value)
    return further


GRAMMAR = Grammar(
    prefix={"number": _number, "name": _name, "literal": _literal, "(": _group, "[": _group, "\\{": _group,
            "{": _group, "-": sign, "+": sign,
            "|": bars, "||": bars, "function": function_call, "frac": frac, "sqrt": sqrt, "sum": total,
            "langle": inner_product("rangle"),
            "differential": _differential, "matrix": environment, "norm": macro, "abs": macro,
            "nabla": _operator_of_derivative, "partial": _operator_of_derivative},
    infix={"+": (SUM, add), "-": (SUM, add), "*": (PRODUCT, _operator("product", "*")),
           "cdot": (PRODUCT, _dot),
           "times": (PRODUCT, _operator("product", "times")), "/": (PRODUCT, _operator("divide", None)),
           "odot": (PRODUCT, _operator("hadamard", None)), "oslash": (PRODUCT, _operator("eldivide", None)),
           "otimes": (PRODUCT, _operator("kron", None)), "^": (POWER, superscript), "'": (POWER, postfix("transpose")),
           "_": (POWER, _script_below), ":": (COLON, colon), "over": (OVER, over),
           "|": (PRODUCT, bar_after(_side_by_side)),
           "||": (PRODUCT, bar_after(_side_by_side))},
    begins=frozenset({"number", "name", "literal", "(", "[", "\\{", "{", "function", "frac", "sqrt", "sum", "langle",
                      "differential", "matrix", "norm", "abs"}),
    juxtapose=_side_by_side,
)
