"""The search over executors without processes: what is asked, sent, stored, told and answered."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.errors import LoadError, SharedStateError, UsageError, WorkerError
from hypertemplate.executors.base import Died
from hypertemplate.origin import Origin
from hypertemplate.runtime.protocol import (
    Complete,
    Drop,
    Epoch,
    Failed,
    Finished,
    FitEnded,
    FitStarted,
    Go,
    LoadFailed,
    Pruned,
    Ready,
    Run,
    Saved,
    Stop,
)
from hypertemplate.runtime.seeds import trial_seed
from hypertemplate.search.fixed_params import FixedParam
from hypertemplate.search.loop import search
from hypertemplate.search.pruners.base import Pruner
from hypertemplate.search.samplers.base import DefaultSampler
from hypertemplate.search.stop_rules import Limits
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from tests.search.fakes import (
    DIED,
    LOAD_FAILED,
    FakeExecutor,
    Recorder,
    Said,
    TrialScript,
    losing,
    outcomes,
    raised,
)
from tests.search.spaces import chosen, numeric

SPACE = (numeric("rate", "uniform", low=0, high=1), chosen("units", "32", "64"))


class CountingSampler(DefaultSampler):
    """Proposes the trial's number as the rate, and keeps what it is told."""

    def __init__(self, space: tuple[object, ...]) -> None:
        self.labels = [dimension.label for dimension in space]  # type: ignore[attr-defined]
        self.told: list[tuple[int, Params, float | None]] = []

    def ask(self, number: int) -> Params:
        return {label: float(number) if label == "rate" else 0 for label in self.labels}

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


class Search:
    """One search with its parts at hand."""

    def __init__(
        self,
        trial: TrialScript,
        *,
        max_evals: int = 3,
        fixed: tuple[FixedParam, ...] = (),
        pruner: Pruner | None = None,
        limits: Limits | None = None,
        folder: Path | None = None,
        scratch: Path | None = None,
        pause: Callable[[float], None] = lambda seconds: None,
        **executor: object,
    ) -> None:
        self.executor = FakeExecutor(SPACE, trial, **executor)  # type: ignore[arg-type]
        self.observer = Recorder()
        self.storage = MemoryStorage()
        self.samplers: list[CountingSampler] = []
        self.plan = Study("model", "d1", 1337, (), max_evals=max_evals)
        self.fixed, self.pruner, self.limits, self.folder = fixed, pruner, limits, folder
        self.pause, self.scratch = pause, scratch
        self.ticks = itertools.count(100.0, 0.5)

    def run(self) -> Study:
        def make(space: tuple[object, ...]) -> CountingSampler:
            self.samplers.append(CountingSampler(space))
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
            folder=self.folder,
            scratch=self.scratch,
            clock=lambda: next(self.ticks),
            pause=self.pause,
        )

    def kept(self) -> tuple[Trial, ...]:
        return self.storage.study.trials


def errors_of(study: Study) -> list[str | None]:
    return [trial.error for trial in study.trials]


def test_a_search_asks_runs_stores_and_tells() -> None:
    one = Search(lambda run: iter_said(Finished(Complete(5.0 - run.number), {"accuracy": 0.5})))
    study = one.run()
    assert [(t.number, t.state, t.loss, t.params) for t in study.trials] == [
        (0, TrialState.COMPLETE, 5.0, {"rate": 0.0, "units": 0}),
        (1, TrialState.COMPLETE, 4.0, {"rate": 1.0, "units": 0}),
        (2, TrialState.COMPLETE, 3.0, {"rate": 2.0, "units": 0}),
    ]
    assert study.trials[0].metrics == {"accuracy": 0.5}
    assert study.space == SPACE
    assert study.versions == {"keras": "3.15.1", "backend": "tensorflow"}
    assert study.best == study.trials[2]
    assert one.executor.runs == [
        Run(0, {"rate": 0.0, "units": 0}, trial_seed(1337, 0), None),
        Run(1, {"rate": 1.0, "units": 0}, trial_seed(1337, 1), 5.0),
        Run(2, {"rate": 2.0, "units": 0}, trial_seed(1337, 2), 4.0),
    ]
    assert [(number, loss) for number, _, loss in one.samplers[0].told] == [(0, 5.0), (1, 4.0), (2, 3.0)]
    assert one.executor.closed == 1
    assert one.observer.lines == [
        "loading",
        "ready ['rate', 'units']",
        "started 0 RUNNING {'rate': 0.0, 'units': 0}",
        "finished 0 COMPLETE 5.0 'printed by worker 0\\n'",
        "started 1 RUNNING {'rate': 1.0, 'units': 0}",
        "finished 1 COMPLETE 4.0 'printed by worker 0\\n'",
        "started 2 RUNNING {'rate': 2.0, 'units': 0}",
        "finished 2 COMPLETE 3.0 'printed by worker 0\\n'",
    ]


