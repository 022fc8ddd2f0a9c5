"""A search in a notebook: what its one display shows, and how often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.report.notebook_display import EPOCHS_S, TRIALS_S, NotebookPrinter
from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.study import Study, Trial, TrialState
from tests.search.spaces import numeric

PLAN = Study("model", "d", 1337, (numeric("x", "uniform", low=0, high=1),), template="model.py", max_evals=4)


def done(number: int) -> Trial:
    return Trial(number, TrialState.COMPLETE, {"x": 0.5}, 1.0 / (number + 1), duration_s=1.0)


def failed(number: int, error: str = "ValueError: no") -> Trial:
    return Trial(number, TrialState.FAILED, {"x": 0.5}, error=error, traceback="Traceback:", duration_s=1.0)


class Screen:
    """A clock, and what was shown when."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.html: list[str] = []
        self.text: list[str] = []
        self.times: list[float] = []

    def clock(self) -> float:
        return self.now_s

    def show(self, html: str, text: str) -> Screen:
        self.update(html, text)
        return self

    def update(self, html: str, text: str) -> None:
        self.html.append(html)
        self.text.append(text)
        self.times.append(self.now_s)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def printer(screen: Screen) -> NotebookPrinter:
    return NotebookPrinter(PLAN, show=screen.show, clock=screen.clock)


def finish(printer: NotebookPrinter, *trials: Trial, output: str = "") -> None:
    printer.trial_finished(trials[-1], replace(PLAN, trials=trials), output)


def test_it_is_an_observer_that_shows_itself_at_once(printer: NotebookPrinter, screen: Screen) -> None:
    observer: SearchObserver = printer
    assert screen.text == ["model.py: 0 of 4 trials done; starting; 0s"]
    observer.loading()
    screen.now_s += 3
    observer.ready(replace(PLAN, max_evals=5), 5)
    assert screen.text[1:] == [
        "model.py: 0 of 4 trials done; loading; 0s",
        "model.py: 0 of 5 trials done; 3s",
    ]


def test_the_time_left_comes_from_the_trials_so_far(printer: NotebookPrinter, screen: Screen) -> None:
    screen.now_s += 50
    printer.ready(PLAN, 4)
    printer.trial_started(done(0))
    assert screen.text[-1] == "model.py: 0 of 4 trials done; trial 0 is running; 50s"
    screen.now_s += 5
    slow = replace(done(0), duration_s=5.0)
    finish(printer, slow)
    printer.trial_started(done(1))
    screen.now_s += 5
    finish(printer, slow, replace(done(1), duration_s=15.0))
    printer.trial_started(done(2))
    assert screen.text[-1].endswith("; 1m00s, about 20s left; best loss 0.5, minimised (trial 1)")
    screen.now_s += 4
    printer.epoch_ended(2, 2, 9)
    assert screen.text[-1].startswith(
        "model.py: 2 of 4 trials done; trial 2, epoch 3 of 9; 1m04s, about 16s left;"
    )
    screen.now_s += 40
    printer.epoch_ended(2, 3, None)
    assert "trial 2, epoch 4; 1m44s, about 10s left" in screen.text[-1]


def test_the_display_is_not_drawn_too_often(printer: NotebookPrinter, screen: Screen) -> None:
    printer.ready(replace(PLAN, max_evals=1000), 1000)
    first = len(screen.times)
    for number in range(500):
        printer.trial_started(done(number))
        printer.epoch_ended(number, 0, 1)
        printer.trial_finished(done(number), replace(PLAN, max_evals=1000, trials=(done(number),)), "")
        screen.now_s += 0.01
    drawn = len(screen.times) - first
    assert drawn <= 5 / TRIALS_S + 5 / EPOCHS_S + 2
    assert drawn > 5 / TRIALS_S / 2


def test_epochs_do_not_hold_up_a_trial(printer: NotebookPrinter, screen: Screen) -> None:
    printer.epoch_ended(0, 0, 2)
    finish(printer, done(0))
    assert screen.text[-1].startswith("model.py: 1 of 4 trials done")


def test_the_last_trial_is_always_shown(printer: NotebookPrinter, screen: Screen) -> None:
    trials: list[Trial] = []
    for number in range(4):
        printer.trial_started(done(number))
        trials.append(done(number))
        finish(printer, *trials)
    shown = len(screen.text)
    with printer:
        pass
    assert len(screen.text) == shown, "what is shown already is not sent again"
    assert screen.text[-1] == "model.py: 4 of 4 trials done; 0s; best loss 0.25, minimised (trial 3)"


def test_the_first_failure_stays_with_its_reason(printer: NotebookPrinter, screen: Screen) -> None:
    with printer:
        finish(printer, done(0))
        assert "failed: " not in screen.html[-1]
        screen.now_s += 1
        finish(printer, done(0), failed(1), output="a line\n")
        finish(printer, done(0), failed(1), failed(2, "KeyError: later"))
        printer.note("one <thing>")
    for part in ("trial 1 failed: ", "ValueError: no", "| a line\nTraceback:", "note: one &lt;thing&gt;"):
        assert part in screen.html[-1]
    assert "later" not in screen.html[-1]


@pytest.mark.parametrize(
    ("trials", "text"),
    [
        pytest.param(1, "stopped: the other trials would fail for the same reason", id="after the first"),
        pytest.param(5, "stopped: 5 trials in a row failed", id="after several"),
    ],
)
def test_why_a_search_stops_early(printer: NotebookPrinter, screen: Screen, trials: int, text: str) -> None:
    with printer:
        printer.trial_started(done(0))
        printer.stopped(trials)
    assert text in screen.html[-1]
    assert "running" not in screen.html[-1]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        pytest.param(KeyboardInterrupt, "interrupted", id="the stop button"),
        pytest.param(OSError, "ended by an error", id="an error"),
    ],
)
def test_the_last_state_is_left_behind(
    printer: NotebookPrinter, screen: Screen, error: type[BaseException], text: str
) -> None:
    printer.trial_started(done(0))
    finish(printer, done(0))
    with pytest.raises(error), printer:
        raise error
    assert f">{text}</div>" in screen.html[-1]
    assert screen.text[-1] == "model.py: 1 of 4 trials done; 0s; best loss 1, minimised (trial 0)"


def test_an_error_after_the_search_was_stopped_says_why_it_was(
    printer: NotebookPrinter, screen: Screen
) -> None:
    printer.stopped(5)
    with pytest.raises(OSError, match="disk"), printer:
        raise OSError("disk")
    assert "stopped: 5 trials in a row failed" in screen.html[-1]
    assert "ended by an error" not in screen.html[-1]
