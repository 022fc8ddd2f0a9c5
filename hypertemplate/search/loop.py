"""Loop of a search: asks a sampler, has workers run the trials, stores their results."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.errors import (
    ClusterError,
    LoadError,
    SharedStateError,
    Spelling,
    WorkerError,
    as_option,
    respelled,
)
from hypertemplate.executors.base import Died, Event, Executor, Lost
from hypertemplate.kept_reports import leaves_out
from hypertemplate.runtime.process.interrupts import raise_swallowed
from hypertemplate.runtime.protocol import (
    Calling,
    DataFile,
    Drop,
    Epoch,
    Failed,
    Finished,
    FitEnded,
    FitMessage,
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
    run_folder,
)
from hypertemplate.search.equal_trials.answers import EqualTrials
from hypertemplate.search.fixed_params import FixedParam, best_with, fixed_space
from hypertemplate.search.observer import Notes, SearchObserver
from hypertemplate.search.pruners.base import NoPruner, Pruner
from hypertemplate.search.queue import Proposals
from hypertemplate.search.resume import changed_files, same_space
from hypertemplate.search.running_trial import RunningTrial, alike, decided, of_one_output
from hypertemplate.search.runs.runs_again import RunsAgain
from hypertemplate.search.runs.trial_runs import after_run, identical_note
from hypertemplate.search.samplers.base import Sampler, heard
from hypertemplate.search.service.data_calls import DataCalls
from hypertemplate.search.stop_rules import Limits, overdue, pointless, reached, undirected
from hypertemplate.search.storage.base import Storage, left_to_run
from hypertemplate.search.storage.models import ModelKeeper, NoModels
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.search.worker_pool import WorkerPool
from hypertemplate.units import counted

RETRIES_LOST = 2
"""Default number of times that a trial runs again after its machine was lost."""

MOMENT_S = 1.0
"""Seconds that this process waits for a signal of its own after a worker got one.