def iter_said(*messages: object) -> Said:
    yield from messages  # type: ignore[misc]


def test_durations_are_of_the_clock_and_starts_are_utc() -> None:
    study = Search(losing(), max_evals=2).run()
    assert [trial.duration_s for trial in study.trials] == [0.5, 0.5]
    starts = [datetime.fromisoformat(trial.started_at) for trial in study.trials]
    assert all(start.utcoffset() == timedelta(0) for start in starts)
    assert starts == sorted(starts)


def test_what_does_not_wait_is_kept_and_not_answered() -> None:
    def trial(run: Run) -> Said:
        yield FitStarted(0, 1, waits=False)
        yield Epoch(0, 0, {"val_loss": 1.0}, waits=False)
        yield FitEnded(0, 1, waits=False)
        yield Finished(Complete(1.0), {})

    one = Search(trial, max_evals=1)
    (kept,) = one.run().trials
    assert kept.curve == ({"val_loss": 1.0},)
    assert one.executor.answers() == []


def test_each_fit_has_its_curve_and_each_message_is_answered() -> None:
    def trial(run: Run) -> Said:
        for fit in range(2):
            assert isinstance((yield FitStarted(fit, 2 + fit)), Go)
            for epoch in range(2 + fit):
                assert isinstance((yield Epoch(fit, epoch, {"val_loss": 10.0 * fit + epoch})), Go)
            assert isinstance((yield FitEnded(fit, 2 + fit)), Go)
        yield Finished(Complete(1.0), {})

    one = Search(trial, max_evals=1)
    (kept,) = one.run().trials
    assert kept.curve == ({"val_loss": 10.0}, {"val_loss": 11.0}, {"val_loss": 12.0})
    assert [(curve.fit, curve.epochs, len(curve.reports)) for curve in kept.curves] == [(0, 2, 2), (1, 3, 3)]
    assert kept.curves[0].finite == ({"val_loss": 0.0}, {"val_loss": 1.0})
    assert [report.step for report in kept.curves[1].reports] == [0, 1, 2]
    assert one.executor.answers() == [Go()] * 9
    assert [line for line in one.observer.lines if line.startswith("epoch")] == [
        "epoch 0 0 2",
        "epoch 0 1 2",
        "epoch 0 0 3",
        "epoch 0 1 3",
        "epoch 0 2 3",
    ]


class StopSecondFit:
    """A pruner that stops every trial in its second fit, and keeps all that it hears."""

    def __init__(self) -> None:
        self.study: Study | None = None
        self.heard: list[object] = []

    def begin(self, study: Study, interrupted: Sequence[Trial]) -> None:
        self.study = study

    def settled(self, trial: Trial) -> Trial:
        return replace(trial, estimate=0.5)

    def trial_started(self, trial: Trial) -> None:
        self.heard.append(f"started {trial.number}")

    def epoch_ended(self, number: int, curve: Curve) -> Go | Stop:
        report = curve.reports[-1]
        self.heard.append((number, curve.fit, curve.epochs, report.step, report.epoch, report.metrics))
        return Stop(f"worse in fit {curve.fit}") if curve.fit == 1 else Go()

    def needed(self, number: int, curve: Curve) -> Go:
        return Go("val_loss", (3,))

    def trial_ended(self, trial: Trial, study: Study) -> None:
        self.heard.append(f"ended {trial.number} {trial.state.value} {trial.failure}")


def test_a_pruner_hears_of_each_epoch_of_each_fit_and_stops_the_trial() -> None:
    def trial(run: Run) -> Said:
        yield FitStarted(0, None)
        yield Epoch(0, 0, {"loss": 9.0})
        yield Epoch(0, 1, {"loss": 9.0, "val_loss": 3.0})
        yield FitStarted(1, 5)
        answer = yield Epoch(1, 0, {"val_loss": 2.5})
        assert isinstance(answer, Stop)
        yield Finished(Pruned(2.5, answer.reason), {})

    pruner = StopSecondFit()
    one = Search(trial, max_evals=1, pruner=pruner)
    (kept,) = one.run().trials
    assert pruner.heard == [
        "started 0",
        (0, 0, None, 0, 0, {"loss": 9.0}),
        (0, 0, None, 1, 1, {"loss": 9.0, "val_loss": 3.0}),
        (0, 1, 5, 0, 0, {"val_loss": 2.5}),
        "ended 0 PRUNED None",
    ]
    assert (kept.state, kept.loss, kept.error) == (TrialState.PRUNED, 2.5, "worse in fit 1")
    assert (one.samplers[0].told[0][2], kept.estimate) == (None, 0.5)
    of_unknown_length = Go("val_loss", (3,))
    assert one.executor.answers() == [*[of_unknown_length] * 3, Go(), Stop("worse in fit 1")]


