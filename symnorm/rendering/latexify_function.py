"""A whole function for latexify: assignments of names, one a line, and the value that is returned."""

from __future__ import annotations

import ast

from latexify.codegen import function_codegen
from latexify.transformers import AugAssignReplacer

from .latexify_code import Expression, kind, symbol
from .latexify_names import Scope, Unwritten, refuse


def function_latex(tree: ast.FunctionDef, scope: Scope) -> str:
    r"""`f(x) = ...`; with local names one line each."""
    module = AugAssignReplacer().visit(ast.Module(body=[tree], type_ignores=[]))
    ast.fix_missing_locations(module)
    return str(Function(scope).visit(module))


class Function(function_codegen.FunctionCodegen):
    """A function: assignments of names, then one returned value."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._expression_codegen = Expression(scope)
        self.scope = scope

    def generic_visit(self, node: ast.AST) -> str:
        raise refuse(kind(node), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> str:
        lines = []
        body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
        for statement in body[:-1]:
            lines.append(self.visit(statement))
        if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
            raise Unwritten("it does not end with the value that it returns")
        arguments = ", ".join(symbol(a.arg) for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs))
        whole = f"{symbol(node.name)}({arguments}) = {self._expression_codegen.visit(body[-1].value)}"
        return whole if not lines else r"\begin{array}{l} " + r" \\ ".join([*lines, whole]) + r" \end{array}"

    def visit_If(self, node: ast.If) -> str:
        raise refuse("an if statement", node)

    def visit_Match(self, node: ast.Match) -> str:
        raise refuse("a match statement", node)

    def visit_Assign(self, node: ast.Assign) -> str:
        if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
            raise refuse("an assignment to more than a name", node)
        name = node.targets[0].id
        text = f"{symbol(name)} = {self._expression_codegen.visit(node.value)}"
        self.scope.axes[name] = self._expression_codegen.axes_of(node.value)
        return text
