"""run, end to end on templates of plain Python: outputs as a whole, exit statuses."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import MACHINE, RANDOM_START, Cli, Template
from tests.studies import study_data

TWO = """\
def data():
    x = 10
    return x

def model(x):
    rate = {{uniform(0, 1)}}
    act = {{choice(['relu', 'elu'])}}
    return {'loss': x * rate, 'accuracy': 1 - rate, 'name': act}
"""
SET = ("--set", "rate=0.25", "--set", "act=elu")


def test_a_run_from_its_first_line_to_its_last(cli: Cli, template: Template, here: Path) -> None:
    template(TWO)
    assert cli("run", "model.py", "--max-evals", "2", "--rerun-equal", *SET) == (
        0,
        "best of 2 trials: trial 0, loss 2.5, minimised\n"
        "  rate      0.25   (set)\n"
        "  act       'elu'  (set)\n"
        "metrics of trial 0\n"
        "  accuracy  0.75\n"
        "written to model.study: study.db, program.py\n",
        RANDOM_START + "loading model.py ...\n"
        "note: every parameter is set: 2 trials have the same values\n"
        "searching 0 of 2 parameters in model.py for the lowest loss: 2 trials, tpe, seed 1337\n"
        "trial        loss  best so far     time    accuracy    rate  act\n"
        "    0     2.5000       2.5000  TIME     0.75     0.25    'elu'\n"
        "    1     2.5000       2.5000  TIME     0.75     0.25    'elu'\n"
        "\n",
    )
    data = study_data(here / "model.study")
    assert data["study"] == {
        "name": "model",
        "template": "model.py",
        "arguments": [],
        "digest": data["study"]["digest"],
        "seed": 1337,
        "algorithm": "tpe",
        "max_evals": 2,
        "objective": "loss",
        "direction": "minimize",
        "set": ["rate", "act"],
        "versions": {},
    }
    assert data["best"] == data["trials"][0]
    assert [trial["params"] for trial in data["trials"]] == [{"rate": 0.25, "act": "elu"}] * 2
    assert data["trials"][1]["metrics"] == {"accuracy": 0.75}


def test_the_program_in_the_study_runs_one_trial(cli: Cli, template: Template, here: Path) -> None:
    template(TWO)
    assert cli("run", "model.py", "--max-evals", "1").status == 0
    result = subprocess.run(
        [sys.executable, "model.study/program.py"], capture_output=True, text=True, check=True
    )
    assert result.stdout == "{'loss': 5.0, 'accuracy': 0.5, 'name': 'relu'}\n"


@pytest.mark.long
@pytest.mark.parametrize("algorithm", ["tpe", "random", "anneal"])
def test_the_same_seed_gives_the_same_search(
    cli: Cli, template: Template, here: Path, algorithm: str
) -> None:
    template(TWO)
    points = []
    for folder, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        arguments = ("--max-evals", "23", "--algo", algorithm, "--seed", seed, "--study", folder)
        assert cli("run", "model.py", *arguments).status == 0
        points.append([(trial["params"], trial["loss"]) for trial in study_data(here / folder)["trials"]])
    assert points[0] == points[1]
    assert points[0] != points[2]
    assert len({point["rate"] for point, _ in points[0]}) == 23


def test_maximize_looks_for_the_highest_number_and_shows_it_as_returned(
    cli: Cli, template: Template, here: Path
) -> None:
    template("def model():\n    return {{choice([1, 3, 2])}}\n")
    ran = cli("run", "model.py", "--maximize", "--max-evals", "15", "--algo", "random", "--rerun-equal")
    assert re.match(r"best of 15 trials: trial \d+, score 3, maximised\n  choice  3\n", ran.out)
    assert "\ntrial       score  best so far     time  choice\n" in ran.err
    assert ran.err.splitlines()[-2].startswith("   14 ")
    assert "      3.0000  TIME" in ran.err.splitlines()[-2]
    data = study_data(here / "model.study")
    assert data["study"]["direction"] == "maximize"
    assert data["best"]["loss"] == -3.0


@pytest.mark.long
def test_the_files_own_call_counts(cli: Cli, template: Template, here: Path) -> None:
    template(
        """\
        from hyperopt import rand
        from hyperas import optim
        from hyperas.distributions import uniform

        def load():
            x = 1
            return x

        def create(x):
            return {{uniform(0, 1)}}

        best = optim.minimize(create, load, algo=rand.suggest, max_evals=3)
        """
    )
    ran = cli("run", "model.py", "--set", "uniform=0.5", "--rerun-equal")
    assert ran.status == 0
    assert ran.err.startswith(
        f"{MACHINE}note: max_evals=3, algo=random, as in the file's own minimize() call\n"
    )
    assert ": 3 trials, random, seed 1337" in ran.err
    assert len(study_data(here / "model.study")["trials"]) == 3


def test_a_folder_that_is_there_already_is_moved_aside(cli: Cli, template: Template, here: Path) -> None:
    template(TWO)
    (here / "model.study").mkdir()
    (here / "model.study" / "mine.txt").write_text("keep me")
    for number in (1, 2):
        ran = cli("run", "model.py", "--max-evals", "1", "--fresh", *SET)
        assert ran.out.endswith("written to model.study: study.db, program.py\n")
        assert f"\nnote: what was in model.study is now in model.study.{number}\ntrial " in ran.err
    assert (here / "model.study.1" / "mine.txt").read_text() == "keep me"
    assert len(study_data(here / "model.study.2")["trials"]) == 1


def test_a_study_has_a_folder_of_its_own_wherever_it_is(cli: Cli, template: Template, here: Path) -> None:
    (here / "sub").mkdir()
    template(TWO, "sub/net.py")
    assert cli("run", "sub/net.py", "--max-evals", "1", *SET).status == 0
    assert cli("run", "sub/net.py", "--max-evals", "1", "--study", "deep/er", *SET).status == 0
    assert sorted(path.name for path in here.iterdir()) == ["deep", "net.study", "sub"]
    assert study_data(here / "deep" / "er")["study"]["name"] == "net"


def test_notes_and_inner_distributions(cli: Cli, template: Template, here: Path) -> None:
    template("def model():\n    x = {{choice([0, uniform(1, 2)])}}\n    return x\n")
    ran = cli("run", "model.py", "--max-evals", "1", "--set", "x=#1", "--set", "x.1=1.5")
    assert ran.out.splitlines()[1] == "  x  1.5  (set)"
    assert study_data(here / "model.study")["best"]["params"] == {"x": 1.5, "x.1": 1.5}


def test_what_the_user_should_know_is_said_once(cli: Cli, template: Template) -> None:
    template(
        """\
        def data():
            x = iter([1.0])
            return x

        def model(x):
            return next(x) * {{uniform(0, 1)}}
        """
    )
    note = "note: data() returns a list_iterator, so it runs anew for each trial\n"
    ran = cli("run", "model.py", "--max-evals", "2", "--set", "uniform=0.5")
    assert (ran.status, ran.err.count(note)) == (0, 1)
    assert cli("try", "model.py").err.count(note) == 1


KERAS = """\
import numpy as np
import keras