A scheduler that stops a search sends a signal to each of its processes, in any order.
"""


def search(
    study: Study,
    executor: Executor,
    *,
    sampler: Callable[[tuple[Dimension, ...]], Sampler],
    storage: Storage,
    observer: SearchObserver,
    renewed: Callable[[Ready], None] = lambda _: None,
    fixed: tuple[FixedParam, ...] = (),
    pruner: Pruner | None = None,
    models: ModelKeeper | None = None,
    limits: Limits | None = None,
    folder: Path | None = None,
    scratch: Path | None = None,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], object] = time.sleep,
    spell: Spelling = as_option,
    rerun_equal: bool = True,
    again: RunsAgain | None = None,
    read: Callable[[tuple[DataFile, ...]], None] = lambda _: None,
    retries_lost: int = RETRIES_LOST,
) -> Study:
    """Run a study's trials to their end; close the executor on return or exception.

    Args:
        study: study to run, with `max_evals` trials in all; its space and its trials are empty.
        executor: executor that has the program; not started yet.
        sampler: makes the sampler for the space that is left to sample.
        storage: storage of each trial. For a resumed study it has the trials so far; those that were
            running run first, with the same values.
        observer: observer that is told of every event.
        renewed: called with the first worker's report before a study is resumed: judges its trials if the
            code has changed.
        fixed: parameters with one value.
        pruner: is told of each trial and epoch; by default no trial is stopped.
        models: decides whose models are kept; by default none.
        limits: limits that end the search early; by default only failures in a row.
        folder: parent of the trials' folders, one for each number; None for no folders.
        scratch: where there are none, parent of folders in which the trials of a worker put their files, each
            after the last one's are removed; None for no folders at all.
        clock: monotonic clock, in seconds.
        pause: waits a number of seconds, or until a signal raises `KeyboardInterrupt`.
        spell: function that spells a parameter in messages.
        rerun_equal: whether a trial runs although its point has been tried.
        again: trials that were judged by an earlier search, each run of which is a trial of this one and has
            a process of its own; None for a search.
        read: is told of files of the user's that trials have read.
        retries_lost: number of times that a trial runs again after its machine was lost.

    Returns:
        The study with its space and trials. Without a complete trial, `Study.best` is None.

    Raises:
        LoadError: the program could not be loaded in a worker.
        SharedStateError: the next trial would not begin as the first did, and this process cannot load anew.
        UsageError: a fixed value does not fit the space, or the storage is full.
        WorkerError: a worker broke the protocol, or the cluster is gone; the running trials are then pending
            again.
        KeyboardInterrupt: passed on; the running trials are then pending again.
    """
    optional = pruner or NoPruner(), models or NoModels(), limits or Limits()
    given = study, executor, sampler, storage, observer, renewed, fixed, *optional
    return _Search(*given, folder, scratch, clock, pause, spell, rerun_equal, again, read, retries_lost).run()


@dataclass(eq=False)
class _Search:
    """State of one search; `run` is called once."""

    new_study: Study
    executor: Executor
    make_sampler: Callable[[tuple[Dimension, ...]], Sampler]
    storage: Storage
    observer: SearchObserver
    renewed: Callable[[Ready], None]
    fixed: tuple[FixedParam, ...]
    pruner: Pruner
    models: ModelKeeper
    limits: Limits
    folder: Path | None
    scratch: Path | None
    clock: Callable[[], float]
    pause: Callable[[float], object]
    spell: Spelling
    rerun_equal: bool
    again: RunsAgain | None
    read: Callable[[tuple[DataFile, ...]], None]
    retries_lost: int
    sampler: Sampler | None = None
    proposals: Proposals | None = None
    equal: EqualTrials | None = None
    began_s: float = 0.0
    running: dict[int, RunningTrial] = field(default_factory=dict)
    saving: dict[int, Finished] = field(default_factory=dict)
    finished: list[Trial] = field(default_factory=list)
    stopping: bool = False
    spoiled: str = ""
    losses: Counter[int] = field(default_factory=Counter)
    set_values: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start with no note shown and no worker loaded."""
        self.note = Notes(self.observer, self.spell).tell
        self.workers = WorkerPool(self.executor)
        self.data_calls = DataCalls()

    def run(self) -> Study:
        """Handle events until nothing is left to run."""
        try:
            self.executor.start(left_to_run(self.storage, self.limits.evals(self.new_study)))
            self.observer.loading()
            self.note(self.executor.notes)
            while self.proposals is None or self.running or self.has_more():
                self.executor.attend(self.take)
            told = "" if self.again is not None else alike(self.storage.study, over=True)
            self.note(filter(None, (told, self.data_calls.summary())))
            if set_text := best_with(self.storage.study, self.set_values):
                self.note((set_text,), matters=True)
            if self.equal is not None and not self.stopping and self.proposals.is_exhausted:
                self.note((f"stopped: {self.equal.exhausted_text(self.spell)}",), matters=True)
        except (KeyboardInterrupt, ClusterError):
            for trial in self.storage.running if self.proposals is not None else ():
                self.storage.put_back(trial.number)  # it runs again when the search is resumed
            raise
        finally:
            self.executor.close()
        if self.spoiled:
            raise SharedStateError(self.spoiled)
        return self.storage.study

    def has_more(self) -> bool:
        """Tell whether another trial should start."""
        return not self.stopping and self.proposals is not None and self.proposals.left

    def take(self, event: Event) -> None:
        """Act on an event of a worker."""
        worker = event.worker
        match message := event.message:
            case Calling():
                self.observer.calling(message.function)
            case Ready():
                self.on_ready(message)
                self.workers.loaded(worker)
                self.start_trial(worker)
            case LoadFailed():
                self.on_load_failed(worker, message, certain=True)
            case FitStarted():
                self.running[worker].fit_started(message)
                self.answer(worker, message, self.go(worker, message.fit))
            case FitEnded():
                self.answer(worker, message, Go())
            case Epoch():
                self.on_epoch(worker, message)
            case Finished():
                self.on_finished(worker, _spelled(message, self.spell))
            case Died():
                self.on_died(worker, message.reason)
            case Lost(reason):
                self.on_lost(worker, reason)
            case Saved() | SaveFailed():
                self.on_saved(worker, message)
        raise_swallowed()

    def on_ready(self, ready: Ready) -> None:
        """Start or resume the study with the first worker's space; every other space must equal it."""
        self.note(ready.notes)
        if self.proposals is None:
            self.begin(ready)
        elif not same_space(ready.space, self.storage.study.space):
            raise LoadError(
                "the search space differs from worker to worker; what the markers name must be the same "
                "each time that the file is loaded"
            )
        self.note(changed_files(self.storage.study.files, ready.files))

    def begin(self, ready: Ready) -> None:
        """Start or resume the study."""
        self.renewed(ready)
        frozen = fixed_space(self.fixed, ready.space)
        files = {**ready.files, **(self.storage.study.files if self.storage.exists else {})}
        labels, self.set_values = tuple(frozen.values), frozen.values
        study = replace(
            self.new_study, space=ready.space, frozen=labels, versions=ready.versions, files=files
        )
        self.sampler = self.make_sampler(frozen.free)  # a space that it refuses starts no study
        self.storage.create(study)
        self.began_s = self.clock()
        evals = self.limits.evals(self.new_study)
        if not self.rerun_equal:
            known = self.storage.study
            if self.limits.pending_only:
                known = replace(known, trials=())  # what is retried is to run, whatever is there
            self.equal = EqualTrials(frozen, known, self.storage.running)
        self.proposals = Proposals(self.sampler, frozen, self.storage, evals, self.equal, self.keep_answered)
        self.pruner.begin(self.storage.study.without_equal, self.storage.running)
        self.observer.ready(self.storage.study, self.proposals.total)
        for note in self.storage.beginning:
            self.observer.note(note)
        for trial in self.proposals.given_up:
            self.keep(trial, None)

    def on_load_failed(self, worker: int, failed: LoadFailed | Failed, *, certain: bool) -> None:
        """Continue with the workers that have loaded or, unless the failure is certain, may still load."""
        if self.proposals is None and (certain or self.workers.is_last(worker)):
            raise LoadError(failed.message, failed.traceback, self.executor.output(worker))
        self.note((self.workers.failed(worker, failed.message),))
        self.stopping = self.stopping or self.workers.none_left
        self.pass_on(worker)

    def pass_on(self, worker: int) -> None:
        """Have another worker continue the trial of one that has not come back between two runs."""
        lost = self.running.pop(worker, None)
        if lost is None or self.proposals is None:
            return
        self.proposals.put_back(lost.trial)
        for other in range(self.executor.workers):
            if self.workers.has_loaded(other) and other not in self.running:
                self.start_trial(other)
                return

    def start_trial(self, worker: int) -> None:
        """Give a free worker the next run of its trial, or else the next trial, if there is one."""
        running = self.running.get(worker)
        if running is not None:
            self.start_run(worker, running)
            return
        if self.proposals is None or not self.has_more() or self.is_over():
            return
        running = self.proposals.next(worker, self.clock())
        if running is None:
            return
        self.running[worker] = running
        self.pruner.trial_started(running.trial)
        self.observer.trial_started(running.trial)
        self.executor.send(worker, self.request(worker, running))

    def start_run(self, worker: int, running: RunningTrial) -> None:
        """Start another run of a trial; after the timeout it is left for the search to be resumed."""
        reason = overdue(self.limits, self.clock() - self.began_s)
        if reason is not None:
            del self.running[worker]
            self.stopping = True
            left = f"trial {running.number} has {running.run} of its {running.trial.repeats} runs so far"
            self.note((f"stopped: {reason}; {left}",), matters=True)
            return
        running.start_s = self.clock()
        self.storage.handed(running.number)
        self.observer.trial_started(running.trial)
        self.executor.send(worker, self.request(worker, running))

    def request(self, worker: int, running: RunningTrial) -> Run:
        """Build the request for a run; of a trial that runs again, with its own number and another seed."""
        message = running.message(self.storage.study, self.files_of(worker, running))
        return message if self.again is None else self.again.request(message)

    def files_of(self, worker: int, running: RunningTrial) -> str:
        """Return the folder for the files of a run of a trial; empty for none."""
        if self.folder is not None:
            return str(self.folder / run_folder(running.number, running.run))
        return "" if self.scratch is None else str(self.scratch / f"worker-{worker}")

    def is_over(self) -> bool:
        """Tell whether a limit is reached; note it once."""
        reason = reached(self.limits, self.storage.study, self.clock() - self.began_s)
        if reason is None and self.again is not None:
            reason = self.again.enough(self.storage.study)
        if reason is not None:
            self.stopping = True
            self.note((f"stopped: {reason}",), matters=True)
        return self.stopping

    def on_epoch(self, worker: int, epoch: Epoch) -> None:
        """Record an epoch's metrics; continue or stop the fit."""
        running = self.running[worker]
        curve = running.epoch_ended(epoch, self.clock())
        if epoch.step is not None and epoch.step < curve.count - 1:
            self.answer(worker, epoch, Go())  # it was left out, and comes when nothing is decided any more
            return
        if running.run:  # first runs alone are compared
            self.answer(worker, epoch, Go())
            self.observer.epoch_ended(running.number, curve)
            return
        answer = self.pruner.epoch_ended(running.number, curve)
        if isinstance(answer, Stop):
            running.stopped(epoch.fit, answer)
        self.storage.reported(running.number, running.curves[epoch.fit])
        self.answer(worker, epoch, answer if isinstance(answer, Stop) else self.go(worker, epoch.fit))
        self.observer.epoch_ended(running.number, curve)

    def answer(self, worker: int, message: FitMessage, answer: Go | Stop) -> None:
        """Answer a message about a fit that waits."""
        if message.waits:
            self.executor.send(worker, answer)

    def go(self, worker: int, fit: int) -> Go:
        """Return the answer that lets a fit continue; of a long one it names the reports that are needed."""
        running = self.running[worker]
        curve = running.curves.get(fit, Curve(fit))
        if running.run:
            return Go()
        return self.pruner.needed(running.number, curve) if leaves_out(curve.epochs) else Go()

    def on_finished(self, worker: int, message: Finished) -> None:
        """Record a trial that ended in its worker, after its model is saved if the model is wanted."""
        _heed(message.outcome, self.executor, self.pause)
        if message.has_model:
            self.storage.check()  # no model may end up in another study's folder
            path = self.models.place(self.result(worker, message))
            self.executor.send(worker, Drop() if path is None else Keep(path))
            if path is not None:
                self.saving[worker] = message
                return  # it reports again when the model is saved
        self.conclude(worker, message, None)

    def on_saved(self, worker: int, message: Saved | SaveFailed) -> None:
        """Conclude a trial whose model was saved, or could not be."""
        finished = self.saving.pop(worker, None)
        if finished is None:
            raise WorkerError(f"unexpected reply from worker {worker}: {message!r}")
        number = self.running[worker].number
        if isinstance(message, SaveFailed):
            self.unsaved(number, message.error)
        elif message.unloadable:
            self.note((f"the model of trial {number} is kept, but {unloadable(message.unloadable)}",))
        elif message.lacking:
            kept = f"of the model of trial {number} weights and config are kept, but not the model"
            self.note((f"{kept}: {message.lacking}",))
        if isinstance(message, Saved) and message.note:
            self.note((message.note,))
        self.conclude(worker, finished, message.path if isinstance(message, Saved) else None)

    def conclude(self, worker: int, message: Finished, model: str | None) -> None:
        """Record a run that has ended, and give its worker, or the worker's replacement, the next one."""
        trial = self.result(worker, message)
        if trial.state is TrialState.RUNNING:
            self.storage.ran(trial)
            self.running[worker].begin_run(trial, self.clock())
        else:
            self.end(worker, trial, message.outcome, model)
        self.data_calls.add(message.data)
        if message.files:
            self.read(message.files)
        self.note(message.notes)
        goes_on = worker in self.running
        more = goes_on or self.has_more()
        worn = self.worn(worker, message) if more else None
        if worn is None:
            self.start_trial(worker)
        elif self.executor.in_process:
            self.running.pop(worker, None)
            self.spoiled, self.stopping = worn, True
        elif goes_on or not self.is_over():
            self.note((f"worker {worker} is replaced: {worn}",) if worn else ())
            self.workers.replace(worker)

    def worn(self, worker: int, message: Finished) -> str | None:
        """Return the reason for replacing a worker; empty where each run has a process of its own."""
        if self.again is not None:
            return ""
        return message.lasting or self.executor.worn(worker, message.outcome)

    def on_died(self, worker: int, reason: Failed) -> None:
        """Record the trial of a dead worker as failed, and replace the worker if there is more to run."""
        _heed(reason, self.executor, self.pause)
        if self.workers.is_down(worker):
            return None  # it had failed before it ended
        if not self.workers.has_loaded(worker):
            return self.on_load_failed(worker, reason, certain=False)
        if (message := self.saving.pop(worker, None)) is not None:
            self.unsaved(self.running[worker].number, reason.message)
            self.end(worker, self.result(worker, message), message.outcome, None)
        elif worker in self.running:
            self.end(worker, after_run(self.running[worker].ended_at(self.clock(), reason)), reason, None)
        return self.workers.replace(worker) if self.has_more() and not self.is_over() else None

    def on_lost(self, worker: int, reason: str) -> None:
        """Have the trial of a worker that is lost with its machine run again, if not too often."""
        self.workers.lose(worker)
        if (message := self.saving.pop(worker, None)) is not None:
            self.unsaved(self.running[worker].number, reason)
            return self.end(worker, self.result(worker, message), message.outcome, None)
        running = self.running.get(worker)
        if running is None or self.proposals is None:
            return None
        self.losses[running.number] += 1
        count = self.losses[running.number]
        if count > self.retries_lost:
            failed = Failed("died", f"the machine of this trial was lost {counted(count, 'time')}: {reason}")
            return self.end(worker, after_run(running.ended_at(self.clock(), failed)), failed, None)
        self.note((f"trial {running.number} runs again: {reason}",), matters=True)
        self.storage.put_back(running.number)
        return self.pass_on(worker)

    def unsaved(self, number: int, reason: str) -> None:
        """Take note of a model that could not be saved."""
        self.models.unsaved(number, reason)
        self.note((f"the model of trial {number} could not be saved: {reason}",))

    def result(self, worker: int, message: Finished) -> Trial:
        """Return the trial after a run in a worker; the first one may tell the direction of the search."""
        trial = self.running[worker].ended_at(
            self.clock(), message.outcome, message.metrics, message.unused, message.origin, message.folds
        )
        trial = of_one_output(trial, self.storage.study.trials)
        if self.new_study.maximize is not None:
            return after_run(trial)
        if self.storage.study.maximize is None and message.maximize is not None:
            self.storage.decide(message.maximize)
        known = self.storage.study.maximize
        return trial if known is None else decided(trial, maximize=known)

    def end(self, worker: int, trial: Trial, outcome: Outcome, model: str | None) -> None:
        """Store a trial, tell the sampler and the observer, and check whether more trials make sense."""
        self.note(filter(None, (self.running.pop(worker).after_stop(outcome),)))
        if trial.state is TrialState.PRUNED:
            trial = self.pruner.settled(trial)
            if self.storage.study.counts(trial):
                trial = replace(trial, estimate=None)  # it is told as what it is taken for
        self.keep(trial, model, self.executor.output(worker))
        if trial.state is TrialState.COMPLETE and self.storage.study.maximize is None:
            ended = "stopped: " if self.has_more() else ""
            self.stopping = True
            self.note((f"{ended}{undirected(trial)}",))
        if trial.state is TrialState.COMPLETE and self.again is None:
            self.note(filter(None, (alike(self.storage.study), identical_note(self.storage.study))))
        failed = pointless(self.finished, outcome, self.limits.max_failures)
        if failed and self.has_more():
            self.stopping = True
            self.observer.stopped(failed)
        if self.workers.pending and self.has_more() and not self.is_over():
            self.workers.retry()

    def keep(self, trial: Trial, model: str | None, printed: str = "") -> None:
        """Store a trial that has ended, and only then announce it."""
        self.storage.add(trial, model)
        if model is not None:
            self.models.saved(trial, model)
        else:
            self.models.lost(trial)
        if self.sampler is not None:
            self.sampler.tell(trial.number, trial.params, *heard(trial))
        self.pruner.trial_ended(trial, self.storage.study)
        self.finished.append(trial)
        self.observer.trial_finished(trial, self.storage.study, printed)
        if self.proposals is not None:
            self.proposals.end(trial)

    def keep_answered(self, trial: Trial) -> None:
        """Store a trial that an equal one answers, and only then announce it."""
        self.storage.add(trial)
        if self.sampler is not None:
            self.sampler.tell(trial.number, trial.params, *heard(trial))
        self.observer.trial_finished(trial, self.storage.study, "")


def unloadable(reason: str) -> str:
    """Say why Keras cannot load a file that it has saved, and what would help."""
    return (
        f"Keras cannot load it again: {reason}; define what a model is made of at the top level of the file: "
        "functions with def, in place of a lambda, and classes with get_config()"
    )


def _spelled(message: Finished, spell: Spelling) -> Finished:
    """Return a worker's message with the parameters in its reason spelled; what user code raised stays."""
    match message.outcome:
        case Failed("no objective" | "no loss", text):
            return replace(message, outcome=replace(message.outcome, message=respelled(text, spell)))
    return message


def _heed(outcome: Outcome, executor: Executor, pause: Callable[[float], object]) -> None:
    """Check, where a trial was interrupted, whether the search is interrupted too.

    Args:
        outcome: outcome of the trial.
        executor: executor that ran it.
        pause: waits a number of seconds, or until a signal raises KeyboardInterrupt.

    Raises:
        KeyboardInterrupt: the search is interrupted too: the trial ran in its process, or a signal came.
    """
    if getattr(outcome, "kind", "") != "interrupted":
        return
    if executor.in_process:
        raise KeyboardInterrupt
    pause(MOMENT_S)
