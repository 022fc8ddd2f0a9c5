"""Studies that an earlier version wrote open, resume and load, whatever has been renamed since.

The folders in ``tests/cases/studies`` were written by version 0.1.0 as of commit 00f2d86, with Python 3.11 and each
template in a folder of its own below ``/home/user``::

    hypertemplate run shapes.py --max-evals 25
    hypertemplate run lambdas.py --max-evals 6 --keep-models 2
    hypertemplate run layers.py --max-evals 2
    WAITS=25 hypertemplate run steps.py --max-evals 40 --point '{"x": 1.5, "rounds": 2}' --point '{"y": 0.25}'
        --set kind=far --seed 7                                             ended by Ctrl-C in trial 25
    WAITS=2 hypertemplate run table.py --algo grid --max-evals 10           killed in trial 2, its log not merged

They are never written again: what is wrong here is wrong on users' disks.
"""

from __future__ import annotations

import importlib
import json
import os
import pickletools
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hypertemplate
from tests.studies import study_data

STUDIES = Path(__file__).parent.parent / "cases" / "studies"

STEPS = (
    *("run", "steps.py", "--max-evals", "40", "--point", '{"x": 1.5, "rounds": 2}', "--point", '{"y": 0.25}'),
    *("--set", "kind=far", "--seed", "7"),
)

