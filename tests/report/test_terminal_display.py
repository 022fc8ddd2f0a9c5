"""What a search prints while it runs, on a terminal and elsewhere."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from hypertemplate.report.terminal_display import SearchPrinter, stderr_console
from hypertemplate.search.study import Study, Trial, TrialState
from tests.search.spaces import numeric

PLAN = Study(
    "model",
    "d",
    1337,
    (numeric("x", "uniform", low=0, high=1),),
    template="model.py",
    max_evals=3,
)
DONE = Trial(0, TrialState.COMPLETE, {"x": 0.25}, 0.5, duration_s=90.0)
WORSE = Trial(1, TrialState.COMPLETE, {"x": 0.75}, 0.75, duration_s=30.0)
FAILED = Trial(
    2, TrialState.FAILED, {"x": 0.5}, error="ValueError: [i]no[/i]", traceback="Traceback:\n", duration_s=1.0
)


def console(*, terminal: bool, width: int = 80, color: bool = False) -> Console:
    return Console(
        file=io.StringIO(),
        force_terminal=terminal,
        color_system="standard" if color else None,
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
        _environ={"TERM": "xterm"},
    )


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def plain(text: str) -> str:
    """Without the sequences that move the cursor and set styles."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def finish(printer: SearchPrinter, *trials: Trial, output: str = "") -> None:
    for number in range(len(trials)):
        printer.trial_started(replace(trials[number], state=TrialState.RUNNING))
        printer.trial_finished(trials[number], replace(PLAN, trials=trials[: number + 1]), output)


def test_elsewhere_there_are_plain_lines() -> None:
    out = console(terminal=False)
    loaded = []
    with SearchPrinter(out, "model.py", live=False, preload=lambda: loaded.append(1)) as printer:
        printer.loading()
        printer.ready(PLAN, 3)
        printer.note("data() runs\nfor each trial [b]")
        finish(printer, DONE, WORSE, FAILED, output="one\ntwo\n")
        printer.epoch_ended(2, 0, 5)
        printer.stopped(5)
    assert loaded == [1]
    assert printed(out).splitlines() == [
        "loading model.py ...",
        "searching 1 parameter in model.py for the lowest loss: 3 trials, tpe, seed 1337",
        "trial        loss        best     time  values",
        "note: data() runs for each trial [b]",
        "    0     0.50000     0.50000    90.0s  x=0.25",
        "note: trial 0 took 90 s; about 3 min for all 3 trials",
        "    1     0.75000     0.50000    30.0s  x=0.75",
        "    2      failed     0.50000     1.0s  x=0.5",
        "       ValueError: [i]no[/i]",
        "       the last that trial 2 printed:",
        "       | one",
        "       | two",
        "       Traceback:",
        "stopped: 5 trials in a row failed; the first traceback is above",
    ]
    assert printer.study == replace(PLAN, trials=(DONE, WORSE, FAILED))


def test_what_the_failure_before_printed_too_and_its_traceback_are_not_repeated() -> None:
    out = console(terminal=False)
    again = [replace(FAILED, number=number) for number in range(3)]
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        finish(printer, *again, output="one\n")
        start = len(printed(out))
        finish(printer, replace(FAILED, number=3), output="two\n")
    assert printed(out).count("Traceback") == 1
    assert printed(out)[:start].count("| one") == 1
    assert printed(out)[start:].count("| two") == 1


def test_the_first_traceback_is_of_the_first_failure_that_has_one() -> None:
    out = console(terminal=False)
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        finish(printer, replace(FAILED, traceback=""), replace(FAILED, number=1))
    assert printed(out).count("Traceback") == 1


def test_losses_are_coloured_on_a_terminal() -> None:
    out = console(terminal=True, color=True)
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        finish(printer, DONE, WORSE, FAILED)
    lines = printed(out).splitlines()
    assert "\x1b[1;32m   0.50000\x1b[0m" in lines[0], "a new best is green"
    assert "\x1b[" not in lines[1], "another is plain"
    assert "\x1b[31m    failed\x1b[0m" in lines[2], "a failure is red"