def after_the_stop(*last: Finished | Died) -> TrialScript:
    """Trials that are stopped in their second fit, and end so."""

    def trial(run: Run) -> Said:
        yield FitStarted(0, 5)
        yield FitStarted(1, 5)
        yield Epoch(1, 0, {"val_loss": 2.5})
        yield last[run.number]

    return trial


@pytest.mark.parametrize(
    ("last", "kept", "note"),
    [
        pytest.param(Finished(Complete(2.0), {}), (TrialState.PRUNED, 2.0), "", id="what it returned"),
        pytest.param(Finished(Pruned(None), {}), (TrialState.PRUNED, None), "", id="it ended by the stop"),
        pytest.param(
            raised("ValueError: no"), (TrialState.PRUNED, None), "ValueError: no", id="its code raised"
        ),
        pytest.param(
            Finished(Failed("out of accelerator memory", "no room"), {}),
            (TrialState.PRUNED, None),
            "no room",
            id="its device had no memory left",
        ),
        pytest.param(
            DIED,
            (TrialState.PRUNED, None),
            "the worker was killed by signal 9 (SIGKILL)",
            id="its worker died",
        ),
        pytest.param(Finished(Complete(math.nan), {}), (TrialState.PRUNED, None), "", id="it returned NaN"),
    ],
)
def test_what_comes_after_a_stop_does_not_undo_it(
    last: Finished | Died, kept: tuple[TrialState, float | None], note: str
) -> None:
    one = Search(after_the_stop(last), max_evals=1, pruner=StopSecondFit())
    (trial,) = one.run().trials
    assert (trial.state, trial.loss) == kept
    assert trial.error == "worse in fit 1"
    notes = [line for line in one.observer.lines if line.startswith("note")]
    assert notes == ([f"note trial 0 was pruned, and failed after that: {note}"] if note else [])


def test_a_worker_that_is_worn_after_a_stop_is_replaced() -> None:
    """The trial stays pruned, and what is wrong with the device still counts."""
    memory = Finished(Failed("out of accelerator memory", "no room"), {})
    one = Search(after_the_stop(memory, memory), max_evals=2, pruner=StopSecondFit())
    one.executor.wear = lambda worker, outcome: "worn" if isinstance(outcome, Failed) else None
    assert [trial.state for trial in one.run().trials] == [TrialState.PRUNED] * 2
    assert one.executor.restarted == [0]


def test_an_interrupt_after_a_stop_interrupts_the_search() -> None:
    interrupted = Finished(Failed("interrupted", "the trial was interrupted"), {})
    one = Search(after_the_stop(interrupted), max_evals=1, pruner=StopSecondFit())
    one.executor.in_process = True
    with pytest.raises(KeyboardInterrupt):
        one.run()
    assert [trial.number for trial in one.storage.running] == [0]


def test_a_stopped_trial_that_counts_is_the_best_and_the_sampler_hears_its_loss() -> None:
    outcomes = [Finished(Complete(2.0), {}, has_model=True), Finished(Complete(9.0), {})]
    for count_pruned in (False, True):
        one = Search(after_the_stop(*outcomes), max_evals=2, pruner=StopSecondFit())
        one.plan = replace(one.plan, count_pruned=count_pruned)
        study = one.run()
        best = None if study.best is None else study.best.number
        assert best == (0 if count_pruned else None)
        assert one.samplers[0].told[0][2] == (2.0 if count_pruned else None)
        assert [t.estimate for t in study.trials] == ([None] * 2 if count_pruned else [0.5] * 2)


def test_a_pruner_hears_of_deaths_and_knows_the_curves_of_earlier_runs() -> None:
    def trial(run: Run) -> Said:
        yield FitStarted(0, 1)
        yield Epoch(0, 0, {"val_loss": float(run.number)})
        yield DIED if run.number == 2 else Finished(Complete(1.0), {})

    pruner = StopSecondFit()
    first = Search(trial, max_evals=3, interrupt_at=5)
    with pytest.raises(KeyboardInterrupt):
        first.run()
    again = Search(trial, max_evals=3, pruner=pruner)
    again.storage = first.storage
    again.run()
    assert pruner.study is not None
    assert [trial.curve for trial in pruner.study.trials] == [({"val_loss": 0.0},)]
    assert [heard for heard in pruner.heard if isinstance(heard, str)] == [
        "started 1",
        "ended 1 COMPLETE None",
        "started 2",
        "ended 2 FAILED died",
    ]


