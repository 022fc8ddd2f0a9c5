"""Searches in which trials are equal: what runs, what is answered, who hears of it, and where it ends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import pytest

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.executors.base import Died
from hypertemplate.runtime.protocol import Complete, Epoch, Finished, FitStarted, Pruned, Run
from hypertemplate.search.equal_trials.answers import IN_A_ROW
from hypertemplate.search.fixed_params import FixedParam
from hypertemplate.search.loop import search
from hypertemplate.search.pruners.base import NoPruner
from hypertemplate.search.samplers.base import DefaultSampler
from hypertemplate.search.stop_rules import Limits
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.study import Study, Trial, TrialState
from tests.search.fakes import DIED, FakeExecutor, Recorder, Said, TrialScript, raised
from tests.search.spaces import chosen, numeric

SIX = (chosen("units", "32", "64"), chosen("kind", "1", "2", "3"))
RATE = numeric("rate", "uniform", low=0, high=1)


class Listed(DefaultSampler):
    """Proposes points from a list, the last one again and again, and keeps what it hears."""

    def __init__(self, points: Sequence[Params], space: tuple[Dimension, ...]) -> None:
        super().__init__(space)
        self.points = points
        self.given: list[int] = []
        self.told: list[tuple[int, Params, float | None]] = []

    def ask(self, number: int) -> Params:
        return self.points[min(number, len(self.points) - 1)]

    def give(self, number: int, params: Params) -> None:
        self.given.append(number)

    def tell(
        self,
        number: int,
        params: Params,
        loss: float | None,
        failure: str | None = None,
        estimate: float | None = None,
        unused: Collection[str] = (),
    ) -> None:
        self.told.append((number, params, loss))


class Counting(NoPruner):
    """Hears which trials ended."""

    def __init__(self) -> None:
        self.ended: list[int] = []
        self.began: list[int] = []

    def begin(self, study: Study, interrupted: Sequence[Trial]) -> None:
        self.began = [trial.number for trial in study.trials]

    def trial_ended(self, trial: Trial, study: Study) -> None:
        self.ended.append(trial.number)


class Search:
    def __init__(
        self,
        points: Sequence[Params],
        trial: TrialScript,
        space: tuple[Dimension, ...] = SIX,
        *,
        earlier: Sequence[Trial] = (),
        max_evals: int = 50,
        limits: Limits | None = None,
        fixed: tuple[FixedParam, ...] = (),
        rerun_equal: bool = False,
        **executor: object,
    ) -> None:
        self.executor = FakeExecutor(space, trial, **executor)  # type: ignore[arg-type]
        self.observer, self.pruner = Recorder(), Counting()
        self.storage = MemoryStorage(lambda _: tuple(earlier))
        self.samplers: list[Listed] = []
        self.points, self.limits, self.fixed, self.rerun_equal = points, limits, fixed, rerun_equal
        self.plan = Study("model", "d1", 1337, (), max_evals=max_evals)

    def run(self) -> Study:
        def make(space: tuple[Dimension, ...]) -> Listed:
            self.samplers.append(Listed(self.points, space))
            return self.samplers[-1]

        return search(
            self.plan,
            self.executor,
            sampler=make,
            storage=self.storage,
            observer=self.observer,
            fixed=self.fixed,
            pruner=self.pruner,
            limits=self.limits,
            rerun_equal=self.rerun_equal,
        )

    @property
    def ran(self) -> list[int]:
        return [run.number for run in self.executor.runs]

    @property
    def notes(self) -> list[str]:
        return [line[5:] for line in self.observer.lines if line.startswith("note ")]


def point(units: int, kind: int) -> Params:
    return {"units": units, "kind": kind}


def scored(run: Run, *unread: str) -> Finished:
    """The end of a trial whose loss is the sum of what it read."""
    read = {label: value for label, value in run.params.items() if label not in unread}
    return Finished(Complete(float(sum(read.values()))), {"sum": sum(read.values())}, unused=unread)


def summing(*unread: str) -> TrialScript:
    def trial(run: Run) -> Said:
        yield scored(run, *unread)

    return trial


def equals(study: Study) -> dict[int, int]:
    return {trial.number: trial.equal_to for trial in study.trials if trial.equal_to is not None}


def test_an_equal_trial_has_a_number_and_the_result_of_its_original_and_does_not_run() -> None:
    one = Search([point(1, 2), point(0, 1), point(1, 2), point(0, 0)], summing(), max_evals=3)
    study = one.run()
    assert one.ran == [0, 1, 3]
    assert equals(study) == {2: 0}
    first, answered = study.trials[0], study.trials[2]
    assert (answered.state, answered.loss, answered.metrics) == (TrialState.COMPLETE, 3.0, {"sum": 3})
    assert (answered.duration_s, answered.curves, answered.params) == (None, (), point(1, 2))
    assert replace(answered, number=0, equal_to=None, started_at="", duration_s=None) == replace(
        first, started_at="", duration_s=None
    )
    assert one.samplers[0].told == [
        (0, point(1, 2), 3.0), (1, point(0, 1), 1.0), (2, point(1, 2), 3.0), (3, point(0, 0), 0.0)
    ]  # fmt: skip
    assert one.observer.lines[-3:] == [
        "finished 2 COMPLETE 3.0 ''",
        "started 3 RUNNING {'units': 0, 'kind': 0}",
        "finished 3 COMPLETE 0.0 'printed by worker 0\\n'",
    ]
    assert study.evaluations == 3


def test_where_every_trial_is_asked_for_every_one_runs() -> None:
    one = Search([point(1, 2)], summing(), max_evals=3, rerun_equal=True)
    assert equals(one.run()) == {}
    assert one.ran == [0, 1, 2]


def test_a_label_that_the_original_did_not_read_makes_no_difference() -> None:
    one = Search([point(1, 2), point(1, 0), point(0, 0)], summing("kind"))
    study = one.run()
    assert one.ran == [0, 2]
    assert equals(study) == {1: 0}
    assert [trial.unused for trial in study.trials] == [("kind",)] * 3
    assert one.notes == [
        "stopped: every point of the search space has been tried, in 2 trials (none has read kind); "
        "--rerun-equal runs points again"
    ]


def test_a_space_of_six_points_is_tried_once_each_and_then_the_search_ends() -> None:
    one = Search([point(1, 2)], summing())
    study = one.run()
    assert study.evaluations == 6
    assert {tuple(trial.params.values()) for trial in study.trials} == {
        (units, kind) for units in range(2) for kind in range(3)
    }
    assert len(study.trials) == 6 + IN_A_ROW, "the sampler repeated itself until it was asked no more"
    assert one.samplers[0].given == one.ran[1:] == list(range(IN_A_ROW + 1, IN_A_ROW + 6))
    assert one.notes == [
        "stopped: every point of the search space has been tried, in 6 trials; --rerun-equal runs points again"
    ]


def test_a_search_that_reaches_its_number_of_trials_says_nothing() -> None:
    points = [point(units, kind) for units in range(2) for kind in range(3)]
    one = Search(points, summing(), max_evals=6)
    assert one.run().evaluations == 6
    assert one.notes == []


@pytest.mark.parametrize("begun", [0, 1, 5, IN_A_ROW, IN_A_ROW + 1, IN_A_ROW + 3])
def test_a_search_that_is_interrupted_and_resumed_is_that_of_one_run(begun: int) -> None:
    def plain(study: Study) -> list[Trial]:
        return [replace(trial, started_at="", duration_s=None) for trial in study.trials]

    whole = plain(Search([point(1, 2)], summing()).run())
    again = Search([point(1, 2)], summing(), earlier=whole[:begun])
    assert plain(again.run()) == whole
    assert again.pruner.began == [trial.number for trial in whole[:begun] if trial.equal_to is None]


def test_a_failed_point_fails_again_without_a_trial_and_only_at_all_its_values() -> None:
    def trial(run: Run) -> Said:
        yield replace(raised(), unused=("kind",)) if run.params["units"] else scored(run)

    one = Search([point(1, 2), point(1, 2), point(1, 1), point(0, 0)], trial, max_evals=3)
    study = one.run()
    assert one.ran == [0, 2, 3]
    assert equals(study) == {1: 0}
    assert [trial.state.value for trial in study.trials] == ["FAILED"] * 3 + ["COMPLETE"]
    assert (study.trials[1].error, study.trials[1].traceback) == ("ValueError: no", "")


def test_answered_failures_do_not_count_as_failures_in_a_row() -> None:
    one = Search([point(1, 2)], lambda run: iter_said(raised()), limits=Limits(max_failures=2))
    study = one.run()
    assert one.ran == [0, IN_A_ROW + 1], "50 answers in between, and then the second failure"
    assert study.evaluations == 2
    assert one.observer.lines[-1] == "stopped 2"


def iter_said(message: Finished | Died) -> Said:
    yield message


def test_a_pruned_point_may_get_further_but_counts_as_tried() -> None:
    def trial(run: Run) -> Said:
        yield Finished(Pruned(None, "worse"), {}) if run.params["units"] else scored(run, "kind")

    one = Search([point(1, 2), point(1, 2), point(0, 0)], trial, max_evals=50)
    study = one.run()
    assert one.ran[:3] == [0, 1, 2]
    states = [trial.state.value for trial in study.trials if trial.equal_to is None]
    assert states == ["PRUNED", "PRUNED", "COMPLETE", "PRUNED", "PRUNED"]
    assert len({tuple(t.params.values()) for t in study.trials if t.state is TrialState.PRUNED}) == 3


def test_patience_and_the_pruner_hear_only_of_trials_that_ran() -> None:
    points = [point(0, 0), *[point(0, 0)] * 10, point(1, 0), point(1, 1)]
    one = Search(points, summing(), limits=Limits(patience=2))
    study = one.run()
    assert one.ran == one.pruner.ended == [0, 11, 12]
    assert study.best == study.trials[0]
    assert one.notes == ["stopped: the last 2 trials found no better loss"]


def two_epochs(end: Callable[[Run], Finished | Died]) -> TrialScript:
    """Trials that report twice, so that two workers run at once."""

    def trial(run: Run) -> Said:
        yield FitStarted(0, 2)
        for epoch in range(2):
            yield Epoch(0, epoch, {"val_loss": 1.0})
        yield end(run)

    return trial


def test_an_equal_trial_waits_for_one_that_runs_and_its_worker_goes_on() -> None:
    points = [point(1, 2), point(1, 2), point(0, 1), point(0, 0)]
    one = Search(points, two_epochs(scored), max_evals=3, workers=2)
    study = one.run()
    assert [(worker, run.number) for worker, run in one.executor.sent if isinstance(run, Run)][:2] == [
        (0, 0), (1, 2)
    ]  # fmt: skip
    assert one.ran == [0, 2, 3]
    assert equals(study) == {1: 0}
    assert one.storage.running == ()


@pytest.mark.parametrize(
    ("end", "state"),
    [
        pytest.param(lambda run: raised(), "FAILED", id="it fails"),
        pytest.param(lambda run: DIED, "FAILED", id="its worker dies"),
        pytest.param(lambda run: Finished(Pruned(2.0, "worse"), {}), "PRUNED", id="it is pruned"),
    ],
)
def test_an_equal_trial_that_waited_has_the_end_of_the_other_whatever_it_is(
    end: Callable[[Run], Finished | Died], state: str
) -> None:
    one = Search([point(1, 2), point(1, 2), point(0, 1)], two_epochs(end), max_evals=2, workers=2)
    study = one.run()
    assert equals(study) == {1: 0}
    assert [trial.state.value for trial in study.trials] == [state] * 3


def test_two_workers_try_six_points_once_each() -> None:
    one = Search([point(1, 2)], two_epochs(scored), workers=2)
    study = one.run()
    assert study.evaluations == len(one.ran) == 6
    assert len({tuple(trial.params.items()) for trial in study.trials}) == 6
    assert "tried, in 6 trials" in one.notes[-1]


def test_a_trial_that_waited_when_the_search_was_interrupted_is_answered_when_it_is_resumed() -> None:
    done = Trial(0, TrialState.COMPLETE, point(1, 2), loss=3.0)
    one = Search([point(0, 0)], summing(), earlier=[done], max_evals=2)
    one.storage.create(replace(one.plan, space=SIX))
    one.storage.propose(Trial(1, TrialState.RUNNING, point(1, 2)), "")
    study = one.run()
    assert one.ran == [2]
    assert equals(study) == {1: 0}


def test_trials_of_other_code_answer_nothing() -> None:
    old = Trial(0, TrialState.COMPLETE, point(1, 2), loss=3.0, generation=-1)
    one = Search([point(1, 2)], summing(), earlier=[old], max_evals=2)
    assert equals(one.run()) == {}
    assert one.ran == [1]


def test_a_set_value_is_one_that_was_read() -> None:
    one = Search([{"kind": 1}], summing(), fixed=(FixedParam("units", "64"),), max_evals=50)
    study = one.run()
    assert {tuple(trial.params.values()) for trial in study.trials} == {(1, kind) for kind in range(3)}
    assert study.evaluations == 3
    assert {trial.frozen for trial in study.trials} == {("units",)}


def test_where_the_sampler_is_stuck_in_an_infinite_space_other_points_are_drawn() -> None:
    def trial(run: Run) -> Said:
        yield scored(run, "rate") if run.params["units"] else scored(run)

    stuck = {"units": 1, "rate": 0.1}
    one = Search([stuck], trial, (chosen("units", "32", "64"), RATE), max_evals=4)
    study = one.run()
    assert study.evaluations == 4
    assert [trial.params for trial in study.trials if trial.equal_to is None][1:] == [
        {"units": 0, "rate": rate} for rate in (0.5, 0.25, 0.75)
    ]


def test_a_search_that_reads_nothing_ends_after_one_trial() -> None:
    one = Search([{"rate": 0.3}], summing("rate"), (RATE,))
    assert one.run().evaluations == 1
    assert one.notes == [
        "stopped: every point of the search space has been tried, in 1 trial (none has read rate); "
        "--rerun-equal runs points again"
    ]


def test_where_no_further_point_is_found_the_search_ends_too() -> None:
    space = (numeric("q", "qnormal", mu=0, sigma=0.001, q=1.0),)
    one = Search([{"q": 0.0}], summing(), space)
    assert one.run().evaluations == 1
    assert one.notes == ["stopped: no further point was found after 1 trial; --rerun-equal runs points again"]


def test_retried_trials_run_and_those_that_were_equal_are_answered_anew() -> None:
    failed = Trial(0, TrialState.FAILED, point(1, 2), error="no")
    equal = replace(failed, number=1, equal_to=0)
    one = Search([point(0, 0)], summing(), earlier=[failed, equal], limits=Limits(pending_only=True))
    one.storage.create(replace(one.plan, space=SIX))
    one.storage.reopen(0)
    one.storage.reopen(1)
    study = one.run()
    assert one.ran == [0]
    assert equals(study) == {1: 0}
    assert [trial.loss for trial in study.trials] == [3.0, 3.0]
