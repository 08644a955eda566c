"""latexify's code generators, extended to arrays: products, transposes, methods, keywords, functions of NumPy.

A product with @ is written side by side, an elementwise one with a circled dot, unless a factor is a scalar; how many
axes a value has is followed through the function, since x @ y of two vectors is x'y. Imported only where latexify is.
"""

from __future__ import annotations

import ast
from typing import Any

from latexify.codegen import expression_codegen, expression_rules

from .latexify_calls import CALLS, METHODS, Writer
from .latexify_names import Scope, refuse
from .letters import letter

ATOM = 1_000_000
ALIASES = {"lam": "lambda", "lmbda": "lambda", "lamda": "lambda"}
ODOT, FRACTION, MATMUL = r" \odot ", r" \oslash ", " "


class Expression(expression_codegen.ExpressionCodegen):
    """An expression; `axes_of` follows the number of axes."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def generic_visit(self, node: ast.AST) -> str:
        raise refuse(kind(node), node)

    def visit_Name(self, node: ast.Name) -> str:
        return symbol(node.id)

    def refused(self, node: ast.AST) -> str:
        raise refuse(kind(node), node)

    visit_Tuple = visit_List = visit_Set = visit_ListComp = visit_SetComp = visit_comprehension = refused

    def visit_Constant(self, node: ast.Constant) -> str:
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            raise refuse(repr(node.value), node)
        text = f"{node.value:g}" if isinstance(node.value, float) else str(node.value)
        base, mark, exponent = text.partition("e")
        if float(text) != node.value:
            base, mark, exponent = repr(node.value).partition("e")
        return rf"{base} \cdot 10^{{{int(exponent)}}}" if mark else base

    def visit_Attribute(self, node: ast.Attribute) -> str:
        if node.attr == "T":
            inner = self.visit(node.value)
            return inner if self.axes_of(node.value) == 1 else rf"{self.tight(node.value, inner)}^{{\top}}"
        if node.attr in ("pi", "e") and self.scope.library(node) == node.attr:
            return r"\pi" if node.attr == "pi" else "e"
        raise refuse(f".{node.attr}", node)

    def visit_Subscript(self, node: ast.Subscript) -> str:
        value, index = node.value, node.slice
        if isinstance(value, ast.Attribute) and value.attr == "shape" and isinstance(index, ast.Constant):
            side = {"0": "rows", "1": "cols"}.get(str(index.value))
            if side is not None:
                return rf"\operatorname{{{side}}}({self.visit(value.value)})"
        if isinstance(value, ast.Call) and self.scope.library(value.func) == "linalg.slogdet":
            if isinstance(index, ast.Constant) and index.value == 1:
                return rf"\log\left|\det {self.tight(value.args[0])}\right|"
        indices = index.elts if isinstance(index, ast.Tuple) else [index]
        places = [str(p.value) for p in indices if isinstance(p, ast.Constant)]
        if isinstance(value, ast.Name) and len(places) == len(indices) == self.axes_of(value):
            return rf"{self.visit(value)}_{{{','.join(places)}}}"
        raise refuse("this indexing", node)

    def visit_Call(self, node: ast.Call) -> str:
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            raise refuse("a call with * or **", node)
        name = self.scope.library(node.func)
        named = {str(k.arg): k.value for k in node.keywords}
        if name is not None:
            return self._by_rule(CALLS, name, node, list(node.args), named)
        if isinstance(node.func, ast.Attribute):
            return self._by_rule(METHODS, node.func.attr, node, [node.func.value, *node.args], named)
        for builtin in ("abs", "sum", "float", "len", "max", "min"):
            if self.scope.is_builtin(node.func, builtin):
                return self._by_rule(CALLS, f"builtin.{builtin}", node, list(node.args), named)
        if isinstance(node.func, ast.Name) and not named:
            return rf"{symbol(node.func.id)}\left({', '.join(self.visit(a) for a in node.args)}\right)"
        raise refuse(f"{ast.unparse(node.func)}(...)", node)

    def _by_rule(self, table: dict[str, Writer], name: str, node: ast.Call, args: list[ast.expr],
                 named: dict[str, ast.expr]) -> str:
        rule = table.get(name)
        if rule is None:
            raise refuse(f"{ast.unparse(node.func)}(...)", node)
        text = rule.write(self, args, named)
        if text is None:
            raise refuse(ast.unparse(node)[:80], node)
        return text

    def visit_UnaryOp(self, node: ast.UnaryOp) -> str:
        if not isinstance(node.op, (ast.USub, ast.UAdd)):
            raise refuse(kind(node.op), node)
        inner = self.visit(node.operand)
        sign = "-" if isinstance(node.op, ast.USub) else "+"
        return sign + (self.bracketed(inner) if precedence(node.operand) < 100 else inner)

    def visit_BinOp(self, node: ast.BinOp) -> str:
        if {self.axes_of(node.left), self.axes_of(node.right)} == {1, 2} and not isinstance(node.op, ast.MatMult):
            raise refuse(f"{ast.unparse(node)[:60]}, a vector broadcast over the rows of a matrix,", node)
        match node.op:
            case ast.Add() | ast.Sub():
                sign = "+" if isinstance(node.op, ast.Add) else "-"
                right = self.visit(node.right)
                loose = precedence(node.right) <= 90 or right.startswith("-")
                return f"{self.visit(node.left)} {sign} {self.bracketed(right) if loose else right}"
            case ast.Mult():
                return self._product(node)
            case ast.MatMult():
                return self.chain(_factors(node))
            case ast.Div():
                return self._quotient(node)
            case ast.Pow():
                return self._power(node)
        raise refuse(kind(node.op), node)

    def _product(self, node: ast.BinOp) -> str:
        scalar = 0 in (self.axes_of(node.left), self.axes_of(node.right))
        left, right = (self._factor(side, node.op) for side in (node.left, node.right))
        if not scalar:
            return left + ODOT + right
        if right.startswith("-"):
            return f"{left} {self.bracketed(right)}"
        return rf"{left} \cdot {right}" if right[:1].isdigit() else f"{left} {right}"

    def _factor(self, node: ast.expr, op: ast.operator) -> str:
        """A factor of a product: a sum, and a product of the other kind, in brackets."""
        text = self.visit(node)
        mixed = (isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.MatMult))
                 and type(node.op) is not type(op) and self.axes_of(node) != 0)
        return self.bracketed(text) if precedence(node) < 100 or mixed else text

    def _quotient(self, node: ast.BinOp) -> str:
        if self.axes_of(node.right) == 0:
            return rf"\frac{{{self.visit(node.left)}}}{{{self.visit(node.right)}}}"
        return f"{self._factor(node.left, node.op)}{FRACTION}{self.tight(node.right)}"

    def _power(self, node: ast.BinOp) -> str:
        exponent, base = self.visit(node.right), self.tight(node.left)
        return rf"{base}^{{{exponent}}}" if self.axes_of(node.left) == 0 else rf"{base}^{{\circ {exponent}}}"

    def chain(self, factors: list[ast.expr]) -> str:
        """A product of arrays: x'y, x'Ax, A'x, (AB)'x."""
        axes = [self.axes_of(f) for f in factors]
        texts = [self.visit(factors[0]) if self._scaled(factors[0]) else self._factor(factors[0], ast.MatMult())]
        texts += [self._factor(f, ast.MatMult()) for f in factors[1:]]
        if axes[0] is None:
            raise refuse(f"{ast.unparse(factors[0])[:40]} @ ..., whose number of axes is not known,", factors[0])
        if axes[0] != 1:
            return MATMUL.join(texts)
        if axes[-1] == 1:
            return MATMUL.join([rf"{self.tight(factors[0])}^{{\top}}", *texts[1:]])
        if axes[-1] != 2:
            raise refuse("a product whose last factor is not known to be a vector or a matrix", factors[-1])
        matrix = MATMUL.join(texts[1:])
        turned = (rf"\left({matrix}\right)^{{\top}}" if len(texts) > 2 else _turned(self, factors[1]))
        return f"{turned} {texts[0]}"

    def _scaled(self, node: ast.expr) -> bool:
        """A scalar times an array, which needs no brackets in front of a product: 2 A'r."""
        node = node.operand if isinstance(node, ast.UnaryOp) else node
        return (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and self.axes_of(node.left) == 0
                and self.axes_of(node.right) != 1)

    def visit_Compare(self, node: ast.Compare) -> str:
        if any(isinstance(op, (ast.In, ast.NotIn, ast.Is, ast.IsNot)) for op in node.ops):
            raise refuse("this comparison", node)
        return str(super().visit_Compare(node))

    def tight(self, node: ast.expr, text: str | None = None) -> str:
        """An operand of a superscript: one symbol, or in brackets."""
        text = self.visit(node) if text is None else text
        norm = isinstance(node, ast.Call) and self.scope.library(node.func) == "linalg.norm"
        simple = isinstance(node, (ast.Name, ast.Constant)) and not text.startswith("-")
        return text if simple or norm else self.bracketed(text)

    @staticmethod
    def bracketed(text: str) -> str:
        return rf"\left({text}\right)"

    def axes_of(self, node: ast.expr) -> int | None:
        """How many axes a value has; None where it is not known."""
        match node:
            case ast.Constant():
                return 0
            case ast.Name():
                return self.scope.axes_of(node.id)
            case ast.UnaryOp():
                return self.axes_of(node.operand)
            case ast.Attribute(attr="T"):
                return self.axes_of(node.value)
            case ast.Subscript():
                return 0
            case ast.BinOp(op=ast.MatMult()):
                left, right = self.axes_of(node.left), self.axes_of(node.right)
                return None if left is None or right is None else left + right - 2
            case ast.BinOp():
                left, right = self.axes_of(node.left), self.axes_of(node.right)
                return max(left, right) if left is not None and right is not None else None
            case ast.Call():
                return self._axes_of_call(node)
        return 0 if self.scope.library(node) in ("pi", "e") else None

    def _axes_of_call(self, node: ast.Call) -> int | None:
        name = self.scope.library(node.func)
        named = {str(k.arg): k.value for k in node.keywords}
        if name is not None:
            rule, args = CALLS.get(name), list(node.args)
        elif isinstance(node.func, ast.Attribute):
            rule, args = METHODS.get(node.func.attr), [node.func.value, *node.args]
        else:
            builtin = isinstance(node.func, ast.Name) and CALLS.get(f"builtin.{node.func.id}")
            rule, args = builtin or None, list(node.args)
        return None if rule is None else rule.axes(self, args, named)


def symbol(name: str) -> str:
    """A name in LaTeX; lam is lambda."""
    return letter(ALIASES.get(name, name))


def precedence(node: ast.expr) -> int:
    """latexify's, with calls as closed as names."""
    return ATOM if isinstance(node, ast.Call) else int(expression_rules.get_precedence(node))


def _factors(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return [*_factors(node.left), node.right]
    return [node]


def _turned(writer: Expression, node: ast.expr) -> str:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return writer.visit(node.value)
    return rf"{writer.tight(node)}^{{\top}}"


def kind(node: Any) -> str:
    names = {"For": "a loop", "While": "a loop", "If": "an if statement", "With": "a with statement",
             "ListComp": "a list", "GeneratorExp": "a generator", "Lambda": "a function inside",
             "FunctionDef": "a function inside", "Try": "a try statement"}
    return names.get(type(node).__name__, type(node).__name__)