def test_a_model_is_dropped_before_the_next_trial() -> None:
    def trial(run: Run) -> Said:
        answer = yield Finished(Complete(1.0), {}, has_model=True)
        assert isinstance(answer, Drop)

    one = Search(trial, max_evals=2)
    one.run()
    assert [type(message).__name__ for _, message in one.executor.sent] == ["Run", "Drop", "Run", "Drop"]


@pytest.mark.parametrize(
    ("message", "state", "loss", "error"),
    [
        pytest.param(raised(), TrialState.FAILED, None, "ValueError: no", id="a trial that raised"),
        pytest.param(
            Finished(Complete(math.nan), {}), TrialState.FAILED, None, "the loss is nan", id="a loss of NaN"
        ),
        pytest.param(
            Finished(Complete(-math.inf), {}),
            TrialState.FAILED,
            None,
            "the loss is -inf",
            id="minus infinity",
        ),
        pytest.param(Finished(Pruned(None), {}), TrialState.PRUNED, None, None, id="pruned before any loss"),
        pytest.param(
            Finished(Pruned(math.nan), {}), TrialState.PRUNED, None, None, id="pruned with a loss of NaN"
        ),
        pytest.param(DIED, TrialState.FAILED, None, DIED.reason.message, id="the worker died"),
    ],
)
def test_a_trial_without_a_loss_is_kept_with_its_reason(
    message: Finished | Died, state: TrialState, loss: float | None, error: str | None
) -> None:
    one = Search(outcomes(Finished(Complete(1.0), {}), message, Finished(Complete(2.0), {})))
    study = one.run()
    kept = study.trials[1]
    assert (kept.state, kept.loss, kept.error) == (state, loss, error)
    assert one.samplers[0].told[1][2] == loss
    assert [trial.loss for trial in study.trials] == [1.0, loss, 2.0]
    assert one.executor.closed == 1


def test_the_traceback_and_the_output_of_a_failed_trial_are_passed_on() -> None:
    one = Search(outcomes(raised()), max_evals=1)
    (kept,) = one.run().trials
    assert kept.traceback == "Traceback: no"
    assert one.observer.lines[-1] == "finished 0 FAILED None 'printed by worker 0\\n'"


def test_a_dead_worker_is_replaced_and_the_search_goes_on() -> None:
    one = Search(outcomes(DIED, Finished(Complete(1.0), {})))
    study = one.run()
    assert [trial.state.value for trial in study.trials] == ["FAILED", "COMPLETE", "COMPLETE"]
    assert one.executor.restarted == [0]
    assert one.observer.lines.count("ready ['rate', 'units']") == 1


def test_a_worker_that_dies_in_the_last_trial_is_not_replaced() -> None:
    one = Search(outcomes(Finished(Complete(1.0), {}), DIED), max_evals=2)
    one.run()
    assert one.executor.restarted == []


def test_five_failures_at_the_start_stop_the_search() -> None:
    one = Search(outcomes(raised()), max_evals=20)
    study = one.run()
    assert errors_of(study) == ["ValueError: no"] * 5
    assert one.observer.lines[-1] == "stopped 5"
    assert study.best is None


NO_OBJECTIVE = Finished(Failed("no objective", "there is no metric named f1"), {"accuracy": 0.5})


def test_an_objective_that_the_first_trial_does_not_produce_stops_the_search() -> None:
    one = Search(outcomes(NO_OBJECTIVE), max_evals=20)
    study = one.run()
    assert errors_of(study) == ["there is no metric named f1"]
    assert study.trials[0].metrics == {"accuracy": 0.5}
    assert one.observer.lines[-1] == "stopped 1"


def test_an_objective_that_a_later_trial_does_not_produce_is_a_failed_trial() -> None:
    one = Search(
        outcomes(Finished(Complete(1.0), {}), NO_OBJECTIVE, Finished(Complete(2.0), {})), max_evals=3
    )
    assert [t.state.value for t in one.run().trials] == ["COMPLETE", "FAILED", "COMPLETE"]
    assert not any(line.startswith("stopped") for line in one.observer.lines)


def test_deaths_at_the_start_count_as_failures() -> None:
    one = Search(outcomes(DIED), max_evals=20)
    assert len(one.run().trials) == 5
    assert one.executor.restarted == [0] * 4


def test_a_success_between_failures_begins_the_count_anew() -> None:
    one = Search(
        outcomes(raised(), raised(), raised(), raised(), Finished(Complete(1.0), {}), raised()), max_evals=12
    )
    assert [t.state.value for t in one.run().trials] == ["FAILED"] * 4 + ["COMPLETE"] + ["FAILED"] * 5
    assert one.observer.lines[-1] == "stopped 5"


