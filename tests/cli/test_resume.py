"""A study that is there goes on: with the same command, for longer, after a signal, or not at all."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from hypertemplate.compiler.entry.own_functions.own_parameters import OwnParameters
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Trial
from tests.cli.conftest import MACHINE, Cli, Template, heard, interrupted, started
from tests.studies import study_data

pytestmark = pytest.mark.long

QUADRATIC = """\
def model():
    x = {{uniform(0, 1)}}
    act = {{choice(['relu', 'elu'])}}
    return (x - 0.3) ** 2
"""

OTHER_DATA = (
    "error: model.study: {} has changed since trial {}, so losses could not be compared\n"
    "  --keep-trials resumes it and keeps the trials so far; --fresh starts a new study\n"
)


def values(folder: Path) -> list[tuple[int, object, object]]:
    """What each trial ran with, and what came of it."""
    return [(trial["number"], trial["params"], trial["loss"]) for trial in study_data(folder)["trials"]]


def test_a_study_under_labels_of_functions_resumes_with_all_trials(
    cli: Cli, template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Labels were once those of the functions, where they are now those of their parameters."""
    text = "def net(units, rate):\n    return units * rate\n\ndef model():\n    return net({{uniform(0, 1)}}, {{uniform(0, 1)}})\n"
    template(text)
    with monkeypatch.context() as earlier:
        earlier.setattr(OwnParameters, "name", lambda *_: None)
        assert cli("run", "model.py", "--max-evals", "2").status == 0
    before = values(Path("model.study"))
    assert [set(one["params"]) for one in study_data(Path("model.study"))["trials"]] == [{"net", "net_1"}] * 2
    assert cli("run", "model.py", "--max-evals", "3").status == 0
    assert (values(Path("model.study"))[:2], "net_1" in cli("show", "model.study").out) == (before, True)
    template(text.replace("return net({{uniform(0, 1)}}", "return net({{uniform(0, 2)}}"))
    assert cli("run", "model.py", "--max-evals", "4").status == 0
    after = values(Path("model.study"))
    assert [set(one["params"]) for one in study_data(Path("model.study"))["trials"]] == [
        {"units", "rate"}
    ] * 4
    assert [trial[2] for trial in after[:2]] == [trial[2] for trial in before]
    assert cli("apply", "model.study").status == 0


@pytest.mark.long
@pytest.mark.parametrize("algorithm", ["tpe", "bayes", "random", "anneal"])
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
    settings = ("--set", "x=0.5", "--set", "act=elu", "--rerun-equal")
    cli("run", "model.py", "--max-evals", "1", *settings)
    assert cli("run", "model.py", "--max-evals", "2", *settings) == (
        0,
        "best of 2 trials: trial 0, loss 0.04, minimised\n"
        "  x    0.5    (set)\n"
        "  act  'elu'  (set)\n"
        "written to model.study: study.db, program.py\n",
        f"{MACHINE}note: resuming model.study after 1 trial\n"
        "loading model.py ...\n"
        "searching 0 of 2 parameters in model.py for the lowest loss: 2 trials, tpe, seed 1337\n"
        "trial        loss  best so far     time       x  act\n"
        "    1    0.040000     0.040000  TIME  0.5     'elu'\n"
        "\n",
    )


def test_a_value_that_was_drawn_before_another_was_set_is_not_set(cli: Cli, template: Template) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1", "--point", '{"x": 0.3}', "--set", "act=elu")
    ran = cli("run", "model.py", "--max-evals", "2", "--set", "x=0.9", "--set", "act=")
    for out in (ran.out, cli("show", "model.study").out):
        assert "best of 2 trials: trial 0, loss 0, minimised\n  x    0.3\n  act  'elu'  (set)\n" in out


