"""At a kink: the subdifferential of a multiple of a norm of an affine expression, plus what is smooth, as a set."""

from __future__ import annotations

from ..language.build import (
    MINUS,
    UNIT,
    elementwise,
    entrywise_power,
    mul,
    negate,
    split,
    value_of,
    variable,
)
from ..language.node import Add, Elementwise, Node, Norm, Variable, postorder
from ..language.rebuild import substitute
from .forward import is_linear
from .names import function_letter
from .narrator import Narrator
from .onward import ForwardNarrator
from .reasons import Formula, Part, Words


def sides(node: Node) -> tuple[Node, Node | None]:
    """Ax - b as (Ax, b)."""
    if isinstance(node, Add) and len(node.args) == 2 and split(node.args[1])[0] == -1:
        return node.args[0], negate(node.args[1])
    return node, None


def kink_set(narrator: Narrator | ForwardNarrator, x: Variable, result: Node) -> list[Part]:
    """The subdifferential of a multiple of a norm of an affine expression, plus what is smooth."""
    conditions = list(narrator.ctx.conditions.values())
    if (
        not isinstance(narrator, Narrator)
        or len(conditions) != 1
        or conditions[0].domain.name not in ("nonzero", "no zero entry")
    ):
        return []
    (condition,) = conditions
    found = _kinked_norm(narrator, condition.on)
    if found is None:
        return []
    names, (norm, coefficient) = narrator.names, found
    if "nonneg" not in coefficient.facts or not _affine(names.definition(condition.on), narrator):
        return []
    g = variable(_letter("G" if not norm.args[0].is_vector else "g", names.taken), norm.args[0].rows, norm.args[0].cols)
    if norm.name == "1":
        return _at_signs(names.replaced.get(_sign(norm.args[0])), condition.on, g, x, result, function_letter(names))
    unit = mul(entrywise_power(norm, MINUS), norm.args[0])
    return _at_zero(norm, g, unit, condition.on, x, result, narrator)


def _letter(wanted: str, taken: set[str]) -> str:
    return wanted if wanted not in taken else f"{wanted}_0"


def _sign(node: Node) -> Node:
    return elementwise("sign", node)


def _kinked_norm(narrator: Narrator, on: Node) -> tuple[Norm, Node] | None:
    """The only term that is a multiple of a norm of `on`; nothing else may have a kink there."""
    found = []
    for t in narrator.start:
        inside = narrator.names.definition(t.form.args[0]) if t.target is not None else t.form
        if isinstance(inside, Norm) and inside.args[0] is on and inside.name in ("1", "2", "fro"):
            found.append((inside, mul(t.outer, t.coefficient)))
        elif any(isinstance(n, Norm) and n.args[0] is on and value_of(mul(n)) is None for n in postorder([inside])):
            return None
    return found[0] if len(found) == 1 else None


def _affine(node: Node, narrator: Narrator) -> bool:
    return node in narrator.names.wrt or (
        is_linear(node, narrator.names)
        and all(not isinstance(n, Elementwise) for n in postorder([node]) if narrator.names.depends(n))
    )


def _at_zero(
    norm: Norm, g: Variable, unit: Node, on: Node, x: Variable, result: Node, narrator: Narrator
) -> list[Part]:
    """{A'g : ||g|| <= 1}."""
    moved = _in_place_of_unit(result, norm, on, g)
    if moved is None:
        return []
    index = "2" if norm.name == "2" else "F"
    f = function_letter(narrator.names)
    shown = f"\\{{<1>:\\lVert <2>\\rVert_{index}\\le 1\\}}"
    plain = f"{{<1> : ||<2>||_{index} <= 1}}"
    if on is x:
        return [Words("; at the origin "), Formula(f"\\partial {f}(0)={shown}", f"∂{f}(0) = {plain}", (x, moved, g))]
    left, right = sides(narrator.names.definition(on))
    right_text, latex = ("0", "<3>=0") if right is None else ("<4>", "<3>=<4>")
    nodes = (x, moved, g, left) if right is None else (x, moved, g, left, right)
    where = Formula(latex, f"<3> = {right_text}", nodes)
    return [
        Words("; where "),
        where,
        Words(", "),
        Formula(f"\\partial {f}(<0>)={shown}", f"∂{f}(<0>) = {plain}", nodes),
    ]


def _in_place_of_unit(result: Node, norm: Norm, on: Node, g: Variable) -> Node | None:
    """The result with r/||r|| replaced by g."""
    inverse = entrywise_power(norm, MINUS)
    if inverse not in set(postorder([result])):
        return None
    replaced = substitute(substitute(result, {inverse: variable("unit scale placeholder")}), {on: g})
    placeholder = variable("unit scale placeholder")
    moved = substitute(replaced, {placeholder: UNIT})
    return moved if on not in set(postorder([moved])) else None


def _at_signs(s: Node | None, on: Node, g: Variable, x: Variable, result: Node, f: str) -> list[Part]:
    """{A'g : g_i = s_i where r_i != 0, |g_i| <= 1 where r_i = 0}."""
    sign = s if s is not None else _sign(on)
    if sign not in set(postorder([result])):
        return []
    moved = substitute(result, {sign: g})
    index = "i" if on.is_vector else "{ij}"
    plain = index.strip("{}")
    entry = (
        f"<2>_{index}=<3>_{index}" if isinstance(sign, Variable) else f"<2>_{index}=\\operatorname{{sign}}(<4>_{index})"
    )
    text = f"<2>_{plain} = <3>_{plain}" if isinstance(sign, Variable) else f"<2>_{plain} = sign(<4>_{plain})"
    latex = (
        f"\\partial {f}(<0>)=\\{{<1>:\\ {entry}\\text{{ where }}<4>_{index}\\neq 0,\\ "
        f"\\lvert <2>_{index}\\rvert\\le 1\\text{{ where }}<4>_{index}=0\\}}."
    )
    words = f"∂{f}(<0>) = {{<1> : {text} where <4>_{plain} != 0, |<2>_{plain}| <= 1 where <4>_{plain} = 0}}."
    return [Words("; otherwise\n"), Formula(latex, words, (x, moved, g, sign, on), flush=True), Words("\n")]
