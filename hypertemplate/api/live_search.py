"""A search that belongs to a study: the executor, the sampler and the models that it keeps."""

from __future__ import annotations

import dataclasses
import functools
import shutil
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypertemplate.accelerators.local_plan import look, plan_for
from hypertemplate.accelerators.plan.plan import Plan, Wishes
from hypertemplate.api.display import display
from hypertemplate.api.prepared import Prepared
from hypertemplate.api.sent_values import send_values
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.errors import UsageError
from hypertemplate.executors.base import Executor
from hypertemplate.executors.factory import this_process, worker_processes
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.checkpoint import load_model
from hypertemplate.runtime.protocol import RuntimeOptions
from hypertemplate.search.loop import search
from hypertemplate.search.options import planned
from hypertemplate.search.samplers.hyperopt.sampler import (
    HyperoptSampler,
    Suggest,
    algorithm_name,
    suggestion,
)
from hypertemplate.search.samplers.hyperopt.trial_documents import ended, evals_left, new_trials, read_trials
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.storage.models import BestModels
from hypertemplate.search.study import Algorithm, Trial
from hypertemplate.search.study import Study as Record


@dataclass(frozen=True, slots=True)
class Options:
    """How a template is searched.

    Attributes:
        algorithm: a name, or a ``suggest`` function of hyperopt's kind.
        seed: the study's; None for the template's own, else 1337.
        objective: as ``NAME[:min|:max]``, or None.
        maximize: whether the user's number is the negated loss.
        here: whether trials run in this process; else in workers.
        wishes: what they run on.
        oom_loss: what the sampler learns of a trial that the device had no memory for; None for a failure.
        models: how many of the best models are kept.
        verbose: whether the search is shown.
        go_on: how a search that was interrupted goes on, in words.
    """

    algorithm: Algorithm | Suggest | None = None
    seed: int | None = None
    objective: str | None = None
    maximize: bool = False
    here: bool = True
    wishes: Wishes = field(default_factory=Wishes)
    oom_loss: float | None = None
    models: int = 1
    verbose: bool = True
    go_on: str = "resume() goes on"


