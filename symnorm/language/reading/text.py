"""The text dialect: MATLAB-like (x', .*, ./, .^, ^) and Python-like (x.T, @, **) spelling, both at once.

A product is * or @, or nothing (2x, A (x + y)); where that would leave two readings, as in a/2b, the text is refused.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NoReturn

from .characters import GREEK
from .left_side import strip_left_side, without_handle
from .literals import array_call, bracketed
from .pratt import (
    POWER,
    PRODUCT,
    SCRIPT,
    SUM,
    Grammar,
    Parse,
    Parser,
    add,
    arguments,
    binary,
    call,
    group,
    inner_product,
    node,
    postfix,
    sign,
)
from .problems import did_you_mean, quoted
from .syntax import Syntax, Token
from .text_tokens import tokenize
from .vocabulary import ALIASES, CONSTANTS, INSTEAD, LITERALS, SIGNATURES, known_function

_GLUED = re.compile(f"[{''.join(GREEK)}](?=[A-Za-z])|[A-Za-z](?=[{''.join(GREEK)}])")
"""A Greek letter beside a Latin one, as in αx."""


def parse_text(text: str, declared: frozenset[str] = frozenset()) -> Parser:
    """A parser over the text dialect, ready to `parse()`; the text was `checked`."""
    tokens = strip_left_side(text, tokenize(text), ("name",), declared)
    return Parser(text, without_handle(tokens), GRAMMAR, declared)


def _number(parser: Parser, token: Token, power: int) -> Syntax:
    return Syntax("number", token.value, (), token.start, token.end)


def _name(parser: Parser, token: Token, power: int) -> Syntax | Parse:
    following = parser.peek
    if following.kind in ("(", ".("):
        return _call(parser, token, following)
    name = token.value
    if name not in parser.declared and _GLUED.search(parser.slice(token)):
        parser.fail(f"{parser.slice(token)} has two readings: write * between the letters for their product, or "
                    f"declare {name}", token.start)
    if name.startswith("I_") and name not in parser.declared and len(name) > 2:
        return _identity(token)
    if name[:1] == "d" and name not in parser.declared and name[1:] in parser.declared:
        parser.assume(f"{name} is the differential of {name[1:]}")
        inner = Syntax("name", name[1:], (), token.start + 1, token.end)
        return Syntax("differential", None, (inner,), token.start, token.end)
    if name in parser.declared or name in CONSTANTS or (name not in SIGNATURES and name not in ALIASES):
        return Syntax("name", name, (), token.start, token.end)
    if name in LITERALS:
        parser.fail(f"{name} needs a value in parentheses, as in {name}(1)", token.start)
    return parser.fail(f"{name} is a function: write {name}(...), or declare a variable of that name", token.start)


def _identity(token: Token) -> Syntax:
    """I_n and I_3: the identity of that size."""
    size = str(token.value)[2:]
    whole = size.isdigit() and len(size) < 10
    value = Fraction(int(size)) if whole else size
    tree = Syntax("number" if whole else "name", value, (), token.start + 2, token.end)
    return Syntax("literal", ("eye", (tree,)), (), token.start, token.end)


def _call(parser: Parser, token: Token, opened: Token) -> Parse:
    name = token.value
    function = known_function(name)
    if name in ("array", "d") and name not in parser.declared:
        result = yield from (array_call if name == "array" else _differential)(parser, token, opened)
        return result
    if opened.kind == ".(" and (function is None or SIGNATURES[function].law != "entrywise"):
        parser.fail(f"{name}.(...) applies a function of one number to every entry; {name} is none", token.start)
    if function is None or (name in parser.declared and token.end < opened.start):
        _refuse_call(parser, token, opened)
    parser.position += 1
    args = yield from arguments(parser, opened)
    end = parser.tokens[parser.position - 1].end
    return call(parser, name, function, args, token.start, end)


def _differential(parser: Parser, token: Token, opened: Token) -> Parse:
    """d(A*x), where all is declared and d is not: the differential."""
    if not parser.declared:
        _refuse_call(parser, token, opened)
    inner = yield parser.expression(SCRIPT)
    parser.assume("d(...) is the differential of what stands in parentheses")
    return Syntax("differential", None, (inner,), token.start, inner.end)


def _refuse_call(parser: Parser, token: Token, opened: Token) -> NoReturn:
    name = token.value
    if name in parser.declared:
        parser.fail(f"{name} is a variable, not a function: write {name}*(...) for a product", token.start)
    if name in INSTEAD:
        parser.fail(f"there is no function {name}: {INSTEAD[name]}", token.start)
    gap = token.end < opened.start
    known = [*SIGNATURES, *ALIASES]
    advice = did_you_mean(name, known) or (f": write {name}*(...) for a product" if gap or len(name) == 1 else "")
    parser.fail(f"unknown function {quoted(name)}{advice}", token.start)


def _bars(parser: Parser, token: Token, power: int) -> Parse:
    """|x| and ||x||, with an index as in ||x||_1."""
    parser.open_bars.append(token.kind)
    inner = yield parser.expression(0)
    close = parser.expect(token.kind, f"a closing {token.kind}", token)
    parser.open_bars.pop()
    if token.kind == "|":
        return Syntax("bars", None, (inner,), token.start, close.end)
    index = parser.peek
    if index.kind == "name" and index.value.startswith("_") and index.start == close.end:
        parser.position += 1
        law = {"_1": "norm1", "_2": "norm2", "_inf": "norminf", "_F": "norm2", "_fro": "norm2"}.get(index.value)
        if law is None:
            parser.fail(f"{index.value!r} is not a norm read here: write norm(x, p)", index.start)
        return Syntax("call", law, (inner,), token.start, index.end)
    return Syntax("call", "norm", (inner,), token.start, close.end)


def _bar_after(parser: Parser, left: Syntax, token: Token) -> Syntax | Parse:
    """A bar after an operand: closes the innermost open bar, or opens a factor."""
    if parser.open_bars and parser.open_bars[-1] == token.kind:
        parser.position -= 1
        return left
    if token.kind == "||" and parser.open_bars and parser.open_bars[-1] == "|":
        middle = token.start + 1
        parser.tokens[parser.position - 1 : parser.position] = [Token("|", "|", token.start, middle),
                                                                Token("|", "|", middle, token.end)]
        parser.position -= 1
        return left
    parser.position -= 1
    return _side_by_side(parser, left, token)


def _side_by_side(parser: Parser, left: Syntax, token: Token) -> Parse:
    """Two operands with nothing between them: a product, where only one reading exists."""
    if token.kind == "string":
        parser.fail("a quoted word is read only as the second argument of norm", token.start)
    if left.kind == "divide" and not left.grouped:
        over, under = (parser.slice(arg) for arg in left.args)
        parser.fail(f"{over}/{under} followed by a factor has two readings: write ({over}/{under})*... or "
                    f"{over}/({under}*...)", token.start)
    touching = left.end == token.start
    if left.kind == "name" and token.kind == "number" and not touching:
        parser.fail("an operator is missing between a name and a number", token.start)
    if left.kind in ("power", "elpower") and touching and not left.grouped:
        parser.fail(f"{parser.slice(left)} followed by a factor has two readings: write it with * and parentheses",
                    token.start)
    if left.kind == "number" and token.kind == "number":
        parser.fail("an operator is missing between two numbers; entries of a matrix are separated by commas",
                    token.start)
    if left.kind == "number" and left.value == 0 and touching and token.value[0] in "xXbBoO" and len(token.value) > 1:
        parser.fail("numbers are decimal: write 0*... for a product", left.start)
    if left.kind == "number" and touching and token.kind == "name" and token.value[0] == "_":
        parser.fail("digits are not grouped with underscores", token.start)
    right = yield parser.expression(PRODUCT)
    return node("product", (left, right), "")


def _power(parser: Parser, left: Syntax, token: Token) -> Parse:
    """base ^ exponent; a chain a^b^c has two readings."""
    kind = "elpower" if token.kind == ".^" else "power"
    base = left
    while base.kind == "transpose" and not base.grouped:
        base = base.args[0]
    if base.kind in ("power", "elpower") and not base.grouped:
        first, second = (quoted(parser.slice(arg), 20) for arg in base.args)
        parser.fail(f"a chain of powers has two readings: write ({first}^{second})^... or {first}^({second}^...)",
                    token.start)
    exponent = yield parser.expression(POWER)
    if exponent.kind == "name" and exponent.value == "T" and "T" not in parser.declared and kind == "power":
        return node("transpose", (left,), end=exponent.end)
    while parser.peek.value == ".T":
        exponent = node("transpose", (exponent,), end=parser.take().end)
    return node(kind, (left, exponent), token.value)


def _string_operand(parser: Parser, token: Token, power: int) -> Syntax:
    return Syntax("string", token.value, (), token.start, token.end)


GRAMMAR = Grammar(
    prefix={"number": _number, "name": _name, "(": group, "-": sign, "+": sign, "|": _bars, "||": _bars,
            "string": _string_operand, "[": bracketed,
            "<": inner_product(">")},
    infix={"+": (SUM, add), "-": (SUM, add), "*": (PRODUCT, binary("product", PRODUCT)),
           "@": (PRODUCT, binary("product", PRODUCT)),
           "/": (PRODUCT, binary("divide", PRODUCT)), ".*": (PRODUCT, binary("hadamard", PRODUCT)),
           "./": (PRODUCT, binary("eldivide", PRODUCT)), "^": (POWER, _power), ".^": (POWER, _power),
           "'": (POWER, postfix("transpose")), "|": (PRODUCT, _bar_after), "||": (PRODUCT, _bar_after)},
    begins=frozenset({"number", "name", "(", "string"}),
    juxtapose=_side_by_side,
)

