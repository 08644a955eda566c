"""Where a derivation holds, in words: conditions of the rules, assumptions that were used, the set at a kink; the layout."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.build import MINUS, entrywise_power, mul, negate, split, transpose, value_of, variable
from ..language.node import Add, Elementwise, Inverse, MatMul, Node, Norm, Variable, postorder
from ..language.rebuild import substitute
from ..rules.rule import Condition
from ..simplify.cost import cost
from .curvature import CurvatureNarrator
from .forward import Context, is_linear
from .narrator import Narrator
from .reasons import Formula, Part, Words

SHORT = 5


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words and formulas; a formula with `display` stands on a line of its own."""

    parts: tuple[Part, ...]


def where_it_holds(narrator: Narrator | CurvatureNarrator, x: Variable, result: Node) -> Sentence:
    """Holds for every x; uses that A is symmetric."""
    ctx = narrator.ctx
    conditions = list(ctx.conditions.values())
    parts: list[Part] = []
    own = _own_property(x) if _needs_own(narrator, x) else ""
    kink = _kink(narrator, x, result) if isinstance(narrator, Narrator) else []
    if conditions:
        parts.append(Words("Holds where "))
        for i, condition in enumerate(conditions):
            if i:
                parts.append(Words(" and " if i == len(conditions) - 1 else ", "))
            parts.extend(_said(condition, narrator))
        if "exponent" in ctx.uses:
            parts += [Words(" and "), Formula("<0>>1", "<0> > 1", (ctx.uses["exponent"],))]
    elif own:
        parts += [Words("Holds where "), _formula(x), Words(f" is {own}")]
    else:
        above = x.is_scalar and "positive" in x.facts
        parts += [Words("Holds for every "), Formula("<0>>0", "<0> > 0", (x,)) if above else _formula(x)]
        if "square" in ctx.uses:
            parts += [Words(" and every square "), _formula(ctx.uses["square"])]
    parts += kink if kink and isinstance(kink[0], Words) and not kink[0].text.startswith("; otherwise") else []
    uses = _uses(ctx)
    if uses:
        parts += [Words("; uses that "), *uses]
    if kink and isinstance(kink[0], Words) and kink[0].text.startswith("; otherwise"):
        parts += kink
    else:
        parts.append(Words("."))
    return Sentence(tuple(parts))


def _formula(node: Node) -> Formula:
    return Formula("<0>", "<0>", (node,))


def _own_property(x: Variable) -> str:
    for name, said in (("spd", "symmetric positive definite"), ("psd", "symmetric positive semidefinite"),
                       ("symmetric", "symmetric"), ("orthogonal", "orthogonal"), ("invertible", "invertible")):
        if name in x.properties:
            return said
    return ""


def _needs_own(narrator: Narrator | CurvatureNarrator, x: Variable) -> bool:
    return any(isinstance(n, Inverse) for line in narrator.lines for n in postorder([line.right])) or "symmetric" in x.facts


def _uses(ctx: Context) -> list[Part]:
    parts: list[Part] = []
    symmetric = [v for k, v in ctx.uses.items() if k not in ("square", "exponent") and not k.startswith("sum of ")]
    if symmetric:
        for i, v in enumerate(symmetric):
            parts += [Words(" and " if i == len(symmetric) - 1 else ", "), _formula(v)] if i else [_formula(v)]
        parts.append(Words(" is symmetric" if len(symmetric) == 1 else " are symmetric"))
    for key, v in ctx.uses.items():
        if key.startswith("sum of "):
            parts += [*([Words(" and that ")] if parts else []), Words("the entries of "), _formula(v), Words(" add up to 1")]
    return parts


PHRASES = {
    "no zero entry": ("no entry of ", " is zero"), "positive": ("every entry of ", " is positive"),
    "within one": ("every entry of ", " is between -1 and 1"), "cosine nonzero": ("no entry of the cosine of ", " is zero"),
    "invertible": ("", " is invertible"), "unique largest": ("the largest entry of ", " is unique"),
    "unique largest magnitude": ("the largest magnitude in ", " is unique"), "full rank": ("", " has full rank"),
    "simple largest singular value": ("the largest singular value of ", " is simple"), "no zero row": ("no row of ", " is zero"),
    "no entry at the threshold": ("no entry of ", " is at the threshold"),
}


