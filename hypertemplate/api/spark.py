"""Searches whose trials hyperopt itself runs elsewhere, as with ``SparkTrials``."""

from __future__ import annotations

import dataclasses

from hypertemplate.api.display import display
from hypertemplate.api.live_search import Searching
from hypertemplate.compiler.live_module import DATA_ARGS
from hypertemplate.errors import UsageError
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.runtime.protocol import RuntimeOptions
from hypertemplate.runtime.values import unpicklable
from hypertemplate.search.loop import search
from hypertemplate.search.observer import SilentObserver
from hypertemplate.search.samplers.base import DefaultSampler
from hypertemplate.search.samplers.hyperopt.remote import RemoteObjective
from hypertemplate.search.samplers.hyperopt.sampler import run_elsewhere
from hypertemplate.search.samplers.hyperopt.trial_documents import ended, read_trials
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.study import Study as Record
from hypertemplate.units import counted


class SearchingElsewhere(Searching):
    """A search of which hyperopt's ``fmin`` runs the trials where the trials object has them run.

    No model comes back from there.
    """

    def run(self, max_evals: int | None = None) -> Record:
        """Run trials until there are `max_evals` in all.

        Raises:
            LoadError: the template fails before its first trial.
            UsageError: a value that is in memory cannot be sent.
        """
        plan = self.plan(max_evals)
        if not self.options.here:
            kind = type(self.trials).__name__
            raise UsageError(f"{kind} has workers of its own: leave workers out")
        values = {name: self._prepared.values[name] for name in self.program.live}
        bad = unpicklable(values)
        if bad:
            name, reason = next(iter(bad.items()))
            name = "data_args" if name == DATA_ARGS else name
            raise UsageError(f"'{name}' cannot be sent to where trials run ({reason}): make it inside data()")
        objective = RemoteObjective(
            self.program, RuntimeOptions(plan.seed, plan.maximize, plan.objective), values
        )
        studied = self._space(plan)
        with display(studied, self.program, verbose=self.options.verbose, here=True) as observer:
            where = type(self.trials).__name__
            observer.note(f"{counted(plan.max_evals, 'trial')} run where {where} runs them")
            left = plan.max_evals - len(ended(self.trials))
            run_elsewhere(objective, studied.space, self._algorithm(plan), left, self.trials, plan.seed)
            observer.ready(studied, plan.max_evals)
            study = studied
            for trial in read_trials(self.trials, studied.space):
                study = dataclasses.replace(study, trials=(*study.trials, trial))
                observer.trial_finished(trial, study, "")
        self.record = study
        return study

    def _space(self, plan: Record) -> Record:
        """The study with its space, of which bounds may be known only once the program is loaded."""
        storage = MemoryStorage()
        executor = InlineExecutor(
            self.program, RuntimeOptions(plan.seed, plan.maximize), values=self._prepared.values
        )
        none = dataclasses.replace(plan, max_evals=0)
        search(none, executor, sampler=DefaultSampler, storage=storage, observer=SilentObserver())
        return dataclasses.replace(storage.study, max_evals=plan.max_evals)
