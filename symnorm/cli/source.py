"""Where EXPR comes from: the argument itself, a file, or standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from symnorm.errors import Misuse

LIMIT = 1_000_000
_SUFFIXES = (".txt", ".tex")


def read_source(argument: str) -> str:
    """The text that `argument` stands for, on one line.

    `-` is standard input; `@name`, and the name of an existing file that ends in .txt or .tex, is that file; anything
    else is the expression itself. In a file, lines that start with % or # are comments.
    """
    if argument == "-":
        return _one_line(sys.stdin.buffer.read(LIMIT + 1), "standard input")
    if argument.startswith("@"):
        return _one_line(_file(Path(argument[1:])), argument[1:])
    if argument.endswith(_SUFFIXES) and Path(argument).is_file():
        return _one_line(_file(Path(argument)), argument)
    return argument


def is_python(text: str) -> bool:
    """Is it FILE.py:NAME? Misuse where there is no such file."""
    path, _, name = text.rpartition(":")
    if not (path.endswith(".py") and name.isidentifier()):
        return False
    if not Path(path).is_file():
        raise Misuse(f"there is no file {path!r}")
    return True


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        raise Misuse(f"cannot read the file {str(path)!r}: {getattr(error, 'strerror', None) or error}") from error


def _one_line(data: bytes, name: str) -> str:
    if len(data) > LIMIT:
        raise Misuse(f"{name} holds more than {LIMIT:,} bytes: too long for one expression")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Misuse(f"{name} is not UTF-8 text: byte {error.start + 1} is {data[error.start]:#04x}") from error
    lines = [line.strip() for line in text.splitlines()]
    return " ".join(line for line in lines if line and not line.startswith(("%", "#")))
