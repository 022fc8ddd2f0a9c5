"""Diagnostics for what looks like a marker and is none, with the edits that make it one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.grammar import CHOICES, EXAMPLES, OTHER, SIGNATURES, did_you_mean
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.scopes import SCOPES, bound_names
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree

_ONE_CALL = "a marker must contain one distribution call"
_LIST = "for one of these values write"

_BINDS_CLOSER = (
    *(ast.Attribute, ast.Await, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.IfExp),
    *(ast.Starred, ast.Subscript, ast.UnaryOp),
)
"""Expressions in which an operand may need parentheses."""


def single_braces(tree: Tree, names: frozenset[str]) -> Iterator[Diagnostic]:
    """Yield errors for calls of distributions in a single pair of braces, which form an ordinary set.

    Args:
        tree: tree of the part.
        names: distributions that the module binds to nothing else.
    """
    for node in tree.parents:
        match node:
            case ast.Set(elts=[ast.Call(func=ast.Name(id=name)) as call]) if name in names:
                around = [parent for _, parent in tree.ancestors(node)]
                own = any(isinstance(p, SCOPES) and name in bound_names(p) for p in around)
                joined = any(isinstance(parent, ast.JoinedStr) for parent in around)
                if not own and not joined and not isinstance(around[0], ast.Set):
                    text = "a marker has two braces on each side"
                    help = f"write {{{{{tree.one_line(call)}}}}}"
                    place = tree.span(node)
                    yield error(Code.MARKER_CONTENT, text, place, help, around_span(place, "{", "}"))


def around_span(span: Span, before: str, after: str) -> tuple[Edit, ...]:
    """Return the edits that put texts before and after a span."""
    ends = ((span.start, before), (span.end, after))
    return tuple(Edit(Span(span.part, at, at), text) for at, text in ends)


def without_braces(tree: Tree, node: ast.Set, content: ast.expr) -> tuple[Edit, ...]:
    """Return the edits that leave of a set of a set its content; none where a comment is between."""
    whole, inner = tree.span(node), tree.span(content)
    before, after = Span(whole.part, whole.start, inner.start), Span(whole.part, inner.end, whole.end)
    between = tree.text[before.start : before.end] + tree.text[after.start : after.end]
    return () if between.strip("{} \t\r\n") else (Edit(before, ""), Edit(after, ""))


def holds_dict(tree: Tree, node: ast.Set, inner: ast.Dict) -> Diagnostic:
    """Report a dict in a set, which always raises, as a set in a set does: it was meant as a marker."""
    content = tree.one_line(inner)[1:-1]
    text = f"{_ONE_CALL}, got {content}" if content else f"{_ONE_CALL}; this one is empty"
    help = f"write, for example, {{{{{EXAMPLES['uniform']}}}}} or {{{{{EXAMPLES['choice']}}}}}"
    return error(Code.MARKER_CONTENT, text, tree.span(node), help)


def several_items(tree: Tree, node: ast.Set, inner: ast.Set) -> Diagnostic:
    """Report values between a marker's braces; calls of distributions alone may be markers of their own."""
    items = [tree.one_line(item) for item in inner.elts]
    text = f"{_ONE_CALL}, got {len(items)} items"
    if all(map(is_draw, inner.elts)):
        help = f"give each its own marker: {', '.join(f'{{{{{item}}}}}' for item in items)}"
        return error(Code.MARKER_CONTENT, text, tree.span(node), help)
    first, last = tree.span(inner.elts[0]), tree.span(inner.elts[-1])
    nested = any(isinstance(item, ast.Set) for item in inner.elts)
    edits = () if nested else around_span(Span(first.part, first.start, last.end), "choice([", "])")
    help = f"{_LIST} {{{{choice([{', '.join(items)}])}}}}"
    return error(Code.MARKER_CONTENT, text, tree.span(node), help, edits)


def other_content(tree: Tree, node: ast.Set, content: ast.expr) -> Diagnostic:
    """Report an expression that is not a call of a distribution: a list, a value, an operation on draws."""
    text = tree.one_line(content)
    shown = text if len(text) <= 40 else text[:37] + "..."
    edits: tuple[Edit, ...] = ()
    outside = _outside(tree, node, content)
    if outside is not None:
        help, edits = outside
    elif isinstance(content, (ast.List, ast.Tuple)) and content.elts:
        listed = f"[{', '.join(map(tree.one_line, content.elts))}]"
        help = f"{_LIST} {{{{choice({listed})}}}}"
        edits = (Edit(tree.span(content), f"choice({listed})"),)
    elif isinstance(content, (ast.Name, ast.Attribute, ast.ListComp)):
        help = f"for one of its items write {{{{choice({shown})}}}}"
    else:
        help = f"for one of several values write {{{{choice([{shown}, OTHER])}}}}{OTHER}"
    return error(Code.MARKER_CONTENT, f"{_ONE_CALL}, got {shown}", tree.span(node), help, edits)


def unknown_distribution(tree: Tree, node: ast.Set, content: ast.Call, name: str) -> Diagnostic:
    """Report a marker that calls something other than a distribution."""
    near = did_you_mean(name, SIGNATURES, cutoff=0.75)
    meant = near or did_you_mean(name, SIGNATURES)
    help = f"did you mean {meant}?" if meant else f"one of {', '.join(sorted(SIGNATURES))}"
    place = tree.span(content.func)
    edits: tuple[Edit, ...] = ()
    if near is not None:
        edits = (Edit(Span(place.part, place.end - len(name), place.end), near),)
    elif outside := _outside(tree, node, content):
        help, edits = outside
    return error(Code.UNKNOWN_DISTRIBUTION, f"unknown distribution '{name}'", place, help, edits)


def is_draw(node: ast.AST) -> bool:
    """Tell whether a node is a call of a distribution."""
    return isinstance(node, ast.Call) and last_name(node.func) in SIGNATURES


def _outside(tree: Tree, node: ast.Set, content: ast.expr) -> tuple[str, tuple[Edit, ...]] | None:
    """Return the help and the edits for a marker with more than a call: braces around each call alone.

    None if there is no call of a distribution.
    """
    whole = tree.span(content)
    calls = sorted(tree.span(call) for call in _outermost(content))
    if not calls:
        return None
    pieces: list[str] = []
    at = whole.start
    for call in calls:
        pieces += [tree.text[at : call.start], f"{{{{{tree.text[call.start : call.end]}}}}}"]
        at = call.end
    text = "".join([*pieces, tree.text[at : whole.end]])
    operand = isinstance(tree.parents[node], _BINDS_CLOSER) and not isinstance(content, ast.Call)
    edits = without_braces(tree, node, content)
    edits = edits and (Edit(tree.span(node), f"({text})" if operand else text),)
    return f"put the rest outside: {' '.join(text.split())}", edits


def _outermost(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of distributions that are in no other one."""
    if isinstance(node, ast.Call) and is_draw(node):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _outermost(child)


def square_brackets(tree: Tree, content: ast.Subscript, name: str, span: Span) -> Diagnostic:
    """Report brackets in place of parentheses: ``{{choice[1, 2]}}``."""
    items = tree.one_line(content.slice)
    options = items[1:-1] if items.startswith("(") and items.endswith(")") else items
    meant = f"{name}([{options}])" if name in CHOICES else f"{name}({options})"
    text = f"{name} needs its arguments in parentheses, got {name}[...]"
    return error(Code.MARKER_CONTENT, text, span, f"write {meant}", (Edit(tree.span(content), meant),))
