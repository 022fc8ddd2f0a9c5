"""``--prune`` on the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from textwrap import dedent

import pytest

from tests.cli.conftest import Cli
from tests.paper_keras import KERAS

MODEL = "def model():\n    return {{uniform(0, 1)}}\n"


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(MODEL)
    return "model.py"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(
            ("--prune", "--prune-fit", "0"), "--prune-fit must be last or a whole number of", id="fit 0"
        ),
        pytest.param(("--prune-on", "val_loss"), "--prune-on has no effect without --prune", id="no method"),
        pytest.param(
            ("--count-pruned",), "--count-pruned has no effect without --prune", id="nothing to count"
        ),
        pytest.param(
            ("--prune=none", "--prune-fit", "1"), "--prune-fit has no effect without --prune", id="none"
        ),
        pytest.param(
            ("--prune", "--prune-on", "a:up"), "--prune-on a:up: write NAME, NAME:min or", id="direction"
        ),
        pytest.param(
            ("--prune=all",),
            "'all' is not one of 'asha', 'fast', 'median', 'hyperband', 'none'",
            id="unknown",
        ),
    ],
)
def test_options_that_are_invalid(cli: Cli, template: str, options: tuple[str, ...], message: str) -> None:
    ran = cli("run", template, *options)
    assert (ran.status, message in ran.err) == (2, True), ran.err


@pytest.mark.long
@pytest.mark.parametrize(
    "order", [("--prune", "model.py"), ("model.py", "--prune"), ("--prune", "fast", "model.py")]
)
def test_the_method_may_be_left_out_and_is_kept_with_the_study(
    cli: Cli, template: str, order: tuple[str, ...]
) -> None:
    assert cli("run", *order, "--max-evals", "15").status == 0
    again = cli("run", template, "--max-evals", "16")
    assert again.status == 0
    assert f"options kept from the last run: --prune {'fast' if 'fast' in order else 'asha'}" in again.err
    note = "note: no trial is pruned: no fit was seen, so there is nothing to stop a trial by"
    assert again.err.count(note) == 1


RISING = """
import keras

def model():
    net = keras.Model()
    start = {{uniform(0, 1, name='start')}}
    net.fit([start + epoch for epoch in range(9)])
    if {{choice([False, True], name='breaks')}} and len(net.history['val_loss']) < 9:
        raise ValueError('too short')
    return net.history['val_loss'][-1]
