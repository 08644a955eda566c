r"""Claims whose sizes do not fit because a transpose is missing or one too many: 2 A (A x - b) for 2 A' (A x - b).

Each matrix of the text is turned in turn; where that makes the claim right, it is the slip.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ..errors import SymnormError
from ..language.node import Variable
from .verdict import Verdict

MAX_TRIED = 40
_WORD = re.compile(r"\\[A-Za-z]+|[A-Za-z]")
_TURNED = re.compile(r"\s*(?:\^\s*(?:\\top|T|\{\s*(?:\\top|\\mathsf\s*\{?T\}?|\\rm\s*T|T)\s*\})|'|\.T\b)")
_GREEK = re.compile(r"(?i)alpha|beta|gamma|delta|epsilon|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|"
                    r"omega")


def turned(text: str, names: Iterable[Variable], latex: bool) -> Iterator[tuple[str, str]]:
    """The text with one of its matrices transposed, or no longer, and what that is called: "A' in the place of A"."""
    matrices = {v.name for v in names if not (v.is_scalar or v.is_vector)}
    for name, end in _places(text, matrices, latex):
        after = _TURNED.match(text, end)
        if after:
            yield text[:end] + text[after.end() :], f"{name} in the place of {name}'"
        else:
            yield text[:end] + ("^{\\top}" if latex else "'") + text[end:], f"{name}' in the place of {name}"


def _places(text: str, names: set[str], latex: bool) -> Iterator[tuple[str, int]]:
    """The names as they stand in the text, and where each ends, with its subscript."""
    if not latex:
        for match in re.finditer(r"[A-Za-z_]\w*", text):
            if match[0] in names:
                yield match[0], match.end()
        return
    for match in _WORD.finditer(text):
        letter = match[0].removeprefix("\\")
        if match[0].startswith("\\") and not _GREEK.fullmatch(letter):
            continue
        below = re.match(r"\s*_\s*(?:\{(\w+)\}|(\w))", text[match.end() :])
        if below and f"{letter}_{below[1] or below[2]}" in names:
            yield f"{letter}_{below[1] or below[2]}", match.end() + below.end()
        elif not below and letter in names:
            yield letter, match.end()


def as_transpose(
    text: str, names: Iterable[Variable], latex: bool, judge: Callable[[str], Verdict], misfit: str
) -> Verdict | None:
    """The verdict on a claim that does not fit, if one transpose makes it right."""
    for tried, (other, said) in enumerate(turned(text, names, latex)):
        if tried >= MAX_TRIED:
            break
        try:
            verdict = judge(other)
        except SymnormError:
            continue
        if verdict.status == "right":
            return replace(verdict, status="wrong", decided_by="contract", error=None, slip="transpose", points=(),
                           reason=misfit, evidence=f"it is right with {said}")
    return None
