r"""Commands with arguments and signs of their own: \frac12, {a \over b}, \sqrt[3]{x}, \norm{x}_2, A:B."""

from __future__ import annotations

from fractions import Fraction

from .latex_bars import indexed_norm
from .pratt import SCRIPT, Parse, Parser, node
from .syntax import Syntax, Token

OVER, COLON = 5, 17
r"""How tightly \over and the colon hold: over is weaker than sums, the colon weaker than products."""


def argument(parser: Parser) -> Parse:
    """What a command such as \\frac takes: a group, one digit, or one operand."""
    token = parser.peek
    if token.kind == "number" and token.end - token.start > 1:
        digits = parser.slice(token)
        if not digits.isdigit():
            parser.fail("braces are missing around this number", token.start)
        parser.tokens[parser.position] = Token("number", Fraction(int(digits[1:])), token.start + 1, token.end)
        return Syntax("number", Fraction(int(digits[0])), (), token.start, token.start + 1)
    result = yield parser.expression(SCRIPT)
    return result


def macro(parser: Parser, token: Token, power: int) -> Parse:
    r"""\norm{x}_2 and \abs{t}."""
    inner = yield argument(parser)
    if token.kind == "abs":
        return Syntax("bars", None, (inner,), token.start, inner.end)
    result = yield indexed_norm(parser, Syntax("norm", None, (inner,), token.start, inner.end))
    return result


def over(parser: Parser, left: Syntax, token: Token) -> Parse:
    r"""{a \over b}"""
    under = yield parser.expression(OVER)
    return Syntax("divide", None, (left, under), left.start, under.end, grouped=True)


def colon(parser: Parser, left: Syntax, token: Token) -> Parse:
    """A:B, the inner product of matrices, weaker than products."""
    right = yield parser.expression(COLON)
    parser.assume(f"{parser.slice(left)}:{parser.slice(right)} is the inner product tr(A'B)")
    return Syntax("inner", ":", (left, right), left.start, right.end)


def frac(parser: Parser, token: Token, power: int) -> Parse:
    over = yield argument(parser)
    under = yield argument(parser)
    return Syntax("divide", None, (over, under), token.start, under.end, grouped=True)


def sqrt(parser: Parser, token: Token, power: int) -> Parse:
    degree = None
    if parser.peek.kind == "[":
        opened = parser.take()
        degree = yield parser.expression(0)
        parser.expect("]", "a closing bracket", opened)
    inner = yield argument(parser)
    if degree is None:
        return Syntax("call", "sqrt", (inner,), token.start, inner.end)
    one = Syntax("number", Fraction(1), (), degree.start, degree.end)
    return Syntax("elpower", None, (inner, node("divide", (one, degree))), token.start, inner.end, grouped=True)
