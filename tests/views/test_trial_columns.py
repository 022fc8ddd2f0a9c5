"""The table of trials: every value below its head, on any terminal, and nothing cut inside a word."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from hypertemplate.compiler.markers.search_space import Option
from hypertemplate.origin import Origin
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialRun, TrialState
from hypertemplate.views.trial_columns import TrialTable, shown_metrics
from tests.search.spaces import EVERY_DISTRIBUTION, chosen, numeric
from tests.views.test_study_text import study, trial


def screen(of: Study, width: int | None = None) -> list[str]:
    """All lines that a search with these trials prints."""
    table = TrialTable(of, width, with_best=True)
    lines = table.heading()
    for number in range(len(of.trials)):
        lines += table.lines(replace(of, trials=of.trials[: number + 1]), of.trials[number])
    return lines


METRICS = {"auc": 0.987654321, "val_accuracy": 0.5, "loss": 0.125, "lr": 1.0}
FITTED = study(
    trial(0, None, duration_s=None),
    trial(1, 0.25, metrics=METRICS, curves=(Curve(0, 1, (Report(0, 0, {"val_accuracy": 0.5, "loss": 0.125, "lr": 1.0}),)),)),
    trial(2, 1e-5, metrics={"auc": -1.23456e-7}, unused=("rate",), params={"rate": 1e-9, "units": 256, "act": 0, "opt": 1}),
)  # fmt: skip

STOPPED = study(
    *(trial(number, -0.5, metrics=METRICS, curves=FITTED.trials[1].curves) for number in range(2)),
    trial(2, None, state=TrialState.PRUNED, metrics={"val_accuracy": 0.25}),
)


def test_values_and_metrics_stand_in_columns() -> None:
    assert screen(FITTED) == [
        "trial        loss  best so far     time         auc  val_accuracy  loss (metric)    rate  units  act     opt",
        "    0      failed            -        -           -             -              -  0.1235     64  'elu'   SGD(0.1)",
        "    1     0.25000      0.25000     1.3s     0.98765       0.5            0.125    0.1235     64  'elu'   SGD(0.1)",
        "    2  1.0000e-05   1.0000e-05     1.3s    -1.2e-07             -              -       -    256  'relu' "
        " Adam( learning_rate=...",
    ]


def test_the_spread_of_several_runs_stands_beside_the_mean() -> None:
    runs = tuple(TrialRun(number, loss) for number, loss in enumerate((0.25, 0.5, 0.9)))
    same = tuple(TrialRun(number, 0.5) for number in range(3))
    several = study(
        trial(0, 0.55, repeats=3, runs=runs), trial(1, 0.5, repeats=3, runs=same), trial(2, None, repeats=3)
    )
    lines = [line[:35] for line in screen(replace(several, repeats=3))]
    assert lines == [
        "trial        loss        sd  best s",
        "    0     0.55000   0.33         0.",
        "    1     0.50000      same      0.",
        "    2      failed         -      0.",
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_screen_is_never_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, screen(FITTED, width))) <= width


def test_metrics_are_left_out_first() -> None:
    assert screen(FITTED, 96) == [
        "       (no room for val_accuracy, loss (metric))",
        "trial        loss  best so far     time      auc    rate  units  act     opt",
        "    0      failed            -        -        -  0.1235     64  'elu'   SGD(0.1)",
        "    1     0.25000      0.25000     1.3s  0.98765  0.1235     64  'elu'   SGD(0.1)",
        "    2  1.0000e-05   1.0000e-05     1.3s   -1e-07       -    256  'relu'  Adam( learning_rate=...",
    ]


def test_values_that_do_not_fit_stand_below_their_trial_with_their_names() -> None:
    assert screen(FITTED, 60) == [
        "       (no room for loss (metric))",
        "trial       loss best so far    time     auc val_accuracy",
        "    0     failed           -       -       -            -",
        "       rate=0.1235 units=64 act='elu' opt=SGD(0.1)",
        "    1    0.25000     0.25000    1.3s 0.98765      0.5",
        "       rate=0.1235 units=64 act='elu' opt=SGD(0.1)",
        "    2 1.0000e-05  1.0000e-05    1.3s  -1e-07            -",
        "       units=256 act='relu' opt=Adam( learning_rate=...",
    ]


def test_the_points_of_a_metric_stand_below_each_other() -> None:
    values = (5.2986, 7.3092e-09, 70.748, 5210.4, 3.0, -0.25)
    of = study(*(trial(number, 0.5, metrics={"mse": value}) for number, value in enumerate(values)))
    rows = [line[39:51].rstrip() for line in screen(of)[1:]]
    assert rows == [
        "     5.2986",
        "     7.3e-09",
        "    70.748",
        "  5210.4",
        "     3",
        "    -0.25",
    ]


def test_many_parameters_are_named_in_each_line() -> None:
    space = tuple(numeric(f"parameter_{i}", "uniform", low=0, high=1) for i in range(20))
    params = {d.label: 0.5 for d in space}
    lines = screen(Study("m", "d", 1, space, trials=(trial(0, 0.25, params=params),)), 60)
    assert lines[0] == "trial       loss best so far    time"
    assert lines[1] == "    0    0.25000     0.25000    1.3s"
    assert lines[2] == " " * 7 + "parameter_0=0.5 parameter_1=0.5 parameter_2=0.5"
    assert max(map(len, lines)) <= 60


def test_without_values_that_were_not_read_a_table_of_one_kind_is_left() -> None:
    of = Study("m", "d", 1, EVERY_DISTRIBUTION)
    table = TrialTable(of, None)
    params = {"block": 2, "block.2": 1, "block.2.1": 4.5, "block.2_1": 0.25}
    shown = Trial(0, TrialState.COMPLETE, params, 1.0)
    (heads,), (cells,) = table.heading(), table.lines(of, shown)
    place = heads.index("block.2 ")
    assert cells[place : place + 7].strip() == "4.5", (
        "a choice stands for the distribution that is its option"
    )
    assert "block.2.1" not in heads


@pytest.mark.parametrize(
    ("dimension", "cells"),
    [
        pytest.param(numeric("x", "uniform", low=0, high=1), {0.123456: "0.1235", 0.00012345: "0.0001", 1e-20: " 1e-20"}, id="uniform"),
        pytest.param(numeric("x", "loguniform", low=-20, high=0), {0.123456: "0.1235", 1.2345e-9: "1.235e-09"}, id="loguniform"),
        pytest.param(numeric("x", "quniform", integral=True, low=-5, high=1000, q=5), {5: "   5", 1000: "1000"}, id="whole numbers"),
        pytest.param(numeric("x", "qloguniform", integral=True, low=0, high=math.log(500), q=1), {5: "  5"}, id="whole numbers by logarithm"),
        pytest.param(numeric("x", "qnormal", integral=True, mu=0, sigma=1, q=1), {5: "     5"}, id="whole numbers without bounds"),
        pytest.param(chosen("x", "64", "128"), {0: " 64", 1: "128"}, id="a choice of numbers"),
        pytest.param(chosen("x", "True", "None"), {0: "True", 1: "None"}, id="a choice of others"),
    ],
)  # fmt: skip
def test_a_column_has_the_width_of_what_it_may_hold(dimension: object, cells: dict[float, str]) -> None:
    of = Study("m", "d", 1, (dimension,))  # type: ignore[arg-type]
    table = TrialTable(of, None)
    for drawn, cell in cells.items():
        line = table.lines(of, Trial(0, TrialState.COMPLETE, {"x": drawn}, 1.0, duration_s=1.0))[0]
        assert line.removeprefix("    0     1.0000      1.0s  ") == cell


def test_a_choice_of_numbers_and_a_distribution_is_aligned_as_numbers() -> None:
    space = (
        replace(chosen("x", "0", "uniform(0, 1)"), options=(Option("0", True), Option("uniform(0, 1)", False, "x.1"))),
        replace(numeric("x.1", "uniform", low=0, high=1), parent=("x", 1)),
    )  # fmt: skip
    of = Study("m", "d", 1, space)
    assert TrialTable(of, None).heading()[0].endswith("time       x")


@pytest.mark.parametrize(
    ("of", "names"),
    [
        pytest.param(study(trial(0, None), trial(1, 1.0)), (), id="none"),
        pytest.param(study(trial(0, -0.9, metrics={"accuracy": 0.9, "f1": 0.5})), ("f1",), id="not the loss once more"),
        pytest.param(study(trial(0, 1.0, metrics={"a": 2.0}), trial(1, 1.0, metrics={"b": 2.0})), ("a",), id="of the first"),
        pytest.param(study(trial(0, 1.0, metrics={"n_test": 60.0, "f1": 0.5}), trial(1, 2.0, metrics={"n_test": 60.0, "f1": 0.6})), ("f1", "n_test"), id="what is the same in each trial comes last"),
        pytest.param(STOPPED, ("auc", "loss", "lr"), id="nor what trials were stopped by, if it is the result"),
        pytest.param(study(*(replace(one, loss=one.loss and -0.25) for one in STOPPED.trials), objective="val_accuracy"), ("val_accuracy", "auc", "loss", "lr"), id="else that comes first"),
        pytest.param(FITTED, ("auc", "val_accuracy", "loss", "lr"), id="one's own first, then those of the validation"),
    ],
)  # fmt: skip
def test_the_metrics_beside_the_result(of: Study, names: tuple[str, ...]) -> None:
    assert shown_metrics(of) == names


def test_the_heads_stay_whatever_later_trials_measure() -> None:
    metrics = [{"a": 60.0, "b": 0.5}, {"a": 60.0, "b": -123.25}, {"a": 61.5, "b": 1e-9}]
    trials = [trial(number, 0.125, metrics=found) for number, found in enumerate(metrics)]
    table = None
    seen = set()
    for count in range(1, 4):
        table = TrialTable(study(*trials[:count]), 100, with_best=True, above=table)
        seen.add((table.heading()[-1], table.shape[0]))
    assert len(seen) == 1


def test_where_trials_may_be_stopped_the_first_one_says_already_how_far_it_came() -> None:
    ran = trial(0, 0.5, curves=(Curve(0, 30, (Report(29, 29, {"loss": 1.0}),), "round"),))
    of = study(ran)
    assert "round" not in TrialTable(of, None).heading()[0]
    table = TrialTable(of, None, prunes=True)
    stopped = trial(
        1, None, state=TrialState.PRUNED, curves=(Curve(0, 30, (Report(3, 3, {"loss": 1.0}),), "round"),)
    )
    both = study(ran, stopped)
    later = TrialTable(both, None, prunes=True, above=table)
    assert later.shape == table.shape
    assert [later.lines(both, one)[0].split("s  ")[1][:8] for one in both.trials] == ["30 of 30", " 4 of 30"]


def test_no_two_columns_have_one_head() -> None:
    of = study(trial(0, 0.5, metrics={"rate": 0.25, "loss": 0.75, "best": 1.0}), objective="best")
    heads = TrialTable(of, None, with_best=True).heading()[0]
    assert [head.strip() for head in re.split("  +", heads)] == [
        *("trial", "best", "best so far", "time"),
        *("rate (metric)", "loss", "best (metric)", "rate (parameter)", "units", "act", "opt"),
    ]


def test_points_of_numbers_stand_below_each_other() -> None:
    losses, rates = (0.5, 12.25, 123.0), (0.5, 0.25, 0.1234)
    params = [{"rate": rate, "units": 64, "act": 0, "opt": 0} for rate in rates]
    trials = [
        trial(number, losses[number], params=params[number], metrics={"auc": rates[number] / 2})
        for number in range(3)
    ]
    _, *lines = screen(study(*trials))
    points = [[place for place, one in enumerate(line) if one == "."] for line in lines]
    assert {len(found) for found in points} == {6}, "result, best, time, metric, value, option"
    assert all(len({found[number] for found in points}) == 1 for number in range(6))


def test_fits_of_many_epochs_have_a_column_that_is_wide_enough() -> None:
    curves = (Curve(0, 500, (Report(0, 0, {"val_loss": 0.5}),)),)
    of = study(trial(0, 0.5, curves=curves, origin=Origin("val_loss", "fit", 1, 120)))
    table = TrialTable(of, None)
    assert table.heading()[0].startswith("trial    val_loss     time       epoch")
    assert table.lines(of, of.trials[0])[0].startswith("    0     0.50000     1.3s    1 of 120")