def test_how_many_failures_stop_the_search_can_be_said() -> None:
    one = Search(outcomes(raised()), max_evals=12, limits=Limits(max_failures=2))
    assert len(one.run().trials) == 2


def test_a_limit_ends_the_search_and_says_so() -> None:
    one = Search(losing(0.25), max_evals=12, limits=Limits(stop_at=0.5))
    assert len(one.run().trials) == 1
    assert one.observer.lines[-1] == "note stopped: loss 0.25 has reached --stop-at 0.5"


def test_a_worker_that_is_worn_is_replaced_before_the_next_trial() -> None:
    one = Search(losing(), max_evals=2)
    one.executor.wear = lambda worker, outcome: "it has grown"
    one.run()
    assert one.executor.restarted == [0]
    assert "note worker 0 is replaced: it has grown" in one.observer.lines


def test_a_worker_that_cannot_put_back_what_a_trial_changed_is_replaced() -> None:
    lasting = "trial 0 changed 'base', which cannot be put back"
    one = Search(
        outcomes(Finished(Complete(1.0), {}, lasting=lasting), Finished(Complete(2.0), {})), max_evals=3
    )
    one.run()
    assert one.executor.restarted == [0]
    assert f"note worker 0 is replaced: {lasting}" in one.observer.lines


def test_each_trial_has_a_folder_of_its_own() -> None:
    one = Search(losing(), max_evals=2, folder=Path("/trials"))
    one.run()
    assert [run.folder for run in one.executor.runs] == ["/trials/0000", "/trials/0001"]


def test_trials_of_a_search_that_keeps_none_have_the_folder_of_their_worker() -> None:
    one = Search(losing(), max_evals=2, scratch=Path("/private"))
    one.run()
    assert [run.folder for run in one.executor.runs] == ["/private/worker-0", "/private/worker-0"]


def test_five_failures_that_are_all_that_was_asked_for_are_no_early_stop() -> None:
    one = Search(outcomes(raised()), max_evals=5)
    assert len(one.run().trials) == 5
    assert "stopped 5" not in one.observer.lines


@pytest.mark.parametrize(
    ("events", "trials", "errors"),
    [
        pytest.param(0, 0, None, id="while the worker loads"),
        pytest.param(1, 0, [], id="in the first trial"),
        pytest.param(2, 1, [None], id="in the second trial"),
    ],
)
def test_an_interrupted_trial_waits_to_run_again(
    events: int, trials: int, errors: list[str | None] | None
) -> None:
    one = Search(losing(), interrupt_at=events)
    with pytest.raises(KeyboardInterrupt):
        one.run()
    assert one.executor.closed == 1
    if errors is None:
        assert one.observer.lines == ["loading"]
    else:
        assert errors_of(one.storage.study) == errors
        assert len(one.kept()) == trials
        assert [trial.number for trial in one.storage.running] == [trials]


def test_an_interrupted_search_does_not_say_that_it_stopped_early() -> None:
    one = Search(outcomes(*[raised()] * 4, Finished(Complete(1.0), {})), max_evals=20, interrupt_at=5)
    with pytest.raises(KeyboardInterrupt):
        one.run()
    assert len(one.kept()) == 4
    assert not any(line.startswith("stopped") for line in one.observer.lines)


@pytest.mark.parametrize(
    ("first", "message", "details"),
    [
        pytest.param(LOAD_FAILED, LOAD_FAILED.message, LOAD_FAILED.traceback, id="the load fails"),
        pytest.param(DIED, DIED.reason.message, "", id="the worker dies while it loads"),
    ],
)
def test_a_program_that_cannot_be_loaded_ends_the_search(first: object, message: str, details: str) -> None:
    one = Search(losing(), first=first)
    with pytest.raises(LoadError) as caught:
        one.run()
    assert caught.value.args == (message, details, "printed by worker 0\n")
    assert one.executor.closed == 1
    assert one.executor.runs == []


def test_a_replacement_that_cannot_load_ends_the_search_with_its_trials_kept() -> None:
    one = Search(outcomes(Finished(Complete(1.0), {}), DIED), again=LOAD_FAILED)
    assert [trial.state.value for trial in one.run().trials] == ["COMPLETE", "FAILED"]


def test_a_replacement_with_another_space_ends_the_search() -> None:
    one = Search(outcomes(DIED), again=Ready(SPACE[:1], {}))
    with pytest.raises(LoadError, match="differs from worker to worker"):
        one.run()
    assert one.executor.closed == 1


