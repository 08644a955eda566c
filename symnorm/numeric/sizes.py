"""Sizes from arrays: what the shapes of the arguments say about the symbolic sizes, and where they contradict.

A size that is a symbol is read off; a size that is an expression (m*p, n + 1) is compared once its symbols are known,
or solved for the one that is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Expr, Symbol, solve

from ..errors import ShapeError
from ..language.node import Node, Variable
from ..shapes import ONE, Size, describe

Sizes = dict[Symbol, int]
"""What each symbolic size is."""


def array_shape(rows: Size, cols: Size, sizes: Mapping[Symbol, int]) -> tuple[int, ...]:
    """The shape of the array for rows x cols: () scalar, (n,) vector, (m, n) matrix."""
    if cols is ONE:
        return () if rows is ONE else (number_of(rows, sizes),)
    return (number_of(rows, sizes), number_of(cols, sizes))


def number_of(size: Size, sizes: Mapping[Symbol, int]) -> int:
    """A size as an int."""
    if size.is_Integer:
        return int(size)
    found = sizes.get(size)
    if found is None:
        value = size.xreplace(sizes)
        if not value.is_Integer:
            raise unknown(size, sizes)
        found = int(value)
    return found


def unknown(size: Expr, sizes: Mapping[Symbol, int]) -> ShapeError:
    missing = sorted(str(s) for s in size.free_symbols if s not in sizes)
    wanted = ", ".join(f'"{s}": ...' for s in missing)
    return ShapeError(f"the arguments do not say how large {', '.join(missing)} is: give sizes={{{wanted}}}")


def given_sizes(sizes: Mapping[object, int] | None, known: Iterable[Symbol]) -> Sizes:
    """`sizes` as given by the caller, by name or by symbol."""
    if not sizes:
        return {}
    by_name = {str(s): s for s in known}
    found: Sizes = {}
    for key, value in sizes.items():
        if isinstance(value, bool) or not hasattr(value, "__index__") or int(value) < 1:
            raise ShapeError(f"the size {key} is a positive whole number, got {value!r}")
        symbol = by_name.get(str(key))
        if symbol is not None:
            found[symbol] = int(value)
    return found


def read_sizes(shapes: Iterable[tuple[Variable, tuple[int, ...]]], sizes: Sizes) -> Sizes:
    """All symbolic sizes from the shapes of the arguments; a contradiction names the variable and both shapes."""
    found = dict(sizes)
    later: list[tuple[Variable, tuple[int, ...], Size, int]] = []
    fixed: dict[Symbol, Variable] = {}
    for node, shape in shapes:
        if len(shape) != len(node.shape):
            raise wrong_shape(node, shape, found)
        for size, length in zip(node.shape, shape, strict=True):
            if size.is_Integer:
                if int(size) != length:
                    raise wrong_shape(node, shape, found)
            elif not size.is_Symbol:
                later.append((node, shape, size, length))
            elif found.setdefault(size, length) != length:
                raise wrong_shape(node, shape, found, fixed.get(size))
            else:
                fixed.setdefault(size, node)
    for node, shape, size, length in later:
        _settle(node, shape, size, length, found)
    return found


def _settle(node: Variable, shape: tuple[int, ...], size: Size, length: int, found: Sizes) -> None:
    value = size.xreplace(found)
    if not value.is_Integer and len(value.free_symbols) == 1:
        symbol = next(iter(value.free_symbols))
        whole = [r for r in solve(value - length, symbol) if r.is_Integer and r.is_positive]
        if len(whole) == 1:
            found[symbol] = int(whole[0])
            value = size.xreplace(found)
    if (value.is_Integer and int(value) != length) or (not value.is_Integer and not value.free_symbols):
        raise wrong_shape(node, shape, found)


def wrong_shape(node: Variable, shape: tuple[int, ...], sizes: Mapping[Symbol, int],
                other: Variable | None = None) -> ShapeError:
    declared = describe(node.rows, node.cols)
    known = {s: sizes[s] for s in _symbols(node) if s in sizes}
    expected = ""
    if known:
        expected = f" with {', '.join(f'{s} = {v}' for s, v in known.items())}"
        if other is not None and other is not node:
            expected += f" (from {other.name})"
    hint = "; pass a vector as a 1-D array" if node.is_vector and len(shape) == 2 else ""
    return ShapeError(f"{node.name} is declared as {declared}{expected}, got an array of shape {shape}{hint}")


def _symbols(node: Node) -> list[Symbol]:
    return sorted(node.rows.free_symbols | node.cols.free_symbols, key=str)


def symbols_in(nodes: Iterable[Node]) -> set[Symbol]:
    """Every symbolic size in the shapes and the constants of the nodes."""
    found: set[Symbol] = set()
    for node in nodes:
        found |= node.rows.free_symbols | node.cols.free_symbols
        if node.data and hasattr(node.data[0], "free_symbols"):
            found |= node.data[0].free_symbols
    return found
