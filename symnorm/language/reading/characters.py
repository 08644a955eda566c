"""The characters that may stand in a formula, and the limits on its size.

Printable ASCII and the Greek letters that cannot be mistaken for Latin ones; everything else is refused by name before
a tokenizer sees it, so that no look-alike, no control character and no mark that turns the text around gets through.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import NoReturn

from ...errors import ReadingError
from .problems import quoted

MAX_LENGTH = 400_000
MAX_TOKENS = 100_000
MAX_DIGITS = 1_000
MAX_EXPONENT = 400
MAX_NAME = 64
MAX_DEPTH = 16_000
"""Open sub-parses: parentheses and signs take two each, a layer tanh(W*...) four. The machine's stack plays no part."""

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}
SMALL_GREEK = frozenset(name for name in GREEK.values() if name.islower())
_FOREIGN = re.compile(rf"[^ -~\n\t\r{''.join(GREEK)}]")
_GREEK_LETTER = re.compile(f"[{''.join(GREEK)}]")
_MEANT = {"−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "∙": "*", "⋅": "*", "∗": "*", "⊙": ".*", "∘": ".*",
          "÷": "/",
          "′": "'", "’": "'", "‘": "'", "ᵀ": "'", "⊤": "'", "²": "^2", "³": "^3", "½": "1/2", "‖": "||", "∥": "||",
          "⊗": "kron",
          "∑": "sum", "√": "sqrt", "∞": "inf", "𝟏": "vector(1)", "ℓ": "l", "µ": "μ", "“": '"', "”": '"'}


def checked(text: str) -> str:
    """The text with line ends and tabs as spaces (columns stay), or an error that names what cannot be read."""
    if len(text) > MAX_LENGTH:
        raise ReadingError(f"the text has {len(text)} characters; at most {MAX_LENGTH} are read", text[:80], 80)
    foreign = _FOREIGN.search(text)
    if foreign is not None:
        at = foreign.start()
        line = text[max(0, at - 200) : at + 200]
        raise ReadingError(_explain(foreign.group()), line, at - max(0, at - 200) + 1)
    return text.replace("\n", " ").replace("\t", " ").replace("\r", " ") if not text.isprintable() else text


def too_long(text: str, at: int) -> NoReturn:
    raise ReadingError(f"the formula is too long: at most {MAX_TOKENS} names, numbers and signs are read",
                       text[max(0, at - 200) : at + 1], min(at, 200) + 1)


def _explain(character: str) -> str:
    code = f"U+{ord(character):04X}"
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"the invisible character {code} cannot stand in a formula"
    name = unicodedata.name(character, "unnamed").lower()
    meant = _MEANT.get(character)
    if meant is None:
        plain = unicodedata.normalize("NFKC", character)
        meant = plain if plain != character and plain.isascii() and plain.isprintable() else None
    if meant is None and "letter" in name:
        return f"the character {character!r} ({code}, {name}) is not a letter of this language: names are written " \
               "with a-z, A-Z, digits, underscore and Greek letters"
    remedy = f": did you mean {meant!r}?" if meant else ""
    return f"the character {character!r} ({code}, {name}) cannot be read{remedy}"


def spelled(name: str) -> str:
    """A name with its Greek letters spelled out.

    >>> spelled("λ_0")
    'lambda_0'
    """
    return name if name.isascii() else _GREEK_LETTER.sub(lambda letter: GREEK[letter.group()], name)


def exact(literal: str, text: str, start: int) -> Fraction:
    """The exact value of a decimal literal: 0.1 is 1/10.

    >>> exact("1.5e-3", "", 0)
    Fraction(3, 2000)
    """
    mantissa, _, exponent = literal.lower().partition("e")
    if len(mantissa) > MAX_DIGITS:
        raise ReadingError(f"a number of {len(mantissa)} digits; at most {MAX_DIGITS} are read", text, start + 1)
    whole, _, part = mantissa.partition(".")
    value = Fraction(int(whole + part or "0"), 10 ** len(part))
    if not exponent:
        return value
    sign = -1 if exponent[0] == "-" else 1
    digits = exponent.lstrip("+-").lstrip("0") or "0"
    if len(digits) > 3 or int(digits) > MAX_EXPONENT:
        raise ReadingError(f"the number {quoted(literal, 30)} is out of range; exponents go to {MAX_EXPONENT}", text,
                           start + 1)
    return value * Fraction(10) ** (sign * int(digits))
