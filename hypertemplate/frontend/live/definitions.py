"""Definitions in texts, matched to objects in memory."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator

from hypertemplate.compiler.syntax.source import NEWLINE, Part, Source
from hypertemplate.compiler.syntax.tree import Tree, parse
from hypertemplate.frontend.live.functions import innermost, source_text

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def parsed(text: str) -> Tree | None:
    """Parse a text with markers in either spelling; None if it does not parse."""
    trees, _ = parse(Source((Part("history", "", text),)))
    return trees[0] if trees else None


def first_line(node: Definition) -> int:
    """Return the line of the first decorator, or else of the definition."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def definitions(tree: Tree, name: str) -> Iterator[Definition]:
    """Yield every definition of a name in a text, nested ones included, in no particular order."""
    for node in ast.walk(tree.module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name == name:
            yield node


def definition_at(tree: Tree, name: str, line: int) -> Definition | None:
    """Find the definition of a name that begins at a line (from 1) or, for a class, that contains it."""
    for node in definitions(tree, name):
        last = (node.end_lineno or 0) if isinstance(node, ast.ClassDef) else first_line(node)
        if first_line(node) <= line <= last:
            return node
    return None


def same(one: ast.AST, other: ast.AST) -> bool:
    """Return True if two pieces of code differ at most in layout and comments."""
    return ast.dump(one) == ast.dump(other)


def function_of(name: str, value: object) -> types.FunctionType | None:
    """Return the function defined under a name, or a method of the class; None if the value does not tell."""
    if isinstance(value, type):
        members = (innermost(member) for member in vars(value).values())
        methods = (inner for inner in members if isinstance(inner, types.FunctionType))
        return next((method for method in methods if method.__qualname__.startswith(f"{name}.")), None)
    inner = innermost(value)
    return inner if isinstance(inner, types.FunctionType) and inner.__code__.co_name == name else None


def origin(name: str, value: object) -> tuple[str, Definition] | None:
    """Return the file and the definition that a value in memory comes from, or None if unknown."""
    function = function_of(name, value)
    tree = None if function is None else parsed(source_text(function))
    if function is None or tree is None:
        return None
    node = definition_at(tree, name, function.__code__.co_firstlineno)
    return None if node is None else (function.__code__.co_filename, node)


def dedented(tree: Tree, text: str, node: Definition) -> dict[int, str]:
    """Map line numbers (from 0) to a definition's lines without its indentation; string contents keep theirs.

    Args:
        tree: tree of the part.
        text: text of the part.
        node: the definition.
    """
    lines = NEWLINE.split(text)
    whole = {
        line
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Constant, ast.JoinedStr)) and inner.end_lineno is not None
        for line in range(inner.lineno, inner.end_lineno)
    }
    indent = lines[node.lineno - 1][: node.col_offset]
    return {
        number: lines[number] if number in whole else lines[number].removeprefix(indent)
        for number in range(first_line(node) - 1, node.end_lineno or node.lineno)
    }
