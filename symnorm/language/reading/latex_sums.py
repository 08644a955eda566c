r"""Sums over an index, read as vector expressions: \sum_i x_i^2, \sum_{i=1}^m (a_i^\top x - b_i)^2.

x_i is an entry of a declared vector x; a_i a row of a declared matrix A, as a column; X_{ij} an entry. What the index
runs through is stacked: an entry becomes its vector, a row its matrix (see `stacking`).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from ...shapes import ONE
from ..node import Variable
from .pratt import SCRIPT, SUM, Parse, Parser, node
from .stacking import Stacked, Stacker, ones, root_of, rows_of_squares, turned
from .stacking_laws import STACKING_LAWS
from .syntax import Syntax, Token, fold

MAX_BODY = 2_000
ROWS_OF = {"phi": "Phi", "psi": "Psi", "theta": "Theta", "xi": "Xi"}
"""Greek letters whose index counts rows; lambda_i and sigma_i are numbers also beside Lambda and Sigma."""


def indexed(parser: Parser, token: Token, parts: list[str], end: int) -> Syntax:
    """A name with a bound index: its entries or rows."""
    indices = tuple(part for part in parts if part != ",")
    name = token.value
    variable = parser.variables.get(name)
    capital = ROWS_OF.get(name, name.upper())
    matrix = parser.variables.get(capital)
    if variable is not None and name.islower() and matrix is not None and matrix.cols is not ONE:
        variable = _either(parser, variable, name, indices)
    if variable is None and len(indices) == 2 and name.islower() and matrix is not None:
        parser.assume(f"{parser.text[token.start : end]} is an entry of {capital}")
        parser.rows.add(name)
        name, variable = capital, matrix
    if variable is None and matrix is not None and name.islower() and len(indices) == 1:
        if matrix.cols is not ONE:
            parser.assume(f"{name}_{indices[0]} is row {indices[0]} of {matrix.name}, as a column")
            parser.rows.add(name)
            name, variable = matrix.name, matrix
    elif variable is not None and variable.cols is not ONE and len(indices) == 1:
        parser.assume(f"{name}_{indices[0]} is row {indices[0]} of {name}, as a column")
    if variable is None and name[:1].islower():
        if len(indices) > 1:
            parser.fail(f"{name} with two indices: declare {name.upper()}, or write "
                        f"{name.upper()}_{{{''.join(indices)}}}", token.start)
        parser.bold.add(name)
    if variable is not None and variable.is_scalar:
        parser.fail(f"{name} is declared as a scalar and has an index here", token.start)
    if len(indices) > 2 or (len(indices) == 2 and variable is not None and variable.cols is ONE):
        parser.fail(f"{name} has too many indices", token.start)
    base = Syntax("name", name, (), token.start, token.end)
    return entries(parser, base, parts, token.start, end)


def _either(parser: Parser, variable: Variable, name: str, indices: tuple[str, ...]) -> Variable | None:
    """x_i where both x and X are declared: an entry of x, unless only a row of X fits; x_{ij} is an entry of X."""
    if variable.cols is not ONE or variable.is_scalar:
        return variable
    if len(indices) == 2 or name in parser.by_rows:
        return None
    parser.either.add(name)
    return variable


def entries(parser: Parser, base: Syntax, parts: list[str], start: int, end: int) -> Syntax:
    """base_{ij}, base_{i,:} or base_{:,j}, with bound indices."""
    indices = tuple(part for part in parts if part != ",")
    if not all(part in parser.bound or part == ":" for part in indices):
        parser.fail("an index of a sum and something else below one name: this is not read", start)
    if ":" in indices:
        if len(indices) != 2 or indices[0] == indices[1]:
            parser.fail("a colon stands beside one index, as in X_{i,:}", start)
        if indices[0] == ":":
            base, indices = turned(base), indices[::-1]
        return Syntax("indexed", indices[:1], (base,), base.start, end)
    return Syntax("indexed", indices, (base,), base.start, end)


def total(parser: Parser, token: Token, power: int) -> Parse:
    r"""\sum_i, \sum_{i,j}, \sum_{i=1}^n, with the product that follows."""
    names, limit = yield from _range(parser, token)
    parser.bound.extend(names)
    parser.summed.update(names)
    body = yield parser.expression(SUM)
    del parser.bound[-len(names):]
    for name in reversed(names):
        body = over_index(parser, "sum", body, name, token.start, body.end, limit)
    return body


def _range(parser: Parser, token: Token) -> Generator[Any, Any, tuple[list[str], Syntax | None]]:
    names: list[str] = []
    limit: Syntax | None = None
    while parser.peek.kind in ("_", "^"):
        if parser.take().kind == "^":
            limit = yield parser.expression(SCRIPT)
            continue
        if parser.peek.kind != "{":
            names.append(parser.expect("name", "an index").value)
            continue
        opened = parser.take()
        while parser.peek.kind != "}":
            names.append(str(parser.expect("name", "an index").value))
            if parser.peek.kind == "=":
                parser.take()
                lower = parser.expect("number", "a number where the sum begins")
                if lower.value != 1:
                    parser.fail("sums are read from 1", lower.start)
            if parser.peek.kind == ",":
                parser.take()
        parser.expect("}", "a closing brace", opened)
    if not names:
        parser.fail("a sum needs its index, as in \\sum_i x_i", token.start)
    if len(set(names)) != len(names) or any(name in parser.bound for name in names):
        parser.fail("an index is used twice", token.start)
    if any(name in parser.declared for name in names):
        parser.fail("the index of a sum is declared as a variable: rename one of them", token.start)
    return names, limit


def over_index(parser: Parser, function: str, body: Syntax, index: str, start: int, end: int,
               limit: Syntax | None = None) -> Syntax:
    """The sum (or the largest) of body over the index, without the index."""
    if body.end - body.start > MAX_BODY:
        parser.fail("the body of this sum is too long", start)
    stacker = Stacker(parser, index, limit, STACKING_LAWS)
    stacked = stacker.settled(fold(body, stacker.visit))
    if stacked.kind == "c":
        if limit is None or function != "sum":
            parser.fail(f"nothing here has the index {index}", start)
        return node("product", (limit, stacked.tree), "*", start=start, end=end)
    if limit is None:
        parser.assume(f"{index} runs through all entries or rows it stands below")
    if function != "sum":
        if stacked.kind != "s":
            parser.fail(f"the {function} over an index needs scalars", start)
        return Syntax("call", function, (stacked.tree,), start, end)
    return _summed(stacked, start, end)


def _summed(stacked: Stacked, start: int, end: int) -> Syntax:
    tree = stacked.tree
    if stacked.kind == "s":
        root = root_of(tree)
        if root is not None and (matrix := rows_of_squares(root)) is not None:
            return Syntax("call", "norm21", (matrix,), start, end)
        if tree.kind == "hadamard":
            return Syntax("inner", None, tree.args, start, end)
        rows = tree.kind == "product" and tree.args[1].kind == "literal" and tree.args[1].value == ("ones", ())
        return Syntax("call", "sum", (tree.args[0] if rows else tree,), start, end)
    if stacked.kind == "r":
        return node("product", (node("transpose", (tree,)), ones(tree)), "*", start=start, end=end)
    if stacked.kind == "t":
        return node("product", (node("transpose", (ones(tree),)), tree), "*", start=start, end=end)
    assert stacked.other is not None
    return node("product", (node("transpose", (tree,)), stacked.other), "*", start=start, end=end)