def _said(condition: Condition, narrator: Narrator | CurvatureNarrator) -> list[Part]:
    """A condition in words, about the expression where that is short and about its name where it is not."""
    names, node = narrator.names, condition.on
    written = names.expand(node)
    shown = written if cost(written) <= SHORT else node
    if condition.domain.name == "nonzero":
        return [_unequal(names.definition(node) if cost(written) <= SHORT else node, names.expand)]
    if condition.domain.name == "no zero entry":
        shown = node
    if node.is_scalar and condition.domain.name in ("positive", "no zero entry"):
        latex = "<0>>0" if condition.domain.name == "positive" else "<0>\\neq 0"
        return [Formula(latex, latex.replace("\\neq", "!=").replace(">0", " > 0"), (shown,))]
    before, after = PHRASES.get(condition.domain.name, ("", ""))
    found: list[Part] = [Words(before)] if before else []
    return [*found, _formula(shown), Words(after)]


def _unequal(node: Node, expand: object) -> Formula:
    left, right = _sides(node)
    if right is None:
        return Formula("<0>\\neq 0", "<0> != 0", (expand(left),))  # type: ignore[operator]
    return Formula("<0>\\neq <1>", "<0> != <1>", (expand(left), expand(right)))  # type: ignore[operator]


def _sides(node: Node) -> tuple[Node, Node | None]:
    """Ax - b as (Ax, b)."""
    if isinstance(node, Add) and len(node.args) == 2 and split(node.args[1])[0] == -1:
        return node.args[0], negate(node.args[1])
    return node, None


def _kink(narrator: Narrator | CurvatureNarrator, x: Variable, result: Node) -> list[Part]:
    """The subdifferential of a multiple of a norm of an affine expression, plus what is smooth."""
    conditions = list(narrator.ctx.conditions.values())
    if len(conditions) != 1 or conditions[0].domain.name not in ("nonzero", "no zero entry"):
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
        return _at_signs(names.replaced.get(_sign(norm.args[0])), condition.on, g, x, result)
    unit = mul(entrywise_power(norm, MINUS), norm.args[0])
    return _at_zero(norm, g, unit, condition.on, x, result, narrator)


def _letter(wanted: str, taken: set[str]) -> str:
    return wanted if wanted not in taken else f"{wanted}_0"


def _sign(node: Node) -> Node:
    from ..language.build import elementwise
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
    return node in narrator.names.wrt or (is_linear(node, narrator.names) and all(
        not isinstance(n, Elementwise) for n in postorder([node]) if narrator.names.depends(n)))


def _at_zero(norm: Norm, g: Variable, unit: Node, on: Node, x: Variable, result: Node, narrator: Narrator) -> list[Part]:
    """{A'g : ||g|| <= 1}."""
    moved = _in_place_of_unit(result, norm, on, g)
    if moved is None:
        return []
    index = "2" if norm.name == "2" else "F"
    shown = f"\\{{<1>:\\lVert <2>\\rVert_{index}\\le 1\\}}"
    plain = f"{{<1> : ||<2>||_{index} <= 1}}"
    if on is x:
        return [Words("; at the origin "), Formula(f"\\partial f(0)={shown}", f"∂f(0) = {plain}", (x, moved, g))]
    left, right = _sides(narrator.names.definition(on))
    right_text, latex = ("0", "<3>=0") if right is None else ("<4>", "<3>=<4>")
    nodes = (x, moved, g, left) if right is None else (x, moved, g, left, right)
    where = Formula(latex, f"<3> = {right_text}", nodes)
    return [Words("; where "), where, Words(", "), Formula(f"\\partial f(<0>)={shown}", f"∂f(<0>) = {plain}", nodes)]


