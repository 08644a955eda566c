"""What happens to dE for a vector or matrix E: substitution of a name, one rule at a time."""

from __future__ import annotations

from collections.abc import Iterator

from ..language.build import MINUS, UNIT, add, elementwise, logsumexp, mul, negate, ones, split
from ..language.functions import dot
from ..language.leaves import product
from ..language.node import (
    Add,
    Differential,
    Elementwise,
    Inner,
    MatMul,
    Mul,
    Node,
    Softmax,
    Trace,
    Transpose,
    Variable,
    postorder,
)
from ..language.rebuild import substitute
from ..rules.rule import DIFFERENTIALS, Rule
from .adjoints import pull
from .display import differential, inner, moving, scalars_of
from .forms import in_place, traced_in_place
from .forward import Context, Stage, forward, is_linear, law
from .reasons import Formula, Reason, Words, constants, joined, substitution, words
from .terms import Term, from_form, term, tidy_form


def node_stages(t: Term, e: Node, ctx: Context) -> list[Stage]:
    """The lines that take dE apart where it stands in a term."""
    meaning = ctx.names.definition(e)
    log = _log_softmax(meaning, ctx)
    if log is not None and isinstance(t.form, Inner):
        return list(_log_softmax_stages(t, e, log, ctx))
    if ctx.full and meaning is not e and isinstance(meaning, Add) and is_linear(meaning, ctx.names):
        return list(_unfolded_sum(t, e, meaning, ctx))
    return list(_at_once(t, e, meaning, ctx))


def _at_once(t: Term, e: Node, meaning: Node, ctx: Context) -> Iterator[Stage]:
    names = ctx.names
    scalars, inside = _only_constants_dropped(meaning, ctx)
    if inside is not None:
        rule = DIFFERENTIALS.find(inside)
        condition = ctx.require(rule.domain_of(inside), inside.args[0])
        form = mul(scalars, names.apply(law(rule, inside, names)))
        reason, kind = joined(reason_of_rule(rule, condition), condition), "nonlinear"
    elif is_linear(meaning, names):
        form = tidy_form(forward(meaning, names))
        reason = substitution(differential(e), form) if meaning is not e else words("linear map")
        kind, rule = "substitution", DIFFERENTIALS.find(meaning)
    else:
        rule = DIFFERENTIALS.find(meaning)
        condition = ctx.require(rule.domain_of(meaning), meaning.args[0])
        form = names.apply(law(rule, meaning, names))
        if isinstance(meaning, Elementwise):
            form = _named_probability(form, meaning, ctx)
        reason, kind = joined(reason_of_rule(rule, condition), condition), "nonlinear"
    if not isinstance(t.form, Inner) and not _is_product(form):
        pulled = pull(t, ctx)
        said = "trace as inner product" if isinstance(t.form, Trace) else "adjoint"
        yield Stage(tuple(pulled), words(said), "inner")
        if len(pulled) != 1:
            return
        t = pulled[0]
    yield Stage(tuple(_replaced(t, differential(e), form)), reason, kind, rule)


def _only_constants_dropped(meaning: Node, ctx: Context) -> tuple[Node, Node | None]:
    """For A + c U V, whose differential is c d(U V): c and U V, when U V has no name and no linear differential."""
    if not isinstance(meaning, (Add, Mul)):
        return UNIT, None
    form = forward(meaning, ctx.names)
    scalars, core = scalars_of(form)
    if isinstance(core, Differential) and not moving(scalars):
        inside = core.args[0]
        if not isinstance(inside, Variable) and not inside.is_scalar and not isinstance(inside, Elementwise):
            return scalars, inside
    return UNIT, None


def _named_probability(form: Node, meaning: Node, ctx: Context) -> Node:
    """p = sigma(z), where a derivative brings it in."""
    for node in postorder([form]):
        if isinstance(node, Elementwise) and node.name == "sigmoid":
            argument = split(node.args[0])[1]
            if isinstance(argument, Variable) and node.args[0] in (argument, negate(argument)):
                ctx.names.define(elementwise("sigmoid", argument), "probability")
    return ctx.names.apply(form)


def reason_of_rule(rule: Rule, condition: Reason) -> Reason:
    return (
        words(rule.name)
        if rule.name != "elementwise" or condition
        else (Words("elementwise, "), Formula(rule.law, rule.law))
    )


def _is_product(form: Node) -> bool:
    """Can it stand inside a product under a trace?"""
    parts = form.args if isinstance(form, Add) else (form,)
    for part in parts:
        core = part.args[-1] if isinstance(part, Mul) else part
        if isinstance(part, Mul) and any(moving(s) for s in part.args[:-1]):
            return False
        if not isinstance(core, (MatMul, Differential, Transpose)):
            return False
        if isinstance(core, MatMul) and any(
            moving(f) and not isinstance(f, (Differential, Transpose)) for f in core.args
        ):
            return False
    return True


