"""What a search prints while it runs, on a terminal and elsewhere."""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace

import pytest
from rich.console import Console

from hypertemplate.search.study import Report, Study, Trial, TrialRun, TrialState
from hypertemplate.views.displays.status_lines import StatusLines
from hypertemplate.views.displays.terminal_display import SearchPrinter, stderr_console
from hypertemplate.views.eta import Pace
from tests.search.fakes import curve
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
        printer.epoch_ended(2, curve(0.5, epochs=5))
        printer.stopped(5)
    assert loaded == [1]
    assert printed(out).splitlines() == [
        "loading model.py ...",
        "searching 1 parameter in model.py for the lowest loss: 3 trials, tpe, seed 1337",
        "note: data() runs for each trial [b]",
        "trial        loss  best so far     time       x",
        "    0     0.50000      0.50000    90.0s  0.25",
        "note: trial 0 took 90s; about 3m for all 3 trials",
        "    1     0.75000      0.50000    30.0s  0.75",
        "    2      failed      0.50000     1.0s  0.5",
        "       ValueError: [i]no[/i]",
        "       last output of trial 2:",
        "       | one",
        "       | two",
        "       Traceback:",
        "stopped: 5 trials in a row failed; the first traceback is above",
    ]
    assert printer.study == replace(PLAN, trials=(DONE, WORSE, FAILED))


TRACEBACK = """\
Traceback (most recent call last):
  File "model.py", line 3, in model
    raise errors.Shapes(shapes)
errors.Shapes: 64 is not 128
"""
RAISED = replace(FAILED, number=3, error="Shapes: 64 is not 128 (model.py:3)", traceback=TRACEBACK)


def test_a_reason_that_the_traceback_ends_with_is_shown_once_and_then_by_its_trial() -> None:
    out = console(terminal=False)
    other = replace(
        RAISED, number=5, error="Shapes: 32 is not 128 (model.py:3)", traceback=TRACEBACK.replace("64", "32")
    )
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        finish(printer, RAISED, output="one\n")
        finish(printer, replace(RAISED, number=4), output="two\n")
        finish(printer, other, output="one\n")
    assert [line.removeprefix(" " * 7) for line in printed(out).splitlines()[1:]] == [
        "    3      failed            -     1.0s  0.5",
        "last output of trial 3:",
        "| one",
        *TRACEBACK.splitlines(),
        "    4      failed            -     1.0s  0.5",
        "as trial 3: Shapes: 64 is not 128 (model.py:3)",
        "    5      failed            -     1.0s  0.5",
        "Shapes: 32 is not 128 (model.py:3)",
    ], "another reason in the same line needs no traceback"


def test_the_first_traceback_is_of_the_first_failure_that_has_one() -> None:
    out = console(terminal=False)
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        finish(printer, replace(FAILED, traceback=""), replace(FAILED, number=1))
    assert printed(out).count("Traceback") == 1


def test_losses_are_coloured_on_a_terminal() -> None:
    out = console(terminal=True, color=True)
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        finish(printer, DONE, WORSE, FAILED)
    lines = printed(out).splitlines()[1:]
    assert "\x1b[1;32m   0.50000\x1b[0m" in lines[0], "a new best is green"
    assert "\x1b[" not in lines[1], "another is plain"
    assert "\x1b[31m    failed\x1b[0m" in lines[2], "a failure is red"


def test_heads_are_shown_again_where_they_have_changed_or_are_far_above() -> None:
    out = console(terminal=True)
    trials = tuple(replace(DONE, number=number) for number in range(41))
    with_metrics = (FAILED, replace(DONE, metrics={"f1": 0.25}))
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        finish(printer, *trials)
        finish(printer, *with_metrics)
        out.width = 60
        finish(printer, DONE)
    heads = [number for number, line in enumerate(printed(out).splitlines()) if line.startswith("trial ")]
    assert heads[:3] == [0, 21, 42]
    assert [printed(out).splitlines()[number].split() for number in heads[3:]] == [
        ["trial", "loss", "best", "so", "far", "time", "f1", "x"],
        ["trial", "loss", "best", "so", "far", "time", "x"],
    ]


