"""What a study keeps of trials whose code has changed: all of it is stored with the new code, or nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite import writer
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Drawn, Trial, TrialState
from tests.search.fakes import fitted
from tests.search.spaces import chosen, numeric
from tests.search.storage.test_contract import STUDY, done, runs

NOW = (numeric("speed", "uniform", low=0, high=1), chosen("opt", "'adam'", "'sgd'"))
SOURCES = [Source((Part("file", "model.py", text),), "model.py") for text in ("x = 1\n", "x = 2\n")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study of four trials, of which one runs."""
    folder = tmp_path / "m.study"
    with closing(SqliteStorage(folder, "x = 1\n", source=SOURCES[0])) as storage:
        storage.create(STUDY)
        storage.add(replace(done(0, rate=0.5, opt=0.0), unused=("opt",)), "models/trial-0000.keras")
        storage.add(done(1, rate=0.25, size=3.0), "models/trial-0001.keras")
        storage.add(done(2, None))
        for number in (3, 4):
            storage.propose(runs(number), "")
            storage.reported(number, fitted({"loss": 1.0})[0])
    return folder


def renewed(kept: Kept) -> Kept:
    """Trial 0 counts with other labels, trial 1 is left out, 2 runs again, 3 runs the new code, 4 cannot."""
    first, second, third = kept.study.trials
    fourth, fifth = kept.running
    trials = (first.under(Drawn({"speed": 0.5, "opt": 1}, ("opt",))), third.under(Drawn({"speed": 0.5})))
    left_out = (
        replace(second, left_out="line 3 \ud800"),
        replace(fifth, state=TrialState.FAILED, left_out="gone", error="gone", failure="interrupted"),
    )
    study = replace(
        kept.study, digest="d9", space=NOW, trials=trials, left_out=left_out, generation=1, files={}
    )
    again = replace(fourth, params={"speed": 0.5, "opt": 0}, curves=(), generation=1)
    return replace(kept, study=study, running=(again,))


def test_trials_under_new_code_are_stored_with_it(folder: Path) -> None:
    before = read_study(folder)
    with closing(SqliteStorage(folder, "x = 2\n", source=SOURCES[1])) as storage:
        now = renewed(storage.kept)
        storage.renew(now)
        storage.reopen(2)
        assert replace(read_study(folder), deaths={}) == replace(before, deaths={}), "nothing is written yet"
        storage.create(replace(STUDY, digest="d9", space=NOW, frozen=(), versions={}, files={"b.py": "d"}))
        found = storage.kept
    kept = read_study(folder)
    assert replace(kept, deaths={}) == replace(found, deaths={})
    assert [trial for trial in kept.study.trials if trial.number == 0] == [now.study.trials[0]]
    assert kept.study.left_out == now.study.left_out
    assert [(t.number, dict(t.params), t.curves, t.generation) for t in kept.running] == [
        (2, {"speed": 0.5}, (), 1),
        (3, {"speed": 0.5, "opt": 0}, (), 1),
    ]
    assert [(code.number, code.digest, code.source, code.program) for code in kept.generations] == [
        (0, "d1", SOURCES[0], "x = 1\n"),
        (1, "d9", SOURCES[1], "x = 2\n"),
    ]
    assert kept.models == before.models
    assert (kept.study.files, kept.generations[0].files) == ({"b.py": "d"}, STUDY.files)


def test_a_source_that_is_back_is_stored_once(folder: Path) -> None:
    for number, source in ((1, SOURCES[1]), (2, SOURCES[0])):
        with closing(SqliteStorage(folder, source=source)) as storage:
            storage.renew(replace(storage.kept, study=replace(storage.study, generation=number)))
            storage.create(STUDY)
    with closing(sqlite3.connect(folder / "study.db")) as connection:
        stored = [row[0] for row in connection.execute("SELECT source FROM generation ORDER BY number")]
    assert ["x = 1" in stored[0], "x = 2" in stored[1], stored[2]] == [True, True, "0"]
    assert [code.source for code in read_study(folder).generations] == [*SOURCES, SOURCES[0]]


def test_trials_of_both_spaces_are_shown_with_their_own(folder: Path) -> None:
    with closing(SqliteStorage(folder)) as storage:
        storage.renew(renewed(storage.kept))
        storage.create(replace(STUDY, digest="d9", space=NOW, frozen=()))
    kept = read_study(folder)
    shown = {
        trial.number: kept.study_of(trial).values(trial.params)
        for trial in (*kept.study.trials, *kept.study.left_out)
    }
    assert shown[0] == {"speed": 0.5, "opt": "sgd"}
    assert shown[1] == {"rate": 0.25, "size": (1, 2)}


def test_a_search_that_ends_before_its_study_is_resumed_changes_nothing(folder: Path) -> None:
    before = read_study(folder)
    with closing(SqliteStorage(folder)) as storage:
        storage.renew(renewed(storage.kept))
        storage.decide(maximize=True)
    assert replace(read_study(folder), deaths={}) == replace(before, deaths={})


def test_what_cannot_be_written_whole_is_not_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_study(folder)

    def row(trial: Trial) -> dict[str, object]:
        raise ValueError(trial)

    monkeypatch.setattr(writer, "result_row", row)
    with closing(SqliteStorage(folder)) as storage:
        storage.renew(renewed(storage.kept))
        with pytest.raises(ValueError, match="number=0"):
            storage.create(replace(STUDY, digest="d9", space=NOW))
    assert replace(read_study(folder), deaths={}) == replace(before, deaths={})


def test_the_direction_is_decided_for_trials_that_are_left_out_too(folder: Path) -> None:
    with closing(SqliteStorage(folder)) as storage:
        storage.renew(renewed(storage.kept))
        storage.create(replace(STUDY, digest="d9", space=NOW, maximize=None, frozen=()))
        storage.decide(maximize=True)
    kept = read_study(folder)
    assert [trial.loss for trial in (*kept.study.trials, *kept.study.left_out)] == [-1.0, None, -1.0, None]
    assert kept.study.trials[0].ran == Drawn({"rate": 0.5, "opt": 0}, ("opt",))
