"""A search in a notebook: what its display shows, that it ticks, and what is folded below it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from hypertemplate.origin import Origin
from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.views.displays import notebook_display
from hypertemplate.views.displays.notebook_display import NotebookPrinter
from tests.search.fakes import curve
from tests.search.spaces import numeric

PLAN = Study("model", "d", 1337, (numeric("x", "uniform", low=0, high=1),), template="model.py", max_evals=4)


def done(number: int) -> Trial:
    return Trial(number, TrialState.COMPLETE, {"x": 0.5}, 1.0 / (number + 1), duration_s=1.0)


def failed(number: int, error: str = "ValueError: no") -> Trial:
    return Trial(number, TrialState.FAILED, {"x": 0.5}, error=error, traceback="Traceback:", duration_s=1.0)


class Shown:
    """An output below a cell, and all that stood there."""

    def __init__(self, html: str, text: str) -> None:
        self.html = [html]
        self.text = [text]
        self.threads = {threading.current_thread().name}

    def update(self, html: str, text: str) -> None:
        self.html.append(html)
        self.text.append(text)
        self.threads.add(threading.current_thread().name)


class Screen:
    """A clock, and the outputs below a cell."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.outputs: list[Shown] = []

    def clock(self) -> float:
        return self.now_s

    def show(self, html: str, text: str) -> Shown:
        self.outputs.append(Shown(html, text))
        return self.outputs[-1]

    @property
    def text(self) -> str:
        return self.outputs[0].text[-1]

    @property
    def html(self) -> str:
        return self.outputs[0].html[-1]


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def printer(screen: Screen) -> NotebookPrinter:
    return NotebookPrinter(PLAN, show=screen.show, clock=screen.clock)


def finish(printer: NotebookPrinter, *trials: Trial, output: str = "") -> None:
    printer.trial_finished(trials[-1], replace(PLAN, trials=trials), output)


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_is_an_observer_that_shows_itself_at_once(screen: Screen) -> None:
    printer = NotebookPrinter(
        PLAN, show=screen.show, clock=screen.clock, imports=["keras"], headline="1 worker"
    )
    observer: SearchObserver = printer
    assert screen.text == "model.py: 0 of 4 trials ended; starting; 0s"
    observer.loading()
    screen.now_s += 3
    printer.draw()
    assert screen.text == "model.py: 0 of 4 trials ended; loading keras and model.py; 3s"
    observer.calling("data")
    printer.draw()
    assert screen.text == "model.py: 0 of 4 trials ended; running data(); 3s"
    observer.note("1 worker")
    observer.note("data() runs")
    observer.ready(replace(PLAN, max_evals=5), 5)
    printer.draw()
    assert screen.text == "model.py: 0 of 5 trials ended; starting a trial; 3s"
    observer.calling("data")  # in a worker that replaces another one
    printer.draw()
    assert screen.text == "model.py: 0 of 5 trials ended; starting a trial; 3s"
    notes = (
        "1 worker<",
        "searching 1 parameter in model.py for the lowest loss: 5 trials, tpe, seed 1337<",
        "note: data() runs<",
    )
    places = [screen.html.index(f">{note}") for note in notes]
    assert places == sorted(places), "the notes are those of the command, in its order"


def test_every_running_trial_is_named_with_its_time_and_epoch(
    printer: NotebookPrinter, screen: Screen
) -> None:
    printer.ready(PLAN, 4)
    printer.trial_started(done(0))
    screen.now_s += 5
    printer.trial_started(done(1))
    screen.now_s += 5
    printer.epoch_ended(0, curve(0.5, 0.25, 0.125, epochs=9))
    printer.draw()
    assert (
        "; trial 0, running for 10s, epoch 3 of 9, val_loss 0.12500; trial 1, running for 5s; 10s, about "
        in screen.text
    )
    finish(printer, done(0))
    printer.epoch_ended(1, curve(1.0, 1.0, 1.0, 1.0))
    printer.draw()
    assert "ended; trial 1, running for 5s, epoch 4, val_loss 1.0000; 10s" in screen.text
    assert screen.text.endswith("; best loss 1, minimised (trial 0)")


def test_the_line_on_the_search_names_the_number_that_the_first_trial_tells(
    printer: NotebookPrinter, screen: Screen
) -> None:
    printer.ready(PLAN, 4)
    printer.note("data() runs")
    finish(printer, replace(done(0), origin=Origin("val_loss", "fit", 3, 5)))
    printer.draw()
    assert (
        ">searching 1 parameter in model.py for the lowest val_loss: 4 trials, tpe, seed 1337<" in screen.html
    )
    assert "lowest loss" not in screen.html


