"""The value that a call in a comment is for, or what keeps it from being for any."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.call_text import is_option
from hypertemplate.compiler.markers.comments.line_values import LineValues, Value, outermost
from hypertemplate.compiler.markers.comments.named_values import NamedValues
from hypertemplate.compiler.markers.comments.tune_comment import TuneCall
from hypertemplate.compiler.markers.grammar import CHOICES, SIGNATURES
from hypertemplate.compiler.syntax.literals import is_literal
from hypertemplate.compiler.syntax.place_labels import Parents
from hypertemplate.compiler.syntax.source import Span


def marked_value(parents: Parents, code: LineValues, call: TuneCall) -> Value | Diagnostic:
    """Return the value that a call is for: a number for a range, for a choice an expression that it has.

    Args:
        parents: node -> parent node.
        code: code that the comment is about.
        call: the call.
    """
    problem = _refused(parents, code, call)
    if problem is not None:
        return problem
    fitting = NamedValues(parents, _fitting(code, call))
    found = fitting.named(call.name) if call.name else fitting.values
    if len(found) == 1:
        return found[0]
    return _several(NamedValues(parents, found), call) if found else _none(parents, code, fitting, call)


def _refused(parents: Parents, code: LineValues, call: TuneCall) -> Diagnostic | None:
    """Report a call that can be for no value, whatever stands there."""
    if not code.text:
        text = "no code stands on the line of this comment"
        return _error(text, call.span, "put it at the end of the line with the value that it is for")
    own = next((one for one in call.call.keywords if one.arg == "default"), None)
    if own is not None:
        text = "the default of a marker in a comment is the value that stands in the code"
        return _error(text, call.span, "leave out default=")
    if code.braces and (not call.name or NamedValues(parents, code.braces).named(call.name)):
        text = f"{code.shown} has a marker in braces, and a value has one marker"
        return _error(text, call.span, "remove the braces or the comment")
    return None


def _fitting(code: LineValues, call: TuneCall) -> list[Value]:
    """Return the values that a call can be for."""
    if call.distribution not in CHOICES:
        return code.numbers
    options = options_of(call)
    if options is not None:
        texts = [ast.unparse(option) for option in options]
        values = (*code.ending, *code.values)
        return [one for one in values if any(is_option(ast.unparse(one.node), t) for t in texts)]
    if call.name:
        return [*code.values]
    return outermost(one for one in code.values if is_literal(one.node))


def options_of(call: TuneCall) -> list[ast.expr] | None:
    """Return the options of a choice that are written out; None for a list that a run makes."""
    listed = next((one.value for one in call.call.keywords if one.arg in SIGNATURES[call.distribution]), None)
    listed = call.call.args[0] if call.call.args else listed
    if not isinstance(listed, (ast.List, ast.Tuple)) or any(isinstance(o, ast.Starred) for o in listed.elts):
        return None
    if call.distribution == "choice":
        return listed.elts
    return [pair.elts[1] for pair in listed.elts if isinstance(pair, (ast.Tuple, ast.List)) and pair.elts[1:]]


def _several(found: NamedValues, call: TuneCall) -> Diagnostic:
    """Report a call that may be for several values, with what to write for each that has a name."""
    texts = [ast.unparse(one.node) for one in found.values]
    text = f"this comment may be for {_listed(texts, 'or')}"
    names = found.names
    if len(names) < len(texts):
        return _error(text, call.span, "put the value that it is for on a line of its own")
    written = (f"# tune {names[one]}: for {value}" for one, value in zip(found.values, texts, strict=True))
    return _error(text, call.span, f"write {_listed(written, 'or')}")


def _none(parents: Parents, code: LineValues, fitting: NamedValues, call: TuneCall) -> Diagnostic:
    """Report a call that is for nothing that stands there."""
    what = "number" if call.distribution not in CHOICES else "option of this choice"
    if call.name:
        text = f"no {what} in {code.shown} is named '{call.name}'"
        names = [fitting.names[one] for one in fitting.values if one in fitting.names]
        if names:
            return _error(text, call.span, f"write # tune {_listed(names, 'or')}:")
    else:
        text = f"no {what} stands in {code.shown}"
    if call.distribution not in CHOICES:
        return _error(text, call.span, "put the comment at the end of the line with the number")
    values = outermost(one for one in code.values if is_literal(one.node))
    values = [*NamedValues(parents, values).named(call.name)] if call.name else values
    options = options_of(call)
    if len(values) != 1 or not options:
        return _error(text, call.span, "the value that stands there must be one of the options")
    value = ast.unparse(values[0].node)
    return _error(text, call.span, f"add {value} to the options, which hold the value that stands there")


def _listed(texts: Iterable[str], word: str) -> str:
    """Join texts: ``64 or 0.2``; ``1, 2 or 3``."""
    *first, last = texts
    return f"{', '.join(first)} {word} {last}" if first else last


def _error(text: str, span: Span, help: str, edits: tuple[Edit, ...] = ()) -> Diagnostic:
    return error(Code.COMMENT, text, span, help, edits)
