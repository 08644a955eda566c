r"""The law of a rule as text: \mathrm{d}\lVert u\rVert_2=\frac{1}{\lVert u\rVert_2}\langle u,\mathrm{d}u\rangle is
d||u||_2 = 1/||u||_2 <u, du>."""

from __future__ import annotations

import re

_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_NAMES = "operatorname|mathrm|text|mathbf"
_STEPS: tuple[tuple[str, str], ...] = (
    (r"\\mathrm\{d\}(?=\\(?:operatorname|log|det|sum|max))", "d "),
    (r"(\\operatorname\{\w+\})(?=[A-Za-z]|\\[a-z])", r"\1 "),
    (r"\\(?:odot|circ)(?![A-Za-z]) ?", " .* "),
    (r"\\oslash(?![A-Za-z]) ?", " ./ "),
    (r"\\otimes(?![A-Za-z]) ?", " (x) "),
    (rf"\\(?:{_NAMES})" + _GROUP, r"\1"),
    (r"\\tfrac(\d)(\d)", r"\1/\2 "),
    (r"\^\{\\top\}", "'"),
    (r"\^\{\+\\top\}", "^+'"),
    (r"\^\{\+\}", "^+"),
    (r"\\[lr]Vert ?", "||"),
    (r"\\[lr]vert ?", "|"),
    (r"\\langle ?", "<"),
    (r"\\rangle ?", "> "),
    (r"\\neq(?![A-Za-z]) ?", " != "),
    (r"\\le(?![A-Za-z]) ?", " <= "),
    (r"\\ge(?![A-Za-z]) ?", " >= "),
    (r"\\infty(?![A-Za-z]) ?", "inf"),
    (r"\\Gamma", " Gamma"),
    (r"\\[,;:! ]|\\(?:big|Big)[lr]|\\quad", " "),
    (r"(?<=[A-Za-z])\\(?=[a-z])", " "),
    (r"\\([A-Za-z]+)", r"\1"),
    (r"\\([{}])", r"\1"),
    (r"([_^])\{(\w)\}", r"\1\2"),
    (r"(sum_\w)(?=\w)", r"\1 "),
    (r"\^\+\+", "^+ + "),
    (r"_\{(\w+),(\w+)\}", r"_\1,\2"),
    (r"\{([^{}]*)\}", r"(\1)"),
    (r"\s*(?<![<>!])=\s*", " = "),
    (r",(?=\S)(?!ind)", ", "),
    (r"(?<=[\w')|\]>])\s?([+-])(?=[A-Za-z\d|(<])", r" \1 "),
    (r"(?<=> )\+(?=<)", "+ "),
)


def law_text(law: str) -> str:
    """The law in the letters of a keyboard."""
    text = _fractions(law)
    for pattern, replacement in _STEPS:
        text = re.sub(pattern, replacement, text)
    return re.sub(r" (?=[),;])", "", " ".join(text.split()))


def _fractions(text: str) -> str:
    """a/b for \\frac{a}{b}, with brackets where either is more than a factor."""
    pattern = re.compile(r"\\d?frac" + _GROUP + _GROUP)

    def flat(match: re.Match[str]) -> str:
        above, below = (f"({part})" if re.search(r"(?<=.)[+-]|\\,", part) else part for part in match.groups())
        return f"{above}/{below}\\,"

    return pattern.sub(flat, text)
