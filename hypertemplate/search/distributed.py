"""Searches whose trials hyperopt itself runs elsewhere, such as those of ``SparkTrials``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypertemplate.compiler.live_module import DATA_ARGS
from hypertemplate.errors import UsageError
from hypertemplate.executors.factory import this_process
from hypertemplate.runtime.protocol import RuntimeOptions
from hypertemplate.runtime.values import unpicklable
from hypertemplate.search.loop import search
from hypertemplate.search.observer import SearchObserver, SilentObserver
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.samplers.base import DefaultSampler
from hypertemplate.search.samplers.hyperopt.remote import RemoteObjective
from hypertemplate.search.samplers.hyperopt.sampler import Suggest, run_elsewhere
from hypertemplate.search.samplers.hyperopt.trial_documents import ended, read_trials
from hypertemplate.search.searched_template import Template
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.study import Algorithm, Study

_NOT_THERE = (
    "prune",
    "fixed",
    "points",
    "timeout_s",
    "stop_at",
    "patience",
    "max_failures",
    "trial_timeout_s",
)
"""Parameters that only the package's own loop supports."""


def check_distributed(request: SearchRequest, study: Study, documents: Any) -> None:
    """Check that hyperopt supports the request where it runs the trials.

    Raises:
        UsageError: it does not.
    """
    kind = type(documents).__name__
    if not request.in_process:
        raise UsageError(f"{kind} has workers of its own: leave {{workers}} out", "workers")
    if request.algorithm == "grid":
        raise UsageError(f"{kind} does not support a grid: use another {{algorithm}}", "algorithm")
    if study.maximize is None:
        name = study.objective
        text = f"{kind} runs all trials at once: give {{objective}} as {name}:max or {name}:min"
        raise UsageError(text, "objective")
    if study.repeats > 1:
        raise UsageError(f"{kind} runs each trial once: leave {{repeats}} out", "repeats")
    for name in _NOT_THERE:
        if getattr(request, name):
            shown = name.removesuffix("_s")
            raise UsageError(f"{kind} has hyperopt run the trials: leave {{{shown}}} out", shown)


def run_distributed(
    template: Template,
    options: RuntimeOptions,
    study: Study,
    algorithm: Algorithm | Suggest,
    documents: Any,
    observer: SearchObserver,
) -> Study:
    """Have hyperopt's ``fmin`` run the trials where the documents run them; no model comes back.

    Args:
        template: template to search.
        options: settings of the trials.
        study: study with its space, without trials.
        algorithm: source of the proposals.
        documents: a ``hyperopt.Trials`` whose trials run elsewhere.
        observer: observer that is told of the trials when all have ended.
    """
    program = template.program
    values = {name: template.values[name] for name in program.live}
    objective = RemoteObjective(program, options, values)
    left = study.max_evals - len(ended(documents))
    run_elsewhere(objective, study.space, algorithm, left, documents, study.seed)
    observer.ready(study, study.max_evals)
    for trial in read_trials(documents, study.space):
        study = replace(study, trials=(*study.trials, trial))
        observer.trial_finished(trial, study, "")
    return study


def check_values(template: Template) -> None:
    """Check that the values that the program takes from memory can be sent.

    Raises:
        UsageError: a value cannot be pickled.
    """
    values = {name: template.values[name] for name in template.program.live}
    bad = unpicklable(values)
    if bad:
        name, reason = next(iter(bad.items()))
        name = "data_args" if name == DATA_ARGS else name
        raise UsageError(f"'{name}' cannot be sent to where trials run ({reason}): make it inside data()")


def with_space(study: Study, template: Template, options: RuntimeOptions) -> Study:
    """Load the program to complete the study's space, whose bounds may be unknown before."""
    storage = MemoryStorage()
    executor = this_process(template.program, options, None, template.values)
    none = replace(study, max_evals=0)
    search(none, executor, sampler=DefaultSampler, storage=storage, observer=SilentObserver())
    return replace(storage.study, max_evals=study.max_evals)
