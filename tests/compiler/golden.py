"""What the compiler makes of a template, as text that people can read and compare."""

from __future__ import annotations

from collections.abc import Iterator

from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.compiler.markers.call_text import default_text
from hypertemplate.compiler.markers.search_space import Parameter
from hypertemplate.compiler.program import Join, Placement, Program
from hypertemplate.compiler.stages import compile_source, explain
from hypertemplate.compiler.syntax.source import Source, position


def shown(source: Source) -> Iterator[str]:
    """How data and model meet, the warnings, the parameters, and each top-level statement.

    Of a statement: its line, when it runs and why, and its text with the markers rewritten, indented.
    Where there are several parts each has a heading.
    """
    program = compile_source(source)
    yield _heading(program)
    if program.warnings:
        yield render_all(program.warnings, source)
    yield from map(_parameter, program.space.parameters)
    explained = explain(source)
    for number, part in enumerate(source.parts):
        if len(source.parts) > 1:
            yield f"# {part.name}"
        statements = iter(program.parts[number].statements)
        for one in explained:
            if one.span.part != number:
                continue
            line = position(part.text, one.span.start).line
            future = part.text[one.span.start :].startswith("from __future__")
            yield f"line {line}, {'flags' if future else one.placement.value}: {one.reason}"
            if one.placement is not Placement.LEFT_OUT and not future:
                statement = next(statements)
                assert (statement.line, statement.placement) == (line, one.placement)
                yield from ("    " + text if text else "" for text in statement.text.split("\n"))
        assert next(statements, None) is None


def _heading(program: Program) -> str:
    when = "each trial" if program.data_per_trial else "setup"
    data = "" if program.data is None else f", {program.data} in {when}"
    more = f"; leaked: {', '.join(program.leaked)}" if program.leaked else ""
    more += "; reads space" if program.reads_space else ""
    return f"{program.model or 'a script'}{data}, joined: {_meeting(program.join)}{more}"


def _meeting(join: Join) -> str:
    left = [f"(local {name})" for name in join.locals]
    return " ".join(map(str, (join.how, *join.names, *left, join.count or ""))).strip()


def _parameter(parameter: Parameter) -> str:
    """``label: distribution(arguments) [options]``, and for an inner one where it stands."""
    arguments = ", ".join(f"{one.name}={one.text}" for one in parameter.arguments)
    options = ""
    if parameter.options is not None:
        options = f" [{', '.join(one.text for one in parameter.options)}]"
    inside = "" if parameter.parent is None else f" in option {parameter.parent[1]} of {parameter.parent[0]}"
    default = default_text(parameter)
    own = f", default {default}" if default else ""
    return f"{parameter.label}: {parameter.distribution}({arguments}){options}{own}{inside}"
