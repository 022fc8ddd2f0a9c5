"""Detection of markers; the only file that knows the shape of ``{{...}}``.

A marker is a set display of one element in a set display of one element. As ordinary Python that always
raises (a set is not hashable), so it cannot occur in a working program. Markers are found in the syntax tree,
which handles strings, comments, f-strings and nested braces correctly.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error, warning
from hypertemplate.compiler.markers.grammar import EXAMPLES, SIGNATURES, did_you_mean
from hypertemplate.compiler.markers.invalid_markers import (
    holds_dict,
    is_draw,
    other_content,
    several_items,
    square_brackets,
    unknown_distribution,
    without_braces,
)
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import NAME_IT_FIRST, Tree

_CALL = rf"\s*(?:\w+\.)*(?:{'|'.join(SIGNATURES)})\s*\(.*?\)\s*"
_SHAPED = re.compile(rf"\{{\{{{_CALL}\}}\}}|<<{_CALL}>>", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Marker:
    """A marker that contains a call of a distribution.

    Attributes:
        span: span of the marker, braces included; of one in a comment, that of the value that it marks.
        node: outer set display; of one that a text has a value for, this value.
        call: call inside.
        distribution: name of the distribution.
        subscript: ``i`` of ``{{choice([1, 2])[i]}}``, which draws one value for each iteration; else None.
        comment: what of a comment holds it, ``# tune: choice([1, 2])``; None for one in braces.
    """

    span: Span
    node: ast.expr
    call: ast.Call
    distribution: str
    subscript: ast.expr | None = None
    comment: Span | None = None

    @property
    def value(self) -> ast.expr | None:
        """Value that a comment marks; None for a marker in braces."""
        return None if self.comment is None else self.call.keywords[-1].value

    def written(self, content: str) -> str:
        """Write the marker with other content, as in the source."""
        return f"# tune: {content}" if self.comment is not None else f"{{{{{content}}}}}"

    @property
    def content(self) -> ast.expr:
        """Content of the marker: the call, or the call with its subscript."""
        assert isinstance(self.node, ast.Set)
        inner = self.node.elts[0]
        assert isinstance(inner, ast.Set)
        return inner.elts[0]


def find_markers(
    tree: Tree, renamed: Mapping[str, str] = MappingProxyType({})
) -> tuple[tuple[Marker, ...], list[Diagnostic]]:
    """Find the markers of a part in source order, and the diagnostics of invalid ones.

    Args:
        tree: tree of the part.
        renamed: other name -> distribution, as from ``from hyperas.distributions import choice as c``.
    """
    markers: list[Marker] = []
    found: list[Diagnostic] = []
    waiting: list[tuple[ast.AST, bool]] = [(tree.module, False)]
    while waiting:
        node, inside = waiting.pop()
        match node:
            case ast.JoinedStr():
                found += _in_fstring(tree, node)
                continue
            case ast.Constant(value=str(text)) if _SHAPED.search(text):
                found += _in_string(tree, node)
            case ast.Set(elts=[ast.Dict() as inner]):
                found.append(holds_dict(tree, node, inner))
            case ast.Set() if _holds_set(node):
                result = _read(tree, node, inside, renamed)
                if isinstance(result, Marker):
                    markers.append(result)
                elif result is not None:
                    found.append(result)
                # A set of several draws is reported once, not again for its contents.
                inside = inside or result is not None
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]
    return tuple(sorted(markers, key=lambda marker: marker.span)), found


def marker_spans(tree: Tree) -> Iterator[Span]:
    """Yield the span of everything with two braces on each side, whatever its content."""
    return (span for span, *_ in marker_places(tree))


def marker_places(tree: Tree) -> Iterator[tuple[Span, ...]]:
    """Yield the places of each marker: its own, and that of the comment that it is in."""
    for node in tree.parents:
        if isinstance(node, ast.Set) and _holds_set(node) and not _in_joined(tree, node):
            comment = tree.comments.places.get(node)
            yield (tree.span(node),) if comment is None else (tree.span(node), comment)


def _in_joined(tree: Tree, node: ast.AST) -> bool:
    return any(isinstance(parent, ast.JoinedStr) for _, parent in tree.ancestors(node))


def _holds_set(node: ast.AST) -> bool:
    return isinstance(node, ast.Set) and len(node.elts) == 1 and isinstance(node.elts[0], ast.Set)


def _read(tree: Tree, node: ast.Set, inside: bool, renamed: Mapping[str, str]) -> Marker | Diagnostic | None:
    """Read a set that contains a set: the marker, its diagnostic, or None if an inner set is the marker."""
    inner = node.elts[0]
    assert isinstance(inner, ast.Set)
    span = tree.span(node)
    if len(inner.elts) > 1:
        sets = any(isinstance(one, ast.Set) for one in inner.elts)
        return None if sets and not any(map(is_draw, inner.elts)) else several_items(tree, node, inner)
    content = inner.elts[0]
    if isinstance(content, ast.Set) and len(content.elts) == 1:
        return None
    if inside:
        help = f"drop the inner braces: {tree.one_line(content)}"
        edits = without_braces(tree, node, content)
        return error(Code.NESTED_MARKER, "a marker inside a marker", span, help, edits)
    outer = tree.parents[node]
    if _holds_set(outer) and _holds_set(tree.parents[outer]):
        help = f"write {{{{{tree.one_line(content)}}}}}"
        edits = without_braces(tree, node, content)
        return error(Code.MARKER_CONTENT, "a marker has two braces on each side", span, help, edits)
    return _read_content(tree, node, content, span, renamed)


def _read_content(
    tree: Tree, node: ast.Set, content: ast.expr, span: Span, renamed: Mapping[str, str]
) -> Marker | Diagnostic:
    comment = tree.comments.places.get(node)
    match content:
        case ast.Call(func=ast.Name(id=name)) if name in renamed:
            return Marker(span, node, content, renamed[name], comment=comment)
        case ast.Subscript(value=ast.Call(func=ast.Name(id=name)) as call, slice=subscript) if (
            name in renamed
        ):
            return Marker(span, node, call, renamed[name], subscript, comment)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            if name in SIGNATURES:
                return Marker(span, node, content, name, comment=comment)
            return unknown_distribution(tree, node, content, name)
        case ast.Subscript(value=ast.Call() as call, slice=subscript):
            name = last_name(call.func) or ""
            if name in SIGNATURES:
                return Marker(span, node, call, name, subscript, comment)
            if name:
                return unknown_distribution(tree, node, call, name)
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            name = name if name in SIGNATURES else did_you_mean(name, SIGNATURES) or ""
            if name:
                return square_brackets(tree, content, name, span)
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in SIGNATURES:
            text = f"{name} needs its arguments in parentheses"
            return error(Code.MARKER_CONTENT, text, span, f"write, for example, {{{{{EXAMPLES[name]}}}}}")
    return other_content(tree, node, content)


def _in_fstring(tree: Tree, node: ast.JoinedStr) -> list[Diagnostic]:
    """Report markers in an f-string, where Python may read them as braces or as an expression."""
    evaluated = any(_holds_set(inner) for inner in ast.walk(node))
    if not evaluated:
        if not _SHAPED.search(tree.segment(node)):
            return []
        plain = _plain_strings(tree.segment(node))
        found = sum(len(_SHAPED.findall(text)) for text in plain)
        if found and found == len(_SHAPED.findall(tree.segment(node))):
            return [_string_warning(tree, node)]
    return [
        error(
            Code.MARKER_IN_FSTRING,
            "a marker inside an f-string",
            tree.span(node),
            NAME_IT_FIRST,
        )
    ]


def _in_string(tree: Tree, node: ast.Constant) -> list[Diagnostic]:
    if isinstance(tree.parents[node], ast.Expr):
        return []  # a docstring, or commented-out text
    return [_string_warning(tree, node)]


def _string_warning(tree: Tree, node: ast.expr) -> Diagnostic:
    return warning(
        Code.MARKER_IN_STRING,
        "this string looks like a marker, but text in quotes never is",
        tree.span(node),
        "if this should be a marker, remove the quotes",
    )


def _plain_strings(text: str) -> list[str]:
    """Return the strings without an f prefix beside f-strings, which the syntax tree joins to one node."""
    tokens = tokenize.generate_tokens(io.StringIO(f"({text})").readline)
    strings = (token.string for token in tokens if token.type == tokenize.STRING)
    return [string for string in strings if not re.match("[rR]?[fF]", string)]
