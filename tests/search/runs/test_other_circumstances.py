"""A trial that has had some of its runs begins anew under other circumstances, and goes on under the same ones."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hypertemplate.search.service.circumstances import OPTION, begin_under
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import TrialRun
from tests.search.fakes import fitted
from tests.search.storage.test_contract import STUDY, runs


@pytest.mark.parametrize(
    ("now", "left", "generation"),
    [
        pytest.param("as before", 1, 0, id="the same ones"),
        pytest.param("other libraries", 0, 1, id="other ones"),
    ],
)
def test_runs_of_a_trial_are_of_one_kind(tmp_path: Path, now: str, left: int, generation: int) -> None:
    folder = tmp_path / "m.study"
    begun = replace(runs(0), repeats=3, runs=(TrialRun(0, 0.5),), curves=fitted({"loss": 0.5}))
    with closing(SqliteStorage(folder, options={OPTION: "as before"})) as storage:
        storage.create(STUDY)
        storage.propose(replace(begun, runs=(), curves=()), "")
        storage.ran(begun)
    with closing(SqliteStorage(folder)) as storage:
        begin_under(storage, now)
        storage.create(replace(STUDY, generation=storage.study.generation))
    (waiting,) = read_study(folder).running
    assert (len(waiting.runs), len(waiting.curves), waiting.generation) == (left, left, generation)
