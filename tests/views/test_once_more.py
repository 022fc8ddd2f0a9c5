"""One trial that runs once more: what people read of it, on terminals and in notebooks."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.views.displays.notebook_display import NotebookPrinter
from hypertemplate.views.displays.once_more import KnownNumber, OnceMore
from hypertemplate.views.displays.once_more_display import OnceMorePrinter
from tests.search.fakes import curve
from tests.search.spaces import numeric

SPACE = (numeric("rate", "uniform", low=0, high=1), numeric("units", "randint", integral=True, low=9))
PLAN = Study("m", "d", 7, SPACE, template="m.py", max_evals=1, maximize=True, objective="acc")
DONE = Trial(0, TrialState.COMPLETE, {"rate": 0.25, "units": 3}, -0.75, {"f1": 0.5}, duration_s=1.0)
FAILED = replace(
    DONE, state=TrialState.FAILED, loss=None, error="ValueError: no", traceback="Traceback:\n  here"
)
ONCE = OnceMore(3, 0.5, "for 50 epochs")


def run(observer: SearchObserver, trial: Trial) -> None:
    """Tell what a search tells of its one trial."""
    known = KnownNumber(observer, ONCE.number)
    known.loading()
    known.calling("data")
    known.ready(PLAN, 1)
    known.note("one core")
    known.edited(("one line",))
    known.trial_started(replace(trial, state=TrialState.RUNNING, loss=None, error=None))
    known.epoch_ended(0, curve(1.0))
    known.trial_finished(trial, replace(PLAN, trials=(trial,)), "")
    if trial.state is TrialState.FAILED:
        known.stopped(1)


@pytest.mark.parametrize(
    ("trial", "end"),
    [
        pytest.param(DONE, [], id="it succeeds, and its result is for the end"),
        pytest.param(
            FAILED,
            ["trial 3 failed", "       Traceback:", "         here"],
            id="it fails, and no other one would",
        ),
    ],
)
def test_lines_name_the_trial_its_changes_and_its_values(trial: Trial, end: list[str]) -> None:
    out = io.StringIO()
    console = Console(file=out, width=60, highlight=False, markup=False, soft_wrap=True)
    with OnceMorePrinter(console, "m.py", ONCE, live=False) as printer:
        run(printer, trial)
    lines = out.getvalue().splitlines()
    assert lines[:5] == [
        "loading m.py ...",
        "running trial 3 of m.py once more, for 50 epochs, seed 7",
        "note: one core",
        "one line",
        "  rate=0.25 units=3",
    ]
    assert [line for line in lines[5:] if line != "       ValueError: no"] == end


def test_a_notebook_knows_the_trial_by_its_number() -> None:
    shown: list[str] = []

    class Display:
        def update(self, html: str, text: str) -> None:
            shown.append(html)

    with NotebookPrinter(PLAN, show=lambda html, text: Display(), model="model", once=ONCE) as printer:
        run(printer, DONE)
    last = shown[-1]
    assert "trial 3 of model() of m.py once more" in last
    assert "ran trial 3 of m.py once more, for 50 epochs, seed 7" in last
    assert "best acc 0.75, maximised (trial 3)" in last
    assert "trial 0" not in last
    assert "searched" not in last


def test_what_came_is_compared_with_what_was_found() -> None:
    study = replace(PLAN, trials=(DONE,))
    assert ONCE.ending(study) == "trial 3 again: acc 0.75 (found: 0.5)"
    assert OnceMore(3, None).ending(study) == "trial 3 again: acc 0.75"
    assert ONCE.lines(study)[0] == "trial 3 again: acc 0.75, maximised"
    assert ONCE.failure(replace(PLAN, trials=(FAILED,))) == (
        "trial 3 failed when it ran once more: ValueError: no"
    )
    assert ONCE.failure(PLAN) == "no trial has run"
