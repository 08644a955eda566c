"""Declarations: "A: m x n, S: n x n symmetric, x: n, v: m*p, y: 3, t: scalar positive".

An entry is a name (or several, "A, B: m x n"), a colon, a shape and properties. Shapes: scalar, n, m x n, (m, n), (n,),
R^n, R^{m x n}. Sizes: positive whole numbers and names, with * + - and parentheses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from sympy import Integer

from ...errors import ReadingError
from ...shapes import ONE, Size, describe, size_symbol
from .characters import checked
from .declaration_tokens import MEANT, PROPERTIES, SQUARE, entries_of, tokens_of
from .problems import ReadingShapeError, did_you_mean, quoted
from .syntax import Token


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declared variable: SymPy sizes (a scalar is 1 x 1, a vector n x 1) and properties."""

    name: str
    rows: Size
    cols: Size
    properties: frozenset[str] = frozenset()


def read_declarations(text: str) -> list[Declaration]:
    """The declarations in `text`, in order.

    >>> read_declarations("t: scalar positive")
    [Declaration(name='t', rows=1, cols=1, properties=frozenset({'positive'}))]
    """
    if not isinstance(text, str):
        raise ReadingError(f"declarations are text such as 'A: m x n, x: n', got {type(text).__name__}")
    text = checked(text)
    found: dict[str, Declaration] = {}
    sizes: dict[str, Token] = {}
    places: dict[str, Token] = {}
    for entry in entries_of(text, list(tokens_of(text))):
        reader = _Entry(text, entry, sizes)
        for name, declaration in reader.read():
            if name.value in found:
                reader.fail(f"{name.value} is declared twice", name)
            found[declaration.name] = declaration
            places[declaration.name] = name
    for size, token in sizes.items():
        if size in found:
            raise ReadingError(f"{size} is declared as a variable and used as a size: rename one of them", text,
                               token.start + 1)
    return list(found.values())


