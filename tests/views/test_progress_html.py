"""A running search as HTML: what a reader sees of it, and that nothing of the user's is HTML."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from hypertemplate.search.study import Report, Study, TrialState
from hypertemplate.views.curves.svg import svg_sparkline
from hypertemplate.views.displays.progress_html import Progress, output_html, progress_html, progress_text
from hypertemplate.views.early_stops import EarlyStops
from hypertemplate.views.eta import Running
from tests.search.fakes import curve
from tests.views.test_html import BETTER, DONE, FAILED, PLAN, PRUNED, read, with_trials

HEADS = "trial|loss|time|rate|optimizer|<i>|"
BEST = "1|0.25000|90.0s|0.25|'<b>'|-|"


@pytest.mark.parametrize(
    ("progress", "lines"),
    [
        pytest.param(
            Progress(PLAN, "loading", elapsed_s=2.0),
            ["<model>.py: 0 of 4 trials ended; loading2s"],
            id="before the first trial",
        ),
        pytest.param(
            Progress(
                with_trials(BETTER, replace(DONE, number=2)),
                "starting",
                (
                    (Running(3, 0.0, curve(0.75, 0.5, epochs=9)), 12.0),
                    (Running(4, 0.0, curve(math.nan)), 5.0),
                    (Running(5, 0.0, run=1, repeats=3), 0.0),
                ),
                61.0,
                245.0,
            ),
            [
                "<model>.py: 2 of 4 trials ended1m01s, about 4m05s left",
                "best loss 0.25, minimised (trial 1)",
                "trial 3|running for 12s|epoch 2 of 9|val_loss 0.50000||",
                "trial 4|running for 5s|epoch 1|val_loss nan||",
                "trial 5, run 2 of 3|running for 0s||||",
                HEADS,
                *("last|", "2|0.50000|90.0s|0.25|SGD(0.1)|2|", BEST),
            ],
            id="while trials run, less the values that are not used",
        ),
        pytest.param(
            Progress(with_trials(DONE, PRUNED), "", elapsed_s=61.0, notes=("data() <runs>\nagain", "two")),
            [
                "<model>.py: 2 of 4 trials ended (1 pruned)1m01s",
                "best loss 0.5, minimised (trial 0)",
                HEADS,
                *("last|", "3|pruned|-|0.25|SGD(0.1)|2|", "0|0.50000|90.0s|0.25|SGD(0.1)|2|"),
                "data() <runs> again",
                "two",
            ],
            id="at the end, with notes",
        ),
        pytest.param(
            Progress(with_trials(FAILED), "", stopped="stopped: <why>"),
            [
                "<model>.py: 1 of 4 trials ended (1 failed)0s",
                HEADS,
                *("last|", "2|failed|1.0s|0.5|SGD(0.1)|-|"),
                "stopped: <why>",
            ],
            id="no best trial, and the end of it",
        ),
    ],
)
def test_the_progress_of_a_search(progress: Progress, lines: list[str]) -> None:
    assert read(progress_html(progress)) == lines


def test_the_last_five_and_the_best_five_are_shown() -> None:
    trials = tuple(replace(DONE, number=n, loss=float(n % 7)) for n in range(20))
    lines = read(progress_html(Progress(with_trials(*trials), "")))
    numbers = [line.split("|")[0] for line in lines[3:]]
    assert numbers == ["best", "0", "7", "14", "1", "8", "last", "19", "18", "17", "16", "15"]


def test_many_running_trials_have_a_line_together() -> None:
    running = tuple((Running(number, 0.0), 1.0) for number in range(10))
    lines = read(progress_html(Progress(PLAN, "x", running)))
    assert lines[-2:] == ["trial 7|running for 1s||||", "2 more trials running"]
    assert "trial 7, running for 1s; 2 more trials running; 0s" in progress_text(Progress(PLAN, "x", running))


def test_a_running_trial_has_the_curve_of_its_metric_as_far_as_its_fit_has_come() -> None:
    one = replace(
        curve(4.0, 2.0, epochs=4),
        reports=tuple(Report(step, step, {"loss": 9.0, "val_f1": step / 2}) for step in range(3)),
    )
    html = progress_html(Progress(PLAN, "x", ((Running(0, 0.0, one), 1.0),), preferred=("val_f1",)))
    assert ">val_f1 1.0000</td>" in html
    points = re.findall(r'points="([^"]*)"', html)
    assert points == ["3.0,15.0 41.0,9.0 79.0,3.0"]


def test_a_curve_without_a_finite_number_is_not_drawn() -> None:
    assert svg_sparkline([math.nan, math.inf], "red") == ""
    assert svg_sparkline([1.0, math.nan, 1.0], "red").count(",") == 2


def test_epochs_that_were_saved_are_counted() -> None:
    progress = Progress(with_trials(DONE, PRUNED), "", stops=EarlyStops(1, 30, 1234))
    assert (
        read(progress_html(progress))[0] == "<model>.py: 2 of 4 trials ended (1 pruned, 1,234 epochs saved)0s"
    )


def test_numbers_are_aligned_to_the_right_and_words_to_the_left() -> None:
    html = progress_html(Progress(with_trials(replace(DONE, metrics={"f1": 0.75})), ""))
    cells = re.findall(r"<td style=\"[^\"]*text-align:(\w+)\">([^<]*)<", html)
    assert {text: side for side, text in cells} == {
        **dict.fromkeys(["0", "0.50000", "90.0s", "0.75", "0.25", "2"], "right"),
        "SGD(0.1)": "left",
    }


@pytest.mark.parametrize(
    ("study", "width"),
    [
        pytest.param(PLAN, "0.0%", id="nothing"),
        pytest.param(with_trials(DONE), "25.0%", id="a quarter"),
        pytest.param(replace(with_trials(DONE, BETTER), max_evals=1), "100.0%", id="more than was asked for"),
        pytest.param(replace(PLAN, max_evals=0), "0.0%", id="of none"),
    ],
)
def test_the_bar_is_as_long_as_the_search_is_far(study: Study, width: str) -> None:
    assert f"width:{width};" in progress_html(Progress(study, ""))


def test_the_progress_in_one_line() -> None:
    study = replace(with_trials(DONE), objective="val_accuracy", maximize=True)
    assert (
        progress_text(Progress(PLAN, "loading", elapsed_s=2.0))
        == "<model>.py: 0 of 4 trials ended; loading; 2s"
    )
    assert progress_text(Progress(study, "", elapsed_s=61.0, left_s=5.0)) == (
        "<model>.py: 1 of 4 trials ended; 1m01s, about 5s left; best val_accuracy -0.5, maximised (trial 0)"
    )


@pytest.mark.parametrize(
    ("progress", "word"),
    [
        pytest.param(Progress(PLAN, "loading", updated_at=1e9), "updated", id="a search that runs"),
        pytest.param(Progress(PLAN, "", updated_at=1e9), "ended", id="a search that is over"),
    ],
)
def test_the_time_stands_there_without_a_script_and_a_script_adds_its_age(
    progress: Progress, word: str
) -> None:
    html = progress_html(replace(progress, name="one"))
    assert re.fullmatch(word + r" 2001-09-0\d \d\d:\d\d:40", read(html)[-1])
    script = html[html.index("<script>") :]
    assert 'document.getElementById("one"), updated = 1000000000' in script
    assert "model" not in script, "nothing of the user's is in the script"


@pytest.mark.parametrize(
    ("trial", "output", "lines"),
    [
        pytest.param(DONE, "one\n<b>", ["trial 0: loss 0.5, minimised (2 lines printed)", "one", "<b>"], id="what a trial printed"),
        pytest.param(
            FAILED,
            "one\ntwo\n",
            [
                *("trial 2 failed: ValueError: <b>no</b>", "last output of trial 2:", "| one", "| two"),
                *("Traceback:", '  File "<model>.py"'),
            ],
            id="a failure and why",
        ),
        pytest.param(
            replace(FAILED, traceback="", error="no\nreally"), "", ["trial 2 failed: no", "  really"], id="several lines"
        ),
        pytest.param(replace(FAILED, traceback="", error=None), "", ["trial 2 failed: it gave no reason"], id="no reason"),
        pytest.param(replace(PRUNED, state=TrialState.PRUNED), "x", ["trial 3: pruned (1 line printed)", "x"], id="pruned"),
    ],
)  # fmt: skip
def test_output_is_folded_under_a_header(trial: object, output: str, lines: list[str]) -> None:
    html = output_html(PLAN, trial, output)  # type: ignore[arg-type]
    assert read(html) == lines
    assert ("<details><summary" in html) is (len(lines) > 1)
