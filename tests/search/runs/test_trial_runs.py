"""Trials with several runs, over executors without processes: what is run, stored, told and counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.errors import SharedStateError
from hypertemplate.origin import Origin
from hypertemplate.runtime.protocol import (
    Complete,
    Drop,
    Epoch,
    Failed,
    Finished,
    FitStarted,
    Go,
    Keep,
    LoadFailed,
    Pruned,
    Run,
    Saved,
    Stop,
)
from hypertemplate.runtime.seeds import trial_seed
from hypertemplate.search.loop import search
from hypertemplate.search.pruners.base import NoPruner, Pruner
from hypertemplate.search.samplers.base import Sampler
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.stop_rules import Limits
from hypertemplate.search.storage.base import MemoryStorage, Storage
from hypertemplate.search.storage.models import BestModels
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Curve, Study, Trial, TrialRun, TrialState
from tests.search.fakes import DIED, FakeExecutor, Recorder, Said, TrialScript
from tests.search.spaces import numeric
from tests.search.test_loop import CountingSampler

SPACE = (numeric("rate", "uniform", low=0, high=1),)
SEEDS = {trial_seed(1337, number, run): (number, run) for number in range(9) for run in range(9)}


def scripted(*by_run: float | Failed, metrics: dict[str, float] | None = None) -> TrialScript:
    """Trials of which each run ends as said here; the loss grows by the number of the trial."""

    def trial(run: Run) -> Said:
        number, repeat = SEEDS[run.seed]
        said = by_run[repeat]
        outcome = said if isinstance(said, Failed) else Complete(number + said)
        yield Finished(outcome, {**(metrics or {}), "run": float(repeat)}, origin=Origin("loss", "returned"))

    return trial


class Search:
    """One search with several runs of each trial, and its parts at hand."""

    def __init__(
        self,
        trial: TrialScript,
        *,
        repeats: int = 3,
        max_evals: int = 2,
        storage: Storage | None = None,
        limits: Limits | None = None,
        pruner: Pruner | None = None,
        models: BestModels | None = None,
        folder: Path | None = None,
        executor: Callable[[FakeExecutor], object] = lambda executor: None,
        rerun_equal: bool = True,
        **of_executor: object,
    ) -> None:
        self.executor = FakeExecutor(SPACE, trial, **of_executor)  # type: ignore[arg-type]
        executor(self.executor)
        self.observer = Recorder()
        self.storage = MemoryStorage() if storage is None else storage
        self.sampler = CountingSampler(SPACE)
        self.plan = Study("model", "d1", 1337, (), max_evals=max_evals, repeats=repeats)
        self.limits, self.pruner, self.models, self.folder = limits, pruner, models, folder
        self.rerun_equal = rerun_equal
        self.ticks = itertools.count(100.0, 0.5)

    def run(self) -> Study:
        return search(
            self.plan,
            self.executor,
            sampler=lambda space: self.sampler,
            storage=self.storage,
            observer=self.observer,
            limits=self.limits,
            pruner=self.pruner,
            models=self.models,
            folder=self.folder,
            clock=lambda: next(self.ticks),
            pause=lambda seconds: None,
            rerun_equal=self.rerun_equal,
        )

    @property
    def notes(self) -> list[str]:
        return [line for line in self.observer.lines if line.startswith("note")]

    @property
    def ran(self) -> list[tuple[int, int]]:
        """Number of the trial, and of its run, of each run in order."""
        return [SEEDS[run.seed] for run in self.executor.runs]


def test_a_trial_counts_by_the_mean_of_its_runs() -> None:
    one = Search(scripted(1.0, 2.0, 6.0, metrics={"acc": 0.5}))
    first, second = one.run().trials
    assert (first.loss, first.losses, first.metrics) == (3.0, (1.0, 2.0, 6.0), {"acc": 0.5, "run": 1.0})
    assert first.deviation == pytest.approx(7**0.5)
    assert (first.repeats, [run.number for run in first.runs]) == (3, [0, 1, 2])
    assert first.duration_s == sum(run.duration_s or 0.0 for run in first.runs)
    assert (second.number, second.loss) == (1, 4.0)
    assert one.sampler.told == [(0, {"rate": 0.0}, 3.0), (1, {"rate": 1.0}, 4.0)]
    assert one.ran == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_the_first_run_has_the_seed_that_a_trial_with_one_run_has() -> None:
    assert trial_seed(1337, 3, 0) == trial_seed(1337, 3)
    assert len({trial_seed(1337, 3, run, word) for run in range(9) for word in ("", "again")}) == 18


def test_one_run_is_a_trial_as_before() -> None:
    (trial,) = Search(scripted(1.0), repeats=1, max_evals=1).run().trials
    assert (trial.runs, trial.losses, trial.deviation, trial.loss) == ((), (), None, 1.0)


def test_each_run_has_a_folder_of_its_own(tmp_path: Path) -> None:
    one = Search(scripted(1.0, 2.0, 3.0), max_evals=1, folder=tmp_path)
    one.run()
    assert [Path(run.folder).name for run in one.executor.runs] == ["0000", "0000-run-2", "0000-run-3"]


@pytest.mark.parametrize(
    ("script", "ran", "error"),
    [
        pytest.param((Failed("raised", "no"), 1.0, 1.0), 1, "run 1 of 3: no", id="the first run fails"),
        pytest.param((1.0, Failed("raised", "no"), 1.0), 2, "run 2 of 3: no", id="a later run fails"),
        pytest.param(
            (1.0, 2.0, float("nan")), 3, "run 3 of 3: the loss is nan", id="a run that is not finite fails"
        ),
    ],
)
def test_a_trial_fails_with_the_first_run_that_fails(
    script: tuple[float | Failed, ...], ran: int, error: str
) -> None:
    one = Search(scripted(*script), max_evals=1)
    (trial,) = one.run().trials
    assert (trial.state, trial.loss, trial.error) == (TrialState.FAILED, None, error)
    assert len(one.ran) == len(trial.runs) == ran
    assert trial.losses == tuple(loss for loss in script[: ran - 1])
    assert one.sampler.told == [(0, {"rate": 0.0}, None)]


def test_a_worker_that_dies_in_a_run_fails_the_trial_and_the_finished_runs_are_kept() -> None:
    def trial(run: Run) -> Said:
        yield DIED if SEEDS[run.seed] == (0, 1) else Finished(Complete(1.0), {})

    one = Search(trial)
    first, second = one.run().trials
    assert (first.state, first.losses) == (TrialState.FAILED, (1.0,))
    assert first.error == "run 2 of 3: the worker was killed by signal 9 (SIGKILL)"
    assert (second.state, second.losses) == (TrialState.COMPLETE, (1.0, 1.0, 1.0))


class StopsEach(NoPruner):
    """Stops whatever it is asked about, and keeps what that is."""

    def __init__(self, *, stops: bool = True) -> None:
        self.asked: list[int] = []
        self.stops = stops

    def epoch_ended(self, number: int, curve: Curve) -> Go | Stop:  # type: ignore[override]
        self.asked.append(number)
        return Stop("too bad") if self.stops else Go()


def fitting(run: Run) -> Said:
    yield FitStarted(0, 2)
    answer = yield Epoch(0, 0, {"val_loss": float(SEEDS[run.seed][1])})
    yield Finished(Pruned(1.0) if isinstance(answer, Stop) else Complete(1.0), {})


def test_a_pruned_first_run_ends_the_trial() -> None:
    one = Search(fitting, max_evals=1, pruner=StopsEach())
    (trial,) = one.run().trials
    assert (trial.state, trial.runs, one.ran) == (TrialState.PRUNED, (), [(0, 0)])


def test_a_pruner_compares_first_runs() -> None:
    pruner = StopsEach(stops=False)
    one = Search(fitting, max_evals=1, pruner=pruner)
    (trial,) = one.run().trials
    assert (len(one.ran), pruner.asked) == (3, [0])
    assert [report.metrics for report in trial.curves[0].reports] == [{"val_loss": 0.0}]


@pytest.mark.parametrize(
    ("limits", "evals"),
    [
        pytest.param(Limits(stop_at=2.0), 1, id="a result that is good enough counts for a whole trial"),
        pytest.param(Limits(patience=2), 3, id="patience counts trials"),
        pytest.param(Limits(max_failures=2), 5, id="no run alone counts as a trial"),
    ],
)
def test_limits_count_trials_and_not_runs(limits: Limits, evals: int) -> None:
    one = Search(scripted(1.0, 2.0, 3.0), limits=limits, max_evals=5)
    assert [len(trial.runs) for trial in one.run().trials] == [3] * evals


def test_no_further_run_starts_after_the_timeout_and_those_so_far_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "m.study"
    with closing(SqliteStorage(folder)) as storage:
        one = Search(scripted(1.0, 2.0, 6.0), limits=Limits(timeout_s=4.0), storage=storage)
        one.run()
    kept = read_study(folder)
    (waiting,) = kept.running
    ran = len(waiting.runs)
    assert (kept.study.trials, 0 < ran < 3) == ((), True)
    assert (
        one.notes[-1]
        == f"note stopped: the timeout of 4s was reached; trial 0 has {ran} of its 3 runs so far"
    )
    with closing(SqliteStorage(folder)) as storage:
        again = Search(scripted(1.0, 2.0, 6.0), storage=storage, max_evals=1)
        assert [trial.losses for trial in again.run().trials] == [(1.0, 2.0, 6.0)]
    assert again.ran == [(0, 1), (0, 2)][ran - 1 :]


def test_a_worn_worker_is_replaced_between_two_runs_of_a_trial() -> None:
    def worn(executor: FakeExecutor) -> None:
        executor.wear = lambda worker, outcome: "it has grown"

    one = Search(scripted(1.0, 2.0, 3.0), max_evals=1, executor=worn)
    assert [trial.losses for trial in one.run().trials] == [(1.0, 2.0, 3.0)]
    assert one.executor.restarted == [0, 0]


@pytest.mark.parametrize(
    "rerun_equal",
    [pytest.param(True, id="all trials run"), pytest.param(False, id="equal trials are answered")],
)
def test_another_worker_continues_the_trial_of_one_that_does_not_come_back(rerun_equal: bool) -> None:
    def worn(executor: FakeExecutor) -> None:
        executor.wear = lambda worker, outcome: "it has grown" if worker == 0 else None

    failed = LoadFailed("no memory")
    one = Search(
        scripted(1.0, 2.0, 3.0),
        workers=2,
        max_evals=2,
        executor=worn,
        again=failed,
        rerun_equal=rerun_equal,
    )
    trials = one.run().trials
    assert [(trial.number, trial.losses) for trial in trials] == [(0, (1.0, 2.0, 3.0)), (1, (2.0, 3.0, 4.0))]
    assert sorted(one.ran) == [(number, run) for number in range(2) for run in range(3)]


def test_a_trial_whose_last_worker_is_lost_is_left_to_be_resumed() -> None:
    def worn(executor: FakeExecutor) -> None:
        executor.wear = lambda worker, outcome: "it has grown"

    one = Search(scripted(1.0, 2.0, 3.0), max_evals=1, executor=worn, again=LoadFailed("no memory"))
    assert one.run().trials == ()
    (waiting,) = one.storage.running
    assert [run.loss for run in waiting.runs] == [1.0]


def test_no_run_begins_in_a_process_that_cannot_be_put_back() -> None:
    def spoiled(run: Run) -> Said:
        yield Finished(Complete(1.0), {}, lasting="'x' has changed")

    def here(executor: FakeExecutor) -> None:
        executor.in_process = True

    one = Search(spoiled, executor=here)
    with pytest.raises(SharedStateError, match="'x' has changed"):
        one.run()
    assert (one.ran, [len(trial.runs) for trial in one.storage.running]) == ([(0, 0)], [1])


def test_the_model_of_the_last_run_is_kept_for_what_the_runs_come_to() -> None:
    def trial(run: Run) -> Said:
        number, repeat = SEEDS[run.seed]
        answer = yield Finished(Complete([1.0, 9.0, 9.0][repeat] if number else 2.0), {}, has_model=True)
        if isinstance(answer, Keep):
            yield Saved(answer.path)

    discarded: list[str] = []
    models = BestModels(1, lambda number: f"model-{number}", discarded.append, lambda t: t.loss is not None)
    one = Search(trial, models=models)
    one.run()
    assert [type(answer) for answer in one.executor.answers()] == [Drop, Drop, Keep, Drop, Drop, Drop]
    assert ([(trial.number, path) for trial, path in models.kept], discarded) == ([(0, "model-0")], [])


def test_runs_that_are_all_the_same_are_noted_once() -> None:
    one = Search(lambda run: iter_said(Finished(Complete(float(run.number)), {})), max_evals=4)
    trials = one.run().trials
    assert [trial.deviation for trial in trials] == [None] * 4
    assert one.notes == [
        "note all runs of a trial have given the same numbers: the code seeds itself, or draws no random "
        "numbers; --repeats 1 finds the same in less time"
    ]
    assert Search(scripted(1.0, 1.0, 1.5), max_evals=4).run().best_loss == pytest.approx(3.5 / 3)


def iter_said(*messages: Finished) -> Said:
    yield from messages


def constant(run: Run) -> Said:
    yield Finished(Complete(1.0), {}, unused=("rate",))


def test_a_trial_with_another_number_of_runs_answers_no_equal_one(tmp_path: Path) -> None:
    folder = tmp_path / "m.study"
    for repeats, evals, ran in ((1, 1, 1), (3, 2, 3)):
        with closing(SqliteStorage(folder)) as storage:
            one = Search(constant, repeats=repeats, max_evals=evals, storage=storage, rerun_equal=False)
            one.run()
        assert len(one.ran) == ran
    trials = read_study(folder).study.trials
    assert [(trial.repeats, trial.equal_to) for trial in trials[:2]] == [(1, None), (3, None)]


def test_an_answered_trial_has_the_runs_of_the_one_that_answers_it() -> None:
    class Same(CountingSampler):
        def ask(self, number: int) -> Params:
            return {"rate": 0.5 if number < 2 else 0.75}

    one = Search(scripted(1.0, 2.0, 3.0), rerun_equal=False)
    one.sampler = Same(SPACE)
    first, second, third = one.run().trials
    assert (second.equal_to, second.losses, third.equal_to) == (0, first.losses, None)


def test_a_trial_keeps_the_number_of_runs_that_it_began_with(tmp_path: Path) -> None:
    folder = tmp_path / "m.study"
    with closing(SqliteStorage(folder)) as storage, pytest.raises(KeyboardInterrupt):
        Search(scripted(1.0, 2.0, 6.0), storage=storage, interrupt_at=3).run()
    assert [len(trial.runs) for trial in read_study(folder).running] == [2]
    with closing(SqliteStorage(folder)) as storage:
        first, second = Search(scripted(1.0, 2.0, 6.0), repeats=1, storage=storage).run().trials
    assert (first.losses, second.losses, second.loss) == ((1.0, 2.0, 6.0), (), 2.0)


class Killed(Exception):
    """End of the process that searches."""


def noisy(run: Run) -> Said:
    spread = run.seed % 997 / 997
    yield Finished(Complete(run.params["rate"] ** 2 + spread), {"spread": spread})


def once(folder: Path, repeats: int, kill_at: int | None, interrupts: bool) -> None:
    """Run a search in a folder until a number of events have been taken, and then kill or interrupt it."""

    class Dies(FakeExecutor):
        taken = 0

        def attend(self, take: Callable[..., None]) -> None:
            if self.taken == kill_at:
                raise KeyboardInterrupt if interrupts else Killed
            self.taken += 1
            super().attend(take)

    def sampler(space: tuple[Dimension, ...]) -> Sampler:
        state = storage.sampler_state if storage.exists else ""
        return HyperoptSampler(space, "tpe", 7, earlier=storage.had(space), state=state)

    storage = SqliteStorage(folder)
    with closing(storage), suppress(Killed, KeyboardInterrupt):
        search(
            Study("model", "d1", 1337, (), max_evals=4, repeats=repeats),
            Dies(SPACE, noisy),
            sampler=sampler,
            storage=storage,
            observer=Recorder(),
        )


def gist(trials: tuple[Trial, ...]) -> list[object]:
    def timeless(run: TrialRun) -> TrialRun:
        return replace(run, duration_s=None)

    return [(t.number, t.params, t.loss, t.metrics, tuple(map(timeless, t.runs))) for t in trials]


@pytest.mark.property
@settings(max_examples=8, deadline=None)
@given(st.integers(2, 3), st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=3))
def test_a_search_that_is_killed_between_runs_resumes_to_what_an_uninterrupted_one_finds(
    repeats: int, kills: list[tuple[int, bool]]
) -> None:
    with TemporaryDirectory() as folder:
        whole, broken = Path(folder, "whole.study"), Path(folder, "broken.study")
        once(whole, repeats, None, False)
        for kill_at, interrupts in kills:
            once(broken, repeats, kill_at, interrupts)
        once(broken, repeats, None, False)
        assert gist(read_study(broken).study.trials) == gist(read_study(whole).study.trials)
        assert read_study(broken).running == ()
