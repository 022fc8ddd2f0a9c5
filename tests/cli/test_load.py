"""Templates that cannot be loaded, and what only the loaded template knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template
from tests.cli.test_run import TWO
from tests.studies import study_data


def test_a_template_that_cannot_be_loaded_is_exit_status_1(cli: Cli, template: Template, here: Path) -> None:
    template(
        """\
        def data():
            print("opening")
            x = open("nosuch.csv").read()
            return x

        def model(x):
            return {{uniform(0, 1)}}
        """
    )
    for command in ("run", "try"):
        ran = cli(command, "model.py")
        assert (ran.status, ran.out if command == "run" else "") == (1, "")
        message = "FileNotFoundError: [Errno 2] No such file or directory: 'nosuch.csv'"
        assert f"error: the template could not be loaded: {message} (model.py:3)\n" in ran.err
        assert '  File "model.py", line 3, in data\n' in ran.err
    assert [path.name for path in here.iterdir()] == ["model.py"], "an old study would still be in its place"


def test_what_the_template_printed_before_it_failed_to_load_is_shown(cli: Cli, template: Template) -> None:
    template(
        "print('opening')  # hypertemplate: setup\nraise OSError('no')  # hypertemplate: setup\ndef model():\n    return {{uniform(0, 1)}}\n"
    )
    assert "last output:\n| opening\nTraceback" in cli("run", "model.py").err


LOADED = """\
SIZES = [8, 16, 32]
LOW = 1

def model():
    size = {{choice(SIZES)}}
    width = {{quniform(LOW, 9, LOW)}}
    return size * width
"""


@pytest.mark.parametrize(
    ("settings", "values"),
    [
        pytest.param(["size=#2", "width=3"], {"size": 32, "width": 3}, id="by number"),
        pytest.param(["size=16", "width=3"], {"size": 16, "width": 3}, id="by value"),
    ],
)
def test_what_only_the_worker_knows_can_be_set(
    cli: Cli, template: Template, here: Path, settings: list[str], values: dict[str, object]
) -> None:
    template(LOADED)
    given = [word for setting in settings for word in ("--set", setting)]
    assert cli("run", "model.py", "--max-evals", "1", *given).status == 0
    assert study_data(here / "model.study")["best"]["params"] == values


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        pytest.param(
            "size=9", "--set size: no option 9; the options are 8, 16, 32 (or #0 to #2)", id="no option"
        ),
        pytest.param(
            "width=1.5", "--set width: quniform draws a whole number, got 1.5", id="no whole number"
        ),
    ],
)
def test_a_setting_that_the_worker_refuses_is_exit_status_2(
    cli: Cli, template: Template, here: Path, setting: str, message: str
) -> None:
    template(LOADED)
    for command in ("run", "try"):
        ran = cli(command, "model.py", "--set", setting)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.endswith(f"loading model.py ...\nerror: {message}\n")
    assert [path.name for path in here.iterdir()] == ["model.py"]


def test_a_refused_setting_starts_no_worker(cli: Cli, template: Template, here: Path) -> None:
    template("open('loaded', 'w').close()\n" + TWO)
    ran = cli("run", "model.py", "--set", "act=selu")
    assert ran == (
        2,
        "",
        "error: --set act: no option selu; the options are 'relu', 'elu' (or #0 to #1)\n",
    )
    assert [path.name for path in here.iterdir()] == ["model.py"]
