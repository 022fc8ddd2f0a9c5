"""A template's parameters and diagnostics as plain data for other programs.

Lines and columns count from 1, columns in characters; an end is the place after the last character. Lines in
a cell count from the cell's start.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable

from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.markers.call_text import default_text
from hypertemplate.compiler.markers.grammar import LOG_BOUNDED, SIGNATURES
from hypertemplate.compiler.markers.marker import find_markers
from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Option, Parameter
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.source import Part, Source, Span, position
from hypertemplate.compiler.syntax.tree import Tree, parse
from hypertemplate.search.study import Value, people_value

Json = dict[str, object]

_OPENING = re.compile(r"(?:[\s\\)]|#[^\r\n]*)*\(")
"""Text allowed between the called expression and the first argument."""


def space_json(program: Program) -> Json:
    """Return the parameters, inner distributions included: ``{"template": ..., "parameters": [...]}``."""
    source = program.source
    arguments = _argument_texts(source)
    parameters = [_parameter(p, source, arguments[p.marker]) for p in program.space.parameters]
    return {"template": source.name, "parameters": parameters}


def diagnostics_json(diagnostics: Iterable[Diagnostic], source: Source) -> Json:
    """Return ``{"diagnostics": [...]}``; one about the whole template has no line and no column."""
    return {"diagnostics": [_diagnostic(diagnostic, source) for diagnostic in diagnostics]}


def _parameter(parameter: Parameter, source: Source, arguments: str) -> Json:
    end = position(source.parts[parameter.marker.part].text, parameter.marker.end)
    return {
        "label": parameter.label,
        "distribution": parameter.written,
        "arguments": arguments,
        **_bounds(parameter),
        "default": _default(parameter),
        **place_json(parameter.marker, source),
        "end_line": end.line,
        "end_column": end.column,
    }


def _default(parameter: Parameter) -> Value:
    """Return the default of the marker's own: its value, or its source text; None if there is none."""
    text = default_text(parameter)
    return people_value(Option(text, literal=False)) if text else None


def _bounds(parameter: Parameter) -> Json:
    """Return the lowest and the highest value, as far as the file says; whether their logarithms count."""
    dimension = resolve_literal(parameter)
    bounds = () if dimension is None or dimension.options else dimension.range
    low, high = (bound if math.isfinite(bound) else None for bound in bounds or (math.nan, math.nan))
    return {"low": low, "high": high, "log": parameter.distribution in LOG_BOUNDED}


def _diagnostic(diagnostic: Diagnostic, source: Source) -> Json:
    return {
        "code": diagnostic.code.value,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        **place_json(diagnostic.span, source),
    }


def place_json(span: Span | None, source: Source) -> Json:
    """Return the file, cell, line and column where a span begins; for a cell, the file is the template."""
    if span is None:
        return {"file": source.name, "cell": None, "line": None, "column": None}
    part = source.parts[span.part]
    start = position(part.text, span.start)
    return {
        "file": part.name if part.kind == "file" else source.name,
        "cell": part.cell,
        "line": start.line,
        "column": start.column,
    }


def _argument_texts(source: Source) -> dict[Span, str]:
    """Return the text between the parentheses of each marker and each inner call, by place."""
    texts: dict[Span, str] = {}
    for tree in parse(source)[0]:
        part = source.parts[tree.part]
        for node in ast.walk(tree.module):
            if isinstance(node, ast.Call) and last_name(node.func) in SIGNATURES:
                texts[tree.span(node)] = _between_parentheses(tree, part, node)
        for marker in find_markers(tree)[0]:
            texts[marker.span] = texts[tree.span(marker.call)]
    return texts


def _between_parentheses(tree: Tree, part: Part, call: ast.Call) -> str:
    opening = _OPENING.match(part.text, tree.span(call.func).end)
    assert opening is not None
    return part.text[opening.end() : tree.span(call).end - 1]
