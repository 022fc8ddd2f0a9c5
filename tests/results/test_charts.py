"""The charts of a study: where marks stand, what axes say, and that every study has charts that parse."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.results.charts.chart_axes import ChartAxis, axis_of, number_axis
from hypertemplate.results.charts.cut_names import cut_name, cut_options
from hypertemplate.results.charts.importance_bars import importance_bars
from hypertemplate.results.charts.learning_curves import curves_chart
from hypertemplate.results.charts.loss_history import history_chart
from hypertemplate.results.charts.pairs import pair_chart
from hypertemplate.results.charts.parallel_coordinates import parallel_chart
from hypertemplate.results.charts.plot_frame import PlotFrame
from hypertemplate.results.charts.slices import slice_chart
from hypertemplate.results.charts.spread import spread
from hypertemplate.results.charts.ticks import tick_text, ticks
from hypertemplate.results.parameter_axes import ParameterAxis
from hypertemplate.results.summary import Summary, summary_of
from hypertemplate.results.value_cells import INACTIVE, ValueCell
from hypertemplate.search.study import Trial, TrialState
from hypertemplate.views.curves.scales import Scale
from tests.results.studies import PLAN, digits, kept
from tests.search.spaces import chosen, numeric


@pytest.mark.parametrize(
    ("scale", "whole", "texts"),
    [
        pytest.param(Scale(0, 1), False, "0 0.2 0.4 0.6 0.8 1", id="tenths"),
        pytest.param(
            Scale(0.22, 0.93), False, "0.3 0.4 0.5 0.6 0.7 0.8 0.9", id="between ends that are not round"
        ),
        pytest.param(Scale(0, 3), True, "0 1 2 3", id="whole numbers have no halves"),
        pytest.param(Scale(32, 256), True, "50 100 150 200 250", id="a range of units"),
        pytest.param(Scale(1e-5, 0.1, True), False, "1e-5 0.0001 0.001 0.01 0.1", id="powers of ten"),
        pytest.param(
            Scale(1e-30, 1, True), False, "1e-30 1e-25 1e-20 1e-15 1e-10 1e-5 1", id="many powers of ten"
        ),
        pytest.param(Scale(0.01, 0.5, True), False, "0.01 0.02 0.05 0.1 0.2 0.5", id="few powers of ten"),
        pytest.param(
            Scale(0.3, 0.4, True), False, "0.3 0.32 0.34 0.36 0.38 0.4", id="less than a power of ten"
        ),
        pytest.param(Scale(-1, 1), False, "-1 -0.5 0 0.5 1", id="no negative zero"),
        pytest.param(Scale(0.5, 0.5), False, "0.5", id="one value"),
        pytest.param(Scale(1e6, 3e6), False, "1e6 1.5e6 2e6 2.5e6 3e6", id="large numbers"),
        pytest.param(Scale(3, 5), True, "3 4 5", id="a few whole numbers"),
        pytest.param(Scale(0.25, 0.75), True, "0.25 0.75", id="no whole number between the ends"),
    ],
)
def test_ticks_are_round_numbers(scale: Scale, whole: bool, texts: str) -> None:
    assert " ".join(tick.text for tick in ticks(scale, is_whole=whole)) == texts


@pytest.mark.property
@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300), st.booleans())
def test_ticks_lie_between_the_ends_and_are_few(one: float, other: float, is_log: bool) -> None:
    low, high = sorted((one, other))
    found = ticks(Scale(low, high, is_log and low > 0))
    assert 1 <= len(found) <= 16
    margin = 1e-6 * max(abs(low), abs(high))
    assert all(low - margin <= tick.value <= high + margin for tick in found)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-05, "1e-5"),
        (0.001, "0.001"),
        (2e6, "2e6"),
        (-0.0, "0"),
        (12.5, "12.5"),
        (-1e-7, "-1e-7"),
        (20000, "20000"),
        (123456.5, "1.235e5"),
    ],
)
def test_the_text_of_a_tick_is_short(value: float, text: str) -> None:
    assert tick_text(value) == text


def test_names_keep_what_tells_them_apart() -> None:
    assert cut_name("optimizer.learning_rate", 17) == "…learning_rate"
    assert cut_name("units", 17) == "units"
    assert cut_name("a" * 30, 5) == "…aaaa"
    assert cut_options(["Adam(loguniform(-9, -2))", "SGD(0.1)", "'adam'"], 14) == (
        "Adam(…)",
        "SGD(0.1)",
        "'adam'",
    )
    assert (
        cut_options(["Adam(loguniform(-9, -2))", "Adam(loguniform(-2, -1))"], 14) == ("Adam(loguni...",) * 2
    )


def test_an_axis_has_a_place_of_its_own_for_values_that_were_not_read() -> None:
    axis = axis_of(ParameterAxis("x", 1e-4, 1.0, is_log=True), has_unread=True)
    read = [axis.place(ValueCell("read", value, "")) for value in (1e-4, 1e-2, 1.0)]
    unread = [
        axis.place(cell)
        for cell in (INACTIVE, ValueCell("inactive", 0.5, ""), ValueCell("not reached", 0.5, ""))
    ]
    assert len({*unread}) == 1
    assert unread[0] < read[0] < read[1] < read[2] < 1
    assert math.isclose(read[1] - read[0], read[2] - read[1])
    assert axis.marks[0] == (axis.unread_share, "not read")


def test_options_have_equal_parts_of_an_axis_in_their_order() -> None:
    axis = axis_of(ParameterAxis("x", 0, 2, categories=("'a'", "'b'", "'c'")))
    assert [text for _, text in axis.marks] == ["'a'", "'b'", "'c'"]
    shares = [share for share, _ in axis.marks]
    assert math.isclose(shares[1] - shares[0], shares[2] - shares[1])
    spreads = {round(spread(axis, ValueCell("read", 1, ""), trial), 6) for trial in range(50)}
    assert len(spreads) == 50
    assert max(map(abs, spreads)) < (shares[1] - shares[0]) / 2
    number = axis_of(ParameterAxis("x", 0, 1))
    assert spread(number, ValueCell("read", 1, ""), 3) == 0
    assert spread(number, INACTIVE, 3) != 0


def test_of_very_many_options_some_are_named() -> None:
    axis = axis_of(ParameterAxis("x", 0, 99, categories=tuple(map(str, range(100)))))
    assert [text for _, text in axis.marks] == [
        "0",
        "9",
        "18",
        "27",
        "36",
        "45",
        "54",
        "63",
        "72",
        "81",
        "90",
        "99",
    ]


def test_values_of_many_orders_have_a_logarithmic_axis_and_one_far_away_stands_at_the_edge() -> None:
    assert number_axis("loss", [1e-3, 1.0, 1e3]).scale.is_log
    axis = number_axis("loss", [*(1.0 + n / 100 for n in range(40)), -900.0])
    assert axis.scale.low == 1.0
    assert axis.share(-900.0) == axis.share(1.0)
    assert number_axis("loss", []).scale == Scale(0.0, 1.0)


def marks(chart: str, kind: str) -> list[tuple[str, str]]:
    """The trials of a kind of marks, with their places, in the order in which they are drawn."""
    root = ElementTree.fromstring(chart)
    return [
        (mark.get("data-trial", ""), mark.get("points") or f"{mark.get('cx')},{mark.get('cy')}")
        for group in root.iter("g")
        if group.get("class", "").endswith(f" {kind}")
        for mark in group
    ]


def texts(chart: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(chart).iter("text")]


ONE = replace(
    PLAN,
    space=(numeric("x", "uniform", low=0, high=1), chosen("c", "'a'", "'b'")),
    trials=tuple(
        Trial(n, TrialState.COMPLETE, {"x": x, "c": n % 2}, loss)
        for n, (x, loss) in enumerate([(0.0, 3.0), (0.5, 1.0), (1.0, 2.0)])
    ),
)


def one(*trials: Trial) -> Summary:
    return summary_of(kept(replace(ONE, trials=(*ONE.trials, *trials))))


def test_the_history_has_a_dot_for_each_trial_and_a_line_for_the_best_so_far() -> None:
    failed = Trial(3, TrialState.FAILED, {"x": 0.5, "c": 0}, error="no")
    pruned = replace(failed, number=4, state=TrialState.PRUNED)
    chart = history_chart(one(failed, pruned))
    ((number, best),) = marks(chart, "best")
    assert number == "1"
    assert sorted(number for number, _ in marks(chart, "other")) == ["0", "2"]
    places = dict(marks(chart, "other"))
    (path,) = re.findall(r'<polyline class="best line" points="([^"]*)"', chart)
    points = path.split()
    first, second = places["0"].split(",")[1], best.split(",")[1]
    assert [point.split(",")[1] for point in points] == [first, first, first, second, second]
    assert points[3] == best
    assert re.findall(r'class="tick (\w+)".*?data-trial="(\d)"', chart) == [("failed", "3"), ("pruned", "4")]
    assert 'aria-label="val_loss of 3 trials by number; the best one is 1, in trial 1"' in chart


def test_the_history_shows_the_values_in_the_file() -> None:
    space = (replace(ONE.space[0], default=0.0), replace(ONE.space[1], default=0))
    chart = history_chart(summary_of(kept(replace(ONE, space=space))))
    assert "the values in the file" in texts(chart)
    assert 'class="default"' in chart
    assert "the values in the file" not in texts(history_chart(one()))


def test_parallel_coordinates_lead_from_value_to_value() -> None:
    unread = Trial(3, TrialState.COMPLETE, {"x": 0.5, "c": 0}, 4.0, unused=("x",))
    summary = one(unread)
    chart = parallel_chart(summary, summary.axes, 600.0)
    heights = {
        trial: [float(point.split(",")[1]) for point in points.split()]
        for kind in ("best", "leading", "other")
        for trial, points in marks(chart, kind)
    }
    assert heights.keys() == {"0", "1", "2", "3"}
    assert (
        heights["3"][0] > heights["0"][0] > heights["1"][0] > heights["2"][0]
    )  # not read is below the least value
    assert heights["1"][2] > heights["2"][2] > heights["0"][2] > heights["3"][2]
    assert abs(heights["0"][1] - heights["2"][1]) < 40 < abs(heights["0"][1] - heights["1"][1])
    assert texts(chart).count("not read") == 1
    assert [text for text in texts(chart) if text in ("x", "c", "val_loss")] == ["x", "c", "val_loss"]


def test_slices_set_trials_apart_that_did_not_read_the_value() -> None:
    unread = Trial(3, TrialState.COMPLETE, {"c": 0}, 4.0)
    chart = slice_chart(one(unread), one().axis("x"))
    places = {
        trial: float(place.split(",")[0])
        for kind in ("best", "leading", "other")
        for trial, place in marks(chart, kind)
    }
    assert places["3"] < places["0"] < places["1"] < places["2"]
    assert "not read" in texts(chart)
    assert "not read" not in texts(slice_chart(one(), one().axis("x")))


def test_pairs_have_the_trials_that_read_both_values() -> None:
    unread = Trial(3, TrialState.COMPLETE, {"c": 0}, 4.0)
    summary = one(unread)
    chart = pair_chart(summary, summary.axis("x"), summary.axis("c"))
    assert {trial for kind in ("best", "leading", "other") for trial, _ in marks(chart, kind)} == {
        "0",
        "1",
        "2",
    }
    alone = summary_of(kept(replace(ONE, trials=(unread,))))
    assert pair_chart(alone, alone.axis("x"), alone.axis("c")) == ""


def test_curves_of_pruned_trials_are_grey_and_the_best_one_lies_over_the_others() -> None:
    summary = summary_of(kept(digits(30)))
    chart = curves_chart(summary, "val_loss")
    stopped = {int(trial) for trial, _ in marks(chart, "stopped")}
    assert stopped == {trial.number for trial in summary.trials if trial.state in ("pruned", "failed")}
    assert [trial for trial, _ in marks(chart, "best")] == ["11"]
    kinds = [group.get("class") for group in ElementTree.fromstring(chart).iter("g")]
    assert kinds == ["curves stopped", "curves other", "curves leading", "curves best"]
    assert {trial for trial, _ in marks(chart, "leading")} | {"11"} == set(map(str, summary.leading))


def test_bars_have_their_shares_the_largest_first() -> None:
    chart = importance_bars({"a": 0.25, "b": 0.75, **{f"p{n}": 0.0 for n in range(20)}})
    assert texts(chart)[:4] == ["b", "75%", "a", "25%"]
    assert len(texts(chart)) == 24
    widths = [float(rect.get("width", "")) for rect in ElementTree.fromstring(chart).iter("rect")]
    assert widths[0] == 3 * widths[1]
    assert importance_bars({}) == ""
    assert 'width="1"' in importance_bars({"a": 0.0})


@pytest.mark.parametrize("count", [0, 1, 2, 5, 40, 400])
def test_every_chart_is_xml_without_a_number_that_is_none(count: int) -> None:
    summary = summary_of(kept(digits(count)))
    charts = [
        history_chart(summary),
        curves_chart(summary, "val_loss"),
        parallel_chart(summary, summary.axes),
    ]
    charts += [slice_chart(summary, axis) for axis in summary.axes]
    charts += [pair_chart(summary, summary.axes[0], axis) for axis in summary.axes[1:]]
    assert all(charts) or count < 40
    for chart in filter(None, charts):
        ElementTree.fromstring(chart)
        assert not re.search(r'"[^"]*\b(?:nan|inf|None)\b[^"]*"', chart)
        assert 'role="img"' in chart


def test_labels_that_would_touch_are_left_out() -> None:
    axis = ChartAxis(
        "x", Scale(0, 1), tuple(replace(tick, text=f"{tick.text} long") for tick in ticks(Scale(0, 1), 20))
    )
    chart = PlotFrame(axis, axis, 300.0, 200.0).drawn("x", "")
    shown = [text for text in texts(chart) if text.endswith("long")]
    assert 0 < len(shown) < 2 * len(axis.ticks)
