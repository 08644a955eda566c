"""How tightly written expressions hold together: the one table from which every parenthesis is decided.

A sum binds least, then a leading minus, products of any kind, functions without parentheses (det X), powers, postfix
signs (X'), and atoms: names, calls, whatever brings its own brackets.
"""

from __future__ import annotations

SUM, SIGN, PRODUCT, PREFIX, POWER, POSTFIX, ATOM = 10, 15, 20, 25, 30, 40, 50

FACTOR = PREFIX
"""The least level of a factor that stands without parentheses."""
BASE = POSTFIX
"""The least level of a base under an exponent."""
