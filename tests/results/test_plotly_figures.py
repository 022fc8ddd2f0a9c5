"""Figures of Plotly: what they draw, and what is said where there is nothing to draw."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.results import plotly_figures as figures
from hypertemplate.results.charts.svg_elements import GOOD
from hypertemplate.results.importance import Importance
from hypertemplate.results.summary import Summary, summary_of
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Study
from tests.results.studies import PLAN, digits


def summary(study: Study) -> Summary:
    return summary_of(Kept(study))


THIRTY = summary(digits(30))


@pytest.fixture
def plotly() -> Any:
    return pytest.importorskip("plotly")


def test_without_plotly_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("plotly", "plotly.graph_objects"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError, match=r'this needs Plotly.*: pip install "hypertemplate\[plot\]"'):
        figures.history_figure(THIRTY)


@pytest.mark.usefixtures("plotly")
def test_the_history_has_the_trials_and_the_best_so_far() -> None:
    dots, line = figures.history_figure(THIRTY).data
    assert list(dots.x) == [trial.number for trial in THIRTY.judged]
    assert list(dots.y) == [trial.value for trial in THIRTY.judged]
    assert dots.marker.color[list(dots.x).index(11)] == GOOD
    assert (line.line.shape, line.x[-1], line.y[-1]) == ("hv", 29, THIRTY.best_so_far[-1][1])
    undirected = summary(replace(digits(30), maximize=None))
    assert len(figures.history_figure(undirected).data) == 1


@pytest.mark.usefixtures("plotly")
def test_curves_are_named_after_their_trials() -> None:
    lines = figures.curves_figure(THIRTY).data
    assert [line.name for line in lines] == [f"trial {number}" for number in range(30)]
    assert {
        line.line.color for line, trial in zip(lines, THIRTY.trials, strict=True) if trial.state == "pruned"
    } == {figures.GREY}
    assert lines[11].line.color == GOOD


@pytest.mark.usefixtures("plotly")
def test_values_that_were_not_read_have_a_tick_of_their_own() -> None:
    lines = figures.parallel_figure(THIRTY).data[0].dimensions
    assert [one.label for one in lines] == [*(axis.label for axis in THIRTY.axes), "val_loss"]
    rate = next(one for one in lines if one.label == "optimizer.learning_rate")
    unread = rate.tickvals[list(rate.ticktext).index("not read")]
    read = [trial.cells["optimizer.learning_rate"].is_read for trial in THIRTY.judged]
    assert [value == unread for value in rate.values] == [not one for one in read]
    assert list(rate.ticktext) == ["not read", "0.001", "0.01", "0.1"]
    (dots,) = figures.slice_figure(THIRTY, "optimizer.learning_rate").data
    assert list(dots.x) == list(rate.values)
    assert [text.endswith("not read") for text in dots.text] == [not one for one in read]


@pytest.mark.usefixtures("plotly")
def test_importance_has_its_method_as_its_title() -> None:
    figure = figures.importance_figure(Importance("a method", {"a": 0.75, "b": 0.25}))
    assert figure.layout.title.text == "a method"
    assert list(figure.data[0].y) == ["b", "a"]


@pytest.mark.usefixtures("plotly")
@pytest.mark.parametrize(
    ("draw", "message"),
    [
        pytest.param(lambda: figures.history_figure(summary(PLAN)), figures.NO_NUMBER, id="no trial"),
        pytest.param(lambda: figures.parallel_figure(summary(PLAN)), figures.NO_NUMBER, id="no line"),
        pytest.param(
            lambda: figures.curves_figure(summary(PLAN)), "no fit has reported a curve to draw", id="no curve"
        ),
        pytest.param(
            lambda: figures.parallel_figure(summary(replace(digits(2), space=()))),
            "no parameter is searched, so there are no values to draw",
            id="no parameter",
        ),
        pytest.param(
            lambda: figures.importance_figure(Importance(reason="too few to tell")),
            "too few to tell",
            id="few",
        ),
        pytest.param(
            lambda: figures.slice_figure(THIRTY, "rate"),
            "label must be that of a parameter, got 'rate'; there are Dense, ",
            id="label",
        ),
    ],
)
def test_where_there_is_nothing_to_draw_the_error_says_why(draw: Any, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        draw()
    assert str(raised.value).startswith(message)
