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
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.grammar import SIGNATURES, did_you_mean
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.scopes import SCOPES, bound_names
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import NAME_IT_FIRST, Tree

_CALL = rf"\s*(?:\w+\.)*(?:{'|'.join(SIGNATURES)})\s*\(.*?\)\s*"
_SHAPED = re.compile(rf"\{{\{{{_CALL}\}}\}}|<<{_CALL}>>", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Marker:
    """A marker that contains a call of a distribution.

    Attributes:
        span: span of the marker, braces included.
        node: outer set display.
        call: call inside.
        distribution: name of the distribution.
        subscript: ``i`` of ``{{choice([1, 2])[i]}}``, which draws one value for each iteration; else None.
    """

    span: Span
    node: ast.Set
    call: ast.Call
    distribution: str
    subscript: ast.expr | None = None


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
                found.append(_holds_dict(tree, node, inner))
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
                if not own and not isinstance(around[0], ast.Set) and not _in_joined(tree, node):
                    text = "a marker has two braces on each side"
                    help = f"write {{{{{tree.one_line(call)}}}}}"
                    place = tree.span(node)
                    edits = tuple(
                        Edit(Span(place.part, at, at), brace)
                        for at, brace in ((place.start, "{"), (place.end, "}"))
                    )
                    yield error(Code.MARKER_CONTENT, text, place, help, edits)


def marker_spans(tree: Tree) -> Iterator[Span]:
    """Yield the span of everything with two braces on each side, whatever its content."""
    for node in tree.parents:
        if isinstance(node, ast.Set) and _holds_set(node) and not _in_joined(tree, node):
            yield tree.span(node)


def _in_joined(tree: Tree, node: ast.AST) -> bool:
    return any(isinstance(parent, ast.JoinedStr) for _, parent in tree.ancestors(node))


def _holds_dict(tree: Tree, node: ast.Set, inner: ast.Dict) -> Diagnostic:
    """Report a dict in a set, which always raises, as a set in a set does: it was meant as a marker."""
    text = f"a marker holds one call of a distribution, got {tree.one_line(inner)[1:-1] or 'nothing'}"
    return error(Code.MARKER_CONTENT, text, tree.span(node), "write {{uniform(0, 1)}} or {{choice([1, 2])}}")


def _holds_set(node: ast.AST) -> bool:
    return isinstance(node, ast.Set) and len(node.elts) == 1 and isinstance(node.elts[0], ast.Set)


def _read(tree: Tree, node: ast.Set, inside: bool, renamed: Mapping[str, str]) -> Marker | Diagnostic | None:
    """Read a set that contains a set: the marker, its diagnostic, or None if an inner set is the marker."""
    inner = node.elts[0]
    assert isinstance(inner, ast.Set)
    span = tree.span(node)
    if len(inner.elts) > 1:
        calls = [e for e in inner.elts if _is_call(e)]
        if not calls:
            return None
        help = "give each its own marker: " + ", ".join(f"{{{{{tree.one_line(e)}}}}}" for e in inner.elts)
        if len(calls) < len(inner.elts):
            first = next(e for e in inner.elts if not _is_call(e))
            help = f"for one of several values write {{{{choice([{tree.one_line(first)}, ...])}}}}"
        text = f"a marker holds one call of a distribution, got {len(inner.elts)} items"
        return error(Code.MARKER_CONTENT, text, span, help)
    content = inner.elts[0]
    if isinstance(content, ast.Set) and len(content.elts) == 1:
        return None
    if inside:
        return error(
            Code.NESTED_MARKER,
            "a marker inside a marker",
            span,
            f"drop the inner braces: {tree.one_line(content)}",
        )
    outer = tree.parents[node]
    if _holds_set(outer) and _holds_set(tree.parents[outer]):
        text = tree.one_line(content)
        return error(
            Code.MARKER_CONTENT, "a marker has two braces on each side", span, f"write {{{{{text}}}}}"
        )
    return _read_content(tree, node, content, span, renamed)


def _read_content(
    tree: Tree, node: ast.Set, content: ast.expr, span: Span, renamed: Mapping[str, str]
) -> Marker | Diagnostic:
    match content:
        case ast.Call(func=ast.Name(id=name)) if name in renamed:
            return Marker(span, node, content, renamed[name])
        case ast.Subscript(value=ast.Call(func=ast.Name(id=name)) as call, slice=subscript) if (
            name in renamed
        ):
            return Marker(span, node, call, renamed[name], subscript)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            if name in SIGNATURES:
                return Marker(span, node, content, name)
            return _unknown(tree, content, name)
        case ast.Subscript(value=ast.Call() as call, slice=subscript):
            name = last_name(call.func) or ""
            if name in SIGNATURES:
                return Marker(span, node, call, name, subscript)
            if name:
                return _unknown(tree, call, name)
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            name = name if name in SIGNATURES else did_you_mean(name, SIGNATURES) or ""
            if name:
                return _square_brackets(tree, content, name, span)
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in SIGNATURES:
            text = f"{name} needs its arguments in parentheses"
            return error(
                Code.MARKER_CONTENT, text, span, f"write {{{{{name}({', '.join(SIGNATURES[name])})}}}}"
            )
    text = tree.one_line(content)
    shown = text if len(text) <= 40 else text[:37] + "..."
    help = _outside(tree, content) or f"for one of several values write {{{{choice([{shown}, ...])}}}}"
    return error(Code.MARKER_CONTENT, f"a marker holds one call of a distribution, got {shown}", span, help)


def _unknown(tree: Tree, content: ast.Call, name: str) -> Diagnostic:
    """Report a marker that calls something other than a distribution."""
    near = did_you_mean(name, SIGNATURES, cutoff=0.75)
    meant = near or did_you_mean(name, SIGNATURES)
    help = f"did you mean {meant}?" if meant else f"one of {', '.join(sorted(SIGNATURES))}"
    if near is None:
        help = _outside(tree, content) or help
    place = tree.span(content.func)
    return error(Code.UNKNOWN_DISTRIBUTION, f"unknown distribution '{name}'", place, help)


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in SIGNATURES


def _outside(tree: Tree, content: ast.expr) -> str | None:
    """Return help for a marker with more than a call: the braces belong around the call alone."""
    calls = [node for node in ast.walk(content) if isinstance(node, ast.Call) and _is_call(node)]
    if not calls:
        return None
    whole, call = tree.span(content), tree.span(calls[0])
    before, after = tree.text[whole.start : call.start], tree.text[call.end : whole.end]
    inner = tree.text[call.start : call.end]
    return " ".join(f"put the rest outside: {before}{{{{{inner}}}}}{after}".split())


def _square_brackets(tree: Tree, content: ast.Subscript, name: str, span: Span) -> Diagnostic:
    items = tree.one_line(content.slice)
    options = items[1:-1] if items.startswith("(") and items.endswith(")") else items
    help = f"write {name}([{options}])" if name in ("choice", "pchoice") else f"write {name}({options})"
    return error(Code.MARKER_CONTENT, f"{name} is called with parentheses, got {name}[...]", span, help)


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
        "this string looks like a marker, and text in quotes is never one",
        tree.span(node),
        "if a draw is meant, take the quotes away",
    )


def _plain_strings(text: str) -> list[str]:
    """Return the strings without an f prefix beside f-strings, which the syntax tree joins to one node."""
    tokens = tokenize.generate_tokens(io.StringIO(f"({text})").readline)
    strings = (token.string for token in tokens if token.type == tokenize.STRING)
    return [string for string in strings if not re.match("[rR]?[fF]", string)]
