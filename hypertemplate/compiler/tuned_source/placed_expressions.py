"""Expressions in the place of others: with parentheses and spaces where the text needs them."""

from __future__ import annotations

import ast

from hypertemplate.compiler.syntax.source import NEWLINE
from hypertemplate.compiler.syntax.tree import Tree

_ATOMS = (
    *(ast.Constant, ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.JoinedStr),
    *(ast.List, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
"""Expressions that bind more tightly than any operator."""

_NEVER_BARE = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Starred)


def placed(text: str, tree: Tree, node: ast.expr) -> str:
    """Return the text that takes the place of a node, so that it means there what it means alone.

    Args:
        text: text of an expression.
        tree: tree of the node.
        node: expression of the tree, a whole marker or a call in one.
    """
    span = tree.span(node)
    before, after = tree.text[: span.start], tree.text[span.end :]
    enclosed = before.rstrip().endswith("(") and after.lstrip().startswith(")")
    if not enclosed and _needs_parentheses(text, tree, node):
        text = f"({text})"
    left = " " if _is_word(before[-1:]) and not text.startswith(("(", "[", "{")) else ""
    right = " " if _is_word(after[:1]) and not text.endswith((")", "]", "}")) else ""
    return f"{left}{text}{right}"


def is_own_tuple(text: str) -> bool:
    """Tell whether a text is a tuple without parentheses of its own."""
    node = _parsed(text)
    return isinstance(node, ast.Tuple) and not text.startswith("(")


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _parsed(text: str) -> ast.expr:
    return ast.parse(f"({text}\n)", mode="eval").body


def _needs_parentheses(text: str, tree: Tree, node: ast.expr) -> bool:
    new, parent = _parsed(text), tree.parents[node]
    if NEWLINE.search(text) and not _holds_its_lines(text):
        return True
    if isinstance(new, _NEVER_BARE) or is_own_tuple(text):
        return True
    if isinstance(new, ast.Tuple):
        return False
    if _is_number(new) and isinstance(parent, ast.Attribute):
        return True  # 5.real is not a number with an attribute
    if isinstance(new, _ATOMS):
        return False
    if _is_negative(new):
        return _binds_tighter_than_a_sign(parent, node)
    return not _takes_any_expression(parent, node)


def _holds_its_lines(text: str) -> bool:
    """Tell whether all line breaks of a text are inside brackets of its own."""
    try:
        ast.parse(f"_ = {text}")
    except SyntaxError:
        return False
    return len(ast.parse(f"_ = {text}").body) == 1


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def _is_negative(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and _is_number(node.operand)


def _binds_tighter_than_a_sign(parent: ast.AST, node: ast.expr) -> bool:
    match parent:
        case ast.BinOp(left=left, op=ast.Pow()):
            return left is node
        case ast.Attribute() | ast.Await():
            return True
        case ast.Subscript(value=value):
            return value is node
        case ast.Call(func=function):
            return function is node
    return False


def _takes_any_expression(parent: ast.AST, node: ast.expr) -> bool:
    """Tell whether any expression may stand in the place of a node, a conditional or a lambda too."""
    match parent:
        case ast.Call(func=function):
            return function is not node
        case ast.Subscript(value=value):
            return value is not node
        case ast.keyword(arg=name):
            return name is not None
        case ast.ListComp(elt=value) | ast.SetComp(elt=value) | ast.GeneratorExp(elt=value):
            return value is node
        case ast.DictComp(key=key, value=value):
            return key is node or value is node
        case ast.Dict(keys=keys, values=values):
            return all(key is not None or value is not node for key, value in zip(keys, values, strict=True))
    plain = (ast.List, ast.Tuple, ast.Set, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)
    return isinstance(parent, (*plain, ast.arguments))
