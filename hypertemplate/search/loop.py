"""The search: asks a sampler, has workers run the trials, keeps what comes of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypertemplate.compiler.space import Dimension
from hypertemplate.errors import LoadError, WorkerError
from hypertemplate.executors.base import Died, Event, Executor
from hypertemplate.runtime.protocol import (
    Drop,
    Epoch,
    Failed,
    Finished,
    FitEnded,
    FitStarted,
    Go,
    Keep,
    LoadFailed,
    Outcome,
    Ready,
    Run,
    Saved,
    SaveFailed,
    Stop,
)
from hypertemplate.runtime.seeds import trial_seed
from hypertemplate.search.models import ModelKeeper, NoModels
from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.proposals import Proposals
from hypertemplate.search.pruner import NoPruner, Pruner
from hypertemplate.search.rules import ended, same_space
from hypertemplate.search.running import RunningTrial
from hypertemplate.search.sampler import Sampler
from hypertemplate.search.settings import Setting, freeze
from hypertemplate.search.stopping import Limits, failed_in_a_row, reached
from hypertemplate.search.storage import Storage
from hypertemplate.search.study import Study, Trial, TrialState

WATCHED = "val_loss"
"""The metric of each epoch that a pruner hears of."""


def search(
    study: Study,
    executor: Executor,
    *,
    sampler: Callable[[tuple[Dimension, ...]], Sampler],
    storage: Storage,
    observer: SearchObserver,
    settings: tuple[Setting, ...] = (),
    pruner: Pruner | None = None,
    models: ModelKeeper | None = None,
    limits: Limits | None = None,
    folder: Path | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Study:
    """Run a study's trials to their end; the executor is closed when this returns or raises.

    Args:
        study: what is searched and how, `max_evals` in all; its space and its trials are empty.
        executor: has the program; not started yet.
        sampler: makes the sampler from the space that is left to sample.
        storage: where each trial is kept. Of a study that goes on it has the trials so far; those that were
            running run first, with the same values.
        observer: hears of everything.
        settings: the parameters that have one value.
        pruner: hears of each epoch; by default no trial is stopped.
        models: decides which trials' models are kept; by default none is.
        limits: what ends the search early; by default only failures in a row.
        folder: where each trial has a folder of its own, by its number; None for no folders.
        clock: seconds that only grow.

    Returns:
        the study with its space and trials. Without a complete trial, `Study.best` is None.

    Raises:
        LoadError: the program could not be loaded in a worker.
        UsageError: a setting does not fit the space, or the storage has no room.
        WorkerError: a worker broke the protocol.
        KeyboardInterrupt: passed on; the running trials then wait to be run again.
    """
    optional = pruner or NoPruner(), models or NoModels(), limits or Limits()
    return _Search(study, executor, sampler, storage, observer, settings, *optional, folder, clock).run()


@dataclass(eq=False)
class _Search:
    """The state of one search; `run` is called once."""

    plan: Study
    executor: Executor
    make_sampler: Callable[[tuple[Dimension, ...]], Sampler]
    storage: Storage
    observer: SearchObserver
    settings: tuple[Setting, ...]
    pruner: Pruner
    models: ModelKeeper
    limits: Limits
    folder: Path | None
    clock: Callable[[], float]
    sampler: Sampler | None = None
    proposals: Proposals | None = None
    began_s: float = 0.0
    loaded: set[int] = field(default_factory=set)
    running: dict[int, RunningTrial] = field(default_factory=dict)
    saving: dict[int, Finished] = field(default_factory=dict)
    finished: list[Trial] = field(default_factory=list)
    stopping: bool = False
    noted: set[str] = field(default_factory=set)

    def run(self) -> Study:
        """Handle events until there is nothing left to run."""
        try:
            self.executor.start()
            self.observer.loading()
            while self.proposals is None or self.running or self.has_more():
                self.executor.attend(self.take)
        except KeyboardInterrupt:
            self.interrupt()
            raise
        finally:
            self.executor.close()
        return self.storage.study

    def has_more(self) -> bool:
        """Whether another trial is to be started."""
        return not self.stopping and self.proposals is not None and self.proposals.left

    def take(self, event: Event) -> None:
        """Act on what a worker said."""
        worker = event.worker
        match message := event.message:
            case Ready():
                self.on_ready(message)
                self.loaded.add(worker)
                self.start_trial(worker)
            case LoadFailed():
                self.on_load_failed(worker, message)
            case FitStarted() | FitEnded():
                if isinstance(message, FitStarted):
                    self.running[worker].fit_started(message.epochs)
                self.executor.send(worker, Go())
            case Epoch():
                self.on_epoch(worker, message)
            case Finished():
                self.on_finished(worker, message)
            case Died():
                self.on_died(worker, message.reason)
            case Saved() | SaveFailed():
                self.on_saved(worker, message)

    def on_ready(self, ready: Ready) -> None:
        """Begin the study with the first worker's space, or go on; every other one must be the same."""
        self.note(ready.notes)
        if self.proposals is None:
            self.begin(ready)
        elif not same_space(ready.space, self.storage.study.space):
            raise LoadError(
                "the search space differs from worker to worker; what the markers name must be the same "
                "each time that the file is loaded"
            )

    def begin(self, ready: Ready) -> None:
        """Begin the study, or go on with it."""
        frozen = freeze(self.settings, ready.space)
        study = replace(self.plan, space=ready.space, frozen=tuple(frozen.values), versions=ready.versions)
        self.sampler = self.make_sampler(frozen.free)  # what it refuses begins no study
        self.storage.create(study)
        self.began_s = self.clock()
        evals = 0 if self.limits.waiting_only else self.plan.max_evals
        self.proposals = Proposals(self.sampler, frozen, self.storage, evals)
        self.observer.ready(self.storage.study)
        self.note(self.proposals.notes)
        for trial in self.proposals.given_up:
            self.keep(trial, None)

    def on_load_failed(self, worker: int, failed: LoadFailed) -> None:
        """End the search if nothing has run yet; else end it with what was found, and say why."""
        if self.proposals is None:
            raise LoadError(failed.message, failed.traceback, self.executor.output(worker))
        self.stopping = True
        self.note((f"the search ends, since the template could not be loaded again: {failed.message}",))

    def start_trial(self, worker: int) -> None:
        """Give a worker that is free the next trial, if there is one."""
        if self.proposals is None or not self.has_more() or self.is_over():
            return
        running = self.running[worker] = self.proposals.next(worker, self.clock())
        self.observer.trial_started(running.trial)
        place = "" if self.folder is None else str(self.folder / f"{running.number:04}")
        seed, best_loss = trial_seed(self.plan.seed, running.number), self.storage.study.best_loss
        self.executor.send(worker, Run(running.number, dict(running.trial.params), seed, best_loss, place))

    def is_over(self) -> bool:
        """Whether a limit is reached; said once."""
        reason = reached(self.limits, self.storage.study.trials, self.clock() - self.began_s)
        if reason is not None:
            self.stopping = True
            self.note((f"stopped: {reason}",))
        return self.stopping

    def on_epoch(self, worker: int, epoch: Epoch) -> None:
        """Keep an epoch's metrics; go on with the fit or stop it."""
        running = self.running[worker]
        step = running.epoch_ended(epoch.metrics)
        value = epoch.metrics.get(WATCHED)
        stop = value is not None and self.pruner.report(running.number, step, value)
        self.executor.send(worker, Stop() if stop else Go())
        self.observer.epoch_ended(running.number, epoch.epoch, running.epochs)

    def on_finished(self, worker: int, message: Finished) -> None:
        """Keep a trial that ended in its worker, once its model is saved if that is wanted."""
        if self.executor.in_process and getattr(message.outcome, "kind", "") == "interrupted":
            raise KeyboardInterrupt  # what interrupts a trial in this process is meant for the search
        if message.has_model:
            path = self.models.place(self.result(worker, message))
            self.executor.send(worker, Drop() if path is None else Keep(path))
            if path is not None:
                self.saving[worker] = message
                return  # it reports again when the model is saved
        self.conclude(worker, message, None)

    def on_saved(self, worker: int, message: Saved | SaveFailed) -> None:
        """The model of a trial is kept, or could not be."""
        finished = self.saving.pop(worker, None)
        if finished is None:
            raise WorkerError(f"worker {worker} answered a request that nobody made: {message!r}")
        if isinstance(message, SaveFailed):
            self.note((f"a trial's model could not be saved: {message.error}",))
        self.conclude(worker, finished, message.path if isinstance(message, Saved) else None)

    def conclude(self, worker: int, message: Finished, model: str | None) -> None:
        """Keep a trial that has ended, and give its worker, or the one in its place, the next."""
        self.end(worker, self.result(worker, message), message.outcome, model)
        self.note(message.notes)
        worn = self.executor.worn(worker, message.outcome) if self.has_more() else None
        if worn is None:
            self.start_trial(worker)
        elif not self.is_over():
            self.note((f"worker {worker} is replaced: {worn}",))
            self.loaded.discard(worker)
            self.executor.restart(worker)

    def on_died(self, worker: int, reason: Failed) -> None:
        """Keep the trial that a dead worker ran as failed, and replace the worker if there is more to run."""
        if worker not in self.loaded:
            return self.on_load_failed(worker, LoadFailed(reason.message, reason.traceback))
        self.loaded.discard(worker)
        if (message := self.saving.pop(worker, None)) is not None:
            self.note((f"a trial's model could not be saved: {reason.message}",))
            self.end(worker, self.result(worker, message), message.outcome, None)
        elif worker in self.running:
            self.end(worker, ended(self.running[worker].trial_at(self.clock()), reason), reason, None)
        if self.has_more() and not self.is_over():
            self.executor.restart(worker)

    def result(self, worker: int, message: Finished) -> Trial:
        """The trial that a worker has run."""
        ran = self.running[worker].trial_at(self.clock())
        return ended(ran, message.outcome, metrics=message.metrics, unused=message.unused)

    def end(self, worker: int, trial: Trial, outcome: Outcome, model: str | None) -> None:
        """Store a trial, tell the sampler and the observer, and see whether there is any point in more."""
        del self.running[worker]
        printed = self.executor.output(worker) if trial.state is TrialState.FAILED else ""
        self.keep(trial, model, printed)
        no_objective = trial.number == 0 and getattr(outcome, "kind", "") == "no objective"
        failed = 1 if no_objective else failed_in_a_row(self.finished)
        hopeless = no_objective or failed >= self.limits.max_failures
        if not self.stopping and hopeless and self.has_more():
            self.stopping = True
            self.observer.stopped(failed)

    def keep(self, trial: Trial, model: str | None, printed: str = "") -> None:
        """Make a trial that has ended durable, and only then tell of it."""
        self.storage.add(trial, model)
        if model is not None:
            self.models.saved(trial, model)
        if self.sampler is not None:
            self.sampler.tell(trial.number, trial.params, trial.loss)
        self.finished.append(trial)
        self.observer.trial_finished(trial, self.storage.study, printed)

    def interrupt(self) -> None:
        """Have what runs run again when the search goes on; it does not go on now."""
        self.stopping = True
        for running in self.running.values():
            self.storage.put_back(running.number)

    def note(self, texts: tuple[str, ...]) -> None:
        """Pass on what has not been said yet."""
        for text in texts:
            if text not in self.noted:
                self.noted.add(text)
                self.observer.note(text)
