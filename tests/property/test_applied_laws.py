"""Laws of values written back: nothing but the values differs, and they are what the trial had."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from hypertemplate.compiler.analysis import Analysis
from hypertemplate.compiler.diagnostics.edit import edited
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.parameters import parameters_of
from hypertemplate.compiler.markers.resolve import default_draw, resolve
from hypertemplate.compiler.markers.search_space import Argument, Dimension
from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.tuned_source.tuned_edits import default_edits, plain_edits
from hypertemplate.compiler.tuned_source.tuned_values import TunedValues, parameters
from hypertemplate.errors import CompileError
from tests.compiler.support import analysis, compiled, source
from tests.property.strategies import Planted, templates

pytestmark = pytest.mark.property

NAMES = {"SIZES": (1, 2), "LIMIT": 9, "s": 1}
SPAN = Span(0, 0, 0)


def evaluated(argument: Argument) -> object:
    return eval(argument.value or argument.text, dict(NAMES))


@st.composite
def points(draw: st.DrawFn, known: Analysis) -> TunedValues:
    """Values of a trial of a template."""
    space = {label: resolve(one, evaluated) for label, one in parameters(known).items()}
    params: dict[str, float] = {}
    for label, dimension in space.items():
        outer, option = dimension.parent or ("", 0)
        if not outer or params.get(outer) == option:
            params[label] = draw(_drawn(dimension))
    return TunedValues(params, space)


def _drawn(dimension: Dimension) -> st.SearchStrategy[float]:
    if dimension.options:
        return st.integers(0, len(dimension.options) - 1)
    low, high = dimension.range
    low, high = max(low, -1e6), min(high, 1e6)
    whole = st.integers(round(low), round(high)).map(lambda n: min(max(n, low), high))
    return whole if dimension.integral else st.floats(low, high)


class InPlace(ast.NodeTransformer):
    """The tree of a template with its markers, and the distributions in them, replaced by values."""

    def __init__(self, known: Analysis, values: TunedValues) -> None:
        self.labels: dict[ast.AST, str] = {}
        self.draws: dict[ast.AST, DrawCall] = {}
        self.values = values
        self.tree = known.module.trees[0]
        labels = iter(parameters(known))
        for _, _, draw in known.searched():
            self.labels |= {one.call: next(labels) for one in draw.walk()}
        for marker, draw in known.draws.items():
            self.draws |= {one.call: one for one in draw.walk()}
            self.draws[marker.node] = draw

    def visit(self, node: ast.AST) -> Any:
        if node not in self.draws:
            return self.generic_visit(node)
        draw = self.draws[node]
        value = self.value(draw)
        if draw.options is not None:
            return self.visit(draw.options[int(value)].node)
        if draw.listing is not None:
            return ast.Subscript(draw.listing, ast.Constant(int(value)), ast.Load())
        return ast.parse(repr(value), mode="eval").body

    def value(self, draw: DrawCall) -> float:
        """What the trial drew, or the default of what no trial draws."""
        if draw.call in self.labels:
            label = self.labels[draw.call]
            value = self.values.params[label]
            return int(value) if self.values.dimensions[label].integral else float(value)
        if draw.options is not None or draw.listing is not None:
            return draw.default_option or 0
        names = dict.fromkeys(draw.walk(), "x")
        return default_draw(resolve(next(parameters_of(self.tree, draw, names, SPAN, None)), evaluated))


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@settings(max_examples=25)
@given(templates(), st.data())
def test_ordinary_code_differs_in_nothing_but_the_values(planted: Planted, data: st.DataObject) -> None:
    whole = source(planted.text)
    known = analysis(whole)
    values = data.draw(points(known))
    try:
        text = edited(planted.text, plain_edits(whole, known, values, None).edits)
    except CompileError as error:
        assert "its range is known only when it runs" in str(error)
        reject()
    expected = InPlace(known, values).visit(known.module.trees[0].module)
    found = ast.parse(text)
    assert not any(map(is_marker_shaped, ast.walk(found)))
    assert ast.unparse(found) == ast.unparse(ast.fix_missing_locations(expected))


@settings(max_examples=25)
@given(templates(), st.data())
def test_defaults_written_are_what_the_trial_had(planted: Planted, data: st.DataObject) -> None:
    known = analysis(planted.text)
    values = data.draw(points(known))
    found = default_edits(known, values)
    text = edited(planted.text, found.edits)
    after = compiled(text)
    assert after.digest == compiled(planted.text).digest
    if found.notes:
        return
    for label, one in parameters(analysis(text)).items():
        read = values.read(label)
        if read is not None:
            dimension = resolve(one, evaluated)
            assert dimension.default == read