def frames(text: str) -> list[str]:
    """The lines of all states of what moves: each is drawn anew from its beginning."""
    return [frame.rstrip() for frame in re.split(r"[\r\n]", plain(text)) if frame.strip()]


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_terminal_shows_all_running_trials_and_the_time_left() -> None:
    out, clock = console(terminal=True), Clock()
    with SearchPrinter(
        out, "model.py", live=True, preload=lambda: None, imports=["keras"], workers=lambda: 2, clock=clock
    ) as printer:

        def drawn() -> list[str]:
            start = len(printed(out))
            assert printer._live is not None
            printer._live.refresh()
            return frames(printed(out)[start:])

        assert drawn() == ["    0s  starting workers"]
        printer.loading()
        clock.now_s += 65
        assert drawn() == [" 1m05s  loading keras and model.py"]
        printer.calling("load_data")
        assert drawn() == [" 1m05s  running load_data()"]
        printer.ready(PLAN, 3)
        printer.trial_started(DONE)
        assert drawn() == ["trial 0      0s", "────────────────  0/3   1m05s"]
        printer.trial_started(WORSE)
        clock.now_s += 10
        printer.epoch_ended(1, curve(0.5, epochs=10))
        assert drawn() == [
            "trial 0     10s",
            "trial 1     10s  epoch  1 of 10  val_loss 0.50000  ▁",
            "────────────────  0/3   1m15s",
        ]
        printer.trial_finished(DONE, replace(PLAN, trials=(DONE,)), "")
        printer.epoch_ended(1, curve(*range(10, 0, -1)))
        assert drawn() == [
            "trial 1     10s  epoch   10      val_loss  1.0000  ██▇▆▅▄▃▂▁▁",
            "━━━━━───────────  1/3   1m15s  about 1m25s left",
        ]


STOPPED = replace(DONE, number=1, state=TrialState.PRUNED, loss=None, curves=(curve(0.5, 0.4, epochs=9),))


def status(
    clock: Clock, *trials: Trial, total: int = 30, ascii_only: bool = False
) -> tuple[Pace, StatusLines]:
    """The lines of a search that has one running trial, number 29."""
    pace = Pace(lambda: 1, clock)
    pace.ready(replace(PLAN, trials=trials), total)
    shown = StatusLines(pace, ascii_only=ascii_only)
    shown.ended(replace(PLAN, trials=trials))
    pace.started(replace(DONE, number=total - 1))
    return pace, shown


def test_trials_that_were_stopped_or_failed_are_counted_with_what_was_saved() -> None:
    _, shown = status(Clock(), DONE, WORSE)
    assert len(shown.lines("")) == 2, "while all are complete the bar says it"
    _, shown = status(Clock(), DONE, STOPPED, FAILED, replace(STOPPED, number=3))
    assert shown.lines("")[1] == " 1 complete   2 pruned   1 failed  14 epochs saved"
    _, shown = status(Clock(), DONE, FAILED)
    assert shown.lines("")[1] == " 1 complete   0 pruned   1 failed"


def test_a_running_trial_says_which_of_its_runs_it_is_in() -> None:
    clock = Clock()
    pace, shown = status(clock, DONE)
    several = replace(DONE, number=29, repeats=10, runs=(TrialRun(0, 0.5),))
    assert pace.started(several) is False, "it is the trial that runs already"
    assert shown.lines("")[0].startswith("trial 29  run  2 of 10  ")
    pace.started_again(3, 41, 0, 5)
    assert [line[:20] for line in shown.lines("")[:2]] == ["trial 41  run 1 of 5", "trial 29  run  2 of "]


def test_between_short_trials_nothing_vanishes() -> None:
    clock = Clock()
    pace, shown = status(clock, DONE)
    before = shown.lines("starting a trial")
    pace.finished(replace(DONE, number=29))
    assert shown.lines("starting a trial")[:-1] == before[:-1], "the line of the trial that has just ended"
    clock.now_s += 1
    assert shown.lines("starting a trial")[:-1] == ["starting a trial"], "above the bar"
    pace.started(replace(DONE, number=28))
    assert shown.lines("starting a trial")[0].startswith("trial 28")