def test_a_thread_shows_the_state_until_the_search_ends(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook_display, "TICK_S", 0.01)
    with NotebookPrinter(PLAN, show=screen.show, clock=screen.clock) as printer:
        (shown,) = screen.outputs
        until(lambda: len(shown.text) > 2)
        screen.now_s += 60
        until(lambda: "1m00s" in screen.text)
        assert threading.current_thread().name not in shown.threads or len(shown.threads) > 1
        finish(printer, done(0))
    ended = len(shown.text)
    time.sleep(0.1)
    assert len(shown.text) == ended, "nothing is shown after the end"
    assert screen.text == "model.py: 1 of 4 trials ended; 1m00s; best loss 1, minimised (trial 0)"
    assert ">ended " in screen.html


def test_it_ticks_one_to_four_times_a_second() -> None:
    assert 0.25 <= notebook_display.TICK_S <= 1


def test_an_interrupt_while_the_last_update_is_awaited_leaves_the_last_state(screen: Screen) -> None:
    printer = NotebookPrinter(PLAN, show=screen.show, clock=screen.clock)

    def interrupted(timeout: float) -> None:
        raise KeyboardInterrupt

    printer.__enter__()
    threads, printer._ticks.join = printer._ticks.join, interrupted  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyboardInterrupt):
        printer.__exit__(None, None, None)
    threads()
    assert ">ended " in screen.html


def test_an_interrupt_while_the_display_starts_leaves_no_thread(screen: Screen) -> None:
    printer = NotebookPrinter(PLAN, show=screen.show, clock=screen.clock)
    start = printer._ticks.start

    def interrupted() -> None:
        start()
        raise KeyboardInterrupt

    printer._ticks.start = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        printer.__enter__()
    assert not printer._ticks.is_alive()
    assert ">ended " in screen.html


def test_output_and_reasons_stay_below_the_display(printer: NotebookPrinter, screen: Screen) -> None:
    with printer:
        finish(printer, done(0))
        assert len(screen.outputs) == 1, "a trial that printed nothing needs no place"
        finish(printer, done(0), done(1), output="a line\n")
        finish(printer, done(0), done(1), failed(2), output="a line\n")
        finish(printer, done(0), done(1), failed(2), failed(3, "KeyError: later"))
        printer.note("one <thing>")
    assert "note: one &lt;thing&gt;" in screen.html
    shown = [output.html for output in screen.outputs[1:]]
    assert [len(html) for html in shown] == [1, 1, 1], "what a reader has unfolded is not shown anew"
    for (html,), parts in zip(
        shown,
        (("trial 1: loss 0.5, minimised", "a line"), ("trial 2 failed: ", "| a line"), ("KeyError: later",)),
        strict=True,
    ):
        assert all(part in html for part in parts)


def test_a_reason_is_shown_whole_once(printer: NotebookPrinter, screen: Screen) -> None:
    finish(printer, failed(0))
    finish(printer, failed(0), failed(1))
    first, second = (output.html[-1] for output in screen.outputs[1:])
    assert "Traceback:" in first
    assert "trial 1 failed as trial 0: " in second
    assert "Traceback:" not in second


def test_the_model_is_named_and_the_number_as_soon_as_a_trial_tells_its_name(screen: Screen) -> None:
    printer = NotebookPrinter(PLAN, show=screen.show, clock=screen.clock, model="net")
    printer.ready(PLAN, 4)
    printer.draw()
    assert screen.text.startswith("net() of model.py: 0 of 4 trials ended")
    assert "for the lowest loss:" in screen.html
    finish(printer, replace(done(0), origin=Origin("val_loss", "fit", 2, 3)))
    printer.draw()
    assert "for the lowest val_loss:" in screen.html
    assert "lowest loss" not in screen.html


def test_a_search_with_nothing_left_to_run_says_so(printer: NotebookPrinter, screen: Screen) -> None:
    with printer:
        printer.ready(replace(PLAN, trials=tuple(map(done, range(4)))), 4)
    assert ">note: no trial was left to run</div>" in screen.html


def test_after_the_end_nothing_is_said_to_go_on(printer: NotebookPrinter, screen: Screen) -> None:
    printer.ready(PLAN, 4)
    printer.draw()
    assert ">searching 1 parameter in model.py for the lowest loss: 4 trials" in screen.html
    printer.__exit__(None, None, None)
    assert ">searched 1 parameter in model.py for the lowest loss: 4 trials" in screen.html
    assert "searching" not in screen.html