def test_a_study_that_has_all_its_trials_starts_no_worker(cli: Cli, template: Template, here: Path) -> None:
    template("open('loaded', 'a').write('x')  # hypertemplate: setup\n" + QUADRATIC)
    settings = ("--set", "x=0.5", "--set", "act=elu", "--rerun-equal")
    cli("run", "model.py", "--max-evals", "2", *settings)
    for options in (("--max-evals", "2"), ("--max-evals", "1"), ()):
        assert cli("run", "model.py", *options, *settings) == (
            0,
            "best of 2 trials: trial 0, loss 0.04, minimised\n"
            "  x    0.5    (set)\n"
            "  act  'elu'  (set)\n"
            "written to model.study: study.db, program.py\n",
            "note: the study has 2 trials already; --max-evals 3 or a larger number resumes it, --fresh starts a new study\n\n",
        )
    assert (here / "loaded").read_text() == "x"


def test_a_value_that_comes_too_late_is_told_so(cli: Cli, template: Template) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    late = cli("run", "model.py", "--max-evals", "1", "--set", "x=0.5")
    assert late.err.startswith(
        "note: the study has 1 trial already; --max-evals 2 or a larger number resumes it, --fresh starts a new "
        "study; --set had no effect\n"
    )


def test_what_is_not_asked_for_is_as_it_was(cli: Cli, template: Template, here: Path) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "2", "--algo", "random", "--seed", "3", "--stop-at", "9")
    assert cli("run", "model.py").status == 0
    study = study_data(here / "model.study")["study"]
    assert (study["max_evals"], study["algorithm"], study["seed"]) == (2, "random", 3)
    assert len(values(here / "model.study")) == 2


def options(folder: Path) -> dict[str, object]:
    """What the study knows of how it was run."""
    return dict(read_study(folder).options)


def test_what_makes_the_search_is_as_it_was(cli: Cli, template: Template, here: Path) -> None:
    template(
        "def model():\n    pass\n\n"
        "def other():\n    x = {{uniform(0, 1)}}\n    y = {{uniform(0, 1)}}\n    return {'loss': 1, 'f1': x + y}\n"
    )
    given = (
        "--model",
        "other",
        "--objective",
        "f1:max",
        "--keep-models",
        "3",
        "--set",
        "x=0.5",
        "--set",
        "y=1",
    )
    limits = ("--timeout", "1h", "--patience", "9", "--max-failures", "2")
    assert cli("run", "model.py", "--max-evals", "1", *given, *limits).status == 0
    ran = cli("run", "model.py", "--max-evals", "3", "--set", "y=")
    assert ran.err.startswith(
        f"{MACHINE}note: resuming model.study after 1 trial\n"
        "note: options kept from the last run: --objective f1:max, --keep-models 3, --model other, --set x=0.5; --set x= would "
        "search it again\n"
        "loading model.py ...\n"
        "searching 1 of 2 parameters in model.py for the highest f1: 3 trials, tpe, seed 1337\n"
    )
    kept = options(here / "model.study")
    assert [kept[name] for name in ("timeout", "patience", "max_failures")] == [None, None, None]
    assert (kept["settings"], kept["keep_models"]) == (["x=0.5"], 3)
    assert values(here / "model.study")[0][1] == {"x": 0.5, "y": 1.0}
    assert cli("run", "model.py", "--max-evals", "4", "--set", "x=", "--keep-models", "1").status == 0
    assert options(here / "model.study")["settings"] == []


def test_tpe_starts_as_it_did(cli: Cli, template: Template, here: Path) -> None:
    template(QUADRATIC)
    start = "--startup", "2"
    cli("run", "model.py", "--max-evals", "4", "--study", "whole", *start)
    assert cli("run", "model.py", "--max-evals", "3", *start).status == 0
    assert "options kept from the last run: --startup 2\n" in cli("run", "model.py", "--max-evals", "4").err
    assert values(here / "model.study") == values(here / "whole")
    assert cli("run", "model.py", "--max-evals", "5", "--algo", "bayes").status == 0
    refused = cli("run", "model.py", "--max-evals", "6", "--algo", "bayes", *start)
    assert refused.status == 2
    assert "--startup is for --algo tpe, and this search has bayes" in refused.err