def test_when_the_last_trial_has_ended_no_other_is_said_to_start() -> None:
    clock = Clock()
    pace, shown = status(clock, DONE, total=1)
    pace.finished(DONE)
    clock.now_s += 1
    assert shown.lines("starting a trial") == ["━━━━━━━━━━━━━━━━  1/1      1s"]


def test_heads_are_repeated_where_they_have_scrolled_away() -> None:
    out = console(terminal=True)
    trials = [replace(DONE, number=number, loss=number / 8) for number in range(out.height + 5)]
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        finish(printer, *trials)
    lines = printed(out).splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("trial  ")]
    assert len(heads) == 2
    assert out.height - 6 < heads[1] - heads[0] < out.height, (
        "no sooner, and while the others are still in view"
    )


def test_many_running_trials_have_a_line_together() -> None:
    pace, shown = status(Clock(), total=20)
    for number in range(9):
        pace.started(replace(DONE, number=number))
    assert shown.lines("")[-3:] == [
        "trial  7      0s",
        "and 2 more trials",
        "────────────────   0/20      0s",
    ]
    assert shown.plain_lines()[-2:] == ["and 2 more trials", "0/20 trials  0s"]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("name", ["loss", "val_loss", "val_sparse_categorical_accuracy"])
def test_what_is_redrawn_does_not_move_sideways_and_fits(width: int, name: str) -> None:
    clock = Clock()
    pace, shown = status(clock, DONE, STOPPED, FAILED)
    seen, values = set(), []
    for epoch in range(100):
        clock.now_s += 61
        values.append(10 ** (3 - epoch / 7))
        pace.epoch_ended(29, curve(*values, epochs=100, name=name))
        first, counts, last = shown.lines("", width)
        curve_at = first.rindex(" ") + 1
        seen.add((first.index("epoch"), curve_at, last.index("about")))
        assert max(map(len, (first, counts, last))) <= width
    assert len(seen) == 1
    assert len(first) - curve_at >= 4
    assert (name in first) is (name != "val_sparse_categorical_accuracy" or width > 80)


def test_a_name_that_was_longer_keeps_its_column() -> None:
    pace, shown = status(Clock())
    pace.epoch_ended(29, curve(1.0, epochs=100, name="val_accuracy"))
    (long, _) = shown.lines("")
    pace.epoch_ended(29, curve(1.0, epochs=5, name="auc"))
    (short, _) = shown.lines("")
    assert (long.index("1.0"), len(long)) == (short.index("1.0"), len(short))


@pytest.mark.parametrize(
    ("width", "line"),
    [
        pytest.param(50, "trial 29      0s  epoch 2 of 9  val_loss 0.25000", id="no room for a curve"),
        pytest.param(40, "trial 29      0s  epoch 2 of 9", id="nor for a value"),
    ],
)
def test_a_very_narrow_terminal(width: int, line: str) -> None:
    pace, shown = status(Clock())
    pace.epoch_ended(29, curve(0.5, 0.25, epochs=9, name="val_loss"))
    assert shown.lines("", width)[0] == line


def test_the_bar_gives_way_to_the_time_left() -> None:
    _, shown = status(Clock(), replace(DONE, duration_s=3600.0))
    assert shown.lines("", 44)[-1] == "──────   1/30      0s  about 29h00m left"


def test_a_stream_of_ascii_alone_gets_nothing_else() -> None:
    pace, shown = status(Clock(), DONE, ascii_only=True)
    pace.epoch_ended(29, curve(0.5, 0.25, epochs=2))
    assert shown.lines("") == [
        "trial 29      0s  epoch 2 of 2  val_loss 0.25000  #_",
        "=---------------   1/30      0s  about 43m30s left",
    ]


def test_rounds_of_boosting_and_steps_of_a_loop_have_their_own_words() -> None:
    pace, shown = status(Clock(), replace(STOPPED, curves=(replace(STOPPED.curves[0], unit="round"),)))
    pace.epoch_ended(29, replace(curve(0.5, 0.25, epochs=9), unit="round"))
    assert shown.lines("")[0].startswith("trial 29      0s  round 2 of 9  val_loss")
    assert shown.lines("")[1].endswith("7 rounds saved")
    steps = replace(curve(0.5), unit="step", reports=(Report(0, 500, {"loss": 1.0}),))
    pace.epoch_ended(29, steps)
    assert shown.lines("")[0].startswith("trial 29      0s  step  500     loss")