class Searching:
    """A template, and the trials that it has had; each `run` goes on with them.

    Args:
        prepared: the template.
        options: how it is searched.
        trials: a ``hyperopt.Trials`` to fill, or None for one of our own.

    Attributes:
        program: the compiled template.
        trials: the documents.
        record: the study so far, once something has run.
        models: the trials whose models are kept, and where; the best first.

    Raises:
        CompileError: the template has errors.
        UsageError: a value that is in memory cannot be sent to worker processes.
    """

    def __init__(self, prepared: Prepared, options: Options, trials: Any = None) -> None:
        self.options = options
        self.trials = new_trials() if trials is None else trials
        self.record: Record | None = None
        self._prepared = prepared
        if options.algorithm is not None:
            suggestion(options.algorithm)  # what is none is said before anything is loaded
        self._values = ""
        self._in_memory: dict[str, Any] = {}
        self._notes = [prepared.found] if prepared.found else []
        if options.here:
            self.program = prepared.compile(here=True)
        else:
            self.program, self._values, notes = send_values(prepared, self._folder)
            self._notes += notes
        self._best = BestModels(options.models, self._model_path, self._discard)

    @property
    def models(self) -> list[tuple[Trial, str]]:
        """The trials whose models are kept, the best first, and where the models are."""
        return self._best.kept

    def plan(self, max_evals: int | None) -> Record:
        """The study that is to run, without its space."""
        algorithm = self.options.algorithm
        name: Any = None if algorithm is None else algorithm_name(algorithm)
        plan = planned(
            self.program,
            max_evals=max_evals,
            algorithm=name,
            seed=self.options.seed,
            maximize=self.options.maximize,
            objective=self.options.objective,
        )
        left = evals_left(self.trials, plan.max_evals)
        return dataclasses.replace(plan, max_evals=len(ended(self.trials)) + left)

    def run(self, max_evals: int | None = None) -> Record:
        """Run trials until there are `max_evals` in all, or until the user interrupts.

        Raises:
            LoadError: the template fails before its first trial.
            KeyboardInterrupt: the user interrupts before any trial has ended well.
        """
        plan = self.plan(max_evals)
        machine = self._machine(plan)
        executor = self._executor(plan, machine)
        samplers: list[HyperoptSampler] = []
        storage = MemoryStorage(self._earlier)

        def sampler(space: tuple[Dimension, ...]) -> HyperoptSampler:
            samplers.append(
                HyperoptSampler(
                    space,
                    self._algorithm(plan),
                    plan.seed,
                    self.trials,
                    oom_loss=self.options.oom_loss,
                )
            )
            return samplers[0]

        with display(
            plan,
            self.program,
            verbose=self.options.verbose,
            here=self.options.here,
            workers=lambda: executor.workers,
        ) as observer:
            # In this process the user knows what it is; only what comes of the wishes is said.
            headline = [] if machine is None or self.options.here else [machine.headline]
            about = () if machine is None else machine.notes
            for note in [*headline, *about, *self._notes_once()]:
                observer.note(note)
            try:
                search(plan, executor, sampler=sampler, storage=storage, observer=observer, models=self._best)
            except KeyboardInterrupt:
                if not samplers or storage.study.best is None:
                    raise
                done = len(storage.study.trials)
                observer.note(f"interrupted after {done} of {plan.max_evals} trials; {self.options.go_on}")
            finally:
                if samplers:
                    self._keep(storage.study, samplers[0], executor)
        return storage.study

    def model(self, number: int) -> Any:
        """The model of a trial, or None if none was kept."""
        for trial, place in self.models:
            if trial.number == number:
                if place in self._in_memory:
                    return self._in_memory[place]
                return load_model(place, self._prepared.values, trust=True)
        return None

    def _machine(self, plan: Record) -> Plan | None:
        """What trials run on; None where there is no plan, and this process is taken as it is."""
        here = self.options.here
        most = max(plan.max_evals - len(ended(self.trials)), 1)
        wishes = dataclasses.replace(self.options.wishes, here=here, most=most)
        try:
            return plan_for(self.program, wishes, look())
        except UsageError as error:
            if not here or wishes.mixed_precision or wishes.jit:
                raise
            # The code has run here without us, and may never come to the line that needs what is missing.
            self._notes.append(str(error))
            return None

    def _executor(self, plan: Record, machine: Plan | None) -> InlineExecutor | ProcessExecutor:
        options = RuntimeOptions(plan.seed, plan.maximize, plan.objective, self._values)
        if self.options.here or machine is None:
            return this_process(self.program, options, machine, self._prepared.values)
        return worker_processes(self.program, options, machine)

    def _algorithm(self, plan: Record) -> Algorithm | Suggest:
        return plan.algorithm if self.options.algorithm is None else self.options.algorithm

    def _earlier(self, space: tuple[Dimension, ...]) -> tuple[Trial, ...]:
        """The trials before this run: our own, or those of the documents that the user gave."""
        if self.record is not None:
            return self.record.trials
        return read_trials(self.trials, space)

    def _keep(self, study: Record, sampler: HyperoptSampler, executor: Executor) -> None:
        """Take over what a run has found."""
        self.record = study
        returned = executor.returned if isinstance(executor, InlineExecutor) else {}
        if isinstance(executor, InlineExecutor):
            self._in_memory |= executor.models
        sampler.close()
        for trial in study.trials:
            if trial.number in sampler.told:
                sampler.add_result(trial.number, returned.get(trial.number, trial.metrics))

    def _notes_once(self) -> list[str]:
        notes, self._notes = self._notes, []
        return notes

    @functools.cached_property
    def _folder(self) -> Path:
        """For what worker processes read and write; it is gone when nobody holds the search any more."""
        folder = tempfile.mkdtemp(prefix="hypertemplate-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    def _model_path(self, number: int) -> str:
        name = f"trial-{number}.keras"
        return name if self.options.here else str(self._folder / name)

    def _discard(self, place: str) -> None:
        if not self.options.here:
            Path(place).unlink()
        else:
            self._in_memory.pop(place, None)