def test_more_is_better_as_it_was(cli: Cli, template: Template, here: Path) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1", "--maximize")
    ran = cli("run", "model.py", "--max-evals", "2")
    assert (ran.status, ran.err.splitlines()[2]) == (0, "note: options kept from the last run: --maximize")
    assert study_data(here / "model.study")["study"]["direction"] == "maximize"


def test_points_that_were_not_tried_wait(cli: Cli, template: Template, here: Path) -> None:
    template(QUADRATIC)
    points = [text for x in (0.25, 0.5, 0.75) for text in ("--point", f'{{"x": {x}}}')]
    cli("run", "model.py", "--max-evals", "1", *points)
    ran = cli("run", "model.py", "--max-evals", "3")
    assert "\nnote: 2 points are tried next\n" in ran.err
    assert [trial["params"]["x"] for trial in study_data(here / "model.study")["trials"]] == [0.25, 0.5, 0.75]
    ran = cli("run", "model.py", "--max-evals", "4", "--set", "x=0.5")
    assert "--point" not in ran.err, "those that were tried and contradict what is set now are no trouble"
    assert ran.status == 0


def test_a_point_that_was_tried_is_not_tried_again_with_other_defaults(
    cli: Cli, template: Template, here: Path
) -> None:
    text = "def model():\n    x = {{uniform(0, 1)}}\n    act = {{choice([1, 2], default=%s)}}\n    return x * act\n"
    point = ("--point", '{"x": 0.25}', "--no-default-trial")
    template(text % 1)
    cli("run", "model.py", "--max-evals", "1", *point)
    template(text % 2)
    ran = cli("run", "model.py", "--max-evals", "2", *point, "--point", '{"x": 0.5}')
    assert "\nnote: 1 point has been tried already, 1 point is tried next\n" in ran.err
    template(
        (text % 1)
        .replace("[1, 2]", "[2, 1]")
        .replace("x = {{uniform(0, 1)}}", "x = {{uniform(0, 2, name='y')}}")
    )
    ran = cli("run", "model.py", "--max-evals", "3", "--no-default-trial", "--point", '{"y": 0.75}')
    assert (ran.status, "\nnote: 1 point is tried next\n" in ran.err) == (0, True)
    assert [(params["y"], params["act"]) for _, params, _ in values(here / "model.study")] == [  # type: ignore[index]
        (0.25, 1),
        (0.5, 2),
        (0.75, 1),
    ]
    assert cli("run", "model.py", "--max-evals", "3").err.count("point") == 0


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
    assert "\nnote: what was in model.study is now in model.study.1\ntrial " in ran.err
    assert [len(values(here / name)) for name in ("model.study", "model.study.1")] == [1, 2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--seed", "2"], "this study's seed is 1337, not 2; keep it, or", id="another seed"),
        pytest.param(
            ["--maximize"],
            "this study minimises what the model returns; to maximise it,",
            id="the direction",
        ),
        pytest.param(
            ["--objective", "accuracy:min"],
            "this study's objective is what the model returns, not accuracy; keep it, or",
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
    refused = cli("run", "model.py", "--max-evals", "2", *options)
    assert (refused.status, refused.out) == (2, "")
    ways = "start a new study: --study DIR, or --fresh, which moves this one aside"
    assert refused.err.startswith(f"error: model.study: {message} {ways}")
    assert (here / "model.study" / "study.db").read_bytes() == before


def test_a_template_with_another_space_is_refused_with_what_changed_if_one_asks_for_it(
    cli: Cli, template: Template, here: Path
) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    template(QUADRATIC.replace("uniform(0, 1)", "uniform(0, 2)").replace("act =", "kind ="))
    assert cli("run", "model.py", "--max-evals", "2", "--strict") == (
        2,
        "",
        "error: model.study: model.py has changed since this study was started\n"
        "  - x: uniform(low=0, high=1)\n"
        "  + x: uniform(low=0, high=2)\n"
        "  - act: choice(['relu', 'elu'])\n"
        "  + kind: choice(['relu', 'elu'])\n"
        "  --strict resumes it with unchanged code only; without it, trials that no change reaches count; --fresh "
        "moves the study aside and starts a new one\n",
    )
    assert len(values(here / "model.study")) == 1


def test_a_study_of_another_template_says_whose_it_is(cli: Cli, template: Template) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    template(QUADRATIC.replace("act", "kind"), "other.py")
    ran = cli("run", "other.py", "--max-evals", "2", "--study", "model.study")
    assert (ran.status, ran.err.splitlines()[0]) == (
        2,
        "error: model.study belongs to model.py, not to other.py",
    )


def test_a_study_of_another_file_with_the_same_code_goes_on(cli: Cli, template: Template) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    template(QUADRATIC, "other.py")
    ran = cli("run", "other.py", "--max-evals", "2", "--study", "model.study")
    assert (ran.status, ran.err.splitlines()[2]) == (
        0,
        "note: this study was started with model.py",
    )


def test_a_file_and_a_notebook_of_one_name_share_a_folder_and_are_told(
    cli: Cli, template: Template, here: Path
) -> None:
    template(QUADRATIC, "nb.py")
    cli("run", "nb.py", "--max-evals", "1", "--set", "act=elu")
    cell = {"cell_type": "code", "metadata": {}, "source": "loss = {{uniform(0, 2)}}", "outputs": []}
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [{**cell, "id": "a", "execution_count": 1}],
    }
    (here / "nb.ipynb").write_text(json.dumps(notebook))
    ran = cli("run", "nb.ipynb", "--objective", "loss")
    assert (ran.status, ran.err) == (
        2,
        "error: nb.study belongs to nb.py, not to nb.ipynb\n"
        "  - x: uniform(low=0, high=1)\n"
        "  - act: choice(['relu', 'elu'])\n"
        "  + loss: uniform(low=0, high=2)\n"
        "  --study DIR names another folder, where --from nb.study begins with the trials that count; --fresh "
        "moves the study aside and starts a new one\n",
    )


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
    assert cli("run", "model.py", "--max-evals", "2", "--strict") == (
        2,
        "",
        "error: model.study: model.py has changed since this study was started\n"
        "  units is now units_1: choice([8, 16])\n"
        "  units_1 is now units: choice([8, 16])\n"
        "  --strict resumes it with unchanged code only; without it, trials that no change reaches count; --fresh "
        "moves the study aside and starts a new one\n",
    )


def test_other_code_may_change_if_one_says_so(cli: Cli, template: Template, here: Path) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    template(QUADRATIC.replace("0.3) ** 2", "0.3) ** 4"))
    assert cli("run", "model.py", "--max-evals", "2") == (
        2,
        "",
        "error: model.py changed, and the one trial would not count any more\n"
        "  line 4 changed: the one trial is left out\n"
        "  --keep-trials keeps those whose values are still possible; --fresh moves the study aside and starts a "
        "new one\n",
    )
    assert len(values(here / "model.study")) == 1
    again = cli("run", "model.py", "--max-evals", "2", "--keep-trials")
    assert again.status == 0
    assert (
        "\nmodel.py changed since trial 0:\n  line 4 changed: trials that reach it count all the same\n"
    ) in again.err
    assert len(values(here / "model.study")) == 2
    assert cli("run", "model.py", "--max-evals", "3").status == 0, "it is the study's template now"


def test_a_marker_in_another_spelling_is_of_the_same_space(cli: Cli, template: Template, here: Path) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    template(
        QUADRATIC.replace("uniform(0, 1)", "uniform(high=1, low=0.0)").replace("choice([", "choice(options=[")
    )
    refused = cli("run", "model.py", "--max-evals", "2", "--strict")
    assert "\n  the search space is unchanged, but other code has changed\n" in refused.err
    again = cli("run", "model.py", "--max-evals", "2")
    assert "\nmodel.py changed since trial 0: 1 trial counts\n" in again.err
    assert len(values(here / "model.study")) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"# Anything.\n\n{QUADRATIC}", id="a comment"),
        pytest.param(
            QUADRATIC.replace(
                "{{choice(['relu', 'elu'])}}", '{{\n        choice([\n  "relu",\n "elu",\n])}}'
            ),
            id="a formatter",
        ),
    ],
)
def test_what_says_the_same_changes_nothing(cli: Cli, template: Template, here: Path, text: str) -> None:
    template(QUADRATIC)
    cli("run", "model.py", "--max-evals", "1")
    template(text)
    assert cli("run", "model.py", "--max-evals", "2").status == 0
    assert len(values(here / "model.study")) == 2


