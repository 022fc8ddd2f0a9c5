"""retry: a failed trial runs again with its values."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import MACHINE, Cli, Template, heard, interrupted, started
from tests.studies import study_data

pytestmark = pytest.mark.long

FAILS_ONCE = """\
import os

def model():
    x = {{uniform(0, 1)}}
    if os.path.exists("fails"):
        raise ValueError("not yet")
    return x
"""


def states(folder: Path) -> list[str]:
    return [trial["state"] for trial in study_data(folder)["trials"]]


@pytest.fixture
def failed(cli: Cli, template: Template, here: Path) -> dict[str, object]:
    """The values of the last of three trials, the only one that failed; the study was to have 10."""
    template(FAILS_ONCE)
    cli("run", "model.py", "--max-evals", "2", "--seed", "5")
    (here / "fails").touch()
    cli("run", "model.py", "--max-evals", "10", "--seed", "5", "--max-failures", "1", "--stop-at", "-1")
    (here / "fails").unlink()
    assert states(here / "model.study") == ["COMPLETE", "COMPLETE", "FAILED"]
    values: dict[str, object] = study_data(here / "model.study")["trials"][2]["params"]
    return values


def test_a_retry_that_is_refused_changes_nothing(cli: Cli, here: Path, failed: dict[str, object]) -> None:
    before = study_data(here / "model.study")
    ran = cli("retry", "model.study", "2", "--per-gpu", "2", "--gpus-per-trial", "2")
    assert (ran.status, ran.out, ran.err) == (
        2,
        "",
        "error: --per-gpu has trials share a GPU, --gpus-per-trial has a trial use several: give one of them\n",
    )
    assert study_data(here / "model.study") == before


def test_a_failed_trial_runs_again_and_no_other_one(cli: Cli, here: Path, failed: dict[str, object]) -> None:
    ran = cli("retry", "model.study", "2")
    assert (ran.status, ran.err.splitlines()[:3]) == (
        0,
        [
            MACHINE.rstrip(),
            "loading model.py ...",
            "running trial 2 of model.py again",
        ],
    )
    assert "\ntrial 2 succeeded\n" in ran.err
    data = study_data(here / "model.study")
    assert [trial["state"] for trial in data["trials"]] == ["COMPLETE"] * 3
    assert data["trials"][2]["params"] == failed
    assert data["trials"][2]["loss"] == failed["x"]
    assert data["study"]["max_evals"] == 10


def test_all_failed_trials_run_again(cli: Cli, template: Template, here: Path) -> None:
    template(FAILS_ONCE)
    (here / "fails").touch()
    cli("run", "model.py", "--max-evals", "3", "--seed", "5")
    assert states(here / "model.study") == ["FAILED"] * 3
    (here / "fails").unlink()
    assert cli("retry", "model.study", "--failed").status == 0
    assert states(here / "model.study") == ["COMPLETE"] * 3
    assert cli("retry", "model.study", "--failed") == (2, "", "error: model.study: no trial has failed\n")


@pytest.mark.parametrize("arguments", [(), ("1", "--failed")])
def test_either_one_trial_or_all_that_failed(cli: Cli, arguments: tuple[str, ...]) -> None:
    assert cli("retry", "model.study", *arguments) == (2, "", "error: name one trial, or give --failed\n")


def test_limits_of_the_last_run_do_not_keep_it_from_running(
    cli: Cli, here: Path, failed: dict[str, object]
) -> None:
    cli("run", "model.py", "--max-evals", "3", "--seed", "5", "--stop-at", "9")
    assert cli("retry", "model.study", "2").status == 0
    assert states(here / "model.study") == ["COMPLETE"] * 3


def test_a_template_that_was_mended(
    cli: Cli, template: Template, here: Path, failed: dict[str, object]
) -> None:
    template(FAILS_ONCE.replace("return x", "return x + 1"))
    refused = cli("retry", "model.study", "2")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err == (
        "error: model.py changed, and none of 3 trials would count any more\n"
        "  line 7 changed: all 3 trials are left out\n"
        "  --keep-trials keeps those whose values are still possible\n"
    )
    assert states(here / "model.study")[2] == "FAILED"
    assert cli("retry", "model.study", "2", "--continue-changed").status == 0
    assert states(here / "model.study") == ["COMPLETE"] * 3


def test_one_that_fails_again(cli: Cli, here: Path, failed: dict[str, object]) -> None:
    (here / "fails").touch()
    ran = cli("retry", "model.study", "2")
    assert ran.status == 0, "others succeeded"
    assert "\ntrial 2 failed again\n" in ran.err
    assert states(here / "model.study") == ["COMPLETE", "COMPLETE", "FAILED"]


def test_a_retry_that_was_broken_off_goes_on(
    cli: Cli, template: Template, here: Path, failed: dict[str, object], pipe: int
) -> None:
    (here / "fails").touch()
    waiting = FAILS_ONCE.replace(
        'raise ValueError("not yet")',
        'descriptor = os.open("pipe", os.O_WRONLY)\n        os.write(descriptor, b"here")\n'
        "        import time\n        time.sleep(600)",
    )
    template(waiting)
    with started("retry", "model.study", "2", "--continue-changed") as process:
        heard(pipe)
        _, err = interrupted(process, signal.SIGINT)
    assert process.returncode == 130
    assert "\ninterrupted\n\n" in err
    assert err.endswith("\nresume with: hypertemplate retry model.study 2 --continue-changed\n")
    assert states(here / "model.study") == ["COMPLETE", "COMPLETE", "RUNNING"]
    (here / "fails").unlink()
    assert cli("retry", "model.study", "2").status == 0
    assert states(here / "model.study") == ["COMPLETE"] * 3


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param((), id="nothing has moved"),
        pytest.param(("model.study", "model.py"), id="both have moved, and another file is where it was"),
        pytest.param(("model.study",), id="the study alone has moved"),
    ],
)
def test_the_template_is_found_from_another_folder(
    cli: Cli, here: Path, failed: dict[str, object], moved: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "elsewhere").mkdir()
    for name in moved:
        (here / name).rename(here / "elsewhere" / name)
    if "model.py" in moved:
        (here / "model.py").write_text("an old copy")
    folder = here / "elsewhere" if moved else here
    (here / "working").mkdir()
    monkeypatch.chdir(here / "working")
    ran = cli("retry", f"{folder}/model.study", "2")
    place = here / "elsewhere" / "model.py" if "model.py" in moved else here / "model.py"
    assert (ran.status, ran.err.splitlines()[1]) == (0, f"loading {place} ...")
    assert states(folder / "model.study") == ["COMPLETE"] * 3


def test_a_template_below_the_working_folder_is_named_from_there(
    cli: Cli, here: Path, failed: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here.parent)
    ran = cli("retry", f"{here.name}/model.study", "2")
    assert (ran.status, ran.err.splitlines()[1]) == (0, f"loading {here.name}/model.py ...")


def test_a_template_that_is_gone(cli: Cli, here: Path, failed: dict[str, object]) -> None:
    (here / "model.py").unlink()
    assert cli("retry", "model.study", "2") == (
        2,
        "",
        f"error: model.study: the template of this study no longer exists: {here}/model.py; put it back "
        "there, or in the place that it had beside the study, or name its new place once: hypertemplate run FILE "
        "--study model.study; hypertemplate show model.study works without it\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ["model.study", "0"],
            "model.study: trial 0 is complete; only failed trials can be retried",
            id="one that succeeded",
        ),
        pytest.param(["model.study", "7"], "model.study: there is no trial 7", id="no such trial"),
        pytest.param(["other.study", "0"], "other.study: no such study", id="no such study"),
        pytest.param(
            ["model.py", "0"],
            "model.py is a file, and a study is a folder; perhaps model.study",
            id="the template",
        ),
        pytest.param(
            ["model.study", "x"],
            "NUMBER must be a whole number of at least 0, got x (see hypertemplate retry --help)",
            id="no number",
        ),
    ],
)
def test_what_cannot_run_again(
    cli: Cli, failed: dict[str, object], arguments: list[str], message: str
) -> None:
    assert cli("retry", *arguments) == (2, "", f"error: {message}\n")


def test_a_study_that_was_not_begun_by_run(cli: Cli, here: Path, failed: dict[str, object]) -> None:
    with closing(sqlite3.connect(here / "model.study" / "study.db")) as connection:
        connection.execute("UPDATE study SET options = '{}'")
        connection.commit()
    assert cli("retry", "model.study", "2") == (
        2,
        "",
        "error: model.study: this study does not record how it was run\n",
    )


def test_a_study_of_another_machine_runs_on_what_this_one_has(
    cli: Cli, here: Path, failed: dict[str, object]
) -> None:
    with closing(sqlite3.connect(here / "model.study" / "study.db")) as connection:
        (text,) = connection.execute("SELECT options FROM study").fetchone()
        options = {**json.loads(text), "accelerator": "gpu", "workers": "4", "per_gpu": 2}
        connection.execute("UPDATE study SET options = ?", (json.dumps(options),))
        connection.commit()
    refused = cli("retry", "model.study", "2", "--accelerator", "tpu")
    assert (refused.status, refused.err.startswith("error: --accelerator tpu")) == (2, True)
    ran = cli("retry", "model.study", "2")
    assert (ran.status, ran.err.splitlines()[0]) == (0, MACHINE.rstrip())


def test_all_runs_of_a_failed_trial_run_again(cli: Cli, template: Template, here: Path) -> None:
    template(
        "import os\nimport random\n\ndef model():\n    x = {{uniform(0, 1)}}\n    draw = random.random()\n"
        "    if os.path.exists('fails') and draw < 0.5:\n        raise ValueError('not yet')\n    return x + draw\n"
    )
    (here / "fails").touch()
    cli("run", "model.py", "--max-evals", "4", "--repeats", "3", "--max-failures", "9")
    failed = [trial["number"] for trial in study_data(here / "model.study")["trials"] if trial["error"]]
    assert failed
    (here / "fails").unlink()
    assert cli("retry", "model.study", "--failed").status == 0
    trials = study_data(here / "model.study")["trials"]
    assert [(len(trial["losses"]), trial["repeats"], trial["error"]) for trial in trials] == [
        (3, 3, None)
    ] * 4
