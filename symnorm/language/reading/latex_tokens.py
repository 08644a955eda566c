r"""LaTeX into tokens: fonts and accents become parts of names, spacing and sizes disappear.

Every letter is a name of its own (Ax is A times x), unless the letters together were declared as one name; words in
roman type are functions or names (`latex_fonts`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from ...errors import ReadingError
from .characters import MAX_NAME, MAX_TOKENS, exact, spelled, too_long
from .latex_words import (
    ACCENTS,
    BOLD,
    COMMANDS,
    DIRECTION,
    FUNCTION_COMMANDS,
    GREEK_COMMANDS,
    NOISE,
    OPERATOR_WORDS,
    OPERATORS,
    ORNATE,
    REFUSED,
    ROMAN,
    SWITCHES,
)
from .problems import did_you_mean, quoted
from .syntax import Token
from .vocabulary import known_function

_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_EXPONENT = re.compile(r"[eE][-+]?[0-9]+")
_LETTERS = re.compile(r"[A-Za-z]+")
_SWITCHED = re.compile(r"\{\\(?:rm|bf|it|sf|tt|bfseries) +[A-Za-z]+ *\}")
_SIMPLE = {"&", ":", "+", "-", "*", "/", "^", "_", "'", "(", ")", "[", "]", "{", "}", ",", "=", "|"}
_WRAPPED = re.compile(r"^\s*(?:\$\$?|\\\[|\\\()(.*?)(?:\$\$?|\\\]|\\\))[.,;]?\s*$", re.DOTALL)


Fonts = dict[str, Callable[["Lexer", str, int, int], int]]


@dataclass
class Lexer:
    """The tokens of a LaTeX formula; `bold` collects names set in bold, `spellings` how each name was typeset."""

    text: str
    declared: frozenset[str]
    tokens: list[Token] = field(default_factory=list)
    bold: set[str] = field(default_factory=set)
    spellings: dict[str, str] = field(default_factory=dict)
    depth: int = 0
    matrices: list[str] = field(default_factory=list)
    fonts: Fonts = field(default_factory=dict)

    def fail(self, message: str, start: int) -> NoReturn:
        raise ReadingError(message, self.text, start + 1)

    def emit(self, kind: str, value: object, start: int, end: int) -> None:
        self.tokens.append(Token(kind, value, start, end))

    def name(self, value: str, typeset: str, start: int, end: int) -> None:
        """A name; two typesettings of one name would be one variable, which is refused."""
        if len(value) > MAX_NAME:
            self.fail(f"a name has at most {MAX_NAME} characters", start)
        indexed = "_" * self.text[end : end + 2].lstrip(" }").startswith("_")
        known = self.spellings.setdefault(value + indexed, typeset)
        if known != typeset:
            self.fail(f"{value} is typeset in two ways here ({known} and {typeset}); names carry no typeface: rename "
                      f"one of them", start)
        if typeset == "bold":
            self.bold.add(value)
        self.emit("name", value, start, end)

    def run(self) -> list[Token]:
        text, at, stop = self.text, *self.frame()
        while at < stop:
            at = self.step(text, at)
            if len(self.tokens) > MAX_TOKENS:
                too_long(text, at - 1)
        self.emit("end", "", stop, stop)
        return self.tokens

    def frame(self) -> tuple[int, int]:
        """The part between dollar signs, without a full stop at the end."""
        wrapped = _WRAPPED.match(self.text)
        start, stop = wrapped.span(1) if wrapped else (0, len(self.text))
        while stop > start and self.text[stop - 1] in " .,;":
            stop -= 1
            if self.text[stop - 1 : stop] == "\\":
                break
        return start, stop

    def step(self, text: str, at: int) -> int:
        character = text[at]
        if character in " ~" or (character == "&" and not self.matrices):
            return at + 1
        if character == "\\":
            return self.command(at)
        if character.isdigit() or character == ".":
            return self.number(at)
        if character.isalpha():
            return self.letters(at)
        if text.startswith("{}", at):
            return at + 2
        if _SWITCHED.match(text, at):
            end = self.command(at + 1)
            return end + text.startswith("}", end)
        if character in "<>":
            self.emit("langle" if character == "<" else "rangle", "", at, at + 1)
            return at + 1
        if text.startswith(("||", ":="), at):
            self.emit("||" if character == "|" else "=", "", at, at + 2)
            return at + 2
        if character not in _SIMPLE:
            return self.fail(f"{character!r} cannot stand in a LaTeX formula", at)
        self.emit(character, "", at, at + 1)
        return at + 1

    def number(self, at: int) -> int:
        match = _NUMBER.match(self.text, at)
        if match is None:
            self.fail("a full stop is not expected here", at)
        exponent = _EXPONENT.match(self.text, match.end())
        if exponent is not None:
            self.fail(f"{match.group()}{exponent.group()} has two readings: write {match.group()} \\cdot 10^{{...}} "
                      "for the number, spaces around e for e = 2.718...", at)
        self.emit("number", exact(match.group(), self.text, at), at, match.end())
        return match.end()

    def letters(self, at: int) -> int:
        """A run of letters: one declared name, or a product of one-letter names."""
        match = _LETTERS.match(self.text, at)
        if match is None:
            self.name(spelled(self.text[at]), "plain", at, at + 1)
            return at + 1
        run, end = match.group(), match.end()
        single = len(run) > 1 and all(letter in self.declared for letter in run)
        if len(run) > 1 and run in self.declared:
            if single:
                self.fail(rf"{run} is declared, and so are its letters: write \mathrm{{{run}}} for the name, "
                          rf"{' '.join(run)} for the product", at)
            self.name(run, "plain", at, end)
            return end
        if len(run) > 1 and not single:
            self.suspicious(run, at)
        for i, letter in enumerate(run):
            self.name(letter, "plain", at + i, at + i + 1)
        return end

    def suspicious(self, run: str, at: int) -> None:
        """A word that LaTeX would set as a product of letters."""
        if known_function(run) or run in OPERATOR_WORDS or run in FUNCTION_COMMANDS:
            command = f"\\{run}" if run in FUNCTION_COMMANDS and run not in ("tr", "diag",
                                                                             "sign") else f"\\operatorname{{{run}}}"
            self.fail(f"{run} has two readings: write {command} for the function, {' '.join(run)} for the product of "
                      f"letters", at)
        if run in GREEK_COMMANDS:
            self.fail(f"{run} has two readings: write \\{run} for the Greek letter, {' '.join(run)} for the product "
                      f"of letters", at)
        if len(run) > 3 and run.islower():
            self.fail(rf"{quoted(run, 30)} has two readings: write \mathrm{{{quoted(run, 30)}}} for one name, spaces "
                      rf"between the letters for "
                      "their product", at)

    def command(self, at: int) -> int:
        match = _COMMAND.match(self.text, at)
        if match is None:
            self.fail("a backslash at the end", at)
        word, end = match.group(1), match.end()
        if word.endswith("*") and word != "operatorname*":
            word, end = word[:-1], end - 1
        if word in ("begin", "end"):
            return self.fonts["environment"](self, word, at, end)
        if word == "\\" and self.matrices:
            self.emit(";", "", at, end)
            return end
        if word in NOISE:
            return self.noise(word, at, end)
        if word in ("label", "tag"):
            return self.argument(end)[2]
        if word in GREEK_COMMANDS:
            self.name(GREEK_COMMANDS[word], "plain" if not word.startswith("var") else word, at, end)
        elif word in BOLD or word in ORNATE:
            return self.fonts["styled"](self, word, at, end)
        elif word in ROMAN:
            return self.fonts["roman"](self, word, at, end)
        elif word in ACCENTS:
            return self.fonts["accented"](self, word, at, end)
        elif word in FUNCTION_COMMANDS:
            self.emit("function", FUNCTION_COMMANDS[word], at, end)
        elif word in OPERATORS:
            return self.operator(word, at, end)
        else:
            self.refuse(word, at)
        return end

    def noise(self, word: str, at: int, end: int) -> int:
        if word == "\\" and end < len(self.text.rstrip()):
            self.fail("a line break: one expression is read at a time", at)
        if word in ("left", "right") and self.text[end : end + 1] == ".":
            return end + 1
        if word.startswith("math") and self.text[end : end + 2] == "{}":
            return end + 2
        return end

    def operator(self, word: str, at: int, end: int) -> int:
        kind = OPERATORS[word]
        if kind == "|" and word != "mid":
            twin = re.compile(rf"\\{word}(?![A-Za-z])").match(self.text, end)
            if twin is not None:
                self.emit("||", DIRECTION.get(word, ""), at, twin.end())
                return twin.end()
        self.emit(kind, DIRECTION.get(word, ""), at, end)
        return end

    def refuse(self, word: str, at: int) -> NoReturn:
        reason = REFUSED.get(word)
        if reason:
            self.fail(f"\\{word}: {reason}", at)
        known = known_function(word)
        if known is not None or word in OPERATOR_WORDS:
            self.fail(f"unknown command \\{quoted(word, 30)}: write \\operatorname{{{word}}}", at)
        hint = did_you_mean(word, COMMANDS | {"operatorname"})
        self.fail(f"unknown command \\{quoted(word, 30)}{hint}", at)

    def argument(self, at: int, word: str = "") -> tuple[str, int, int]:
        """What a font or accent applies to: a group without nesting, or one token; with its place."""
        if word in SWITCHES and re.match(r" *[A-Za-z0-9]", self.text[at:]):
            return self.to_end_of_group(at)
        while self.text[at : at + 1] == " ":
            at += 1
        if self.text[at : at + 1] == "{":
            close = self.text.find("}", at, at + 200)
            inner = self.text.find("{", at + 1, close)
            while 0 <= inner < close and close >= 0:
                close = self.text.find("}", close + 1, at + 400)
                inner = self.text.find("{", inner + 1, close)
            if close < 0:
                self.fail("this brace is not closed", at)
            return self.text[at + 1 : close], at + 1, close + 1
        match = _COMMAND.match(self.text, at) if self.text[at : at + 1] == "\\" else None
        end = match.end() if match is not None else at + 1
        if at >= len(self.text):
            self.fail("the text ends where a letter is missing", at)
        return self.text[at:end], at, end

    def to_end_of_group(self, at: int) -> tuple[str, int, int]:
        r"""The `tr` of {\rm tr}; a single letter where no group is open."""
        depth, stop = 0, at
        while stop < len(self.text) and depth >= 0:
            depth += {"{": 1, "}": -1}.get(self.text[stop], 0)
            stop += 1
        start = at + len(self.text[at:]) - len(self.text[at:].lstrip(" "))
        end = stop - 1 if depth < 0 and stop - at < 200 else start + 1
        return self.text[start:end], start, end

    def inside(self, start: int, stop: int) -> Lexer:
        """The tokens of a part, each letter a name."""
        if self.depth > 3:
            self.fail("fonts and accents are nested too deeply", start)
        inner = Lexer(self.text, frozenset(), depth=self.depth + 1, fonts=self.fonts)
        while start < stop:
            if self.text[start].isalpha():
                inner.emit("name", spelled(self.text[start]), start, start + 1)
                start += 1
            else:
                start = inner.step(self.text, start)
        return inner
