"""The public calls that derive: gradient, differential.

Every call takes expressions of symnorm or of SymPy; SymPy in means SymPy out.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from ..engine.forward import forward
from ..engine.layouts import to_layout
from ..engine.structured import apply
from ..engine.sweep import sweep
from ..errors import Misuse
from ..language.build import as_node
from ..language.build import variable as declare
from ..language.node import Node, Variable
from ..language.reading.kinds import kind_by_letter
from ..shapes import describe, size_symbol
from ..simplify.present import present
from .border import like

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def gradient(f: Any, wrt: Any, *, structure: str = "free", layout: str = "gradient") -> Any:
    """The gradient of a scalar f: the G with df = tr(G' dX), of the shape of the variable.

    Several variables give a tuple. A variable that f does not hold gives zero of its shape; a name that f does not hold
    is typed by its letter (a-g scalars, h-z vectors, A-Z matrices), with a warning that says so. `structure` is what
    is known of the variable and wanted of the gradient ("free", "symmetric", "entries", ...), `layout` how it is
    written ("gradient", "numerator", "denominator", "vec").

    >>> from symnorm import variables, norm
    >>> A, x, b = variables("A: m x n, x: n, b: m")
    >>> gradient(norm(A @ x - b)**2 / 2, x)
    A.T @ (A @ x - b)
    """
    node = as_node(f)
    chosen = targets(node, wrt)
    found = sweep(node, chosen).gradients
    results = tuple(like(f, to_layout(structured(present(found[v]), v, structure), node, v, layout)) for v in chosen)
    return results if is_several(wrt) else results[0]


def differential(f: Any, wrt: Any = None) -> Any:
    """The differential of f, linear in dx for each variable (all of them, or those in `wrt`).

    >>> from symnorm import variables
    >>> A, x = variables("A: n x n symmetric, x: n")
    >>> differential(x.T @ A @ x, x)
    2 * dx.T @ A @ x
    """
    node = as_node(f)
    chosen = sorted(node.free, key=lambda v: v.name) if wrt is None else targets(node, wrt)
    return like(f, present(forward(node, chosen)[0]))


def structured(g: Node, variable: Variable, structure: str) -> Node:
    """The gradient within a structure of the variable."""
    if structure == "free":
        return g
    return present(apply(g, variable, structure))


def is_several(wrt: Any) -> bool:
    return isinstance(wrt, (tuple, list))


def _warn(told: str) -> None:
    warnings.warn(told, stacklevel=7)


def targets(f: Node, wrt: Any, say: Callable[[str], object] = _warn) -> tuple[Variable, ...]:
    """The variables that `wrt` names: a variable, a name, a SymPy symbol, or several of them.

    `say` is told of a name that f does not hold, and what was taken for it.
    """
    chosen = tuple(_target(f, w, say) for w in (wrt if is_several(wrt) else (wrt,)))
    if not chosen:
        raise Misuse("wrt is empty: name at least one variable")
    return chosen


def _target(f: Node, wrt: Any, say: Callable[[str], object]) -> Variable:
    if isinstance(wrt, str):
        return _by_name(f.free, wrt, say)
    node = as_node(wrt)
    if not isinstance(node, Variable):
        raise Misuse(f"a derivative is by a variable, got {node}")
    return _declared(f.free, node)


def _by_name(variables: Iterable[Variable], name: str, say: Callable[[str], object]) -> Variable:
    """The variable of that name; one that f does not hold is typed by its name, which is said."""
    held = tuple(variables)
    for variable in held:
        if variable.name == name:
            return variable
    found, told = typed_by_name(name, held)
    say(told)
    return found


def typed_by_name(name: str, held: Iterable[Variable] = ()) -> tuple[Variable, str]:
    """A variable that nobody declared, of sizes that no other has; and what was assumed, in words.

    >>> typed_by_name("lambda")[1]
    'f does not depend on lambda, so the derivative is 0; lambda is taken as a scalar, by its name'
    """
    if not NAME.fullmatch(name):
        raise Misuse(f"a variable is named by letters, digits and underscores, got {name[:60]!r}")
    used = {str(s) for v in held for size in (v.rows, v.cols) for s in size.free_symbols}
    free = (size_symbol(letter) for letter in (*"nmpkqr", *(f"n{i}" for i in range(1, 99))) if letter not in used)
    kind = kind_by_letter(name)
    if kind == "scalar":
        found = declare(name)
    elif kind == "vector":
        found = declare(name, next(free))
    else:
        cols = next(free)
        found = declare(name, next(free), cols)
    shape = describe(found.rows, found.cols)
    article = f"a {shape}" if kind != "matrix" else f"an {shape} matrix" if shape[0] in "nmr" else f"a {shape} matrix"
    return found, f"f does not depend on {name}, so the derivative is 0; {name} is taken as {article}, by its name"


def _declared(variables: Iterable[Variable], node: Variable) -> Variable:
    """The variable of the expression with this name and shape: a SymPy symbol carries no properties."""
    for variable in variables:
        if variable.name == node.name and variable.rows == node.rows and variable.cols == node.cols:
            return variable
    return node