"""
"""Its loss rises by each epoch, so that a trial which was stopped early has the lowest one."""


@pytest.fixture
def rising(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    libraries = tmp_path / "site-packages"
    libraries.mkdir()
    (libraries / "keras.py").write_text(dedent(KERAS))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(libraries), os.environ["PYTHONPATH"])))
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(RISING)
    return "model.py"


@pytest.mark.long
def test_a_stopped_trial_can_be_the_best_only_where_it_counts(cli: Cli, rising: str) -> None:
    search = ("run", rising, "--algo", "random", "--seed", "1", "--prune")
    ran = cli(*search, "--max-evals", "20")
    assert ran.status == 0
    assert ran.err.count("note: trial") == 1, "one note on all trials that raise after their stop"
    assert "was pruned, and failed after that: ValueError: too short (model.py:9)" in ran.err
    one = json.loads(cli("show", "model.study", "--format", "json").out)
    stopped = [trial for trial in one["trials"] if trial["state"] == "PRUNED"]
    assert {trial["state"] for trial in one["trials"]} == {"PRUNED", "COMPLETE"}
    assert one["best"]["state"] == "COMPLETE"
    assert all(trial["loss"] < one["best"]["loss"] for trial in stopped), (
        "each has a value, also one that raised"
    )
    raised = [trial for trial in stopped if trial["params"]["breaks"]]
    assert raised
    assert all(trial["loss"] == trial["params"]["start"] for trial in raised), "the last that was watched"

    counted = cli(*search, "--max-evals", "22", "--count-pruned")
    assert counted.status == 0
    assert "epoch 1 of 1 (lowest), minimised, pruned" in counted.out
    two = json.loads(cli("show", "model.study", "--format", "json").out)
    assert two["best"]["state"] == "PRUNED"
    assert two["best"]["loss"] == min(trial["loss"] for trial in two["trials"])
    again = cli("run", rising, "--max-evals", "23")
    assert "options kept from the last run: --prune asha, --count-pruned" in again.err
    assert f"note: using the values of trial {two['best']['number']} of" in cli("try", rising, "--best").err


@pytest.mark.long
def test_a_pruner_that_stops_no_trial_is_not_announced(cli: Cli, template: str) -> None:
    assert cli("run", template, "--max-evals", "1").status == 0
    small = cli("run", template, "--prune", "--max-evals", "2")
    assert "no trial is pruned: the search has 2 trials, and pruning needs 15 or more" in small.err
    assert "until now" not in small.err


@pytest.mark.long
def test_a_study_may_go_on_with_another_pruner(cli: Cli, template: str) -> None:
    assert cli("run", template, "--prune", "--prune-on", "val_loss", "--max-evals", "15").status == 0
    other = cli("run", template, "--prune", "median", "--max-evals", "16")
    assert "note: trials were pruned by asha until now; from now on, median prunes them" in other.err
    assert "options kept from the last run: --prune-on val_loss" in other.err
    none = cli("run", template, "--prune", "none", "--max-evals", "17")
    assert none.status == 0
    assert "note: trials were pruned by median until now; from now on, none is pruned" in none.err
    same = cli("run", template, "--max-evals", "18")
    assert "until now" not in same.err
    alone = cli("run", template, "--prune-on", "val_loss", "--max-evals", "19")
    assert (alone.status, "--prune-on has no effect without --prune" in alone.err) == (2, True)


@pytest.mark.long
def test_early_stopping_is_kept_with_the_study(cli: Cli, template: str) -> None:
    refused = cli("run", template, "--early-stopping", "0")
    assert (refused.status, "--early-stopping" in refused.err) == (2, True)
    first = cli("run", template, "--max-evals", "1", "--early-stopping", "3")
    assert (first.status, "note: --early-stopping has no effect: it ends fits of Keras" in first.err) == (
        0,
        True,
    )
    again = cli("run", template, "--max-evals", "2")
    assert "options kept from the last run: --early-stopping 3" in again.err


SEARCHED = """
import keras

def model():
    net = keras.Model()
    start = {{uniform(0, 1, name='start')}}
    epochs = {{choice([1, 9, 27], name='epochs')}}
    net.fit([start + 1 / (1 + epoch) for epoch in range(epochs)])
    return net.history['val_loss'][-1]
"""


@pytest.mark.long
def test_a_searched_number_of_epochs_is_that_of_each_fit(cli: Cli, rising: str) -> None:
    Path(rising).write_text(SEARCHED)
    search = ("run", rising, "--algo", "random", "--seed", "1", "--prune")
    assert cli(*search, "--max-evals", "40").status == 0
    trials = json.loads(cli("show", "model.study", "--format", "json").out)["trials"]
    epochs = {number: [one for one in trials if one["params"]["epochs"] == number] for number in (1, 9, 27)}
    assert all(trial["state"] == "COMPLETE" for trial in epochs[1]), "where it ends anyway it is not stopped"
    assert {trial["state"] for trial in epochs[9] + epochs[27]} == {"PRUNED", "COMPLETE"}


SPAWNED = """
import multiprocessing
from trained import trained

def model():
    start = {{uniform(0, 1, name='start')}}
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        return pool.apply(trained, (start,))
"""

TRAINED = """
import keras

def trained(start):
    net = keras.Model()
    net.fit([start + epoch for epoch in range(9)])
    return net.history['val_loss'][-1]
"""


@pytest.mark.long
def test_fits_in_spawned_processes_are_not_watched_and_none_is_stopped(cli: Cli, rising: str) -> None:
    Path(rising).write_text(SPAWNED)
    Path("trained.py").write_text(TRAINED)
    ran = cli("run", rising, "--algo", "random", "--prune", "--max-evals", "15")
    assert ran.status == 0
    assert "note: no trial is pruned: no fit was seen, so there is nothing to stop a trial by" in ran.err
    trials = json.loads(cli("show", "model.study", "--format", "json").out)["trials"]
    assert [trial["loss"] for trial in trials] == [trial["params"]["start"] + 8 for trial in trials]
