r"""Claims of a document: what is defined before them, what is claimed, and what cannot be made out.

`f(x) = ...` defines f; `\nabla f(x) = ...`, `\frac{\partial f}{\partial x} = ...` claim its derivative, and so does
`\nabla_x \|x\|_2^2 = ...` with the function written out. A block states `declare:`, `f:`, `wrt:` and `claim:` in text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from symnorm.verification.documents.pieces import Piece
from symnorm.verification.documents.statements import Left, Statement, is_equality, left_side, statements

KEYS = ("declare", "f", "wrt", "claim")


@dataclass(frozen=True, slots=True)
class Definition:
    """`name(parameters) = text`; no parameters where it is a name alone. `dialect` is that of the text."""

    name: str
    parameters: tuple[str, ...]
    text: str
    dialect: str | None = "latex"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One claim with all that is needed to read it, or a `problem` that keeps it from being read."""

    line: int
    cell: int | None
    what: str
    problem: str = ""
    f: Definition | None = None
    claim: str = ""
    wrt: str | None = None
    order: int = 1
    declare: str = ""
    names: tuple[Definition, ...] = ()


def find(parts: Iterable[Piece]) -> list[Found]:
    """The claims of a document, in order; those that cannot be read have a problem."""
    return list(_Reader().run(parts))


@dataclass(slots=True)
class _Reader:
    """What was declared and defined so far."""

    declared: list[str] = field(default_factory=list)
    functions: dict[str, Definition] = field(default_factory=dict)
    names: dict[str, Definition] = field(default_factory=dict)

    def run(self, parts: Iterable[Piece]) -> Iterator[Found]:
        for part in parts:
            match part.kind:
                case "declare":
                    self.declared.append(" ".join(part.text.split()).strip(" ,"))
                case "problem":
                    yield Found(part.line, part.cell, part.text, part.text)
                case "block":
                    yield from _block(part, ", ".join(self.declared))
                case "math":
                    for statement in statements(part.text, part.line):
                        yield from (replace(found, cell=part.cell) for found in self._statement(statement))

    def _statement(self, statement: Statement) -> Iterator[Found]:
        head, line = statement.sides[0], statement.lines[0]
        left = left_side(head) or self._named_derivative(head)
        if left is None:
            if re.match(r"\s*(\\[a-zA-Z]+\s*\{?\s*|[({\[]\s*)*\\(nabla|partial)(?![A-Za-z])", head):
                yield Found(line, None, _shown(head, statement.sides[1]), "which derivative this is cannot be made out")
            elif is_equality(statement.relations[0]):
                self._define(head, statement.sides[1], line)
            return
        for side, relation, at in zip(statement.sides[1:], statement.relations, statement.lines[1:], strict=True):
            what = _shown(head, side, relation)
            yield self._claim(left, side, relation, Found(at, None, what))

    def _claim(self, left: Left, side: str, relation: str, found: Found) -> Found:
        if not is_equality(relation):
            return replace(found, problem=f"{relation} does not say what the derivative is")
        if not side or side in ("0", r"\mathbf{0}", r"\mathbf 0", r"\boldsymbol{0}"):
            return replace(
                found, problem="an equation to be solved, as it seems: a zero gradient is claimed in a symnorm block"
            )
        f, problem = self._target(left.target, found.line)
        if f is None:
            return replace(found, problem=problem)
        by = left.by or (f.parameters[0] if len(f.parameters) == 1 else None)
        wrt = re.sub(r"\s*\^\s*(?:\\top|T|\{\\top\}|\{T\})$", "", by) if by else None
        names = tuple(d for d in self.names.values() if plain(d.name) not in {plain(p) for p in f.parameters})
        return replace(found, f=f, claim=side, wrt=wrt, order=left.order, declare=", ".join(self.declared), names=names)

    def _target(self, target: str, line: int) -> tuple[Definition | None, str]:
        """What is differentiated: a function defined before, or the expression itself."""
        name, arguments = _call(target)
        if name is None:
            return Definition("", (), target, line=line), ""
        known = self.functions.get(plain(name)) or (self.names.get(plain(name)) if arguments is None else None)
        if known is None:
            if arguments is None and len(plain(name)) > 1 and not re.match(r"[A-Za-z\\]", plain(name)):
                return Definition("", (), target, line=line), ""
            return None, f"{name} is not defined before: write {name}(x) = ... above, or a symnorm block"
        if (
            arguments is not None
            and known.parameters
            and [plain(a) for a in arguments] != [plain(p) for p in known.parameters]
        ):
            shorter = [plain(a) for a in arguments] == [plain(p) for p in known.parameters][: len(arguments)]
            if not shorter:
                return (
                    None,
                    f"{name} is defined in {', '.join(known.parameters)}, and this is about {', '.join(arguments)}",
                )
        if arguments and len(arguments) == 1:
            known = replace(known, parameters=tuple(arguments))
        return known, ""

    def _define(self, head: str, text: str, line: int) -> None:
        name, arguments = _call(head)
        if name is None or not text:
            return
        definition = Definition(name, tuple(arguments or ()), text, line=line)
        (self.names if arguments is None else self.functions)[plain(name)] = definition
        if arguments is None:
            self.functions.pop(plain(name), None)

    def _named_derivative(self, head: str) -> Left | None:
        r"""J_f(x), H_f(x), Df(x), f'(x) of a function that is defined."""
        match = re.match(
            r"\s*(?P<kind>[JHD]|\\math\w+\{[JHD]\})\s*_?\s*\{?(?P<f>[A-Za-z]|\\[a-z]+)\}?\s*(?P<rest>\(.*\))\s*$",
            head,
            re.S,
        )
        prime = re.match(r"\s*(?P<f>[A-Za-z]|\\[a-z]+)\s*(?:'|\^\s*\{?\\prime\}?)\s*(?P<rest>\(.*\))\s*$", head, re.S)
        found = match or prime
        if found is None or plain(found["f"]) not in self.functions:
            return None
        return Left(found["f"] + found["rest"], None, 2 if match and "H" in match["kind"] else 1)


