"""Runs of the best trials again, over executors without processes: which run, when they stop, what is stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.runtime.protocol import Complete, Failed, Finished, Run
from hypertemplate.runtime.seeds import trial_seed
from hypertemplate.search.loop import search
from hypertemplate.search.runs.runs_again import DuePoints, RunsAgain, RunsAgainStorage, best_trials
from hypertemplate.search.study import Confirmation, Study, Trial, TrialRun, TrialState
from tests.search.fakes import FakeExecutor, Recorder, Said, TrialScript
from tests.search.spaces import numeric

SPACE = (numeric("rate", "uniform", low=0, high=1), numeric("other", "uniform", low=0, high=1))


def trial(number: int, loss: float | None, rate: float | None = None, **changes: object) -> Trial:
    state = TrialState.FAILED if loss is None else TrialState.COMPLETE
    params = {"rate": number / 10 if rate is None else rate, "other": 0.5}
    return replace(Trial(number, state, params, loss), **changes)  # type: ignore[arg-type]


STUDY = Study(
    "model",
    "d1",
    1337,
    SPACE,
    trials=(trial(0, 3.0), trial(1, 1.0), trial(2, None), trial(3, 2.0)),
    generation=1,
    max_evals=4,
)


def again(
    study: Study, top: int = 2, repeats: int = 3, **executor: object
) -> tuple[Study, FakeExecutor, Recorder]:
    """Run the best trials of a study again; each run ends as `script` says."""
    script: TrialScript = executor.pop("script", by_seed)  # type: ignore[assignment]
    runs = RunsAgain(study, best_trials(study, top), repeats)
    made = FakeExecutor(SPACE, script, **executor)  # type: ignore[arg-type]
    kept: list[Confirmation] = []
    recorder = Recorder()
    search(
        replace(study, trials=(), space=(), max_evals=len(runs.due), repeats=1),
        made,
        sampler=lambda space: DuePoints(space, runs),
        storage=RunsAgainStorage(runs, kept.append),
        observer=recorder,
        again=runs,
        pause=lambda seconds: None,
    )
    return replace(study, confirmations=(*study.confirmations, *kept)), made, recorder


def by_seed(run: Run) -> Said:
    yield Finished(Complete(run.number + run.seed % 97 / 97), {})


def constant(run: Run) -> Said:
    yield Finished(Complete(float(run.number)), {"acc": 1.0})


def test_one_run_of_each_trial_follows_another_in_processes_of_their_own() -> None:
    study, executor, _ = again(STUDY)
    assert [(run.number, run.params["rate"]) for run in executor.runs] == [(1, 0.1), (3, 0.3)] * 3
    assert [run.seed for run in executor.runs] == [
        trial_seed(1337, number, run, "again") for run in range(3) for number in (1, 3)
    ]
    assert executor.restarted == [0] * 5
    first, second = study.confirmed
    assert ((first.trial.number, second.trial.number), len(first.losses)) == ((1, 3), 3)
    assert {one.generation for one in study.confirmations} == {1}


def test_the_best_by_what_came_again_is_the_winner() -> None:
    def swapped(run: Run) -> Said:
        yield Finished(Complete(10.0 - run.number + run.seed % 7 / 100), {})

    study, _, _ = again(STUDY, script=swapped)
    assert (STUDY.winner, study.best) == (STUDY.trials[1], STUDY.trials[1])
    assert study.winner == STUDY.trials[3]
    assert replace(study, generation=2).winner == STUDY.trials[1]
    assert replace(study, maximize=None).winner is None


def test_runs_stop_once_two_of_each_trial_are_the_same() -> None:
    study, executor, recorder = again(STUDY, script=constant, repeats=9)
    assert len(executor.runs) == 4
    assert recorder.lines[-1] == (
        "note stopped: 2 runs of each trial have given the same numbers: the code seeds itself, or draws no "
        "random numbers"
    )
    assert [(one.is_identical, one.deviation, one.mean) for one in study.confirmed] == [
        (True, None, 1.0),
        (True, None, 3.0),
    ]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            lambda run: iter_said(Finished(Complete(1.0), {"acc": float(run.seed)})), id="a metric differs"
        ),
        pytest.param(
            lambda run: iter_said(Finished(Complete(float(run.seed if run.number == 3 else 1)), {})),
            id="one trial differs",
        ),
        pytest.param(
            lambda run: iter_said(
                Finished(Failed("raised", "no"), {}) if run.number == 3 else Finished(Complete(1.0), {})
            ),
            id="one trial fails",
        ),
    ],
)
def test_runs_go_on_where_anything_differs(script: TrialScript) -> None:
    _, executor, _ = again(STUDY, script=script, repeats=2)
    assert len(executor.runs) == 4


def iter_said(*messages: Finished) -> Said:
    yield from messages


def test_runs_that_are_there_do_not_run_again() -> None:
    had = Confirmation(1, 1, TrialRun(0, 0.5))
    earlier = Confirmation(3, 0, TrialRun(0, 0.5))  # of other code
    study, executor, _ = again(replace(STUDY, confirmations=(earlier, had)), repeats=2)
    assert [run.number for run in executor.runs] == [3, 1, 3]
    assert executor.runs[0].seed == trial_seed(1337, 3, 0, "again")
    assert [[run.number for run in one.runs] for one in study.confirmed] == [[0, 1], [0, 1]]


def test_an_interrupted_confirmation_keeps_the_runs_that_ended() -> None:
    runs = RunsAgain(STUDY, best_trials(STUDY, 2), 2)
    kept: list[Confirmation] = []
    with pytest.raises(KeyboardInterrupt):
        search(
            replace(STUDY, trials=(), max_evals=4),
            FakeExecutor(SPACE, by_seed, interrupt_at=3),
            sampler=lambda space: DuePoints(space, runs),
            storage=RunsAgainStorage(runs, kept.append),
            observer=Recorder(),
            again=runs,
        )
    assert len(kept) == 1
    left = RunsAgain(replace(STUDY, confirmations=tuple(kept)), runs.trials, 2).due
    assert [(trial.number, run) for trial, run in left] == [(3, 0), (1, 1), (3, 1)]


def test_trials_with_failed_runs_come_after_those_without() -> None:
    def fails(run: Run) -> Said:
        seeds = [trial_seed(1337, 1, k, "again") for k in range(2)]
        bad = run.seed == seeds[1]
        yield Finished(Failed("raised", "no") if bad else Complete(float(run.number)), {})

    study, _, _ = again(STUDY, script=fails, repeats=2)
    assert [one.trial.number for one in study.confirmed] == [3, 1]
    assert [len(one.failed) for one in study.confirmed] == [0, 1]
    assert study.winner == STUDY.trials[3]


def test_the_best_points_are_distinct_and_have_run() -> None:
    trials = (
        trial(0, 2.0, rate=0.1),
        trial(1, 1.0, rate=0.1, unused=("other",)),
        trial(2, 1.5, rate=0.1, unused=("other",)),
        trial(3, 0.5, rate=0.9, equal_to=0),
        trial(4, None),
        trial(5, 0.25, rate=0.5, state=TrialState.PRUNED),
    )
    study = replace(STUDY, trials=trials)
    assert [one.number for one in best_trials(study, 9)] == [1, 0]
    assert [one.number for one in best_trials(replace(study, count_pruned=True), 2)] == [5, 1]
