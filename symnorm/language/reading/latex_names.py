r"""Names that mean something else in what stands beside them: f'(x), dX, E[x], and x_1 beside a declared x."""

from __future__ import annotations

from typing import NoReturn

from .latex_scripts import joined
from .pratt import Parser
from .syntax import Token

_FUNCTIONS = frozenset({"f", "g", "h", "phi", "psi", "sigma"})
_MAY_BE_FUNCTIONS = frozenset({"f", "g", "h", "phi", "psi", "Phi", "Psi", "ell", "kappa", "rho"})
_INDICES = frozenset("ijkl")
_OPENING, _CLOSES = frozenset({"(", "[", "{"}), frozenset({")", "]", "}"})
_OF_PRODUCTS = _OPENING | _CLOSES | {"name", "number", "^", "_", "top", "'"}


def refuse_other_readings(parser: Parser, token: Token, name: str, parts: list[str]) -> None:
    """Refuse an undeclared name that would be read against its usual meaning; the parser stands behind it."""
    if name in parser.declared:
        return
    following = parser.peek
    if following.kind == "'" and name in _FUNCTIONS and _opens(parser, 1):
        shown = parser.text[token.start : following.end]
        parser.fail(f"{shown}(...) is the derivative of a function, which is not read; declare {name} for a product",
                    token.start)
    if name in ("E", "Var", "Cov", "Pr") and following.kind in ("[", "("):
        parser.fail(f"{parser.slice(token)}{following.kind}...: expectations and probabilities are not read; declare "
                    f"{name} if it is a variable", token.start)
    if name == "d" and following.kind == "name" and _is_variable(parser, following):
        _refuse_differential(parser, token, following)
    if parts and parts != ["0"] and (parts[0].isdigit() or parts[0] in _INDICES) and token.value in parser.variables:
        variable = parser.variables[str(token.value)]
        if not variable.is_scalar:
            shown = joined(str(token.value), parts)
            parser.fail(f"{parser.slice(token)}_{''.join(parts)} has two readings: an entry of {token.value}, which is "
                        f"read only in sums over its index, or a variable of its own: declare {shown} for that",
                        token.start)


def refuse_lone_index(parser: Parser, token: Token) -> NoReturn:
    parser.fail(f"the index {token.value} stands alone: only entries and rows with it are summed", token.start)


def note_loose_row(parser: Parser, token: Token, name: str, parts: list[str]) -> None:
    """w_k outside the sum over k."""
    if len(parts) == 1 and len(parts[0]) == 1 and parts[0] not in ("0", "T") and name not in parser.declared:
        parser.loose.append((token, parts[0]))


def refuse_loose_rows(parser: Parser) -> None:
    """w_k where the same formula has w_j for the rows of W, and u_t behind the sum over t: rows and entries too, of an
    index that nothing runs through there."""
    for token, index in parser.loose:
        if token.value not in parser.rows and index not in parser.summed:
            continue
        shown = parser.slice(token)
        parser.fail(f"{shown} with an index outside its sum has two readings: a row of a matrix, as elsewhere here, "
                    "which is read only in sums over its index, or a variable of its own: declare it by its whole name "
                    "for that", token.start)


def refuse_applied(parser: Parser, token: Token, name: str, parts: list[str]) -> None:
    """Refuse f(...), F(x) and F(x, y) where nothing says that f or F is no function; the parser stands before (."""
    if name in parser.declared:
        return
    last = len(parser.tokens) - 1
    first, second = (parser.tokens[min(parser.position + i, last)] for i in (1, 2))
    one_letter = first.kind == "name" and second.kind in (")", "]")
    several = first.kind == "name" and second.kind == ","
    if token.value in _MAY_BE_FUNCTIONS | parser.ornate or one_letter or several or _is_projection(token, parts) or (
            _is_one_product(parser)):
        shown = parser.slice(token)
        parser.fail(rf"{shown}(...) has two readings: write {shown} \cdot (...) for a product; of functions only known "
                    rf"ones are read", token.start)


def _is_projection(token: Token, parts: list[str]) -> bool:
    r"""P_\Omega(...), \Pi_C(...) and S_\lambda(...) are operators to most authors."""
    return token.value in ("P", "Pi", "S", "T") and bool(parts) and not parts[0].isdigit()


def _is_one_product(parser: Parser) -> bool:
    """L(Ax): a capital before a product in brackets that nothing needs, unless they are raised, as in X(X'X)^{-1}."""
    depth, at = 0, parser.position
    for at in range(parser.position, len(parser.tokens)):
        kind = parser.tokens[at].kind
        depth += (kind in _OPENING) - (kind in _CLOSES)
        if depth == 0:
            break
        if depth == 1 and kind not in ("(", "[") and kind not in _OF_PRODUCTS:
            return False
    return parser.tokens[min(at + 1, len(parser.tokens) - 1)].kind not in ("^", "'", "_")


def _opens(parser: Parser, offset: int) -> bool:
    at = min(parser.position + offset, len(parser.tokens) - 1)
    return parser.tokens[at].kind in ("(", "[")


def _is_variable(parser: Parser, following: Token) -> bool:
    """Is the name after d one of the formula's variables: declared, or standing without a d elsewhere?"""
    if following.value in parser.declared:
        return True
    before = zip(parser.tokens, parser.tokens[1:], strict=False)
    return any(b.kind == "name" and b.value == following.value and a.value != "d" for a, b in before)


def _refuse_differential(parser: Parser, token: Token, following: Token) -> NoReturn:
    x = parser.slice(following)
    parser.fail(f"d{x} has two readings: write \\mathrm{{d}}{x} for the differential, or declare d for the product",
                token.start)
