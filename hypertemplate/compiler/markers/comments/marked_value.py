"""The value that a call in a comment is for, or what keeps it from being for any."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.comments.drawn_options import drawn_parts, draws_in, options_of
from hypertemplate.compiler.markers.comments.line_values import LineValues, Value, outermost
from hypertemplate.compiler.markers.comments.named_values import NamedValues
from hypertemplate.compiler.markers.comments.tune_comment import TuneCall
from hypertemplate.compiler.markers.grammar import CHOICES
from hypertemplate.compiler.syntax.literals import is_literal
from hypertemplate.compiler.syntax.place_labels import Parents
from hypertemplate.compiler.syntax.source import Span


def marked_value(parents: Parents, code: LineValues, call: TuneCall) -> Value | Diagnostic:
    """Return the value that a call is for: a number for a range, for a choice an expression that it has.

    What is inside another one does not count.

    Args:
        parents: node -> parent node.
        code: code that the comment is about.
        call: the call.
    """
    problem = _refused(parents, code, call)
    if problem is not None:
        return problem
    fitting = NamedValues(parents, _fitting(code, call))
    found = fitting.named(call.name) if call.name else outermost(fitting.values)
    if len(found) == 1:
        return found[0]
    return _several(fitting, found, call) if found else _none(parents, code, fitting, call)


def _refused(parents: Parents, code: LineValues, call: TuneCall) -> Diagnostic | None:
    """Report a call that can be for no value, whatever stands there."""
    if not code.text:
        text = "no code stands on the line of this comment"
        return _error(text, call.span, "put it at the end of the line with the value that it is for")
    if code.braces and (not call.name or NamedValues(parents, code.braces).named(call.name)):
        text = f"{code.shown} has a marker in braces, and a value has one marker"
        return _error(text, call.span, "remove the braces or the comment")
    return None


def _fitting(code: LineValues, call: TuneCall) -> list[Value]:
    """Return the values that a call can be for."""
    if call.distribution not in CHOICES:
        return code.numbers
    options = options_of(call.call, call.distribution)
    if options is not None:
        draws = {option: draws_in(option) for option in options}
        values = (*code.ending, *code.values)
        return [one for one in values if any(drawn_parts(one.node, o, draws[o]) is not None for o in options)]
    if call.name:
        return [*code.values]
    return outermost(one for one in code.values if is_literal(one.node))


def _several(fitting: NamedValues, found: Sequence[Value], call: TuneCall) -> Diagnostic:
    """Report a call that may be for several values, with what to write for each that has a name."""
    text = f"this comment may be for {_listed((one.text for one in found), 'or')}"
    names = fitting.names
    if not names.keys() >= {*found}:
        return _error(text, call.span, "put the value that it is for on a line of its own")
    written = (f"# tune {names[one]}: for {one.text}" for one in found)
    return _error(text, call.span, f"write {_listed(written, 'or')}")


def _none(parents: Parents, code: LineValues, fitting: NamedValues, call: TuneCall) -> Diagnostic:
    """Report a call that is for nothing that stands there."""
    is_range = call.distribution not in CHOICES
    what = "number" if is_range else "option of this choice"
    text = f"no {what} in {code.shown}" + (f" is named '{call.name}'" if call.name else "")
    names = [fitting.names[one] for one in fitting.values if one in fitting.names]
    if names:
        return _error(text, call.span, f"write # tune {_listed(names, 'or')}:")
    if is_range:
        return _error(text, call.span, "put the comment at the end of the line with the number")
    literals = NamedValues(parents, outermost(one for one in code.values if is_literal(one.node)))
    values = literals.named(call.name) if call.name else literals.values
    options = options_of(call.call, call.distribution)
    help = "the value that stands there must be one of the options"
    if len(values) == 1 and options and call.distribution == "choice":
        texts = [ast.unparse(option) for option in options]
        help = f"add it to the options: choice([{', '.join([*texts, values[0].text])}])"
    return _error(text, call.span, help)


def _listed(texts: Iterable[str], word: str) -> str:
    """Join texts: ``64 or 0.2``; ``1, 2 or 3``."""
    *first, last = texts
    return f"{', '.join(first)} {word} {last}" if first else last


def _error(text: str, span: Span, help: str, edits: tuple[Edit, ...] = ()) -> Diagnostic:
    return error(Code.COMMENT, text, span, help, edits)
