"""Defaults that a call in a comment states itself, although the value in the code is its default."""

from __future__ import annotations

import ast

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.call_text import is_option
from hypertemplate.compiler.markers.comments.line_values import Value
from hypertemplate.compiler.markers.comments.tune_comment import TuneCall
from hypertemplate.compiler.syntax.literals import known_value, same_value
from hypertemplate.compiler.syntax.source import Span, node_span


def stated_default(part: int, text: str, value: Value, call: TuneCall) -> Diagnostic | None:
    """Return a warning of a default that is the value in the code, or an error of another one.

    Args:
        part: number of the part.
        text: its text.
        value: the value that the call is for.
        call: the call.
    """
    keyword = next((one for one in call.call.keywords if one.arg == "default"), None)
    if keyword is None:
        return None
    span, shown = node_span(part, text, keyword), ast.unparse(keyword.value)
    if _is_same(value.text, shown):
        help = f"leave out default={shown}"
        edits = (_removal(part, text, call.call, span),)
        return warning(Code.COMMENT, "the value in the code is the default already", span, help, edits)
    message = f"{value.text} stands there, and is the default"
    return error(Code.COMMENT, message, span, f"delete default={shown}, or write {shown} there")


def _is_same(value: str, default: str) -> bool:
    one, other = known_value(value), known_value(default)
    return is_option(value, default) or bool(one and other and same_value(one[0], other[0]))


def _removal(part: int, text: str, call: ast.Call, span: Span) -> Edit:
    """Return the edit that removes an argument with the comma before it, or behind the first one."""
    given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    arguments = sorted(node_span(part, text, one) for one in given)
    place = arguments.index(span)
    if place:
        return Edit(Span(part, arguments[place - 1].end, span.end), "")
    end = arguments[1].start if arguments[1:] else span.end
    return Edit(Span(part, span.start, end), "")