def data():
    x = np.arange(20.0).reshape(10, 2)
    return x

def model(x):
    network = keras.Sequential([keras.layers.Dense({{choice([1, 2])}}), keras.layers.Dense(1)])
    network.compile({{choice(['sgd', keras.optimizers.Adam(0.1)])}}, 'mse')
    return network.fit(x, x[:, :1], epochs=2, validation_split=0.2, verbose=0)
"""


@pytest.mark.keras
def test_a_search_over_keras_code(cli: Cli, template: Template, here: Path) -> None:
    template(KERAS)
    ran = cli("run", "model.py", "--max-evals", "2", "--set", "Dense=2", "--set", "compile=#1")
    assert ran.status == 0
    lines = ran.err.splitlines()
    assert re.fullmatch(r"1 worker on CPU \(CORES\), Keras 3\.\d+ on tensorflow", lines[0])
    assert "searching 0 of 2 parameters in model.py for the lowest loss: 2 trials, tpe, seed 1337" in lines
    best = study_data(here / "model.study")["best"]
    assert best["params"] == {"Dense": 2, "compile": "keras.optimizers.Adam(0.1)"}
    assert set(best["metrics"]) >= {"loss", "val_loss"}


def test_quiet_shows_improvements_and_the_result(cli: Cli, template: Template) -> None:
    template(TWO)
    ran = cli("run", "model.py", "--max-evals", "3", "--quiet", "--rerun-equal", *SET)
    assert ran.out.startswith("best of 3 trials: trial 0, loss 2.5, minimised\n")
    assert ran.err == (
        "trial        loss  best so far     time    accuracy    rate  act\n"
        "    0     2.5000       2.5000  TIME     0.75     0.25    'elu'\n"
        "\n"
    )
