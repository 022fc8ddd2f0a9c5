"""A search that is killed and resumed stops the trials that an uninterrupted one stops."""

from __future__ import annotations

import random
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from hypertemplate.runtime.protocol import Complete, Epoch, Finished, FitEnded, FitStarted, Pruned, Run, Stop
from hypertemplate.search.pruners.factory import METHODS, Method, pruner
from hypertemplate.search.pruners.watched_metric import Wish
from hypertemplate.search.storage.base import Storage
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Report, Trial
from tests.search.fakes import Said, TrialScript
from tests.search.test_loop import Search

EPOCHS, TRIALS = 9, 18


class KilledError(Exception):
    """Stands for SIGKILL: nothing is put back."""


def trials_of(seed: int, length: list[int]) -> TrialScript:
    """Trials whose curves their numbers decide; each reports to `length` how many epochs it ran."""

    def trial(run: Run) -> Said:
        chance = random.Random(seed * 1000 + run.number)
        final, noise = chance.random(), chance.random() / 4
        yield FitStarted(0, EPOCHS)
        for epoch in range(EPOCHS):
            length[0] += 1
            loss = final + 1 / (epoch + 1) + noise * chance.random()
            answer = yield Epoch(0, epoch, {"val_loss": loss})
            if isinstance(answer, Stop):
                yield Finished(Pruned(None, answer.reason), {})
                return
        yield FitEnded(0, EPOCHS)
        yield Finished(Complete(loss), {"val_loss": loss})

    return trial


def searched(
    storage: Storage, seed: int, method: Method, *, workers: int = 1, kill_at: int | None = None
) -> int:
    """Run a search until it ends or is killed; return the number of epochs that it ran."""
    length, notes = [0], list[str]()
    one = Search(
        trials_of(seed, length),
        max_evals=TRIALS,
        workers=workers,
        pruner=pruner(method, Wish("val_loss"), (), notes.append),
    )
    one.storage = storage  # type: ignore[assignment]
    if kill_at is not None:
        attend, left = one.executor.attend, iter(range(kill_at))

        def attend_or_die(take: object) -> None:
            if next(left, None) is None:
                raise KilledError
            attend(take)  # type: ignore[arg-type]

        one.executor.attend = attend_or_die  # type: ignore[method-assign]
    with suppress(KilledError):
        one.run()
    return length[0]


def decisions(storage: Storage) -> list[tuple[int, str, str | None]]:
    return [(trial.number, trial.state.value, trial.error) for trial in storage.study.trials]


def reports(trial: Trial) -> list[Report]:
    return [report for curve in trial.curves for report in curve.reports]


@settings(max_examples=12)
@given(
    method=st.sampled_from(METHODS),
    seed=st.integers(0, 99),
    kills=st.lists(st.integers(2, 120), min_size=1, max_size=3),
    workers=st.sampled_from([1, 1, 3]),
)
def test_a_search_that_is_killed_decides_as_one_that_is_not(
    method: Method, seed: int, kills: list[int], workers: int
) -> None:
    with TemporaryDirectory() as folder:
        with closing(SqliteStorage(Path(folder, "whole.study"))) as whole:
            searched(whole, seed, method)
            expected = decisions(whole)
        for kill in kills:
            with closing(SqliteStorage(Path(folder, "killed.study"))) as storage:
                searched(storage, seed, method, workers=workers, kill_at=kill)
        with closing(SqliteStorage(Path(folder, "killed.study"))) as storage:
            left = [(trial.number, report) for trial in storage.running for report in reports(trial)]
            stopped = {number: report.stop for number, report in left if report.stop}
            searched(storage, seed, method, workers=workers)
            found = decisions(storage)
            if workers == 1:
                assert found == expected
            assert [number for number, _, _ in found] == list(range(TRIALS))
            for number, reason in stopped.items():
                assert found[number] == (number, "PRUNED", reason)
            for trial in storage.study.trials:
                assert [report.step for report in reports(trial)] == list(range(len(reports(trial))))


def test_stopped_trials_save_most_of_the_epochs() -> None:
    with TemporaryDirectory() as folder:
        ran = {}
        for method in METHODS:
            with closing(SqliteStorage(Path(folder, method))) as storage:
                ran[method] = searched(storage, 7, method)
        assert ran["none"] == EPOCHS * TRIALS
        assert max(ran["asha"], ran["fast"], ran["median"]) < 0.8 * ran["none"]
