"""What is SymPy's and not ours, told without the modules that read it."""

from __future__ import annotations

from sympy import Basic, MatrixBase

from ..node import Node


def is_sympy(value: object) -> bool:
    """Is this an object of SymPy that is not one of ours?"""
    return isinstance(value, (Basic, MatrixBase)) and not isinstance(value, Node)
