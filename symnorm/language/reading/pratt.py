"""The parser: precedence climbing over tokens, on a stack of its own.

A grammar is two tables: how a token begins an operand (`prefix`) and how it continues one (`infix`, with its
power). A handler is a plain function, or a generator that yields the sub-parses it needs; a loop runs the
generators, so nesting costs memory and never the machine's stack.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from types import GeneratorType
from typing import Any, NoReturn

from ...errors import ReadingError
from ..node import Variable
from .characters import MAX_DEPTH
from .syntax import Syntax, Token
from .vocabulary import INFINITE, LITERALS, SIGNATURES

Parse = Generator[Any, Any, Syntax]
Prefix = Callable[["Parser", Token, int], Syntax | Parse]
Continue = Callable[["Parser", Syntax, Token], Syntax | Parse]

SUM, SIGN, PRODUCT, TIGHT, POWER, SCRIPT = 10, 15, 20, 25, 30, 100
"""SCRIPT is above every operator: one operand, without scripts of its own."""
_UNREAD = {"[": "entries and parts of variables are not read", ";": "one expression is read at a time",
           "<": "comparisons are not read", ">": "comparisons are not read"}


@dataclass(frozen=True)
class Grammar:
    """How tokens begin and continue operands; `juxtapose` is what two operands side by side mean."""

    prefix: dict[str, Prefix]
    infix: dict[str, tuple[int, Continue]]
    begins: frozenset[str] = frozenset()
    juxtapose: Continue | None = None


@dataclass
class Parser:
    """The state of one parse: the text, its tokens (the last is "end") and the position."""

    text: str
    tokens: list[Token]
    grammar: Grammar
    declared: frozenset[str] = frozenset()
    assumptions: list[str] = field(default_factory=list)
    open_bars: list[str] = field(default_factory=list)
    bold: set[str] = field(default_factory=set)
    bound: list[str] = field(default_factory=list)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    by_rows: frozenset[str] = frozenset()
    """Names x whose x_i is a row of X though x is declared too."""
    either: set[str] = field(default_factory=set)
    """Names x whose x_i was read as an entry, and may be a row of X."""
    ornate: frozenset[str] = frozenset()
    """Names set in calligraphic letters, as operators are."""
    rows: set[str] = field(default_factory=set)
    """Names w whose w_j was read as a row of W."""
    loose: list[tuple[Token, str]] = field(default_factory=list)
    """Names w whose w_k stands outside the sum over k, and that k."""
    summed: set[str] = field(default_factory=set)
    """What sums run over."""
    position: int = 0

    @property
    def peek(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def expect(self, kind: str, what: str, opened: Token | None = None) -> Token:
        token = self.tokens[self.position]
        if token.kind != kind:
            where = f" for the one in column {opened.start + 1}" if opened is not None else ""
            found = "the text ends" if token.kind == "end" else f"found {self.slice(token)!r}"
            self.fail(f"expected {what}{where}, {found}", token.start)
        self.position += 1
        return token

    def slice(self, item: Token | Syntax) -> str:
        return self.text[item.start : item.end]

    def fail(self, message: str, start: int) -> NoReturn:
        raise ReadingError(message, self.text, start + 1)

    def assume(self, sentence: str) -> None:
        if sentence not in self.assumptions:
            self.assumptions.append(sentence)

    def parse(self) -> Syntax:
        """The whole text as one expression."""
        if self.peek.kind == "end":
            self.fail("there is nothing to read", 0)
        tree = self.run(self.expression(0))
        if self.peek.kind != "end":
            self.unexpected(self.peek)
        return tree

    def unexpected(self, token: Token) -> NoReturn:
        if token.kind == "end":
            self.fail("the text ends where an operand is missing", token.start)
        if token.kind == ")":
            self.fail("this parenthesis closes nothing", token.start)
        if token.kind in _UNREAD:
            self.fail(f"{token.kind!r} cannot stand here: {_UNREAD[token.kind]}", token.start)
        self.fail(f"{self.slice(token)!r} is not expected here", token.start)

    def run(self, parse: Parse) -> Syntax:
        stack: list[Parse] = []
        value: Any = None
        while True:
            try:
                child = parse.send(value)
            except StopIteration as done:
                value = done.value
                if not stack:
                    return value
                parse = stack.pop()
            else:
                stack.append(parse)
                parse, value = child, None
                if len(stack) > MAX_DEPTH:
                    self.fail(f"nested too deeply: at most {MAX_DEPTH // 2} parentheses may be open", self.peek.start)

    def expression(self, power: int) -> Parse:
        """An operand and everything that continues it more tightly than `power`."""
        prefix, infix = self.grammar.prefix, self.grammar.infix
        token = self.take()
        begin = prefix.get(token.kind)
        if begin is None:
            self.unexpected(token)
        left: Any = begin(self, token, power)
        if type(left) is GeneratorType:
            left = yield left
        while True:
            token = self.tokens[self.position]
            entry = infix.get(token.kind)
            if entry is not None:
                level, further = entry
                if level <= power:
                    return left
                self.position += 1
            elif token.kind in self.grammar.begins and PRODUCT > power and self.grammar.juxtapose is not None:
                further = self.grammar.juxtapose
            else:
                return left
            result: Any = further(self, left, token)
            if type(result) is GeneratorType:
                result = yield result
            if result is left:
                return left
            left = result


def node(kind: str, args: tuple[Syntax, ...], value: Any = None, start: int | None = None,
         end: int | None = None) -> Syntax:
    """A tree node that spans its arguments."""
    return Syntax(kind, value, args, args[0].start if start is None else start, args[-1].end if end is None else end)


def group(parser: Parser, token: Token, power: int) -> Parse:
    """( ... )"""
    inner = yield parser.expression(0)
    close = parser.expect(")", "a closing parenthesis", token)
    return replace(inner, start=token.start, end=close.end, grouped=True)


def sign(parser: Parser, token: Token, power: int) -> Parse:
    """-x and +x: looser than products on the left of a product, as tight as needed on its right."""
    inner = yield parser.expression(max(SIGN, power))
    return inner if token.kind == "+" else node("negate", (inner,), start=token.start)


def add(parser: Parser, left: Syntax, token: Token) -> Parse:
    """a + b - c + ...: one flat node."""
    terms, signs = [left], ["+"]
    while token.kind in ("+", "-"):
        terms.append((yield parser.expression(SUM)))
        signs.append(token.kind)
        token = parser.peek
        if token.kind in ("+", "-"):
            parser.position += 1
    if not left.grouped and left.kind == "negate":
        terms[0], signs[0] = left.args[0], "-"
    return Syntax("sum", tuple(signs), tuple(terms), left.start, terms[-1].end)


def binary(kind: str, level: int) -> Continue:
    """A left-associative operator."""
    def further(parser: Parser, left: Syntax, token: Token) -> Parse:
        right = yield parser.expression(level)
        return node(kind, (left, right), token.value)
    return further


def postfix(kind: str) -> Continue:
    def further(parser: Parser, left: Syntax, token: Token) -> Syntax:
        return node(kind, (left,), end=token.end)
    return further


def arguments(parser: Parser, opened: Token, close: str = ")") -> Generator[Any, Any, list[Syntax]]:
    """a, b, ...) after the opening parenthesis was taken."""
    found: list[Syntax] = []
    if parser.peek.kind == close:
        parser.position += 1
        return found
    while True:
        found.append((yield parser.expression(0)))
        if parser.peek.kind == ",":
            parser.position += 1
            continue
        if parser.peek.kind == "=":
            parser.fail("keyword arguments are not read: give the value alone, as in norm(x, 1)", parser.peek.start)
        parser.expect(close, "a closing parenthesis", opened)
        return found


def inner_product(close: str) -> Prefix:
    r"""<U, V> and \langle U, V\rangle."""
    def begin(parser: Parser, token: Token, power: int) -> Parse:
        held, parser.open_bars = parser.open_bars, []
        args = yield from arguments(parser, token, close)
        parser.open_bars = held
        if len(args) != 2:
            parser.fail(f"an inner product takes 2 arguments, got {len(args)}", token.start)
        return Syntax("inner", None, tuple(args), token.start, parser.tokens[parser.position - 1].end)
    return begin


def call(parser: Parser, name: str, function: str, args: list[Syntax], start: int, end: int) -> Syntax:
    """A call with the right number of arguments; literals keep their sizes apart."""
    least, most, law = SIGNATURES[function]
    if len(args) < least or 0 <= most < len(args):
        count = f"{least}" if least == most else f"{least} or more" if most < 0 else f"{least} to {most}"
        parser.fail(f"{name} takes {count} argument{'' if count == '1' else 's'}, got {len(args)}", start)
    if law == "literal":
        values = LITERALS[function]
        return Syntax("literal", (function, tuple(args[values:])), tuple(args[:values]), start, end)
    if function == "norm" and len(args) == 2 and args[1].kind == "name" and args[1].value in INFINITE - parser.declared:
        args[1] = replace(args[1], kind="word", value="inf")
    if function == "norm" and len(args) == 2 and args[1].kind == "string":
        args[1] = replace(args[1], kind="word")
    return Syntax("call", function, tuple(args), start, end)