def _replaced(t: Term, old: Node, new: Node) -> list[Term]:
    """The term with d E replaced by a form."""
    form = t.form
    if isinstance(form, Inner):
        u, v = (substitute(a, {old: new}) if moving(a) else a for a in form.args)
        return [term(t.coefficient, inner(u, v), t.outer)]
    if isinstance(form, Trace) and isinstance(form.args[0], MatMul):
        return traced_in_place(t, [_put(f, old, new) for f in form.args[0].args])
    if isinstance(form, MatMul):
        return in_place(t, [_put(f, old, new) for f in form.args])
    return from_form(t.coefficient, substitute(form, {old: new}), t.outer)


def _put(factor: Node, old: Node, new: Node) -> Node:
    if factor is old:
        return new
    return substitute(factor, {old: new}) if moving(factor) else factor


def _unfolded_sum(t: Term, e: Node, meaning: Add, ctx: Context) -> Iterator[Stage]:
    """dr, term by term: the sum rule, then the linear maps, then collect."""
    names, rule = ctx.names, DIFFERENTIALS.find(meaning)
    hot = [part for part in meaning.args if names.depends(part)]
    cold = [part for part in meaning.args if part not in hot]
    opened = add(*(d_of(part, ctx) for part in hot))
    fixed = constants(_bare(cold)) if cold and len(_bare(cold)) == len(cold) <= 2 else ()
    yield Stage(tuple(_replaced(t, differential(e), opened)), joined(words("sum rule"), fixed), "linear", rule)
    mapped = forward(meaning, names)
    if mapped is not opened:
        matrices = _constant_factors(hot, ctx)
        reason = joined(words("linear map"), constants(matrices) if 0 < len(matrices) <= 2 else ())
        yield Stage(tuple(_replaced(t, differential(e), mapped)), reason, "linear", rule)
    tidied = tidy_form(mapped)
    if tidied is not mapped:
        targets = [v.args[0] for v in tidied.free if isinstance(v, Differential)]
        reason = (Words("collect "), Formula("<0>", "<0>", (differential(targets[0]),)))
        yield Stage(tuple(_replaced(t, differential(e), tidied)), reason, "linear", rule)


def d_of(part: Node, ctx: Context) -> Node:
    """d of a term, constant scalars in front."""
    if not isinstance(part, Mul):
        return differential(part)
    hot = [f for f in part.args if ctx.names.depends(f)]
    return mul(*(f for f in part.args if f not in hot), differential(mul(*hot)))


def _bare(parts: list[Node]) -> list[Node]:
    cores = [p.args[-1] if isinstance(p, Mul) else p for p in parts]
    return [c for c in cores if isinstance(c, Variable)]


def _constant_factors(parts: list[Node], ctx: Context) -> list[Node]:
    found: dict[Node, None] = {}
    for part in parts:
        core = part.args[-1] if isinstance(part, Mul) else part
        for f in core.args if isinstance(core, MatMul) else ():
            inside = f.args[0] if isinstance(f, Transpose) else f
            if isinstance(inside, Variable) and not ctx.names.depends(inside):
                found.setdefault(inside)
    return list(found)


def _log_softmax(meaning: Node, ctx: Context) -> Node | None:
    """The z of log softmax(z)."""
    if isinstance(meaning, Elementwise) and meaning.name == "log":
        inside = ctx.names.definition(meaning.args[0])
        if isinstance(inside, Softmax):
            return inside.args[0]
    return None


def _log_softmax_stages(t: Term, e: Node, z: Node, ctx: Context) -> Iterator[Stage]:
    """log softmax(z) = z - l 1 with l = log<1, e^z>."""
    names = ctx.names
    assert isinstance(t.form, Inner)
    size = names.define(logsumexp(z), "log")
    unit = ones(z.rows)
    difference = add(z, mul(MINUS, size, unit))
    rule = DIFFERENTIALS.find(names.definition(size))
    y = t.form.args[0]
    p = names.definition(e).args[0]
    said = (Formula("\\log <0>=<1>", "log(<0>) = <1>", (p, difference), flush=True),)
    yield Stage((term(t.coefficient, inner(y, differential(difference)), t.outer),), said, "identity", rule)
    log_part = term(mul(MINUS, t.coefficient, dot(y, unit)), differential(size), t.outer)
    rest = term(t.coefficient, inner(y, forward(z, names)), t.outer)
    one = dot(y, unit).is_scalar and not dot(y, unit).free
    assumption: Reason = ()
    if one:
        ctx.uses.setdefault(f"sum of {y}", y)
        assumption = (Formula("\\langle\\mathbf{1},<0>\\rangle=1", "<1, <0>> = 1", (y,), flush=True),)
    if ctx.full and one:
        shown = Term(mul(MINUS, t.coefficient), _raw_times(inner(y, unit), differential(size)), t.outer)
        yield Stage((shown, rest), joined(words("sum rule"), words("linear map")), "linear", rule)
        yield Stage((log_part, rest), assumption, "linear", rule)
    else:
        yield Stage((log_part, rest), joined(words("linear map"), assumption), "linear", rule)


def _raw_times(a: Node, b: Node) -> Node:
    return product((a, b))
