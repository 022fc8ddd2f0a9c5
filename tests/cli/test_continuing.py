"""A study that is there goes on: with the same command, for longer, after a signal, or not at all."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template, heard, interrupted, started
from tests.studies import study_data

QUADRATIC = """\
def model():
    x = {{uniform(0, 1)}}
    act = {{choice(['relu', 'elu'])}}
    return (x - 0.3) ** 2
"""


def values(folder: Path) -> list[tuple[int, object, object]]:
    """What each trial ran with, and what came of it."""
    return [(trial["number"], trial["params"], trial["loss"]) for trial in study_data(folder)["trials"]]


@pytest.mark.parametrize("algorithm", ["tpe", "random", "anneal"])
def test_20_and_then_20_more_are_the_40_of_one_search(
    cli: Cli, template: Template, here: Path, algorithm: str
) -> None:
    template(QUADRATIC)
    options = ("--algo", algorithm, "--seed", "7")
    assert cli("run", "model.py", "--max-evals", "40", "--study", "whole", *options).status == 0
    for evals in ("20", "40"):
        assert cli("run", "model.py", "--max-evals", evals, "--study", "parts", *options).status == 0
    assert values(here / "parts") == values(here / "whole")


def test_what_going_on_prints(cli: Cli, template: Template) -> None:
    template(QUADRATIC)
    settings = ("--set", "x=0.5", "--set", "act=elu")
    cli("run", "model.py", "--max-evals", "1", *settings)
    assert cli("run", "model.py", "--max-evals", "2", *settings) == (
        0,
        "best of 2 trials: trial 0, loss 0.04\n"
        "  x    0.5    (set)\n"
        "  act  'elu'  (set)\n"
        "written to model.study: study.db, program.py\n",
        "note: going on after 1 trial in model.study\n"
        "loading model.py ...\n"
        "searching 0 of 2 parameters in model.py: 2 trials, tpe, seed 1337\n"
        "trial        loss        best     time  values\n"
        "    1    0.040000    0.040000  TIME  x=0.5 act='elu'\n"
        "\n",
    )


def test_a_study_that_has_all_its_trials_starts_no_worker(cli: Cli, template: Template, here: Path) -> None:
    template("open('loaded', 'a').write('x')\n" + QUADRATIC)
    settings = ("--set", "x=0.5", "--set", "act=elu")
    cli("run", "model.py", "--max-evals", "2", *settings)
    for options in (("--max-evals", "2"), ("--max-evals", "1"), ()):
        assert cli("run", "model.py", *options, *settings) == (
            0,
            "best of 2 trials: trial 0, loss 0.04\n"
            "  x    0.5    (set)\n"
            "  act  'elu'  (set)\n"
            "written to model.study: study.db, program.py\n",
            "note: the study has 2 trials already; --max-evals N goes on, --fresh begins anew\n\n",
        )
    assert (here / "loaded").read_text() == "x"


def test_what_is_not_asked_for_is_as_it_was(cli: Cli, template: Template, here: Path) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "2", "--algo", "random", "--seed", "3", "--stop-at", "9")
    assert cli("run", "model.py").status == 0
    study = study_data(here / "model.study")["study"]
    assert (study["max_evals"], study["algorithm"], study["seed"]) == (2, "random", 3)
    assert len(values(here / "model.study")) == 2


def test_the_files_own_number_counts_before_that_of_the_study(
    cli: Cli, template: Template, here: Path
) -> None:
    for evals in (1, 3):
        template(
            "from hyperas import optim\n"
            f"{QUADRATIC}\ndef data():\n    pass\n\nbest = optim.minimize(model, data, max_evals={evals})\n"
        )
        assert cli("run", "model.py").status == 0
        assert len(values(here / "model.study")) == evals


def test_fresh_begins_anew_and_keeps_the_old_study(cli: Cli, template: Template, here: Path) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "2", "--seed", "1")
    ran = cli("run", "model.py", "--max-evals", "1", "--seed", "2", "--fresh")
    assert ran.status == 0
    assert ran.err.endswith("\nnote: what was in model.study is now in model.study.1\n")
    assert [len(values(here / name)) for name in ("model.study", "model.study.1")] == [1, 2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--seed", "2"], "seed is 1337, not 2", id="another seed"),
        pytest.param(["--maximize"], "direction is to be minimised, not to be maximised", id="the direction"),
        pytest.param(
            ["--objective", "accuracy:min"],
            "objective is what the model returns, not accuracy",
            id="another objective",
        ),
    ],
)
def test_other_settings_are_another_search(
    cli: Cli, template: Template, here: Path, options: list[str], message: str
) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    before = (here / "model.study" / "study.db").read_bytes()
    assert cli("run", "model.py", "--max-evals", "2", *options) == (
        2,
        "",
        f"error: model.study: this study's {message}; go on with that, or begin anew with --fresh\n",
    )
    assert (here / "model.study" / "study.db").read_bytes() == before


def test_a_template_with_another_space_is_refused_with_what_changed(
    cli: Cli, template: Template, here: Path
) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    template(QUADRATIC.replace("uniform(0, 1)", "uniform(0, 2)").replace("act =", "kind ="))
    for options in ((), ("--continue-changed",)):
        assert cli("run", "model.py", "--max-evals", "2", *options) == (
            2,
            "",
            "error: model.study: model.py has changed since this study was begun\n"
            "  - x: uniform(low=0, high=1)\n"
            "  + x: uniform(low=0, high=2)\n"
            "  - act: choice(['relu', 'elu'])\n"
            "  + kind: choice(['relu', 'elu'])\n"
            "  --fresh begins anew (what is there is kept aside); it cannot go on, since its trials are of "
            "another search space\n",
        )
    assert len(values(here / "model.study")) == 1


TWO_LAYERS = """\
def dense(units):
    return units