written_by_python_3_11 = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="it holds the bytecode of Python 3.11"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a copy of every template and its study."""
    copy = tmp_path / "user"
    shutil.copytree(STUDIES, copy)
    for program in copy.rglob("program.py"):
        text = program.read_text(encoding="utf-8")
        program.write_text(text.replace("/home/user", str(copy)), encoding="utf-8")
    monkeypatch.delenv("WAITS", raising=False)
    return copy


def ran(folder: Path, *arguments: str) -> str:
    """What the command line prints in a folder, or a program."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def searched(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """The trials of a study after a command of ours in the folder that holds it."""
    ran(folder, "-m", "hypertemplate", *arguments)
    return [result(trial) for trial in study_data(folder / f"{folder.name}.study")["trials"]]


def result(trial: dict[str, Any]) -> dict[str, Any]:
    """A trial without its times and its worker."""
    return {name: trial[name] for name in ("number", "state", "params", "loss", "metrics", "error")}


@pytest.mark.parametrize(
    ("name", "count", "failed", "best", "params", "metrics"),
    [
        pytest.param(
            "shapes",
            25,
            [6, 15],
            12,
            {
                "depth": 2,
                "widths[0]": 1.0,
                "widths[1]": 0.5,
                "widths[2]": 2.0,
                "kind": "wave",
                "kind.2": "wave",
                "shift": 0.21615718118245755,
                "scale": 1.0149839865992598,
                "pull": 0,
            },
            {"held_out": 0.43073941617299605, "spacing": 0.1},
            id="finished",
        ),
        pytest.param(
            "steps",
            25,
            [],
            17,
            {"x": 0.7643223793966927, "y": -0.4094810833787441, "rounds": 1, "kind": "far"},
            {},
            id="ended by Ctrl-C",
        ),
        pytest.param("table", 2, [], 1, {"size": 1, "base": "odd"}, {}, id="killed"),
        pytest.param(
            "layers",
            2,
            [],
            1,
            {"Dense": 2, "activation": "tanh", "SGD": 0.22903910939796782},
            {"val_loss": 2.1665701866149902},
            id="of a Keras template",
        ),
    ],
)
def test_an_old_study_opens(
    here: Path,
    name: str,
    count: int,
    failed: list[int],
    best: int,
    params: dict[str, Any],
    metrics: dict[str, float],
) -> None:
    folder = here / name
    study = hypertemplate.load_study(folder / f"{name}.study")
    assert len(study.trials) == count
    assert [trial.number for trial in study.trials if trial.state.value == "FAILED"] == failed
    assert (study.best_trial.number, study.best_params, study.best_trial.metrics) == (best, params, metrics)
    shown = ran(folder, "-m", "hypertemplate", "show", f"{name}.study")
    assert f"trial {best}, loss {study.best_loss:.6g}, minimised\n" in shown


@pytest.mark.long
def test_a_finished_search_goes_on_to_more_trials(here: Path) -> None:
    before = [result(trial) for trial in study_data(here / "shapes" / "shapes.study")["trials"]]
    after = searched(here / "shapes", "run", "shapes.py", "--max-evals", "28")
    assert len(after) == 28
    assert after[:25] == before


@pytest.mark.long
def test_a_failed_trial_of_an_old_study_runs_again(here: Path) -> None:
    after = searched(here / "shapes", "retry", "shapes.study", "6")
    assert (after[6]["state"], after[6]["error"]) == (
        "FAILED",
        "ValueError: the shift is too large (shapes.py:26)",
    )


@pytest.mark.long
def test_a_search_that_was_broken_off_ends_as_one_that_was_not(here: Path) -> None:
    resumed = searched(here / "steps", *STEPS)
    (here / "steps" / "steps.study").rename(here / "steps" / "resumed")
    assert len(resumed) == 40
    assert resumed == searched(here / "steps", *STEPS)


@pytest.mark.long
def test_a_grid_whose_search_was_killed_is_searched_to_its_end(here: Path) -> None:
    trials = searched(here / "table", "run", "table.py", "--algo", "grid", "--max-evals", "10")
    assert [trial["state"] for trial in trials] == ["COMPLETE"] * 6
    assert sorted(trial["loss"] for trial in trials) == [1, 2, 3, 7, 8, 9]
    shutil.rmtree(here / "table" / "table.study")
    assert trials == searched(here / "table", "run", "table.py", "--algo", "grid", "--max-evals", "10")


@written_by_python_3_11
def test_a_pickled_model_draws_what_its_trial_drew(here: Path) -> None:
    line = hypertemplate.load_study(here / "lambdas" / "lambdas.study").best_model(trust=True)
    assert (line.number, line.predict(2.0)) == (3, 4.153117275822303)


@pytest.mark.long
@written_by_python_3_11
def test_the_models_of_an_old_study_compete_with_new_ones(here: Path) -> None:
    searched(here / "lambdas", "run", "lambdas.py", "--max-evals", "30", "--keep-models", "2")
    study = hypertemplate.load_study(here / "lambdas" / "lambdas.study")
    line = study.best_model(trust=True)
    assert abs(line.predict(2.0) - 5) == study.best_loss
    assert line.number == study.best_trial.number


@pytest.mark.keras
def test_a_model_that_keras_saved_and_a_program_with_keras(here: Path) -> None:
    program = (
        "import runpy, hypertemplate, numpy as np\n"
        "runpy.run_path('layers.study/program.py', run_name='__main__')\n"
        "network = hypertemplate.load_study('layers.study').best_model()\n"
        "x = np.linspace(0, 1, 32, dtype='float32').reshape(-1, 1)\n"
        "print(network.evaluate(x, 3 * x, verbose=0))\n"
    )
    *_, printed, loss = ran(here / "layers", "-c", program).splitlines()
    assert "{'loss': " in printed
    assert float(loss) == pytest.approx(0.8047301173210144, rel=1e-4)


def named_modules(pickled: bytes) -> Iterator[str]:
    """The modules that a pickle imports, and the strings in it that name one of ours."""
    for _, argument, _ in pickletools.genops(pickled):
        if isinstance(argument, str) and argument.startswith("hypertemplate."):
            yield argument


@pytest.mark.parametrize("path", sorted(STUDIES.rglob("*.pickle")), ids=lambda path: path.name)
def test_what_a_pickled_model_imports_of_ours_is_there(path: Path) -> None:
    names = set(named_modules(path.read_bytes()))
    assert names == {"hypertemplate.runtime.draws"}
    for name in names:
        assert importlib.import_module(name).__name__ == name


@pytest.mark.parametrize(
    ("name", "last"),
    [
        pytest.param(
            "shapes",
            {"loss": 0.10818738504165806, "held_out": 1.70847384584567, "spacing": 0.1},
            id="two functions, indices, bounds with names, and a local variable of data()",
        ),
        pytest.param("steps", 1.5, id="a function without data"),
        pytest.param("table", 9, id="options with names"),
    ],
)
def test_an_old_program_runs(here: Path, name: str, last: object) -> None:
    printed = ran(here, f"{name}/{name}.study/program.py")
    assert json.loads(printed.splitlines()[-1].replace("'", '"')) == last


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("from hypertemplate import trial", id="the trial that runs"),
        pytest.param("from hypertemplate.distributions import choice, uniform", id="the distributions"),
        pytest.param("from hypertemplate.utils import eval_hyperopt_space", id="what Hyperas had in utils"),
        pytest.param(
            "from hypertemplate.optim import best_ensemble, best_models, minimize",
            id="what Hyperas had in optim",
        ),
        pytest.param("from hypertemplate.ensemble import VotingModel", id="what Hyperas had in ensemble"),
        pytest.param("from hypertemplate.errors import NoTrialError, UsageError", id="the exceptions"),
        pytest.param("from hypertemplate.search.study import Study, Trial, TrialState", id="pickled trials"),
        pytest.param("from hypertemplate.compiler.space import Dimension, Option", id="pickled spaces"),
        pytest.param("from hypertemplate.cli import main", id="the command's script"),
    ],
)
def test_what_users_import_and_pickle_keeps_its_name(statement: str) -> None:
    exec(statement, {})