class _Entry:
    """One entry: names, a colon, a shape, properties."""

    def __init__(self, text: str, tokens: list[Token], sizes: dict[str, Token]) -> None:
        self.text, self.tokens, self.sizes, self.at = text, tokens, sizes, 0
        self.end = Token("end", "", tokens[-1].end, tokens[-1].end)

    @property
    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else self.end

    def take(self, *kinds: str) -> Token | None:
        token = self.peek
        if token.kind in kinds:
            self.at += 1
            return token
        return None

    def fail(self, message: str, token: Token) -> NoReturn:
        raise ReadingError(message, self.text, token.start + 1)

    def read(self) -> list[tuple[Token, Declaration]]:
        names = []
        while True:
            name = self.take("name")
            if name is None:
                self.fail(f"expected a name, found {quoted(str(self.peek.value)) or 'nothing'!r}", self.peek)
            names.append(name)
            if self.take(",") is None:
                break
        if self.take(":") is None and not (self.peek.value == "in" and self.take("name")):
            self.fail(f"expected a colon and a shape after {names[-1].value}, as in '{names[-1].value}: n'", self.peek)
        shape = self.peek
        rows, cols = self.shape()
        properties = self.properties(rows, cols, shape)
        return [(name, Declaration(str(name.value), rows, cols, properties)) for name in names]

    def shape(self) -> tuple[Size, Size]:
        token = self.peek
        if token.value == "scalar":
            self.at += 1
            return ONE, ONE
        if token.value == "R" and self.tokens[self.at + 1 : self.at + 2] and self.tokens[self.at + 1].kind == "^":
            self.at += 2
            closing = {"{": "}", "(": ")"}.get(self.peek.kind)
            if closing is None:
                return self.size(0, factor=True), ONE
            self.at += 1
            rows, cols = self.pair("cross")
            if self.take(closing) is None:
                self.fail(f"expected {closing!r}", self.peek)
            return rows, cols
        if token.value == "R":
            self.at += 1
            return ONE, ONE
        if token.kind == "(" and self.is_tuple():
            self.at += 1
            if self.take(")"):
                return ONE, ONE
            rows, cols = self.pair(",")
            if self.take(")") is None:
                self.fail("expected ')'", self.peek)
            return rows, cols
        return self.pair("cross")

    def is_tuple(self) -> bool:
        """Whether the bracket here holds a comma, or nothing."""
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.kind == "(") - (token.kind == ")")
            if depth == 1 and token.kind == ",":
                return True
            if depth == 0:
                return self.tokens[self.at + 1].kind == ")"
        return False

    def pair(self, separator: str) -> tuple[Size, Size]:
        rows = self.size(0)
        if separator == ",":
            self.take(",")
            return rows, (ONE if self.peek.kind == ")" else self.size(0))
        if self.take("cross") or (self.peek.value in ("x", "by") and self.take("name")):
            return rows, self.size(0)
        return rows, ONE

    def size(self, depth: int, factor: bool = False) -> Size:
        """sum of products of whole numbers, names and parentheses."""
        if depth > 8:
            self.fail("too many parentheses in a size", self.peek)
        start, total = self.peek, self.product(depth, factor)
        while not factor and (operator := self.take("+", "-")):
            term = self.product(depth, False)
            total = total + term if operator.kind == "+" else total - term
        if total.is_positive is False or total.is_integer is False:
            self.fail(f"a size is a positive whole number, got {total}", start)
        return total

    def product(self, depth: int, factor: bool) -> Size:
        result = self.atom(depth)
        while not factor:
            if self.take("*") or (result.is_Integer and self.peek.kind == "name"
                                  and self.peek.start == self.tokens[self.at - 1].end):
                result = result * self.atom(depth)
            else:
                break
        return result

    def atom(self, depth: int) -> Size:
        token = self.peek
        self.at += 1
        if self.at > 64:
            self.fail("this declaration is too long", token)
        if token.kind == "integer":
            if len(token.value) > 9:
                self.fail(f"a size of {len(token.value)} digits is too large", token)
            if int(token.value) == 0:
                self.fail("a size is at least 1", token)
            return Integer(int(token.value))
        if token.kind == "name" and token.value not in PROPERTIES and token.value not in MEANT:
            self.sizes.setdefault(str(token.value), token)
            return size_symbol(str(token.value))
        if token.kind == "(":
            inner = self.size(depth + 1)
            if self.take(")") is None:
                self.fail("expected ')'", self.peek)
            return inner
        found = f"found {token.value!r}" if token.value else "the entry ends"
        return self.fail(f"expected a shape (scalar, n, or m x n), {found}", token)

    def properties(self, rows: Size, cols: Size, shape: Token) -> frozenset[str]:
        found = set()
        while self.peek is not self.end:
            token = self.peek
            word = str(token.value)
            following = self.tokens[self.at + 1].value if self.at + 1 < len(self.tokens) else ""
            if following in ("definite", "semidefinite"):
                self.fail(f"{word} {following} is written {'spd' if following == 'definite' else 'psd'}", token)
            if word not in PROPERTIES:
                self.refuse(token)
            if word in SQUARE and (rows != cols or rows is ONE):
                raise ReadingShapeError(f"{word} is said of square matrices; this one is {describe(rows, cols)}",
                                        self.text,
                                        token.start + 1)
            if word == "sums-to-one" and (cols is not ONE or rows is ONE):
                raise ReadingShapeError(f"sums-to-one is said of vectors; this is {describe(rows, cols)}", self.text,
                                        token.start + 1)
            found.add(word)
            self.at += 1
        return frozenset(found)

    def refuse(self, token: Token) -> NoReturn:
        word = str(token.value)
        if token.kind not in ("name", "word"):
            self.fail(f"{word!r} is not expected here", token)
        meant = f": did you mean {MEANT[word]}?" if word in MEANT else did_you_mean(word, PROPERTIES)
        self.fail(f"unknown property {quoted(word)}{meant or '; known are ' + ', '.join(sorted(PROPERTIES))}", token)


