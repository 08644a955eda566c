"""What goes to standard output: in colours where that is a terminal and rich (the extra `rich`) is installed."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from typing import Any

import click

STYLES = (
    (r"(?m)^(read as|inferred|assumed|checked|written|note) ", "dim"),
    (r"(?m)^(?:\w+\(d\w+\)|d\w+)? +(?:\d+ +)?= .*?\S( {4,}.*)$", "cyan"),
    (r"(?m)^(?:grad|jac|hess) .*?(?= {4}from |$)", "bold"),
    (r"(?m) {4}from .*$", "dim"),
    (r"(?m)^right\b|every line agrees", "green"),
    (r"(?m)^wrong\b|^slip: [\w-]+|^ +> +\d+ .*$", "bold red"),
    (r"(?m)^undecided\b", "yellow"),
    (r"(?m)^\S+ +(right) ", "green"),
    (r"(?m)^\S+ +(wrong) ", "bold red"),
    (r"(?m)^\S+ +(undecided|unread) ", "yellow"),
)
"""A pattern and the style of its groups, or of the whole where it has none."""


def show(text: str, err: bool = False) -> None:
    """Print: the same characters with and without rich; `err` to standard error, plainly."""
    if err or not sys.stdout.isatty() or find_spec("rich") is None:
        click.echo(text, err=err)
        return
    from rich.console import Console

    Console().print(styled(text), soft_wrap=True)


def styled(text: str) -> Any:
    """The text with the parts that STYLES names in their styles."""
    from rich.text import Text

    found = Text(text)
    for pattern, style in STYLES:
        for match in re.finditer(pattern, text):
            for group in range(min(1, match.re.groups), match.re.groups + 1):
                found.stylize(style, *match.span(group))
    return found
