"""The search: asks a sampler, has workers run the trials, keeps what comes of them."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone

from hypertemplate.compiler.space import Dimension, Params
from hypertemplate.errors import LoadError, WorkerError
from hypertemplate.executors.base import Died, Executor
from hypertemplate.runtime.protocol import (
    Drop,
    Epoch,
    Failed,
    Finished,
    FitEnded,
    FitStarted,
    FromWorker,
    Go,
    LoadFailed,
    Outcome,
    Ready,
    Run,
    Saved,
    SaveFailed,
    Stop,
)
from hypertemplate.runtime.seeds import trial_seed
from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.pruner import NoPruner, Pruner
from hypertemplate.search.rules import failed_at_start, judge, same_space
from hypertemplate.search.sampler import Sampler
from hypertemplate.search.settings import Frozen, Setting, freeze
from hypertemplate.search.storage import Storage
from hypertemplate.search.study import INTERRUPTED, Study, Trial, TrialState

WATCHED = "val_loss"
"""The metric of each epoch that a pruner hears of."""


@dataclass(slots=True)
class _Running:
    """A trial that a worker runs."""

    number: int
    params: Params
    started_at: str
    start_s: float
    curve: list[dict[str, float]] = field(default_factory=list)
    epochs: int | None = None
    steps: int = 0


def search(
    study: Study,
    executor: Executor,
    *,
    sampler: Callable[[tuple[Dimension, ...]], Sampler],
    storage: Storage,
    observer: SearchObserver,
    settings: tuple[Setting, ...] = (),
    pruner: Pruner | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Study:
    """Run a study's trials to their end; the executor is closed when this returns or raises.

    Args:
        study: what is searched and how; its space and its trials are empty.
        executor: has the program; not started yet.
        sampler: makes the sampler from the space that is left to sample.
        storage: where each trial goes when it ends.
        observer: hears of everything.
        settings: the parameters that have one value.
        pruner: hears of each epoch; by default no trial is stopped.
        clock: seconds that only grow.

    Returns:
        the study with its space and trials. Without a complete trial, `Study.best` is None.

    Raises:
        LoadError: the program could not be loaded in a worker.
        UsageError: a setting does not fit the space, or the storage has no room.
        WorkerError: a worker broke the protocol.
        KeyboardInterrupt: passed on; by then the running trials are stored as failed.
    """
    return _Search(study, executor, sampler, storage, observer, settings, pruner or NoPruner(), clock).run()


class _Search:
    """The state of one search; `run` is called once."""

    def __init__(
        self,
        study: Study,
        executor: Executor,
        make_sampler: Callable[[tuple[Dimension, ...]], Sampler],
        storage: Storage,
        observer: SearchObserver,
        settings: tuple[Setting, ...],
        pruner: Pruner,
        clock: Callable[[], float],
    ) -> None:
        self.plan = study
        self.executor = executor
        self.make_sampler = make_sampler
        self.storage = storage
        self.observer = observer
        self.settings = settings
        self.pruner = pruner
        self.clock = clock
        self.sampler: Sampler | None = None
        self.frozen = Frozen((), {}, ())
        self.loaded: set[int] = set()
        self.running: dict[int, _Running] = {}
        self.started = 0
        self.stopping = False
        self.noted: set[str] = set()

    def run(self) -> Study:
        """Handle events until there is nothing left to run."""
        try:
            self.executor.start()
            self.observer.loading()
            while self.sampler is None or self.running or self.has_more():
                event = self.executor.receive()
                if event is not None:
                    self.take(event.worker, event.message)
        except KeyboardInterrupt:
            self.interrupt()
            raise
        finally:
            self.executor.close()
        return self.storage.study

    def has_more(self) -> bool:
        """Whether another trial is to be started."""
        return self.started < self.plan.max_evals and not self.stopping

    def take(self, worker: int, message: FromWorker | Died) -> None:
        """Act on what a worker said."""
        match message:
            case Ready():
                self.on_ready(message)
                self.loaded.add(worker)
                self.start_trial(worker)
            case LoadFailed():
                self.on_load_failed(worker, message)
            case FitStarted():
                running = self.running[worker]
                running.curve, running.epochs = [], message.epochs
                self.executor.send(worker, Go())
            case Epoch():
                self.on_epoch(worker, message)
            case FitEnded():
                self.executor.send(worker, Go())
            case Finished():
                self.on_finished(worker, message)
            case Died():
                self.on_died(worker, message.reason)
            case Saved() | SaveFailed():
                raise WorkerError(f"worker {worker} answered a request that nobody made: {message!r}")

    def on_ready(self, ready: Ready) -> None:
        """Begin the study with the first worker's space; every other one must be the same."""
        self.note(ready.notes)
        if self.sampler is None:
            self.frozen = freeze(self.settings, ready.space)
            self.sampler = self.make_sampler(self.frozen.free)
            study = dataclasses.replace(
                self.plan, space=ready.space, frozen=tuple(self.frozen.values), versions=ready.versions
            )
            self.storage.create(study)
            self.observer.ready(study)
        elif not same_space(ready.space, self.storage.study.space):
            raise LoadError(
                "the search space differs from worker to worker; what the markers name must be the same "
                "each time that the file is loaded"
            )

    def on_load_failed(self, worker: int, failed: LoadFailed) -> None:
        """End the search if nothing has run yet; else end it with what was found, and say why."""
        if self.sampler is None:
            raise LoadError(failed.message, failed.traceback, self.executor.output(worker))
        self.stopping = True
        self.note((f"the search ends, since the template could not be loaded again: {failed.message}",))

    def start_trial(self, worker: int) -> None:
        """Give a worker that is free the next trial, if there is one."""
        if self.sampler is None or not self.has_more():
            return
        number, self.started = self.started, self.started + 1
        params = self.frozen.complete(self.sampler.ask(number))
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        self.running[worker] = _Running(number, params, now, self.clock())
        best = self.storage.study.best
        self.observer.trial_started(self.trial(worker, self.running[worker], TrialState.RUNNING))
        self.executor.send(
            worker,
            Run(number, params, trial_seed(self.plan.seed, number), None if best is None else best.loss),
        )

    def on_epoch(self, worker: int, epoch: Epoch) -> None:
        """Keep an epoch's metrics; go on with the fit or stop it."""
        running = self.running[worker]
        running.curve.append(epoch.metrics)
        step, running.steps = running.steps, running.steps + 1
        value = epoch.metrics.get(WATCHED)
        stop = value is not None and self.pruner.report(running.number, step, value)
        self.executor.send(worker, Stop() if stop else Go())
        self.observer.epoch_ended(running.number, epoch.epoch, running.epochs)

    def on_finished(self, worker: int, message: Finished) -> None:
        """Keep a trial that ended in its worker, and start the next."""
        if message.has_model:
            self.executor.send(worker, Drop())
        self.record(worker, message.outcome, metrics=message.metrics, unused=message.unused)
        self.note(message.notes)
        self.start_trial(worker)

    def on_died(self, worker: int, reason: Failed) -> None:
        """Keep the trial that a dead worker ran as failed, and replace the worker if there is more to run."""
        if worker not in self.loaded:
            raise LoadError(reason.message, reason.traceback, self.executor.output(worker))
        self.loaded.discard(worker)
        if worker in self.running:
            self.record(worker, reason)
        if self.has_more():
            self.executor.restart(worker)

    def record(
        self,
        worker: int,
        outcome: Outcome,
        *,
        metrics: dict[str, float] | None = None,
        unused: tuple[str, ...] = (),
    ) -> None:
        """Store the trial that a worker ran, tell the sampler and the observer."""
        running = self.running.pop(worker)
        state, loss, failed = judge(outcome)
        trial = dataclasses.replace(
            self.trial(worker, running, state),
            loss=loss,
            metrics=metrics or {},
            curve=tuple(running.curve),
            duration_s=self.clock() - running.start_s,
            error=failed.message if failed else None,
            traceback=failed.traceback if failed else "",
            unused=unused,
        )
        self.storage.add(trial)
        if self.sampler is not None:
            self.sampler.tell(trial.number, trial.params, trial.loss)
        study = self.storage.study
        printed = self.executor.output(worker) if failed and failed.kind != "interrupted" else ""
        self.observer.trial_finished(trial, study, printed)
        hopeless = failed_at_start(study) or (trial.number == 0 and failed and failed.kind == "no objective")
        if not self.stopping and hopeless and self.has_more():
            self.stopping = True
            self.observer.stopped(len(study.trials))

    def trial(self, worker: int, running: _Running, state: TrialState) -> Trial:
        """What is known of a running trial."""
        return Trial(running.number, state, running.params, started_at=running.started_at, worker=worker)

    def interrupt(self) -> None:
        """Store what runs as failed; the search does not go on."""
        self.stopping = True
        for worker in sorted(self.running):
            self.record(worker, Failed("interrupted", INTERRUPTED))

    def note(self, texts: tuple[str, ...]) -> None:
        """Pass on what has not been said yet."""
        for text in texts:
            if text not in self.noted:
                self.noted.add(text)
                self.observer.note(text)
