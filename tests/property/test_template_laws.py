from __future__ import annotations

import json
import pickle
import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.codec import decode, encode
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.emit.program_text import render_program
from hypertemplate.compiler.markers.marker import find_markers
from hypertemplate.compiler.program import Placement, Program
from hypertemplate.compiler.stages import compile_source, explain
from hypertemplate.compiler.syntax.angle_markers import braces
from hypertemplate.compiler.syntax.source import NEWLINE, position
from tests.compiler.support import source, tree
from tests.property.strategies import CONTEXTS, Planted, templates

pytestmark = pytest.mark.property


def test_there_are_enough_contexts() -> None:
    assert len(CONTEXTS) >= 20


@given(templates())
def test_the_markers_that_were_planted_are_the_markers_that_are_found(planted: Planted) -> None:
    markers, found = find_markers(tree(planted.text))
    assert [(marker.span.start, marker.span.end) for marker in markers] == list(planted.markers)
    assert found == []


@given(templates())
def test_only_the_ends_of_the_planted_markers_become_braces(planted: Planted) -> None:
    expected = list(planted.text)
    for start, end in planted.markers:
        if planted.text.startswith("<<", start):
            expected[start : start + 2] = "{{"
            expected[end - 2 : end] = "}}"
    # What stands after `match` may also be a shift, and is read as a marker only if the text says so.
    assert "".join(expected) in (braces(planted.text), braces(planted.text, after_match=True))


@given(templates())
def test_every_marker_becomes_a_parameter_unless_nothing_runs_it(planted: Planted) -> None:
    program = compile_source(source(planted.text))
    searched = [one.marker for one in program.space.parameters if one.parent is None]
    told = [one for one in program.warnings if one.code is Code.UNREACHED_MARKER]
    found = [(span.start, span.end) for span in (*searched, *(one.span for one in told)) if span]
    assert set(found) <= set(planted.markers)
    # One warning stands for all markers of a function, and says how many there are.
    counts = [re.search(r"these (\d+) markers are not searched", one.message) for one in told]
    assert len(searched) + sum(int(count[1]) if count else 1 for count in counts) == len(planted.markers)


@given(templates())
def test_rewriting_keeps_lines_and_all_text_outside_markers(planted: Planted) -> None:
    program = compile_source(source(planted.text))
    statements = program.parts[0].statements
    kept = [one for one in explain(source(planted.text)) if one.placement is not Placement.LEFT_OUT]
    for explained, statement in zip(kept, statements, strict=True):
        span = explained.span
        assert statement.line == position(planted.text, span.start).line
        inside = [(start, end) for start, end in planted.markers if span.start <= start < span.end]
        edges = [span.start, *(edge for marker in inside for edge in marker), span.end]
        outside = [planted.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
        # What nothing runs stays as it is, but for the spelling.
        originals = [planted.text[start:end] for start, end in inside]
        braced = [f"{{{{{text[2:-2]}}}}}" if text.startswith("<<") else text for text in originals]
        markers = [rf"(\(.*?\)|{re.escape(text)})" for text in braced]
        pattern = "".join(
            re.escape(text) + marker for text, marker in zip(outside, [*markers, ""], strict=True)
        )
        match = re.fullmatch(pattern, statement.text, flags=re.DOTALL)
        assert match is not None
        assert NEWLINE.findall("".join(match.groups())) == NEWLINE.findall("".join(originals))


@given(templates())
def test_no_line_moves(planted: Planted) -> None:
    part = compile_source(source(planted.text)).parts[0]
    original = NEWLINE.split(planted.text)
    touched = {
        line
        for start, end in planted.markers
        for line in range(position(planted.text, start).line, position(planted.text, end).line + 1)
    }
    for text in (part.setup, part.trial, part.kept):
        for number, line in enumerate(NEWLINE.split(text), 1):
            if number not in touched and line:
                assert line == original[number - 1]


@given(templates())
def test_everything_that_runs_compiles(planted: Planted) -> None:
    program = compile_source(source(planted.text))
    part = program.parts[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        for text in (part.setup, part.trial, part.kept):
            compile(text, part.filename, "exec", part.flags, dont_inherit=True)
        compile(render_program(program), "program.py", "exec", dont_inherit=True)


@given(templates())
def test_labels_are_unique_and_every_parent_is_a_choice_before_it(planted: Planted) -> None:
    parameters = compile_source(source(planted.text)).space.parameters
    labels = [parameter.label for parameter in parameters]
    assert len(set(labels)) == len(labels)
    for number, parameter in enumerate(parameters):
        if parameter.parent is not None:
            label, option = parameter.parent
            outer = parameters[labels.index(label)]
            assert labels.index(label) < number
            assert outer.options is not None
            assert 0 <= option < len(outer.options)


@given(templates())
def test_compiling_twice_gives_the_same_program(planted: Planted) -> None:
    first, second = compile_source(source(planted.text)), compile_source(source(planted.text))
    assert first == second
    assert render_program(first) == render_program(second)


@given(templates())
def test_a_program_comes_back_from_json_and_from_a_pickle(planted: Planted) -> None:
    program = compile_source(source(planted.text))
    assert decode(Program, json.loads(json.dumps(encode(program)))) == program
    assert pickle.loads(pickle.dumps(program)) == program


@given(templates(), st.data())
def test_a_comment_more_leaves_the_digest_as_it_is(planted: Planted, data: st.DataObject) -> None:
    starts = [one.span.start for one in explain(source(planted.text))]
    own_lines = [start for start in starts if position(planted.text, start).column == 1]
    at = data.draw(st.sampled_from(own_lines))
    longer = f"{planted.text[:at]}# {{{{uniform(0, 1)}}}}\n\n{planted.text[at:]}"
    assert compile_source(source(longer)).digest == compile_source(source(planted.text)).digest