def test_a_replacement_may_show_the_same_objects_at_other_addresses() -> None:
    first, again = (chosen("opt", f"<Adam at {place}>", literal=False) for place in ("0x1", "0x2"))
    one = Search(
        outcomes(DIED, Finished(Complete(1.0), {})), first=Ready((first,), {}), again=Ready((again,), {})
    )
    assert [trial.state.value for trial in one.run().trials] == ["FAILED", "COMPLETE", "COMPLETE"]


def test_an_idle_worker_that_dies_is_not_missed() -> None:
    def trial(run: Run) -> Said:
        if run.number == 0:
            # While the one worker runs the only trial, the other has nothing to do and dies.
            one.executor.dies(1)
            yield FitStarted(0, None)
        yield Finished(Complete(1.0), {})

    one = Search(trial, max_evals=1, workers=2)
    assert len(one.run().trials) == 1
    assert one.executor.restarted == []


def test_an_answer_that_was_not_asked_for_is_the_workers_fault() -> None:
    one = Search(lambda run: iter_said(Saved("x.keras")))
    with pytest.raises(WorkerError, match=r"unexpected reply from worker 0: Saved\(path='x.keras', "):
        one.run()
    assert one.executor.closed == 1


def test_each_note_is_told_once() -> None:
    first = Ready(SPACE, {}, notes=("data() runs for each trial",))
    messages = [Finished(Complete(1.0), {}, notes=notes) for notes in (("a",), ("a", "b"), ("b",))]
    one = Search(outcomes(*messages), first=first)
    one.run()
    assert [line for line in one.observer.lines if line.startswith("note")] == [
        "note data() runs for each trial",
        "note a",
        "note b",
    ]


def test_unused_labels_are_kept() -> None:
    one = Search(outcomes(Finished(Complete(1.0), {}, unused=("units",))), max_evals=1)
    assert one.run().trials[0].unused == ("units",)


def test_a_set_parameter_is_not_sampled_and_is_in_every_point() -> None:
    one = Search(losing(), max_evals=2, fixed=(FixedParam("units", "64"),))
    study = one.run()
    assert one.samplers[0].labels == ["rate"]
    assert [trial.params for trial in study.trials] == [{"rate": 0.0, "units": 1}, {"rate": 1.0, "units": 1}]
    assert study.frozen == ("units",)
    assert study.space == SPACE


def test_a_setting_that_does_not_fit_the_workers_space_ends_the_search() -> None:
    one = Search(losing(), fixed=(FixedParam("units", "65"),))
    with pytest.raises(UsageError):
        one.run()
    assert one.executor.closed == 1


def test_several_workers_share_the_trials() -> None:
    one = Search(losing(), max_evals=5, workers=2)
    study = one.run()
    assert [trial.number for trial in study.trials] == [0, 1, 2, 3, 4]
    assert {trial.worker for trial in study.trials} == {0, 1}
    assert [run.number for run in one.executor.runs] == [0, 1, 2, 3, 4]


def test_more_workers_than_trials_are_no_trouble() -> None:
    one = Search(losing(), max_evals=1, workers=3)
    assert len(one.run().trials) == 1


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        pytest.param(Limits(), 4, id="trials that are left"),
        pytest.param(Limits(pending_only=True), 2, id="trials that wait"),
    ],
)
def test_there_are_no_more_workers_than_trials_to_run(limits: Limits, most: int) -> None:
    one = Search(losing(), max_evals=5, limits=limits)
    one.storage.create(one.plan)
    for number in range(3):
        one.storage.propose(Trial(number, TrialState.RUNNING, {"rate": 0.5, "units": 0}), "")
    one.storage.add(Trial(0, TrialState.COMPLETE, {"rate": 0.5, "units": 0}, 1.0))
    one.run()
    assert one.executor.most == most


def test_what_the_executor_has_to_say_is_told() -> None:
    one = Search(losing(), max_evals=1)
    one.executor.notes = ("so many workers",)
    one.run()
    assert one.observer.lines[:3] == ["loading", "note so many workers", "ready ['rate', 'units']"]


CHANGED = "note a.py has changed since this study was started: trials before and after ran different code"


def test_a_file_that_has_changed_when_it_is_imported_again_is_told_once() -> None:
    again = Ready(SPACE, {}, files={"a.py": "2", "b.py": "1", "new.py": "1"})
    one = Search(
        outcomes(DIED, DIED, Finished(Complete(1.0), {})),
        first=Ready(SPACE, {}, files={"a.py": "1", "b.py": "1", "gone.py": "1"}),
        again=again,
    )
    study = one.run()
    assert [line for line in one.observer.lines if line.startswith("note")] == [CHANGED]
    assert study.files == {"a.py": "1", "b.py": "1", "gone.py": "1"}