def model():
    first = dense({{choice([8, 16])}})
    second = 10 * dense({{choice([8, 16])}})
    return first + second
"""


def test_labels_whose_statements_changed_places_are_shown(cli: Cli, template: Template) -> None:
    template(TWO_LAYERS)
    cli("run", "model.py", "--max-evals", "1")
    lines = TWO_LAYERS.splitlines(keepends=True)
    lines[4], lines[5] = lines[5], lines[4]
    template("".join(lines))
    assert cli("run", "model.py", "--max-evals", "2", "--continue-changed") == (
        2,
        "",
        "error: model.study: model.py has changed since this study was begun\n"
        "  dense is now dense_1: choice([8, 16])\n"
        "  dense_1 is now dense: choice([8, 16])\n"
        "  --fresh begins anew (what is there is kept aside); it cannot go on, since its trials are of "
        "another search space\n",
    )


def test_other_code_may_change_if_one_says_so(cli: Cli, template: Template, here: Path) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    template(QUADRATIC.replace("0.3) ** 2", "0.3) ** 4"))
    assert cli("run", "model.py", "--max-evals", "2") == (
        2,
        "",
        "error: model.study: model.py has changed since this study was begun\n"
        "  the search space is the same; other code is not\n"
        "  --fresh begins anew (what is there is kept aside); --continue-changed goes on with the trials so "
        "far, which ran the old code\n",
    )
    assert cli("run", "model.py", "--max-evals", "2", "--continue-changed").status == 0
    assert len(values(here / "model.study")) == 2
    assert cli("run", "model.py", "--max-evals", "3").status == 0, "it is the study's template now"


def test_a_comment_changes_nothing(cli: Cli, template: Template, here: Path) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    template(f"# Anything.\n\n{QUADRATIC}")
    assert cli("run", "model.py", "--max-evals", "2").status == 0
    assert len(values(here / "model.study")) == 2


def test_what_the_template_loads_may_not_change_the_space(cli: Cli, template: Template, here: Path) -> None:
    template("SIZES = open('sizes').read().split()\ndef model():\n    return len({{choice(SIZES)}})\n")
    (here / "sizes").write_text("a bb")
    cli("run", "model.py", "--max-evals", "1")
    (here / "sizes").write_text("a ccc bb")
    assert cli("run", "model.py", "--max-evals", "2") == (
        2,
        "",
        "note: going on after 1 trial in model.study\n"
        "loading model.py ...\n"
        "error: model.study: the search space, as model.py loads it, has changed since this study was begun\n"
        "  - choice: choice(['a', 'bb'])\n"
        "  + choice: choice(['a', 'ccc', 'bb'])\n"
        "  --fresh begins anew (what is there is kept aside)\n",
    )
    assert values(here / "model.study")[0][1] in ({"choice": "a"}, {"choice": "bb"})


WAITS_ONCE = """\
import os, time

