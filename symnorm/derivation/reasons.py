"""Why a line follows from the line above: words and short formulas, written by the printers when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ..language.node import Node, Variable


@dataclass(frozen=True, slots=True)
class Words:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: templates for LaTeX and text in which <0>, <1>, ... stand for the nodes."""

    latex: str
    text: str
    nodes: tuple[Node, ...] = ()
    flush: bool = False


Part = Words | Formula
Reason = tuple[Part, ...]
COMMA = Words(", ")
MAX_EQUATION = 60
"""The most characters of an equation as a reason, in text; print takes fewer."""


def words(text: str) -> Reason:
    return (Words(text),)


def of(text: str, node: Node) -> Reason:
    """Words and an expression: adjoint of A."""
    return (Words(text + " "), Formula("<0>", "<0>", (node,)))


def equation(left: Node, right: Node) -> Reason:
    """An equation that was substituted: dr = A dx."""
    return (Formula("<0>=<1>", "<0> = <1>", (left, right), flush=True),)


def substitution(moved: Node, form: Node) -> Reason:
    """dr = A dx; the name alone, where the equation would be longer than a reason may be."""
    found = equation(moved, form)
    return found if length(found) <= MAX_EQUATION else of("definition of", moved.args[0])


def nonzero(node: Node) -> Reason:
    latex = "<0>\\neq 0" if isinstance(node, Variable) else "{<0>}\\neq 0"
    return (Formula(latex, "<0> != 0", (node,)),)


def no_zero_entry(node: Node) -> Reason:
    index = "i" if node.is_vector else "{ij}"
    return (Words("every "), Formula(f"<0>_{index}\\neq 0", f"<0>_{index.strip('{}')} != 0", (node,)))


def symmetric(node: Node) -> Reason:
    return (Formula("<0>", "<0>", (node,)), Words(" symmetric"))


def constants(nodes: Iterable[Node]) -> Reason:
    """A, B constant."""
    found = tuple(nodes)
    return (
        Formula(",".join(f"<{i}>" for i in range(len(found))), ", ".join(f"<{i}>" for i in range(len(found))), found),
        Words(" constant"),
    )


def joined(*reasons: Reason) -> Reason:
    """Reasons with commas between them, each once."""
    found: list[Part] = []
    seen: set[Reason] = set()
    for segment in (s for reason in reasons for s in segments(reason)):
        if segment in seen:
            continue
        seen.add(segment)
        if found:
            found.append(COMMA)
        found.extend(segment)
    return tuple(found)


def mapped(reason: Reason, change: Callable[[Node], Node]) -> Reason:
    """The reason with its nodes rewritten."""
    return tuple(p if isinstance(p, Words) else replace(p, nodes=tuple(map(change, p.nodes))) for p in reason)


def segments(reason: Reason) -> list[Reason]:
    """What stands between the commas."""
    found: list[list[Part]] = [[]]
    for part in reason:
        if part == COMMA:
            found.append([])
        else:
            found[-1].append(part)
    return [tuple(s) for s in found if s]


def length(reason: Reason) -> int:
    """About how many characters a reason takes in print."""
    return sum(
        len(p.text) if isinstance(p, Words) else len(p.text) - 3 * len(p.nodes) + sum(len(str(n)) for n in p.nodes)
        for p in reason
    )
