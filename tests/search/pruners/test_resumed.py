"""A search that is killed and resumed stops the trials that an uninterrupted one stops."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from hypertemplate.runtime.protocol import Complete, Epoch, Finished, FitEnded, FitStarted, Pruned, Run, Stop
from hypertemplate.search.pruners.base import METHODS, Method
from hypertemplate.search.pruners.factory import pruner
from hypertemplate.search.pruners.watched_metric import Wish
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Report, Trial, TrialState
from tests.search.fakes import Said
from tests.search.test_loop import Search

EPOCHS, TRIALS = 9, 18

MOST = settings().max_examples
"""Number of examples of the profile; the profile for exploring takes them all."""


class KilledError(Exception):
    """Stands for SIGKILL: nothing is put back."""


class Killed:
    """A search over fake workers that is killed a number of times, and resumed until it ends.

    Args:
        folder: folder of its study.
        seed: seed of the curves.
        method: rule by which trials are stopped.
        workers: number of workers.

    Attributes:
        ran: number of epochs that ran, with those that ran again.
        answers: answers that each epoch of each trial got, by trial and epoch; one is enough.
    """

    def __init__(self, folder: Path, seed: int, method: Method, workers: int = 1) -> None:
        self.folder, self.seed, self.method, self.workers = folder, seed, method, workers
        self.ran = 0
        self.answers: dict[tuple[int, int], set[str]] = {}

    def run(self, kill_at: int | None = None) -> list[Trial]:
        """Run until the end, or until as many steps were made: messages taken, and reports stored."""
        with closing(SqliteStorage(self.folder)) as storage:
            one = Search(
                self.trial,
                max_evals=TRIALS,
                workers=self.workers,
                pruner=pruner(self.method, Wish("val_loss"), (), lambda note: None),
            )
            one.storage = storage
            if kill_at is not None:
                left = iter(range(kill_at))
                one.executor.attend = dying(one.executor.attend, left)  # type: ignore[method-assign]
                storage.reported = dying(storage.reported, left)  # type: ignore[method-assign]
            with suppress(KilledError):
                one.run()
            return list(storage.study.trials) if storage.exists else []

    def trial(self, run: Run) -> Said:
        """A trial whose curve its number decides."""
        chance = random.Random(self.seed * 1000 + run.number)
        final, noise, accuracy = chance.random(), chance.random() / 4, chance.random() < 0.2
        yield FitStarted(0, EPOCHS)
        for epoch in range(EPOCHS):
            self.ran += 1
            loss = 1.0 if accuracy else final + 1 / (epoch + 1) + noise * chance.random()
            if chance.random() < 0.005:
                loss = math.nan
            answer = yield Epoch(0, epoch, {"val_loss": loss})
            reason = answer.reason if isinstance(answer, Stop) else ""
            self.answers.setdefault((run.number, epoch), set()).add(reason)
            if isinstance(answer, Stop):
                yield Finished(Pruned(None, answer.reason), {})
                return
        yield FitEnded(0, EPOCHS)
        yield Finished(Complete(loss), {"val_loss": loss})


def dying(call: Callable[..., None], left: Iterator[int]) -> Callable[..., None]:
    """Make a call raise `KilledError` after it has done its work, once `left` is empty."""

    def call_or_die(*args: object) -> None:
        call(*args)
        if next(left, None) is None:
            raise KilledError

    return call_or_die


def decisions(trials: Iterable[Trial]) -> list[tuple[object, ...]]:
    return [(t.number, t.state.value, t.error, t.loss, t.estimate) for t in trials]


def reports(trial: Trial) -> list[Report]:
    return [report for curve in trial.curves for report in curve.reports]


@settings(max_examples=MOST if MOST > 1000 else 12)
@given(
    method=st.sampled_from(METHODS),
    seed=st.integers(0, 999),
    kills=st.lists(st.integers(2, 200), min_size=1, max_size=4),
    workers=st.integers(1, 4),
)
def test_a_search_that_is_killed_decides_as_one_that_is_not(
    method: Method, seed: int, kills: list[int], workers: int
) -> None:
    with TemporaryDirectory() as folder:
        killed = Killed(Path(folder, "killed.study"), seed, method, workers)
        for kill in kills:
            killed.run(kill)
        trials = killed.run()
        assert [trial.number for trial in trials] == list(range(TRIALS))
        for trial in trials:
            steps = [report.step for report in reports(trial)]
            given = [killed.answers[trial.number, step] for step in steps]
            # NaN that comes before it is known what is watched is found at the trial's end.
            whole = trial.state is TrialState.COMPLETE or trial.error == "the loss is nan"
            assert steps == list(range(EPOCHS if whole else len(steps)))
            assert given[:-1] == [{""}] * (len(given) - 1), "a decision that was taken stays"
            assert given[-1] == ({""} if whole else {trial.error})
        if workers == 1:
            uninterrupted = Killed(Path(folder, "whole.study"), seed, method)
            assert decisions(trials) == decisions(uninterrupted.run())


def test_stopped_trials_save_most_of_the_epochs(tmp_path: Path) -> None:
    searches = {method: Killed(tmp_path / method, 7, method) for method in METHODS}
    for search in searches.values():
        search.run()
    ran = {method: search.ran for method, search in searches.items()}
    assert ran.pop("none") == EPOCHS * TRIALS
    assert max(ran.values()) < 0.8 * EPOCHS * TRIALS
