"""Studies that the user's code confirms: their best trials run again in new processes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import hypertemplate
from hypertemplate.errors import UsageError
from hypertemplate.runtime.protocol import Ready
from hypertemplate.search.runs.runs_again import RunsAgainStorage
from hypertemplate.search.study import Study, Trial, TrialState

Modules = Callable[..., ModuleType]

NOISY = """
import os
import numpy as np

def data():
    return 0.3

def model(best):
    x = {{uniform(-1, 1)}}
    return {'loss': (x - best) ** 2 + np.random.normal(0, 0.1), 'process': float(os.getpid())}
"""


def test_a_study_in_memory_is_confirmed_in_processes_of_their_own(
    modules: Modules, capfd: pytest.CaptureFixture[str]
) -> None:
    user = modules(NOISY)
    study = hypertemplate.tune(user.model, data=user.data, max_evals=4)
    assert study.confirmed == ()
    again = study.confirm(top=2, repeats=2)
    assert (study.confirmed, len(again.confirmed)) == ((), 2)
    first, second = again.confirmed
    assert (first.mean or 0.0) <= (second.mean or 0.0)
    assert again.best_trial == first.trial
    assert again.best_params == first.trial.params
    processes = {run.metrics["process"] for one in again._record.confirmed for run in one.runs}
    assert len(processes) == 4
    assert "running the 2 best trials of " in capfd.readouterr().err
    assert repr(again).startswith("trial  found")
    assert "again (mean +- sd)" in again._repr_html_()
    more = again.resume(5)
    assert (len(more.trials), len(more.confirmed)) == (5, 2)
    with pytest.raises(UsageError, match="repeats must be a whole number of at least 1, got 0"):
        study.confirm(repeats=0)


def test_a_study_in_a_folder_is_confirmed_there(
    modules: Modules, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    user = modules(NOISY)
    folder = tmp_path / "m.study"
    study = hypertemplate.tune(user.model, data=user.data, max_evals=3, study=folder, verbose=False)
    again = study.confirm(top=1, repeats=2)
    read = hypertemplate.load_study(folder)
    assert [one.losses for one in read.confirmed] == [one.losses for one in again.confirmed]
    with pytest.raises(
        UsageError, match="its code was in memory: confirm it with the study that tune or minimize"
    ):
        read.confirm()


def test_values_that_cannot_be_sent_to_a_process_are_named(modules: Modules) -> None:
    text = "def data(lock):\n    return 1.0\n\ndef model(x):\n    return x * {{uniform(0, 1)}}\n"
    user = modules(text)
    study = hypertemplate.tune(
        user.model, data=user.data, data_args=(threading.Lock(),), max_evals=2, verbose=False
    )
    with pytest.raises(UsageError, match="data_args"):
        study.confirm(top=1, repeats=1)


def test_an_interrupt_keeps_the_runs_so_far(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    user = modules(NOISY)
    study = hypertemplate.tune(user.model, data=user.data, max_evals=2)

    def interrupted(new: Study, executor: object, *, storage: RunsAgainStorage, **more: Any) -> None:
        storage.create(new)
        storage.add(Trial(0, TrialState.COMPLETE, {}, 0.5))
        raise KeyboardInterrupt

    monkeypatch.setattr("hypertemplate.search.service.confirmed_trials.search", interrupted)
    again = study.confirm(top=1, repeats=2)
    assert [one.losses for one in again.confirmed] == [(0.5,)]
    assert "note: interrupted after 1 of 2 runs; the same call runs the others\n" in capfd.readouterr().err

    def at_once(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hypertemplate.search.service.confirmed_trials.search", at_once)
    with pytest.raises(KeyboardInterrupt, match="interrupted after 0 of 1 run"):
        study.confirm(top=1, repeats=2)


def test_what_differs_from_the_search_is_said(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    user = modules(NOISY)
    study = hypertemplate.tune(user.model, data=user.data, max_evals=2)
    space = study._record.space

    def loads(ready: Ready) -> None:
        monkeypatch.setattr(
            "hypertemplate.search.service.confirmed_trials.search",
            lambda *arguments, renewed, **more: renewed(ready),
        )

    loads(Ready(space, {"numpy": "0.1"}))
    assert study.confirm(top=1, repeats=2).confirmed == ()
    assert "note: numpy is 0.1 now, and was " in capfd.readouterr().err
    loads(Ready(space[:0], {}))
    with pytest.raises(UsageError, match="has changed since the search"):
        study.confirm(top=1, repeats=2)
