"""What is known, as text: the rules, the functions, and one rule in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from inspect import signature

from symnorm.errors import Misuse
from symnorm.language.functions import FUNCTIONS
from symnorm.norms import all as _norms  # noqa: F401  registers the norms
from symnorm.rendering.laws import law_text
from symnorm.rules import all as _rules  # noqa: F401  registers the rules
from symnorm.rules.rule import DIFFERENTIALS, Rule


def rules() -> Iterator[str]:
    """A line per rule: its name, what it is about, its law."""
    rows = [(rule.name, subject(rule), law_text(rule.law)) for rule in DIFFERENTIALS.rules.values()]
    return _columns(("rule", "of", "law"), rows)


def functions() -> Iterator[str]:
    """A line per function: how it is called, and what it is."""
    rows = [(f"{name}{_arguments(name)}", (function.__doc__ or "").splitlines()[0])
            for name, function in FUNCTIONS.items()]
    return _columns(("function", "value"), rows)


def explain(name: str) -> str:
    """Every rule of that name, with its law, where it holds, and its source.

    >>> print(explain("logdet"))
    log-determinant (LogDet)
      law     d log |det U| = tr(U^(-1) dU)
      LaTeX   \\mathrm{d}\\log\\,\\lvert\\det U\\rvert=\\operatorname{tr}(U^{-1}\\,\\mathrm{d}U)
      holds   where U is invertible
      source  standard
    """
    wanted = _plain(name)
    found = [rule for rule in DIFFERENTIALS.rules.values() if wanted in map(_plain, _names(rule))]
    if not found:
        known = {_plain(n): n for rule in DIFFERENTIALS.rules.values() for n in _names(rule)}
        close = get_close_matches(wanted, known, 1)
        hint = f"did you mean {known[close[0]]!r}? " if close else ""
        raise Misuse(f"no rule is called {name[:60]!r}: {hint}`symnorm list rules` has the names")
    return "\n\n".join(_one(rule) for rule in found)


def subject(rule: Rule) -> str:
    """The node class of a rule, with the name of the function or norm where the class has several."""
    return f"{rule.node.__name__} {rule.of}" if rule.of else rule.node.__name__


def _one(rule: Rule) -> str:
    holds = "everywhere" if rule.domain.is_everywhere else "where " + rule.domain.text.format("U")
    return (f"{rule.name} ({subject(rule)})\n  law     {law_text(rule.law)}\n  LaTeX   {rule.law}\n  holds   {holds}\n"
            f"  source  {rule.source}")


def _names(rule: Rule) -> list[str]:
    return [rule.name, subject(rule), rule.node.__name__, *([rule.of] if rule.of else [])]


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _arguments(name: str) -> str:
    parameters = signature(FUNCTIONS[name]).parameters.values()
    return "(" + ", ".join(f"*{p.name}" if p.kind is p.VAR_POSITIONAL else p.name for p in parameters) + ")"


def _columns(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head) - 1)]
    for row in [head, *rows]:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
