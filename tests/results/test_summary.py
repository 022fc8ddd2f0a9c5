"""The summary of a study: what each of its faces shows, as data."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.origin import Origin
from hypertemplate.results.summary import Summary, summary_of
from hypertemplate.results.thinned_points import points_of_each
from hypertemplate.results.value_cells import INACTIVE, ValueCell
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Confirmation, Curve, Report, Study, Trial, TrialRun, TrialState
from tests.results.studies import PLAN, SOURCE, SPACE, TEXT, digits, kept
from tests.search.fakes import curve
from tests.search.spaces import EVERY_DISTRIBUTION, chosen, numeric

PARAMS = {"Dense": 64, "activation": 1, "Dropout": 0.25, "optimizer": 0, "optimizer.learning_rate": 0.001}
DONE = Trial(0, TrialState.COMPLETE, PARAMS, 0.5, started_at="2026-11-30T20:00:00.000+00:00", duration_s=4.0)


def summary(*trials: Trial, study: Study = PLAN, running: tuple[Trial, ...] = ()) -> Summary:
    return summary_of(kept(replace(study, trials=trials), *running))


@pytest.mark.parametrize(
    ("trial", "label", "cell"),
    [
        pytest.param(DONE, "Dense", ValueCell("read", 64, "64"), id="a whole number that was read"),
        pytest.param(DONE, "activation", ValueCell("read", 1, "'elu'"), id="an option is its text"),
        pytest.param(DONE, "optimizer.learning_rate_1", INACTIVE, id="a value of another option is inactive"),
        pytest.param(
            replace(DONE, unused=("Dropout",)),
            "Dropout",
            ValueCell("inactive", 0.25, "0.25"),
            id="a value that a complete trial did without is inactive",
        ),
        pytest.param(
            replace(DONE, state=TrialState.FAILED, loss=None, unused=("Dropout",)),
            "Dropout",
            ValueCell("not reached", 0.25, "0.25"),
            id="a failed trial did not come to its value",
        ),
        pytest.param(
            replace(DONE, state=TrialState.PRUNED, loss=None, unused=("Dropout",)),
            "Dropout",
            ValueCell("not reached", 0.25, "0.25"),
            id="a pruned trial did not come to its value",
        ),
        pytest.param(
            replace(DONE, state=TrialState.RUNNING, loss=None),
            "Dropout",
            ValueCell("pending", 0.25, "0.25"),
            id="of a running trial nothing is known",
        ),
    ],
)
def test_a_value_says_whether_it_counted(trial: Trial, label: str, cell: ValueCell) -> None:
    (found,) = summary(trial).trials
    assert found.cells[label] == cell
    assert cell.is_read is (cell.state == "read")


def test_a_study_without_trials_has_a_summary() -> None:
    found = summary()
    assert (found.best, found.trials, found.metrics, found.failures, found.default) == (
        None,
        (),
        (),
        (),
        None,
    )
    assert found.best_trial is found.default_trial is None
    assert (found.best_so_far, found.ranked, found.judged) == ((), (), ())
    assert found.costs.span_s is None
    assert [axis.label for axis in found.axes] == [dimension.label for dimension in SPACE]


def test_the_best_so_far_are_the_users_numbers_in_the_order_of_the_trials() -> None:
    trials = [
        replace(DONE, number=n, loss=loss) for n, loss in enumerate((-0.5, -0.25, -0.75, math.inf, -0.7))
    ]
    failed = Trial(5, TrialState.FAILED, PARAMS, error="no")
    found = summary(*trials, failed, study=replace(PLAN, maximize=True))
    assert found.best_so_far == ((0, 0.5), (2, 0.75))
    assert [trial.number for trial in found.ranked] == [2, 4, 0, 1, 3, 5]
    assert [trial.number for trial in found.judged] == [0, 1, 2, 4]
    assert found.direction == "maximize"
    assert found.best == 2
    assert found.states == {"complete": 5, "failed": 1}


def test_while_nothing_says_which_number_is_better_there_is_no_best_one() -> None:
    found = summary(DONE, study=replace(PLAN, maximize=None))
    assert (found.best, found.best_so_far, found.direction) == (None, (), None)
    assert [trial.number for trial in found.judged] == [0]


def test_running_trials_stand_among_the_others_by_number() -> None:
    running = Trial(1, TrialState.RUNNING, PARAMS, curves=(curve(3.0, 2.0, epochs=9),))
    found = summary(DONE, replace(DONE, number=2), running=(running,))
    assert [(trial.number, trial.state) for trial in found.trials] == [
        (0, "complete"),
        (1, "running"),
        (2, "complete"),
    ]
    assert found.trials[1].curves["val_loss"] == ((1.0, 3.0), (2.0, 2.0))


@pytest.mark.parametrize("count", [1, 99, 100, 101, 5000])
def test_a_curve_has_at_most_a_hundred_points_its_ends_and_extremes_among_them(count: int) -> None:
    values = [math.sin(step) for step in range(count)]
    (found,) = summary(replace(DONE, curves=(curve(*values),))).trials
    shown = dict(found.curves["val_loss"])
    assert min(count, 97) <= len(shown) <= 100
    assert {1.0, float(count), 1.0 + values.index(max(values)), 1.0 + values.index(min(values))} <= set(shown)
    assert all(values[int(number) - 1] == value for number, value in shown.items())
    assert found.reached == count


def test_what_is_not_finite_has_no_point() -> None:
    (found,) = summary(replace(DONE, curves=(curve(1.0, math.nan, math.inf, 2.0),))).trials
    assert found.curves["val_loss"] == ((1.0, 1.0), (4.0, 2.0))


@pytest.mark.parametrize(
    ("curves", "most"),
    [
        pytest.param(0, 100, id="no curve"),
        pytest.param(4000, 100, id="curves that have room for all their points"),
        pytest.param(8000, 50, id="curves that share the points of a page"),
        pytest.param(100_000, 20, id="very many curves still have a shape"),
    ],
)
def test_curves_share_the_points_that_a_page_opens_with(curves: int, most: int) -> None:
    assert points_of_each(curves) == most


def test_every_metric_has_curves_the_one_that_trials_are_judged_by_first() -> None:
    reports = tuple(Report(n, n, {"loss": 3.0 - n, "acc": n / 3, "val_loss": 2.0 - n}) for n in range(3))
    (found,) = summary(replace(DONE, curves=(Curve(0, 3, reports),))).trials
    assert summary(replace(DONE, curves=(Curve(0, 3, reports),))).metrics == ("val_loss", "loss", "acc")
    assert found.curves["acc"] == ((1.0, 0.0), (2.0, 1 / 3), (3.0, 2 / 3))
    chosen = summary_of(kept(replace(PLAN, trials=(replace(DONE, curves=(Curve(0, 3, reports),)),))), "acc")
    assert chosen.metrics == ("acc", "loss", "val_loss")


@pytest.mark.parametrize(
    ("trial", "epoch", "reached"),
    [
        pytest.param(
            replace(DONE, curves=(curve(3.0, 0.5, 1.0),), origin=Origin("val_loss", "fit", 2, 3)),
            2,
            3,
            id="the epoch that has the number, and not the last one",
        ),
        pytest.param(replace(DONE, curves=(curve(3.0, 0.4),)), None, 2, id="a number from elsewhere"),
        pytest.param(
            replace(
                DONE,
                state=TrialState.PRUNED,
                loss=None,
                curves=(curve(3.0, 1.0, epochs=9),),
                origin=Origin("val_loss", "fit", 1, 9),
            ),
            None,
            2,
            id="a pruned trial has come so far, and has no number",
        ),
        pytest.param(DONE, None, 0, id="no fit"),
    ],
)
def test_a_trial_says_which_epoch_has_its_number(trial: Trial, epoch: int | None, reached: int) -> None:
    (found,) = summary(trial).trials
    assert (found.epoch, found.reached) == (epoch, reached)


def test_failures_are_grouped_by_reasons_that_differ_in_numbers_alone() -> None:
    def failed(number: int, error: str) -> Trial:
        return Trial(number, TrialState.FAILED, PARAMS, error=error, failure="raised", traceback="Traceback")

    found = summary(
        failed(0, "no room: 12 GiB\nmore"), failed(1, "ValueError: no"), failed(2, "no room: 7.5 GiB")
    )
    assert [(one.reason, one.numbers, one.detail) for one in found.failures] == [
        ("no room: 12 GiB", (0, 2), "  more\nTraceback"),
        ("ValueError: no", (1,), "Traceback"),
    ]


def test_the_source_has_its_markers_with_their_labels() -> None:
    (part,) = summary(DONE).source
    assert part.text == TEXT
    shown = [(part.text[place.start : place.end], place.labels) for place in part.places]
    assert shown == [
        ("{{quniform(32, 256, 32)}}", ("Dense",)),
        ('{{choice(["relu", "elu", "gelu"])}}', ("activation",)),
        ("{{uniform(0, 0.5)}}", ("Dropout",)),
        (
            "{{choice([Adam(loguniform(-9, -2)), SGD(loguniform(-6, 0), momentum=uniform(0, 1))])}}",
            ("optimizer", "optimizer.learning_rate", "optimizer.learning_rate_1", "optimizer.momentum"),
        ),
    ]


def test_markers_have_the_labels_that_an_earlier_version_gave_them() -> None:
    text = (
        "def build(units):\n    return units\ndef model():\n    return {'loss': build({{uniform(0, 1)}})}\n"
    )
    study = replace(PLAN, space=(numeric("build", "uniform", low=0, high=1),))
    (part,) = summary_of(kept(study, source=Source((Part("file", "model.py", text),)))).source
    assert [one.labels for one in part.places] == [("build",)]


def test_a_cell_is_shown_as_it_was_written_with_its_markers_in_place() -> None:
    original = "%matplotlib inline\r\nrate = {{uniform(0, 1)}}\r\nundefined_name"
    text = "pass\r\nrate = {{uniform(0, 1)}}\r\nundefined_name"
    source = Source((Part("cell", "a.ipynb, cell 1", text, 1, original=original),))
    study = replace(PLAN, space=(numeric("rate", "uniform", low=0, high=1),))
    (part,) = summary_of(kept(study, source=source)).source
    assert part.text == original.replace("\r\n", "\n")
    assert [(part.text[one.start : one.end], one.labels) for one in part.places] == [
        ("{{uniform(0, 1)}}", ("rate",))
    ]


def test_markers_of_code_that_does_not_compile_alone_have_labels_all_the_same() -> None:
    source = Source((Part("cell", "cell 1", "def f():\n    return {{uniform(0, 1, name='a')}} + g()\n", 1),))
    study = replace(PLAN, space=(numeric("a", "uniform", low=0, high=1),))
    (part,) = summary_of(kept(study, source=source, model="f", data="gone")).source
    assert [one.labels for one in part.places] == [("a",)]


@pytest.mark.parametrize("record", [kept(PLAN, source=None), Kept(PLAN)])
def test_a_study_of_an_earlier_version_may_have_no_source(record: Kept) -> None:
    assert summary_of(record).source == ()


def test_axes_have_the_range_of_the_distribution_and_values_beyond_it() -> None:
    space = (*EVERY_DISTRIBUTION, chosen("no", "1"))
    trial = Trial(
        0,
        TrialState.COMPLETE,
        {"uniform": 9.0, "normal": -2.0, "lognormal": 0.5, "loguniform": 0.0, "block": 0, "no": 0},
        1.0,
        frozen=("no",),
    )
    found = summary(trial, study=replace(PLAN, space=space, frozen=("no",)))
    axes = {axis.label: axis for axis in found.axes}
    assert (axes["uniform"].low, axes["uniform"].high) == (-1, 9.0)
    assert (axes["normal"].low, axes["normal"].high) == (-2.0, -2.0)
    assert (axes["lognormal"].low, axes["lognormal"].is_log) == (0.5, True)
    assert (axes["loguniform"].low, axes["loguniform"].is_log) == (0.0, False)  # 0 has no logarithm
    assert (axes["qloguniform"].low, axes["qloguniform"].is_log) == (0.0, False)
    assert (axes["qnormal"].low, axes["qnormal"].high) == (0.0, 1.0)
    assert axes["block"].categories == (
        "'none'",
        "dropout(uniform(0, 0.5))",
        "conv(choice([3, normal(5, 1)]))",
    )
    assert (axes["block"].low, axes["block"].high) == (0, 2)
    assert found.axis("block.1").parent == ("block", 1)
    assert "no" not in [axis.label for axis in found.searched]
    with pytest.raises(KeyError):
        found.axis("gone")


def test_costs_count_what_ran_and_what_was_spared() -> None:
    stopped = replace(
        DONE,
        number=1,
        state=TrialState.PRUNED,
        loss=None,
        curves=(curve(1.0, 2.0, epochs=10),),
        started_at="2026-11-30T20:00:10.000+00:00",
        worker=1,
    )
    whole = replace(DONE, curves=(curve(*[1.0] * 10, epochs=10),))
    equal = replace(DONE, number=2, equal_to=0, duration_s=None)
    costs = summary(whole, stopped, equal).costs
    assert (costs.trials_s, costs.span_s, costs.workers) == (8.0, 14.0, 2)
    assert (costs.epochs, costs.unit, costs.saved, costs.pruned, costs.answered) == (12, "epoch", 8, 1, 1)


def test_a_time_that_is_none_says_nothing() -> None:
    assert summary(replace(DONE, started_at="yesterday")).costs.span_s is None


def test_the_default_and_the_runs_again_are_there() -> None:
    space = (replace(SPACE[2], default=0.25),)
    trials = tuple(
        replace(DONE, number=n, params={"Dropout": 0.25 + n / 10}, loss=1.0 - n / 2) for n in (0, 1)
    )
    runs = tuple(Confirmation(1, 0, TrialRun(n, loss)) for n, loss in enumerate((0.75, 0.25, None)))
    study = replace(PLAN, space=space, trials=trials, confirmations=runs)
    found = summary_of(kept(study))
    assert found.default_trial is not None
    assert found.default_trial.number == 0
    assert found.default_text == "the values in the file: 1"
    (again,) = found.confirmed
    assert (again.number, again.found, again.values, again.mean, again.failed) == (
        1,
        0.5,
        (0.75, 0.25),
        0.5,
        1,
    )
    assert found.remarks


def test_options_that_are_set_say_what_the_search_was_to_run_on() -> None:
    found = summary_of(
        kept(
            PLAN,
            machines=["2 workers on 2 GPUs"],
            accelerator="gpu",
            workers=2,
            jit=False,
            mixed_precision=True,
            per_gpu=None,
        )
    )
    assert found.machines == ("2 workers on 2 GPUs",)
    assert found.options == {"accelerator": "gpu", "workers": "2", "mixed_precision": "on"}


def test_trials_that_do_not_count_have_the_cells_of_their_own_space() -> None:
    left = replace(DONE, number=1, left_out="'x' is gone", params={"x": 1}, generation=0)
    code = replace(kept(PLAN).generations[0], space=(numeric("x", "randint", integral=True, low=3),))
    record = replace(kept(replace(PLAN, trials=(DONE,), left_out=(left,), generation=1)), generations=(code,))
    (found,) = summary_of(record).left_out
    assert (found.cells["x"].text, found.value, found.left_out) == ("1", None, "'x' is gone")


def test_a_search_of_a_thousand_trials_is_summarised() -> None:
    found = summary_of(kept(digits(1000)))
    assert len(found.trials) == 1000
    assert found.metrics == ("val_loss", "loss")
    assert SOURCE.name == "digits.py"


def test_equals_of_a_trial_do_not_fill_the_best_tenth() -> None:
    ran = [replace(DONE, number=number, loss=float(number)) for number in range(20)]
    equal = [replace(DONE, number=20 + n, loss=0.0, equal_to=0, duration_s=None) for n in range(20)]
    assert summary(*ran, *equal).leading == {0, 1, *range(20, 40)}