def test_what_the_template_loads_may_not_change_the_space(cli: Cli, template: Template, here: Path) -> None:
    """The file that has changed is named first: it is the cause. Whoever keeps the trials hears of the space."""
    template("SIZES = open('sizes').read().split()\ndef model():\n    return len({{choice(SIZES)}})\n")
    (here / "sizes").write_text("a bb")
    cli("run", "model.py", "--max-evals", "1")
    (here / "sizes").write_text("a ccc bb")
    assert cli("run", "model.py", "--max-evals", "2") == (2, "", OTHER_DATA.format("sizes", 0))
    assert cli("run", "model.py", "--max-evals", "2", "--keep-trials") == (
        2,
        "",
        f"{MACHINE}note: resuming model.study after 1 trial\n"
        "note: the trials so far read other contents of sizes\n"
        "loading model.py ...\n"
        "error: model.study: the search space, as model.py loads it, has changed since this study was started\n"
        "  - choice: choice(['a', 'bb'])\n"
        "  + choice: choice(['a', 'ccc', 'bb'])\n"
        "  --fresh moves the study aside and starts a new one\n",
    )
    # Nothing that was refused counts as a resumption with the new file.
    assert cli("run", "model.py", "--max-evals", "2") == (2, "", OTHER_DATA.format("sizes", 0))
    assert values(here / "model.study")[0][1] in ({"choice": "a"}, {"choice": "bb"})
    assert cli("run", "model.py", "--max-evals", "1", "--fresh").status == 0