def test_a_metric_that_is_not_a_number_is_shown_as_it_is() -> None:
    pace, shown = status(Clock())
    pace.epoch_ended(29, curve(0.5, math.nan, math.inf, 0.25, epochs=4))
    assert shown.lines("")[0].endswith("val_loss 0.25000  █ █▁")
    pace.epoch_ended(29, curve(0.5, math.nan, epochs=4))
    assert shown.lines("")[0].rstrip().endswith("val_loss     nan  ▁")


def test_where_nothing_is_redrawn_the_running_trials_are_listed_after_a_minute_without_a_line() -> None:
    out, clock = console(terminal=False), Clock()
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None, clock=clock) as printer:
        printer.ready(PLAN, 3)
        finish(printer, replace(DONE, duration_s=9.0), STOPPED)
        printer.trial_started(FAILED)
        start = len(printed(out))
        for epoch in range(1, 8):
            clock.now_s += 20
            printer.epoch_ended(2, curve(*(1 / n for n in range(1, epoch + 1)), epochs=9))
    assert printed(out)[start:].splitlines() == [
        "trial 2   1m00s  epoch 3 of 9  val_loss 0.33333  █▃▁",
        "2/3 trials  1m00s  about 6s left  1 complete  1 pruned  0 failed  7 epochs saved",
        "trial 2   2m00s  epoch 6 of 9  val_loss 0.16667  █▄▂▁▁▁",
        "2/3 trials  2m00s  about 3s left  1 complete  1 pruned  0 failed  7 epochs saved",
    ]


def test_lines_that_a_narrower_terminal_has_broken_are_removed_too() -> None:
    out, clock = console(terminal=True, width=100), Clock()
    with SearchPrinter(out, "model.py", live=True, preload=lambda: None, clock=clock) as printer:
        printer.ready(PLAN, 3)
        printer.trial_started(DONE)
        printer.epoch_ended(0, curve(*(1 / n for n in range(1, 20)), epochs=20))
        assert printer._live is not None
        printer._live.refresh()
        start = len(printed(out))
        out.width = 40
        printer._live.refresh()
        assert printed(out)[start:].count("\x1b[1A") == 3, "both lines have become two"
        start = len(printed(out))
        printer._live.refresh()
        assert printed(out)[start:].count("\x1b[1A") == 1


def test_quiet_prints_improvements_only() -> None:
    out = console(terminal=True)
    better = replace(DONE, number=3, loss=0.25)
    with SearchPrinter(out, "model.py", live=True, preload=lambda: None, quiet=True) as printer:
        printer.loading()
        printer.ready(PLAN, 4)
        printer.note("data() runs")
        finish(printer, DONE, WORSE, FAILED, better)
    assert plain(printed(out)).splitlines() == [
        "trial        loss  best so far     time       x",
        "    0     0.50000      0.50000    90.0s  0.25",
        "    3     0.25000      0.25000    90.0s  0.25",
    ]


def test_quiet_says_why_a_search_found_nothing() -> None:
    out = console(terminal=False)
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None, quiet=True) as printer:
        finish(printer, replace(FAILED, traceback=""))
        printer.stopped(1)
    assert printed(out).splitlines() == [
        f"trial {FAILED.number} failed:",
        "       ValueError: [i]no[/i]",
        "stopped: the other trials would fail for the same reason",
    ]


def test_quiet_says_why_a_search_ended() -> None:
    out = console(terminal=False)
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None, quiet=True) as printer:
        finish(printer, DONE)
        printer.note("stopped: 3 trials in a row found no better loss", matters=True)
    assert printed(out).splitlines()[-1] == "note: stopped: 3 trials in a row found no better loss"


def test_long_notes_wrap_between_words() -> None:
    out = console(terminal=True, width=60)
    with SearchPrinter(out, "model.py", live=False, preload=lambda: None) as printer:
        printer.note("word " * 20 + "end")
    assert max(map(len, printed(out).splitlines())) <= 60
    assert set(printed(out).split()) == {"note:", "word", "end"}


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
        assert printer._live is not None
        printer._live.refresh()
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