def test_values_wrap_below_each_other_on_a_narrow_terminal() -> None:
    out = console(terminal=True, width=64)
    space = tuple(numeric(f"parameter{i}", "uniform", low=0, high=1) for i in range(3))
    study = replace(PLAN, space=space)
    trial = replace(DONE, params={d.label: 0.5 for d in space})
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        printer.trial_finished(trial, replace(study, trials=(trial,)), "")
    assert printed(out).splitlines() == [
        "    0     0.50000     0.50000    90.0s  parameter0=0.5",
        "                                        parameter1=0.5",
        "                                        parameter2=0.5",
    ]


def frames(text: str) -> list[str]:
    """Each state of the bar: lines are drawn anew from their beginning."""
    return [frame.strip() for frame in re.split(r"[\r\n]", plain(text)) if frame.strip()]


def test_a_terminal_has_a_bar_with_the_time_left() -> None:
    out = console(terminal=True)
    with SearchPrinter(out, "model.py", live=True, preload=lambda: None) as printer:
        printer.loading()
        printer._progress.refresh()  # type: ignore[union-attr]
        loading = frames(printed(out))[-1]
        printer.ready(PLAN, 3)
        printer.trial_started(DONE)
        printer._progress.refresh()  # type: ignore[union-attr]
        first = frames(printed(out))[-1]
        finish(printer, DONE)
        printer.trial_started(WORSE)
        printer.epoch_ended(1, 2, 10)
        printer._progress.refresh()  # type: ignore[union-attr]
        second = frames(printed(out))[-1]
        printer.epoch_ended(1, 3, None)
        printer._progress.refresh()  # type: ignore[union-attr]
        third = frames(printed(out))[-1]
    assert re.fullmatch(r"loading model\.py [━╸╺ ]+\d+s", loading)
    assert re.fullmatch(r"trial 0 +0/3, \d+s", first)
    assert re.fullmatch(r"trial 1, epoch 3 of 10 [━╸╺ ]+1/3, \d+s, about (3m00s|2m5\ds) left", second)
    assert third.startswith("trial 1, epoch 4 ")


def test_the_bar_is_taken_away_whatever_happens() -> None:
    out = console(terminal=True)

    def preload() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), SearchPrinter(out, "m", live=True, preload=preload) as printer:
        printer.loading()
    assert printed(out).endswith("\x1b[?25h\r\x1b[1A\x1b[2K"), "the cursor is back and the line is empty"


def test_text_of_the_users_is_never_markup_on_the_bar() -> None:
    out = console(terminal=True)
    with SearchPrinter(out, "[red]model[/].py", live=True, preload=lambda: None) as printer:
        printer.loading()
        printer._progress.refresh()  # type: ignore[union-attr]
    assert "loading [red]model[/].py" in plain(printed(out))


def test_the_console_is_stderr_as_it_is_when_something_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    stderr_console().print("[i]x[/i] :smile: 'a' 1")
    assert capsys.readouterr() == ("", "[i]x[/i] :smile: 'a' 1\n")


@pytest.mark.parametrize(
    ("trials", "stopped", "line"),
    [
        pytest.param(
            [replace(FAILED, traceback="")],
            1,
            "stopped: the other trials would fail for the same reason",
            id="after the first",
        ),
        pytest.param(
            [replace(FAILED, traceback="")],
            5,
            "stopped: 5 trials in a row failed",
            id="without a traceback",
        ),
        pytest.param(
            [FAILED],
            5,
            "stopped: 5 trials in a row failed; the first traceback is above",
            id="with a traceback",
        ),
    ],
)
def test_why_a_search_stops_early(trials: list[Trial], stopped: int, line: str) -> None:
    out = console(terminal=False)
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        finish(printer, *trials)
        printer.stopped(stopped)
    assert printed(out).splitlines()[-1] == line