def test_a_file_that_has_changed_since_the_study_was_begun_is_told() -> None:
    one = Search(losing(), max_evals=1, first=Ready(SPACE, {}, files={"a.py": "1"}))
    one.run()
    more = Search(losing(), max_evals=2, first=Ready(SPACE, {}, files={"a.py": "2", "new.py": "1"}))
    more.storage = one.storage
    study = more.run()
    assert [line for line in more.observer.lines if line.startswith("note")] == [CHANGED]
    assert study.files == {"a.py": "1", "new.py": "1"}


class GoneStorage(MemoryStorage):
    """A storage whose place is lost as soon as a trial runs."""

    def check(self) -> None:
        raise UsageError("gone")


def test_no_model_is_saved_where_the_study_is_not_any_more() -> None:
    one = Search(outcomes(Finished(Complete(1.0), {}, has_model=True)))
    one.storage = GoneStorage()
    with pytest.raises(UsageError, match=r"^gone$"):
        one.run()
    assert one.executor.answers() == []
    assert (one.kept(), one.executor.closed) == ((), 1)


def test_an_executor_that_cannot_start_is_closed() -> None:
    one = Search(losing())

    def start(most: int | None = None) -> None:
        raise WorkerError("no process could be started")

    one.executor.start = start  # type: ignore[method-assign]
    with pytest.raises(WorkerError):
        one.run()
    assert one.executor.closed == 1


def test_an_interruption_where_trials_run_in_this_process_is_one_of_the_search() -> None:
    one = Search(outcomes(Finished(Failed("interrupted", "the trial was interrupted"), {})), max_evals=1)
    one.executor.in_process = True
    with pytest.raises(KeyboardInterrupt):
        one.run()
    assert one.kept() == ()


INTERRUPTED = Failed("interrupted", "the worker was killed by signal 15 (SIGTERM)")


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(Died(INTERRUPTED), id="the signal ended the worker"),
        pytest.param(Finished(INTERRUPTED, {}), id="the signal ended the trial"),
    ],
)
def test_a_signal_to_a_worker_that_comes_to_the_search_a_moment_later_is_one_of_the_search(
    message: Died | Finished,
) -> None:
    waited = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        raise KeyboardInterrupt

    one = Search(outcomes(Finished(Complete(1.0), {}), message), workers=2, pause=pause)
    with pytest.raises(KeyboardInterrupt):
        one.run()
    assert waited == [1.0]
    assert errors_of(one.storage.study) == [None]
    assert [trial.number for trial in one.storage.running] == [1, 2]


def test_a_signal_to_a_worker_alone_is_a_failed_trial() -> None:
    one = Search(outcomes(Died(INTERRUPTED), Finished(Complete(1.0), {})))
    assert errors_of(one.run()) == [INTERRUPTED.message, None, None]


FAILED_ONCE = (
    f"note worker 1 could not be started: {LOAD_FAILED.message}; it is tried again after the next trial"
)
FAILED_TWICE = (
    f"note worker 1 could not be started: {LOAD_FAILED.message}; it is not tried again, since it failed twice"
)
ENDS = f"note the search ends, since the template could not be loaded again: {LOAD_FAILED.message}"
AGAIN = f"note worker 0 could not be started: {LOAD_FAILED.message}; it is tried again"
READY = Ready(SPACE, {"keras": "3.15.1", "backend": "tensorflow"})


def first_of_worker_1(message: Finished | Died) -> TrialScript:
    """Trial 1, which worker 1 runs where there are two, ends with this; the others end well."""
    return lambda run: iter_said(message if run.number == 1 else Finished(Complete(1.0 + run.number), {}))


def noted(one: Search) -> list[str]:
    return [line for line in one.observer.lines if line.startswith("note")]


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(LOAD_FAILED, id="it cannot load"),
        pytest.param(Died(Failed("died", LOAD_FAILED.message)), id="it dies while it loads"),
    ],
)
@pytest.mark.parametrize(
    ("second", "restarted", "notes"),
    [
        pytest.param(READY, [1, 1], [FAILED_ONCE], id="and loads the second time"),
        pytest.param(None, [1, 1], [FAILED_ONCE, FAILED_TWICE], id="twice"),
    ],
)
def test_the_search_goes_on_without_a_worker_that_cannot_be_replaced(
    failure: LoadFailed | Died, second: Ready | None, restarted: list[int], notes: list[str]
) -> None:
    one = Search(first_of_worker_1(DIED), max_evals=8, workers=2, agains=(failure, second or failure))
    states = [trial.state.value for trial in one.run().trials]
    assert states == ["COMPLETE", "FAILED", *["COMPLETE"] * 6]
    assert one.executor.restarted == restarted
    assert noted(one) == notes
    workers = {trial.worker for trial in one.kept() if trial.number > 2}
    assert workers == ({0, 1} if second else {0})