def test_after_many_trials_outputs_take_the_last_place(
    printer: NotebookPrinter, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook_display, "MOST_OUTPUTS", 2)
    for number in range(4):
        finish(printer, done(number), output=f"line {number}\n")
    assert [len(output.html) for output in screen.outputs] == [1, 1, 3]
    assert "line 3" in screen.outputs[-1].html[-1]


def test_what_a_trial_in_this_process_prints_is_folded(
    screen: Screen, capsys: pytest.CaptureFixture[str]
) -> None:
    streams = sys.stdout, sys.stderr
    with NotebookPrinter(PLAN, show=screen.show, clock=screen.clock, in_process=True) as printer:
        print("setup")
        printer.trial_started(done(0))
        print("1/2\r2/2")
        sys.stderr.writelines(["from ", "stderr\n"])
        assert sys.stdout.encoding == streams[0].encoding
        finish(printer, done(0))
        print("between")
        printer.trial_started(done(1))
        print("x" * 400_000 + "end")
        finish(printer, done(1))
    assert (sys.stdout, sys.stderr) == streams
    assert capsys.readouterr() == ("setup\nbetween\n", "")
    first, second = (output.html[-1] for output in screen.outputs[1:])
    assert ">2/2\nfrom stderr<" in first
    assert second.count("x") < 250_000
    assert "end<" in second


def test_a_debugger_in_a_trial_is_seen(screen: Screen, capsys: pytest.CaptureFixture[str]) -> None:
    import cmd

    class Debugger(cmd.Cmd):
        def do_hello(self, line: str) -> bool:
            print("hello")
            return True

    with NotebookPrinter(PLAN, show=screen.show, clock=screen.clock, in_process=True) as printer:
        printer.trial_started(done(0))
        debugger = Debugger()
        debugger.cmdqueue = ["hello"]
        debugger.cmdloop()
        finish(printer, done(0))
    assert "hello" in capsys.readouterr().out


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
    assert text in screen.html
    assert "running for" not in screen.html


@pytest.mark.parametrize(
    ("error", "text"),
    [
        pytest.param(KeyboardInterrupt(), "note: interrupted", id="the stop button"),
        pytest.param(
            KeyboardInterrupt("interrupted after 1 trial without success"),
            "note: interrupted after 1 trial without success",
            id="the stop button, with what was reached",
        ),
        pytest.param(OSError(), "ended by an error", id="an error"),
    ],
)
def test_the_last_state_is_left_behind(
    printer: NotebookPrinter, screen: Screen, error: BaseException, text: str
) -> None:
    printer.trial_started(done(0))
    finish(printer, done(0))
    with pytest.raises(type(error)), printer:
        raise error
    assert f">{text}</div>" in screen.html
    assert screen.text == "model.py: 1 of 4 trials ended; 0s; best loss 1, minimised (trial 0)"


def test_an_error_after_the_search_was_stopped_says_why_it_was(
    printer: NotebookPrinter, screen: Screen
) -> None:
    printer.stopped(5)
    with pytest.raises(OSError, match="disk"), printer:
        raise OSError("disk")
    assert "stopped: 5 trials in a row failed" in screen.html
    assert "ended by an error" not in screen.html


def test_a_grid_has_as_many_trials_as_points(screen: Screen) -> None:
    plan = replace(PLAN, algorithm="grid", max_evals=50)
    printer = NotebookPrinter(plan, show=screen.show, clock=screen.clock)
    printer.ready(plan, 3)
    for count in (1, 2, 3):
        trials = tuple(map(done, range(count)))
        printer.trial_finished(trials[-1], replace(plan, trials=trials), "")
    printer.__exit__(None, None, None)
    assert "3 of 3 trials ended" in screen.html
    assert ": 3 trials, grid" in screen.html


def test_in_the_end_the_results_stand_in_place_of_the_last_trials(screen: Screen) -> None:
    views: list[int] = []

    def view(study: Study) -> str:
        views.append(len(study.trials))
        return "<b>charts</b>"

    with NotebookPrinter(PLAN, show=screen.show, clock=screen.clock, view=view) as printer:
        printer.ready(PLAN, 4)
        trial = done(0)
        printer.trial_started(trial)
        printer.trial_finished(trial, replace(PLAN, trials=(trial,)), "")
        printer.draw()
        assert "<table" in screen.html
        assert "charts" not in screen.html
    assert "<b>charts</b>" in screen.html
    assert "<table" not in screen.html
    assert views == [1]


def test_without_a_trial_there_are_no_results_in_the_end(screen: Screen) -> None:
    with NotebookPrinter(PLAN, show=screen.show, clock=screen.clock, view=lambda study: "<b>charts</b>"):
        pass
    assert "charts" not in screen.html
