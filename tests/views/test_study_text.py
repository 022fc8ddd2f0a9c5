"""A study as people read it: values as in the source, never indices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.views.study_text import (
    best_lines,
    framework_text,
    opening_line,
    remark,
    retried_text,
    set_lines,
)
from hypertemplate.views.trial_columns import TrialTable
from hypertemplate.views.trial_line import failure_lines
from tests.search.fakes import curve
from tests.search.spaces import EVERY_DISTRIBUTION, chosen, numeric

SPACE = (
    numeric("rate", "uniform", low=0, high=1),
    numeric("units", "quniform", integral=True, low=32, high=256, q=32),
    chosen("act", "'relu'", "'elu'"),
    chosen(
        "opt", "keras.optimizers.SGD(0.1)", "keras.optimizers.Adam(\n    learning_rate=1e-3)", literal=False
    ),
)
PARAMS = {"rate": 0.123456789, "units": 64, "act": 1, "opt": 0}


def trial(number: int, loss: float | None, **changes: object) -> Trial:
    state = TrialState.FAILED if loss is None else TrialState.COMPLETE
    return replace(Trial(number, state, PARAMS, loss, duration_s=1.26), **changes)  # type: ignore[arg-type]


def study(*trials: Trial, **changes: object) -> Study:
    plan = Study("model", "d", 1337, SPACE, trials=trials, template="model.py", max_evals=20)
    return replace(plan, **changes)  # type: ignore[arg-type]


def test_values_that_were_set_in_some_trials_are_named() -> None:
    far, near = (
        trial(1, 0.5, params={**PARAMS, "rate": 1.5}, frozen=("rate",)),
        trial(2, 0.5, frozen=("act",)),
    )
    whole = study(trial(0, 0.5), far, replace(far, number=3), near)
    assert set_lines(whole, whole.trials) == [
        "set: rate=1.5 in trials 1 and 3, outside uniform(0, 1)",
        "set: act='elu' in trial 2",
    ]
    assert set_lines(whole, [far]) == []
    assert [remark(whole, far, label) for label in ("rate", "act")] == ["(set, outside uniform(0, 1))", ""]
    assert remark(whole, near, "act") == "(set)"


def test_trials_that_were_to_run_again() -> None:
    whole = study(trial(0, 0.5), trial(1, None), trial(4, 0.25))
    assert retried_text(whole, (0, 1, 2, 3)) == (
        "trial 0 succeeded; trial 1 failed again; trials 2 and 3 did not run again"
    )
    assert retried_text(whole, (2,)) == ""


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param(
            {},
            "searching 4 parameters in model.py for the lowest loss: 20 trials, tpe, seed 1337",
            id="plain Python",
        ),
        pytest.param(
            {"versions": {"keras": "3.15.1", "backend": "tensorflow", "numpy": "2.4"}},
            "searching 4 parameters in model.py for the lowest loss: 20 trials, tpe, seed 1337 (Keras 3.15.1 on tensorflow)",
            id="Keras",
        ),
        pytest.param(
            {"space": SPACE[:1], "max_evals": 1, "algorithm": "random", "seed": 0},
            "searching 1 parameter in model.py for the lowest loss: 1 trial, random, seed 0",
            id="one of each",
        ),
        pytest.param(
            {"frozen": ("rate", "act")},
            "searching 2 of 4 parameters in model.py for the lowest loss: 20 trials, tpe, seed 1337",
            id="some are set",
        ),
        pytest.param(
            {"objective": "val_accuracy", "maximize": True},
            "searching 4 parameters in model.py for the highest val_accuracy: 20 trials, tpe, seed 1337",
            id="an objective to maximise",
        ),
        pytest.param(
            {"objective": "my\x1b[31m loss"},
            "searching 4 parameters in model.py for the lowest my loss: 20 trials, tpe, seed 1337",
            id="an objective to minimise",
        ),
    ],
)
def test_opening_line(changes: dict[str, object], line: str) -> None:
    assert opening_line(study(**changes)) == line


@pytest.mark.parametrize(
    ("headline", "named"),
    [
        pytest.param("1 worker on CPU (2 cores), Keras 3.15 on jax", "", id="as planned"),
        pytest.param("1 worker on CPU (2 cores), Keras 3.15 on torch", " (Keras 3.15.1 on jax)", id="not as planned"),
        pytest.param("1 worker on CPU (2 cores), Python", " (Keras 3.15.1 on jax)", id="not planned"),
    ],
)  # fmt: skip
def test_the_opening_line_does_not_repeat_what_was_said_of_the_machine(headline: str, named: str) -> None:
    loaded = study(versions={"keras": "3.15.1", "backend": "jax"})
    assert (
        opening_line(loaded, headline)
        == f"searching 4 parameters in model.py for the lowest loss: 20 trials, tpe, seed 1337{named}"
    )


@pytest.mark.parametrize(
    ("versions", "text"),
    [
        pytest.param({}, "", id="nothing"),
        pytest.param({"sklearn": "1.7", "numpy": "2.4"}, "sklearn 1.7, numpy 2.4", id="no Keras"),
        pytest.param({"keras": "3.15"}, "Keras 3.15", id="Keras without a backend"),
    ],
)
def test_frameworks(versions: dict[str, str], text: str) -> None:
    assert framework_text(versions) == text


def printed(of: Study, width: int | None = None) -> list[str]:
    """The heads of the columns, and the lines of the first trial."""
    table = TrialTable(of, width, with_best=True)
    return [*table.heading(), *table.lines(of, of.trials[0])]


def test_with_maximize_people_see_their_own_score() -> None:
    heads, line = printed(study(trial(0, -0.9), maximize=True))
    assert heads.startswith("trial       score  best so far     time ")
    assert line.startswith("    0     0.90000      0.90000     1.3s  ")


def test_a_pruned_trial_is_called_so() -> None:
    pruned = trial(0, 0.5, state=TrialState.PRUNED)
    assert printed(study(pruned))[1].startswith("    0      pruned            - ")


@pytest.mark.parametrize("width", [None, 120, 40])
def test_the_columns_of_the_loss_are_known(width: int | None) -> None:
    done = study(trial(0, 0.25))
    start, end = TrialTable(done, width).result_span()
    lines = printed(done, width)
    assert lines[0][start:end].split() == ["loss"]
    assert lines[1][start:end].split() == ["0.25000"]


def test_long_values_are_cut_in_a_line_and_whole_at_the_end() -> None:
    done = study(trial(0, 0.25, params={**PARAMS, "opt": 1}))
    assert printed(done)[1].endswith("  Adam( learning_rate=...")
    assert "  opt    keras.optimizers.Adam( learning_rate=1e-3)" in best_lines(done)


def test_values_wrap_between_words_on_a_narrow_terminal() -> None:
    done = study(trial(0, 0.25, params={**PARAMS, "opt": 1}, metrics={"accuracy": 0.5}))
    assert best_lines(done, 36) == [
        "best of 1 trial: trial 0, loss 0.25,",
        "minimised",
        "  rate      0.123456789",
        "  units     64",
        "  act       'elu'",
        "  opt       keras.optimizers.Adam(",
        "            learning_rate=1e-3)",
        "metrics of trial 0",
        "  accuracy  0.5",
    ]


def test_an_inner_distribution_is_shown_as_its_choice() -> None:
    params = {"block": 2, "block.2": 1, "block.2.1": 4.5, "block.2_1": 0.25}
    done = Study("m", "d", 1, EVERY_DISTRIBUTION, trials=(Trial(0, TrialState.COMPLETE, params, 1.0),))
    assert best_lines(done) == [
        "best of 1 trial: trial 0, loss 1, minimised",
        "  block      conv(choice([3, normal(5, 1)]))",
        "  block.2    4.5",
        "  block.2_1  0.25",
    ]


def test_the_best_trial_is_shown_with_its_values_and_metrics() -> None:
    best = trial(
        1,
        0.123456789,
        metrics={"accuracy": 0.987654321, "val_loss": 12.0},
        unused=("units",),
        frozen=("act",),
    )
    # What was set later, "rate", was drawn in this trial.
    done = study(trial(0, 0.25), best, trial(2, None), frozen=("act", "rate"))
    assert best_lines(done) == [
        "best of 3 trials (1 failed): trial 1, loss 0.123457, minimised",
        "  rate      0.123456789",
        "  units     64     (not used in this trial)",
        "  act       'elu'  (set)",
        "  opt       keras.optimizers.SGD(0.1)",
        "metrics of trial 1",
        "  accuracy  0.987654",
        "  val_loss  12",
    ]


def test_a_metric_that_is_named_as_a_parameter_is_told_from_it() -> None:
    done = study(trial(0, 0.25, metrics={"rate": 0.0625}))
    assert best_lines(done)[-1] == "  rate   0.0625  (a metric; the parameter is above)"


def test_without_a_complete_trial_there_is_no_best() -> None:
    assert best_lines(study(trial(0, None))) == []


def test_labels_and_options_are_never_obeyed_by_the_terminal() -> None:
    space = (chosen("a\x1b[31m\nb", "'\x1b[2J'", "x"),)
    done = Study("m", "d", 1, space, trials=(Trial(0, TrialState.COMPLETE, {"a\x1b[31m\nb": 0}, 1.0),))
    assert best_lines(done)[1:] == ["  a b  ''"]
    assert printed(done)[1].endswith("-  ''")
    assert printed(done)[0].endswith("  a b")


RAISED = trial(
    3,
    None,
    error="ValueError: no (t.ipynb, cell 1 (In [2]), line 3)",
    traceback="Traceback:\n  line\nValueError: no\n",
)
FAILED = trial(3, None, error="ValueError: no (model.py:3)\nexpected 2", traceback="Traceback:\n  line\n")


@pytest.mark.parametrize(
    ("failed", "output", "traceback", "lines"),
    [
        pytest.param(
            FAILED, "", False, ["ValueError: no (model.py:3)", "  expected 2"], id="each line of the reason"
        ),
        pytest.param(
            FAILED,
            "\x1b[31mone\x1b[0m\n\ntwo\n",
            False,
            [
                *("ValueError: no (model.py:3)", "  expected 2", "last output of trial 3:"),
                *("| one", "|", "| two"),
            ],
            id="what it printed",
        ),
        pytest.param(
            FAILED,
            "",
            True,
            ["ValueError: no (model.py:3)", "Traceback:", "  line"],
            id="its traceback, which does not say the reason",
        ),
        pytest.param(
            RAISED,
            "one",
            True,
            ["last output of trial 3:", "| one", "Traceback:", "  line", "ValueError: no"],
            id="its traceback, which ends with the reason",
        ),
        pytest.param(trial(0, None), "", True, ["it gave no reason"], id="no reason"),
    ],
)
def test_failures(failed: Trial, output: str, traceback: bool, lines: list[str]) -> None:
    assert failure_lines(failed, output, traceback=traceback) == lines


def test_the_best_number_has_the_name_of_its_objective() -> None:
    best = study(trial(0, -0.5), maximize=True, objective="val_accuracy")
    assert best_lines(best)[0] == "best of 1 trial: trial 0, val_accuracy 0.5, maximised"
    assert printed(best)[0].startswith("trial  val_accuracy  best so far     time")


def test_values_that_a_trial_never_read_are_not_in_its_line() -> None:
    done = study(trial(0, 0.5, unused=("units", "opt")))
    assert printed(done)[1].endswith("1.3s  0.1235      -  'elu'   -")
    failed = study(trial(0, None, unused=("units", "opt")))
    assert printed(failed)[1].endswith("1.3s  0.1235      -  'elu'   -")


def test_what_early_stops_saved_stands_below_the_best_trial_and_wraps() -> None:
    best = trial(0, 0.5, curves=(curve(*[0.5] * 9, epochs=9),))
    stopped = trial(1, None, state=TrialState.PRUNED, curves=(curve(1.0, 1.0, epochs=9),))
    assert best_lines(study(best, stopped), 60)[-2:] == [
        "1 of 2 trials pruned: 11 of 18 epochs run, about 7s of",
        "search time saved",
    ]


@pytest.mark.parametrize(
    ("again", "line"),
    [
        pytest.param((3,), "running trial 3 of model.py again", id="one"),
        pytest.param((17, 3, 11), "running trials 3, 11 and 17 of model.py again", id="several"),
    ],
)
def test_trials_that_run_again_are_no_search(again: tuple[int, ...], line: str) -> None:
    assert opening_line(study(versions={}), again=again) == line