def _call(text: str) -> tuple[str | None, list[str] | None]:
    r"""The name and the arguments of `f`, `f(x)`, `\mathcal{L}(W; b)`; (None, None) for anything else.

    >>> _call(r"\mathcal{L}(W; b)")
    ('\\mathcal{L}', ['W', 'b'])
    """
    script = r"(?:\s*[_^]\s*(?:\{[^{}]*\}|\\[A-Za-z]+|[^\s{}^\\]))?"
    name = rf"(?:\\(?:math|bold|bm|operatorname|text)[a-z]*\s*\{{\s*\\?[A-Za-z]+\s*\}}|\\(?!log|det|exp|sin|cos|sum|tr\b|lVert|left|frac)[A-Za-z]+|[A-Za-z]){script}"
    match = re.fullmatch(rf"\s*(?P<name>{name})\s*(?:\\left\s*)?(?:\((?P<args>.*?)(?:\\right\s*)?\))?\s*", text, re.S)
    if match is None or re.search(r"\^\s*(\\top|\{?T\}?|2|\{)", match["name"]):
        return None, None
    if match["args"] is None:
        return match["name"].strip(), None
    arguments = [a.strip() for a in re.split(r"[,;]|\\mid(?![A-Za-z])", match["args"])]
    if not all(
        re.fullmatch(rf"\s*{name}\s*(?:\\in.*)?", a, re.S) or re.fullmatch(r"[A-Za-z]\s*[_^].*", a, re.S)
        for a in arguments
    ):
        return None, None
    return match["name"].strip(), arguments


def plain(name: str) -> str:
    r"""A name without fonts, braces and spaces: \boldsymbol{x} and x are one name."""
    name = re.sub(
        r"\\(?:left|right|math[a-z]+|boldsymbol|bm|bold|operatorname|text|rm|bf)(?![a-z])|\\[,;:! ]", "", name
    )
    return re.sub(r"[\s{}]", "", name)


def _shown(head: str, side: str, relation: str = "=") -> str:
    text = " ".join(f"{head} {relation} {side}".split())
    return text if len(text) <= 100 else text[:97] + "..."


def _block(part: Piece, declared: str) -> Iterator[Found]:
    """The claims of a block of `key: value` lines; a line that is indented goes on with the one before."""
    facts: dict[str, str] = {"declare": declared}
    count = 0
    for at, line in _lines(part):
        key, colon, value = (p.strip() for p in line.partition(":"))
        if not colon or key not in KEYS:
            yield Found(
                at, part.cell, line.strip()[:100], f"a line of a block is one of {', '.join(KEYS)}, and a colon"
            )
        elif key == "declare":
            facts[key] = ", ".join(filter(None, (facts[key], value)))
        elif key != "claim":
            facts[key] = value
        else:
            count += 1
            what = f"claim: {value}"[:100]
            if "f" not in facts:
                yield Found(at, part.cell, what, "the block does not say before it what f is: f: ...")
            else:
                yield Found(
                    at,
                    part.cell,
                    what,
                    f=Definition("f", (), facts["f"], None, at),
                    claim=value,
                    wrt=facts.get("wrt"),
                    order=0,
                    declare=facts["declare"],
                )
    if not count:
        yield Found(part.line, part.cell, "a symnorm block", "the block claims nothing: claim: ...")


def _lines(part: Piece) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for at, line in enumerate(part.text.splitlines(), part.line):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] in " \t" and found and not re.match(rf"\s*({'|'.join(KEYS)})\s*:", line):
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        else:
            found.append((at, line.strip()))
    return found
