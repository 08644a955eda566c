r"""What holds a part of the text: fonts, accents and environments, as in \mathbf{x}, \mathrm{tr}, \hat y."""

from __future__ import annotations

import re

from .latex_tokens import Fonts, Lexer
from .latex_words import ACCENTS, BOLD, ENVIRONMENTS, FUNCTION_COMMANDS, GREEK_COMMANDS, OPERATOR_WORDS, WORDS
from .problems import did_you_mean, quoted
from .vocabulary import LITERALS, known_function

_ENVIRONMENT = re.compile(r" *\{([A-Za-z]{1,20}\*?)\}")


def styled(lexer: Lexer, word: str, at: int, end: int) -> int:
    r"""\mathbf{Ax}, \bm\beta, \mathbb 1, \mathcal L."""
    content, start, stop = lexer.argument(end, word)
    if word in ("mathbb", "Bbb") and content.strip() in "CENPQRSZ" and content.strip() not in lexer.declared:
        said = "an expectation" if content.strip() == "E" else "a probability" if content.strip() == "P" else "a set"
        lexer.fail(f"\\{word}{{{content.strip()}}} is {said}: this is not read; declare {content.strip()} if it is a "
                   f"variable", at)
    typeset = "bold" if word in BOLD else word
    if content.strip() in ("1", "0"):
        lexer.emit("literal", "ones" if content.strip() == "1" else "zeros", at, stop)
        return stop
    if content.strip() == "I" and "I" not in lexer.declared:
        lexer.name("I", "plain", at, stop)
        return stop
    tokens = lexer.inside(start, start + len(content)).tokens
    for token in tokens:
        if token.kind == "name":
            whole = len(tokens) == 1
            lexer.name(token.value, typeset, at if whole else token.start, stop if whole else token.end)
        else:
            lexer.tokens.append(token)
    return stop


def roman(lexer: Lexer, word: str, at: int, end: int) -> int:
    r"""\mathrm{tr}, \operatorname{diag}, \text{loss}, \mathrm d."""
    content, _, stop = lexer.argument(end, word)
    if word in WORDS and " " in content and content.strip() and known_function(content.strip()) is None:
        lexer.fail(f"words are not read: give the formula alone, without {quoted(content.strip(), 30)!r}", at)
    content = content.strip().removeprefix("\\,").replace(r"\!", "").replace(r"\,", "").replace(" ", "")
    content = content.replace(r"\_", "_")
    if word == "mathop":
        content = re.sub(r"^\\(?:rm|mathrm|text|sf|mathsf)(?:\{([A-Za-z]+)\}|([A-Za-z]+))$", r"\1\2", content)
    if content.startswith("\\") and content[1:] in GREEK_COMMANDS:
        lexer.name(GREEK_COMMANDS[content[1:]], "plain", at, stop)
        return stop
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*\*?|1", content):
        lexer.fail(f"\\{word}{{{quoted(content, 30)}}}: a word of letters was expected", at)
    function = OPERATOR_WORDS.get(content) or FUNCTION_COMMANDS.get(content) or known_function(content)
    if content == "1":
        lexer.emit("literal", "ones", at, stop)
    elif content in lexer.declared and not word.startswith("operatorname"):
        lexer.name(content, "plain", at, stop)
    elif content == "d":
        lexer.emit("differential", "d", at, stop)
    elif function and (function not in LITERALS or function == "unvec"):
        lexer.emit("function", function, at, stop)
    elif word.startswith("operatorname"):
        known = [*FUNCTION_COMMANDS, *OPERATOR_WORDS, "norm", "sigmoid"]
        lexer.fail(f"unknown function {quoted(content)}{did_you_mean(content, known)}", at)
    else:
        lexer.name(content, "plain" if len(content) > 1 or content in "ITFe" else "roman", at, stop)
    return stop


def accented(lexer: Lexer, word: str, at: int, end: int) -> int:
    r"""\hat y, \bar{\mathbf x}."""
    content, start, stop = lexer.argument(end)
    inner = lexer.inside(start, start + len(content))
    if len(inner.tokens) != 1 or inner.tokens[0].kind != "name":
        lexer.fail(f"\\{word} stands over one letter", at)
    name = inner.tokens[0].value
    lexer.name(name + ACCENTS[word], "bold" if name in inner.bold else "plain", at, stop)
    return stop


def environment(lexer: Lexer, word: str, at: int, end: int) -> int:
    r"""\begin{bmatrix} and \end{bmatrix}."""
    match = _ENVIRONMENT.match(lexer.text, end)
    name = match.group(1) if match is not None else ""
    if match is None or name not in ENVIRONMENTS:
        lexer.fail(f"\\{word}{{{name}}}: of environments only matrices of numbers are read, as in bmatrix", at)
    if word == "begin":
        lexer.matrices.append(name)
        lexer.emit("matrix", name, at, match.end())
    elif not lexer.matrices or lexer.matrices.pop() != name:
        lexer.fail(f"\\end{{{name}}} ends nothing", at)
    else:
        lexer.emit("end matrix", name, at, match.end())
    return match.end()


FONTS: Fonts = {"styled": styled, "roman": roman, "accented": accented, "environment": environment}
