"""Searches that the user's own code starts: `tune`, and the shared parts of `hypertemplate.optim`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypertemplate.api.load_study import load_study as load_study
from hypertemplate.api.options import (
    Options,
    as_argument,
    log_option,
    request_arguments,
    told_briefly,
    with_checked_arguments,
)
from hypertemplate.api.prepared import Prepared, from_template, from_text
from hypertemplate.api.python_interface import PreparedSource, PythonInterface
from hypertemplate.api.python_interface import searched as searched
from hypertemplate.api.starting_display import StartingDisplay
from hypertemplate.api.tuned_study import Study as Study
from hypertemplate.errors import as_option
from hypertemplate.search.request import SearchRequest, Workers
from hypertemplate.search.samplers.hyperopt.document_checks import check_trials
from hypertemplate.search.samplers.hyperopt.sampler import Suggest
from hypertemplate.search.service.session import Session
from hypertemplate.search.storage.studies_cache import studies_cache
from hypertemplate.search.study import Algorithm

if TYPE_CHECKING:
    from typing_extensions import Unpack

RESUME = "continue with study = study.resume()"

Template = str | os.PathLike[str] | Callable[..., Any]


@with_checked_arguments
def tune(
    template: Template,
    *,
    data: Callable[..., Any] | str | None = None,
    model: str | None = None,
    max_evals: int | None = None,
    algo: Algorithm | Suggest | None = None,
    seed: int | None = None,
    objective: str | None = None,
    maximize: bool = False,
    workers: Workers = None,
    trials: Any = None,
    functions: Sequence[Callable[..., Any]] = (),
    data_args: Sequence[Any] = (),
    notebook_name: str | None = None,
    verbose: bool = True,
    keep_models: int | None = None,
    **options: Unpack[Options],
) -> Study:
    """Search for the best values of a template's markers.

    Args:
        template: path of a ``.py`` file or notebook, or the model function itself.
        data: function that returns the model's data; for a path, its name, by default ``data``.
        model: for a path, name of the model function; by default ``model`` or ``create_model``.
        max_evals: number of trials; by default as in the file's own call of ``minimize``, else 50.
        algo: ``tpe`` (the default), ``bayes``, ``random``, ``anneal``, ``atpe`` or ``grid``, or a ``suggest``
            function of hyperopt's kind.
        seed: seed of the search; by default the file's own, else 1337.
        objective: ``NAME[:min|:max]``: metric of the last fit, or entry of the returned dict, to
            search by; by default the loss that the model returns.
        maximize: whether higher values are better.
        workers: number of worker processes that run trials, or ``auto`` for as many as there is room for. By
            default, trials of a path run in one, or one for each GPU, and trials of a function in this
            process, where breakpoints work.
        trials: a ``hyperopt.Trials`` to fill; one that has trials is continued.
        functions: more functions whose source is to be read; for a model function.
        data_args: arguments of `data`; for a model function.
        notebook_name: notebook whose imports and support code are to be read; for a model function.
        verbose: whether to show the search.
        keep_models: number of the best models to keep, by default 1; ``study.model(number)`` returns them.
        **options: options of ``hypertemplate run``:

            - ``set``: dict of labels and values of parameters that are not searched
            - ``points``: list of dicts of labels and values to try first
            - ``default_trial``: whether the first trial has the defaults that markers state, by default True
            - ``repeats``: number of runs of each trial with other seeds, whose mean counts; by default 1
            - ``startup``: number of points that ``tpe`` draws at random before it learns, by default 20
            - ``timeout``: time after which no trial starts: seconds, or a text such as ``"2h"``
            - ``stop_at``: result that is good enough to end the search
            - ``patience``: number of trials without a better result after which the search ends
            - ``max_failures``: number of failed trials in a row after which the search ends, by default 5
            - ``rerun_equal``: whether a trial runs although an equal one has run, which would answer it, by
              default False
            - ``prune``: ``"asha"`` (or True), ``"fast"``, ``"median"`` or ``"hyperband"``, to stop trials
              early that do worse than others
            - ``prune_on``: metric by which trials are compared for that, as ``NAME[:min|:max]``
            - ``prune_fit``: which fit of a trial is watched for that: ``"last"``, or a number from 1
            - ``count_pruned``: whether a pruned trial can be the best one, by default False
            - ``early_stopping``: number of epochs without a better value after which a Keras fit ends
            - ``checkpoint``: ``"best"`` (the default) to keep models with the weights of the epoch that the
              trial is judged by, or ``"last"``
            - ``mixed_precision``: whether Keras computes in 16 bits where the device supports it, by default
              False
            - ``jit``: whether Keras compiles the models that it trains, by default False
            - ``oom_loss``: loss that the algorithm is given for a trial that ran out of device memory
            - ``reuse_memory``: most memory for what `data` has returned, which later trials with the same
              values get: bytes, or a text such as ``"2G"``; 0 for none. By default an eighth of what is
              available
            - ``log_to``: ``"tensorboard:DIR"``, to write trials with their curves to TensorBoard while the
              search runs

            and for worker processes:

            - ``executor``: ``"local"`` (the default), or ``"ray"`` or ``"ray:ADDRESS"`` for a Ray cluster
            - ``ray_resources``: resources of each worker there, such as ``{"CPU": 2}``
            - ``retries_lost``: how often a trial runs again after its machine was lost, by default 2
            - ``accelerator``: ``"auto"`` (the default), ``"cpu"``, ``"gpu"`` or ``"tpu"``
            - ``per_gpu``: number of trials that share a GPU, by default 1
            - ``gpus_per_trial``: number of GPUs per trial, by default 1
            - ``trial_timeout``: longest time of a trial, as for ``timeout``
            - ``worker_memory_growth``: growth of a worker's memory after which it is replaced: bytes, or a
              text such as ``"512M"``
            - ``show_output``: whether to show what trials print, as they print it

    Returns:
        The study: ``best_params``, ``best_loss``, ``best_model()``, ``trials``, ``to_frame()``.

    Raises:
        ReadError: the template, or the source of a function, is not found.
        CompileError: the template has errors.
        LoadError: the template fails before its first trial.
        NoTrialError: no trial is complete; the error's ``study`` has those that failed.
        SharedStateError: a trial has changed something that all trials share, and it cannot be put back; the
            error's ``study`` has the trials so far.
        UsageError: the arguments contradict each other.
    """
    with told_briefly(), StartingDisplay(verbose) as starting:
        is_path = isinstance(template, (str, os.PathLike))
        request = SearchRequest(
            in_process=workers is None and not is_path and options.get("executor", "local") == "local",
            max_evals=max_evals,
            algorithm=algo,
            seed=seed,
            objective=objective,
            maximize=maximize,
            workers=workers,
            keep_models=keep_models,
            **request_arguments(options, tune),
        )
        log = log_option(options)
        prepared = from_template(
            template, data, model, functions=functions, data_args=data_args, notebook_name=notebook_name
        )
        if trials is not None:
            check_trials(trials)
        interface = PythonInterface(as_argument, RESUME, verbose, request.in_process, starting, log_to=log)
        session = Session(request, PreparedSource(prepared), trials, studies_cache())
        return searched(session, prepared, interface)


def tune_text(
    text: str,
    *,
    name: str,
    values: Mapping[str, Any],
    max_evals: int | None = None,
    objective: str | None = None,
    seed: int | None = None,
    algo: Algorithm | None = None,
    workers: Workers = None,
    maximize: bool = False,
    keep_models: int | None = None,
    **options: Unpack[Options],
) -> Study:
    """Search for the best values of the markers in flat code, such as a notebook's cell; see `tune`.

    Args:
        text: code, which has not run.
        name: name for messages, such as ``In [7]``.
        values: values that the code may use, by name; not copied.
        max_evals: number of trials, by default 50.
        objective: as in `tune`.
        seed: as in `tune`.
        algo: as in `tune`.
        workers: as in `tune`.
        maximize: as in `tune`.
        keep_models: as in `tune`.
        **options: as in `tune`.
    """
    with told_briefly(as_option), StartingDisplay(True) as starting:
        request = SearchRequest(
            in_process=workers is None and options.get("executor", "local") == "local",
            max_evals=max_evals,
            algorithm=algo,
            seed=seed,
            objective=objective,
            maximize=maximize,
            workers=workers,
            keep_models=keep_models,
            **request_arguments(options, tune_text),
        )
        log = log_option(options)
        interface = PythonInterface(as_option, RESUME, True, request.in_process, starting, log_to=log)
        prepared = from_text(text, name, values)
        session = Session(request, PreparedSource(prepared), cache=studies_cache())
        return searched(session, prepared, interface)


__all__ = ["Prepared", "Study", "load_study", "searched", "tune", "tune_text"]
