"""Learning curves as text: of all trials, of one, and as a line of blocks."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.views.curves.curve_charts import ASCII_MARKS, study_curves, trial_curves
from hypertemplate.views.curves.scales import Scale, bounds, fitting_scale
from hypertemplate.views.curves.sparkline import ASCII_BLOCKS, BLOCKS, sparkline
from hypertemplate.views.curves.text_chart import Line, text_chart
from tests.search.fakes import curve, fitted

BEST = Trial(0, TrialState.COMPLETE, {}, 0.25, curves=(curve(1.0, 0.5, 0.25, epochs=3),))
WORSE = replace(BEST, number=1, loss=0.75, curves=(curve(1.0, 1.0, 0.75, epochs=3),))
STOPPED = replace(BEST, number=2, state=TrialState.PRUNED, curves=(curve(1.0, 0.75, epochs=3),))
STUDY = Study("m", "d", 0, (), template="m.py", trials=(BEST, WORSE, STOPPED))


def test_the_best_trial_stands_out_from_the_others() -> None:
    chart = study_curves(STUDY, STUDY.trials, "val_loss", 60)
    assert chart[0] == "val_loss by epoch: ● trial 0 (best)  · others  x pruned"
    assert sum(line.count("●") for line in chart) == 1 + 9 + 1, "the legend, the curve, the list"
    assert sum(line.count("x") for line in chart) == 2
    assert chart[-4:] == [
        "trial  val_loss   epoch  last val_loss",
        "    0   0.25000  3 of 3           0.25  █▁▁ ●",
        "    1   0.75000  3 of 3           0.75  ██▅",
        "    2    pruned  2 of 3           0.75  █▅",
    ]


def test_no_line_is_wider_than_the_terminal_and_ascii_is_enough() -> None:
    long = replace(BEST, curves=(curve(*(1 / n for n in range(1, 300)), epochs=299),))
    lines = study_curves(replace(STUDY, trials=(long, STOPPED)), (long, STOPPED), "val_loss", 60, ASCII_MARKS)
    assert max(map(len, lines)) <= 60
    assert "".join(lines).isascii()


def test_a_study_without_a_best_trial_and_several_fits() -> None:
    folds = (curve(1.0, 0.5), replace(curve(0.5, 0.25), fit=1))
    study = replace(STUDY, trials=(replace(STOPPED, curves=folds),))
    lines = study_curves(study, study.trials, "val_loss")
    assert lines[0] == "val_loss by epoch: · all trials  x pruned"
    assert lines[-3:] == [
        "trial    loss  fit  epoch  last val_loss",
        "    2  pruned    1      2           0.5   █▃",
        "    2  pruned    2      2           0.25  ▃▁",
    ]


def test_training_and_validation_are_drawn_together() -> None:
    (both,) = fitted({"loss": 1.0, "val_loss": 2.0}, {"loss": 0.5, "val_loss": 1.5})
    for metric in ("val_loss", "loss"):
        legend, *chart = trial_curves(both, metric, 60)
        assert sorted(legend.split("  ")) == sorted(
            [f"● {metric}", f"· {'loss' if metric != 'loss' else 'val_loss'}"]
        )
        assert sum(line.count("●") for line in chart) == sum(line.count("·") for line in chart) == 5


def test_a_number_far_from_all_others_does_not_flatten_the_rest() -> None:
    usual = [float(n % 5) for n in range(30)]
    assert bounds([*usual, 1e6, math.nan]) == (0.0, 4.0)
    assert bounds([*usual, 80.0]) == (0.0, 80.0)
    assert bounds([1.0, 1e6]) == (1.0, 1e6), "of few any may count"
    lines = text_chart([Line([*enumerate([*usual, 1e6])], "·")], 60, 8)
    assert lines[0].startswith("      >4 ┤")


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        pytest.param([10.0**-n for n in range(9)], Scale(1e-8, 1.0, is_log=True), id="many orders"),
        pytest.param([0.5 + n / 100 for n in range(20)], Scale(0.5, 0.69), id="one order"),
        pytest.param([*(0.5 + n / 100 for n in range(20)), 1e6], Scale(0.5, 0.69), id="one far value"),
        pytest.param([0.0, *(10.0**n for n in range(9))], Scale(0.0, 1e8), id="zero has no logarithm"),
    ],
)
def test_a_scale_is_logarithmic_where_nearly_all_values_have_many_orders(
    values: list[float], scale: Scale
) -> None:
    assert fitting_scale(values) == scale


def test_many_orders_of_magnitude_are_drawn_in_equal_steps() -> None:
    lines = text_chart([Line([(n, 10.0**-n) for n in range(5)], "·")], 60, 5)
    assert lines[:5] == [
        "       1 ┤···",
        "         │   ···",
        "    0.01 ┤      ·····",
        "         │           ···",
        "  0.0001 ┤              ···",
    ]
    assert text_chart([Line([(1, 1e-300), (2, 1e300)], "·")], 60, 5)[2].startswith("       1 ┤")


@pytest.mark.parametrize(
    ("points", "lines"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(1, math.nan)], [], id="nothing finite"),
        pytest.param([(1, 5.0)], ["       5 ┤", "       5 ┤·", "       5 ┤", "         └──", "          1"], id="one point"),
        pytest.param(
            [(1, 0.0), (2, math.inf), (3, 1.0)],
            ["       1 ┤      ···", "     0.5 ┤   ···", "       0 ┤···", "         └─────────", "          1       3"],
            id="a gap",
        ),
    ],
)  # fmt: skip
def test_a_chart(points: list[tuple[float, float]], lines: list[str]) -> None:
    assert text_chart([Line(points, "·")], 60, 3) == lines


@pytest.mark.parametrize(
    ("values", "total", "blocks", "shown"),
    [
        pytest.param([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 0, BLOCKS, BLOCKS, id="each step"),
        pytest.param([1.0, 1.0], 0, BLOCKS, "▁▁", id="a constant"),
        pytest.param([1.0, math.nan, 3.0], 0, ASCII_BLOCKS, "_ #", id="a gap, in ASCII"),
        pytest.param([1.0, math.inf, 3.0], 0, BLOCKS, "▁██", id="infinity is as high as the highest"),
        pytest.param([float(n) for n in range(80)], 0, BLOCKS, "▁▂▃▄▅▆▇█", id="many"),
        pytest.param([float(n) for n in range(40)], 80, BLOCKS, "▂▄▆█", id="half of what is to come"),
    ],
)
def test_a_line_of_blocks(values: list[float], total: int, blocks: str, shown: str) -> None:
    assert sparkline(values, 8, blocks, total=total) == shown
