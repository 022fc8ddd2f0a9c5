"""The options that end a search early, end a trial, or say how it is run."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import MACHINE, RANDOM_START, Cli, Template
from tests.studies import study_data

pytestmark = pytest.mark.long

X = """\
def model():
    return {{uniform(0, 1)}}
"""
SIZES = """\
def model():
    size = {{choice([8, 16, 32])}}
    rate = {{quniform(0, 0.5, 0.25)}}
    return size * rate
"""


def params(folder: Path) -> list[dict[str, object]]:
    return [trial["params"] for trial in study_data(folder)["trials"]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--workers", "0"], "--workers 0: write a number of at least 1, or auto", id="no workers"),
        pytest.param(["--workers", "two"], "--workers two: write a number of at least 1, or auto", id="in words"),
        pytest.param(["--timeout", "soon"], "--timeout: invalid duration 'soon'; use, for example, 90s, 10m, 2h or 1h30m", id="no time"),
        pytest.param(["--timeout", "0s"], "--timeout must be positive, got '0s'; use, for example, 90s, 10m, 2h or 1h30m", id="time 0"),
        pytest.param(["--trial-timeout", "1x"], "--trial-timeout: invalid duration '1x'; use, for example, 90s, 10m, 2h or 1h30m", id="no time for a trial"),
        pytest.param(["--worker-memory-growth", "much"], "--worker-memory-growth: invalid size 'much'; use, for example, 512M or 2G", id="no size"),
        pytest.param(["--worker-memory-growth", "0"], "--worker-memory-growth: invalid size '0'; use, for example, 512M or 2G", id="size 0"),
        pytest.param(["--patience", "0"], "--patience must be a whole number of at least 1, got 0 (see hypertemplate run --help)", id="no patience"),
        pytest.param(["--max-failures", "0"], "--max-failures must be a whole number of at least 1, got 0 (see hypertemplate run --help)", id="no failures"),
        pytest.param(["--keep-models", "0"], "--keep-models must be a whole number of at least 1, got 0 (see hypertemplate run --help)", id="no models"),
        pytest.param(["--stop-at", "low"], "--stop-at must be a number, got low (see hypertemplate run --help)", id="no loss"),
        pytest.param(["--stop-at", "nan"], "--stop-at must be a number, got nan", id="a loss that is none"),
        pytest.param(["--point", "1"], "--point 1: write a JSON object of labels and values, such as '{\"uniform\": 0.5}'", id="no point"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_line_and_starts_nothing(
    cli: Cli, template: Template, here: Path, options: list[str], message: str
) -> None:
    template(X)
    assert cli("run", "model.py", *options) == (2, "", f"error: {message}\n")
    assert [path.name for path in here.iterdir()] == ["model.py"]


def test_a_loss_that_is_good_enough_ends_the_search(cli: Cli, template: Template, here: Path) -> None:
    template(X)
    ran = cli("run", "model.py", "--max-evals", "50", "--stop-at", "0.25", "--algo", "random")
    assert ran.status == 0
    losses = [trial["loss"] for trial in study_data(here / "model.study")["trials"]]
    assert [loss <= 0.25 for loss in losses] == [False] * (len(losses) - 1) + [True]
    assert f"\nnote: stopped: loss {losses[-1]:g} has reached --stop-at 0.25\n" in ran.err
    again = cli("run", "model.py", "--max-evals", "50", "--stop-at", "0.25", "--algo", "random")
    assert again.err == (
        f"note: nothing to run: loss {losses[-1]:g} has reached --stop-at 0.25; "
        f"--stop-at below {losses[-1]:g}, or none, resumes it\n\n"
    )
    assert again.out == ran.out
    assert len(params(here / "model.study")) == len(losses), "it was good enough before"


def test_values_out_of_range_are_said(cli: Cli, template: Template) -> None:
    template("def model():\n    x = {{uniform(-5, 5)}}\n    n = {{uniformint(1, 9)}}\n    return x + n\n")
    ran = cli("run", "model.py", "--max-evals", "1", "--set", "x=100", "--point", '{"n": 0}')
    assert ran.err.startswith(
        RANDOM_START
        + "note: x=100 lies outside uniform(-5, 5)\n"
        + "note: n=0 lies outside uniformint(1, 9)\n"
        + "loading model.py ...\n"
    )


def test_many_trials_of_the_same_values_are_said(cli: Cli, template: Template) -> None:
    template(X)
    command = ("run", "model.py", "--max-evals", "3", "--set", "uniform=0.5")
    ran = cli(*command)
    note = "every parameter is set, and a trial answers all others with its values; --rerun-equal runs 3"
    assert f"loading model.py ...\nnote: {note}\n" in ran.err
    ran = cli(*command, "--fresh", "--rerun-equal")
    assert "loading model.py ...\nnote: every parameter is set: 3 trials have the same values\n" in ran.err


def test_a_search_that_finds_nothing_better_ends(cli: Cli, template: Template, here: Path) -> None:
    template(X)
    command = (
        "run",
        "model.py",
        "--max-evals",
        "50",
        "--patience",
        "3",
        "--set",
        "uniform=0.5",
        "--rerun-equal",
    )
    ran = cli(*command)
    assert ran.status == 0
    assert "\nnote: stopped: the last 3 trials found no better loss\n" in ran.err
    assert len(params(here / "model.study")) == 4
    again = cli(*command)
    assert again.err == (
        "note: nothing to run: the last 3 trials found no better loss; a larger --patience, or none, resumes it\n\n"
    )


def test_when_the_time_is_up_no_trial_is_started(cli: Cli, template: Template, here: Path) -> None:
    template("import time\n\ndef model():\n    time.sleep(0.2)\n    return {{uniform(0, 1)}}\n")
    ran = cli("run", "model.py", "--max-evals", "1000", "--timeout", "0.5s")
    assert ran.status == 0
    assert "\nnote: stopped: the timeout of 0.5s was reached\n" in ran.err
    assert {trial["state"] for trial in study_data(here / "model.study")["trials"]} == {"COMPLETE"}
    assert len(params(here / "model.study")) < 10


def test_failures_in_a_row_end_the_search(cli: Cli, template: Template, here: Path) -> None:
    template("def model():\n    return {{uniform(0, 1)}} / 0\n")
    ran = cli("run", "model.py", "--max-evals", "9", "--max-failures", "2")
    assert ran.status == 3
    assert ran.err.endswith(
        "stopped: 2 trials in a row failed; the first traceback is above\n"
        "\n"
        "no trial succeeded; 2 trials failed\n"
        "written to model.study: study.db, program.py\n"
    )
    assert cli("run", "model.py", "--max-evals", "9", "--max-failures", "2").status == 3
    assert len(params(here / "model.study")) == 4, "that others had failed before does not count"


def test_a_trial_that_takes_too_long_has_failed(cli: Cli, template: Template, here: Path) -> None:
    template(
        "import time\n\ndef model():\n    x = {{choice([0, 600])}}\n    time.sleep(x)\n    return float(x)\n"
    )
    ran = cli(
        "run", "model.py", "--max-evals", "3", "--trial-timeout", "1.5s",
        "--point", '{"x": 0}', "--point", '{"x": 600}', "--point", '{"x": 0}',
    )  # fmt: skip
    assert ran.status == 0
    assert [(trial["state"], trial["error"]) for trial in study_data(here / "model.study")["trials"]] == [
        ("COMPLETE", None),
        ("FAILED", "ran longer than 1.5s"),
        ("COMPLETE", None),
    ]


def test_points_are_tried_first(cli: Cli, template: Template, here: Path) -> None:
    template(SIZES)
    points = ("--point", '{"size": 32, "rate": 0.5}', "--point", "{}")
    assert cli("run", "model.py", "--max-evals", "3", "--algo", "random", *points).status == 0
    assert params(here / "model.study")[:2] == [{"size": 32, "rate": 0.5}, {"size": 8, "rate": 0.25}]


def test_a_value_of_a_point_that_only_the_worker_refuses(cli: Cli, template: Template, here: Path) -> None:
    template("SIZES = [8, 16]\ndef model():\n    return {{choice(SIZES)}}\n")
    ran = cli("run", "model.py", "--point", '{"choice": 9}')
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.endswith("error: --point choice: no option 9; the options are 8, 16 (or #0 to #1)\n")
    assert not (here / "model.study").exists()


def test_a_grid_has_each_point_once(cli: Cli, template: Template, here: Path) -> None:
    template(SIZES)
    ran = cli("run", "model.py", "--max-evals", "20", "--algo", "grid")
    assert ran.status == 0
    assert ran.err.startswith(
        f"{MACHINE}loading model.py ...\n"
        "note: grid: 9 points in all, 9 to run\n"
        "searching 2 parameters in model.py for the lowest loss: 9 trials, grid, seed 1337\n"
    )
    assert params(here / "model.study") == [
        {"size": size, "rate": rate} for size in (8, 16, 32) for rate in (0.0, 0.25, 0.5)
    ]


def test_a_grid_goes_on(cli: Cli, template: Template, here: Path) -> None:
    template(SIZES)
    for evals in ("4", "6"):
        cli("run", "model.py", "--max-evals", evals, "--algo", "grid", "--point", '{"size": 32}')
    assert params(here / "model.study") == [
        {"size": 32, "rate": 0.25},
        {"size": 8, "rate": 0.0},
        {"size": 8, "rate": 0.25},
        {"size": 8, "rate": 0.5},
        {"size": 16, "rate": 0.0},
        {"size": 16, "rate": 0.25},
    ]


def test_a_grid_does_not_run_a_point_again_that_was_given(cli: Cli, template: Template, here: Path) -> None:
    template(SIZES)
    cli("run", "model.py", "--max-evals", "2", "--algo", "random", "--point", '{"size": 32}')
    ran = cli("run", "model.py", "--max-evals", "30", "--algo", "grid", "--point", '{"size": 16}')
    assert "\nnote: grid: 9 points in all, 7 to run\n" in ran.err
    found = params(here / "model.study")
    assert len(found) == 9
    assert all(point not in found[:place] for place, point in enumerate(found))
    assert found[2] == {"size": 16, "rate": 0.25}


@pytest.mark.long
@pytest.mark.parametrize(
    ("first", "then", "note"),
    [
        pytest.param(
            ["--algo", "random", "--max-evals", "6", "--rerun-equal"],
            [],
            "grid: 9 points in all, 5 to run",
            id="random ones",
        ),
        pytest.param(
            ["--algo", "grid", "--max-evals", "4", "--point", '{"size": 32, "rate": 0.5}'],
            [],
            "grid: 9 points in all, 5 to run",
            id="a point of the grid that is not given again",
        ),
        pytest.param(
            ["--algo", "grid", "--max-evals", "4", "--point", '{"rate": 0.3}'],
            [],
            "grid: 9 points in all, 6 to run; 1 trial is off the grid",
            id="a point off the grid",
        ),
        pytest.param(
            ["--algo", "grid", "--max-evals", "9", "--set", "size=16"],
            ["--set", "size="],
            "grid: 9 points in all, 6 to run",
            id="one value set before",
        ),
        pytest.param(
            ["--algo", "grid", "--max-evals", "9", "--set", "rate=0.3"],
            ["--set", "rate="],
            "grid: 9 points in all, 9 to run; 3 trials are off the grid",
            id="a value off the grid set before",
        ),
    ],
)
def test_a_grid_runs_what_has_not_run(
    cli: Cli, template: Template, here: Path, first: list[str], then: list[str], note: str
) -> None:
    template(SIZES)
    assert cli("run", "model.py", *first).status == 0
    ran = cli("run", "model.py", "--max-evals", "30", "--algo", "grid", *then)
    assert f"\nnote: {note}\nsearching " in ran.err
    found = params(here / "model.study")
    grid = [{"size": size, "rate": rate} for size in (8, 16, 32) for rate in (0.0, 0.25, 0.5)]
    assert all(point in found for point in grid)
    again = cli("run", "model.py", "--max-evals", "30")
    assert again.err == (
        "note: the study has run all points of the grid (9); --point or another --algo resumes it, --fresh starts "
        "a new study\n\n"
    )
    assert params(here / "model.study") == found


@pytest.mark.long
def test_new_points_of_a_study_that_goes_on_come_next(cli: Cli, template: Template, here: Path) -> None:
    template(SIZES)
    command = ("run", "model.py", "--algo", "random")
    points = [text for size in (8, 16, 32) for text in ("--point", f'{{"size": {size}, "rate": 0.5}}')]
    cli(*command, "--study", "whole", "--max-evals", "6", *points)
    ran = cli(*command, "--max-evals", "1", *points)
    assert "\nnote: --max-evals has room for 1 of 3 points\n" in ran.err
    ran = cli(*command, "--max-evals", "2", *points[:4])
    assert (
        "\nnote: 1 point has been tried already, 2 points are tried next, --max-evals has room for 1\n"
    ) in ran.err
    cli(*command, "--max-evals", "4", *points)
    ran = cli(*command, "--max-evals", "6", *points)
    assert "\nnote: 3 points have been tried already\n" in ran.err
    assert params(here / "model.study") == params(here / "whole")
    assert params(here / "whole")[:3] == [{"size": size, "rate": 0.5} for size in (8, 16, 32)]


def test_a_grid_of_a_space_without_end_begins_no_study(cli: Cli, template: Template, here: Path) -> None:
    template(X + "    {{normal(0, 1)}}\n")
    template("def model():\n    x = {{uniform(0, 1)}}\n    n = {{normal(0, 1)}}\n    return x + n\n")
    assert cli("run", "model.py", "--max-evals", "3", "--algo", "grid") == (
        2,
        "",
        f"{MACHINE}loading model.py ...\n"
        "error: a grid needs finitely many values, but x and n have infinitely many: write choice([...]) or "
        "quniform(low, high, q), or use another algorithm\n",
    )
    assert [path.name for path in here.iterdir()] == ["model.py"]


def test_atpe_says_what_it_needs(
    cli: Cli, template: Template, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    template(X)
    assert cli("run", "model.py", "--max-evals", "3", "--algo", "atpe") == (
        2,
        "",
        'error: atpe needs lightgbm and scikit-learn: pip install "hypertemplate[atpe]"\n',
    )
    assert [path.name for path in here.iterdir()] == ["model.py"]


def test_two_workers_run_trials_at_once(cli: Cli, template: Template, here: Path) -> None:
    os.mkfifo(here / "pipe")
    template(
        """\
        import os
        from hypertemplate import trial

        def model():
            # One opens it to write and the other one to read; neither goes on without the other.
            os.close(os.open("pipe", os.O_WRONLY if trial.number % 2 else os.O_RDONLY))
            return {{uniform(0, 1)}}
        """
    )
    ran = cli("run", "model.py", "--max-evals", "4", "--workers", "2")
    assert ran.status == 0
    found = study_data(here / "model.study")["trials"]
    assert [(trial["number"], trial["state"]) for trial in found] == [(n, "COMPLETE") for n in range(4)]
    assert {trial["worker"] for trial in found} == {0, 1}


def test_as_many_workers_as_there_is_room_for(cli: Cli, template: Template, here: Path) -> None:
    template(X)
    assert cli("run", "model.py", "--max-evals", "12", "--workers", "auto").status == 0
    found = study_data(here / "model.study")["trials"]
    assert [(trial["number"], trial["state"]) for trial in found] == [(n, "COMPLETE") for n in range(12)]


def test_auto_is_one_worker_where_every_trial_writes_a_file(cli: Cli, template: Template, here: Path) -> None:
    path = here.parent / f"{here.name}.txt"
    template(f"def model():\n    open({str(path)!r}, 'w').close()\n    return {{{{uniform(0, 1)}}}}\n")
    ran = cli("run", "model.py", "--max-evals", "4", "--workers", "auto")
    assert ran.status == 0
    assert f"{RANDOM_START}note: 1 worker: every trial writes {path}\nloading model.py ...\n" in ran.err
    assert {trial["worker"] for trial in study_data(here / "model.study")["trials"]} == {0}


def test_a_worker_whose_memory_grows_is_replaced(cli: Cli, template: Template, here: Path) -> None:
    template(
        "import os, sys\nsys.kept = []  # Python's own module, to which nothing is put back\n\ndef model():\n"
        "    x = {{uniform(0, 1)}}\n    vars(sys)['kept'].append(b'x' * 30_000_000)\n"
        "    print(os.getpid())\n    return x\n"
    )
    ran = cli("run", "model.py", "--max-evals", "4", "--worker-memory-growth", "20M")
    assert ran.status == 0
    assert re.search(
        r"\nnote: worker 0 is replaced: its memory has grown by \d+\.\d MiB since its first trial\n", ran.err
    )
    logs = [here / "model.study" / "trials" / f"000{number}" / "output.log" for number in range(4)]
    assert len({log.read_text() for log in logs}) == 2


KEEPS_A_FILE = "file = open('/dev/full', 'w')  # hypertemplate: setup\n" + X


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        pytest.param(KEEPS_A_FILE, ["--verbose"], True, id="what keeps a file open"),
        pytest.param(KEEPS_A_FILE, [], False, id="what keeps a file open, and nobody asks"),
        pytest.param(KEEPS_A_FILE, ["--verbose", "--no-fork"], False, id="what is not to be forked at all"),
        pytest.param(X, ["--verbose"], False, id="what can be forked"),
    ],
)
def test_why_workers_are_started_afresh_is_said_of(
    cli: Cli, template: Template, text: str, options: list[str], said: bool
) -> None:
    template(text)
    ran = cli("run", "model.py", "--max-evals", "2", "--workers", "2", *options)
    assert ran.status == 0
    note = "note: workers are started afresh: the template keeps a file open: /dev/full"
    assert (note in ran.err.splitlines()) == said
    assert ("afresh" in ran.err) == said


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
@pytest.mark.parametrize(
    ("options", "loads"),
    [pytest.param([], 1, id="forked"), pytest.param(["--no-fork"], 2, id="started afresh")],
)
def test_how_often_two_workers_load_the_template(
    cli: Cli, template: Template, here: Path, options: list[str], loads: int
) -> None:
    # No trial ends before every worker has loaded, or one could run both.
    template(
        f"""
        import time
        from pathlib import Path

        loads = Path({str(here / "loads")!r})
        with loads.open('a') as file:
            file.write('loaded ')

        def model():
            while len(loads.read_text().split()) < {loads}:
                time.sleep(0.01)
            return {{{{uniform(0, 1)}}}}
        """
    )
    more = ("--workers", "2", "--trial-timeout", "60s")
    assert cli("run", "model.py", "--max-evals", "2", *more, *options).status == 0
    assert len((here / "loads").read_text().split()) == loads
