"""The objective that hyperopt sends away: it pickles, loads its program once, and raises nothing."""

from __future__ import annotations

import dataclasses
import os
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hyperopt import Trials

from hypertemplate.compiler.program import Program
from hypertemplate.runtime.protocol import RuntimeOptions
from hypertemplate.runtime.seeds import undisturbed
from hypertemplate.search.samplers.hyperopt.remote import RemoteObjective, _Loaded
from hypertemplate.search.samplers.hyperopt.sampler import run_elsewhere
from hypertemplate.search.samplers.hyperopt.trial_documents import read_trials
from tests.runtime.programs import choice, program, uniform
from tests.search.spaces import chosen, numeric

SPACE = (numeric("x", "uniform", low=0, high=1), chosen("does", "'nothing'", "'raise'", "'exit'"))


@pytest.fixture(autouse=True)
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What runs elsewhere takes its process for itself; this one is given back."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.setattr(sys, "path", list(sys.path))
    with undisturbed():
        yield
    if _Loaded.current is not None:
        _Loaded.current.worker.close()
        _Loaded.current = None


def made(
    folder: Path, *, setup: str = "", returns: str = "{'loss': x, 'mae': 2 * x, 'model': object()}"
) -> Program:
    return program(
        setup=f"""
            import random, sys
            {setup}
        """,
        trial=f"""
            def model():
                x = (_ht_['x'])
                if _ht_['does'] == 1:
                    raise ValueError('too wide')
                if _ht_['does'] == 2:
                    sys.exit(3)
                return {returns}
        """,
        parameters=(uniform("x"), choice("does", "'nothing'", "'raise'", "'exit'")),
        folder=folder,
    )


def sent(objective: RemoteObjective) -> RemoteObjective:
    """The objective as it arrives."""
    arrived = pickle.loads(pickle.dumps(objective))
    assert isinstance(arrived, RemoteObjective)
    return arrived


def test_a_trial_is_run_where_its_objective_is_sent(tmp_path: Path) -> None:
    objective = sent(RemoteObjective(made(tmp_path), RuntimeOptions(7)))
    assert objective({"x": 0.5, "does": 0}) == {"status": "ok", "loss": 0.5, "metrics": {"mae": 1.0}}
    assert sys.argv == [str(tmp_path / "model.py")]
    assert os.environ["MPLBACKEND"] == "Agg"


def test_more_may_be_better(tmp_path: Path) -> None:
    assert (
        RemoteObjective(made(tmp_path), RuntimeOptions(7, maximize=True))({"x": 0.5, "does": 0})["loss"]
        == -0.5
    )


def test_an_objective_has_a_name(tmp_path: Path) -> None:
    assert (
        RemoteObjective(made(tmp_path), RuntimeOptions(7, objective="mae"))({"x": 0.5, "does": 0})["loss"]
        == 1.0
    )


@pytest.mark.parametrize(
    ("does", "error"),
    [
        pytest.param(1, "ValueError: too wide (model.py:5)", id="it raises"),
        pytest.param(2, "the trial called sys.exit(3)", id="it exits"),
    ],
)
def test_a_trial_that_fails_is_a_result(tmp_path: Path, does: int, error: str) -> None:
    result = RemoteObjective(made(tmp_path), RuntimeOptions(7))({"x": 0.5, "does": does})
    assert result.pop("traceback").startswith("Traceback (most recent call last):\n")
    assert result == {"status": "fail", "error": error, "metrics": {}}


def test_a_loss_that_is_not_finite_is_a_failure(tmp_path: Path) -> None:
    objective = RemoteObjective(made(tmp_path, returns="float('nan')"), RuntimeOptions(7))
    expected = {"status": "fail", "error": "the loss is nan", "traceback": "", "metrics": {}}
    assert objective({"x": 0.5, "does": 0}) == expected


def test_the_program_is_loaded_once(tmp_path: Path) -> None:
    count = tmp_path / "loads"
    setup = f"with open({str(count)!r}, 'a') as file: print('load', file=file)"
    first, other = (RemoteObjective(made(tmp_path, setup=setup), RuntimeOptions(seed)) for seed in (7, 8))
    for objective, loads in ((first, 1), (sent(first), 1), (other, 2), (other, 2), (first, 3)):
        assert objective({"x": 0.5, "does": 0})["status"] == "ok"
        assert count.read_text(encoding="utf-8") == "load\n" * loads


def test_a_program_that_does_not_load_fails_its_trials_and_is_tried_again(tmp_path: Path) -> None:
    setup = f"open({str(tmp_path / 'late')!r}).close()"
    objective = RemoteObjective(made(tmp_path, setup=setup), RuntimeOptions(7))
    result = objective({"x": 0.5, "does": 0})
    assert (result["status"], result["metrics"]) == ("fail", {})
    assert result["error"].startswith("FileNotFoundError: ")
    assert result["traceback"].startswith("Traceback (most recent call last):\n")
    (tmp_path / "late").touch()
    assert objective({"x": 0.5, "does": 0})["status"] == "ok"


def test_a_point_has_its_seed_and_another_point_another(tmp_path: Path) -> None:
    objective = RemoteObjective(made(tmp_path, returns="random.random()"), RuntimeOptions(7))
    losses = [objective({"x": x, "does": 0})["loss"] for x in (0.5, 0.25, 0.5)]
    assert losses[0] == losses[2] != losses[1]
    other = RemoteObjective(made(tmp_path, returns="random.random()"), RuntimeOptions(8))
    assert other({"x": 0.5, "does": 0})["loss"] != losses[0]


def test_what_the_program_takes_from_memory_travels_along(tmp_path: Path) -> None:
    live = dataclasses.replace(made(tmp_path, returns="scale(x)"), live=("scale",))
    objective = sent(RemoteObjective(live, RuntimeOptions(7), values={"scale": lambda x: 10 * x}))
    assert objective({"x": 0.5, "does": 0})["loss"] == 5.0
    other = sent(RemoteObjective(live, RuntimeOptions(7), values={"scale": lambda x: 20 * x}))
    assert other({"x": 0.5, "does": 0})["loss"] == 10.0, "the same program with another value is another"


def test_hyperopt_runs_it_and_the_documents_become_trials(tmp_path: Path) -> None:
    trials = Trials()
    run_elsewhere(RemoteObjective(made(tmp_path), RuntimeOptions(7)), SPACE, "random", 12, trials, 7)
    read = read_trials(trials, SPACE)
    assert {(t.state.value, t.error) for t in read} == {
        ("COMPLETE", None),
        ("FAILED", "ValueError: too wide (model.py:5)"),
        ("FAILED", "the trial called sys.exit(3)"),
    }
    best: Any = min((t for t in read if t.loss is not None), key=lambda t: t.loss or 0)
    assert trials.argmin == best.params
    assert best.metrics == {"mae": 2 * best.loss}
