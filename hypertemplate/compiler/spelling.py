"""One spelling for all ways to write the same: the arguments of distributions, quotes, layout."""

from __future__ import annotations

import ast
import copy

from hypertemplate.compiler.grammar import SIGNATURES
from hypertemplate.compiler.literals import number
from hypertemplate.compiler.markers import last_name


def spelled(statement: ast.stmt) -> str:
    """The text of a statement; in its markers arguments stand by position, and ``name`` does not.

    >>> spelled(ast.parse("x = f({{hp.uniform(high=5.0, low=-10 / 2)}})").body[0])
    'x = f({{uniform(-5, 5)}})'
    """
    return ast.unparse(_Markers().visit(copy.deepcopy(statement)))


def spelled_option(text: str) -> str:
    """The text of an option of a choice; what is no expression has its white space made even.

    >>> spelled_option('Dropout( uniform(low=0, high=0.5), "a" )')
    "Dropout(uniform(0, 0.5), 'a')"
    """
    try:
        return ast.unparse(_Draws().visit(ast.parse(f"({text}\n)", mode="eval").body))
    except (SyntaxError, ValueError):  # how an object of a list that was made at load time shows itself
        return " ".join(text.split())


class _Markers(ast.NodeTransformer):
    """Rewrites the draws in markers alone: elsewhere other functions may have their names."""

    def visit_Set(self, node: ast.Set) -> ast.AST:
        """A set in a set can only be a marker."""
        if isinstance(node.elts[0], ast.Set):
            return _Draws().visit(node)  # type: ignore[no-any-return]
        return self.generic_visit(node)


class _Draws(ast.NodeTransformer):
    """Rewrites calls of distributions."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Inner calls first."""
        self.generic_visit(node)
        name = last_name(node.func) or ""
        order = list(SIGNATURES.get(name, ()))
        given: dict[str | None, ast.expr] = dict(zip(order, node.args, strict=False))
        given |= {k.arg: k.value for k in node.keywords if k.arg != "name"}
        if not given.keys() <= set(order):
            return node
        arguments = [_short(parameter, given[parameter]) for parameter in order if parameter in given]
        return ast.Call(ast.Name(name), arguments, []) if order else node


def _short(parameter: str, argument: ast.expr) -> ast.expr:
    """An argument; of a number its value, and of a whole one no ``.0``, but of a step, where that counts."""
    value = number(argument)
    if value is None:
        return argument
    is_whole = parameter != "q" and value == value // 1
    return ast.Constant(int(value) if is_whole else value)