def test_a_worker_that_failed_to_load_and_then_dies_has_failed_once() -> None:
    one = Search(first_of_worker_1(DIED), max_evals=8, workers=2, agains=(LOAD_FAILED, READY))
    restart = one.executor.restart

    def restart_and_die(worker: int) -> None:
        restart(worker)
        if len(one.executor.restarted) == 1:
            one.executor.dies(1)

    one.executor.restart = restart_and_die  # type: ignore[method-assign]
    assert len(one.run().trials) == 8
    assert noted(one) == [FAILED_ONCE]


def test_a_search_whose_last_worker_loads_the_second_time_goes_on() -> None:
    one = Search(outcomes(Finished(Complete(1.0), {}), DIED, raised()), agains=(LOAD_FAILED, READY))
    assert [trial.state.value for trial in one.run().trials] == ["COMPLETE", "FAILED", "FAILED"]
    assert noted(one) == [AGAIN]


def test_a_search_ends_when_no_worker_is_left() -> None:
    one = Search(outcomes(Finished(Complete(1.0), {}), DIED), max_evals=9, again=LOAD_FAILED)
    assert [trial.state.value for trial in one.run().trials] == ["COMPLETE", "FAILED"]
    assert one.executor.restarted == [0, 0]
    assert noted(one) == [AGAIN, ENDS]


def test_a_worker_that_dies_while_the_first_ones_load_is_not_missed() -> None:
    one = Search(losing(), max_evals=3, workers=2, firsts=(DIED, READY))
    assert [trial.state.value for trial in one.run().trials] == ["COMPLETE"] * 3
    assert one.executor.restarted == [0]
    assert noted(one) == [
        f"note worker 0 could not be started: {DIED.reason.message}; it is tried again after the next trial"
    ]


def test_a_program_that_kills_every_worker_that_loads_it_ends_the_search() -> None:
    one = Search(losing(), workers=2, first=DIED)
    with pytest.raises(LoadError) as caught:
        one.run()
    assert caught.value.args == (DIED.reason.message, "", "printed by worker 1\n")


def test_a_change_that_the_searchs_own_process_cannot_put_back_ends_the_search() -> None:
    said = "'base' (line 3) was changed by trial 0"
    one = Search(outcomes(Finished(Complete(1.0), {}, lasting=said)), max_evals=3)
    one.executor.in_process = True
    with pytest.raises(SharedStateError, match="changed by trial 0"):
        one.run()
    assert len(one.storage.study.trials) == 1


def test_a_name_that_is_of_another_output_in_another_trial_is_no_objective() -> None:
    def of(output: int | None, loss: float) -> Finished:
        return Finished(Complete(loss), {}, origin=Origin("val_dense_1_loss", "fit", 1, 1, output))

    search = Search(outcomes(of(2, 0.5), of(1, 0.1), of(2, 0.4), of(None, 0.3)), max_evals=4)
    trials = search.run().trials
    assert [trial.loss for trial in trials] == [0.5, None, 0.4, 0.3]
    assert trials[1].error == (
        "val_dense_1_loss is a metric of output 1 of this network, but of output 2 in trial 0: Keras numbers the "
        "layers of a class, so their names depend on how many there are; name the output layers, as in "
        "Dense(1, name='price')"
    )


@pytest.mark.parametrize(
    ("finished", "told"),
    [
        pytest.param([Finished(Complete(0.5), {})] * 6, True, id="the same for all values"),
        pytest.param([Finished(Complete(0.5), {})] * 3, False, id="three trials, which may be chance"),
        pytest.param(
            [raised(), *[Finished(Complete(0.5), {})] * 4], True, id="trials that failed do not count"
        ),
        pytest.param(
            [Finished(Complete(0.5), {}, ("rate",))] * 6, False, id="of the one value that they read"
        ),
        pytest.param(
            [*[Finished(Complete(0.5), {})] * 3, Finished(Complete(0.25), {})],
            False,
            id="another number in the last",
        ),
    ],
)
def test_one_number_for_all_values_is_noted_once(finished: list[Finished], told: bool) -> None:
    search = Search(outcomes(*finished), max_evals=len(finished))
    search.run()
    begins = "note the first 4 complete trials read different values and have the same loss (0.5): this may be chance if"
    assert sum(line.startswith(begins) for line in search.observer.lines) == told
    begins = "note all "
    counted = [line for line in search.observer.lines if line.startswith(begins)]
    complete = sum(isinstance(one.outcome, Complete) for one in finished)
    expected = f"{begins}{complete} complete trials have the same loss (0.5): no value is better than another"
    assert counted == ([expected] if told and complete > 4 else [])