def _in_place_of_unit(result: Node, norm: Norm, on: Node, g: Variable) -> Node | None:
    """The result with r/||r|| replaced by g."""
    inverse = entrywise_power(norm, MINUS)
    if inverse not in set(postorder([result])):
        return None
    replaced = substitute(substitute(result, {inverse: variable("unit scale placeholder")}), {on: g})
    placeholder = variable("unit scale placeholder")
    from ..language.build import UNIT
    moved = substitute(replaced, {placeholder: UNIT})
    return moved if on not in set(postorder([moved])) else None


def _at_signs(s: Node | None, on: Node, g: Variable, x: Variable, result: Node) -> list[Part]:
    """{A'g : g_i = s_i where r_i != 0, |g_i| <= 1 where r_i = 0}."""
    sign = s if s is not None else _sign(on)
    if sign not in set(postorder([result])):
        return []
    moved = substitute(result, {sign: g})
    index = "i" if on.is_vector else "{ij}"
    plain = index.strip("{}")
    entry = f"<2>_{index}=<3>_{index}" if isinstance(sign, Variable) else f"<2>_{index}=\\operatorname{{sign}}(<4>_{index})"
    text = f"<2>_{plain} = <3>_{plain}" if isinstance(sign, Variable) else f"<2>_{plain} = sign(<4>_{plain})"
    latex = (f"\\partial f(<0>)=\\{{<1>:\\ {entry}\\text{{ where }}<4>_{index}\\neq 0,\\ "
             f"\\lvert <2>_{index}\\rvert\\le 1\\text{{ where }}<4>_{index}=0\\}}.")
    words = f"∂f(<0>) = {{<1> : {text} where <4>_{plain} != 0, |<2>_{plain}| <= 1 where <4>_{plain} = 0}}."
    return [Words("; otherwise\n"), Formula(latex, words, (x, moved, g, sign, on), flush=True), Words("\n")]


def layout_sentence(x: Variable, result: Node, presented: Node) -> Sentence:
    """The gradient has the shape of X."""
    if x.is_scalar:
        return Sentence((Words("The derivative is a scalar."),))
    parts: list[Part] = [Words("The gradient has the shape of "), _formula(x)]
    matrix = not x.is_vector and x.cols != 1 and x.rows != 1
    if matrix and "symmetric" in x.facts:
        if "symmetric" in presented.facts or "symmetric" in result.facts:
            parts += [Words(" and is symmetric; "), Formula("\\mathrm{d}<0>", "d<0>", (x,)), Words(" need not be.")]
        else:
            parts += [Words(", its entries taken as independent: "), Formula("\\mathrm{d}<0>", "d<0>", (x,)),
                      Words(" need not be symmetric.")]
        return Sentence(tuple(parts))
    if matrix and x.is_square and any(isinstance(n, Inverse) for n in postorder([result])):
        parts.append(Words(", its entries taken as independent"))
    elif matrix and x not in result.free:
        parts += [Words(", "), Formula("%rows\\times %cols", "%rows x %cols", (x,))]
    parts.append(Words("."))
    return Sentence(tuple(parts))


def where_curvature_holds(narrator: CurvatureNarrator, x: Variable) -> Sentence:
    """Holds for every w; positive semidefinite, since the diagonal of D is positive."""
    sentence = where_it_holds(narrator, x, narrator.hessian)
    names, matrix = narrator.names, split(narrator.hessian)[1]
    factors = matrix.args if isinstance(matrix, MatMul) else ()
    middle = factors[len(factors) // 2] if len(factors) % 2 else None
    turned = all(transpose(a) is b for a, b in zip(factors, reversed(factors), strict=True))
    if middle in names.definitions and turned and "spd" in names.expand(middle).facts and split(narrator.hessian)[0] > 0:
        said: tuple[Part, ...] = (Words("; positive semidefinite, since the diagonal of "), _formula(middle), Words(" is positive."))
        return Sentence((*sentence.parts[:-1], *said))
    return sentence


def curvature_layout(x: Variable) -> Sentence:
    """The Hessian is n x n and symmetric."""
    return Sentence((Words("The Hessian is "), Formula("%rows\\times %rows", "%rows x %rows", (x,)), Words(" and symmetric.")))