def wait():
    if os.path.exists("waits"):
        os.remove("waits")
        descriptor = os.open("pipe", os.O_WRONLY)
        os.write(descriptor, b"here")
        os.close(descriptor)
        time.sleep(600)

"""


@pytest.mark.parametrize(
    ("number", "status", "last"),
    [
        pytest.param(signal.SIGINT, 130, "interrupted", id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, "terminated", id="a machine that is taken away"),
    ],
)
def test_a_signal_and_then_the_same_command_give_the_trials_of_one_search(
    template: Template, here: Path, pipe: int, number: int, status: int, last: str
) -> None:
    template(WAITS_ONCE + QUADRATIC.replace("    return", "    wait()\n    return"))
    command = ("run", "model.py", "--max-evals", "25")
    with started(*command, "--study", "whole") as process:
        assert process.wait(60) == 0
    with started("run", "model.py", "--max-evals", "21", "--study", "parts") as process:
        assert process.wait(60) == 0
    (here / "waits").touch()
    with started(*command, "--study", "parts", "--fresh", "--max-evals", "25") as process:
        heard(pipe)
        interrupted(process, number)
    assert process.returncode == status
    (here / "waits").touch()
    with started(*command, "--study", "parts") as process:
        heard(pipe)
        _, err = interrupted(process, number)
    assert process.returncode == status
    assert err.endswith(
        "no trial has ended\n"
        "written to parts: study.db, program.py\n"
        f"to go on: hypertemplate run model.py --max-evals 25 --study parts\n{last}\n"
    )
    with started(*command, "--study", "parts") as process:
        assert process.wait(60) == 0
    assert values(here / "parts") == values(here / "whole")


def test_a_second_search_in_one_folder_is_refused(
    cli: Cli, template: Template, here: Path, pipe: int
) -> None:
    template(WAITS_ONCE + QUADRATIC.replace("    return", "    wait()\n    return"))
    (here / "waits").touch()
    with started("run", "model.py") as process:
        heard(pipe)
        for options in ((), ("--fresh",)):
            refused = cli("run", "model.py", *options)
            assert (refused.status, refused.out) == (2, "")
            assert refused.err == (
                f"error: model.study: a search is running there already (process {process.pid}); wait until it "
                "ends, or name another folder with --study\n"
            )
        shown = cli("show", "model.study")
        assert (shown.status, shown.err) == (0, "")
        assert "    0     running        -  x=" in shown.out
        interrupted(process)


def test_a_search_that_was_killed_at_two_deaths_of_one_trial_gives_it_up(
    cli: Cli, template: Template, here: Path, pipe: int
) -> None:
    template(WAITS_ONCE + QUADRATIC.replace("    return", "    wait()\n    return"))
    for _ in range(2):
        (here / "waits").touch()
        with started("run", "model.py", "--max-evals", "2") as process:
            heard(pipe)
            process.kill()
            process.communicate()
    ran = cli("run", "model.py", "--max-evals", "2")
    assert ran.status == 0
    assert "       the search was killed 2 times while this trial ran\n" in ran.err
    assert [trial["state"] for trial in study_data(here / "model.study")["trials"]] == ["FAILED", "COMPLETE"]


def test_ctrl_c_twice_ends_at_once(template: Template, here: Path, pipe: int) -> None:
    template(
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        + WAITS_ONCE
        + QUADRATIC.replace("    return", "    wait()\n    return")
    )
    (here / "waits").touch()
    with started("run", "model.py", "--max-evals", "2") as process:
        heard(pipe)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert [trial["state"] for trial in study_data(here / "model.study")["trials"]] == ["RUNNING"]