WAITS_ONCE = """\
import os, time

def wait():
    if os.path.exists("waits"):
        os.system("rm waits")  # another process, as a person does: files that a trial removes stay
        descriptor = os.open("pipe", os.O_WRONLY)
        os.write(descriptor, b"here")
        os.close(descriptor)
        time.sleep(600)

"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("number", "status", "last"),
    [
        pytest.param(signal.SIGINT, 130, "interrupted", id="Ctrl-C"),
        pytest.param(
            signal.SIGTERM, 143, "terminated", id="a machine that is taken away", marks=pytest.mark.slow
        ),
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
        f"{last}\n"
        "\n"
        "no trial finished\n"
        "written to parts: study.db, program.py\n"
        "resume with: hypertemplate run model.py --max-evals 25 --study parts\n"
    )
    with started(*command, "--study", "parts") as process:
        assert process.wait(60) == 0
    assert values(here / "parts") == values(here / "whole")


def test_a_full_disk_ends_as_ctrl_c_does(
    cli: Cli, template: Template, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template(QUADRATIC)
    add = SqliteStorage.add

    def full(storage: SqliteStorage, trial: Trial, model: str | None = None) -> None:
        if trial.number == 2:
            raise UsageError("model.study/study.db: cannot be written: database or disk is full")
        add(storage, trial, model)

    monkeypatch.setattr(SqliteStorage, "add", full)
    ran = cli("run", "model.py", "--max-evals", "5", "--set", "x=0.5", "--set", "act=elu", "--rerun-equal")
    assert (ran.status, ran.out) == (
        2,
        "best of 2 trials: trial 0, loss 0.04, minimised\n"
        "  x    0.5    (set)\n"
        "  act  'elu'  (set)\n"
        "written to model.study: study.db, program.py\n",
    )
    assert ran.err.endswith(
        "\n\nresume with: hypertemplate run model.py --max-evals 5 --set x=0.5 --set act=elu --rerun-equal\n"
        "error: model.study/study.db: cannot be written: database or disk is full\n"
    )
    monkeypatch.undo()
    monkeypatch.chdir(here)
    assert cli("run", "model.py", "--max-evals", "5", "--rerun-equal").status == 0
    assert len(values(here / "model.study")) == 5


def test_what_was_found_is_shown_where_the_study_has_been_moved_away(
    cli: Cli, template: Template, here: Path
) -> None:
    template(
        "import os\nfrom hypertemplate import trial\n\n"
        "def model():\n    x = {{uniform(0, 1)}}\n    if trial.number == 2:\n"
        "        os.system('mv model.study elsewhere')\n    return x\n"
    )
    ran = cli("run", "model.py", "--max-evals", "5", "--set", "x=0.5", "--rerun-equal")
    assert (ran.status, ran.out) == (2, "best of 2 trials: trial 0, loss 0.5, minimised\n  x  0.5  (set)\n")
    assert "written to" not in ran.err
    assert "resume with" not in ran.err
    assert len(values(here / "elsewhere")) == 3


@pytest.mark.long
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
            said = f"error: model.study: a search is running there already (process {process.pid} since "
            assert refused.err.startswith(said)
            assert refused.err.endswith("); wait until it ends, or name another folder with --study\n")
        shown = cli("show", "model.study")
        assert (shown.status, shown.err) == (0, "")
        assert "    0     running        -  " in shown.out
        interrupted(process)


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
def test_a_study_whose_late_bounds_have_changed_with_the_data_does_not_go_on(
    cli: Cli, template: Template, here: Path
) -> None:
    text = """
        from pathlib import Path

        def data():
            x = Path("rows.txt").read_text().split()
            return x

        def model(x):
            n = len(x)
            return {{uniform(0, n)}} + len({{choice(x)}})
    """
    template(text)
    (here / "rows.txt").write_text("a b c")
    assert cli("run", "model.py", "--max-evals", "2").status == 0
    assert cli("run", "model.py", "--max-evals", "3").status == 0
    (here / "rows.txt").write_text("a b c d")
    assert cli("run", "model.py", "--max-evals", "4") == (2, "", OTHER_DATA.format("rows.txt", 2))
    refused = cli("run", "model.py", "--max-evals", "4", "--keep-trials")
    assert refused.status == 2
    assert "the search space, as model.py loads it, has changed since this study was started" in refused.err
    assert "- uniform: uniform(low=0, high=3)\n" in refused.err
    assert "+ uniform: uniform(low=0, high=4)\n" in refused.err
    assert len(study_data(here / "model.study")["trials"]) == 3


def test_bayes_hears_what_other_values_of_a_set_parameter_gave_as_uncertain(
    cli: Cli, template: Template, here: Path
) -> None:
    """All points that are left of a small space run, also those that ran with another value before."""
    template("def model():\n    return {{choice([1, 2, 3], name='a')}} * {{choice([1, 2], name='b')}}\n")
    assert cli("run", "model.py", "--max-evals", "4", "--algo", "bayes", "--set", "b=1").status == 0
    assert cli("run", "model.py", "--max-evals", "9", "--algo", "bayes", "--set", "b=2").status == 0
    assert {(params["a"], params["b"]) for _, params, _ in values(here / "model.study")} == {  # type: ignore[index]
        (a, b) for a in (1, 2, 3) for b in (1, 2)
    }


def test_a_best_trial_with_another_value_than_is_set_is_told(cli: Cli, template: Template) -> None:
    template("def model():\n    return {{uniform(0, 1)}}\n")
    cli("run", "model.py", "--max-evals", "1", "--point", '{"uniform": 0.25}')
    said = "note: trial 0, the best, has uniform 0.25, which is not what --set asks for; the best one with that is "
    for evals, quiet in (("2", []), ("3", ["--quiet"])):
        words = ("run", "model.py", "--max-evals", evals, "--set", "uniform=0.5", "--rerun-equal", *quiet)
        assert f"{said}trial 1, loss 0.5\n" in cli(*words).err
